/** Time comes in here, so that a seed and an input determine every byte that is written. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch, an integer. */
  nowMs(): number;
}
