/**
 * Storage in memory.
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
import { SortedEntries } from './sorted-entries.ts';

export class MemoryStorage implements StoragePort {
  readonly #entries = new SortedEntries<StorageEntry>();
  #isClosed = false;

  constructor(entries: readonly StorageEntry[] = []) {
    for (const entry of entries) this.#entries.put(entry);
  }

  /** All entries in key order. The values are shared, not copied. */
  snapshot(): StorageEntry[] {
    return [...this.#entries];
  }

  get sizeBytes(): number {
    let size = 0;
    for (const entry of this.#entries) size += entry.value.length;
    return size;
  }

  async read(key: StorageKey): Promise<Uint8Array | undefined> {
    this.#requireOpen();
    return this.#entries.get(key)?.value;
  }

  async scan(range: StorageKeyRange, options: ScanOptions): Promise<StorageEntry[]> {
    this.#requireOpen();
    return options.reverse === true
      ? this.#entries.backward(range, options.limit)
      : this.#entries.forward(range, options.limit);
  }

  async apply(batch: StorageBatch, _durability: Durability): Promise<void> {
    this.#requireOpen();
    for (const range of batch.deleteRanges ?? []) {
      for (const { key } of this.#entries.forward(range, Infinity)) this.#entries.delete(key);
    }
    for (const key of batch.deletes ?? []) this.#entries.delete(key);
    for (const entry of batch.puts) this.#entries.put(entry);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new WeirError('STORAGE_CLOSED', 'The storage has been closed.');
  }
}
