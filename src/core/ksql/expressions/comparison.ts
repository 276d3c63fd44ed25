/**
 * Comparisons. What may be compared with what (ksqlDB's `ComparisonUtil`):
 *
 * | left      | right                         | operators                          |
 * | --------- | ----------------------------- | ---------------------------------- |
 * | a number  | a number                      | all                                |
 * | STRING    | STRING, DATE, TIME, TIMESTAMP | all                                |
 * | BOOLEAN   | BOOLEAN                       | `=` `<>` IS [NOT] DISTINCT FROM    |
 * | DATE      | DATE, TIMESTAMP, STRING       | all                                |
 * | TIMESTAMP | DATE, TIMESTAMP, STRING       | all                                |
 * | TIME      | TIME, STRING                  | all                                |
 * | BYTES     | BYTES                         | all                                |
 * | ARRAY, MAP, STRUCT | same kind, with a common type | `=` `<>` IS [NOT] DISTINCT FROM |
 *
 * A comparison with a null value is false, whatever the operator (not NULL: that is the dialect); only IS [NOT]
 * DISTINCT FROM has an answer for it. As in Java, a BIGINT is compared with a DOUBLE as a double and a NaN makes every
 * comparison false, `<>` too; against a DECIMAL a DOUBLE stands for its shortest text.
 */
import { WeirError } from '../../common/errors.ts';
import { BOOLEAN, sameType, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { MS_PER_DAY } from '../../common/time/calendar.ts';
import { parseDate, parseTime, parseTimestamp } from '../../common/time/text.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import type { Comparison, Expression } from '../../sql/ast.ts';
import { castConverter } from './cast.ts';
import { mergeTypes } from './common-type.ts';
import { comparisonWithNull, incomparable, isComparable, type ComparedNode } from './comparable.ts';
import { comparisonEvaluator, type Method } from './comparison-evaluators.ts';
import { computed, folded, testedOperand, type Compiled, type Env } from './context.ts';

export function compileComparison(node: Comparison, env: Env): Compiled {
  const operands = testedOperand(env);
  return compareCompiled(node, env.compile(node.left, operands), env.compile(node.right, operands));
}

/** Also for BETWEEN and simple CASE, which are comparisons of expressions compiled once. */
export function compareCompiled(node: ComparedNode, left: Compiled, right: Compiled): Compiled {
  if (left.type === null || right.type === null) throw comparisonWithNull(node, left.type, right.type);
  if (!isComparable(left.type, node.operator, right.type)) throw incomparable(node, left.type, right.type);
  const form = comparisonForm(left.type, right.type);
  const [l, r] = [converted(left, form.left, node.left), converted(right, form.right, node.right)];
  const evaluate = comparisonEvaluator(node.operator, form.method, l, r);
  return folded([l, r], computed(BOOLEAN, evaluate, l.fallible || r.fallible));
}

type Conversion = ((value: SqlValue) => SqlValue) | undefined;

interface Form {
  readonly method: Method;
  readonly left: Conversion;
  readonly right: Conversion;
}

/** How two comparable types are brought to one form. */
function comparisonForm(left: SqlType, right: SqlType): Form {
  if (left.kind === 'DECIMAL' || right.kind === 'DECIMAL') {
    return { method: 'decimal', left: toDecimal(left), right: toDecimal(right) };
  }
  switch (left.kind) {
    case 'BYTES':
      return { method: 'bytes', left: undefined, right: undefined };
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return structuralForm(left, right);
    default: {
      if (left.kind === 'DOUBLE' || right.kind === 'DOUBLE') {
        return { method: 'double', left: toDouble(left), right: toDouble(right) };
      }
      const instant = left.kind === 'TIMESTAMP' || right.kind === 'TIMESTAMP';
      return { method: 'natural', left: toTime(left, right, instant), right: toTime(right, left, instant) };
    }
  }
}

/** Collections of different types are equal when they are so as values of their common type. */
function structuralForm(left: SqlType, right: SqlType): Form {
  const common = mergeTypes(right, left);
  const to = (type: SqlType): Conversion =>
    common === undefined || sameType(type, common) ? undefined : castConverter(type, common);
  return { method: 'structural', left: to(left), right: to(right) };
}

function toDouble(type: SqlType): Conversion {
  return type.kind === 'BIGINT' ? Number : undefined;
}

function toDecimal(type: SqlType): Conversion {
  switch (type.kind) {
    case 'DECIMAL':
      return undefined;
    case 'DOUBLE':
      return (value) => {
        if (Number.isFinite(value)) return new ExactDecimal(value as number);
        throw new WeirError('DECIMAL_OVERFLOW', `${value as number} is no DECIMAL, and cannot be compared with one.`);
      };
    default:
      return (value) => new ExactDecimal(value as number | bigint);
  }
}

function toTime(type: SqlType, other: SqlType, instant: boolean): Conversion {
  if (type.kind === 'DATE' && instant) return (value) => (value as number) * MS_PER_DAY;
  if (type.kind !== 'VARCHAR') return undefined;
  switch (other.kind) {
    case 'TIMESTAMP':
      return (value) => parseTimestamp(value as string);
    case 'DATE':
      return (value) => parseDate(value as string);
    case 'TIME':
      return (value) => parseTime(value as string);
    default:
      return undefined;
  }
}

/** The operand converted; a literal at once, so that a text that is no date is refused with its position. */
function converted(operand: Compiled, conversion: Conversion, node: Expression): Compiled {
  if (conversion === undefined || operand.literal === null) return operand;
  if (operand.literal !== undefined) {
    try {
      const value = conversion(operand.literal);
      return { ...operand, evaluate: () => value, literal: value };
    } catch (error) {
      throw error instanceof WeirError ? error.at(node.span) : error;
    }
  }
  const { evaluate } = operand;
  return {
    type: operand.type,
    evaluate: (row) => {
      const value = evaluate(row);
      return value === null ? null : conversion(value);
    },
    literal: undefined,
    column: -1,
    fallible: operand.fallible || operand.type?.kind === 'VARCHAR' || operand.type?.kind === 'DOUBLE',
  };
}
