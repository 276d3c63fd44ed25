/**
 * How many records a reader of a subscription may process at a time, so that the rows of theirs that nobody has taken yet
 * stay within the buffer, but for those of one step. A record may give thousands of rows (EXPLODE): that is learned from
 * what the last records gave.
 */
export class ReaderPace {
  #rowsPerRecord = 1;
  #isKnown = false;

  /** @param room rows that the buffer still takes */
  records(room: number, budget: number): number {
    const most = this.#isKnown ? Math.floor(room / this.#rowsPerRecord) : FIRST_RECORDS;
    return Math.max(1, Math.min(budget, most));
  }

  /** What a step did. */
  learn(records: number, rows: number): void {
    if (records <= 0) return;
    this.#isKnown = true;
    this.#rowsPerRecord = Math.max(rows / records, LEAST_ROWS_PER_RECORD);
  }
}

/** Before anything is known. */
const FIRST_RECORDS = 16;
/** Where few records give a row the next may give more. */
const LEAST_ROWS_PER_RECORD = 0.5;
