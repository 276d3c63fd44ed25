/**
 * STDDEV_SAMPLE, STDDEV_SAMP and CORRELATION.
 *
 * The deviations keep `STRUCT<SUM, COUNT, M2>`, M2 being the sum of squared differences from the mean, updated as by
 * Youngs and Cramer (1971): adding the n-th value x to a sum that is then S raises M2 by (n x - S)^2 / (n (n - 1)),
 * taking it back lowers it by the same. STDDEV_SAMP answers the sample *variance*, as the reference does, which keeps it
 * for compatibility; STDDEV_SAMPLE is its square root.
 *
 * CORRELATION keeps the sums of x, y, x^2, y^2 and x y, and the count; a pair with a NULL counts nothing.
 */
import { BIGINT, DOUBLE, struct, VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type { Bigint64 } from '../../common/values/bigint.ts';
import { add64, subtract64 } from '../../common/values/int64.ts';
import type { BoundAggregate, SqlFunction } from './function.ts';
import { aggregate, example, over } from './signature.ts';

// --------------------------------------------------------------------------------------- standard deviation

/** The sum is of the values' own type: integers wrap. */
function plus(type: SqlType, a: SqlValue, b: SqlValue): SqlValue {
  if (type.kind === 'BIGINT') return add64(a as Bigint64, b as Bigint64);
  const sum = Number(a) + Number(b);
  return type.kind === 'INTEGER' ? sum | 0 : sum;
}

function minus(type: SqlType, a: SqlValue, b: SqlValue): SqlValue {
  if (type.kind === 'BIGINT') return subtract64(a as Bigint64, b as Bigint64);
  const difference = Number(a) - Number(b);
  return type.kind === 'INTEGER' ? difference | 0 : difference;
}

/** What the n-th value adds to M2 when the sum with it is `sum`. */
function m2Step(count: number, value: number, sum: number): number {
  if (count < 2) return 0;
  const t = count * value - sum;
  return (t * t) / (count * (count - 1));
}

function deviation(type: SqlType, finish: (variance: number) => number): BoundAggregate {
  return {
    stateType: struct([
      { name: 'SUM', type },
      { name: 'COUNT', type: BIGINT },
      { name: 'M2', type: DOUBLE },
    ]),
    returnType: DOUBLE,
    initial: () => [0, 0, 0],
    add: (state, [value = null]) => {
      if (value === null) return state;
      const fields = state as SqlValue[];
      const sum = plus(type, fields[0] ?? null, value);
      const count = Number(fields[1]) + 1;
      fields[0] = sum;
      fields[1] = count;
      fields[2] = Number(fields[2]) + m2Step(count, Number(value), Number(sum));
      return state;
    },
    undo: (state, [value = null]) => {
      if (value === null) return state;
      const fields = state as SqlValue[];
      const count = Number(fields[1]);
      fields[2] = Number(fields[2]) - m2Step(count, Number(value), Number(fields[0]));
      fields[0] = minus(type, fields[0] ?? null, value);
      fields[1] = count - 1;
      return state;
    },
    merge: (a, b) => {
      const [sumA = null, countA = null, m2A = null] = a as SqlValue[];
      const [sumB = null, countB = null, m2B = null] = b as SqlValue[];
      const n = Number(countA);
      const m = Number(countB);
      if (n === 0) return (b as SqlValue[]).slice();
      if (m === 0) return (a as SqlValue[]).slice();
      const t = (m / n) * Number(sumA) - Number(sumB);
      return [plus(type, sumA, sumB), n + m, Number(m2A) + Number(m2B) + (n / m / (n + m)) * t * t];
    },
    result: (state) => {
      const [, count = null, m2 = null] = state as SqlValue[];
      return Number(count) < 2 ? 0 : finish(Number(m2) / (Number(count) - 1));
    },
  };
}

// ----------------------------------------------------------------------------------------------- correlation

const SUM_X = 0;
const SUM_Y = 1;
const SUM_XX = 2;
const SUM_YY = 3;
const SUM_XY = 4;
const COUNT = 5;

function correlation(type: SqlType): BoundAggregate {
  const sumType = type.kind === 'DOUBLE' ? DOUBLE : BIGINT;
  const product = (a: SqlValue, b: SqlValue): SqlValue => {
    const exact = Number(a) * Number(b);
    if (sumType === DOUBLE || Number.isSafeInteger(exact)) return exact;
    return BigInt(a as Bigint64) * BigInt(b as Bigint64);
  };
  const plusSum = (a: SqlValue, b: SqlValue): SqlValue => plus(sumType, a, b);
  const minusSum = (a: SqlValue, b: SqlValue): SqlValue => minus(sumType, a, b);
  const step = (
    state: SqlValue,
    x: SqlValue,
    y: SqlValue,
    change: (a: SqlValue, b: SqlValue) => SqlValue,
  ): SqlValue => {
    if (x === null || y === null) return state;
    const sums = state as SqlValue[];
    sums[SUM_X] = change(sums[SUM_X] ?? 0, x);
    sums[SUM_Y] = change(sums[SUM_Y] ?? 0, y);
    sums[SUM_XX] = change(sums[SUM_XX] ?? 0, product(x, x));
    sums[SUM_YY] = change(sums[SUM_YY] ?? 0, product(y, y));
    sums[SUM_XY] = change(sums[SUM_XY] ?? 0, product(x, y));
    sums[COUNT] = change(sums[COUNT] ?? 0, 1);
    return state;
  };
  return {
    stateType: struct([
      { name: 'SUM_X', type: sumType },
      { name: 'SUM_Y', type: sumType },
      { name: 'SUM_XX', type: sumType },
      { name: 'SUM_YY', type: sumType },
      { name: 'SUM_XY', type: sumType },
      { name: 'COUNT', type: BIGINT },
    ]),
    returnType: DOUBLE,
    initial: () => [0, 0, 0, 0, 0, 0],
    add: (state, [x = null, y = null]) => step(state, x, y, plusSum),
    undo: (state, [x = null, y = null]) => step(state, x, y, minusSum),
    merge: (a, b) => (a as SqlValue[]).map((value, i) => plusSum(value, (b as SqlValue[])[i] ?? 0)),
    result: (state) => {
      const [x = 0, y = 0, xx = 0, yy = 0, xy = 0, n = 0] = (state as SqlValue[]).map(Number);
      return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
    },
  };
}

const NUMBERS = ['BIGINT', 'INT', 'DOUBLE'];

export const statisticsAggregates: readonly SqlFunction[] = [
  aggregate(
    'STDDEV_SAMPLE',
    'AGGREGATE',
    'The sample standard deviation of the values of a group; NULLs count nothing.',
    [example('STDDEV_SAMPLE(x) -- x: 10, 12, 14', '2.0')],
    NUMBERS.map((type) => over(`value ${type}`, ([argType = VARCHAR]) => deviation(argType, Math.sqrt))),
  ),
  aggregate(
    'STDDEV_SAMP',
    'AGGREGATE',
    'The sample variance of the values of a group (kept as ksqlDB has it; STDDEV_SAMPLE is the standard deviation).',
    [example('STDDEV_SAMP(x) -- x: 10, 12, 14', '4.0')],
    NUMBERS.map((type) => over(`value ${type}`, ([argType = VARCHAR]) => deviation(argType, (variance) => variance))),
  ),
  aggregate(
    'CORRELATION',
    'AGGREGATE',
    "Pearson's correlation of two columns over the rows of a group where neither is NULL; NaN while it is undefined.",
    [example('CORRELATION(x, y) -- x: 1, 2, 3; y: 2, 4, 6', '1.0')],
    NUMBERS.map((type) => over(`x ${type}, y ${type}`, ([argType = VARCHAR]) => correlation(argType))),
  ),
];
