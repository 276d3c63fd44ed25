/** The rows of one side of a stream-stream join in memory: buckets of time, in each a key's rows. */
import type { KeyAdapter, KeyId } from '../serde.ts';
import { ENTRY_OVERHEAD_BYTES, type StoreSize } from './store-builder.ts';

export class BufferedRow<K, V> {
  readonly key: K;
  readonly value: V;
  readonly timestamp: number;
  readonly sequence: number;

  constructor(key: K, value: V, timestamp: number, sequence: number) {
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
    this.sequence = sequence;
  }
}

/** Where the rows of a side lie. */
export interface JoinRows<K, V> {
  readonly isSpilled: boolean;
  readonly count: number;
  insert(row: BufferedRow<K, V>): void;
  has(key: K, timestamp: number, sequence: number): boolean;
  remove(key: K, timestamp: number, sequence: number): void;
  /** Puts the key's rows in `[fromMs, toMs]` at the beginning of `out`, in order of time. @returns how many */
  fetch(key: K, fromMs: number, toMs: number, out: BufferedRow<K, V>[]): number;
  all(): IterableIterator<BufferedRow<K, V>>;
  /** Drops the buckets before this one. */
  dropBefore(firstKept: number): void;
  /** Notes how large the row is when it is serialized; once for each. */
  measured(row: BufferedRow<K, V>, sizeBytes: number): void;
  size(): StoreSize;
  settle(): void;
  close(): void;
}

/** The rows of a key in a bucket, in order of their timestamps; most keys have one, which stands for itself. */
type KeyRows<K, V> = BufferedRow<K, V> | BufferedRow<K, V>[];

class Bucket<K, V> {
  readonly byKey = new Map<KeyId, KeyRows<K, V>>();
  count = 0;
  sizeBytes = 0;
}

export class InMemoryJoinRows<K, V> implements JoinRows<K, V> {
  readonly isSpilled = false;
  readonly #keys: KeyAdapter<K>;
  readonly #bucketMs: number;
  readonly #buckets = new Map<number, Bucket<K, V>>();

  /** @param bucketMs the bucket of a time is `floor(time / bucketMs)` */
  constructor(keys: KeyAdapter<K>, bucketMs: number) {
    this.#keys = keys;
    this.#bucketMs = bucketMs;
  }

  get count(): number {
    let count = 0;
    for (const bucket of this.#buckets.values()) count += bucket.count;
    return count;
  }

  insert(row: BufferedRow<K, V>): void {
    const number = Math.floor(row.timestamp / this.#bucketMs);
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new Bucket();
      this.#buckets.set(number, bucket);
    }
    bucket.count++;
    const id = this.#keys.id(row.key);
    const rows = bucket.byKey.get(id);
    if (rows === undefined) {
      bucket.byKey.set(id, row);
    } else if (rows instanceof BufferedRow) {
      bucket.byKey.set(id, rows.timestamp <= row.timestamp ? [rows, row] : [row, rows]);
    } else {
      const last = rows[rows.length - 1];
      if (last === undefined || last.timestamp <= row.timestamp) rows.push(row);
      else rows.splice(firstAtOrAfter(rows, row.timestamp + 1), 0, row);
    }
  }

  has(key: K, timestamp: number, sequence: number): boolean {
    return indexOf(this.#rowsOf(key, timestamp), timestamp, sequence) >= 0;
  }

  remove(key: K, timestamp: number, sequence: number): void {
    const bucket = this.#buckets.get(Math.floor(timestamp / this.#bucketMs));
    const rows = this.#rowsOf(key, timestamp);
    const index = indexOf(rows, timestamp, sequence);
    if (bucket === undefined || index < 0) return;
    bucket.byKey.set(this.#keys.id(key), rows.toSpliced(index, 1));
    bucket.sizeBytes -= bucket.sizeBytes / bucket.count;
    bucket.count--;
  }

  fetch(key: K, fromMs: number, toMs: number, out: BufferedRow<K, V>[]): number {
    const id = this.#keys.id(key);
    let count = 0;
    const lastBucket = Math.floor(toMs / this.#bucketMs);
    for (let number = Math.floor(fromMs / this.#bucketMs); number <= lastBucket; number++) {
      const rows = this.#buckets.get(number)?.byKey.get(id);
      if (rows === undefined) continue;
      if (rows instanceof BufferedRow) {
        if (rows.timestamp >= fromMs && rows.timestamp <= toMs) out[count++] = rows;
        continue;
      }
      for (let i = firstAtOrAfter(rows, fromMs); i < rows.length; i++) {
        const row = rows[i];
        if (row === undefined || row.timestamp > toMs) break;
        out[count++] = row;
      }
    }
    return count;
  }

  *all(): IterableIterator<BufferedRow<K, V>> {
    for (const { byKey } of this.#buckets.values()) {
      for (const rows of byKey.values()) yield* rows instanceof BufferedRow ? [rows] : [...rows];
    }
  }

  dropBefore(firstKept: number): void {
    for (const number of this.#buckets.keys()) if (number < firstKept) this.#buckets.delete(number);
  }

  measured(row: BufferedRow<K, V>, sizeBytes: number): void {
    const bucket = this.#buckets.get(Math.floor(row.timestamp / this.#bucketMs));
    if (bucket !== undefined) bucket.sizeBytes += sizeBytes;
  }

  size(): StoreSize {
    const entries = this.count;
    let memoryBytes = entries * ENTRY_OVERHEAD_BYTES;
    for (const bucket of this.#buckets.values()) memoryBytes += bucket.sizeBytes;
    return { entries, memoryBytes: Math.round(memoryBytes), spilledBytes: 0 };
  }

  settle(): void {}

  close(): void {
    this.#buckets.clear();
  }

  #rowsOf(key: K, timestamp: number): readonly BufferedRow<K, V>[] {
    const rows = this.#buckets.get(Math.floor(timestamp / this.#bucketMs))?.byKey.get(this.#keys.id(key)) ?? [];
    return rows instanceof BufferedRow ? [rows] : rows;
  }
}

/** Of the row with that timestamp and sequence; -1 when there is none. */
function indexOf(rows: readonly BufferedRow<unknown, unknown>[], timestamp: number, sequence: number): number {
  for (let i = firstAtOrAfter(rows, timestamp); rows[i]?.timestamp === timestamp; i++) {
    if (rows[i]?.sequence === sequence) return i;
  }
  return -1;
}

function firstAtOrAfter(rows: readonly { readonly timestamp: number }[], timestamp: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.timestamp ?? Infinity) < timestamp) low = middle + 1;
    else high = middle;
  }
  return low;
}
