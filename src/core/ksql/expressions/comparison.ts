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
import type { Decimal } from 'decimal.js';
import { WeirError, type Rewrite } from '../../common/errors.ts';
import { BOOLEAN, isNumeric, sameType, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { MS_PER_DAY } from '../../common/time/calendar.ts';
import { parseDate, parseTime, parseTimestamp } from '../../common/time/text.ts';
import { compareBytes, equalValues } from '../../common/values/compare.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import type { Comparison, ComparisonOperator, Expression } from '../../sql/ast.ts';
import { castConverter, castEvaluator, castSuggestion } from './cast.ts';
import { mergeTypes } from './common-type.ts';
import { computed, folded, testedOperand, type Compiled, type Env, type Evaluator } from './context.ts';
import { COMPARISON_NAMES, textOf, typed, typeText } from './text.ts';

export function compileComparison(node: Comparison, env: Env): Compiled {
  const operands = testedOperand(env);
  return compareCompiled(node, env.compile(node.left, operands), env.compile(node.right, operands));
}

/** Also for BETWEEN and simple CASE, which are comparisons of expressions compiled once. */
export function compareCompiled(
  node: {
    readonly operator: ComparisonOperator;
    readonly left: Expression;
    readonly right: Expression;
    readonly span: Expression['span'];
  },
  left: Compiled,
  right: Compiled,
): Compiled {
  if (left.type === null || right.type === null) throw comparisonWithNull(node, left.type, right.type);
  if (!isComparable(left.type, node.operator, right.type)) throw incomparable(node, left.type, right.type);
  const form = comparisonForm(left.type, right.type);
  const [l, r] = [converted(left, form.left, node.left), converted(right, form.right, node.right)];
  const evaluate = isDistinctFrom(node.operator)
    ? distinctEvaluator(node.operator, form.method, l.evaluate, r.evaluate)
    : node.operator === '<>' && form.method === 'double'
      ? differentDoubles(l.evaluate, r.evaluate)
      : form.method === 'natural' || form.method === 'double'
        ? naturalEvaluator(node.operator, l, r)
        : computedEvaluator(node.operator, form.method, l.evaluate, r.evaluate);
  return folded([l, r], computed(BOOLEAN, evaluate, l.fallible || r.fallible));
}

type Operand = Comparison['operator'];
const EQUALITY: ReadonlySet<Operand> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);

