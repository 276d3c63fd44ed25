/**
 * Mathematical functions of numbers, except those of angles (`trigonometry.ts`).
 *
 * Rounding is the reference's: half up away from zero for positive numbers and towards zero for negative ones, so that
 * ROUND(-1.5) is -1, as `Math.round` has it; a DOUBLE is rounded as the decimal number that it prints as.
 */
import type { Decimal } from 'decimal.js';
import { assert, WeirError } from '../../common/errors.ts';
import { decimal, type DecimalType, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type { Bigint64 } from '../../common/values/bigint.ts';
import { comparatorOf } from '../../common/values/compare.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import { setScale, widen } from '../../common/values/decimal.ts';
import { abs64, toInt64 } from '../../common/values/int64.ts';
import type { ScalarSignature, SqlFunction } from './function.ts';
import { bound, example, scalar, strict } from './signature.ts';

const MATH = 'MATHEMATICAL';

/** `name(number) -> DOUBLE` for INT, BIGINT and DOUBLE. */
export const onNumbers = (fn: (value: number) => number): ScalarSignature[] =>
  ['INT', 'BIGINT', 'DOUBLE'].map((type) => strict(`value ${type} -> DOUBLE`, (value: Bigint64) => fn(Number(value))));

/** `name(a, b) -> DOUBLE` for two INTs, two BIGINTs or two DOUBLEs. */
export const onNumberPairs = (first: string, second: string, fn: (a: number, b: number) => number): ScalarSignature[] =>
  ['INT', 'BIGINT', 'DOUBLE'].map((type) =>
    strict(`${first} ${type}, ${second} ${type} -> DOUBLE`, (a: Bigint64, b: Bigint64) => fn(Number(a), Number(b))),
  );

function decimalType(type: SqlType | undefined): DecimalType {
  assert(type?.kind === 'DECIMAL', 'the argument is a DECIMAL');
  return type;
}

// ------------------------------------------------------------------------------------------------ rounding

function roundDecimal(value: Decimal, places: number): Decimal {
  // HALF_UP for positive numbers, HALF_DOWN for negative ones.
  if (!value.isNegative()) return setScale(value, places, 'HALF_UP');
  const unit = ExactDecimal.pow(10, -places);
  return ExactDecimal.div(value, unit).plus(0.5).floor().mul(unit);
}

const truncateDecimal = (value: Decimal, places: number): Decimal => setScale(value, places, 'DOWN');

/** A DOUBLE as the decimal number that it prints as. */
function exactly(name: string, value: number): Decimal {
  if (!Number.isFinite(value)) {
    throw new WeirError('FUNCTION_FAILED', `${name} cannot give ${value} a number of decimal places.`, {
      details: { function: name, value: String(value) },
    });
  }
  return new ExactDecimal(value);
}

const positiveZero = (value: number): number => (value === 0 ? 0 : value);

/** The type of a DECIMAL rounded to no decimal places. */
const integerDigits = ([type]: readonly SqlType[]): SqlType => {
  const { precision, scale } = decimalType(type);
  return decimal(Math.max(1, precision - scale), 0);
};

function rounding(
  name: string,
  toInteger: (value: number) => number,
  toPlaces: typeof roundDecimal,
): ScalarSignature[] {
  return [
    strict('value BIGINT -> BIGINT', (value: Bigint64) => value),
    strict('value INT -> BIGINT', (value: number) => value),
    strict('value DOUBLE -> BIGINT', (value: number) => toInt64(toInteger(value))),
    strict('value DOUBLE, decimalPlaces INT -> DOUBLE', (value: number, places: number) =>
      positiveZero(toPlaces(exactly(name, value), places).toNumber()),
    ),
    bound('value DECIMAL -> DECIMAL', () => (value: Decimal) => toPlaces(value, 0), {
      returns: integerDigits,
      nullOnNull: true,
    }),
    strict('value DECIMAL, decimalPlaces INT -> DECIMAL', (value: Decimal, places: number) => {
      return places >= value.decimalPlaces() ? value : toPlaces(value, places);
    }),
  ];
}

const integral = (onDouble: (value: number) => number, onDecimal: (value: Decimal) => Decimal): ScalarSignature[] => [
  strict('value INT -> INT', (value: number) => value),
  strict('value BIGINT -> BIGINT', (value: Bigint64) => value),
  strict('value DOUBLE -> DOUBLE', onDouble),
  strict('value DECIMAL -> DECIMAL', onDecimal),
];

// ---------------------------------------------------------------------------------------- greatest and least

const ORDERED = ['INT', 'BIGINT', 'DOUBLE', 'STRING', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP', 'DECIMAL'];

/** NULLs are passed over; `sign` is 1 for the greatest, -1 for the least. */
function extreme(sign: 1 | -1): ScalarSignature[] {
  return ORDERED.map((type) =>
    bound(
      `value ${type}, others ${type}... -> ${type}`,
      (argTypes) => {
        const compare = comparatorOf(argTypes[0] ?? decimal(1, 0));
        return (...values: SqlValue[]) => {
          let best: SqlValue = null;
          for (const value of values) {
            if (value !== null && (best === null || compare(value, best) * sign > 0)) best = value;
          }
          return best;
        };
      },
      type === 'DECIMAL' ? { returns: (types) => types.map(decimalType).reduce(widen) } : {},
    ),
  );
}

const logarithm = (base: number, value: number): number =>
  base <= 0 || base === 1 ? Number.NaN : Math.log(value) / Math.log(base);

const sign = (value: Bigint64): number => (value > 0 ? 1 : value < 0 ? -1 : 0);

export const mathFunctions: readonly SqlFunction[] = [
  scalar(
    'ABS',
    MATH,
    'The absolute value of a number.',
    [example('ABS(-1)', '1')],
    [
      strict('value INT -> INT', (value: number) => Math.abs(value) | 0),
      strict('value BIGINT -> BIGINT', (value: Bigint64) => abs64(value)),
      strict('value DOUBLE -> DOUBLE', (value: number) => Math.abs(value)),
      strict('value DECIMAL -> DECIMAL', (value: Decimal) => value.abs()),
    ],
  ),
  scalar(
    'CEIL',
    MATH,
    'The smallest whole number that is not less.',
    [example('CEIL(3.14e0)', '4.0')],
    integral(Math.ceil, (value) => value.ceil()),
  ),
  scalar(
    'FLOOR',
    MATH,
    'The greatest whole number that is not more.',
    [example('FLOOR(3.14e0)', '3.0')],
    integral(Math.floor, (value) => value.floor()),
  ),
  scalar(
    'ROUND',
    MATH,
    'Rounds to the nearest whole number, or to a number of decimal places; a tie goes up.',
    [example('ROUND(2.5e0)', '3'), example('ROUND(3.14159e0, 2)', '3.14'), example('ROUND(-1.5)', '-1')],
    rounding('ROUND', Math.round, roundDecimal),
  ),
  scalar(
    'TRUNC',
    MATH,
    'Cuts off the decimal places, or those beyond a number of them.',
    [example('TRUNC(2.9e0)', '2'), example('TRUNC(3.14159e0, 2)', '3.14')],
    rounding('TRUNC', Math.trunc, truncateDecimal),
  ),
  scalar(
    'SIGN',
    MATH,
    'The sign of a number: -1, 0 or 1.',
    [example('SIGN(-17)', '-1')],
    [strict('value INT -> INT', sign), strict('value BIGINT -> INT', sign), strict('value DOUBLE -> INT', sign)],
  ),
  scalar('EXP', MATH, "Euler's number raised to a power.", [example('EXP(0)', '1.0')], onNumbers(Math.exp)),
  scalar('LN', MATH, 'The natural logarithm.', [example('LN(1)', '0.0')], onNumbers(Math.log)),
  scalar(
    'LOG',
    MATH,
    'The natural logarithm, or that of a base: LOG(base, value).',
    [example('LOG(2, 8)', '3.0'), example('LOG(1)', '0.0')],
    [...onNumbers(Math.log), ...onNumberPairs('base', 'value', logarithm)],
  ),
  scalar(
    'POWER',
    MATH,
    'A number raised to a power.',
    [example('POWER(2, 10)', '1024.0')],
    onNumberPairs('base', 'exponent', Math.pow),
  ),
  scalar(
    'SQRT',
    MATH,
    'The square root; NaN for negative numbers.',
    [example('SQRT(2)', '1.4142135623730951')],
    onNumbers(Math.sqrt),
  ),
  scalar('CBRT', MATH, 'The cube root.', [example('CBRT(27)', '3.0')], onNumbers(Math.cbrt)),
  scalar(
    'GREATEST',
    MATH,
    'The greatest of its arguments; NULLs are passed over.',
    [example('GREATEST(3, 7, NULL)', '7')],
    extreme(1),
  ),
  scalar(
    'LEAST',
    MATH,
    'The least of its arguments; NULLs are passed over.',
    [example('LEAST(3, 7, NULL)', '3')],
    extreme(-1),
  ),
  scalar(
    'RANDOM',
    MATH,
    'A random number from 0 (inclusive) to 1 (exclusive).',
    [example('RANDOM() < 1', 'true')],
    [bound('-> DOUBLE', (_, context) => context.random)],
  ),
];
