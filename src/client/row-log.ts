/**
 * The newest rows of a subscription, in the blocks that they came in. A block is let go once the rows after it fill
 * `capacity`, so that not more than a block's rows are kept beyond it; none of those are seen. Reads count from the
 * newest, the order in which a live grid shows them.
 */
import type { ResultRow, RowBlock } from '../protocol/api.ts';
import { rowOf } from '../protocol/row-block.ts';

interface Entry {
  readonly block: RowBlock;
  /** Rows since the start, this block's included. */
  readonly end: number;
}

export class RowLog {
  readonly capacity: number;
  #entries: Entry[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    const first = this.#entries[0];
    return first === undefined ? 0 : Math.min(this.capacity, this.#end - (first.end - first.block.rowCount));
  }

  get #end(): number {
    return this.#entries.at(-1)?.end ?? 0;
  }

  push(block: RowBlock): void {
    if (block.rowCount === 0) return;
    const end = this.#end + block.rowCount;
    this.#entries.push({ block, end });
    let gone = 0;
    while (end - (this.#entries[gone]?.end ?? end) >= this.capacity) gone++;
    if (gone > 0) this.#entries.splice(0, gone);
  }

  /** The row that came `age` rows before the newest (0), or undefined beyond the oldest. */
  newest(age: number): ResultRow | undefined {
    if (age < 0 || age >= this.size) return undefined;
    const index = this.#end - 1 - age;
    let low = 0;
    let high = this.#entries.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.end ?? 0) > index) high = middle;
      else low = middle + 1;
    }
    const entry = this.#entries[low];
    return entry === undefined ? undefined : rowOf(entry.block, index - (entry.end - entry.block.rowCount));
  }

  /** The rows as they are now: what is pushed later does not show in it. */
  snapshot(): RowLog {
    const copy = new RowLog(this.capacity);
    copy.#entries = this.#entries.slice();
    return copy;
  }
}
