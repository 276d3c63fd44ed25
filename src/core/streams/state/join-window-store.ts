/**
 * The buffer of one side of a stream-stream join: a window store that keeps duplicates.
 *
 * Rows lie in buckets of time; a bucket maps a key to its rows, in order of their timestamps and, for equal ones, of
 * arrival. A look-up touches the few buckets that its window crosses; forgetting drops whole buckets. A row is visible
 * while its timestamp is at least `observed - retention`, `observed` being the largest timestamp put so far, and a row
 * that arrives older than that is not kept.
 *
 * Changelog record: Kafka's window key with a sequence number (key bytes, timestamp as 8 bytes, sequence as 4 bytes), the
 * value's bytes. Rows never change, so each is written once, and a tombstone follows when its bucket is dropped.
 */
import { readInt64, readUint32 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import type { TextOutput } from '../../common/text-output.ts';
import { writeWith, type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { newStoreMetrics, type ChangelogSink, type RuntimeStore, type StoreBuilder } from './store-builder.ts';

export interface JoinWindowStoreOptions<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  /** Before + after + grace. */
  readonly retentionMs: number;
  readonly logging: boolean;
}

export interface BufferedRow<K, V> {
  readonly key: K;
  readonly value: V;
  readonly timestamp: number;
  readonly sequence: number;
}

const BUCKETS_PER_RETENTION = 4;

export function joinWindowStoreBuilder<K, V>(options: JoinWindowStoreOptions<K, V>): StoreBuilder {
  return {
    name: options.name,
    kind: 'join-window',
    retentionMs: options.retentionMs,
    logging: options.logging,
    build: (logging) => new JoinWindowStore({ ...options, logging: options.logging && logging }),
  };
}

export class JoinWindowStore<K, V> implements RuntimeStore {
  readonly name: string;
  readonly kind = 'join-window';
  readonly metrics = newStoreMetrics();
  /** The join's stream time, which both sides move and read on the left buffer. */
  joinTimeMs = -1;
  readonly #options: JoinWindowStoreOptions<K, V>;
  readonly #bucketMs: number;
  readonly #buckets = new Map<number, Map<KeyId, BufferedRow<K, V>[]>>();
  #oldestBucket = Infinity;
  #observedMs = -1;
  #sequence = 0;
  #size = 0;
  #added: BufferedRow<K, V>[] = [];
  #dropped: BufferedRow<K, V>[] = [];

  constructor(options: JoinWindowStoreOptions<K, V>) {
    this.name = options.name;
    this.#options = options;
    this.#bucketMs = Math.max(1, Math.ceil(options.retentionMs / BUCKETS_PER_RETENTION));
  }

  /** False if the row is too old to be kept. */
  put(key: K, value: V, timestamp: number): boolean {
    this.metrics.puts++;
    if (timestamp > this.#observedMs) {
      this.#observedMs = timestamp;
      this.#forget();
    } else if (timestamp < this.#observedMs - this.#options.retentionMs) {
      this.metrics.expired++;
      return false;
    }
    this.#sequence = (this.#sequence + 1) & 0x7fffffff;
    const row = { key, value, timestamp, sequence: this.#sequence };
    this.#insert(row);
    if (this.#options.logging) this.#added.push(row);
    return true;
  }

  /** Appends the key's rows in `[fromMs, toMs]` to `out`, in order of time. */
  fetch(key: K, fromMs: number, toMs: number, out: BufferedRow<K, V>[]): void {
    this.metrics.gets++;
    const from = Math.max(fromMs, this.#observedMs - this.#options.retentionMs);
    if (from > toMs || this.#size === 0) return;
    const id = this.#options.keys.id(key);
    const lastBucket = Math.floor(Math.min(toMs, this.#observedMs) / this.#bucketMs);
    for (let bucket = Math.floor(from / this.#bucketMs); bucket <= lastBucket; bucket++) {
      const rows = this.#buckets.get(bucket)?.get(id);
      if (rows === undefined) continue;
      for (let i = firstAtOrAfter(rows, from); i < rows.length; i++) {
        const row = rows[i];
        if (row === undefined || row.timestamp > toMs) break;
        out.push(row);
      }
    }
  }

  *all(): IterableIterator<BufferedRow<K, V>> {
    for (const bucket of this.#buckets.values()) for (const rows of bucket.values()) yield* rows;
  }

  approximateEntries(): number {
    return this.#size;
  }

  flush(sink: ChangelogSink): void {
    for (const row of this.#added) {
      writeWith(this.#options.valueSerde, row.value, this.#writeKey(sink, row));
      sink.end(true, row.timestamp);
    }
    for (const row of this.#dropped) {
      this.#writeKey(sink, row);
      sink.end(false, row.timestamp);
    }
    this.#added = [];
    this.#dropped = [];
  }

  restore(bytes: Uint8Array, valueBytes: Uint8Array | null): void {
    const keyLength = bytes.length - 12;
    assert(keyLength >= 0, `a changelog key of ${this.name} ends with a timestamp and a sequence number`);
    const key = this.#options.keySerde.deserialize(bytes.subarray(0, keyLength));
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    const timestamp = readInt64(bytes, keyLength);
    const sequence = readUint32(bytes, keyLength + 8);
    if (valueBytes === null) {
      this.#remove(key, timestamp, sequence);
      return;
    }
    const value = this.#options.valueSerde.deserialize(valueBytes);
    assert(value !== null, `a changelog record of ${this.name} has a value`);
    this.#sequence = Math.max(this.#sequence, sequence);
    if (timestamp > this.#observedMs) this.#observedMs = timestamp;
    this.#insert({ key, value, timestamp, sequence });
  }

  #writeKey(sink: ChangelogSink, row: BufferedRow<K, V>): TextOutput {
    const out = sink.begin();
    writeWith(this.#options.keySerde, row.key, out);
    out.int64(row.timestamp);
    out.int32(row.sequence);
    return sink.endKey();
  }

  #insert(row: BufferedRow<K, V>): void {
    const number = Math.floor(row.timestamp / this.#bucketMs);
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new Map();
      this.#buckets.set(number, bucket);
      if (number < this.#oldestBucket) this.#oldestBucket = number;
    }
    const id = this.#options.keys.id(row.key);
    const rows = bucket.get(id);
    this.#size++;
    if (rows === undefined) {
      bucket.set(id, [row]);
      return;
    }
    const last = rows[rows.length - 1];
    if (last === undefined || last.timestamp <= row.timestamp) rows.push(row);
    else rows.splice(firstAtOrAfter(rows, row.timestamp + 1), 0, row);
  }

  #remove(key: K, timestamp: number, sequence: number): void {
    const rows = this.#buckets.get(Math.floor(timestamp / this.#bucketMs))?.get(this.#options.keys.id(key));
    const index = rows?.findIndex((row) => row.timestamp === timestamp && row.sequence === sequence) ?? -1;
    if (rows === undefined || index < 0) return;
    rows.splice(index, 1);
    this.#size--;
  }

  /** Drops the buckets that lie wholly before the retention. */
  #forget(): void {
    const firstKept = Math.floor((this.#observedMs - this.#options.retentionMs) / this.#bucketMs);
    if (firstKept <= this.#oldestBucket) return;
    let oldest = Infinity;
    for (const [number, bucket] of this.#buckets) {
      if (number >= firstKept) {
        oldest = Math.min(oldest, number);
        continue;
      }
      this.#buckets.delete(number);
      for (const rows of bucket.values()) {
        this.#size -= rows.length;
        if (this.#options.logging) for (const row of rows) this.#dropped.push(row);
      }
    }
    this.#oldestBucket = oldest;
  }
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
