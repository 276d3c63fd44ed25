/**
 * State stores, as a processor and a query see them.
 *
 * What is put is what is got, live values or copies of them: whoever changes one in place puts it back. A store's truth is its
 * changelog topic: it notes which entries changed and writes each once per commit, and a restart replays them.
 */
import type { ValueAndTimestamp, Windowed } from '../record.ts';

export type StoreKind = 'key-value' | 'window' | 'session' | 'join-window' | 'outer-join' | 'subscription';

export interface StateStore {
  readonly name: string;
  readonly kind: StoreKind;
  /** Entries held now, for the page. */
  approximateEntries(): number;
}

/** What a query from outside may do with a table's store. */
export interface ReadOnlyKeyValueStore<K, V> extends StateStore {
  readonly kind: 'key-value';
  get(key: K): ValueAndTimestamp<V> | undefined;
  /** Keys between both bounds, inclusive, in the key adapter's order; undefined is unbounded. */
  range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>>;
  all(): IterableIterator<KeyValueEntry<K, V>>;
}

export interface KeyValueEntry<K, V> extends ValueAndTimestamp<V> {
  readonly key: K;
}

export interface KeyValueStore<K, V> extends ReadOnlyKeyValueStore<K, V> {
  /** A null value deletes. */
  put(key: K, value: V | null, timestamp: number): void;
}

export interface WindowEntry<K, V> extends ValueAndTimestamp<V> {
  readonly key: Windowed<K>;
}

export interface ReadOnlyWindowStore<K, V> extends StateStore {
  readonly kind: 'window';
  readonly windowSizeMs: number;
  /** The window of that key that starts there. */
  fetch(key: K, windowStartMs: number): ValueAndTimestamp<V> | undefined;
  /** Windows of one key that start in `[fromMs, toMs]`, in order. */
  fetchRange(key: K, fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>>;
  /** Windows of all keys that start in `[fromMs, toMs]`, in order of the start. */
  fetchAll(fromMs: number, toMs: number): IterableIterator<WindowEntry<K, V>>;
  all(): IterableIterator<WindowEntry<K, V>>;
}

export interface WindowStore<K, V> extends ReadOnlyWindowStore<K, V> {
  put(key: K, value: V | null, timestamp: number, windowStartMs: number): void;
}

export interface SessionEntry<K, V> {
  readonly key: Windowed<K>;
  readonly value: V;
}

export interface ReadOnlySessionStore<K, V> extends StateStore {
  readonly kind: 'session';
  fetchSession(key: K, startMs: number, endMs: number): V | undefined;
  /** All sessions of one key, by end and start. */
  fetchKey(key: K): readonly SessionEntry<K, V>[];
  /** Sessions of one key that end at or after `earliestEndMs` and start at or before `latestStartMs`. */
  findSessions(key: K, earliestEndMs: number, latestStartMs: number): readonly SessionEntry<K, V>[];
  all(): IterableIterator<SessionEntry<K, V>>;
}

export interface SessionStore<K, V> extends ReadOnlySessionStore<K, V> {
  /** A null value removes the session. */
  put(key: Windowed<K>, value: V | null): void;
}

/** Any store that a query may read. */
export type QueryableStore<K, V> = ReadOnlyKeyValueStore<K, V> | ReadOnlyWindowStore<K, V> | ReadOnlySessionStore<K, V>;
