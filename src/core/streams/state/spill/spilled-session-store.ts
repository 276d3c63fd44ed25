/**
 * A session store in the scratch file. Each session has two entries:
 *
 *     1, key length (4 bytes), key, end, start (8 bytes each)    -> the value's bytes
 *     0, end, start, key                                         -> nothing
 *
 * so that a key's sessions lie together, by end and start, and all sessions lie by their end: for those that close, and for
 * those that are forgotten, which are a prefix.
 */
import { EMPTY_BYTES, readInt64 } from '../../../common/bytes.ts';
import { assert } from '../../../common/errors.ts';
import { Windowed, type Window } from '../../record.ts';
import type { Serde } from '../../serde.ts';
import type { SessionEntry } from '../store.ts';
import type { ChangelogRecord, ChangelogSink, Spill, StoreSize, StoreTimes } from '../store-builder.ts';
import { ChangeBuffer } from './change-buffer.ts';
import { KeyWriter, LENGTH_BYTES, prefixEnd, TIME_BYTES } from './composite-key.ts';
import { LsmTree } from './lsm-tree.ts';

interface Options<K, V> {
  readonly name: string;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly retentionMs: number;
}

const BY_TIME = 0;
const BY_KEY = 1;
const WINDOW_BYTES = 2 * TIME_BYTES;

export class SpilledSessionStore<K, V, O extends Options<K, V>> {
  readonly name: string;
  readonly kind = 'session';
  readonly isSpilled = true;
  readonly options: O;
  expired = 0;
  readonly #tree: LsmTree;
  readonly #changes: ChangeBuffer;
  #observedMs = -1;
  #entries = 0;

  constructor(options: O, notesChanges: boolean, { pages, budgetBytes }: Spill) {
    this.name = options.name;
    this.options = options;
    this.#tree = new LsmTree({ pages, memoryBytes: budgetBytes });
    this.#changes = new ChangeBuffer(notesChanges);
  }

