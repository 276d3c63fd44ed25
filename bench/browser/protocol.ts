/** What the bench and its worker tell each other. */
export interface StorageTask {
  readonly records: number;
  readonly rounds: number;
}

export interface StorageResult {
  /** Records of one round. */
  readonly records: number;
  readonly oursMs: readonly number[];
  readonly bareMs: readonly number[];
}
