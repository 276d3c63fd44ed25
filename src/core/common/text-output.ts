/**
 * Text written straight into bytes. Text that is mostly ASCII and short, as JSON and CSV are, is written a character at a
 * time: building a string by concatenation, flattening it and encoding it takes three times as long.
 */
import { doubleToString } from './values/double-text.ts';
import { PooledOutput } from './pooled-output.ts';

const decoder = new TextDecoder();

const ZERO = 48;
const MINUS = 45;
const QUOTE = 34;
const BACKSLASH = 92;
const POINT = 46;
const DECIMALS = 4;
const DECIMALS_FACTOR = 10 ** DECIMALS;
/** From here on doubles are written with an exponent. */
const LARGEST_AMOUNT = 1e7;
/** Below it a fraction has too many bits to be multiplied by ten exactly. */
const SMALLEST_BY_DIGIT = 16;
/** Halves of the last place of a double in [16, 32) that make one: 2^-48 is its last place. */
const FRACTION_UNITS = 2 ** 49;
const LONGEST_FRACTION = 20;
const LARGEST_INT = 2 ** 31 - 1;
/** 1 for characters that stand for themselves in a JSON string. */
const IS_PLAIN = Uint8Array.from({ length: 128 }, (_, c) =>
  c >= 0x20 && c <= 0x7e && c !== QUOTE && c !== BACKSLASH ? 1 : 0,
);

export class TextOutput extends PooledOutput {
  finishText(): string {
    const text = decoder.decode(this.bytes.subarray(this.start, this.at));
    this.at = this.start;
    return text;
  }

  ascii(text: string): void {
    const length = text.length;
    if (this.at + length > this.bytes.length) this.grow(length);
    const target = this.bytes;
    let at = this.at;
    for (let i = 0; i < length; i++) target[at++] = text.charCodeAt(i);
    this.at = at;
  }

  integer(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.ascii(String(value));
      return;
    }
    if (value > LARGEST_INT || value < -LARGEST_INT) {
      const billions = Math.trunc(value / 1e9);
      this.integer(billions);
      this.digits(Math.abs(value - billions * 1e9), 9);
      return;
    }
    if (this.at + 11 > this.bytes.length) this.grow(11);
    let rest = value;
    if (rest < 0) {
      this.bytes[this.at++] = MINUS;
      rest = -rest;
    }
    let end = this.at + 1;
    for (let bound = 10; rest >= bound; bound *= 10) end++;
    this.at = end;
    do {
      const quotient = (rest / 10) | 0;
      this.bytes[--end] = ZERO + (rest - quotient * 10);
      rest = quotient;
    } while (rest > 0);
  }

  /** Digits of a number below 2^31, with zeros before it. */
  private digits(value: number, count: number): void {
    if (this.at + count > this.bytes.length) this.grow(count);
    let rest = value;
    let at = this.at + count;
    this.at = at;
    for (let i = 0; i < count; i++) {
      const quotient = (rest / 10) | 0;
      this.bytes[--at] = ZERO + (rest - quotient * 10);
      rest = quotient;
    }
  }

  /**
   * `doubleToString`, without making a string for what is common. Amounts, which have few decimals: if `n / 10000` is the
   * double, its digits are the ones, for no two decimals of up to 15 digits are the same double. Others, as sums of amounts
   * are, digit by digit.
   */
  double(value: number): void {
    const magnitude = Math.abs(value);
    if (!(magnitude >= 1e-3 && magnitude < LARGEST_AMOUNT)) {
      this.ascii(doubleToString(value));
      return;
    }
    const scaled = Math.round(magnitude * DECIMALS_FACTOR);
    const isAmount = scaled / DECIMALS_FACTOR === magnitude;
    if (!isAmount && magnitude < SMALLEST_BY_DIGIT) {
      this.ascii(doubleToString(value));
      return;
    }
    if (value < 0) this.byte(MINUS);
    const whole = isAmount ? Math.floor(scaled / DECIMALS_FACTOR) : Math.floor(magnitude);
    this.integer(whole);
    this.byte(POINT);
    if (!isAmount) {
      this.fraction(magnitude, magnitude - whole);
      return;
    }
    this.digits(scaled - whole * DECIMALS_FACTOR, DECIMALS);
    for (let i = 1; i < DECIMALS && this.bytes[this.at - 1] === ZERO; i++) this.at--;
  }

  /**
   * The decimals of a double of at least 16 that is no integer: as many as tell it from its neighbours, the last one nearest to
   * the double, and even between two. Steele and White, "How to Print Floating-Point Numbers Accurately" (1990), algorithm FPP: what is left of the
   * fraction and the half distance to the neighbours are multiplied by ten for each digit. In units of half of the last place
   * both stay below 2^53, so every operation is exact.
   */
  private fraction(magnitude: number, fraction: number): void {
    if (this.at + LONGEST_FRACTION > this.bytes.length) this.grow(LONGEST_FRACTION);
    let one = FRACTION_UNITS;
    for (let bound = 2 * SMALLEST_BY_DIGIT; magnitude >= bound; bound *= 2) one *= 0.5;
    const oneth = 1 / one;
    let rest = fraction * one;
    // The bounds read back as this double when its significand is even, for a reader rounds half to even.
    const bounds = rest % 4 === 0 ? 1 : 0;
    const target = this.bytes;
    let at = this.at;
    for (let half = 10; ; half *= 10) {
      rest *= 10;
      const digit = Math.floor(rest * oneth);
      rest -= digit * one;
      const near = half + bounds;
      if (rest >= near && rest <= one - near) {
        target[at++] = ZERO + digit;
        continue;
      }
      const isUp = rest > one - near && (rest >= near || 2 * rest > one || (2 * rest === one && digit % 2 === 1));
      target[at++] = ZERO + digit + (isUp ? 1 : 0);
      break;
    }
    this.at = at;
  }

  text(text: string): void {
    const length = text.length;
    if (this.at + length > this.bytes.length) this.grow(length);
    const target = this.bytes;
    let at = this.at;
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c > 0x7e) {
        this.utf8(text);
        return;
      }
      target[at++] = c;
    }
    this.at = at;
  }

  /** JSON's string: in quotes, escaped. */
  jsonString(text: string): void {
    const length = text.length;
    if (this.at + length + 2 > this.bytes.length) this.grow(length + 2);
    const target = this.bytes;
    let at = this.at;
    target[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (IS_PLAIN[c] !== 1) {
        this.utf8(JSON.stringify(text));
        return;
      }
      target[at++] = c;
    }
    target[at++] = QUOTE;
    this.at = at;
  }
}

/** One output for all: a text is finished before the next begins. */
export const textOutput = new TextOutput();
