/**
 * The newest entries of a spilled store, in order: a list of sorted blocks, so that putting and finding stay cheap as it
 * grows. A block that is full is halved.
 */
import { compareBytes } from '../../../common/bytes.ts';
import type { ByteEntry } from './sorted-run.ts';

const BLOCK_ENTRIES = 256;
/** What an entry costs beside its bytes: two arrays, an object, a place in its block. */
const ENTRY_BYTES = 240;

interface MutableEntry extends ByteEntry {
  value: Uint8Array | null;
}

export class Memtable {
  #blocks: MutableEntry[][] = [];
  #sizeBytes = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes of its entries in memory. */
  get memoryBytes(): number {
    return this.#sizeBytes + this.#count * ENTRY_BYTES;
  }

  /** The value, null where the key was deleted, undefined where nothing is said of it. */
  get(key: Uint8Array): Uint8Array | null | undefined {
    const block = this.#blocks[this.#blockOf(key)];
    if (block === undefined) return undefined;
    const entry = block[lowerBound(block, key)];
    return entry !== undefined && compareBytes(entry.key, key) === 0 ? entry.value : undefined;
  }

  put(key: Uint8Array, value: Uint8Array | null): void {
    const at = this.#blockOf(key);
    const block = this.#blocks[at];
    this.#sizeBytes += value?.length ?? 0;
    if (block === undefined) {
      this.#blocks.push([{ key, value }]);
      this.#sizeBytes += key.length;
      this.#count++;
      return;
    }
    const index = lowerBound(block, key);
    const present = block[index];
    if (present !== undefined && compareBytes(present.key, key) === 0) {
      this.#sizeBytes -= present.value?.length ?? 0;
      present.value = value;
      return;
    }
    block.splice(index, 0, { key, value });
    this.#sizeBytes += key.length;
    this.#count++;
    if (block.length > BLOCK_ENTRIES) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_ENTRIES / 2));
  }

  /** The entries from a key on, in order. Not to be changed meanwhile. */
  *from(key: Uint8Array | undefined): Generator<ByteEntry, undefined> {
    let at = key === undefined ? 0 : this.#blockOf(key);
    let index = key === undefined ? 0 : lowerBound(this.#blocks[at] ?? [], key);
    for (; at < this.#blocks.length; at++, index = 0) {
      const block = this.#blocks[at] ?? [];
      for (; index < block.length; index++) yield block[index] as ByteEntry;
    }
  }

  clear(): void {
    this.#blocks = [];
    this.#sizeBytes = 0;
    this.#count = 0;
  }

  /** The last block whose first key is not beyond `key`; the first block when there is none. */
  #blockOf(key: Uint8Array): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.#blocks[middle]?.[0];
      if (first !== undefined && compareBytes(first.key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** The index of the first entry that is not before `key`. */
function lowerBound(block: readonly ByteEntry[], key: Uint8Array): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes((block[middle] as ByteEntry).key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
