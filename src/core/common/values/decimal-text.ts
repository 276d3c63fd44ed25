/**
 * Text of decimals. A DECIMAL(p, s) value is a `Decimal` of decimal.js without a scale of its own, so its text is made
 * at the type's scale, as `BigDecimal.toPlainString` prints a BigDecimal of that scale: `10.10` for DECIMAL(4, 2).
 *
 * `ExactDecimal` is decimal.js with a precision that no arithmetic on DECIMAL(38, s) reaches and without exponent
 * notation. Every DECIMAL value is made with it: the library's default rounds results to 20 digits.
 */
import { Decimal } from 'decimal.js';

export const ExactDecimal = Decimal.clone({
  precision: 200,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
  defaults: true,
});

/** Plain digits at `scale`; a zero has no sign. Digits beyond the scale are rounded half up (the caller has fitted it). */
export function decimalToString(value: Decimal, scale: number): string {
  return value.isZero() ? zeroText(scale) : value.toFixed(scale, Decimal.ROUND_HALF_UP);
}

function zeroText(scale: number): string {
  return scale === 0 ? '0' : `0.${'0'.repeat(scale)}`;
}

const BIG_DECIMAL_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,10})?$/;

/** What `new BigDecimal(text)` reads; undefined where Java would throw NumberFormatException. */
export function parseDecimal(text: string): Decimal | undefined {
  return BIG_DECIMAL_TEXT.test(text) ? new ExactDecimal(text) : undefined;
}

/** Whether |value| < 10^(precision - scale). */
export function fitsPrecision(value: Decimal, precision: number, scale: number): boolean {
  return value.isZero() || value.e < precision - scale;
}

/** The integer `value * 10^scale`, as BigDecimal.unscaledValue of a value at that scale. */
export function unscaled(value: Decimal, scale: number): bigint {
  const text = decimalToString(value, scale);
  return BigInt(scale === 0 ? text : text.replace('.', ''));
}

/** The decimal `unscaled / 10^scale`. */
export function fromUnscaled(unscaledValue: bigint, scale: number): Decimal {
  return new ExactDecimal(`${unscaledValue}e${-scale}`);
}
