/**
 * The last records that met an operator, in the order in which it took them. What became of a record may change later on (a
 * partner comes, a row leaves alone), so each carries the number of its last change, and a reader asks for what changed since
 * the number that it saw last.
 */
export const MAX_RECORDS = 2_000;

export class RecordRing<R extends { changedAt: number }> {
  /** By their numbers, around. */
  readonly #records: R[] = [];
  readonly #onForget: (record: R) => void;
  #seq = 0;
  #changes = 0;

  constructor(onForget: (record: R) => void) {
    this.#onForget = onForget;
  }

  /** Records since the start, those that were forgotten included. */
  get total(): number {
    return this.#seq;
  }

  /** Number of the last change; 0 before the first. */
  get changes(): number {
    return this.#changes;
  }

  get oldestSeq(): number {
    return this.#seq - this.#records.length;
  }

  /** Its number is `total`. */
  add(record: R): void {
    const at = this.#seq++ % MAX_RECORDS;
    const forgotten = this.#records[at];
    this.#records[at] = record;
    if (forgotten !== undefined) this.#onForget(forgotten);
  }

  touch(record: R): void {
    record.changedAt = this.nextChange();
  }

  nextChange(): number {
    return ++this.#changes;
  }

  /** Oldest first. */
  changedSince(change: number): readonly R[] {
    const changed: R[] = [];
    for (let seq = this.oldestSeq; seq < this.#seq; seq++) {
      const record = this.#records[seq % MAX_RECORDS];
      if (record !== undefined && record.changedAt > change) changed.push(record);
    }
    return changed;
  }
}
