/**
 * The statements of a script, and the answer to each.
 */
import type { Span } from '../core/common/position.ts';
import type { ColumnInfo } from './catalog.ts';
import type { Cell } from './cell.ts';
import type { WireError } from './wire-error.ts';

export interface ExecuteOptions {
  /** `earliest` or `latest` for push queries; SET overrides. */
  readonly offsetReset?: 'earliest' | 'latest' | undefined;
}

/** The answer to one statement of a script, in order. A failing statement ends the list. */
export type StatementResult =
  | {
      readonly kind: 'status';
      readonly statement: string;
      readonly span: Span;
      readonly message: string;
      readonly queryId?: string | undefined;
    }
  /** SHOW, DESCRIBE, EXPLAIN, pull queries: all rows at once. */
  | {
      readonly kind: 'rows';
      readonly statement: string;
      readonly span: Span;
      readonly title: string;
      readonly columns: readonly ColumnInfo[];
      readonly rows: readonly (readonly Cell[])[];
      /** Text blocks after the grid, such as a topology. */
      readonly notes: readonly { readonly title: string; readonly text: string }[];
      readonly elapsedMs: number;
    }
  /** A push query or PRINT runs on: rows come as updates of this subscription. */
  | {
      readonly kind: 'subscription';
      readonly statement: string;
      readonly span: Span;
      readonly subscription: string;
      readonly columns: readonly ColumnInfo[];
    }
  | { readonly kind: 'error'; readonly statement: string; readonly span: Span; readonly error: WireError };
