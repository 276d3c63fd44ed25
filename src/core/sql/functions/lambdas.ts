/**
 * Functions that take a lambda: TRANSFORM, FILTER and REDUCE, over arrays and maps.
 *
 * What a lambda throws ends the whole call. As in the reference, a map can neither be made with a NULL value nor with two
 * entries of one key, and a filter's condition must not be NULL: each of them fails the call.
 */
import type { SqlMap, SqlValue } from '../../common/sql-type.ts';
import { orderedEntries } from '../../common/values/map-order.ts';
import { functionFailed, quoted } from './failure.ts';
import type { LambdaValue, SqlFunction } from './function.ts';
import { example, lenient, scalar, strict } from './signature.ts';

const LAMBDA = 'LAMBDA';

const keyText = (key: SqlValue): string =>
  typeof key === 'string'
    ? quoted(key)
    : key === null
      ? 'NULL'
      : typeof key === 'object'
        ? 'of a nested type'
        : `${key}`;

function put(name: string, map: SqlMap, key: SqlValue, value: SqlValue): void {
  if (value === null) throw functionFailed(name, `the entry ${keyText(key)} would have a NULL value`);
  if (map.has(key)) throw functionFailed(name, `two entries would have the key ${keyText(key)}`);
  map.set(key, value);
}

function keeps(condition: SqlValue): boolean {
  if (condition === null) throw functionFailed('FILTER', 'the condition is NULL');
  return condition === true;
}

function transformMap(map: SqlMap, toKey: LambdaValue, toValue: LambdaValue): SqlMap {
  const result: SqlMap = new Map();
  for (const [key, value] of map) put('TRANSFORM', result, toKey(key, value), toValue(key, value));
  return result;
}

function filterMap(map: SqlMap, condition: LambdaValue): SqlMap {
  const result: SqlMap = new Map();
  for (const [key, value] of map) if (keeps(condition(key, value))) put('FILTER', result, key, value);
  return result;
}

function reduceArray(list: readonly SqlValue[] | null, initial: SqlValue, step: LambdaValue): SqlValue {
  if (initial === null || list === null) return initial;
  let state: SqlValue = initial;
  for (const value of list) state = step(state, value);
  return state;
}

function reduceMap(map: SqlMap | null, initial: SqlValue, step: LambdaValue): SqlValue {
  if (initial === null || map === null) return initial;
  let state: SqlValue = initial;
  for (const [key, value] of orderedEntries(map)) state = step(state, key, value);
  return state;
}

export const lambdaFunctions: readonly SqlFunction[] = [
  scalar(
    'TRANSFORM',
    LAMBDA,
    'What a lambda makes of each element of an array, or two lambdas of the key and value of each entry of a map.',
    [
      example('TRANSFORM(ARRAY[1, 2, 3], x => x * x)', '[1, 4, 9]'),
      example("TRANSFORM(MAP('a' := 1), (k, v) => UCASE(k), (k, v) => v + 1)", '{A=2}'),
    ],
    [
      strict('list ARRAY<T>, fn (T) => R -> ARRAY<R>', (list: readonly SqlValue[], fn: LambdaValue) =>
        list.map((v) => fn(v)),
      ),
      strict('map MAP<K, V>, toKey (K, V) => R, toValue (K, V) => T -> MAP<R, T>', transformMap),
    ],
  ),
  scalar(
    'FILTER',
    LAMBDA,
    'The elements of an array, or the entries of a map, for which a lambda is true.',
    [
      example('FILTER(ARRAY[1, 2, 3], x => x > 1)', '[2, 3]'),
      example("FILTER(MAP('a' := 1, 'b' := 2), (k, v) => v > 1)", '{b=2}'),
    ],
    [
      strict(
        'list ARRAY<T>, condition (T) => BOOLEAN -> ARRAY<T>',
        (list: readonly SqlValue[], condition: LambdaValue) => list.filter((v) => keeps(condition(v))),
      ),
      strict('map MAP<K, V>, condition (K, V) => BOOLEAN -> MAP<K, V>', filterMap),
    ],
  ),
  scalar(
    'REDUCE',
    LAMBDA,
    'Folds an array or a map into one value: a lambda makes the next state from the state and an element or entry.',
    [
      example('REDUCE(ARRAY[1, 2, 3], 10, (s, x) => s + x)', '16'),
      example("REDUCE(MAP('a' := 1, 'b' := 2), 0, (s, k, v) => s + v)", '3'),
    ],
    [
      lenient('list ARRAY<T>, initial S, step (S, T) => S -> S', reduceArray),
      lenient('map MAP<K, V>, initial S, step (S, K, V) => S -> S', reduceMap),
    ],
  ),
];
