/** A table as it is kept: reading its rows out of the stores of its query's tasks. */
import type { Row } from '../../common/sql-type.ts';
import type { QueryableStore } from '../../streams/state/store.ts';
import type { View } from '../lowering/context.ts';
import type { SqlKey, StreamKey } from '../lowering/keys.ts';

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

  /** The rows of these keys, or of all. */
  *entries(keys: readonly SqlKey[] | undefined): Generator<TableEntry> {
    for (const entries of this.entriesByTask(keys)) yield* entries;
  }

  /** The same, task by task. */
  *entriesByTask(keys: readonly SqlKey[] | undefined): Generator<Iterable<TableEntry>> {
    for (const store of this.#stores) yield keys === undefined ? this.#scan(store) : this.#lookUpAll(store, keys);
  }

  *#lookUpAll(store: QueryableStore<SqlKey, Row>, keys: readonly SqlKey[]): Generator<TableEntry> {
    for (const key of keys) yield* this.#lookUp(store, key);
  }

  *#scan(store: QueryableStore<SqlKey, Row>): Generator<TableEntry> {
    switch (store.kind) {
      case 'key-value':
        for (const entry of store.all()) yield* this.#shown(entry.key, entry.value, entry.timestamp);
        return;
      case 'window':
        for (const entry of store.all()) yield* this.#shown(entry.key, entry.value, entry.timestamp);
        return;
      case 'session':
        for (const entry of store.all()) yield* this.#shown(entry.key, entry.value, entry.key.window.endMs);
        return;
    }
  }

  *#lookUp(store: QueryableStore<SqlKey, Row>, key: SqlKey): Generator<TableEntry> {
    switch (store.kind) {
      case 'key-value': {
        const found = store.get(key);
        if (found !== undefined) yield* this.#shown(key, found.value, found.timestamp);
        return;
      }
      case 'window':
        for (const entry of store.fetchRange(key, 0, Number.MAX_SAFE_INTEGER))
          yield* this.#shown(entry.key, entry.value, entry.timestamp);
        return;
      case 'session':
        for (const entry of store.fetchKey(key)) yield* this.#shown(entry.key, entry.value, entry.key.window.endMs);
        return;
    }
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
