/** Twice as long each time, up to so many turns. */
const LONGEST_PAUSE = 64;

/** Leaves off what hardly ever pays, for longer and longer, and tries it again in between. */
export class BackOff {
  readonly #turn: number;
  #left = 0;
  #next = 1;

  /** @param turn how often `isOff` is asked in the shortest pause */
  constructor(turn = 1) {
    this.#turn = turn;
  }

  /** Whether to leave it off this time. */
  isOff(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }

  /** Says whether it paid when it was last tried. */
  judge(hasPaid: boolean): void {
    if (hasPaid) {
      this.#next = 1;
      return;
    }
    this.#left = this.#next * this.#turn;
    this.#next = Math.min(this.#next * 2, LONGEST_PAUSE);
  }
}
