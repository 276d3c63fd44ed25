/**
 * Session stores: metered(changeLogging(inMemory)), and metered(spilled) once it has outgrown its budget (`spill/`).
 *
 * A key has few sessions at a time, so they are a small array, ordered by end and start. A session is found
 * while it ended after `observed - retention`, where `observed` is the largest session end put so far. Those that ended
 * before it are forgotten at the next put after they expire, so that EMIT FINAL still finds the sessions that the latest
 * put has closed. (Kafka loses those whose segment, a minute or more, has expired with that put.)
 *
 * Changelog record: Kafka's session key (key bytes, end, start, 8 bytes each), the value's bytes, the session's end.
 */
import { compareBytes, EMPTY_BYTES } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import type { Windowed } from '../record.ts';
import { type Window } from '../record.ts';
import { type KeyAdapter, type KeyId, type Serde, sessionWindowedSerde, writeWith } from '../serde.ts';
import { SpilledSessionStore } from './spill/spilled-session-store.ts';
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
import type { SessionEntry, SessionStore } from './store.ts';
import { Heap } from './sorted.ts';

export interface SessionStoreOptions<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly retentionMs: number;
  readonly logging: boolean;
}

export function sessionStoreBuilder<K, V>(options: SessionStoreOptions<K, V>): StoreBuilder {
  return {
    name: options.name,
    kind: 'session',
    retentionMs: options.retentionMs,
    logging: options.logging,
    build: (context) => new MeteredSessionStore(options, context),
  };
}

class StoredSession<K, V> implements SessionEntry<K, V> {
  readonly key: Windowed<K>;
  readonly id: KeyId;
  value: V;
  dirty = false;
  deleted = false;
  /** Serialized, as of the last flush. */
  sizeBytes = 0;

  constructor(key: Windowed<K>, id: KeyId, value: V) {
    this.key = key;
    this.id = id;
    this.value = value;
  }
}

const NONE: readonly never[] = [];

/** So many deleted sessions may wait in the heap whatever its size. */
const FEW_DEAD = 1_000;

interface InnerSessionStore<K, V> extends SessionStore<K, V>, InnerStore {
  readonly options: SessionStoreOptions<K, V>;
  readonly expired: number;
  findEndedBetween(fromEndMs: number, toEndMs: number): SessionEntry<K, V>[];
}

class InMemorySessionStore<K, V> implements InnerSessionStore<K, V> {
  readonly name: string;
  readonly kind = 'session';
  readonly isSpilled = false;
  readonly options: SessionStoreOptions<K, V>;
  readonly serde: Serde<Windowed<K>>;
  expired = 0;
  onForget: ((entry: StoredSession<K, V>) => void) | undefined;
  readonly #sessions = new Map<KeyId, StoredSession<K, V>[]>();
  /** What is to be forgotten next. Deleted sessions stay in it for a while: `#dead` of them. */
  #byEnd = new Heap<StoredSession<K, V>>(compareEnds);
  #dead = 0;
  /** What ends next of the sessions that end after `#askedToMs`, for EMIT FINAL; made when that is first asked for. */
  #open: Heap<StoredSession<K, V>> | undefined;
  #askedToMs = -1;
  #observedMs = -1;
  #size = 0;
  #sizeBytes = 0;

  constructor(options: SessionStoreOptions<K, V>) {
    this.name = options.name;
    this.options = options;
    this.serde = sessionWindowedSerde(options.keySerde);
  }

