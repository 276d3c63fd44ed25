/**
 * Where bytes live. An ordered map from keys to byte strings with atomic, durable batches of writes, and nothing more:
 * no transaction handle crosses this port, so an implementation may be IndexedDB, memory, a file, or the simulator's
 * faulty disk.
 */

/**
 * A key is a tuple. Tuples compare part by part: numbers before strings, numbers by value, strings by UTF-16 code unit,
 * and a tuple that is a prefix of another comes before it. That is IndexedDB's own order of array keys.
 */
export type StorageKeyPart = number | string;
export type StorageKey = readonly StorageKeyPart[];

/** The keys from `lower` (inclusive) to `upper` (exclusive); none when they are equal. */
export interface StorageKeyRange {
  readonly lower: StorageKey;
  readonly upper: StorageKey;
}

export interface StorageEntry {
  readonly key: StorageKey;
  readonly value: Uint8Array;
}

export interface ScanOptions {
  /** At most so many entries; every long read is paged. */
  readonly limit: number;
  /** From the end of the range backwards. */
  readonly reverse?: boolean | undefined;
}

/**
 * - `strict`: when `apply` resolves the bytes have been flushed to the device and survive a power cut.
 * - `relaxed`: the bytes have been handed to the operating system and survive a crash of the tab or the browser.
 */
export type Durability = 'strict' | 'relaxed';

/** Applied in this order: ranges deleted, keys deleted, entries put. */
export interface StorageBatch {
  readonly puts: readonly StorageEntry[];
  readonly deletes?: readonly StorageKey[] | undefined;
  readonly deleteRanges?: readonly StorageKeyRange[] | undefined;
}

export interface StoragePort {
  /** The value at a key, undefined when there is none. */
  read(key: StorageKey): Promise<Uint8Array | undefined>;
  /** The entries of a range in key order (or backwards), at most `limit`. */
  scan(range: StorageKeyRange, options: ScanOptions): Promise<StorageEntry[]>;
  /**
   * Applies the batch whole or not at all. When the promise resolves it is durable and every later read sees it; when it
   * rejects nothing of it was kept. Batches take effect in the order of the calls. The caller must not change a value's bytes
   * afterwards, nor does the implementation.
   * @throws WeirError STORAGE_QUOTA when there is no room, STORAGE_FAILED for anything else
   */
  apply(batch: StorageBatch, durability: Durability): Promise<void>;
  close(): Promise<void>;
}
