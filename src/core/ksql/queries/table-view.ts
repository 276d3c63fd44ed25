/** A table as it is kept: reading its rows out of the stores of its query's tasks. */
import type { Row } from '../../common/sql-type.ts';
import { NO_TIMESTAMP } from '../../streams/record.ts';
import type { QueryableStore, SessionEntry } from '../../streams/state/store.ts';
import { closeTimeMs, type SessionWindows, type TimeWindows } from '../../streams/windows.ts';
import type { View } from '../lowering/context.ts';
import { windowOf, type SqlKey, type StreamKey } from '../lowering/keys.ts';
import { ANY_WINDOW, isWithin, startsWithin, type WindowBounds } from './window-bounds.ts';

export interface TableEntry {
  readonly key: StreamKey;
  /** The value columns. */
  readonly row: Row;
  readonly timestampMs: number;
}

/** What tells the windows that EMIT FINAL holds back, being open, from those that it has put out. */
export interface HeldWindows {
  readonly windows: TimeWindows | SessionWindows;
  /** By task. */
  readonly streamTimes: readonly number[];
}

/** The stores of one table, one per task. */
export class TableView {
  readonly #view: View;
  readonly #stores: readonly QueryableStore<SqlKey, Row>[];
  readonly #held: HeldWindows | undefined;

  /** @param held of a table that puts a window out when it closes */
  constructor(view: View, stores: readonly QueryableStore<SqlKey, Row>[], held: HeldWindows | undefined) {
    this.#view = view;
    this.#stores = stores;
    this.#held = held;
  }

  /** Whether the table is yet to put out the row of that task; undefined where rows are put out as they change. */
  isHeld(task: number, key: StreamKey): boolean | undefined {
    const window = windowOf(key);
    if (this.#held === undefined || window === undefined) return undefined;
    return (this.#held.streamTimes[task] ?? NO_TIMESTAMP) < closeTimeMs(this.#held.windows, window);
  }

  /** The rows of these keys, or of all; of a windowed table those within the bounds. */
  *entries(keys: readonly SqlKey[] | undefined, windows = ANY_WINDOW): Generator<TableEntry> {
    for (const entries of this.entriesByTask(keys, windows)) yield* entries;
  }

  /** The same, task by task. */
  *entriesByTask(keys: readonly SqlKey[] | undefined, windows = ANY_WINDOW): Generator<Iterable<TableEntry>> {
    for (const store of this.#stores)
      yield keys === undefined ? this.#scan(store, windows) : this.#lookUpAll(store, keys, windows);
  }

  *#lookUpAll(
    store: QueryableStore<SqlKey, Row>,
    keys: readonly SqlKey[],
    windows: WindowBounds,
  ): Generator<TableEntry> {
    for (const key of keys) yield* this.#lookUp(store, key, windows);
  }

  *#scan(store: QueryableStore<SqlKey, Row>, windows: WindowBounds): Generator<TableEntry> {
    switch (store.kind) {
      case 'key-value':
        for (const entry of store.all()) yield* this.#shown(entry.key, entry.value, entry.timestamp);
        return;
      case 'window': {
        const { fromMs, toMs } = startsWithin(windows, store.windowSizeMs);
        const entries = windows === ANY_WINDOW ? store.all() : store.fetchAll(fromMs, toMs);
        for (const entry of entries) yield* this.#shown(entry.key, entry.value, entry.timestamp);
        return;
      }
      case 'session':
        for (const entry of store.all()) yield* this.#shownSession(entry, windows);
        return;
    }
  }

  *#lookUp(store: QueryableStore<SqlKey, Row>, key: SqlKey, windows: WindowBounds): Generator<TableEntry> {
    switch (store.kind) {
      case 'key-value': {
        const found = store.get(key);
        if (found !== undefined) yield* this.#shown(key, found.value, found.timestamp);
        return;
      }
      case 'window': {
        const { fromMs, toMs } = startsWithin(windows, store.windowSizeMs);
        for (const entry of store.fetchRange(key, fromMs, toMs))
          yield* this.#shown(entry.key, entry.value, entry.timestamp);
        return;
      }
      case 'session':
        for (const entry of store.fetchKey(key)) yield* this.#shownSession(entry, windows);
        return;
    }
  }

  *#shownSession({ key, value }: SessionEntry<SqlKey, Row>, windows: WindowBounds): Generator<TableEntry> {
    if (isWithin(windows, key.window)) yield* this.#shown(key, value, key.window.endMs);
  }

  /** What is stored, through the steps that lead from it to the table's row. */
  *#shown(key: StreamKey, stored: Row, timestampMs: number): Generator<TableEntry> {
    let row: Row | null = stored;
    for (const step of this.#view.steps) {
      row = step(key, row, timestampMs);
      if (row === null) return;
    }
    yield { key, row, timestampMs };
  }
}
