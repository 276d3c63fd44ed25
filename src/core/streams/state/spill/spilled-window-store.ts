/**
 * A window store in the scratch file. Entry: the window's start (8 bytes) and the key's bytes; the timestamp (8 bytes) and the
 * value's bytes. So windows lie in the order of their start and forgetting drops a prefix. The starts that there are stay
 * in memory: the windows of one key are looked up start by start.
 */
import { EMPTY_BYTES, readInt64 } from '../../../common/bytes.ts';
import { assert } from '../../../common/errors.ts';
import { Windowed } from '../../record.ts';
import type { Serde } from '../../serde.ts';
import { lowerBound } from '../sorted.ts';
import type { ChangelogRecord, ChangelogSink, Spill, StoreSize, StoreTimes } from '../store-builder.ts';
import { ChangeBuffer } from './change-buffer.ts';
import { KeyWriter, stampValue, TIME_BYTES } from './composite-key.ts';
import { LsmTree } from './lsm-tree.ts';

export interface SpilledWindowOptions<K, V> {
  readonly name: string;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly windowSizeMs: number;
  readonly retentionMs: number;
  readonly visibleMs: number;
}

/** Kafka's window key: the key, the window's start, a sequence number, which is 0. */
const CHANGELOG_SUFFIX_BYTES = TIME_BYTES + 4;

/** What a window store finds; the fields beyond value and timestamp are those of an entry in memory. */
class FoundWindow<K, V> {
  readonly key: Windowed<K>;
  value: V;
  timestamp: number;
  dirty = false;
  deleted = false;
  sizeBytes = 0;

  constructor(key: Windowed<K>, value: V, timestamp: number) {
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
  }
}

export class SpilledWindowStore<K, V, O extends SpilledWindowOptions<K, V>> {
  readonly name: string;
  readonly kind = 'window';
  readonly isSpilled = true;
  readonly windowSizeMs: number;
  readonly options: O;
  expired = 0;
  readonly #tree: LsmTree;
  readonly #changes: ChangeBuffer;
  /** Ascending. */
  #starts: number[] = [];
  #observedMs = -1;
  #entries = 0;

  constructor(options: O, notesChanges: boolean, { pages, budgetBytes }: Spill) {
    this.name = options.name;
    this.windowSizeMs = options.windowSizeMs;
    this.options = options;
    this.#tree = new LsmTree({ pages, memoryBytes: budgetBytes });
    this.#changes = new ChangeBuffer(notesChanges);
  }

  fetch(key: K, windowStartMs: number): FoundWindow<K, V> | undefined {
    return this.#find(this.#keyBytes(key), key, windowStartMs);
  }

