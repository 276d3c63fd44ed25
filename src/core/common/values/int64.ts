/**
 * BIGINT arithmetic: 64-bit two's complement that wraps, on values that are a `number` while they are safe integers and
 * a `bigint` beyond, never both. Each operation tries doubles first: if the result of two safe integers is a safe
 * integer, it is exact; otherwise it is computed again with `bigint`.
 */
import { BIGINT_MAX, BIGINT_MIN, normalizeBigint, type Bigint64 } from './bigint.ts';

export function add64(a: Bigint64, b: Bigint64): Bigint64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalizeBigint(BigInt(a) + BigInt(b));
}

export function subtract64(a: Bigint64, b: Bigint64): Bigint64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return normalizeBigint(BigInt(a) - BigInt(b));
}

/** The absolute value; that of the smallest BIGINT is itself, as in Java. */
export function abs64(a: Bigint64): Bigint64 {
  if (typeof a === 'number') return Math.abs(a);
  return a < 0n ? normalizeBigint(-a) : a;
}

/** A double as a BIGINT: truncated, NaN to 0, saturated at the ends, as Java's cast. */
export function toInt64(value: number): Bigint64 {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (Number.isNaN(value)) return 0;
  if (value >= 2 ** 63) return BIGINT_MAX;
  if (value <= -(2 ** 63)) return BIGINT_MIN;
  return normalizeBigint(BigInt(Math.trunc(value)));
}
