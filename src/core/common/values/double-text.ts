import { javaDigits } from './java-digits.ts';

/**
 * The text of a DOUBLE as `java.lang.Double.toString` prints it, which is how the dialect shows, casts and serializes it.
 *
 * - magnitude in [10^-3, 10^7): plain, with at least one digit after the point (`1.0`, `0.001`, `1234567.0`);
 * - otherwise scientific: one digit before the point, at least one after it (`1.0E7`, `1.5E-5`);
 * - `NaN`, `Infinity`, `-Infinity`, `-0.0`.
 *
 * The digits are the shortest that read back as the same double, which are JavaScript's, but for the habits that Java had
 * up to JDK 18 (`java-digits.ts`); they show in a few sizes of numbers alone.
 */
export function doubleToString(value: number): string {
  if (Number.isInteger(value) && value < 1e7 && value > -1e7) {
    return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  }
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) return String(value);
  if (!Number.isFinite(value)) return String(value);
  if (hasJavaDigits(magnitude)) return javaText(value, magnitude);
  return scientific(value);
}

/** Where a decimal number can lie half way between two doubles, subnormal numbers, and powers of two. */
function hasJavaDigits(magnitude: number): boolean {
  return (magnitude >= 2 ** 53 && magnitude < 1e28) || magnitude < 2.3e-308 || isPowerOfTwo(magnitude);
}

const bits = new DataView(new ArrayBuffer(8));

/** Of a positive number that is not subnormal. */
function isPowerOfTwo(value: number): boolean {
  bits.setFloat64(0, value);
  return bits.getUint32(4) === 0 && (bits.getUint32(0) & 0xfffff) === 0;
}

function javaText(value: number, magnitude: number): string {
  const { digits, exponent } = javaDigits(magnitude);
  return `${value < 0 ? '-' : ''}${digits.charAt(0)}.${digits.slice(1) || '0'}E${exponent}`;
}

function scientific(value: number): string {
  let text = value.toExponential();
  if (text.indexOf('.') < 0) text = value.toExponential(1);
  const e = text.indexOf('e');
  const exponent = text.charCodeAt(e + 1) === 43 ? text.slice(e + 2) : text.slice(e + 1);
  return `${text.slice(0, e)}E${exponent}`;
}

const JAVA_DOUBLE = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;
const JAVA_HEX_DOUBLE = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/;

/**
 * Reads what `java.lang.Double.parseDouble` reads: surrounding white space, a sign, `NaN`, `Infinity`, an exponent, a
 * `d` or `f` suffix. Undefined where Java would throw NumberFormatException.
 */
export function parseDouble(text: string): number | undefined {
  if (isPlainNumber(text)) {
    const value = Number(text);
    return Number.isNaN(value) ? undefined : value;
  }
  const trimmed = trimJava(text);
  if (JAVA_DOUBLE.test(trimmed)) {
    const last = trimmed.charCodeAt(trimmed.length - 1) | 32;
    // `Infinity` ends in y and `NaN` in n, so only a suffix ends in d or f
    const digits = last === 100 || last === 102 ? trimmed.slice(0, -1) : trimmed;
    return Number(/NaN$/.test(digits) ? 'NaN' : digits);
  }
  const hex = JAVA_HEX_DOUBLE.exec(trimmed);
  if (hex === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex;
  if (whole.length + fraction.length === 0) return undefined;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  const magnitude = mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}

/** Only digits, signs, points and exponents: then Java and JavaScript accept the same. */
function isPlainNumber(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if ((c < 48 || c > 57) && c !== 46 && c !== 45 && c !== 43 && c !== 101 && c !== 69) return false;
  }
  return text.length > 0;
}

/** `String.trim` of Java: everything up to U+0020 goes, at both ends, and nothing else. */
export function trimJava(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}
