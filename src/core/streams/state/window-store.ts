/**
 * Window stores: metered(changeLogging(inMemory)), and metered(spilled) once it has outgrown its budget (`spill/`).
 *
 * Windows are nested maps: window start -> key -> entry. A record's window is nearly always the one of the record before, so
 * the last bucket is remembered and a look-up costs one Map access. The starts are kept sorted, so a range scan touches
 * only the windows in it and forgetting drops whole windows.
 *
 * Retention is strict and follows the store's own stream time, the largest window start put so far: windows that start
 * before `observed - retention` are gone at once, and none is found that starts before `observed - visible`. (Kafka hides
 * them as strictly since 3.5; its segments only free them later.) With EMIT FINAL this is visible: a jump of stream time
 * beyond the retention loses unemitted windows.
 *
 * Changelog record: Kafka's window key (key bytes, window start as 8 bytes, sequence number 0 as 4 bytes), the value's bytes,
 * the entry's timestamp. Windows that were forgotten get a tombstone, so that compaction can drop them, whatever the
 * clock says.
 */
import { copyBytes, EMPTY_BYTES, readInt64, writeInt64 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { Windowed, type Window } from '../record.ts';
import { writeWith, type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { inKeyOrder } from './key-order.ts';
import { lowerBound } from './sorted.ts';
import { SpilledWindowStore } from './spill/spilled-window-store.ts';
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
  type StoreTimes,
} from './store-builder.ts';
import type { WindowEntry, WindowStore } from './store.ts';

export interface WindowStoreOptions<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly windowSizeMs: number;
  readonly retentionMs: number;
  /** A window that starts longer ago than this before the latest one is not found, though it is there until `retentionMs`. */
  readonly visibleMs: number;
  readonly logging: boolean;
}

export function windowStoreBuilder<K, V>(options: WindowStoreOptions<K, V>): StoreBuilder {
  return {
    name: options.name,
    kind: 'window',
    retentionMs: options.retentionMs,
    logging: options.logging,
    build: (context) => new MeteredWindowStore(options, context),
  };
}

export class StoredWindow<K, V> implements WindowEntry<K, V> {
  readonly key: Windowed<K>;
  value: V;
  timestamp: number;
  dirty = false;
  deleted = false;
  /** Serialized, as of the last flush. */
  sizeBytes = 0;

  constructor(key: Windowed<K>, value: V, timestamp: number) {
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
  }
}

/** The entries of one window. */
class Bucket<K, V> {
  readonly startMs: number;
  readonly window: Window;
  readonly entries = new Map<KeyId, StoredWindow<K, V>>();

  constructor(startMs: number, sizeMs: number) {
    this.startMs = startMs;
    this.window = { startMs, endMs: startMs + sizeMs };
  }
}

interface InnerWindowStore<K, V> extends WindowStore<K, V>, InnerStore {
  /** Puts and returns the entry that was written or removed, where there is one in memory. */
  change(key: K, value: V | null, timestamp: number, windowStartMs: number): StoredWindow<K, V> | undefined;
  fetch(key: K, windowStartMs: number): StoredWindow<K, V> | undefined;
  replace(entry: StoredWindow<K, V>, value: V, timestamp: number): void;
  readonly options: WindowStoreOptions<K, V>;
  readonly expired: number;
  fetchAllByKey(fromMs: number, toMs: number): WindowEntry<K, V>[];
}

class InMemoryWindowStore<K, V> implements InnerWindowStore<K, V> {
  readonly name: string;
  readonly kind = 'window';
  readonly isSpilled = false;
  readonly windowSizeMs: number;
  readonly options: WindowStoreOptions<K, V>;
  expired = 0;
  /** Called for each entry that is forgotten because of its age. */
  onForget: ((entry: StoredWindow<K, V>) => void) | undefined;
  readonly #buckets = new Map<number, Bucket<K, V>>();
  /** Starts of the buckets, ascending. */
  #starts: number[] = [];
  #last: Bucket<K, V> | undefined;
  #observedMs = -1;
  #size = 0;
  #sizeBytes = 0;

  constructor(options: WindowStoreOptions<K, V>) {
    this.name = options.name;
    this.windowSizeMs = options.windowSizeMs;
    this.options = options;
  }

