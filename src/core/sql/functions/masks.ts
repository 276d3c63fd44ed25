/**
 * Masking: each character is replaced by the mask of its class. By default upper-case letters become `X`, lower-case
 * letters `x`, digits `n` and everything else `-`; a NULL mask leaves its class as it is, and of a longer mask the
 * first character counts.
 */
import type { SqlFunction } from './function.ts';
import { functionFailed } from './failure.ts';
import { example, lenient, scalar } from './signature.ts';

const CATEGORY = 'STRING';
type Mask = string | null;

export const maskFunctions: readonly SqlFunction[] = [
  scalar(
    'MASK',
    CATEGORY,
    'Masks every character of a text by its class: upper case, lower case, digit, other.',
    [example("MASK('My Test $123')", 'Xx-Xxxx--nnn'), example("MASK('Ab1!', '*', NULL, '#', NULL)", '*b#!')],
    [
      lenient('input STRING -> STRING', (input: string | null) => (input === null ? null : DEFAULT.mask(input))),
      lenient(
        'input STRING, upper STRING, lower STRING, digit STRING, other STRING -> STRING',
        (input: string | null, upper: Mask, lower: Mask, digit: Mask, other: Mask) =>
          input === null ? null : new Masker(upper, lower, digit, other).mask(input),
      ),
    ],
  ),
  partial(
    'MASK_LEFT',
    'Masks the first characters of a text and leaves the rest.',
    [example("MASK_LEFT('My Test $123', 4)", 'Xx-Xest $123')],
    (input, count, masker) => masker.mask(input.slice(0, count)) + input.slice(count),
  ),
  partial(
    'MASK_RIGHT',
    'Masks the last characters of a text and leaves the rest.',
    [example("MASK_RIGHT('My Test $123', 4)", 'My Test -nnn')],
    (input, count, masker) => {
      const from = Math.max(input.length - count, 0);
      return input.slice(0, from) + masker.mask(input.slice(from));
    },
  ),
  partial(
    'MASK_KEEP_LEFT',
    'Masks a text except for its first characters.',
    [example("MASK_KEEP_LEFT('My Test $123', 4)", 'My Txxx--nnn')],
    (input, count, masker) => input.slice(0, count) + masker.mask(input.slice(count)),
  ),
  partial(
    'MASK_KEEP_RIGHT',
    'Masks a text except for its last characters.',
    [example("MASK_KEEP_RIGHT('My Test $123', 4)", 'Xx-Xxxx-$123')],
    (input, count, masker) => {
      const from = Math.max(input.length - count, 0);
      return masker.mask(input.slice(0, from)) + input.slice(from);
    },
  ),
];

function partial(
  name: string,
  description: string,
  examples: ReturnType<typeof example>[],
  apply: (input: string, count: number, masker: Masker) => string,
): SqlFunction {
  const run = (input: string | null, count: number | null, masker: Masker): string | null => {
    if (input === null || count === null) return null;
    if (count < 0) {
      throw functionFailed(name, `the number of characters is ${count}`, {
        hint: 'Give a number that is not negative.',
      });
    }
    return apply(input, count, masker);
  };
  return scalar(name, CATEGORY, description, examples, [
    lenient('input STRING, numChars INT -> STRING', (input: string | null, count: number | null) =>
      run(input, count, DEFAULT),
    ),
    lenient(
      'input STRING, numChars INT, upper STRING, lower STRING, digit STRING, other STRING -> STRING',
      (input: string | null, count: number | null, upper: Mask, lower: Mask, digit: Mask, other: Mask) =>
        run(input, count, new Masker(upper, lower, digit, other)),
    ),
  ]);
}

const UPPER = /^\p{Lu}$/u;
const LOWER = /^\p{Ll}$/u;
const DIGIT = /^\p{Nd}$/u;

class Masker {
  private readonly upper: Mask;
  private readonly lower: Mask;
  private readonly digit: Mask;
  private readonly other: Mask;

  constructor(upper: Mask, lower: Mask, digit: Mask, other: Mask) {
    this.upper = firstCharacter(upper);
    this.lower = firstCharacter(lower);
    this.digit = firstCharacter(digit);
    this.other = firstCharacter(other);
  }

  mask(text: string): string {
    let masked = '';
    for (let i = 0; i < text.length; i++) {
      const char = text.charAt(i);
      masked += this.maskOf(char) ?? char;
    }
    return masked;
  }

  private maskOf(char: string): Mask {
    if (UPPER.test(char)) return this.upper;
    if (LOWER.test(char)) return this.lower;
    return DIGIT.test(char) ? this.digit : this.other;
  }
}

function firstCharacter(mask: Mask): Mask {
  if (mask === '') {
    throw functionFailed('MASK', 'a mask is empty', {
      hint: 'Give a character, or NULL to leave that class as it is.',
    });
  }
  return mask === null ? null : String.fromCodePoint(mask.codePointAt(0) ?? 0);
}

const DEFAULT = new Masker('X', 'x', 'n', '-');
