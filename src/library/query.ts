/**
 * A query's rows, for `for await`. The query works while somebody iterates; leaving the loop ends it. A query that has
 * caught up waits for new records, or ends when it was asked for what is there.
 */
import type { WeirError } from '../core/common/errors.ts';
import type { Row } from '../core/common/sql-type.ts';
import type { OutputColumn } from '../core/ksql/output.ts';
import { fromSql, type PlainValue } from './values.ts';

/** A row by column name; `values.ts` says how each type is given out. */
export type ResultRow = Readonly<Record<string, PlainValue>>;

export interface Change {
  /** A new row (of a stream, or of a new key), one that replaces its key's, or the deletion of a key. */
  readonly kind: '+I' | '+U' | '-D';
  readonly row: ResultRow;
  /** The row as the engine holds it, by index of the column (`core/common/sql-type.ts`). */
  readonly values: Row;
  /** Undefined for a pull query's rows. */
  readonly timestampMs: number | undefined;
}

/** What feeds a query; an implementation of the library. */
export interface RowFeed {
  readonly id: string | undefined;
  readonly columns: readonly OutputColumn[];
  /** The rows that have come since the last call. */
  take(): readonly Omit<Change, 'row'>[];
  /** Undefined while more may come; then whether it failed. */
  ended(): { readonly error: WeirError | undefined } | undefined;
  /** Works for a while. @returns whether anything was done */
  step(): Promise<boolean>;
  /** Resolves when there may be something to do again. */
  news(): Promise<void>;
  close(): Promise<void>;
}

/** Rows that are there already. */
export function answered(columns: readonly OutputColumn[], values: readonly Row[]): RowFeed {
  let rest = values;
  return {
    id: undefined,
    columns,
    take: () => {
      const rows = rest;
      rest = [];
      return rows.map((row) => ({ kind: '+I' as const, values: row, timestampMs: undefined }));
    },
    ended: () => ({ error: undefined }),
    step: () => Promise.resolve(false),
    news: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

export interface IdleOptions {
  /** Goes on waiting for more until this has settled: whatever feeds the query has ended then. */
  readonly after?: Promise<unknown> | undefined;
  /** Called when there is nothing more for the moment. */
  readonly onIdle?: (() => void) | undefined;
}

export class Query implements AsyncIterable<ResultRow> {
  readonly #feed: RowFeed;
  readonly #idle: IdleOptions | undefined;
  readonly #toRow: (values: Row) => ResultRow;

  /** @param idle given: the query ends when it has seen everything that is there */
  constructor(feed: RowFeed, idle: IdleOptions | undefined) {
    this.#feed = feed;
    this.#idle = idle;
    this.#toRow = rowConverter(feed.columns);
  }

  /** Undefined for a pull query. */
  get id(): string | undefined {
    return this.#feed.id;
  }

  get columns(): readonly OutputColumn[] {
    return this.#feed.columns;
  }

  /** Rows as they come; deletions of a table's keys are left out. @throws WeirError why the query failed */
  async *[Symbol.asyncIterator](): AsyncGenerator<ResultRow, void, undefined> {
    for await (const change of this.changes()) if (change.kind !== '-D') yield change.row;
  }

  /** Rows with what they mean for a table. @throws WeirError why the query failed */
  async *changes(): AsyncGenerator<Change, void, undefined> {
    const feed = this.#feed;
    const idle = this.#idle;
    let mayEnd = idle !== undefined && idle.after === undefined;
    const settle = (): void => {
      mayEnd = true;
    };
    const settled = idle?.after?.then(settle, settle);
    try {
      for (;;) {
        const mayEndNow = mayEnd;
        const progressed = feed.ended() === undefined && (await feed.step());
        const changes = feed.take();
        for (const change of changes) yield { ...change, row: this.#toRow(change.values) };
        const ended = feed.ended();
        if (ended?.error !== undefined) throw ended.error;
        if (ended !== undefined) return;
        if (progressed || changes.length > 0) continue;
        idle?.onIdle?.();
        if (mayEndNow) return;
        // What came before it settled may not have been seen yet.
        if (mayEnd) continue;
        await (settled === undefined ? feed.news() : Promise.race([feed.news(), settled]));
      }
    } finally {
      await feed.close();
    }
  }

  /** The same query, ending when it has seen everything that is there rather than waiting for more. */
  untilIdle(options: IdleOptions = {}): Query {
    return new Query(this.#feed, options);
  }

  /** Ends the query, and with it the loops over it. */
  async stop(): Promise<void> {
    await this.#feed.close();
  }

  /** All rows, for queries that end. */
  async toArray(): Promise<readonly ResultRow[]> {
    const rows: ResultRow[] = [];
    for await (const row of this) rows.push(row);
    return rows;
  }
}

export function rowConverter(columns: readonly OutputColumn[]): (values: Row) => ResultRow {
  const cells = columns.map(({ name, type }) => ({ name, convert: fromSql(type) }));
  return (values) => Object.fromEntries(cells.map(({ name, convert }, i) => [name, convert(values[i] ?? null)]));
}
