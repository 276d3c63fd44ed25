/**
 * Aggregates whose state is a collection of values: COLLECT_LIST, COLLECT_SET, HISTOGRAM, ATTR.
 *
 * The limits come from `ksql.functions.collect_list.limit` and `ksql.functions.collect_set.limit` (negative: none);
 * values beyond the limit are not collected. HISTOGRAM counts at most 1,000 different values. Taking a value back removes
 * its last occurrence.
 */
import { array, BIGINT, INTEGER, map, struct, VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { WeirError } from '../../common/errors.ts';
import { equalValues } from '../../common/values/compare.ts';
import type { BoundAggregate, FunctionContext, SqlFunction } from './function.ts';
import { listAggregate } from './list-aggregate.ts';
import { aggregate, example, over } from './signature.ts';
import { countDistinct } from './count-distinct.ts';

function limitOf(context: FunctionContext, key: string): number {
  const text = context.config[key];
  if (text === undefined || text.trim() === '') return Number.MAX_SAFE_INTEGER;
  const limit = Number(text);
  if (!Number.isInteger(limit)) {
    throw new WeirError('INVALID_ARGUMENT', `Property '${key}' must be an integer, not '${text}'.`, {
      details: { property: key, value: text },
    });
  }
  return limit < 0 ? Number.MAX_SAFE_INTEGER : limit;
}

/** Index of a value in a list: by identity for primitives, else by equality. */
function indexOf(list: readonly SqlValue[], value: SqlValue): number {
  if (value === null || typeof value !== 'object') return list.indexOf(value);
  return list.findIndex((other) => equalValues(other, value));
}

function lastIndexOf(list: readonly SqlValue[], value: SqlValue): number {
  if (value === null || typeof value !== 'object') return list.lastIndexOf(value);
  return list.findLastIndex((other) => equalValues(other, value));
}

function collectList(type: SqlType, limit: number): BoundAggregate {
  return {
    stateType: array(type),
    returnType: array(type),
    initial: () => [],
    add: (state, [value = null]) => {
      const list = state as SqlValue[];
      if (list.length < limit) list.push(value);
      return list;
    },
    undo: (state, [value = null]) => {
      const list = state as SqlValue[];
      const at = lastIndexOf(list, value);
      if (at >= 0) list.splice(at, 1);
      return list;
    },
    merge: (a, b) => [...(a as SqlValue[]), ...(b as SqlValue[])].slice(0, limit),
    result: (state) => (state as SqlValue[]).slice(),
  };
}

function collectSet(type: SqlType, limit: number): BoundAggregate {
  return listAggregate(type, (set, value) => {
    if (set.length < limit && indexOf(set, value) < 0) set.push(value);
    return set;
  });
}

const HISTOGRAM_LIMIT = 1000;

type Counts = Map<SqlValue, SqlValue>;

function countUp(counts: Counts, value: SqlValue, by: number): Counts {
  const count = counts.get(value);
  if (count !== undefined || counts.size < HISTOGRAM_LIMIT) counts.set(value, Number(count ?? 0) + by);
  return counts;
}

const HISTOGRAM: BoundAggregate = {
  stateType: map(VARCHAR, BIGINT),
  returnType: map(VARCHAR, BIGINT),
  initial: () => new Map(),
  add: (state, [value = null]) => (value === null ? state : countUp(state as Counts, value, 1)),
  undo: (state, [value = null]) => {
    const counts = state as Counts;
    const count = Number(counts.get(value) ?? 0);
    if (count > 1) counts.set(value, count - 1);
    else counts.delete(value);
    return counts;
  },
  merge: (a, b) => {
    const counts: Counts = new Map(a as Counts);
    for (const [value, count] of b as Counts) countUp(counts, value, Number(count));
    return counts;
  },
  result: (state) => new Map(state as Counts),
};

/** How often each different value occurred: `[VALUE, COUNT]`, NULL being a value like others. */
function attribute(type: SqlType): BoundAggregate {
  const change = (state: SqlValue[], value: SqlValue, by: number): SqlValue[] => {
    const at = state.findIndex((entry) => equalValues((entry as SqlValue[])[0] ?? null, value));
    if (at < 0) {
      if (by > 0) state.push([value, by]);
      return state;
    }
    const entry = state[at] as SqlValue[];
    const count = Number(entry[1]) + by;
    if (count > 0) entry[1] = count;
    else state.splice(at, 1);
    return state;
  };
  return {
    stateType: array(
      struct([
        { name: 'VALUE', type },
        { name: 'COUNT', type: INTEGER },
      ]),
    ),
    returnType: type,
    initial: () => [],
    add: (state, [value = null]) => change(state as SqlValue[], value, 1),
    undo: (state, [value = null]) => change(state as SqlValue[], value, -1),
    merge: (a, b) => {
      const merged = (a as SqlValue[][]).map((entry) => entry.slice()) as SqlValue[];
      for (const entry of b as SqlValue[][]) change(merged, entry[0] ?? null, Number(entry[1]));
      return merged;
    },
    result: (state) => {
      const entries = state as SqlValue[][];
      return entries.length === 1 ? (entries[0]?.[0] ?? null) : null;
    },
  };
}

export const collectAggregates: readonly SqlFunction[] = [
  aggregate(
    'COLLECT_LIST',
    'AGGREGATE',
    'All values of a group as an array in the order of arrival, NULLs included.',
    [example('COLLECT_LIST(x) -- x: 3, 1, 3', '[3, 1, 3]')],
    [
      over('value T', ([type = VARCHAR], _, context) =>
        collectList(type, limitOf(context, 'ksql.functions.collect_list.limit')),
      ),
    ],
  ),
  aggregate(
    'COLLECT_SET',
    'AGGREGATE',
    'The different values of a group as an array in the order of their first arrival, NULL included.',
    [example('COLLECT_SET(x) -- x: 3, 1, 3', '[3, 1]')],
    [
      over('value T', ([type = VARCHAR], _, context) =>
        collectSet(type, limitOf(context, 'ksql.functions.collect_set.limit')),
      ),
    ],
  ),
  aggregate(
    'COUNT_DISTINCT',
    'AGGREGATE',
    'How many different values a group has: exact for a few hundred, then within about two percent (HyperLogLog).',
    [example('COUNT_DISTINCT(x) -- x: 3, 1, 3', '2')],
    [over('value T', () => countDistinct)],
  ),
  aggregate(
    'HISTOGRAM',
    'AGGREGATE',
    'How often each text occurs in a group, as a map; at most 1,000 different texts.',
    [example("HISTOGRAM(x) -- x: 'a', 'b', 'a'", '{a=2, b=1}')],
    [over('value STRING', () => HISTOGRAM)],
  ),
  aggregate(
    'ATTR',
    'AGGREGATE',
    'The one value that all rows of a group have, or NULL if they differ.',
    [example('ATTR(x) -- x: 7, 7', '7'), example('ATTR(x) -- x: 7, 8', 'null')],
    [over('value T', ([type = VARCHAR]) => attribute(type))],
  ),
];
