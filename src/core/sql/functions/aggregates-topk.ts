/**
 * TOPK and TOPKDISTINCT: the k greatest values, greatest first; of equal ones the earlier comes first.
 *
 * State: an ARRAY of at most k. `TOPK(x, a, b, k)` keeps the other columns with each value, as
 * `STRUCT<sort_col, col0, col1>`. NULLs in the first column are passed over.
 */
import { array, struct, VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { comparatorOf, type Comparator } from '../../common/values/compare.ts';
import { countLiteral } from './failure.ts';
import type { BoundAggregate, SqlFunction } from './function.ts';
import { listAggregate } from './list-aggregate.ts';
import { aggregate, example, over } from './signature.ts';

/** Inserts behind all that are not less, and drops what is then beyond `k`. */
function insert(top: SqlValue[], value: SqlValue, k: number, compare: Comparator): void {
  let at = top.length;
  while (at > 0 && compare(top[at - 1] ?? null, value) < 0) at--;
  if (at >= k) return;
  top.splice(at, 0, value);
  if (top.length > k) top.pop();
}

function topk(types: readonly SqlType[], k: number): BoundAggregate {
  const [sortType = VARCHAR, ...others] = types;
  const values = comparatorOf(sortType);
  const isStruct = others.length > 0;
  const elementType = isStruct
    ? struct([{ name: 'sort_col', type: sortType }, ...others.map((type, i) => ({ name: `col${i}`, type }))])
    : sortType;
  const compare: Comparator = isStruct
    ? (a, b) => values((a as SqlValue[])[0] ?? null, (b as SqlValue[])[0] ?? null)
    : values;
  return {
    stateType: array(elementType),
    returnType: array(elementType),
    initial: () => [],
    add: (state, args) => {
      const value = args[0] ?? null;
      if (value !== null) insert(state as SqlValue[], isStruct ? args.slice() : value, k, compare);
      return state;
    },
    merge: (a, b) => {
      const merged = (a as SqlValue[]).slice();
      for (const value of b as SqlValue[]) insert(merged, value, k, compare);
      return merged;
    },
    result: (state) => (state as SqlValue[]).slice(),
  };
}

function topkDistinct(type: SqlType, k: number): BoundAggregate {
  const compare = comparatorOf(type);
  return listAggregate(type, (top, value) => {
    if (value !== null && !top.some((other) => compare(other, value) === 0)) insert(top, value, k, compare);
    return top;
  });
}

const TOPK_TYPES = ['INT', 'BIGINT', 'DOUBLE', 'STRING'];
const TOPKDISTINCT_TYPES = [...TOPK_TYPES, 'DECIMAL', 'DATE', 'TIME', 'TIMESTAMP', 'BYTES'];

export const topkAggregates: readonly SqlFunction[] = [
  aggregate(
    'TOPK',
    'AGGREGATE',
    'The k greatest values of a group, greatest first; with more columns, structs of the value and those columns.',
    [example('TOPK(x, 2) -- x: 3, 1, 5', '[5, 3]')],
    TOPK_TYPES.map((type) =>
      over(`value ${type}, others ANY... | k INT`, (types, [k = null]) => topk(types, countLiteral('TOPK', k))),
    ),
  ),
  aggregate(
    'TOPKDISTINCT',
    'AGGREGATE',
    'The k greatest different values of a group, greatest first.',
    [example('TOPKDISTINCT(x, 2) -- x: 5, 3, 5', '[5, 3]')],
    TOPKDISTINCT_TYPES.map((type) =>
      over(`value ${type} | k INT`, ([argType = VARCHAR], [k = null]) =>
        topkDistinct(argType, countLiteral('TOPKDISTINCT', k)),
      ),
    ),
  ),
];
