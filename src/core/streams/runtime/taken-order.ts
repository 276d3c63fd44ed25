/**
 * The order in which a task took its last records from its partitions. What a join did depends on that order, and the log
 * does not hold it: each partition knows its own alone. A ring of two numbers per record.
 */
const CAPACITY = 2_048;

export class TakenOrder {
  readonly #buffers = new Uint16Array(CAPACITY);
  readonly #offsets = new Float64Array(CAPACITY);
  #count = 0;

  push(buffer: number, offset: number): void {
    const at = this.#count % CAPACITY;
    this.#buffers[at] = buffer;
    this.#offsets[at] = offset;
    this.#count++;
  }

  /** Oldest first: which of the task's buffers, and the record's offset there. */
  toArray(): readonly { readonly buffer: number; readonly offset: number }[] {
    const first = Math.max(0, this.#count - CAPACITY);
    return Array.from({ length: this.#count - first }, (_, i) => {
      const at = (first + i) % CAPACITY;
      return { buffer: this.#buffers[at] ?? 0, offset: this.#offsets[at] ?? 0 };
    });
  }
}
