/**
 * Storage in memory: an ordered list of blocks of entries, so that appending and finding stay cheap as it grows. A
 * block that is full is halved; one that is empty goes.
 *
 * `snapshot` and the constructor let tests take what was durable at a moment and open another broker over it.
 */
import { WeirError } from '../core/common/errors.ts';
import type {
  Durability,
  ScanOptions,
  StorageBatch,
  StorageEntry,
  StorageKey,
  StorageKeyRange,
  StoragePort,
} from '../core/ports/storage.ts';
import { compareStorageKeys } from './storage-key.ts';

const BLOCK_ENTRIES = 512;

export class MemoryStorage implements StoragePort {
  #blocks: StorageEntry[][] = [];
  #isClosed = false;

  constructor(entries: readonly StorageEntry[] = []) {
    for (const entry of entries) this.#put(entry);
  }

  /** All entries in key order. The values are shared, not copied. */
  snapshot(): StorageEntry[] {
    return this.#blocks.flat();
  }

  get sizeBytes(): number {
    let size = 0;
    for (const block of this.#blocks) for (const entry of block) size += entry.value.length;
    return size;
  }

  async read(key: StorageKey): Promise<Uint8Array | undefined> {
    this.#requireOpen();
    const block = this.#blocks[this.#blockOf(key)] ?? [];
    const entry = block[lowerBound(block, key)];
    return entry !== undefined && compareStorageKeys(entry.key, key) === 0 ? entry.value : undefined;
  }

  async scan(range: StorageKeyRange, options: ScanOptions): Promise<StorageEntry[]> {
    this.#requireOpen();
    return options.reverse === true
      ? this.#scanBackward(range, options.limit)
      : this.#scanForward(range, options.limit);
  }

  async apply(batch: StorageBatch, _durability: Durability): Promise<void> {
    this.#requireOpen();
    for (const range of batch.deleteRanges ?? []) {
      for (const { key } of this.#scanForward(range, Infinity)) this.#delete(key);
    }
    for (const key of batch.deletes ?? []) this.#delete(key);
    for (const entry of batch.puts) this.#put(entry);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new WeirError('STORAGE_CLOSED', 'The storage has been closed.');
  }

  #scanForward({ lower, upper }: StorageKeyRange, limit: number): StorageEntry[] {
    const found: StorageEntry[] = [];
    let at = this.#blockOf(lower);
    let index = lowerBound(this.#blocks[at] ?? [], lower);
    for (; at < this.#blocks.length; at++, index = 0) {
      const block = this.#blocks[at] ?? [];
      for (; index < block.length; index++) {
        const entry = block[index] as StorageEntry;
        if (found.length >= limit || compareStorageKeys(entry.key, upper) >= 0) return found;
        found.push(entry);
      }
    }
    return found;
  }

  #scanBackward({ lower, upper }: StorageKeyRange, limit: number): StorageEntry[] {
    const found: StorageEntry[] = [];
    let at = Math.min(this.#blockOf(upper), this.#blocks.length - 1);
    let index = lowerBound(this.#blocks[at] ?? [], upper) - 1;
    while (at >= 0) {
      const block = this.#blocks[at] ?? [];
      for (; index >= 0; index--) {
        const entry = block[index] as StorageEntry;
        if (found.length >= limit || compareStorageKeys(entry.key, lower) < 0) return found;
        found.push(entry);
      }
      at--;
      index = (this.#blocks[at]?.length ?? 0) - 1;
    }
    return found;
  }

  #put(entry: StorageEntry): void {
    const at = this.#blockOf(entry.key);
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#blocks.push([entry]);
      return;
    }
    const index = lowerBound(block, entry.key);
    const present = block[index];
    if (present !== undefined && compareStorageKeys(present.key, entry.key) === 0) {
      block[index] = entry;
      return;
    }
    block.splice(index, 0, entry);
    if (block.length > BLOCK_ENTRIES) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_ENTRIES / 2));
  }

  #delete(key: StorageKey): void {
    const at = this.#blockOf(key);
    const block = this.#blocks[at];
    if (block === undefined) return;
    const index = lowerBound(block, key);
    const present = block[index];
    if (present === undefined || compareStorageKeys(present.key, key) !== 0) return;
    block.splice(index, 1);
    if (block.length === 0) this.#blocks.splice(at, 1);
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
function lowerBound(block: readonly StorageEntry[], key: StorageKey): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareStorageKeys((block[middle] as StorageEntry).key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
