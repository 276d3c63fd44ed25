/**
 * Key-value stores with timestamps: metered(changeLogging(inMemory)), as Kafka Streams stacks them.
 *
 * The inner store is a Map from key identity to an entry that is changed in place, so an update allocates nothing. The
 * change-logging layer marks an entry dirty on its first change after a commit and writes it once at the next, however
 * often it changed in between. Changelog record: the key's bytes, the value's bytes, the entry's timestamp.
 */
import { assert } from '../../common/errors.ts';
import { writeWith, type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { newStoreMetrics, type ChangelogSink, type RuntimeStore, type StoreBuilder } from './store-builder.ts';
import type { KeyValueEntry, KeyValueStore } from './store.ts';
import type { ValueAndTimestamp } from '../record.ts';

export interface KeyValueStoreOptions<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly logging: boolean;
}

export function keyValueStoreBuilder<K, V>(options: KeyValueStoreOptions<K, V>): StoreBuilder {
  return {
    name: options.name,
    kind: 'key-value',
    retentionMs: undefined,
    logging: options.logging,
    build(logging) {
      const inner = new InMemoryKeyValueStore(options);
      return new MeteredKeyValueStore(options.logging && logging ? new ChangeLoggingKeyValueStore(inner) : inner);
    },
  };
}

interface MutableEntry<K, V> {
  readonly key: K;
  value: V;
  timestamp: number;
  dirty: boolean;
  deleted: boolean;
}

interface InnerKeyValueStore<K, V> extends KeyValueStore<K, V> {
  flush(sink: ChangelogSink): void;
  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void;
}

class InMemoryKeyValueStore<K, V> implements InnerKeyValueStore<K, V> {
  readonly name: string;
  readonly kind = 'key-value';
  readonly options: KeyValueStoreOptions<K, V>;
  readonly #entries = new Map<KeyId, MutableEntry<K, V>>();

  constructor(options: KeyValueStoreOptions<K, V>) {
    this.name = options.name;
    this.options = options;
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    return this.#entries.get(this.options.keys.id(key));
  }

  put(key: K, value: V | null, timestamp: number): void {
    this.change(key, value, timestamp);
  }

  /** Puts and returns the entry that was written or removed. */
  change(key: K, value: V | null, timestamp: number): MutableEntry<K, V> | undefined {
    const id = this.options.keys.id(key);
    const entry = this.#entries.get(id);
    if (value === null) {
      if (entry === undefined) return undefined;
      this.#entries.delete(id);
      entry.deleted = true;
      entry.timestamp = timestamp;
      return entry;
    }
    if (entry !== undefined) {
      entry.value = value;
      entry.timestamp = timestamp;
      return entry;
    }
    const added: MutableEntry<K, V> = { key, value, timestamp, dirty: false, deleted: false };
    this.#entries.set(id, added);
    return added;
  }

  *all(): IterableIterator<KeyValueEntry<K, V>> {
    yield* this.#entries.values();
  }

  *range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>> {
    const { keys } = this.options;
    assert(keys.compare !== undefined, `the keys of store ${this.name} have an order`);
    const inside: MutableEntry<K, V>[] = [];
    for (const entry of this.#entries.values()) {
      if (from !== undefined && keys.compare(entry.key, from) < 0) continue;
      if (to !== undefined && keys.compare(entry.key, to) > 0) continue;
      inside.push(entry);
    }
    inside.sort((a, b) => keys.compare?.(a.key, b.key) ?? 0);
    yield* inside;
  }

  approximateEntries(): number {
    return this.#entries.size;
  }

  flush(): void {}

  restore(keyBytes: Uint8Array, valueBytes: Uint8Array | null, timestamp: number): void {
    const key = this.options.keySerde.deserialize(keyBytes);
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    this.change(key, valueBytes === null ? null : this.options.valueSerde.deserialize(valueBytes), timestamp);
  }
}

class ChangeLoggingKeyValueStore<K, V> implements InnerKeyValueStore<K, V> {
  readonly name: string;
  readonly kind = 'key-value';
  readonly #inner: InMemoryKeyValueStore<K, V>;
  #dirty: MutableEntry<K, V>[] = [];

  constructor(inner: InMemoryKeyValueStore<K, V>) {
    this.name = inner.name;
    this.#inner = inner;
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    return this.#inner.get(key);
  }

  put(key: K, value: V | null, timestamp: number): void {
    const entry = this.#inner.change(key, value, timestamp);
    if (entry !== undefined && !entry.dirty) {
      entry.dirty = true;
      this.#dirty.push(entry);
    }
  }

  all(): IterableIterator<KeyValueEntry<K, V>> {
    return this.#inner.all();
  }

  range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>> {
    return this.#inner.range(from, to);
  }

  approximateEntries(): number {
    return this.#inner.approximateEntries();
  }

  flush(sink: ChangelogSink): void {
    const { keySerde, valueSerde } = this.#inner.options;
    for (const entry of this.#dirty) {
      entry.dirty = false;
      writeWith(keySerde, entry.key, sink.begin());
      const out = sink.endKey();
      if (!entry.deleted) writeWith(valueSerde, entry.value, out);
      sink.end(!entry.deleted, entry.timestamp);
    }
    this.#dirty = [];
  }

  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.#inner.restore(key, value, timestamp);
  }
}

class MeteredKeyValueStore<K, V> implements KeyValueStore<K, V>, RuntimeStore {
  readonly name: string;
  readonly kind = 'key-value';
  readonly metrics = newStoreMetrics();
  readonly #inner: InnerKeyValueStore<K, V>;

  constructor(inner: InnerKeyValueStore<K, V>) {
    this.name = inner.name;
    this.#inner = inner;
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    this.metrics.gets++;
    return this.#inner.get(key);
  }

  put(key: K, value: V | null, timestamp: number): void {
    this.metrics.puts++;
    this.#inner.put(key, value, timestamp);
  }

  all(): IterableIterator<KeyValueEntry<K, V>> {
    return this.#inner.all();
  }

  range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>> {
    return this.#inner.range(from, to);
  }

  approximateEntries(): number {
    return this.#inner.approximateEntries();
  }

  flush(sink: ChangelogSink): void {
    this.#inner.flush(sink);
  }

  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.#inner.restore(key, value, timestamp);
  }
}
