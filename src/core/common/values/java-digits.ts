/**
 * The digits of a double as JDK 8 to 18 choose them (`FloatingDecimal`), one after the other until what is left is less than
 * the distance to where the next double begins (Steele and White). They differ from the shortest digits:
 *
 * - a number half way between two doubles belongs to neither (`4.9999999999999996E22`, not `5.0E22`);
 * - a power of two is told from the double above as if that were as near as the one below (`5.9604644775390625E-8`);
 * - whole numbers below 2^63 are written as the integers that they are, without the last digits that the step from one
 *   double of that size to the next makes meaningless (`2.6814475343671142E18`).
 *
 * All in integers: `rest / unit` is what is left of the number in units of the next digit, `margin / unit` the distance.
 */
export interface Digits {
  /** Without a point, the first not 0, no zeros at the end unless it is the only digit after the first. */
  readonly digits: string;
  /** Of the first digit: 0 is units. */
  readonly exponent: number;
}

/** For a positive number that is written with an exponent. */
export function javaDigits(value: number): Digits {
  if (value >= 2 ** 53 && value < 2 ** 63) return wholeDigits(BigInt(value));
  const { significand, exponent } = parts(value);
  const length = significand.toString(2).length;
  const estimate = estimateExponent(value, exponent + length - 1);
  const isPower = (significand & (significand - 1n)) === 0n;
  // All three times 4, as the margin of a power of two is a quarter of the last bit.
  const two = exponent - 2;
  let rest = shifted(significand << 2n, two) * power(10, -estimate);
  let margin = shifted(isPower ? 1n : 2n, two) * power(10, -estimate);
  const unit = shifted(1n, -two) * power(10, estimate);
  let digits = '';
  let first = estimate;
  let low = false;
  let high = false;
  // A second step is always made, as text with an exponent has a digit after the point.
  for (let step = 0; step < 2 || (!low && !high); step++) {
    const digit = rest / unit;
    rest = (rest % unit) * 10n;
    margin *= 10n;
    low = rest < margin;
    high = rest + margin > unit * 10n;
    if (step === 0 && digit === 0n && !high) first--;
    else digits += digit;
  }
  const half = rest * 2n - unit * 10n;
  const up = high && (!low || half > 0n || (half === 0n && Number(digits.at(-1)) % 2 === 1));
  return trimmed(up ? BigInt(digits) + 1n : BigInt(digits), first + 1 - digits.length);
}

/** `integer * 10^scale` */
function trimmed(integer: bigint, scale: number): Digits {
  const digits = integer.toString();
  return { digits: digits.replace(/0+$/, ''), exponent: digits.length - 1 + scale };
}

function wholeDigits(integer: bigint): Digits {
  const step = integer.toString(2).length - 55;
  const meaningless = step < 1 ? 0 : Math.floor(step * Math.log10(2));
  const unit = power(10, meaningless);
  return trimmed((integer + unit / 2n) / unit, meaningless);
}

const view = new DataView(new ArrayBuffer(8));
const FRACTION = (1n << 52n) - 1n;

/** `value = significand * 2^exponent` */
function parts(value: number): { readonly significand: bigint; readonly exponent: number } {
  view.setFloat64(0, value);
  const all = view.getBigUint64(0);
  const biased = Number(all >> 52n);
  return biased === 0
    ? { significand: all, exponent: -1074 }
    : { significand: (all & FRACTION) | (FRACTION + 1n), exponent: biased - 1075 };
}

/** The exponent of the first digit or one more: Java's tangent at 1.5 of the logarithm. */
function estimateExponent(value: number, binaryExponent: number): number {
  const scaled = value < 2.3e-308 ? value * 2 ** 600 : value;
  const mantissa = scaled / 2 ** (value < 2.3e-308 ? binaryExponent + 600 : binaryExponent);
  return Math.floor((mantissa - 1.5) * 0.289529654 + 0.176091259 + binaryExponent * 0.301029995663981);
}

const power = (base: number, exponent: number): bigint => BigInt(base) ** BigInt(Math.max(exponent, 0));
const shifted = (value: bigint, places: number): bigint => value << BigInt(Math.max(places, 0));
