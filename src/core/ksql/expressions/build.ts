/** The evaluators of ARRAY[...], MAP(...) and STRUCT(...) over members that already have their types. */
import type { Row, SqlMap, SqlType, SqlValue, StructField } from '../../common/sql-type.ts';
import { array, map, struct } from '../../common/sql-type.ts';
import { anyFallible, computed, folded, type Compiled, type Evaluator } from './context.ts';

export function buildArray(element: SqlType, members: readonly Compiled[]): Compiled {
  return built(array(element), members, tuple(evaluatorsOf(members)));
}

export function buildMap(
  key: SqlType,
  value: SqlType,
  keys: readonly Compiled[],
  values: readonly Compiled[],
): Compiled {
  const [keyTuple, valueTuple] = [tuple(evaluatorsOf(keys)), tuple(evaluatorsOf(values))];
  return built(map(key, value), [...keys, ...values], (row) => {
    const k = keyTuple(row);
    const v = valueTuple(row);
    const result: SqlMap = new Map();
    for (let i = 0; i < k.length; i++) result.set(k[i] ?? null, v[i] ?? null);
    return result;
  });
}

export function buildStruct(fields: readonly StructField[], members: readonly Compiled[]): Compiled {
  return built(struct(fields), members, tuple(evaluatorsOf(members)));
}

const evaluatorsOf = (members: readonly Compiled[]): Evaluator[] => members.map((member) => member.evaluate);

const built = (type: SqlType, members: readonly Compiled[], evaluate: Evaluator): Compiled =>
  folded(members, computed(type, evaluate, anyFallible(members)));

/**
 * Evaluates several expressions into one new array: a row of a projection, the elements of an ARRAY, the fields of a
 * STRUCT. Written out for the usual sizes, since each call site then sees one closure and not all of them.
 */
export function tuple(evaluators: readonly Evaluator[]): (row: Row) => SqlValue[] {
  const [a, b, c, d, e, f, g, h] = evaluators;
  if (a === undefined) return () => [];
  if (b === undefined) return (row) => [a(row)];
  if (c === undefined) return (row) => [a(row), b(row)];
  if (d === undefined) return (row) => [a(row), b(row), c(row)];
  if (e === undefined) return (row) => [a(row), b(row), c(row), d(row)];
  if (f === undefined) return (row) => [a(row), b(row), c(row), d(row), e(row)];
  if (g === undefined) return (row) => [a(row), b(row), c(row), d(row), e(row), f(row)];
  if (h === undefined) return (row) => [a(row), b(row), c(row), d(row), e(row), f(row), g(row)];
  if (evaluators.length === 8) {
    return (row) => [a(row), b(row), c(row), d(row), e(row), f(row), g(row), h(row)];
  }
  const rest = evaluators.slice(8);
  return (row) => {
    const values = [a(row), b(row), c(row), d(row), e(row), f(row), g(row), h(row)];
    for (let i = 0; i < rest.length; i++) values.push((rest[i] as Evaluator)(row));
    return values;
  };
}
