/**
 * Rows of queries and of tables.
 */
import type { ColumnInfo } from './catalog.ts';
import type { Cell } from './cell.ts';

/** `+I` insert, `-U` before an update, `+U` after it, `-D` deletion. */
export type RowKind = '+I' | '-U' | '+U' | '-D';

export interface ResultRow {
  readonly kind: RowKind;
  readonly cells: readonly Cell[];
  /** The key of the record the row came from, decoded as in `RecordView.keyText`, for its colour. */
  readonly key: string | null;
  /** Where the row came from, where known. */
  readonly timestampMs: number;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
}

export interface TableRowsRequest {
  readonly source: string;
  readonly limit: number;
}

export interface TableRows {
  readonly source: string;
  readonly columns: readonly ColumnInfo[];
  /** `key` identifies a row for flashing; window bounds are columns. */
  readonly rows: readonly {
    readonly key: string;
    readonly cells: readonly Cell[];
    /** Whether its window is open, and EMIT FINAL has not put the row out yet; undefined without EMIT FINAL. */
    readonly isHeld?: boolean | undefined;
  }[];
  readonly total: number;
  readonly version: number;
}