  *fetchRange(key: K, fromMs: number, toMs: number): IterableIterator<FoundWindow<K, V>> {
    const keyBytes = this.#keyBytes(key);
    const starts = this.#starts;
    for (let i = lowerBound(starts, this.#visibleFrom(fromMs)); i < starts.length; i++) {
      const start = starts[i] as number;
      if (start > toMs) return;
      const found = this.#find(keyBytes, key, start);
      if (found !== undefined) yield found;
    }
  }

  /** In the order of the start, then of the key's bytes. */
  *fetchAll(fromMs: number, toMs: number): IterableIterator<FoundWindow<K, V>> {
    const firstMs = this.#visibleFrom(Math.max(0, fromMs));
    const to = toMs >= Number.MAX_SAFE_INTEGER ? undefined : treeKey(toMs + 1, EMPTY_BYTES);
    if (to !== undefined && toMs < firstMs) return;
    for (const { key, value } of this.#tree.scan(treeKey(firstMs, EMPTY_BYTES), to)) {
      const found = this.options.keySerde.deserialize(key.subarray(TIME_BYTES));
      assert(found !== null, `an entry of ${this.name} has a key`);
      yield this.#entryOf(found, readInt64(key, 0), value);
    }
  }

  fetchAllByKey(fromMs: number, toMs: number): FoundWindow<K, V>[] {
    return [...this.fetchAll(fromMs, toMs)];
  }

  all(): IterableIterator<FoundWindow<K, V>> {
    return this.fetchAll(0, Infinity);
  }

  put(key: K, value: V | null, timestamp: number, windowStartMs: number): void {
    const valueBytes = value === null ? null : (this.options.valueSerde.serialize(value) ?? EMPTY_BYTES);
    const keyBytes = this.#keyBytes(key);
    if (this.#isExpired(windowStartMs)) this.expired++;
    else if (this.#write(keyBytes, valueBytes, timestamp, windowStartMs)) {
      this.#changes.note(changelogKey(keyBytes, windowStartMs), valueBytes, timestamp);
    }
  }

  /** There is no entry in memory to be had. */
  change(key: K, value: V | null, timestamp: number, windowStartMs: number): undefined {
    this.put(key, value, timestamp, windowStartMs);
  }

  replace(entry: { readonly key: Windowed<K> }, value: V, timestamp: number): void {
    this.put(entry.key.key, value, timestamp, entry.key.window.startMs);
  }

  approximateEntries(): number {
    return this.#entries;
  }

  size(): StoreSize {
    const { memoryBytes, spilledBytes } = this.#tree;
    return { entries: this.#entries, memoryBytes: memoryBytes + TIME_BYTES * this.#starts.length, spilledBytes };
  }

  flush(sink: ChangelogSink): void {
    this.#changes.flush(sink);
  }

  restore(bytes: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    const keyLength = bytes.length - CHANGELOG_SUFFIX_BYTES;
    assert(keyLength >= 0, `a changelog key of ${this.name} ends with a window start and a sequence number`);
    this.#write(bytes.subarray(0, keyLength), value, timestamp, readInt64(bytes, keyLength));
  }

  settle(): void {
    this.#tree.settle();
  }

  *dump(): IterableIterator<ChangelogRecord> {
    for (const { key, value } of this.#tree.scan(undefined, undefined)) {
      yield {
        key: changelogKey(key.subarray(TIME_BYTES), readInt64(key, 0)),
        value: value.subarray(TIME_BYTES),
        timestamp: readInt64(value, 0),
      };
    }
  }

  saveTimes(): StoreTimes {
    return { observedMs: this.#observedMs };
  }

  restoreTimes(times: StoreTimes): void {
    this.#observe(times['observedMs'] ?? -1);
  }

  close(): void {
    this.#tree.close();
  }

  #keyBytes(key: K): Uint8Array {
    return this.options.keySerde.serialize(key) ?? EMPTY_BYTES;
  }

  #find(keyBytes: Uint8Array, key: K, startMs: number): FoundWindow<K, V> | undefined {
    if (startMs < 0 || startMs < this.#visibleFrom(startMs)) return undefined;
    const stored = this.#tree.get(treeKey(startMs, keyBytes));
    return stored === undefined ? undefined : this.#entryOf(key, startMs, stored);
  }

  #entryOf(key: K, startMs: number, stored: Uint8Array): FoundWindow<K, V> {
    const value = this.options.valueSerde.deserialize(stored.subarray(TIME_BYTES));
    assert(value !== null, `an entry of ${this.name} has a value`);
    const window = { startMs, endMs: startMs + this.windowSizeMs };
    return new FoundWindow(new Windowed(key, window), value, readInt64(stored, 0));
  }

  #visibleFrom(fromMs: number): number {
    return Math.max(fromMs, this.#observedMs - this.options.visibleMs);
  }

  #isExpired(startMs: number): boolean {
    return startMs < this.#observedMs - this.options.retentionMs;
  }

  /** @returns whether anything changed */
  #write(keyBytes: Uint8Array, value: Uint8Array | null, timestamp: number, startMs: number): boolean {
    this.#observe(startMs);
    if (this.#isExpired(startMs)) return false;
    const key = treeKey(startMs, keyBytes);
    const isPresent = this.#tree.get(key) !== undefined;
    if (value === null) {
      if (!isPresent) return false;
      this.#tree.delete(key);
      this.#entries--;
      return true;
    }
    this.#tree.put(key, stampValue(value, timestamp));
    if (isPresent) return true;
    this.#entries++;
    const at = lowerBound(this.#starts, startMs);
    if (this.#starts[at] !== startMs) this.#starts.splice(at, 0, startMs);
    return true;
  }

  /** Moves the store's stream time on and forgets what is too old. */
  #observe(startMs: number): void {
    if (startMs <= this.#observedMs) return;
    this.#observedMs = startMs;
    const limitMs = startMs - this.options.retentionMs;
    const first = this.#starts[0];
    if (first === undefined || first >= limitMs) return;
    const floor = treeKey(limitMs, EMPTY_BYTES);
    for (const { key, value } of this.#tree.scan(undefined, floor)) {
      this.#changes.note(changelogKey(key.subarray(TIME_BYTES), readInt64(key, 0)), null, readInt64(value, 0));
      this.#entries--;
    }
    this.#tree.dropBefore(floor);
    this.#starts = this.#starts.slice(lowerBound(this.#starts, limitMs));
  }
}

function treeKey(startMs: number, keyBytes: Uint8Array): Uint8Array {
  return new KeyWriter(TIME_BYTES + keyBytes.length).time(startMs).append(keyBytes).bytes;
}

function changelogKey(keyBytes: Uint8Array, startMs: number): Uint8Array {
  return new KeyWriter(keyBytes.length + CHANGELOG_SUFFIX_BYTES).append(keyBytes).time(startMs).int32(0).bytes;
}
