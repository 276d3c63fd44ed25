/**
 * A buffer of the newest `capacity` items: a push beyond it overwrites the oldest in place. Reads count from the
 * newest, the order in which a live grid shows them. `total` keeps the true number of pushes.
 */
export class Ring<T> {
  readonly capacity: number;
  readonly #items: T[] = [];
  #next = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.capacity;
  }

  /** The item pushed `age` pushes before the newest (0), or undefined beyond the oldest. */
  newest(age: number): T | undefined {
    const size = this.#items.length;
    if (age < 0 || age >= size) return undefined;
    return this.#items[(this.#next - 1 - age + 2 * this.capacity) % this.capacity];
  }

  /** A copy, newest first. */
  toArray(): T[] {
    const items: T[] = [];
    for (let age = 0; age < this.#items.length; age++) {
      const item = this.newest(age);
      if (item !== undefined) items.push(item);
    }
    return items;
  }
}
