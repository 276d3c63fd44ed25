/**
 * The closures of comparisons, one for each operator and kind of operands: what JavaScript's own operators compare is compared
 * in place. A null on either side makes a comparison false.
 */
import type { Decimal } from 'decimal.js';
import type { SqlValue } from '../../common/sql-type.ts';
import { compareBytes, equalValues } from '../../common/values/compare.ts';
import type { ComparisonOperator } from '../../sql/ast.ts';
import type { Compiled, Evaluator } from './context.ts';

/** How two values of one form are compared. `double` is natural but for NaN, which differs from nothing. */
export type Method = 'natural' | 'double' | 'decimal' | 'bytes' | 'structural';

/** The evaluator of an operator over two operands that have been brought to one form. */
export function comparisonEvaluator(
  operator: ComparisonOperator,
  method: Method,
  left: Compiled,
  right: Compiled,
): Evaluator {
  if (isDistinctFrom(operator)) return distinctEvaluator(operator, method, left.evaluate, right.evaluate);
  if (operator === '<>' && method === 'double') return differentDoubles(left.evaluate, right.evaluate);
  return method === 'natural' || method === 'double'
    ? naturalEvaluator(operator, left, right)
    : computedEvaluator(operator, method, left.evaluate, right.evaluate);
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
