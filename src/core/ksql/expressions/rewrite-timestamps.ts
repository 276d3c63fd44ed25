/**
 * Text as time in conditions on record and window times: in a comparison or a BETWEEN of ROWTIME, WINDOWSTART or
 * WINDOWEND, which are BIGINTs, a text literal stands for its milliseconds since the epoch, so that
 * `WHERE ROWTIME >= '2024-01-01T12:00'` can be written. The text may be cut off at its end and may name an offset.
 *
 * A rewrite of the tree, applied to WHERE before it is compiled; elsewhere such a comparison is refused like any other
 * of a number with a text.
 */
import { WeirError } from '../../common/errors.ts';
import { parseTimestamp } from '../../common/time/text.ts';
import type { BigintLiteral, Expression, StringLiteral } from '../../sql/ast.ts';
import { mapExpression } from '../../sql/expression-walk.ts';

const TIME_COLUMNS: ReadonlySet<string> = new Set(['ROWTIME', 'WINDOWSTART', 'WINDOWEND']);

/** @throws WeirError INVALID_TIMESTAMP, with the literal's span, when the text is no timestamp */
export function rewriteTimestamps(expression: Expression): Expression {
  return mapExpression(expression, (node) => {
    switch (node.kind) {
      case 'comparison':
        if (isTimeColumn(node.left) && node.right.kind === 'string') return { ...node, right: epochMs(node.right) };
        if (isTimeColumn(node.right) && node.left.kind === 'string') return { ...node, left: epochMs(node.left) };
        return node;
      case 'between':
        if (!isTimeColumn(node.operand)) return node;
        return {
          ...node,
          low: node.low.kind === 'string' ? epochMs(node.low) : node.low,
          high: node.high.kind === 'string' ? epochMs(node.high) : node.high,
        };
      default:
        return node;
    }
  });
}

const isTimeColumn = (node: Expression): boolean => node.kind === 'column' && TIME_COLUMNS.has(node.name);

function epochMs(literal: StringLiteral): BigintLiteral {
  try {
    return { kind: 'bigint', value: BigInt(parseTimestamp(literal.value)), span: literal.span };
  } catch (error) {
    throw error instanceof WeirError ? error.at(literal.span) : error;
  }
}
