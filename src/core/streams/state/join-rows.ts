/**
 * The rows of one side of a stream-stream join in memory: buckets of time, in each its rows as columns, and where a key's rows
 * stand. A row of its own object would be copied by the collector twice before it is old, and be garbage soon after.
 */
import type { KeyAdapter, KeyId } from '../serde.ts';
import { ENTRY_OVERHEAD_BYTES, type StoreSize } from './store-builder.ts';

export interface BufferedRow<K, V> {
  readonly key: K;
  readonly value: V;
  readonly timestamp: number;
  readonly sequence: number;
}

/** What a look-up found, in order of time; filled anew by each. */
export class JoinMatches<V> {
  count = 0;
  /** The first `count` are of the last look-up. */
  readonly values: V[] = [];
  readonly timestamps: number[] = [];

  add(value: V, timestamp: number): void {
    this.values[this.count] = value;
    this.timestamps[this.count++] = timestamp;
  }
}

/** Writes a row to the changelog. @returns bytes of key and value */
export type LogRow<K, V> = (key: K, value: V, timestamp: number, sequence: number) => number;

/** Where the rows of a side lie. */
export interface JoinRows<K, V> {
  readonly isSpilled: boolean;
  readonly count: number;
  insert(key: K, value: V, timestamp: number, sequence: number): void;
  /** As `insert` for a row that comes from the changelog. */
  insertLogged(key: K, value: V, timestamp: number, sequence: number, sizeBytes: number): void;
  has(key: K, timestamp: number, sequence: number): boolean;
  remove(key: K, timestamp: number, sequence: number): void;
  /** Replaces what is in `out` by the key's rows in `[fromMs, toMs]`. */
  fetch(key: K, fromMs: number, toMs: number, out: JoinMatches<V>): void;
  all(): IterableIterator<BufferedRow<K, V>>;
  /** Drops the buckets before this one. */
  dropBefore(firstKept: number): void;
  /** Gives out the rows that were inserted since the last time and not dropped. */
  logInserted(log: LogRow<K, V>): void;
  size(): StoreSize;
  settle(): void;
  close(): void;
}

/** Where a key's rows stand in a bucket, in order of their timestamps; most keys have one. */
type Places = number | number[];

const FIRST_CAPACITY = 64;

class Bucket<K, V> {
  readonly byKey = new Map<KeyId, Places>();
  readonly keys: K[] = [];
  /** Undefined where a row was removed. */
  readonly values: (V | undefined)[] = [];
  timestamps = new Float64Array(FIRST_CAPACITY);
  sequences = new Int32Array(FIRST_CAPACITY);
  /** Rows at the beginning that are in the changelog. */
  loggedCount = 0;
  removedCount = 0;
  sizeBytes = 0;

  get count(): number {
    return this.keys.length - this.removedCount;
  }

  /** @returns where the row stands */
  push(key: K, value: V, timestamp: number, sequence: number): number {
    const at = this.keys.length;
    if (at === this.timestamps.length) this.#grow();
    this.keys.push(key);
    this.values.push(value);
    this.timestamps[at] = timestamp;
    this.sequences[at] = sequence;
    return at;
  }

