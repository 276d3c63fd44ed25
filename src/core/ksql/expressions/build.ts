/** The evaluators of ARRAY[...], MAP(...) and STRUCT(...) over members that already have their types. */
import type { Row, SqlMap, SqlType, SqlValue } from '../../common/sql-type.ts';
import { array, map, struct } from '../../common/sql-type.ts';
import { computed, constant, EMPTY_ROW, type Compiled, type Evaluator } from './context.ts';

export function buildArray(element: SqlType, members: readonly Compiled[], evaluators: readonly Evaluator[]): Compiled {
  const type = array(element);
  return unlessConstant(members, computed(type, tuple(evaluators), false));
}

export function buildMap(
  key: SqlType,
  value: SqlType,
  members: readonly Compiled[],
  keys: readonly Evaluator[],
  values: readonly Evaluator[],
): Compiled {
  const [keyTuple, valueTuple] = [tuple(keys), tuple(values)];
  const evaluate: Evaluator = (row) => {
    const k = keyTuple(row);
    const v = valueTuple(row);
    const result: SqlMap = new Map();
    for (let i = 0; i < k.length; i++) result.set(k[i] ?? null, v[i] ?? null);
    return result;
  };
  return unlessConstant(members, computed(map(key, value), evaluate, false));
}

export function buildStruct(
  fields: readonly { readonly name: string; readonly type: SqlType }[],
  members: readonly Compiled[],
  evaluators: readonly Evaluator[],
): Compiled {
  return unlessConstant(members, computed(struct(fields), tuple(evaluators), false));
}

/** Infallible: whatever can fail in a member is guarded there. */
function unlessConstant(members: readonly Compiled[], node: Compiled): Compiled {
  return members.every((member) => member.literal !== undefined) ? constant(node.type, node.evaluate(EMPTY_ROW)) : node;
}

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
