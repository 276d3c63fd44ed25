/**
 * Patterns of java.time's `DateTimeFormatter` as data.
 *
 * A pattern is a sequence of runs of one letter, each a field in a width or style, of literals, in quotes where they
 * are letters, of `[` sections `]` that may be missing when read, and of `p` runs that pad what follows. This
 * file knows what each run means, the same that `DateTimeFormatterBuilder.appendPattern` says; `pattern-print.ts` prints by
 * it, `pattern-parse.ts` reads by it.
 *
 * Where numbers follow one another without anything between, as in `yyyyMMdd`, those of a fixed width are set aside for the
 * first, which may then be wider or narrower: `reserved` counts the digits that a number has to leave.
 */
import { WeirError } from '../errors.ts';
import {
  AMPM_NAMES,
  DAY_NAMES,
  ERA_NAMES,
  MONTH_NAMES,
  QUARTER_NAMES,
  type FieldNames,
  type TextStyle,
} from './names.ts';

export type Field =
  | 'era'
  | 'yearOfEra'
  | 'year'
  | 'quarter'
  | 'month'
  | 'dayOfMonth'
  | 'dayOfYear'
  | 'dayOfWeek'
  | 'alignedDayOfWeek'
  | 'weekBasedYear'
  | 'weekOfYear'
  | 'weekOfMonth'
  | 'localDayOfWeek'
  | 'amPm'
  | 'hour'
  | 'clockHour'
  | 'hourOfAmPm'
  | 'clockHourOfAmPm'
  | 'minute'
  | 'second'
  | 'nano'
  | 'milliOfDay'
  | 'nanoOfDay';

/** When a number has a sign: never, only a minus, or also a plus where it is wider than its minimum. */
export type Sign = 'never' | 'negative' | 'exceeding';

export interface NumberElement {
  readonly kind: 'number';
  readonly field: Field;
  readonly minWidth: number;
  readonly maxWidth: number;
  readonly sign: Sign;
  /** Digits that numbers of fixed width directly behind it need. */
  reserved: number;
  /** `yy`: the last two digits of a year from 2000. */
  readonly reduced: boolean;
}

/** `SSS`: the first digits of the fraction of a second. */
export interface FractionElement {
  readonly kind: 'fraction';
  readonly width: number;
}

export type Element =
  | NumberElement
  | FractionElement
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'text'; readonly field: Field; readonly names: FieldNames; readonly style: TextStyle }
  | { readonly kind: 'offset'; readonly shape: OffsetShape; readonly zero: string }
  | { readonly kind: 'localizedOffset'; readonly full: boolean }
  | { readonly kind: 'zoneId' }
  | { readonly kind: 'zoneText'; readonly style: TextStyle }
  | { readonly kind: 'optional'; readonly elements: readonly Element[] }
  | { readonly kind: 'pad'; readonly width: number; readonly element: Element };

/** Whether an offset has a colon, and whether minutes and seconds are always there, as needed, or never. */
export interface OffsetShape {
  readonly colon: boolean;
  readonly minutes: 'always' | 'needed';
  readonly seconds: 'needed' | 'never';
}

const MAX_NUMBER_WIDTH = 19;

/** Fields that are numbers of one or two digits. */
const TWO_DIGITS: Readonly<Record<string, Field>> = {
  d: 'dayOfMonth',
  h: 'clockHourOfAmPm',
  H: 'hour',
  k: 'clockHour',
  K: 'hourOfAmPm',
  m: 'minute',
  s: 'second',
};
const WIDE: Readonly<Record<string, Field>> = { A: 'milliOfDay', n: 'nano', N: 'nanoOfDay' };

/** @throws WeirError INVALID_DATETIME_PATTERN */
export function parsePattern(pattern: string): readonly Element[] {
  const parser = new PatternParser(pattern);
  return parser.parse();
}

class PatternParser {
  private readonly pattern: string;
  private at = 0;
  /** The elements of the open sections, the innermost last. */
  private readonly open: Element[][] = [[]];
  /** The number that numbers of fixed width directly behind it belong to. */
  private leading: NumberElement | undefined;
  private padWidth = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  parse(): readonly Element[] {
    while (this.at < this.pattern.length) this.element();
    while (this.open.length > 1) this.closeSection();
    return this.open[0] ?? [];
  }

