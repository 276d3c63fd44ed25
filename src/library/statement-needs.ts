/** What statements want to have been processed before they answer. */
import type { Statement, StatementKind } from '../core/sql/ast.ts';

/** Statements that answer from everything that was produced before them. */
export function seesWhatIsThere(statement: Statement): boolean {
  return (statement.kind === 'query' && statement.emit === undefined) || statement.kind === 'assertValues';
}

/** Statements whose answer counts what has been processed. */
export function tellsFigures(statement: Statement): boolean {
  switch (statement.kind) {
    case 'show':
    case 'describe':
    case 'describeAll':
      return statement.extended;
    default:
      return false;
  }
}

/** Those that `query` takes. */
export const ANSWERS_WITH_ROWS: ReadonlySet<StatementKind> = new Set<StatementKind>([
  'query',
  'print',
  'show',
  'describe',
  'describeAll',
  'describeFunction',
  'explain',
]);