function isComparable(left: SqlType, operator: ComparisonOperator, right: SqlType): boolean {
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

/** `double` is natural but for NaN, which differs from nothing. */
type Method = 'natural' | 'double' | 'decimal' | 'bytes' | 'structural';
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

type Ordered = number | string;

/** Values that JavaScript's own operators compare: numbers (and bigints), texts, booleans, times. */
function naturalEvaluator(operator: ComparisonOperator, left: Compiled, right: Compiled): Evaluator {
  const l = left.evaluate;
  const c = right.literal as Ordered | null | undefined;
  if (c === null) return () => false;
  if (c !== undefined && left.column >= 0) return columnEvaluator(operator, left.column, c);
  if (c !== undefined) {
    switch (operator) {
      case '=':
        return (row) => l(row) === c;
      case '<>':
        return (row) => {
          const a = l(row);
          return a !== null && a !== c;
        };
      case '<':
        return (row) => {
          const a = l(row);
          return a !== null && (a as Ordered) < c;
        };
      case '<=':
        return (row) => {
          const a = l(row);
          return a !== null && (a as Ordered) <= c;
        };
      case '>':
        return (row) => {
          const a = l(row);
          return a !== null && (a as Ordered) > c;
        };
      default:
        return (row) => {
          const a = l(row);
          return a !== null && (a as Ordered) >= c;
        };
    }
  }
  const r = right.evaluate;
  switch (operator) {
    case '=':
      return (row) => {
        const a = l(row);
        return a !== null && a === r(row);
      };
    case '<>':
      return (row) => {
        const a = l(row);
        if (a === null) return false;
        const b = r(row);
        return b !== null && a !== b;
      };
    case '<':
      return (row) => {
        const a = l(row);
        if (a === null) return false;
        const b = r(row);
        return b !== null && (a as Ordered) < (b as Ordered);
      };
    case '<=':
      return (row) => {
        const a = l(row);
        if (a === null) return false;
        const b = r(row);
        return b !== null && (a as Ordered) <= (b as Ordered);
      };
    case '>':
      return (row) => {
        const a = l(row);
        if (a === null) return false;
        const b = r(row);
        return b !== null && (a as Ordered) > (b as Ordered);
      };
    default:
      return (row) => {
        const a = l(row);
        if (a === null) return false;
        const b = r(row);
        return b !== null && (a as Ordered) >= (b as Ordered);
      };
  }
}

/** A bare column with a literal, the usual filter, without a call for the column. */
function columnEvaluator(operator: ComparisonOperator, column: number, c: Ordered): Evaluator {
  switch (operator) {
    case '=':
      return (row) => row[column] === c;
    case '<>':
      return (row) => {
        const a = row[column] as Ordered | null;
        return a !== null && a !== c;
      };
    case '<':
      return (row) => {
        const a = row[column] as Ordered | null;
        return a !== null && a < c;
      };
    case '<=':
      return (row) => {
        const a = row[column] as Ordered | null;
        return a !== null && a <= c;
      };
    case '>':
      return (row) => {
        const a = row[column] as Ordered | null;
        return a !== null && a > c;
      };
    default:
      return (row) => {
        const a = row[column] as Ordered | null;
        return a !== null && a >= c;
      };
  }
}

type Test = (a: SqlValue, b: SqlValue) => boolean;

/** The test of two non-null values. */
function test(operator: ComparisonOperator, method: Method): Test {
  const equality = operator === '=' || operator === '<>' || isDistinctFrom(operator);
  if (equality) {
    const same = sameness(method);
    return operator === '=' || operator === 'IS NOT DISTINCT FROM' ? same : (a, b) => !same(a, b);
  }
  const order = orderOf(method);
  switch (operator) {
    case '<':
      return (a, b) => order(a, b) < 0;
    case '<=':
      return (a, b) => order(a, b) <= 0;
    case '>':
      return (a, b) => order(a, b) > 0;
    default:
      return (a, b) => order(a, b) >= 0;
  }
}

function sameness(method: Method): Test {
  switch (method) {
    case 'natural':
    case 'double':
      return (a, b) => a === b;
    case 'decimal':
      return (a, b) => (a as Decimal).eq(b as Decimal);
    case 'bytes':
      return (a, b) => compareBytes(a as Uint8Array, b as Uint8Array) === 0;
    case 'structural':
      return equalValues;
  }
}

function orderOf(method: Method): (a: SqlValue, b: SqlValue) => number {
  return method === 'bytes'
    ? (a, b) => compareBytes(a as Uint8Array, b as Uint8Array)
    : // NaN where a DOUBLE is NaN, so that every test is false
      (a, b) => (a as Decimal).cmp(b as Decimal);
}

function differentDoubles(l: Evaluator, r: Evaluator): Evaluator {
  return (row) => {
    const a = l(row) as number | null;
    if (a === null) return false;
    const b = r(row) as number | null;
    return b !== null && (a < b || a > b);
  };
}

function computedEvaluator(operator: ComparisonOperator, method: Method, l: Evaluator, r: Evaluator): Evaluator {
  const holds = test(operator, method);
  return (row) => {
    const a = l(row);
    if (a === null) return false;
    const b = r(row);
    return b !== null && holds(a, b);
  };
}

function distinctEvaluator(operator: ComparisonOperator, method: Method, l: Evaluator, r: Evaluator): Evaluator {
  const same = sameness(method);
  const whenSame = operator === 'IS NOT DISTINCT FROM';
  return (row) => {
    const a = l(row);
    const b = r(row);
    if (a === null || b === null) return (a === b) === whenSame;
    return same(a, b) === whenSame;
  };
}

const isDistinctFrom = (operator: ComparisonOperator): boolean =>
  operator === 'IS DISTINCT FROM' || operator === 'IS NOT DISTINCT FROM';

const NULL_TESTS: Readonly<Partial<Record<ComparisonOperator, string>>> = {
  '=': 'IS NULL',
  '<>': 'IS NOT NULL',
  'IS DISTINCT FROM': 'IS NOT NULL',
  'IS NOT DISTINCT FROM': 'IS NULL',
};

function comparisonWithNull(node: Parameters<typeof compareCompiled>[0], left: SqlType | null, right: SqlType | null) {
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

function comparisonHint(node: Parameters<typeof compareCompiled>[0], left: SqlType, right: SqlType): string {
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

function incomparable(node: Parameters<typeof compareCompiled>[0], left: SqlType, right: SqlType): WeirError {
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
