/**
 * Where in a partition to look for a timestamp. An entry `(offset, t)` says: no record up to and including `offset` is later
 * than `t`. Entries are added only where the maximum rises, so both columns increase.
 *
 * To find the first record at or after `t`, take the last entry whose time is less than `t`: everything up to its offset can
 * be passed over. Dropping entries keeps that true and only makes the stretch to search longer, so when the index is
 * full every second one goes. Its size is bounded whatever the length of the log.
 */
export interface TimeIndexEntry {
  readonly offset: number;
  readonly timestampMs: number;
}

const TIME_INDEX_CAPACITY = 512;

export class TimeIndex {
  #entries: TimeIndexEntry[];

  constructor(entries: readonly TimeIndexEntry[] = []) {
    this.#entries = [...entries];
  }

  get entries(): readonly TimeIndexEntry[] {
    return this.#entries;
  }

  /** The largest timestamp of the partition, -1 when there is none. */
  get maxTimestampMs(): number {
    return this.#entries.at(-1)?.timestampMs ?? -1;
  }

  /** Takes a batch into account; batches come in offset order. */
  add(lastOffset: number, maxTimestampMs: number): void {
    if (maxTimestampMs <= this.maxTimestampMs) return;
    this.#entries.push({ offset: lastOffset, timestampMs: maxTimestampMs });
    if (this.#entries.length <= TIME_INDEX_CAPACITY) return;
    const last = this.#entries.length - 1;
    this.#entries = this.#entries.filter((_, index) => (last - index) % 2 === 0);
  }

  /** The offset from which to search for the first record at or after a time. */
  searchFrom(timestampMs: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as TimeIndexEntry).timestampMs < timestampMs) low = middle + 1;
      else high = middle;
    }
    const passed = this.#entries[low - 1];
    return passed === undefined ? 0 : passed.offset + 1;
  }
}
