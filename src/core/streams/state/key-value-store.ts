/**
 * Key-value stores with timestamps: metered(changeLogging(inMemory)), as Kafka Streams stacks them. When the store outgrows
 * its budget, metered(spilled) goes on from what it holds (`spill/`); and before that, when it has become large,
 * metered(packed), where entries can be held as bytes (`packed-key-value-store.ts`).
 *
 * The inner store is a Map from key identity to an entry that is changed in place, so an update allocates nothing. The
 * change-logging layer marks an entry dirty on its first change after a commit and writes it once at the next, however
 * often it changed in between. Changelog record: the key's bytes, the value's bytes, the entry's timestamp.
 */
import { EMPTY_BYTES } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { writeWith, type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { PACKED_FROM_ENTRIES, PackedKeyValueStore } from './packed-key-value-store.ts';
import { alsoPacked, type Packing } from './packing.ts';
import { SpilledKeyValueStore } from './spill/spilled-key-value-store.ts';
import { ChangeLoggingStore, MeteredStore, type InnerStore } from './stacked-store.ts';
import {
  ENTRY_OVERHEAD_BYTES,
  type ChangelogRecord,
  type ChangelogSink,
  type RuntimeStore,
  type Spill,
  type StoreBuilder,
  type StoreContext,
  type StoreSize,
} from './store-builder.ts';
import type { KeyValueEntry, KeyValueStore } from './store.ts';
import type { ValueAndTimestamp } from '../record.ts';

export interface KeyValueStoreOptions<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  /** How entries are held as bytes; equal keys must have equal bytes. Undefined: they are objects. */
  readonly packing?: Packing<V> | undefined;
  /** Version of how the values are laid out: a changelog of another one is refused. Default 1. */
  readonly layoutVersion?: number | undefined;
  readonly logging: boolean;
}

export function keyValueStoreBuilder<K, V>(given: KeyValueStoreOptions<K, V>): StoreBuilder {
  const { packing } = given;
  const options = packing === undefined ? given : { ...given, valueSerde: alsoPacked(given.valueSerde, packing) };
  return {
    name: options.name,
    kind: 'key-value',
    retentionMs: undefined,
    logging: options.logging,
    layoutVersion: options.layoutVersion,
    build: (context) => new MeteredKeyValueStore(options, context),
  };
}

interface MutableEntry<K, V> {
  readonly key: K;
  value: V;
  timestamp: number;
  dirty: boolean;
  deleted: boolean;
  /** Serialized, as of the last flush. */
  sizeBytes: number;
}

type InnerKeyValueStore<K, V> = KeyValueStore<K, V> & InnerStore & { readonly isOfObjects: boolean };

class InMemoryKeyValueStore<K, V> implements InnerKeyValueStore<K, V> {
  readonly name: string;
  readonly kind = 'key-value';
  readonly isSpilled = false;
  readonly isOfObjects = true;
  readonly options: KeyValueStoreOptions<K, V>;
  #sizeBytes = 0;
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
      this.#sizeBytes -= entry.sizeBytes;
      entry.deleted = true;
      entry.timestamp = timestamp;
      return entry;
    }
    if (entry !== undefined) {
      entry.value = value;
      entry.timestamp = timestamp;
      return entry;
    }
    const added: MutableEntry<K, V> = { key, value, timestamp, dirty: false, deleted: false, sizeBytes: 0 };
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

  size(): StoreSize {
    const entries = this.#entries.size;
    return { entries, memoryBytes: this.#sizeBytes + entries * ENTRY_OVERHEAD_BYTES, spilledBytes: 0 };
  }

  /** Notes how large the entry is now. */
  resize(entry: MutableEntry<K, V>, sizeBytes: number): void {
    this.#sizeBytes += sizeBytes - entry.sizeBytes;
    entry.sizeBytes = sizeBytes;
  }

  flush(): void {}

  settle(): void {}

  *dump(): IterableIterator<ChangelogRecord> {
    const { keySerde, valueSerde } = this.options;
    for (const { key, value, timestamp } of this.#entries.values()) {
      const valueBytes = valueSerde.serialize(value) ?? EMPTY_BYTES;
      yield { key: keySerde.serialize(key) ?? EMPTY_BYTES, value: valueBytes, timestamp };
    }
  }

  close(): void {
    this.#entries.clear();
    this.#sizeBytes = 0;
  }

  restore(keyBytes: Uint8Array, valueBytes: Uint8Array | null, timestamp: number): void {
    const key = this.options.keySerde.deserialize(keyBytes);
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    const value = valueBytes === null ? null : this.options.valueSerde.deserialize(valueBytes);
    const entry = this.change(key, value, timestamp);
    if (entry !== undefined && !entry.deleted) this.resize(entry, keyBytes.length + (valueBytes?.length ?? 0));
  }
}

