/**
 * The buffer of one side of a stream-stream join: a window store that keeps duplicates.
 *
 * Rows lie in buckets of time; a bucket maps a key to its rows, in order of their timestamps and, for equal ones, of
 * arrival. A look-up touches the few buckets that its window crosses; forgetting drops whole buckets. A row is visible
 * while its timestamp is at least `observed - retention`, `observed` being the largest timestamp put so far, and a row
 * that arrives older than that is not kept. Once the store has outgrown its budget its rows lie in the scratch file
 * (`spill/`).
 *
 * Changelog record: Kafka's window key with a sequence number (key bytes, timestamp as 8 bytes, sequence as 4 bytes), the
 * value's bytes. Rows never change, so each is written once, and a tombstone follows when its bucket is dropped.
 */
import { copyBytes, EMPTY_BYTES, readInt64, readUint32, writeInt32, writeInt64 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { writeWith, type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import type { TextOutput } from '../../common/text-output.ts';
import { SpilledJoinRows } from './spill/spilled-join-rows.ts';
import {
  ENTRY_OVERHEAD_BYTES,
  newStoreMetrics,
  type ChangelogRecord,
  type ChangelogSink,
  type RuntimeStore,
  type StoreBuilder,
  type StoreContext,
  type StoreSize,
  type StoreTimes,
} from './store-builder.ts';

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
  /** Serialized, once it has been flushed; -1 when the row has been dropped. */
  sizeBytes: number;
}

/** Where the rows lie. */
interface JoinRows<K, V> {
  readonly isSpilled: boolean;
  readonly count: number;
  insert(row: BufferedRow<K, V>): void;
  has(key: K, timestamp: number, sequence: number): boolean;
  remove(key: K, timestamp: number, sequence: number): void;
  /** Appends the key's rows in `[fromMs, toMs]` to `out`, in order of time. */
  fetch(key: K, fromMs: number, toMs: number, out: BufferedRow<K, V>[]): void;
  all(): IterableIterator<BufferedRow<K, V>>;
  /** Drops the buckets before this one and tells each of their rows, if anybody wants to know. */
  dropBefore(firstKept: number, tell: ((row: BufferedRow<K, V>) => void) | undefined): void;
  /** Notes how large the row is. */
  resize(row: BufferedRow<K, V>, sizeBytes: number): void;
  size(): StoreSize;
  settle(): void;
  close(): void;
}

/** A look-up goes through those that its window crosses; rows are freed up to one bucket late. */
const BUCKETS_PER_RETENTION = 2;

export function joinWindowStoreBuilder<K, V>(options: JoinWindowStoreOptions<K, V>): StoreBuilder {
  return {
    name: options.name,
    kind: 'join-window',
    retentionMs: options.retentionMs,
    logging: options.logging,
    build: (context) => new JoinWindowStore(options, context),
  };
}

export class JoinWindowStore<K, V> implements RuntimeStore {
  readonly name: string;
  readonly kind = 'join-window';
  readonly metrics = newStoreMetrics();
  /** The join's stream time, which both sides move and read on the left buffer. */
  joinTimeMs = -1;
  readonly #options: JoinWindowStoreOptions<K, V>;
  readonly #context: StoreContext;
  readonly #bucketMs: number;
  #rows: JoinRows<K, V>;
  #observedMs = -1;
  #sequence = 0;
  #added: BufferedRow<K, V>[] = [];
  #dropped: BufferedRow<K, V>[] = [];

  constructor(options: JoinWindowStoreOptions<K, V>, context: StoreContext) {
    this.name = options.name;
    this.#options = options;
    this.#context = context;
    this.#bucketMs = Math.max(1, Math.ceil(options.retentionMs / BUCKETS_PER_RETENTION));
    this.#rows = new InMemoryJoinRows(options.keys, this.#bucketMs);
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
    const row = { key, value, timestamp, sequence: this.#sequence, sizeBytes: 0 };
    this.#rows.insert(row);
    if (this.#context.notesChanges) this.#added.push(row);
    return true;
  }

  /** Appends the key's rows in `[fromMs, toMs]` to `out`, in order of time. */
  fetch(key: K, fromMs: number, toMs: number, out: BufferedRow<K, V>[]): void {
    this.metrics.gets++;
    const from = Math.max(fromMs, this.#observedMs - this.#options.retentionMs);
    if (from <= toMs) this.#rows.fetch(key, from, Math.min(toMs, this.#observedMs), out);
  }

  all(): IterableIterator<BufferedRow<K, V>> {
    return this.#rows.all();
  }

  approximateEntries(): number {
    return this.#rows.count;
  }

  flush(sink: ChangelogSink): void {
    for (const row of this.#added) {
      writeWith(this.#options.valueSerde, row.value, this.#writeKey(sink, row));
      this.#rows.resize(row, sink.end(true));
    }
    for (const row of this.#dropped) {
      this.#writeKey(sink, row);
      sink.end(false);
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
      this.#rows.remove(key, timestamp, sequence);
      return;
    }
    const value = this.#options.valueSerde.deserialize(valueBytes);
    assert(value !== null, `a changelog record of ${this.name} has a value`);
    this.#sequence = Math.max(this.#sequence, sequence);
    if (timestamp > this.#observedMs) this.#observedMs = timestamp;
    if (this.#rows.has(key, timestamp, sequence)) return;
    const row = { key, value, timestamp, sequence, sizeBytes: 0 };
    this.#rows.insert(row);
    this.#rows.resize(row, bytes.length + valueBytes.length);
  }

  #writeKey(sink: ChangelogSink, row: BufferedRow<K, V>): TextOutput {
    const out = sink.begin(row.timestamp);
    writeWith(this.#options.keySerde, row.key, out);
    out.int64(row.timestamp);
    out.int32(row.sequence);
    return sink.endKey();
  }

  size(): StoreSize {
    return this.#rows.size();
  }

  settle(): void {
    const { spill } = this.#context;
    if (spill !== undefined && !this.#rows.isSpilled && this.#rows.size().memoryBytes > spill.budgetBytes) {
      const spilled = new SpilledJoinRows(this.#options, this.#bucketMs, spill);
      for (const row of this.#rows.all()) spilled.insert(row);
      this.#rows.close();
      this.#rows = spilled;
    }
    this.#rows.settle();
  }

  *dump(): IterableIterator<ChangelogRecord> {
    const { keySerde, valueSerde } = this.#options;
    for (const row of this.#rows.all()) {
      const value = valueSerde.serialize(row.value) ?? EMPTY_BYTES;
      yield { key: changelogKey(keySerde, row), value, timestamp: row.timestamp };
    }
  }

  saveTimes(): StoreTimes {
    return { observedMs: this.#observedMs, sequence: this.#sequence };
  }

  restoreTimes(times: StoreTimes): void {
    this.#observedMs = Math.max(this.#observedMs, times['observedMs'] ?? -1);
    this.#sequence = Math.max(this.#sequence, times['sequence'] ?? 0);
  }

  close(): void {
    this.#rows.close();
    this.#added = [];
    this.#dropped = [];
  }

  /** Drops the buckets that lie wholly before the retention. */
  #forget(): void {
    const firstKept = Math.floor((this.#observedMs - this.#options.retentionMs) / this.#bucketMs);
    this.#rows.dropBefore(firstKept, this.#context.notesChanges ? this.#noteDropped : undefined);
  }

  readonly #noteDropped = (row: BufferedRow<K, V>): void => {
    this.#dropped.push(row);
  };
}

class InMemoryJoinRows<K, V> implements JoinRows<K, V> {
  readonly isSpilled = false;
  readonly #keys: KeyAdapter<K>;
  readonly #bucketMs: number;
  readonly #buckets = new Map<number, Map<KeyId, BufferedRow<K, V>[]>>();
  #oldestBucket = Infinity;
  #count = 0;
  #sizeBytes = 0;

  constructor(keys: KeyAdapter<K>, bucketMs: number) {
    this.#keys = keys;
    this.#bucketMs = bucketMs;
  }

  get count(): number {
    return this.#count;
  }

  insert(row: BufferedRow<K, V>): void {
    const number = Math.floor(row.timestamp / this.#bucketMs);
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new Map();
      this.#buckets.set(number, bucket);
      if (number < this.#oldestBucket) this.#oldestBucket = number;
    }
    const id = this.#keys.id(row.key);
    const rows = bucket.get(id);
    if (rows === undefined) {
      bucket.set(id, [row]);
      this.#count++;
      return;
    }
    const last = rows[rows.length - 1];
    if (last === undefined || last.timestamp <= row.timestamp) rows.push(row);
    else rows.splice(firstAtOrAfter(rows, row.timestamp + 1), 0, row);
    this.#count++;
  }

  has(key: K, timestamp: number, sequence: number): boolean {
    const rows = this.#rowsOf(key, timestamp);
    return rows !== undefined && indexOf(rows, timestamp, sequence) >= 0;
  }

  remove(key: K, timestamp: number, sequence: number): void {
    const rows = this.#rowsOf(key, timestamp);
    const index = rows === undefined ? -1 : indexOf(rows, timestamp, sequence);
    const row = rows?.[index];
    if (rows === undefined || row === undefined) return;
    rows.splice(index, 1);
    this.#drop(row);
  }

  fetch(key: K, fromMs: number, toMs: number, out: BufferedRow<K, V>[]): void {
    if (this.#count === 0) return;
    const id = this.#keys.id(key);
    const lastBucket = Math.floor(toMs / this.#bucketMs);
    for (let bucket = Math.floor(fromMs / this.#bucketMs); bucket <= lastBucket; bucket++) {
      const rows = this.#buckets.get(bucket)?.get(id);
      if (rows === undefined) continue;
      for (let i = firstAtOrAfter(rows, fromMs); i < rows.length; i++) {
        const row = rows[i];
        if (row === undefined || row.timestamp > toMs) break;
        out.push(row);
      }
    }
  }

  *all(): IterableIterator<BufferedRow<K, V>> {
    for (const bucket of this.#buckets.values()) for (const rows of bucket.values()) yield* [...rows];
  }

  dropBefore(firstKept: number, tell: ((row: BufferedRow<K, V>) => void) | undefined): void {
    if (firstKept <= this.#oldestBucket) return;
    let oldest = Infinity;
    for (const [number, bucket] of this.#buckets) {
      if (number >= firstKept) {
        oldest = Math.min(oldest, number);
        continue;
      }
      this.#buckets.delete(number);
      for (const rows of bucket.values()) {
        for (const row of rows) {
          this.#drop(row);
          tell?.(row);
        }
      }
    }
    this.#oldestBucket = oldest;
  }

  resize(row: BufferedRow<K, V>, sizeBytes: number): void {
    if (row.sizeBytes < 0) return;
    this.#sizeBytes += sizeBytes - row.sizeBytes;
    row.sizeBytes = sizeBytes;
  }

  size(): StoreSize {
    const memoryBytes = this.#sizeBytes + this.#count * ENTRY_OVERHEAD_BYTES;
    return { entries: this.#count, memoryBytes, spilledBytes: 0 };
  }

  settle(): void {}

  close(): void {
    this.#buckets.clear();
    this.#count = 0;
    this.#sizeBytes = 0;
  }

  #rowsOf(key: K, timestamp: number): BufferedRow<K, V>[] | undefined {
    return this.#buckets.get(Math.floor(timestamp / this.#bucketMs))?.get(this.#keys.id(key));
  }

  #drop(row: BufferedRow<K, V>): void {
    this.#count--;
    this.#sizeBytes -= row.sizeBytes;
    row.sizeBytes = -1;
  }
}

/** Kafka's window key with the row's own sequence number. */
function changelogKey<K>(
  keySerde: Serde<K>,
  row: { readonly key: K; readonly timestamp: number; readonly sequence: number },
): Uint8Array {
  const key = keySerde.serialize(row.key) ?? EMPTY_BYTES;
  const bytes = new Uint8Array(key.length + 12);
  copyBytes(key, bytes, 0);
  writeInt64(bytes, key.length, row.timestamp);
  writeInt32(bytes, key.length + 8, row.sequence);
  return bytes;
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
