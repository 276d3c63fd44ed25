/**
 * EARLIEST_BY_OFFSET and LATEST_BY_OFFSET: the first or last value, or the first or last N, in the order of arrival.
 *
 * State: `STRUCT<SEQ BIGINT, VAL T>` (null before the first value), or an ARRAY of them in order. SEQ numbers the values
 * that the query has seen, so that the states of two sessions can be merged in the order of arrival. Numbers restart
 * with the query; so that a new value is still later than what was restored, the counter is lifted above each SEQ that it
 * meets.
 */
import { array, BIGINT, struct, VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { countLiteral } from './failure.ts';
import type { AggregateSignature, BoundAggregate, SqlFunction } from './function.ts';
import { aggregate, example, over } from './signature.ts';

type End = 'earliest' | 'latest';

/** `[SEQ, VAL]` */
type Entry = SqlValue[];

class Sequence {
  private last = 0;

  next(): number {
    return ++this.last;
  }

  /** Numbers to come are above the entry's. */
  meet(entry: Entry): void {
    const seq = Number(entry[0]);
    if (seq > this.last) this.last = seq;
  }
}

const entryType = (type: SqlType): SqlType =>
  struct([
    { name: 'SEQ', type: BIGINT },
    { name: 'VAL', type },
  ]);

const isEarlier = (a: Entry, b: Entry): boolean => Number(a[0]) <= Number(b[0]);

function single(end: End, type: SqlType, ignoreNulls: boolean): BoundAggregate {
  const sequence = new Sequence();
  return {
    stateType: entryType(type),
    returnType: type,
    initial: () => null,
    add: (state, [value = null]) => {
      if (state !== null) sequence.meet(state as Entry);
      if (value === null && ignoreNulls) return state;
      if (end === 'earliest' && state !== null) return state;
      return [sequence.next(), value];
    },
    merge: (a, b) => {
      if (a === null) return b;
      if (b === null) return a;
      const [first, second] = [a as Entry, b as Entry];
      const earlier = isEarlier(first, second);
      return earlier === (end === 'earliest') ? first : second;
    },
    result: (state) => (state as Entry | null)?.[1] ?? null,
  };
}

function several(end: End, type: SqlType, count: number, ignoreNulls: boolean): BoundAggregate {
  const sequence = new Sequence();
  return {
    stateType: array(entryType(type)),
    returnType: array(type),
    initial: () => [],
    add: (state, [value = null]) => {
      const entries = state as Entry[];
      if (value === null && ignoreNulls) return state;
      const last = entries.at(-1);
      if (last !== undefined) sequence.meet(last);
      if (entries.length === count) {
        if (end === 'earliest') return state;
        entries.shift();
      }
      entries.push([sequence.next(), value]);
      return state;
    },
    merge: (a, b) => {
      const all = [...(a as Entry[]), ...(b as Entry[])].sort((x, y) => Number(x[0]) - Number(y[0]));
      return end === 'earliest' ? all.slice(0, count) : all.slice(Math.max(0, all.length - count));
    },
    result: (state) => (state as Entry[]).map((entry) => entry[1] ?? null),
  };
}

function signatures(name: string, end: End): AggregateSignature[] {
  return [
    over('value T', ([type = VARCHAR]) => single(end, type, true)),
    over('value T | ignoreNulls BOOLEAN', ([type = VARCHAR], [ignoreNulls]) => single(end, type, ignoreNulls === true)),
    over('value T | count INT', ([type = VARCHAR], [count = null]) =>
      several(end, type, countLiteral(name, count), true),
    ),
    over('value T | count INT, ignoreNulls BOOLEAN', ([type = VARCHAR], [count = null, ignoreNulls]) =>
      several(end, type, countLiteral(name, count), ignoreNulls === true),
    ),
  ];
}

export const offsetAggregates: readonly SqlFunction[] = [
  aggregate(
    'EARLIEST_BY_OFFSET',
    'AGGREGATE',
    'The first value of a group in the order of arrival, or an array of the first N; NULLs are passed over unless told not to.',
    [example('EARLIEST_BY_OFFSET(x) -- x: 3, 1, 2', '3'), example('EARLIEST_BY_OFFSET(x, 2) -- x: 3, 1, 2', '[3, 1]')],
    signatures('EARLIEST_BY_OFFSET', 'earliest'),
  ),
  aggregate(
    'LATEST_BY_OFFSET',
    'AGGREGATE',
    'The last value of a group in the order of arrival, or an array of the last N; NULLs are passed over unless told not to.',
    [
      example('LATEST_BY_OFFSET(x) -- x: 3, 1, NULL', '1'),
      example('LATEST_BY_OFFSET(x, false) -- x: 3, 1, NULL', 'null'),
      example('LATEST_BY_OFFSET(x, 2) -- x: 3, 1, 2', '[1, 2]'),
    ],
    signatures('LATEST_BY_OFFSET', 'latest'),
  ),
];