  fetch(key: K, windowStartMs: number): StoredWindow<K, V> | undefined {
    if (windowStartMs < this.#observedMs - this.options.visibleMs) return undefined;
    return this.#bucket(windowStartMs)?.entries.get(this.options.keys.id(key));
  }

  *fetchRange(key: K, fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>> {
    const id = this.options.keys.id(key);
    for (const bucket of this.#bucketsIn(fromMs, toMs)) {
      const entry = bucket.entries.get(id);
      if (entry !== undefined) yield entry;
    }
  }

  *fetchAll(fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>> {
    for (const bucket of this.#bucketsIn(fromMs, toMs)) yield* bucket.entries.values();
  }

  all(): IterableIterator<WindowEntry<K, V>> {
    return this.fetchAll(0, Infinity);
  }

  /** As `fetchAll`, with the windows of one start in the order of their keys' bytes, as Kafka's time-ordered store. */
  fetchAllByKey(fromMs: number, toMs: number): WindowEntry<K, V>[] {
    const { keySerde } = this.options;
    const result: WindowEntry<K, V>[] = [];
    for (const bucket of this.#bucketsIn(fromMs, toMs)) {
      const entries = [...bucket.entries.values()];
      const keys = entries.map(({ key }) => keySerde.serialize(key.key) ?? EMPTY_BYTES);
      for (const entry of inKeyOrder(entries, keys)) result.push(entry);
    }
    return result;
  }

  put(key: K, value: V | null, timestamp: number, windowStartMs: number): void {
    this.change(key, value, timestamp, windowStartMs);
  }

  replace(entry: StoredWindow<K, V>, value: V, timestamp: number): void {
    entry.value = value;
    entry.timestamp = timestamp;
  }

  change(key: K, value: V | null, timestamp: number, windowStartMs: number): StoredWindow<K, V> | undefined {
    if (windowStartMs > this.#observedMs) {
      this.#observedMs = windowStartMs;
      this.#forget();
    } else if (windowStartMs < this.#observedMs - this.options.retentionMs) {
      this.expired++;
      return undefined;
    }
    const id = this.options.keys.id(key);
    const present = this.#bucket(windowStartMs);
    const entry = present?.entries.get(id);
    if (value === null) {
      if (present === undefined || entry === undefined) return undefined;
      present.entries.delete(id);
      this.#size--;
      this.#sizeBytes -= entry.sizeBytes;
      entry.deleted = true;
      entry.timestamp = timestamp;
      return entry;
    }
    if (entry !== undefined) {
      this.replace(entry, value, timestamp);
      return entry;
    }
    const bucket = present ?? this.#addBucket(windowStartMs);
    const added = new StoredWindow(new Windowed(key, bucket.window), value, timestamp);
    bucket.entries.set(id, added);
    this.#size++;
    return added;
  }

  /** Whether the entry's window is too old to be kept. */
  isForgotten({ key: { window } }: StoredWindow<K, V>): boolean {
    return window.startMs < this.#observedMs - this.options.retentionMs;
  }

  approximateEntries(): number {
    return this.#size;
  }

  size(): StoreSize {
    const memoryBytes = this.#sizeBytes + this.#size * ENTRY_OVERHEAD_BYTES;
    return { entries: this.#size, memoryBytes, spilledBytes: 0 };
  }

  /** Notes how large the entry is now. */
  resize(entry: StoredWindow<K, V>, sizeBytes: number): void {
    this.#sizeBytes += sizeBytes - entry.sizeBytes;
    entry.sizeBytes = sizeBytes;
  }

  flush(): void {}

  settle(): void {}

  *dump(): IterableIterator<ChangelogRecord> {
    const { keySerde, valueSerde } = this.options;
    for (const { entries } of this.#buckets.values()) {
      for (const { key, value, timestamp } of entries.values()) {
        const valueBytes = valueSerde.serialize(value) ?? EMPTY_BYTES;
        yield { key: changelogKey(keySerde, key), value: valueBytes, timestamp };
      }
    }
  }

  saveTimes(): StoreTimes {
    return { observedMs: this.#observedMs };
  }

  restoreTimes(times: StoreTimes): void {
    const observedMs = times['observedMs'] ?? -1;
    if (observedMs <= this.#observedMs) return;
    this.#observedMs = observedMs;
    this.#forget();
  }

  close(): void {
    this.#buckets.clear();
    this.#starts = [];
    this.#last = undefined;
    this.#size = 0;
    this.#sizeBytes = 0;
  }

  restore(bytes: Uint8Array, valueBytes: Uint8Array | null, timestamp: number): void {
    const keyLength = bytes.length - 12;
    assert(keyLength >= 0, `a changelog key of ${this.name} ends with a window start and a sequence number`);
    const key = this.options.keySerde.deserialize(bytes.subarray(0, keyLength));
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    const value = valueBytes === null ? null : this.options.valueSerde.deserialize(valueBytes);
    const { expired } = this;
    const entry = this.change(key, value, timestamp, readInt64(bytes, keyLength));
    this.expired = expired;
    if (entry !== undefined && !entry.deleted) this.resize(entry, bytes.length + (valueBytes?.length ?? 0));
  }

  #bucket(startMs: number): Bucket<K, V> | undefined {
    const last = this.#last;
    if (last !== undefined && last.startMs === startMs) return last;
    const found = this.#buckets.get(startMs);
    if (found !== undefined) this.#last = found;
    return found;
  }

  *#bucketsIn(fromMs: number, toMs: number): IterableIterator<Bucket<K, V>> {
    const starts = this.#starts;
    const firstMs = Math.max(fromMs, this.#observedMs - this.options.visibleMs);
    for (let i = lowerBound(starts, firstMs); i < starts.length; i++) {
      const start = starts[i];
      if (start === undefined || start > toMs) return;
      const bucket = this.#buckets.get(start);
      if (bucket !== undefined) yield bucket;
    }
  }

  #addBucket(startMs: number): Bucket<K, V> {
    const bucket = new Bucket<K, V>(startMs, this.windowSizeMs);
    this.#buckets.set(startMs, bucket);
    const latest = this.#starts.at(-1);
    if (latest === undefined || latest < startMs) this.#starts.push(startMs);
    else this.#starts.splice(lowerBound(this.#starts, startMs), 0, startMs);
    this.#last = bucket;
    return bucket;
  }

  #forget(): void {
    const limitMs = this.#observedMs - this.options.retentionMs;
    const first = this.#starts[0];
    if (first === undefined || first >= limitMs) return;
    const count = lowerBound(this.#starts, limitMs);
    for (const start of this.#starts.slice(0, count)) {
      const bucket = this.#buckets.get(start);
      if (bucket === undefined) continue;
      this.#size -= bucket.entries.size;
      for (const entry of bucket.entries.values()) {
        this.#sizeBytes -= entry.sizeBytes;
        this.onForget?.(entry);
      }
      this.#buckets.delete(start);
      if (this.#last === bucket) this.#last = undefined;
    }
    this.#starts = this.#starts.slice(count);
  }
}

class ChangeLoggingWindowStore<K, V>
  extends ChangeLoggingStore<StoredWindow<K, V>, InMemoryWindowStore<K, V>>
  implements InnerWindowStore<K, V>
{
  readonly name: string;
  readonly kind = 'window';
  readonly windowSizeMs: number;
  readonly options: WindowStoreOptions<K, V>;

  constructor(inner: InMemoryWindowStore<K, V>) {
    super(inner);
    this.name = inner.name;
    this.windowSizeMs = inner.windowSizeMs;
    this.options = inner.options;
    inner.onForget = (entry) => {
      entry.deleted = true;
      this.note(entry);
    };
  }

  get expired(): number {
    return this.inner.expired;
  }

  fetch(key: K, windowStartMs: number): StoredWindow<K, V> | undefined {
    return this.inner.fetch(key, windowStartMs);
  }

  fetchRange(key: K, fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>> {
    return this.inner.fetchRange(key, fromMs, toMs);
  }

  fetchAll(fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>> {
    return this.inner.fetchAll(fromMs, toMs);
  }

  fetchAllByKey(fromMs: number, toMs: number): WindowEntry<K, V>[] {
    return this.inner.fetchAllByKey(fromMs, toMs);
  }

  all(): IterableIterator<WindowEntry<K, V>> {
    return this.inner.all();
  }

  put(key: K, value: V | null, timestamp: number, windowStartMs: number): void {
    this.change(key, value, timestamp, windowStartMs);
  }

  change(key: K, value: V | null, timestamp: number, windowStartMs: number): StoredWindow<K, V> | undefined {
    const entry = this.inner.change(key, value, timestamp, windowStartMs);
    if (entry !== undefined) this.note(entry);
    return entry;
  }

  replace(entry: StoredWindow<K, V>, value: V, timestamp: number): void {
    this.inner.replace(entry, value, timestamp);
    this.note(entry);
  }

  protected write(entry: StoredWindow<K, V>, sink: ChangelogSink): void {
    // it came and went between two commits
    if (entry.deleted && entry.sizeBytes === 0 && this.inner.isForgotten(entry)) return;
    const { keySerde, valueSerde } = this.options;
    const out = sink.begin(entry.timestamp);
    writeWith(keySerde, entry.key.key, out);
    out.int64(entry.key.window.startMs);
    out.int32(0);
    sink.endKey();
    if (!entry.deleted) writeWith(valueSerde, entry.value, out);
    const sizeBytes = sink.end(!entry.deleted);
    if (!entry.deleted) this.inner.resize(entry, sizeBytes);
  }
}

/** Kafka's window key, with the sequence number 0. */
function changelogKey<K>(keySerde: Serde<K>, { key, window }: Windowed<K>): Uint8Array {
  const keyBytes = keySerde.serialize(key) ?? EMPTY_BYTES;
  const bytes = new Uint8Array(keyBytes.length + 12);
  copyBytes(keyBytes, bytes, 0);
  writeInt64(bytes, keyBytes.length, window.startMs);
  return bytes;
}

export class MeteredWindowStore<K, V>
  extends MeteredStore<InnerWindowStore<K, V>>
  implements WindowStore<K, V>, RuntimeStore
{
  readonly kind = 'window';
  readonly windowSizeMs: number;
  readonly #options: WindowStoreOptions<K, V>;

  constructor(options: WindowStoreOptions<K, V>, context: StoreContext) {
    const inMemory = new InMemoryWindowStore(options);
    super(options.name, context.notesChanges ? new ChangeLoggingWindowStore(inMemory) : inMemory, context);
    this.windowSizeMs = options.windowSizeMs;
    this.#options = options;
  }

  protected spilled(spill: Spill, notesChanges: boolean): SpilledWindowStore<K, V, WindowStoreOptions<K, V>> {
    const spilled = new SpilledWindowStore<K, V, WindowStoreOptions<K, V>>(this.#options, notesChanges, spill);
    spilled.expired = this.metrics.expired;
    return spilled;
  }

  fetch(key: K, windowStartMs: number): StoredWindow<K, V> | undefined {
    this.metrics.gets++;
    return this.inner.fetch(key, windowStartMs);
  }

  fetchRange(key: K, fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>> {
    this.metrics.gets++;
    return this.inner.fetchRange(key, fromMs, toMs);
  }

  fetchAll(fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>> {
    return this.inner.fetchAll(fromMs, toMs);
  }

  fetchAllByKey(fromMs: number, toMs: number): WindowEntry<K, V>[] {
    return this.inner.fetchAllByKey(fromMs, toMs);
  }

  all(): IterableIterator<WindowEntry<K, V>> {
    return this.inner.all();
  }

  put(key: K, value: V | null, timestamp: number, windowStartMs: number): void {
    this.add(key, value, timestamp, windowStartMs);
  }

  /** Puts, and returns the entry with the window's own key; undefined when it was not kept, or lies in the scratch file. */
  add(key: K, value: V | null, timestamp: number, windowStartMs: number): StoredWindow<K, V> | undefined {
    this.metrics.puts++;
    const entry = this.inner.change(key, value, timestamp, windowStartMs);
    this.metrics.expired = this.inner.expired;
    return entry;
  }

  /** As `put` for an entry that `fetch` has just found: it is not looked up again. */
  replace(entry: StoredWindow<K, V>, value: V, timestamp: number): void {
    this.metrics.puts++;
    this.inner.replace(entry, value, timestamp);
  }
}
