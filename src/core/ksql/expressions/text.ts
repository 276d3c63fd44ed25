/** How messages name an expression, a type and an operator. */
import { formatType, type SqlType } from '../../common/sql-type.ts';
import type { ComparisonOperator, Expression } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter.ts';

export const textOf = (expression: Expression): string => formatExpression(expression);

/** A type in a message; the literal NULL has none. */
export const typeText = (type: SqlType | null): string => (type === null ? 'NULL' : formatType(type));

/** `name (INTEGER)` */
export const typed = (expression: Expression, type: SqlType | null): string =>
  `${textOf(expression)} (${typeText(type)})`;

export const COMPARISON_NAMES: Readonly<Record<ComparisonOperator, string>> = {
  '=': 'EQUAL',
  '<>': 'NOT_EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  'IS DISTINCT FROM': 'IS_DISTINCT_FROM',
  'IS NOT DISTINCT FROM': 'IS_NOT_DISTINCT_FROM',
};
