/** What a statement answers, before it is shown: values with their types, not text. */
import type { Row, SqlType } from '../common/sql-type.ts';
import { BIGINT, INTEGER, VARCHAR } from '../common/sql-type.ts';

export interface OutputColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly role: 'key' | 'value' | 'headers';
}

export interface Note {
  readonly title: string;
  readonly text: string;
}

export interface StatusOutput {
  readonly kind: 'status';
  readonly message: string;
  readonly queryId: string | undefined;
}
export interface RowsOutput {
  readonly kind: 'rows';
  readonly title: string;
  readonly columns: readonly OutputColumn[];
  readonly rows: readonly Row[];
  readonly notes: readonly Note[];
}

export function status(message: string, queryId?: string): StatusOutput {
  return { kind: 'status', message, queryId };
}

/** A grid whose columns are texts and whole numbers. `'#name'` is a number column. */
export function grid(
  title: string,
  columns: readonly string[],
  rows: readonly Row[],
  notes: readonly Note[] = [],
): RowsOutput {
  return {
    kind: 'rows',
    title,
    columns: columns.map((c): OutputColumn =>
      c.startsWith('#')
        ? { name: c.slice(1), type: c === '#Partitions' ? INTEGER : BIGINT, role: 'value' }
        : { name: c, type: VARCHAR, role: 'value' },
    ),
    rows,
    notes,
  };
}
