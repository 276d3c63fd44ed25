/**
 * Aggregates whose state is a number or two: COUNT, SUM, SUM_LIST, AVG, MIN, MAX.
 *
 * SUM and AVG start from zero, so that a group of NULLs alone sums to 0 and not to NULL, as in ksqlDB; integers wrap at
 * their width, a DECIMAL sum that outgrows its type is an error. MIN and MAX cannot take a value back and have no
 * `undo`: they are refused on tables.
 */
import type { Decimal } from 'decimal.js';
import {
  BIGINT,
  DOUBLE,
  INTEGER,
  struct,
  type DecimalType,
  type SqlType,
  type SqlValue,
} from '../../common/sql-type.ts';
import { assert } from '../../common/errors.ts';
import type { Bigint64 } from '../../common/values/bigint.ts';
import { comparatorOf } from '../../common/values/compare.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import { add, ensureFit, subtract } from '../../common/values/decimal.ts';
import { add64, subtract64 } from '../../common/values/int64.ts';
import type { AggregateSignature, BoundAggregate, SqlFunction } from './function.ts';
import { aggregate, example, over } from './signature.ts';

// --------------------------------------------------------------------------------------------------- sums

/** Addition on the values of one number type. */
interface Adder {
  readonly type: SqlType;
  readonly zero: SqlValue;
  plus(a: SqlValue, b: SqlValue): SqlValue;
  minus(a: SqlValue, b: SqlValue): SqlValue;
}

const INTEGERS: Adder = {
  type: INTEGER,
  zero: 0,
  plus: (a, b) => ((a as number) + (b as number)) | 0,
  minus: (a, b) => ((a as number) - (b as number)) | 0,
};
const BIGINTS: Adder = {
  type: BIGINT,
  zero: 0,
  plus: (a, b) => add64(a as Bigint64, b as Bigint64),
  minus: (a, b) => subtract64(a as Bigint64, b as Bigint64),
};
const DOUBLES: Adder = {
  type: DOUBLE,
  zero: 0,
  plus: (a, b) => (a as number) + (b as number),
  minus: (a, b) => (a as number) - (b as number),
};
const decimals = (type: DecimalType): Adder => ({
  type,
  zero: new ExactDecimal(0),
  plus: (a, b) => ensureFit(add(a as Decimal, b as Decimal), type),
  minus: (a, b) => ensureFit(subtract(a as Decimal, b as Decimal), type),
});

function sum(adder: Adder): BoundAggregate {
  return {
    stateType: adder.type,
    returnType: adder.type,
    initial: () => adder.zero,
    add: (state, [value = null]) => (value === null ? state : adder.plus(state, value)),
    undo: (state, [value = null]) => (value === null ? state : adder.minus(state, value)),
    merge: (a, b) => adder.plus(a, b),
    result: (state) => state,
  };
}

/** NULL elements count nothing. */
function sumList(adder: Adder): BoundAggregate {
  const total = (values: SqlValue): SqlValue => {
    let result = adder.zero;
    for (const value of values as SqlValue[]) if (value !== null) result = adder.plus(result, value);
    return result;
  };
  return {
    stateType: adder.type,
    returnType: adder.type,
    initial: () => adder.zero,
    add: (state, [values = null]) => (values === null ? state : adder.plus(state, total(values))),
    undo: (state, [values = null]) => (values === null ? state : adder.minus(state, total(values))),
    merge: (a, b) => adder.plus(a, b),
    result: (state) => state,
  };
}

function average(adder: Adder): BoundAggregate {
  const step = (state: SqlValue, value: SqlValue, sign: 1 | -1): SqlValue => {
    if (value === null) return state;
    const sumAndCount = state as SqlValue[];
    const [total = null, count = null] = sumAndCount;
    sumAndCount[0] = sign === 1 ? adder.plus(total, value) : adder.minus(total, value);
    sumAndCount[1] = add64(count as Bigint64, sign);
    return state;
  };
  return {
    stateType: struct([
      { name: 'SUM', type: adder.type },
      { name: 'COUNT', type: BIGINT },
    ]),
    returnType: DOUBLE,
    initial: () => [adder.zero, 0],
    add: (state, [value = null]) => step(state, value, 1),
    undo: (state, [value = null]) => step(state, value, -1),
    merge: (a, b) => {
      const [sumA = null, countA = null] = a as SqlValue[];
      const [sumB = null, countB = null] = b as SqlValue[];
      return [adder.plus(sumA, sumB), add64(countA as Bigint64, countB as Bigint64)];
    },
    result: (state) => {
      const [total = null, count = null] = state as SqlValue[];
      return Number(count) === 0 ? 0 : Number(total) / Number(count);
    },
  };
}

