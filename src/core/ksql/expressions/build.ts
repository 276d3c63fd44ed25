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

function tuple(evaluators: readonly Evaluator[]): (row: Row) => SqlValue[] {
  return (row) => {
    const values: SqlValue[] = [];
    for (const evaluate of evaluators) values.push(evaluate(row));
    return values;
  };
}