  fetchSession(key: K, startMs: number, endMs: number): V | undefined {
    if (endMs < this.#firstEndMs) return undefined;
    const stored = this.#tree.get(keyFirst(this.#keyBytes(key), { startMs, endMs }));
    return stored === undefined ? undefined : this.#valueOf(stored);
  }

  fetchKey(key: K): readonly SessionEntry<K, V>[] {
    return this.findSessions(key, 0, Infinity);
  }

  findSessions(key: K, earliestEndMs: number, latestStartMs: number): readonly SessionEntry<K, V>[] {
    const found: SessionEntry<K, V>[] = [];
    const keyBytes = this.#keyBytes(key);
    const limitMs = Math.max(0, earliestEndMs, this.#firstEndMs);
    const from = keyFirst(keyBytes, { startMs: 0, endMs: limitMs });
    for (const entry of this.#tree.scan(from, prefixEnd(from.subarray(0, from.length - WINDOW_BYTES)))) {
      const window = windowAt(entry.key, entry.key.length - WINDOW_BYTES);
      if (window.startMs > latestStartMs) continue;
      found.push({ key: new Windowed(key, window), value: this.#valueOf(entry.value) });
    }
    return found;
  }

  *all(): IterableIterator<SessionEntry<K, V>> {
    const limitMs = this.#firstEndMs;
    for (const { key, value } of this.#tree.scan(Uint8Array.of(BY_KEY), undefined)) {
      const window = windowAt(key, key.length - WINDOW_BYTES);
      if (window.endMs < limitMs) continue;
      const keyBytes = key.subarray(1 + LENGTH_BYTES, key.length - WINDOW_BYTES);
      yield { key: new Windowed(this.#keyOf(keyBytes), window), value: this.#valueOf(value) };
    }
  }

  /** Sessions of all keys with an end in the range, by end, start and key's bytes; also those that the last put expired. */
  findEndedBetween(fromEndMs: number, toEndMs: number): SessionEntry<K, V>[] {
    const found: SessionEntry<K, V>[] = [];
    const from = timeFirst(EMPTY_BYTES, { endMs: Math.max(0, fromEndMs), startMs: 0 });
    const to = timeFirst(EMPTY_BYTES, { endMs: toEndMs + 1, startMs: 0 });
    if (toEndMs < fromEndMs) return found;
    for (const { key } of this.#tree.scan(from, to)) {
      const window = windowAt(key, 1);
      const keyBytes = key.subarray(1 + WINDOW_BYTES);
      const stored = this.#tree.get(keyFirst(keyBytes, window));
      assert(stored !== undefined, `a session of ${this.name} lies by its key as well`);
      found.push({ key: new Windowed(this.#keyOf(keyBytes), window), value: this.#valueOf(stored) });
    }
    return found;
  }

  put(key: Windowed<K>, value: V | null): void {
    const keyBytes = this.#keyBytes(key.key);
    const valueBytes = value === null ? null : (this.options.valueSerde.serialize(value) ?? EMPTY_BYTES);
    this.#forget();
    const { endMs } = key.window;
    if (endMs > this.#observedMs) this.#observedMs = endMs;
    else if (valueBytes !== null && endMs < this.#observedMs - this.options.retentionMs) {
      this.expired++;
      return;
    }
    if (this.#write(keyBytes, key.window, valueBytes)) {
      this.#changes.note(changelogKey(keyBytes, key.window), valueBytes, endMs);
    }
  }

  approximateEntries(): number {
    return this.#entries;
  }

  size(): StoreSize {
    const { memoryBytes, spilledBytes } = this.#tree;
    return { entries: this.#entries, memoryBytes, spilledBytes };
  }

  flush(sink: ChangelogSink): void {
    this.#changes.flush(sink);
  }

  /** What is too old by now is forgotten at the next put, which tells the changelog. */
  restore(bytes: Uint8Array, value: Uint8Array | null): void {
    const keyLength = bytes.length - WINDOW_BYTES;
    assert(keyLength >= 0, `a changelog key of ${this.name} ends with an end and a start`);
    const window = windowAt(bytes, keyLength);
    this.#observedMs = Math.max(this.#observedMs, window.endMs);
    this.#write(bytes.subarray(0, keyLength), window, value?.slice() ?? null);
  }

  settle(): void {
    this.#tree.settle();
  }

  *dump(): IterableIterator<ChangelogRecord> {
    for (const { key, value } of this.#tree.scan(Uint8Array.of(BY_KEY), undefined)) {
      yield { key: key.subarray(1 + LENGTH_BYTES), value, timestamp: windowAt(key, key.length - WINDOW_BYTES).endMs };
    }
  }

  saveTimes(): StoreTimes {
    return { observedMs: this.#observedMs };
  }

  restoreTimes(times: StoreTimes): void {
    this.#observedMs = Math.max(this.#observedMs, times['observedMs'] ?? -1);
  }

  close(): void {
    this.#tree.close();
  }

  /** Sessions that ended before are not found. */
  get #firstEndMs(): number {
    return this.#observedMs - this.options.retentionMs + 1;
  }

  /** @returns whether anything changed */
  #write(keyBytes: Uint8Array, window: Window, value: Uint8Array | null): boolean {
    const key = keyFirst(keyBytes, window);
    const isPresent = this.#tree.get(key) !== undefined;
    if (value === null) {
      if (!isPresent) return false;
      this.#tree.delete(key);
      this.#tree.delete(timeFirst(keyBytes, window));
      this.#entries--;
      return true;
    }
    this.#tree.put(key, value);
    if (isPresent) return true;
    this.#tree.put(timeFirst(keyBytes, window), EMPTY_BYTES);
    this.#entries++;
    return true;
  }

  #forget(): void {
    const limitMs = this.#observedMs - this.options.retentionMs;
    if (limitMs <= 0) return;
    const floor = timeFirst(EMPTY_BYTES, { endMs: limitMs, startMs: 0 });
    for (const { key } of this.#tree.scan(undefined, floor)) {
      const window = windowAt(key, 1);
      const keyBytes = key.subarray(1 + WINDOW_BYTES);
      this.#tree.delete(keyFirst(keyBytes, window));
      this.#changes.note(changelogKey(keyBytes, window), null, window.endMs);
      this.#entries--;
    }
    this.#tree.dropBefore(floor);
  }

  #keyBytes(key: K): Uint8Array {
    return this.options.keySerde.serialize(key) ?? EMPTY_BYTES;
  }

  #keyOf(bytes: Uint8Array): K {
    const key = this.options.keySerde.deserialize(bytes);
    assert(key !== null, `an entry of ${this.name} has a key`);
    return key;
  }

  #valueOf(bytes: Uint8Array): V {
    const value = this.options.valueSerde.deserialize(bytes);
    assert(value !== null, `an entry of ${this.name} has a value`);
    return value;
  }
}

function windowAt(bytes: Uint8Array, at: number): Window {
  return { startMs: readInt64(bytes, at + TIME_BYTES), endMs: readInt64(bytes, at) };
}

function keyFirst(keyBytes: Uint8Array, { startMs, endMs }: Window): Uint8Array {
  return new KeyWriter(1 + LENGTH_BYTES + keyBytes.length + WINDOW_BYTES)
    .byte(BY_KEY)
    .int32(keyBytes.length)
    .append(keyBytes)
    .time(endMs)
    .time(startMs).bytes;
}

function timeFirst(keyBytes: Uint8Array, { startMs, endMs }: Window): Uint8Array {
  return new KeyWriter(1 + WINDOW_BYTES + keyBytes.length).byte(BY_TIME).time(endMs).time(startMs).append(keyBytes)
    .bytes;
}

/** Kafka's session key. */
function changelogKey(keyBytes: Uint8Array, { startMs, endMs }: Window): Uint8Array {
  return new KeyWriter(keyBytes.length + WINDOW_BYTES).append(keyBytes).time(endMs).time(startMs).bytes;
}