  private element(): void {
    const char = this.pattern.charAt(this.at);
    if (/[A-Za-z]/.test(char)) {
      const start = this.at;
      while (this.pattern[this.at] === char) this.at++;
      const count = this.at - start;
      if (char !== 'p') this.run(char, count);
      else if (/[A-Za-z]/.test(this.pattern.charAt(this.at))) this.padWidth = count;
      else throw this.error('a p has no letter to pad behind it');
      return;
    }
    this.at++;
    switch (char) {
      case "'":
        this.push({ kind: 'literal', text: this.quotation() });
        return;
      case '[':
        this.leading = undefined;
        this.open.push([]);
        return;
      case ']':
        if (this.open.length === 1) throw this.error('a ] has no [');
        this.closeSection();
        return;
      case '{':
      case '}':
      case '#':
        throw this.error(`'${char}' is reserved; put it in quotes`);
      default:
        this.push({ kind: 'literal', text: char });
    }
  }

  /** The text up to the closing quote; two quotes are one, within a quotation and alone. */
  private quotation(): string {
    const start = this.at - 1;
    let text = '';
    for (; this.at < this.pattern.length; this.at++) {
      const char = this.pattern.charAt(this.at);
      if (char !== "'") {
        text += char;
      } else if (this.pattern[this.at + 1] === "'") {
        text += "'";
        this.at++;
      } else {
        this.at++;
        return this.at - start === 2 ? "'" : text;
      }
    }
    throw this.error('a quotation is not closed');
  }

  private closeSection(): void {
    const elements = this.open.pop() ?? [];
    this.leading = undefined;
    if (elements.length > 0) this.push({ kind: 'optional', elements });
  }

  private push(element: Element): void {
    if (element.kind !== 'number' && element.kind !== 'fraction') this.leading = undefined;
    const padded: Element = this.padWidth > 0 ? { kind: 'pad', width: this.padWidth, element } : element;
    if (this.padWidth > 0) this.leading = undefined;
    this.padWidth = 0;
    this.open.at(-1)?.push(padded);
  }

  private number(field: Field, minWidth: number, maxWidth: number, sign: Sign, reduced = false): void {
    const fixed = minWidth === maxWidth && sign === 'never';
    const element: NumberElement = { kind: 'number', field, minWidth, maxWidth, sign, reduced, reserved: 0 };
    const { leading } = this;
    if (leading !== undefined && this.padWidth === 0 && fixed) leading.reserved += maxWidth;
    if (leading === undefined || !fixed) this.leading = element;
    this.push(element);
  }

  private run(letter: string, count: number): void {
    switch (letter) {
      case 'u':
      case 'y':
      case 'Y': {
        const field = letter === 'u' ? 'year' : letter === 'y' ? 'yearOfEra' : 'weekBasedYear';
        if (count === 2) this.number(field, 2, 2, 'never', true);
        else this.number(field, count, this.width(count), count < 4 ? 'negative' : 'exceeding');
        return;
      }
      case 'G':
        this.text('era', ERA_NAMES, letter, count, 1);
        return;
      case 'Q':
      case 'q':
        this.numberOrText('quarter', QUARTER_NAMES, letter, count);
        return;
      case 'M':
      case 'L':
        this.numberOrText('month', MONTH_NAMES, letter, count);
        return;
      case 'E':
        this.text('dayOfWeek', DAY_NAMES, letter, count, 1);
        return;
      case 'e':
      case 'c':
        if (count === 1) this.number('localDayOfWeek', 1, 1, 'never');
        else if (count === 2 && letter === 'e') this.number('localDayOfWeek', 2, 2, 'never');
        else if (count === 2) throw this.error("'cc' means nothing");
        else this.text('dayOfWeek', DAY_NAMES, letter, count, 3);
        return;
      case 'a':
        if (count > 1) throw this.tooMany(letter, count);
        this.push({ kind: 'text', field: 'amPm', names: AMPM_NAMES, style: 'short' });
        return;
      case 'D':
        if (count === 1) this.number('dayOfYear', 1, MAX_NUMBER_WIDTH, 'negative');
        else if (count <= 3) this.number('dayOfYear', count, 3, 'never');
        else throw this.tooMany(letter, count);
        return;
      case 'F':
        if (count > 1) throw this.tooMany(letter, count);
        this.number('alignedDayOfWeek', 1, MAX_NUMBER_WIDTH, 'negative');
        return;
      case 'W':
        if (count > 1) throw this.tooMany(letter, count);
        this.number('weekOfMonth', 1, 1, 'never');
        return;
      case 'w':
        if (count > 2) throw this.tooMany(letter, count);
        if (count === 1) this.number('weekOfYear', 1, 2, 'never');
        else this.number('weekOfYear', 2, 2, 'never');
        return;
      case 'S':
        if (count > 9) throw this.tooMany(letter, count);
        if (this.leading !== undefined) this.leading.reserved += count;
        this.push({ kind: 'fraction', width: count });
        return;
      default:
        this.zoneOrNumber(letter, count);
    }
  }

