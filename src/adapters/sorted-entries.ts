/**
 * Entries in the order of their keys: a list of blocks, so that appending and finding stay cheap as it grows. A block that
 * is full is halved; one that is empty goes.
 */
import type { StorageKey, StorageKeyRange } from '../core/ports/storage.ts';
import { compareStorageKeys } from './storage-key.ts';

const BLOCK_ENTRIES = 512;

export class SortedEntries<E extends { readonly key: StorageKey }> {
  #blocks: E[][] = [];

  *[Symbol.iterator](): Generator<E, void, undefined> {
    for (const block of this.#blocks) yield* block;
  }

  get(key: StorageKey): E | undefined {
    const block = this.#blocks[this.#blockOf(key)] ?? [];
    const entry = block[lowerBound(block, key)];
    return entry !== undefined && compareStorageKeys(entry.key, key) === 0 ? entry : undefined;
  }

  /** The entries of a range in key order, at most `limit`. */
  forward({ lower, upper }: StorageKeyRange, limit: number): E[] {
    const found: E[] = [];
    let at = this.#blockOf(lower);
    let index = lowerBound(this.#blocks[at] ?? [], lower);
    for (; at < this.#blocks.length; at++, index = 0) {
      const block = this.#blocks[at] ?? [];
      for (; index < block.length; index++) {
        const entry = block[index] as E;
        if (found.length >= limit || compareStorageKeys(entry.key, upper) >= 0) return found;
        found.push(entry);
      }
    }
    return found;
  }

  /** The same from the range's end backwards. */
  backward({ lower, upper }: StorageKeyRange, limit: number): E[] {
    const found: E[] = [];
    let at = Math.min(this.#blockOf(upper), this.#blocks.length - 1);
    let index = lowerBound(this.#blocks[at] ?? [], upper) - 1;
    while (at >= 0) {
      const block = this.#blocks[at] ?? [];
      for (; index >= 0; index--) {
        const entry = block[index] as E;
        if (found.length >= limit || compareStorageKeys(entry.key, lower) < 0) return found;
        found.push(entry);
      }
      at--;
      index = (this.#blocks[at]?.length ?? 0) - 1;
    }
    return found;
  }

  /** @returns the entry that it replaced */
  put(entry: E): E | undefined {
    const at = this.#blockOf(entry.key);
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#blocks.push([entry]);
      return undefined;
    }
    const index = lowerBound(block, entry.key);
    const present = block[index];
    if (present !== undefined && compareStorageKeys(present.key, entry.key) === 0) {
      block[index] = entry;
      return present;
    }
    block.splice(index, 0, entry);
    if (block.length > BLOCK_ENTRIES) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_ENTRIES / 2));
    return undefined;
  }

  /** @returns the entry that is gone */
  delete(key: StorageKey): E | undefined {
    const at = this.#blockOf(key);
    const block = this.#blocks[at];
    if (block === undefined) return undefined;
    const index = lowerBound(block, key);
    const present = block[index];
    if (present === undefined || compareStorageKeys(present.key, key) !== 0) return undefined;
    block.splice(index, 1);
    if (block.length === 0) this.#blocks.splice(at, 1);
    return present;
  }

  /** The last block whose first key is not beyond `key`; the first block when there is none. */
  #blockOf(key: StorageKey): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.#blocks[middle]?.[0];
      if (first !== undefined && compareStorageKeys(first.key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** The index of the first entry that is not before `key`. */
function lowerBound(block: readonly { readonly key: StorageKey }[], key: StorageKey): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareStorageKeys((block[middle] as { readonly key: StorageKey }).key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
