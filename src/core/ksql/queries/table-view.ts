/** A table as it is kept: reading its rows out of the stores of its query's tasks. */
import type { Row } from '../../common/sql-type.ts';
import type { QueryableStore, SessionEntry } from '../../streams/state/store.ts';
import type { View } from '../lowering/context.ts';
import type { SqlKey, StreamKey } from '../lowering/keys.ts';
import { ANY_WINDOW, isWithin, startsWithin, type WindowBounds } from './window-bounds.ts';

export interface TableEntry {
  readonly key: StreamKey;
  /** The value columns. */
  readonly row: Row;
  readonly timestampMs: number;
}

/** The stores of one table, one per task. */
export class TableView {
  readonly #view: View;
  readonly #stores: readonly QueryableStore<SqlKey, Row>[];

  constructor(view: View, stores: readonly QueryableStore<SqlKey, Row>[]) {
    this.#view = view;
    this.#stores = stores;
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
