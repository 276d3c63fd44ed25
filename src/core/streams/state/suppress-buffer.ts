/**
 * What a suppressed table holds back (Kafka's InMemoryTimeOrderedKeyValueBuffer): the latest change per key, released by
 * window end and then by the key's bytes.
 *
 * Changelog record: the key's bytes; the value is the window end and the change's timestamp (8 bytes each), then the value's
 * bytes (none for a deletion, flagged by the byte before). The buffer stays in memory whatever its size, as Kafka's does.
 */
import { compareBytes, EMPTY_BYTES, readInt64, writeInt64 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import type { Headers } from '../record.ts';
import { NO_HEADERS } from '../record.ts';
import { type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { Heap } from './sorted.ts';
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

export interface SuppressBufferOptions<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly logging: boolean;
}

export interface HeldBack<K, V> {
  readonly key: K;
  readonly keyBytes: Uint8Array;
  readonly windowEndMs: number;
  newValue: V | null;
  oldValue: V | null;
  timestamp: number;
  headers: Headers;
  released: boolean;
  dirty: boolean;
  /** Serialized, as of the last flush. */
  sizeBytes: number;
}

export function suppressBufferBuilder<K, V>(options: SuppressBufferOptions<K, V>): StoreBuilder {
  return {
    name: options.name,
    kind: 'suppress',
    retentionMs: undefined,
    logging: options.logging,
    build: (context) => new SuppressBuffer(options, context),
  };
}

export class SuppressBuffer<K, V> implements RuntimeStore {
  readonly name: string;
  readonly kind = 'suppress';
  readonly metrics = newStoreMetrics();
  readonly #options: SuppressBufferOptions<K, V>;
  readonly #index = new Map<KeyId, HeldBack<K, V>>();
  readonly #order = new Heap<HeldBack<K, V>>(
    (a, b) => a.windowEndMs - b.windowEndMs || compareBytes(a.keyBytes, b.keyBytes),
  );
  readonly #context: StoreContext;
  #sizeBytes = 0;
  #dirty: HeldBack<K, V>[] = [];

  constructor(options: SuppressBufferOptions<K, V>, context: StoreContext) {
    this.name = options.name;
    this.#options = options;
    this.#context = context;
  }

  put(key: K, windowEndMs: number, newValue: V | null, oldValue: V | null, timestamp: number, headers: Headers): void {
    this.metrics.puts++;
    const id = this.#options.keys.id(key);
    let entry = this.#index.get(id);
    if (entry === undefined) {
      const keyBytes = this.#options.keySerde.serialize(key) ?? EMPTY_BYTES;
      const unmarked = { released: false, dirty: false, sizeBytes: 0 };
      entry = { key, keyBytes, windowEndMs, newValue, oldValue, timestamp, headers, ...unmarked };
      this.#index.set(id, entry);
      this.#order.push(entry);
    } else {
      // The old value stays the one that was last released downstream.
      entry.newValue = newValue;
      entry.timestamp = timestamp;
      entry.headers = headers;
    }
    this.#note(entry);
  }

  /** Takes out the next entry whose window ends at or before the limit. */
  release(limitMs: number): HeldBack<K, V> | undefined {
    let entry = this.#order.peek();
    while (entry?.released === true) {
      this.#order.pop();
      entry = this.#order.peek();
    }
    if (entry === undefined || entry.windowEndMs > limitMs) return undefined;
    this.#order.pop();
    this.#index.delete(this.#options.keys.id(entry.key));
    entry.released = true;
    this.#sizeBytes -= entry.sizeBytes;
    this.#note(entry);
    return entry;
  }

  get(key: K): HeldBack<K, V> | undefined {
    return this.#index.get(this.#options.keys.id(key));
  }

  approximateEntries(): number {
    return this.#index.size;
  }

  flush(sink: ChangelogSink): void {
    for (const entry of this.#dirty) {
      entry.dirty = false;
      const value = entry.released ? null : this.#encode(entry);
      if (value !== null) {
        const sizeBytes = entry.keyBytes.length + value.length;
        this.#sizeBytes += sizeBytes - entry.sizeBytes;
        entry.sizeBytes = sizeBytes;
      }
      sink.write(entry.keyBytes, value, entry.timestamp);
    }
    this.#dirty = [];
  }

  restore(keyBytes: Uint8Array, bytes: Uint8Array | null): void {
    const { keys, keySerde, valueSerde } = this.#options;
    const key = keySerde.deserialize(keyBytes);
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    if (bytes === null) {
      const entry = this.#index.get(keys.id(key));
      if (entry === undefined) return;
      // The heap forgets it when it comes up.
      this.#index.delete(keys.id(key));
      entry.released = true;
      this.#sizeBytes -= entry.sizeBytes;
      return;
    }
    const value = bytes[16] === 1 ? valueSerde.deserialize(bytes.subarray(17)) : null;
    this.put(key, readInt64(bytes, 0), value, null, readInt64(bytes, 8), NO_HEADERS);
    for (const entry of this.#dirty) entry.dirty = false;
    this.#dirty = [];
  }

  size(): StoreSize {
    const entries = this.#index.size;
    return { entries, memoryBytes: this.#sizeBytes + entries * ENTRY_OVERHEAD_BYTES, spilledBytes: 0 };
  }

  settle(): void {}

  *dump(): IterableIterator<ChangelogRecord> {
    for (const entry of this.#index.values()) {
      yield { key: entry.keyBytes, value: this.#encode(entry), timestamp: entry.timestamp };
    }
  }

  saveTimes(): StoreTimes {
    return {};
  }

  restoreTimes(): void {}

  close(): void {
    this.#index.clear();
    while (this.#order.pop() !== undefined);
    this.#sizeBytes = 0;
    this.#dirty = [];
  }

  #encode(entry: HeldBack<K, V>): Uint8Array {
    const value =
      entry.newValue === null ? EMPTY_BYTES : (this.#options.valueSerde.serialize(entry.newValue) ?? EMPTY_BYTES);
    const bytes = new Uint8Array(17 + value.length);
    writeInt64(bytes, 0, entry.windowEndMs);
    writeInt64(bytes, 8, entry.timestamp);
    bytes[16] = entry.newValue === null ? 0 : 1;
    bytes.set(value, 17);
    return bytes;
  }

  #note(entry: HeldBack<K, V>): void {
    if (!this.#context.notesChanges || entry.dirty) return;
    entry.dirty = true;
    this.#dirty.push(entry);
  }
}