// -------------------------------------------------------------------------------------------------- counts

const COUNT: BoundAggregate = {
  stateType: BIGINT,
  returnType: BIGINT,
  initial: () => 0,
  add: (state, args) => (args.length > 0 && args[0] === null ? state : add64(state as Bigint64, 1)),
  undo: (state, args) => (args.length > 0 && args[0] === null ? state : subtract64(state as Bigint64, 1)),
  merge: (a, b) => add64(a as Bigint64, b as Bigint64),
  result: (state) => state,
};

// ------------------------------------------------------------------------------------------------ extremes

/** `sign` is 1 for the greatest, -1 for the least. */
function extreme(type: SqlType, sign: 1 | -1): BoundAggregate {
  const compare = comparatorOf(type);
  const better = (a: SqlValue, b: SqlValue): SqlValue => {
    if (a === null) return b;
    if (b === null) return a;
    return compare(b, a) * sign > 0 ? b : a;
  };
  return {
    stateType: type,
    returnType: type,
    initial: () => null,
    add: (state, [value = null]) => better(state, value),
    merge: better,
    result: (state) => state,
  };
}

const ORDERED = ['INT', 'BIGINT', 'DOUBLE', 'DECIMAL', 'DATE', 'TIME', 'TIMESTAMP', 'STRING', 'BYTES'];

const extremes = (sign: 1 | -1): AggregateSignature[] =>
  ORDERED.map((type) => over(`value ${type}`, ([argType]) => extreme(present(argType), sign)));

function present(type: SqlType | undefined): SqlType {
  assert(type !== undefined, 'the aggregate has an argument');
  return type;
}

function decimalSum([type]: readonly SqlType[]): BoundAggregate {
  const argType = present(type);
  assert(argType.kind === 'DECIMAL', 'the argument is a DECIMAL');
  return sum(decimals(argType));
}

const overEach = (types: readonly (readonly [string, Adder])[], make: (adder: Adder) => BoundAggregate) =>
  types.map(([text, adder]) => over(`value ${text}`, () => make(adder)));

const PLAIN: readonly (readonly [string, Adder])[] = [
  ['INT', INTEGERS],
  ['BIGINT', BIGINTS],
  ['DOUBLE', DOUBLES],
];

export const numberAggregates: readonly SqlFunction[] = [
  aggregate(
    'COUNT',
    'AGGREGATE',
    'Counts the rows of a group, or with an argument those where it is not NULL.',
    [example('COUNT(x) -- x: 1, NULL, 3', '2')],
    [over('', () => COUNT), over('value T', () => COUNT)],
  ),
  aggregate(
    'SUM',
    'AGGREGATE',
    'Adds up the values of a group; NULLs count nothing.',
    [example('SUM(x) -- x: 1, 2, NULL', '3')],
    [over('value DECIMAL', decimalSum), ...overEach(PLAIN, sum)],
  ),
  aggregate(
    'SUM_LIST',
    'AGGREGATE',
    'Adds up the elements of all arrays of a group; NULL elements count nothing.',
    [example('SUM_LIST(x) -- x: ARRAY[1, 2], ARRAY[3]', '6')],
    PLAIN.map(([text, adder]) => over(`list ARRAY<${text}>`, () => sumList(adder))),
  ),
  aggregate(
    'AVG',
    'AGGREGATE',
    'The mean of the values of a group; NULLs count nothing.',
    [example('AVG(x) -- x: 1, 2', '1.5')],
    overEach(PLAIN, average),
  ),
  aggregate(
    'MIN',
    'AGGREGATE',
    'The least value of a group; NULLs are passed over.',
    [example('MIN(x) -- x: 3, 1, 2', '1')],
    extremes(-1),
  ),
  aggregate(
    'MAX',
    'AGGREGATE',
    'The greatest value of a group; NULLs are passed over.',
    [example('MAX(x) -- x: 3, 1, 2', '3')],
    extremes(1),
  ),
];
