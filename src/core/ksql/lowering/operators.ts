/**
 * The operators of a query that have windows, as their picture needs them: which nodes of the topology to listen to, and
 * how what is heard there is read.
 */
import type { Row, SqlType, SqlValue } from '../../common/sql-type.ts';
import type { JoinType } from '../../sql/ast.ts';
import type { JoinWindows, SessionWindows, TimeWindows } from '../../streams/windows.ts';

export type Operator = WindowOperator | JoinOperator;

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
