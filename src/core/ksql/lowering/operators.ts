/**
 * The operators of a query that have windows or that join, as their picture needs them: which nodes of the topology to listen to, and
 * how what is heard there is read.
 */
import type { Row, SqlType, SqlValue } from '../../common/sql-type.ts';
import type { JoinType } from '../../sql/ast.ts';
import type { JoinWindows, SessionWindows, TimeWindows } from '../../streams/windows.ts';

export type Operator = WindowOperator | JoinOperator | TableJoinOperator;

interface OperatorColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** An aggregation in windows. */
export interface WindowOperator {
  readonly kind: 'window';
  readonly node: string;
  readonly store: string;
  /** What it does, in SQL's words. */
  readonly text: string;
  readonly spec: 'tumbling' | 'hopping' | 'session';
  readonly windows: TimeWindows | SessionWindows;
  readonly emitFinal: boolean;
  readonly key: readonly OperatorColumn[];
  /** The aggregates, by the names that the SELECT list gives them, or else by their text. */
  readonly results: readonly OperatorColumn[];
  /** From a window's state to the values of `results`. */
  readonly resultsOf: (state: readonly SqlValue[]) => Row;
}

/** A join of two streams. */
export interface JoinOperator {
  readonly kind: 'join';
  readonly text: string;
  readonly type: JoinType;
  /** As the topology has them: of its left side, see `isExchanged`. */
  readonly windows: JoinWindows;
  /** The topology's left side is the statement's right: RIGHT joins are lowered so. */
  readonly isExchanged: boolean;
  readonly key: readonly OperatorColumn[];
  readonly left: string;
  readonly right: string;
  /** The nodes that keep the rows, and those that look for partners: of the topology's left side and of its right. */
  readonly buffers: readonly [string, string];
  readonly joins: readonly [string, string];
}

/** A column of a row, and where in the row it is. */
export interface PlacedColumn extends OperatorColumn {
  readonly index: number;
}

/** A join that looks up tables: each record meets the other side's row as it is when the record comes. */
export interface TableJoinOperator {
  readonly kind: 'table-join';
  readonly text: string;
  readonly type: JoinType;
  readonly nodes: TableJoinNodes;
  /** Of the left side; the lanes of a foreign-key join are by the right side's. */
  readonly key: readonly OperatorColumn[];
  readonly rightKey: readonly OperatorColumn[];
  readonly left: string;
  readonly right: string;
  /** What is shown of a row: the columns that the key does not say already. */
  readonly columns: Readonly<Record<'left' | 'right' | 'result', readonly PlacedColumn[]>>;
}

/** Which nodes of the topology to listen to. */
export type TableJoinNodes =
  /** The one that looks the table up, and the one that is the table. */
  | { readonly shape: 'stream-table'; readonly lookup: string; readonly table: string }
  /** Those that take the changes of the statement's sides, and the one behind them. */
  | { readonly shape: 'table-table'; readonly left: string; readonly right: string; readonly result: string }
  /** Left rows ask, they are answered, changed right rows are told, and results come out. */
  | {
      readonly shape: 'foreign-key';
      readonly send: string;
      readonly answer: string;
      readonly tell: string;
      readonly output: string;
    };
