/** Which types may be compared, and what is told of those that may not. */
import { WeirError, type Rewrite } from '../../common/errors.ts';
import { isNumeric, type SqlType } from '../../common/sql-type.ts';
import type { ComparisonOperator, Expression } from '../../sql/ast.ts';
import { castEvaluator, castSuggestion } from './cast.ts';
import { mergeTypes } from './common-type.ts';
import { COMPARISON_NAMES, textOf, typed, typeText } from './text.ts';

/** A comparison, written or implied. */
export interface ComparedNode {
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Expression['span'];
}

const EQUALITY: ReadonlySet<ComparisonOperator> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);

/** By the table of `comparison.ts`. */
export function isComparable(left: SqlType, operator: ComparisonOperator, right: SqlType): boolean {
  switch (left.kind) {
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'DECIMAL':
      return isNumeric(right);
    case 'VARCHAR':
      return right.kind === 'VARCHAR' || right.kind === 'DATE' || right.kind === 'TIME' || right.kind === 'TIMESTAMP';
    case 'DATE':
    case 'TIMESTAMP':
      return right.kind === 'DATE' || right.kind === 'TIMESTAMP' || right.kind === 'VARCHAR';
    case 'TIME':
      return right.kind === 'TIME' || right.kind === 'VARCHAR';
    case 'BYTES':
      return right.kind === 'BYTES';
    case 'BOOLEAN':
      return right.kind === 'BOOLEAN' && EQUALITY.has(operator);
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return right.kind === left.kind && EQUALITY.has(operator) && mergeTypes(right, left) !== undefined;
  }
}

const NULL_TESTS: Readonly<Partial<Record<ComparisonOperator, string>>> = {
  '=': 'IS NULL',
  '<>': 'IS NOT NULL',
  'IS DISTINCT FROM': 'IS NOT NULL',
  'IS NOT DISTINCT FROM': 'IS NULL',
};

export function comparisonWithNull(node: ComparedNode, left: SqlType | null, right: SqlType | null): WeirError {
  const other = left === null ? node.right : node.left;
  const text = `${textOf(node.left)} ${node.operator} ${textOf(node.right)}`;
  return new WeirError(
    'COMPARISON_WITH_NULL',
    `Nothing can be compared with NULL: ${typeText(left)} ${node.operator} ${typeText(right)} in (${text}). IS NULL and IS NOT NULL test for it.`,
    {
      span: node.span,
      hint: `Write ${textOf(other)} IS NULL, or IS NOT NULL.`,
      instead: NULL_TESTS[node.operator] && `${textOf(other)} ${NULL_TESTS[node.operator] ?? ''}`,
      details: { expression: text, operator: node.operator },
    },
  );
}

function comparisonHint(node: ComparedNode, left: SqlType, right: SqlType): string {
  const cast = castTo(node.right, right, left, node.operator) ?? castTo(node.left, left, right, node.operator);
  if (cast !== undefined) return `CAST one side to the other's type, for example ${cast}.`;
  return left.kind === 'BYTES' || right.kind === 'BYTES'
    ? 'FROM_BYTES and TO_BYTES convert between BYTES and text; INT_FROM_BYTES and its like read numbers.'
    : 'No CAST leads from the one type to the other: compare something else of them.';
}

/** The cast that makes the operand comparable with the other side; a text literal must be a value of that type. */
function castTo(operand: Expression, from: SqlType, to: SqlType, operator: ComparisonOperator): string | undefined {
  if (!isComparable(to, operator, to)) return undefined;
  if (operand.kind === 'string') {
    try {
      castEvaluator(from, to)(operand.value);
    } catch {
      return undefined;
    }
  }
  return castSuggestion(textOf(operand), from, to);
}

/** A literal that only has to be written, or not to be written, in quotes to be of the other side's type. */
function literalRewrite(literal: Expression, type: SqlType): Rewrite | undefined {
  const text =
    type.kind === 'VARCHAR' && ['integer', 'bigint', 'decimal', 'double', 'boolean'].includes(literal.kind)
      ? `'${textOf(literal)}'`
      : literal.kind === 'string' && isNumeric(type) && /^-?\d+(\.\d+)?$/.test(literal.value)
        ? literal.value
        : undefined;
  return text === undefined ? undefined : { title: `Write ${text}`, span: literal.span, text };
}

export function incomparable(node: ComparedNode, left: SqlType, right: SqlType): WeirError {
  const ordered = left.kind === right.kind && !EQUALITY.has(node.operator);
  return new WeirError(
    'INCOMPARABLE_TYPES',
    `${typed(node.left, left)} cannot be compared with ${typed(node.right, right)} by ${COMPARISON_NAMES[node.operator]}.`,
    {
      span: node.span,
      hint: ordered
        ? `A ${left.kind} has no order: only =, <> and IS [NOT] DISTINCT FROM compare it.`
        : comparisonHint(node, left, right),
      rewrite: literalRewrite(node.left, right) ?? literalRewrite(node.right, left),
      details: {
        left: textOf(node.left),
        leftType: typeText(left),
        right: textOf(node.right),
        rightType: typeText(right),
        operator: COMPARISON_NAMES[node.operator],
      },
    },
  );
}