  fetchSession(key: K, startMs: number, endMs: number): V | undefined {
    if (endMs < this.#firstEndMs) return undefined;
    const sessions = this.#sessions.get(this.options.keys.id(key));
    return sessions?.find(({ key: { window } }) => window.startMs === startMs && window.endMs === endMs)?.value;
  }

  fetchKey(key: K): readonly SessionEntry<K, V>[] {
    return this.findSessions(key, 0, Infinity);
  }

  /** From the last on, for it is nearly always among the last ones that somebody looks. */
  findSessions(key: K, earliestEndMs: number, latestStartMs: number): readonly SessionEntry<K, V>[] {
    const sessions = this.#sessions.get(this.options.keys.id(key));
    if (sessions === undefined) return NONE;
    const limitMs = Math.max(earliestEndMs, this.#firstEndMs);
    let first = sessions.length;
    while (first > 0 && (sessions[first - 1] as StoredSession<K, V>).key.window.endMs >= limitMs) first--;
    if (first === sessions.length) return NONE;
    const found: StoredSession<K, V>[] = [];
    for (let i = first; i < sessions.length; i++) {
      const session = sessions[i] as StoredSession<K, V>;
      if (session.key.window.startMs <= latestStartMs) found.push(session);
    }
    return found;
  }

  *all(): IterableIterator<SessionEntry<K, V>> {
    const limitMs = this.#firstEndMs;
    for (const sessions of this.#sessions.values()) {
      for (const session of sessions) if (session.key.window.endMs >= limitMs) yield session;
    }
  }

  /**
   * Sessions of all keys with an end in the range, by end, start and key's bytes; also those that the last put expired. A range
   * beyond those that were asked for before, as EMIT FINAL asks, costs what it finds; any other looks at every session.
   */
  findEndedBetween(fromEndMs: number, toEndMs: number): SessionEntry<K, V>[] {
    const found: SessionEntry<K, V>[] = [];
    if (fromEndMs > this.#askedToMs) {
      const open = (this.#open ??= this.#heapOfAll());
      this.#askedToMs = toEndMs;
      for (let next = open.peek(); next !== undefined && next.key.window.endMs <= toEndMs; next = open.peek()) {
        open.pop();
        if (!next.deleted && next.key.window.endMs >= fromEndMs) found.push(next);
      }
    } else {
      for (const sessions of this.#sessions.values()) {
        for (const session of sessions) {
          if (session.key.window.endMs >= fromEndMs && session.key.window.endMs <= toEndMs) found.push(session);
        }
      }
    }
    if (found.length < 2) return found;
    const { keySerde } = this.options;
    return found
      .map((session) => ({ session, bytes: keySerde.serialize(session.key.key) ?? EMPTY_BYTES }))
      .sort((a, b) => compareWindows(a.session.key.window, b.session.key.window) || compareBytes(a.bytes, b.bytes))
      .map(({ session }) => session);
  }

  put(key: Windowed<K>, value: V | null): void {
    this.change(key, value);
  }

  change(key: Windowed<K>, value: V | null): StoredSession<K, V> | undefined {
    const { window } = key;
    this.#forget();
    if (window.endMs > this.#observedMs) this.#observedMs = window.endMs;
    else if (value !== null && window.endMs < this.#observedMs - this.options.retentionMs) {
      this.expired++;
      return undefined;
    }
    return this.#write(key, value);
  }

  #write(key: Windowed<K>, value: V | null): StoredSession<K, V> | undefined {
    const { window } = key;
    const id = this.options.keys.id(key.key);
    let sessions = this.#sessions.get(id);
    // Behind the last session that is not after this one.
    let index = sessions?.length ?? 0;
    let order = -1;
    if (sessions !== undefined) {
      for (; index > 0; index--) {
        order = compareWindows((sessions[index - 1] as StoredSession<K, V>).key.window, window);
        if (order <= 0) break;
      }
    }
    const present = order === 0 ? sessions?.[index - 1] : undefined;
    if (value === null) {
      if (sessions === undefined || present === undefined) return undefined;
      present.deleted = true;
      if (index === sessions.length) sessions.pop();
      else sessions.splice(index - 1, 1);
      if (sessions.length === 0) this.#sessions.delete(id);
      this.#size--;
      this.#sizeBytes -= present.sizeBytes;
      this.#dead++;
      // Half of the heap is more than there is to find: it is made anew, at a cost that the deletions have earned.
      if (this.#dead > this.#size + FEW_DEAD) this.#dropDead();
      return present;
    }
    if (present !== undefined) {
      present.value = value;
      return present;
    }
    const added = new StoredSession(key, id, value);
    if (sessions === undefined) {
      sessions = [];
      this.#sessions.set(id, sessions);
    }
    if (index === sessions.length) sessions.push(added);
    else sessions.splice(index, 0, added);
    this.#byEnd.push(added);
    this.#open?.push(added);
    this.#size++;
    return added;
  }

  approximateEntries(): number {
    return this.#size;
  }

  size(): StoreSize {
    const memoryBytes = this.#sizeBytes + this.#size * ENTRY_OVERHEAD_BYTES;
    return { entries: this.#size, memoryBytes, spilledBytes: 0 };
  }

  /** Notes how large the entry is now. */
  resize(entry: StoredSession<K, V>, sizeBytes: number): void {
    this.#sizeBytes += sizeBytes - entry.sizeBytes;
    entry.sizeBytes = sizeBytes;
  }

  flush(): void {}

  settle(): void {}

  *dump(): IterableIterator<ChangelogRecord> {
    for (const sessions of this.#sessions.values()) {
      for (const { key, value } of [...sessions]) {
        const valueBytes = this.options.valueSerde.serialize(value) ?? EMPTY_BYTES;
        yield { key: this.serde.serialize(key) ?? EMPTY_BYTES, value: valueBytes, timestamp: key.window.endMs };
      }
    }
  }

  saveTimes(): StoreTimes {
    return { observedMs: this.#observedMs };
  }

  restoreTimes(times: StoreTimes): void {
    this.#observedMs = Math.max(this.#observedMs, times['observedMs'] ?? -1);
  }

  close(): void {
    this.#sessions.clear();
    this.#byEnd = new Heap<StoredSession<K, V>>(compareEnds);
    this.#dead = 0;
    this.#open = undefined;
    this.#askedToMs = -1;
    this.#size = 0;
    this.#sizeBytes = 0;
  }

  /** What is too old by now is forgotten at the next put, which tells the changelog. */
  restore(keyBytes: Uint8Array, valueBytes: Uint8Array | null): void {
    const key = this.serde.deserialize(keyBytes);
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    if (key.window.endMs > this.#observedMs) this.#observedMs = key.window.endMs;
    const entry = this.#write(key, valueBytes === null ? null : this.options.valueSerde.deserialize(valueBytes));
    if (entry !== undefined && !entry.deleted) this.resize(entry, keyBytes.length + (valueBytes?.length ?? 0));
  }

  /** Sessions that ended before are not found. */
  get #firstEndMs(): number {
    return this.#observedMs - this.options.retentionMs + 1;
  }

  #dropDead(): void {
    this.#byEnd = this.#heapOfAll();
    this.#dead = 0;
  }

  #heapOfAll(): Heap<StoredSession<K, V>> {
    const heap = new Heap<StoredSession<K, V>>(compareEnds);
    for (const sessions of this.#sessions.values()) for (const session of sessions) heap.push(session);
    return heap;
  }

  #forget(): void {
    const limitMs = this.#observedMs - this.options.retentionMs;
    for (let oldest = this.#byEnd.peek(); oldest !== undefined; oldest = this.#byEnd.peek()) {
      if (!oldest.deleted && oldest.key.window.endMs >= limitMs) return;
      this.#byEnd.pop();
      if (oldest.deleted) {
        this.#dead--;
        continue;
      }
      oldest.deleted = true;
      const sessions = this.#sessions.get(oldest.id);
      if (sessions === undefined) continue;
      sessions.splice(sessions.indexOf(oldest), 1);
      if (sessions.length === 0) this.#sessions.delete(oldest.id);
      this.#size--;
      this.#sizeBytes -= oldest.sizeBytes;
      this.onForget?.(oldest);
    }
  }
}

const compareEnds = <K, V>(a: StoredSession<K, V>, b: StoredSession<K, V>): number =>
  a.key.window.endMs - b.key.window.endMs;

/** By end, then start: the order in which Kafka's session stores return them. */
function compareWindows(a: Window, b: Window): number {
  return a.endMs - b.endMs || a.startMs - b.startMs;
}

class ChangeLoggingSessionStore<K, V>
  extends ChangeLoggingStore<StoredSession<K, V>, InMemorySessionStore<K, V>>
  implements InnerSessionStore<K, V>
{
  readonly name: string;
  readonly kind = 'session';
  readonly options: SessionStoreOptions<K, V>;

  constructor(inner: InMemorySessionStore<K, V>) {
    super(inner);
    this.name = inner.name;
    this.options = inner.options;
    inner.onForget = (entry) => {
      this.note(entry);
    };
  }

  get expired(): number {
    return this.inner.expired;
  }

  fetchSession(key: K, startMs: number, endMs: number): V | undefined {
    return this.inner.fetchSession(key, startMs, endMs);
  }

  fetchKey(key: K): readonly SessionEntry<K, V>[] {
    return this.inner.fetchKey(key);
  }

  findSessions(key: K, earliestEndMs: number, latestStartMs: number): readonly SessionEntry<K, V>[] {
    return this.inner.findSessions(key, earliestEndMs, latestStartMs);
  }

  findEndedBetween(fromEndMs: number, toEndMs: number): SessionEntry<K, V>[] {
    return this.inner.findEndedBetween(fromEndMs, toEndMs);
  }

  all(): IterableIterator<SessionEntry<K, V>> {
    return this.inner.all();
  }

  put(key: Windowed<K>, value: V | null): void {
    const entry = this.inner.change(key, value);
    if (entry !== undefined) this.note(entry);
  }

  protected write(entry: StoredSession<K, V>, sink: ChangelogSink): void {
    // Made and merged into another since the last commit: the changelog never knew it.
    if (entry.deleted && entry.sizeBytes === 0) return;
    writeWith(this.inner.serde, entry.key, sink.begin(entry.key.window.endMs));
    const out = sink.endKey();
    if (!entry.deleted) writeWith(this.options.valueSerde, entry.value, out);
    const sizeBytes = sink.end(!entry.deleted);
    if (!entry.deleted) this.inner.resize(entry, sizeBytes);
  }
}

export class MeteredSessionStore<K, V>
  extends MeteredStore<InnerSessionStore<K, V>>
  implements SessionStore<K, V>, RuntimeStore
{
  readonly kind = 'session';
  readonly #options: SessionStoreOptions<K, V>;

  constructor(options: SessionStoreOptions<K, V>, context: StoreContext) {
    const inMemory = new InMemorySessionStore(options);
    super(options.name, context.notesChanges ? new ChangeLoggingSessionStore(inMemory) : inMemory, context);
    this.#options = options;
  }

  protected spilled(spill: Spill, notesChanges: boolean): SpilledSessionStore<K, V, SessionStoreOptions<K, V>> {
    const spilled = new SpilledSessionStore<K, V, SessionStoreOptions<K, V>>(this.#options, notesChanges, spill);
    spilled.expired = this.metrics.expired;
    return spilled;
  }

  fetchSession(key: K, startMs: number, endMs: number): V | undefined {
    this.metrics.gets++;
    return this.inner.fetchSession(key, startMs, endMs);
  }

  fetchKey(key: K): readonly SessionEntry<K, V>[] {
    this.metrics.gets++;
    return this.inner.fetchKey(key);
  }

  findSessions(key: K, earliestEndMs: number, latestStartMs: number): readonly SessionEntry<K, V>[] {
    this.metrics.gets++;
    return this.inner.findSessions(key, earliestEndMs, latestStartMs);
  }

  findEndedBetween(fromEndMs: number, toEndMs: number): SessionEntry<K, V>[] {
    return this.inner.findEndedBetween(fromEndMs, toEndMs);
  }

  all(): IterableIterator<SessionEntry<K, V>> {
    return this.inner.all();
  }

  put(key: Windowed<K>, value: V | null): void {
    this.metrics.puts++;
    this.inner.put(key, value);
    this.metrics.expired = this.inner.expired;
  }
}
