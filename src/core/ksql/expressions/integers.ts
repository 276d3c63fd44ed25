/**
 * What `common/values/int64.ts` leaves of INTEGER and BIGINT arithmetic, as Java's int and long: it wraps at 32 and 64 bits, division truncates towards zero,
 * the remainder has the dividend's sign, dividing by zero is an error.
 *
 * A BIGINT is a `number` while safe and a `bigint` beyond (`common/values/bigint.ts`). Two safe integers whose rounded
 * sum, difference or product is safe have it exactly: had the true result been beyond 2^53, its rounding would be too.
 * So the fast path computes in doubles and checks the result; everything else goes through `bigint` and is normalised.
 * `+ 0` turns the -0 of `0 * -5` into 0. A quotient of safe integers is truncated rightly: n - 1/b is further than half
 * a unit in the last place from n, as n * b < 2^53.
 */
import { normalizeBigint, toBigint, type Bigint64 } from '../../common/values/bigint.ts';
import { WeirError } from '../../common/errors.ts';

export function divisionByZero(): WeirError {
  return new WeirError('DIVISION_BY_ZERO', 'Division by zero.', {
    hint: 'Guard the divisor: CASE WHEN b <> 0 THEN a / b END, or NULLIF(b, 0).',
  });
}

export function multiplyInt64(a: Bigint64, b: Bigint64): Bigint64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return normalizeBigint(toBigint(a) * toBigint(b));
}

/** @throws WeirError DIVISION_BY_ZERO */
export function divideInt64(a: Bigint64, b: Bigint64): Bigint64 {
  if (typeof a === 'number' && typeof b === 'number') {
    if (b === 0) throw divisionByZero();
    return Math.trunc(a / b) + 0;
  }
  if (b === 0) throw divisionByZero();
  return normalizeBigint(toBigint(a) / toBigint(b));
}

/** @throws WeirError DIVISION_BY_ZERO */
export function remainderInt64(a: Bigint64, b: Bigint64): Bigint64 {
  if (b === 0) throw divisionByZero();
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return normalizeBigint(toBigint(a) % toBigint(b));
}

export function negateInt64(a: Bigint64): Bigint64 {
  return typeof a === 'number' ? 0 - a : normalizeBigint(-a);
}

export function addInt32(a: number, b: number): number {
  return (a + b) | 0;
}

export function subtractInt32(a: number, b: number): number {
  return (a - b) | 0;
}

/** @throws WeirError DIVISION_BY_ZERO */
export function divideInt32(a: number, b: number): number {
  if (b === 0) throw divisionByZero();
  return (a / b) | 0;
}

/** @throws WeirError DIVISION_BY_ZERO */
export function remainderInt32(a: number, b: number): number {
  if (b === 0) throw divisionByZero();
  return (a % b) | 0;
}