  #grow(): void {
    const timestamps = new Float64Array(this.timestamps.length * 2);
    timestamps.set(this.timestamps);
    this.timestamps = timestamps;
    const sequences = new Int32Array(this.sequences.length * 2);
    sequences.set(this.sequences);
    this.sequences = sequences;
  }
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

  insert(key: K, value: V, timestamp: number, sequence: number): void {
    this.#insert(key, value, timestamp, sequence);
  }

  insertLogged(key: K, value: V, timestamp: number, sequence: number, sizeBytes: number): void {
    const bucket = this.#insert(key, value, timestamp, sequence);
    bucket.loggedCount = bucket.keys.length;
    bucket.sizeBytes += sizeBytes;
  }

  has(key: K, timestamp: number, sequence: number): boolean {
    return this.#find(this.#bucketOf(timestamp), key, timestamp, sequence) >= 0;
  }

  remove(key: K, timestamp: number, sequence: number): void {
    const bucket = this.#bucketOf(timestamp);
    const at = this.#find(bucket, key, timestamp, sequence);
    if (bucket === undefined || at < 0) return;
    const id = this.#keys.id(key);
    bucket.byKey.set(
      id,
      placesOf(bucket, id).filter((place) => place !== at),
    );
    bucket.values[at] = undefined;
    bucket.sizeBytes -= bucket.sizeBytes / bucket.count;
    bucket.removedCount++;
  }

  fetch(key: K, fromMs: number, toMs: number, out: JoinMatches<V>): void {
    const id = this.#keys.id(key);
    out.count = 0;
    const lastBucket = Math.floor(toMs / this.#bucketMs);
    for (let number = Math.floor(fromMs / this.#bucketMs); number <= lastBucket; number++) {
      const bucket = this.#buckets.get(number);
      const places = bucket?.byKey.get(id);
      if (bucket === undefined || places === undefined) continue;
      const { timestamps, values } = bucket;
      if (typeof places === 'number') {
        const timestamp = timestamps[places] as number;
        if (timestamp >= fromMs && timestamp <= toMs) out.add(values[places] as V, timestamp);
        continue;
      }
      for (let i = firstAtOrAfter(places, timestamps, fromMs); i < places.length; i++) {
        const place = places[i] as number;
        const timestamp = timestamps[place] as number;
        if (timestamp > toMs) break;
        out.add(values[place] as V, timestamp);
      }
    }
  }

  *all(): IterableIterator<BufferedRow<K, V>> {
    for (const { keys, values, timestamps, sequences } of this.#buckets.values()) {
      for (const [i, key] of keys.entries()) {
        const value = values[i];
        if (value === undefined) continue;
        yield { key, value, timestamp: timestamps[i] as number, sequence: sequences[i] as number };
      }
    }
  }

  dropBefore(firstKept: number): void {
    for (const number of this.#buckets.keys()) if (number < firstKept) this.#buckets.delete(number);
  }

  logInserted(log: LogRow<K, V>): void {
    for (const bucket of this.#buckets.values()) {
      const { keys, values, timestamps, sequences } = bucket;
      for (let i = bucket.loggedCount; i < keys.length; i++) {
        bucket.sizeBytes += log(keys[i] as K, values[i] as V, timestamps[i] as number, sequences[i] as number);
      }
      bucket.loggedCount = keys.length;
    }
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

  #bucketOf(timestamp: number): Bucket<K, V> | undefined {
    return this.#buckets.get(Math.floor(timestamp / this.#bucketMs));
  }

  #insert(key: K, value: V, timestamp: number, sequence: number): Bucket<K, V> {
    let bucket = this.#bucketOf(timestamp);
    if (bucket === undefined) {
      bucket = new Bucket();
      this.#buckets.set(Math.floor(timestamp / this.#bucketMs), bucket);
    }
    const at = bucket.push(key, value, timestamp, sequence);
    const { byKey, timestamps } = bucket;
    const id = this.#keys.id(key);
    const places = byKey.get(id);
    if (places === undefined) {
      byKey.set(id, at);
    } else if (typeof places === 'number') {
      byKey.set(id, (timestamps[places] as number) <= timestamp ? [places, at] : [at, places]);
    } else {
      const last = places[places.length - 1];
      if (last === undefined || (timestamps[last] as number) <= timestamp) places.push(at);
      else places.splice(firstAtOrAfter(places, timestamps, timestamp + 1), 0, at);
    }
    return bucket;
  }

  /** Where the row with that timestamp and sequence stands; -1 when there is none. */
  #find(bucket: Bucket<K, V> | undefined, key: K, timestamp: number, sequence: number): number {
    if (bucket === undefined) return -1;
    const { timestamps, sequences } = bucket;
    const isIt = (place: number): boolean => timestamps[place] === timestamp && sequences[place] === sequence;
    return placesOf(bucket, this.#keys.id(key)).find(isIt) ?? -1;
  }
}

function placesOf(bucket: Bucket<unknown, unknown>, id: KeyId): readonly number[] {
  const places = bucket.byKey.get(id) ?? [];
  return typeof places === 'number' ? [places] : places;
}

/** The index of the first place whose row is not before the time. */
function firstAtOrAfter(places: readonly number[], timestamps: Float64Array, timestamp: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestamps[places[middle] as number] as number) < timestamp) low = middle + 1;
    else high = middle;
  }
  return low;
}