  private zoneOrNumber(letter: string, count: number): void {
    switch (letter) {
      case 'V':
        if (count !== 2) throw this.error(`'${letter.repeat(count)}' is not 'VV'`);
        this.push({ kind: 'zoneId' });
        return;
      case 'z':
        if (count > 4) throw this.tooMany(letter, count);
        this.push({ kind: 'zoneText', style: count === 4 ? 'full' : 'short' });
        return;
      case 'v':
        throw this.error("the names of 'v', of zones without summer and winter, are not here: use 'z' or 'VV'");
      case 'O':
        if (count !== 1 && count !== 4) throw this.error(`'${letter.repeat(count)}' is neither 'O' nor 'OOOO'`);
        this.push({ kind: 'localizedOffset', full: count === 4 });
        return;
      case 'X':
      case 'x': {
        const shape = OFFSET_SHAPES[count - 1];
        if (shape === undefined) throw this.tooMany(letter, count);
        const zero = letter === 'X' ? 'Z' : count === 1 ? '+00' : shape.colon ? '+00:00' : '+0000';
        this.push({ kind: 'offset', shape, zero });
        return;
      }
      case 'Z':
        if (count > 5) throw this.tooMany(letter, count);
        if (count === 4) this.push({ kind: 'localizedOffset', full: true });
        else if (count === 5)
          this.push({ kind: 'offset', shape: { colon: true, minutes: 'always', seconds: 'needed' }, zero: 'Z' });
        else this.push({ kind: 'offset', shape: { colon: false, minutes: 'always', seconds: 'never' }, zero: '+0000' });
        return;
      default: {
        const wide = WIDE[letter];
        const field = TWO_DIGITS[letter];
        if (wide !== undefined) this.number(wide, count, MAX_NUMBER_WIDTH, 'never');
        else if (field === undefined) throw this.error(`'${letter}' is no pattern letter; put literal text in quotes`);
        else if (count === 1) this.number(field, 1, MAX_NUMBER_WIDTH, 'negative');
        else if (count === 2) this.number(field, 2, 2, 'never');
        else throw this.tooMany(letter, count);
      }
    }
  }

  private width(count: number): number {
    if (count > MAX_NUMBER_WIDTH) throw this.error(`a year of ${count} digits is too wide`);
    return MAX_NUMBER_WIDTH;
  }

  private numberOrText(field: Field, names: FieldNames, letter: string, count: number): void {
    if (count === 1) this.number(field, 1, MAX_NUMBER_WIDTH, 'negative');
    else if (count === 2) this.number(field, 2, 2, 'never');
    else this.text(field, names, letter, count, 3);
  }

  private text(field: Field, names: FieldNames, letter: string, count: number, shortFrom: number): void {
    if (count < shortFrom || count > 5) throw this.tooMany(letter, count);
    this.push({ kind: 'text', field, names, style: count === 5 ? 'narrow' : count === 4 ? 'full' : 'short' });
  }

  private tooMany(letter: string, count: number): WeirError {
    return this.error(`'${letter.repeat(count)}' has too many letters`);
  }

  private error(problem: string): WeirError {
    return new WeirError('INVALID_DATETIME_PATTERN', `'${this.pattern}' is not a date or time pattern: ${problem}.`, {
      hint: "Patterns are those of java.time's DateTimeFormatter, for example 'yyyy-MM-dd HH:mm:ss.SSS'.",
      details: { pattern: this.pattern },
    });
  }
}

/** X to XXXXX */
const OFFSET_SHAPES: readonly OffsetShape[] = [
  { colon: false, minutes: 'needed', seconds: 'never' },
  { colon: false, minutes: 'always', seconds: 'never' },
  { colon: true, minutes: 'always', seconds: 'never' },
  { colon: false, minutes: 'always', seconds: 'needed' },
  { colon: true, minutes: 'always', seconds: 'needed' },
];