class ChangeLoggingKeyValueStore<K, V>
  extends ChangeLoggingStore<MutableEntry<K, V>, InMemoryKeyValueStore<K, V>>
  implements InnerKeyValueStore<K, V>
{
  readonly name: string;
  readonly kind = 'key-value';
  readonly isOfObjects = true;

  constructor(inner: InMemoryKeyValueStore<K, V>) {
    super(inner);
    this.name = inner.name;
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    return this.inner.get(key);
  }

  put(key: K, value: V | null, timestamp: number): void {
    const entry = this.inner.change(key, value, timestamp);
    if (entry !== undefined) this.note(entry);
  }

  all(): IterableIterator<KeyValueEntry<K, V>> {
    return this.inner.all();
  }

  range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>> {
    return this.inner.range(from, to);
  }

  protected write(entry: MutableEntry<K, V>, sink: ChangelogSink): void {
    const { keySerde, valueSerde } = this.inner.options;
    writeWith(keySerde, entry.key, sink.begin(entry.timestamp));
    const out = sink.endKey();
    if (!entry.deleted) writeWith(valueSerde, entry.value, out);
    const sizeBytes = sink.end(!entry.deleted);
    if (!entry.deleted) this.inner.resize(entry, sizeBytes);
  }
}

class MeteredKeyValueStore<K, V>
  extends MeteredStore<InnerKeyValueStore<K, V>>
  implements KeyValueStore<K, V>, RuntimeStore
{
  readonly kind = 'key-value';
  readonly #options: KeyValueStoreOptions<K, V>;
  readonly #notesChanges: boolean;
  readonly #packedFromEntries: number;

  constructor(options: KeyValueStoreOptions<K, V>, context: StoreContext) {
    const inMemory = new InMemoryKeyValueStore(options);
    super(options.name, context.notesChanges ? new ChangeLoggingKeyValueStore(inMemory) : inMemory, context);
    this.#options = options;
    this.#notesChanges = context.notesChanges;
    this.#packedFromEntries = context.packedFromEntries ?? PACKED_FROM_ENTRIES;
  }

  override settle(): void {
    const { packing } = this.#options;
    if (packing !== undefined && this.inner.isOfObjects && this.inner.approximateEntries() >= this.#packedFromEntries) {
      this.inner = new PackedKeyValueStore(this.#options, packing, this.#notesChanges, this.inner.all());
    }
    super.settle();
  }

  protected spilled(spill: Spill, notesChanges: boolean): SpilledKeyValueStore<K, V> {
    return new SpilledKeyValueStore(this.#options, notesChanges, spill);
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    this.metrics.gets++;
    return this.inner.get(key);
  }

  put(key: K, value: V | null, timestamp: number): void {
    this.metrics.puts++;
    this.inner.put(key, value, timestamp);
  }

  all(): IterableIterator<KeyValueEntry<K, V>> {
    return this.inner.all();
  }

  range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>> {
    return this.inner.range(from, to);
  }
}
