/**
 * The buffer of one side of a stream-stream join: a window store that keeps duplicates.
 *
 * Rows lie in buckets of time; a bucket maps a key to its rows, in order of their timestamps and, for equal ones, of
 * arrival. A look-up touches the few buckets that its window crosses; forgetting drops whole buckets. A row is visible
 * while its timestamp is after `observed - retention`, `observed` being the largest timestamp put so far, and a row
 * that arrives no later than that is not kept. Once the store has outgrown its budget its rows lie in the scratch file
 * (`spill/`).
 *
 * Changelog record: Kafka's window key with a sequence number (key bytes, timestamp as 8 bytes, sequence as 4 bytes), the
 * value's bytes. Rows never change, so each is written once, if it has not been dropped before the commit; those of dropped
 * buckets leave the changelog at its start (`expiry`), without tombstones.
 */
import { copyBytes, EMPTY_BYTES, readInt64, readUint32, writeInt32, writeInt64 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { writeWith, type KeyAdapter, type Serde } from '../serde.ts';
import { InMemoryJoinRows, type BufferedRow, type JoinMatches, type JoinRows } from './join-rows.ts';
import { SpilledJoinRows } from './spill/spilled-join-rows.ts';
import {
  newStoreMetrics,
  type ChangelogRecord,
  type ChangelogSink,
  type RuntimeStore,
  type StoreBuilder,
  type StoreContext,
  type StoreExpiry,
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
  /** Number of the oldest bucket that is kept. */
  #firstKept = 0;
  #sequence = 0;

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
    } else if (timestamp <= this.#observedMs - this.#options.retentionMs) {
      this.metrics.expired++;
      return false;
    }
    this.#sequence = (this.#sequence + 1) & 0x7fffffff;
    this.#rows.insert(key, value, timestamp, this.#sequence);
    return true;
  }

  /** Replaces what is in `out` by the key's rows in `[fromMs, toMs]`. */
  fetch(key: K, fromMs: number, toMs: number, out: JoinMatches<V>): void {
    this.metrics.gets++;
    const from = Math.max(fromMs, this.#observedMs - this.#options.retentionMs + 1);
    if (from > toMs) out.count = 0;
    else this.#rows.fetch(key, from, Math.min(toMs, this.#observedMs), out);
  }

  all(): IterableIterator<BufferedRow<K, V>> {
    return this.#rows.all();
  }

  approximateEntries(): number {
    return this.#rows.count;
  }

  flush(sink: ChangelogSink): void {
    const { keySerde, valueSerde } = this.#options;
    this.#rows.logInserted((key, value, timestamp, sequence) => {
      const out = sink.begin(timestamp);
      writeWith(keySerde, key, out);
      out.int64(timestamp);
      out.int32(sequence);
      writeWith(valueSerde, value, sink.endKey());
      return sink.end(true);
    });
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
    if (timestamp > this.#observedMs) {
      this.#observedMs = timestamp;
      this.#forget();
    } else if (timestamp < this.#keptFromMs || this.#rows.has(key, timestamp, sequence)) {
      return;
    }
    this.#rows.insertLogged(key, value, timestamp, sequence, bytes.length + valueBytes.length);
  }

  expiry(): StoreExpiry {
    return { observedMs: this.#observedMs, keptFromMs: this.#keptFromMs };
  }

  size(): StoreSize {
    return this.#rows.size();
  }

  settle(): void {
    const { notesChanges, spill } = this.#context;
    if (spill !== undefined && !this.#rows.isSpilled && this.#rows.size().memoryBytes > spill.budgetBytes) {
      const spilled = new SpilledJoinRows(this.#options, this.#bucketMs, notesChanges, spill);
      for (const { key, value, timestamp, sequence } of this.#rows.all()) {
        spilled.insertLogged(key, value, timestamp, sequence);
      }
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
    const observedMs = times['observedMs'] ?? -1;
    if (observedMs > this.#observedMs) {
      this.#observedMs = observedMs;
      this.#forget();
    }
    this.#sequence = Math.max(this.#sequence, times['sequence'] ?? 0);
  }

  close(): void {
    this.#rows.close();
  }

  /** Drops the buckets that lie wholly before the retention. */
  #forget(): void {
    const firstKept = Math.floor((this.#observedMs - this.#options.retentionMs) / this.#bucketMs);
    if (firstKept <= this.#firstKept) return;
    this.#firstKept = firstKept;
    this.#rows.dropBefore(firstKept);
  }

  /** Where the oldest bucket begins that is kept. */
  get #keptFromMs(): number {
    return this.#firstKept * this.#bucketMs;
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
