/** A cache with a budget: when the costs exceed it, the entry that was used longest ago goes first. */
export class LruCache<Key, Value> {
  readonly #budget: number;
  /** A Map keeps insertion order; an entry that is used is put in again, so the first is the oldest. */
  readonly #entries = new Map<Key, { readonly value: Value; readonly cost: number }>();
  #cost = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get cost(): number {
    return this.#cost;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** An entry that alone exceeds the budget is not kept. */
  set(key: Key, value: Value, cost: number): void {
    this.delete(key);
    if (cost > this.#budget) return;
    this.#entries.set(key, { value, cost });
    this.#cost += cost;
    for (const [oldest, entry] of this.#entries) {
      if (this.#cost <= this.#budget) break;
      this.#entries.delete(oldest);
      this.#cost -= entry.cost;
    }
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#cost -= entry.cost;
  }
}
