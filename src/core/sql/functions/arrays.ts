/**
 * Functions of arrays. Elements are equal as `equalValues` says, NULL being equal to NULL. Except where it says otherwise,
 * a NULL array makes the result NULL, and the order of elements is kept.
 */
import { VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type { Decimal } from 'decimal.js';
import { add64 } from '../../common/values/int64.ts';
import { toBigint, type Bigint64 } from '../../common/values/bigint.ts';
import { comparatorOf, equalValues, type Comparator } from '../../common/values/compare.ts';
import { decimalToString } from '../../common/values/decimal-text.ts';
import { doubleToString } from '../../common/values/double-text.ts';
import { keyOf } from '../../common/values/key.ts';
import { functionFailed } from './failure.ts';
import type { ScalarEvaluator, SqlFunction } from './function.ts';
import { bound, example, lenient, scalar, strict } from './signature.ts';

const ARRAY = 'ARRAY';

type List = readonly SqlValue[];

const contains = (list: List, wanted: SqlValue): boolean =>
  wanted === null || typeof wanted !== 'object' ? list.includes(wanted) : list.some((v) => equalValues(v, wanted));

/** The different elements in order of first occurrence, without those in `except`. */
function distinct(list: List, except: List = []): SqlValue[] {
  const seen = new Set(except.map(keyOf));
  return list.filter((value) => {
    const key = keyOf(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function intersection(left: List, right: List): SqlValue[] {
  const wanted = new Set(right.map(keyOf));
  return distinct(left).filter((value) => wanted.has(keyOf(value)));
}

const elementType = ([type]: readonly SqlType[]): SqlType => (type?.kind === 'ARRAY' ? type.element : VARCHAR);

/** The greatest (`sign` 1) or least (-1) element that is not NULL. */
function extreme(sign: 1 | -1): (argTypes: readonly SqlType[]) => ScalarEvaluator {
  return (argTypes) => {
    const compare = comparatorOf(elementType(argTypes));
    return (list: List) => {
      let best: SqlValue = null;
      for (const value of list) {
        if (value !== null && (best === null || compare(value, best) * sign > 0)) best = value;
      }
      return best;
    };
  };
}

/** NULLs last, whichever the direction. */
function sorted(list: List, compare: Comparator, sign: 1 | -1): SqlValue[] {
  return list.toSorted((a, b) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return compare(a, b) * sign;
  });
}

const DIRECTIONS: Readonly<Record<string, 1 | -1>> = { ASC: 1, ASCENDING: 1, DESC: -1, DESCENDING: -1 };

// ---------------------------------------------------------------------------------------------------- join

/** How an element is written; undefined for types that have no plain text. */
function writerOf(type: SqlType): ((value: SqlValue) => string) | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'VARCHAR':
      return String;
    case 'DOUBLE':
      return (value) => doubleToString(value as number);
    case 'DECIMAL':
      return (value) => decimalToString(value as Decimal, type.scale);
    default:
      return undefined;
  }
}

function join(argTypes: readonly SqlType[]): ScalarEvaluator {
  const type = elementType(argTypes);
  const write = writerOf(type);
  return (list: List | null, delimiter: SqlValue = ',') => {
    if (list === null) return null;
    return list
      .map((value) => {
        if (value === null) return 'null';
        if (write === undefined) throw functionFailed('ARRAY_JOIN', `elements of type ${type.kind} have no text`);
        return write(value);
      })
      .join((delimiter as string | null) ?? '');
  };
}

// -------------------------------------------------------------------------------------------------- series

const MAX_SERIES = 1_000_000;

function checkedSteps(steps: number, step: number): number {
  if (step === 0) throw functionFailed('GENERATE_SERIES', 'the step must not be 0');
  if (steps < 0) throw functionFailed('GENERATE_SERIES', `a step of ${step} leads away from the end`);
  if (steps >= MAX_SERIES) throw functionFailed('GENERATE_SERIES', `a series has at most ${MAX_SERIES} values`);
  return Math.floor(steps);
}

function series(start: number, end: number, step = end >= start ? 1 : -1): SqlValue[] {
  const steps = checkedSteps((end - start) / step, step);
  return Array.from({ length: steps + 1 }, (_, i) => start + i * step);
}

function bigSeries(start: Bigint64, end: Bigint64, step = end >= start ? 1 : -1): SqlValue[] {
  const distance = Number(toBigint(end) - toBigint(start));
  const steps = checkedSteps(distance / step, step);
  const values: SqlValue[] = [start];
  let value = start;
  for (let i = 0; i < steps; i++) {
    value = add64(value, step);
    values.push(value);
  }
  return values;
}

export const arrayFunctions: readonly SqlFunction[] = [
  scalar(
    'ARRAY_CONCAT',
    ARRAY,
    'The elements of one array followed by those of another; a NULL array counts as empty unless both are NULL.',
    [example('ARRAY_CONCAT(ARRAY[1, 2], ARRAY[2, 3])', '[1, 2, 2, 3]')],
    [
      lenient('left ARRAY<T>, right ARRAY<T> -> ARRAY<T>', (left: SqlValue[] | null, right: SqlValue[] | null) =>
        left === null ? right : right === null ? left : [...left, ...right],
      ),
    ],
  ),
  scalar(
    'ARRAY_CONTAINS',
    ARRAY,
    'Whether an array has an element equal to a value; false for a NULL array.',
    [example('ARRAY_CONTAINS(ARRAY[1, 2, 3], 3)', 'true')],
    [
      lenient(
        'list ARRAY<T>, value T -> BOOLEAN',
        (list: List | null, value: SqlValue) => list !== null && contains(list, value),
      ),
    ],
  ),
  scalar(
    'ARRAY_DISTINCT',
    ARRAY,
    'The different elements of an array, in the order of their first occurrence.',
    [example('ARRAY_DISTINCT(ARRAY[1, 2, 1])', '[1, 2]')],
    [strict('list ARRAY<T> -> ARRAY<T>', (list: List) => distinct(list))],
  ),
  scalar(
    'ARRAY_EXCEPT',
    ARRAY,
    'The different elements of the first array that the second has not.',
    [example('ARRAY_EXCEPT(ARRAY[1, 2, 3, 1], ARRAY[2])', '[1, 3]')],
    [strict('left ARRAY<T>, right ARRAY<T> -> ARRAY<T>', (left: List, right: List) => distinct(left, right))],
  ),
  scalar(
    'ARRAY_INTERSECT',
    ARRAY,
    'The different elements that both arrays have.',
    [example('ARRAY_INTERSECT(ARRAY[1, 2, 3], ARRAY[3, 2])', '[2, 3]')],
    [strict('left ARRAY<T>, right ARRAY<T> -> ARRAY<T>', intersection)],
  ),
  scalar(
    'ARRAY_UNION',
    ARRAY,
    'The different elements of both arrays, those of the first before those of the second.',
    [example('ARRAY_UNION(ARRAY[1, 2], ARRAY[2, 3])', '[1, 2, 3]')],
    [strict('left ARRAY<T>, right ARRAY<T> -> ARRAY<T>', (left: List, right: List) => distinct([...left, ...right]))],
  ),
  scalar(
    'ARRAY_JOIN',
    ARRAY,
    'Writes the elements of an array one after the other, with a delimiter between them (a comma unless given).',
    [example("ARRAY_JOIN(ARRAY[1, 2, 3], '-')", '1-2-3'), example("ARRAY_JOIN(ARRAY['a', 'b'])", 'a,b')],
    [bound('list ARRAY<T> -> STRING', join), bound('list ARRAY<T>, delimiter STRING -> STRING', join)],
  ),
  scalar(
    'ARRAY_LENGTH',
    ARRAY,
    'How many elements an array has.',
    [example('ARRAY_LENGTH(ARRAY[1, 2, NULL])', '3')],
    [strict('list ARRAY<T> -> INT', (list: List) => list.length)],
  ),
  scalar(
    'ARRAY_MAX',
    ARRAY,
    'The greatest element of an array; NULLs are passed over.',
    [example('ARRAY_MAX(ARRAY[3, 7, 5])', '7')],
    [bound('list ARRAY<T> -> T', extreme(1), { nullOnNull: true })],
  ),
  scalar(
    'ARRAY_MIN',
    ARRAY,
    'The least element of an array; NULLs are passed over.',
    [example('ARRAY_MIN(ARRAY[3, 7, 5])', '3')],
    [bound('list ARRAY<T> -> T', extreme(-1), { nullOnNull: true })],
  ),
  scalar(
    'ARRAY_REMOVE',
    ARRAY,
    'An array without the elements equal to a value.',
    [example('ARRAY_REMOVE(ARRAY[1, 2, 1], 1)', '[2]')],
    [
      lenient('list ARRAY<T>, victim T -> ARRAY<T>', (list: List | null, victim: SqlValue) =>
        list === null ? null : list.filter((value) => !equalValues(value, victim)),
      ),
    ],
  ),
  scalar(
    'ARRAY_SORT',
    ARRAY,
    "The elements of an array in their order ('ASC' unless 'DESC' is given), NULLs last.",
    [example("ARRAY_SORT(ARRAY[3, NULL, 7], 'DESC')", '[7, 3, null]')],
    [
      bound(
        'list ARRAY<T> -> ARRAY<T>',
        (argTypes) => {
          const compare = comparatorOf(elementType(argTypes));
          return (list: List) => sorted(list, compare, 1);
        },
        { nullOnNull: true },
      ),
      bound(
        'list ARRAY<T>, direction STRING -> ARRAY<T>',
        (argTypes) => {
          const compare = comparatorOf(elementType(argTypes));
          return (list: List, direction: string) => {
            const sign = DIRECTIONS[direction.trim().toUpperCase()];
            return sign === undefined ? null : sorted(list, compare, sign);
          };
        },
        { nullOnNull: true },
      ),
    ],
  ),
  scalar(
    'SLICE',
    ARRAY,
    'The elements of an array from one position to another, both included; the first has position 1, NULL means the end.',
    [example('SLICE(ARRAY[1, 2, 3, 4], 2, 3)', '[2, 3]')],
    [
      lenient(
        'list ARRAY<T>, from INT, to INT -> ARRAY<T>',
        (list: List | null, from: number | null, to: number | null) => {
          if (list === null) return null;
          const start = from === null ? 0 : from - 1;
          const end = to ?? list.length;
          return start < 0 || end > list.length || start > end ? null : list.slice(start, end);
        },
      ),
    ],
  ),
  scalar(
    'GENERATE_SERIES',
    ARRAY,
    'The whole numbers from a start to an end, both included, in steps of 1 or as given.',
    [example('GENERATE_SERIES(1, 4)', '[1, 2, 3, 4]'), example('GENERATE_SERIES(9, 1, -4)', '[9, 5, 1]')],
    [
      strict('start INT, end INT -> ARRAY<INT>', (start: number, end: number) => series(start, end)),
      strict('start INT, end INT, step INT -> ARRAY<INT>', series),
      strict('start BIGINT, end BIGINT -> ARRAY<BIGINT>', (start: Bigint64, end: Bigint64) => bigSeries(start, end)),
      strict('start BIGINT, end BIGINT, step INT -> ARRAY<BIGINT>', bigSeries),
    ],
  ),
];
