/**
 * A push query or PRINT, seen from whoever reads its rows. Rows wait in a bounded buffer: when it is full the query is
 * not stepped until `take` has made room, so a slow reader slows its own query and nothing else.
 */
import type { WeirError } from '../../common/errors.ts';
import type { Row, SqlType, SqlValue } from '../../common/sql-type.ts';
import type { BuiltQuery } from '../persistent-query.ts';
import type { OutputColumn } from '../output.ts';

export interface SubscriptionRow {
  readonly kind: '+I' | '-U' | '+U' | '-D';
  readonly row: Row;
  /** Key columns of the record that the row came from; null for a null key. */
  readonly key: readonly SqlValue[] | null;
  readonly timestampMs: number;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
}

export interface SubscriptionEnd {
  /** `stopped` by whoever reads it, `terminated` by a statement. */
  readonly reason: 'limit' | 'stopped' | 'terminated' | 'error' | 'end';
  readonly error: WeirError | undefined;
}

/** A column of the keys that a subscription's rows come with. */
export interface SubscriptionKeyColumn {
  readonly name: string;
  readonly type: SqlType;
}

export const BUFFER_ROWS = 2_000;

export class Subscription {
  readonly id: string;
  readonly columns: readonly OutputColumn[];
  readonly limit: number | undefined;
  readonly keyColumns: readonly SubscriptionKeyColumn[];
  /** What feeds it, when that is a topology. */
  built: BuiltQuery | undefined;
  #rows: SubscriptionRow[] = [];
  #total = 0;
  #end: SubscriptionEnd | undefined;
  #paused = false;

  constructor(
    id: string,
    columns: readonly OutputColumn[],
    limit: number | undefined,
    keyColumns: readonly SubscriptionKeyColumn[],
  ) {
    this.id = id;
    this.columns = columns;
    this.limit = limit;
    this.keyColumns = keyColumns;
    if (limit === 0) this.end('limit');
  }

  /** Rows since the start. */
  get total(): number {
    return this.#total;
  }

  get ended(): SubscriptionEnd | undefined {
    return this.#end;
  }

  get wantsRows(): boolean {
    return this.#end === undefined && !this.#paused && this.#rows.length < BUFFER_ROWS;
  }

  /** Rows that the buffer still takes. */
  get room(): number {
    return Math.max(0, BUFFER_ROWS - this.#rows.length);
  }

  get hasNews(): boolean {
    return this.#rows.length > 0 || this.#end !== undefined;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
  }

  add(row: SubscriptionRow): void {
    if (this.#end !== undefined) return;
    this.#rows.push(row);
    this.#total++;
    if (this.limit !== undefined && this.#total >= this.limit) this.end('limit');
  }

  end(reason: SubscriptionEnd['reason'], error?: WeirError): void {
    this.#end ??= { reason, error };
  }

  /** The rows that came since the last call, oldest first. */
  take(): SubscriptionRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}
