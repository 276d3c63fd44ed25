/** Binary search and a binary heap: what the stores order time with. */

/** The first index whose value is not less than `value`. */
export function lowerBound(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The smallest item first, by `compare`. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parentIndex = (index - 1) >>> 1;
      const parent = items[parentIndex];
      if (parent === undefined || this.#compare(parent, item) <= 0) break;
      items[index] = parent;
      index = parentIndex;
    }
    items[index] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const leftItem = items[left];
      if (leftItem === undefined) break;
      const rightItem = items[left + 1];
      const smaller = rightItem !== undefined && this.#compare(rightItem, leftItem) < 0 ? left + 1 : left;
      const child = smaller === left ? leftItem : rightItem;
      if (child === undefined || this.#compare(last, child) <= 0) break;
      items[index] = child;
      index = smaller;
    }
    items[index] = last;
    return top;
  }
}

/** The entries whose keys lie in `[from, to]`, in their order; undefined is unbounded. */
export function sortedRange<Entry extends { readonly key: K }, K>(
  entries: Iterable<Entry>,
  compare: (a: K, b: K) => number,
  from: K | undefined,
  to: K | undefined,
): Entry[] {
  const inside: Entry[] = [];
  for (const entry of entries) {
    if (from !== undefined && compare(entry.key, from) < 0) continue;
    if (to !== undefined && compare(entry.key, to) > 0) continue;
    inside.push(entry);
  }
  return inside.sort((a, b) => compare(a.key, b.key));
}
