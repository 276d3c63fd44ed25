/**
 * Character classes of Java's regular expressions, as sets.
 *
 * A set is a list of code point ranges and of Unicode properties, negated or not. Union is concatenation. Negation and
 * intersection are worked out on ranges; a negated or intersected set may hold no property, except that one set as a
 * whole may be negated, which RE2 says with `[^...]`.
 */
import { invalid, unsupported } from './java-regex-errors.ts';

type Range = readonly [first: number, last: number];

export interface CharacterSet {
  readonly ranges: readonly Range[];
  /** `\p{Lu}`, `\P{Lu}` in RE2's syntax */
  readonly properties: readonly string[];
  /** Whether the set is everything but these. */
  readonly negated: boolean;
}

const LAST_CODE_POINT = 0x10ffff;

/** Line terminators of Java: \n \r U+0085 U+2028 U+2029. */
export const ANY_BUT_TERMINATOR = '[^\\n\\r\\x{85}\\x{2028}\\x{2029}]';
export const LINE_BREAK = '(?:\\r\\n|[\\n-\\r\\x{85}\\x{2028}\\x{2029}])';

const set = (ranges: readonly Range[], properties: readonly string[] = []): CharacterSet => ({
  ranges,
  properties,
  negated: false,
});

const chars = (text: string): Range[] =>
  Array.from(text, (char): Range => [char.codePointAt(0) ?? 0, char.codePointAt(0) ?? 0]);

const DIGIT: Range[] = [[0x30, 0x39]];
const LOWER: Range[] = [[0x61, 0x7a]];
const UPPER: Range[] = [[0x41, 0x5a]];
const ALPHA = [...UPPER, ...LOWER];
const ALNUM = [...DIGIT, ...ALPHA];
const WORD = [...ALNUM, ...chars('_')];
const SPACE: Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
];
const PUNCTUATION: Range[] = [
  [0x21, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0x7e],
];
const HORIZONTAL: Range[] = [...chars('\t \u00a0\u1680\u180e\u202f\u205f\u3000'), [0x2000, 0x200a]];
const VERTICAL: Range[] = [[0x0a, 0x0d], ...chars('\u0085\u2028\u2029')];

const SHORTHANDS: Readonly<Record<string, readonly Range[]>> = {
  d: DIGIT,
  w: WORD,
  s: SPACE,
  h: HORIZONTAL,
  v: VERTICAL,
};

const POSIX: Readonly<Record<string, readonly Range[]>> = {
  Lower: LOWER,
  Upper: UPPER,
  ASCII: [[0, 0x7f]],
  Alpha: ALPHA,
  Digit: DIGIT,
  Alnum: ALNUM,
  Punct: PUNCTUATION,
  Graph: [[0x21, 0x7e]],
  Print: [[0x20, 0x7e]],
  Blank: chars('\t '),
  Cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  XDigit: [...DIGIT, [0x41, 0x46], [0x61, 0x66]],
  Space: SPACE,
};

/** Java's names of what Unicode has as a general category. */
const CATEGORIES: Readonly<Record<string, string>> = {
  javaLowerCase: 'Ll',
  javaUpperCase: 'Lu',
  javaTitleCase: 'Lt',
  javaDigit: 'Nd',
  javaLetter: 'L',
  IsAlphabetic: 'L',
  IsLetter: 'L',
  IsLowercase: 'Ll',
  IsUppercase: 'Lu',
  IsPunctuation: 'P',
  IsDigit: 'Nd',
};

const CONTROL_LETTERS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

const SYNTAX = new Set('\\.+*?()|[]{}^$-&~#');

/** A character as RE2 takes it literally, inside a class and outside. */
export function escapeChar(char: string): string {
  return SYNTAX.has(char) ? `\\${char}` : char;
}

export interface Escape {
  readonly items: CharacterSet;
  readonly negated: boolean;
  /** Where the text goes on. */
  readonly end: number;
}

/** The escape whose backslash stands before `at`: a shorthand, a property or one character; with `folds` in either case. */
export function predefined(source: string, at: number, folds: boolean): Escape {
  const escape = caseSensitive(source, at);
  return folds ? { ...escape, items: foldAscii(escape.items) } : escape;
}

function caseSensitive(source: string, at: number): Escape {
  const letter = source[at] ?? '';
  const lower = letter.toLowerCase();
  const shorthand = Object.hasOwn(SHORTHANDS, lower) ? SHORTHANDS[lower] : undefined;
  if (shorthand !== undefined) return { items: set(shorthand), negated: letter !== lower, end: at + 1 };
  if (lower === 'p') return property(source, at);
  const { code, end } = escapedCharacter(source, at);
  return { items: set([[code, code]]), negated: false, end };
}

function property(source: string, at: number): Escape {
  const match = /^[pP](?:([A-Z])|\{([^}]+)\})/.exec(source.slice(at));
  if (match === null) throw invalid(source, `\\${source[at] ?? ''} lacks the name of a property`);
  const name = match[1] ?? match[2] ?? '';
  const negated = source[at] === 'P';
  const end = at + match[0].length;
  const posix = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  if (posix !== undefined) return { items: set(posix), negated, end };
  if (/^(?:In|blk=|block=)/.test(name)) throw unsupported(source, `a Unicode block, \\p{${name}}`);
  const category = Object.hasOwn(CATEGORIES, name)
    ? (CATEGORIES[name] ?? '')
    : name.replace(/^(?:Is|sc=|script=|gc=|general_category=)/, '');
  return { items: set([], [`\\p{${category}}`]), negated, end };
}

/** One character written as an escape: `\t`, `\x41`, `\x{1F600}`, `\u0041`, `\012`, `\cA`, `\.`. */
function escapedCharacter(source: string, at: number): { readonly code: number; readonly end: number } {
  const rest = source.slice(at);
  const letter = source[at] ?? '';
  const control = Object.hasOwn(CONTROL_LETTERS, letter) ? CONTROL_LETTERS[letter] : undefined;
  if (control !== undefined) return { code: control, end: at + 1 };
  const hex = /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4}))/.exec(rest);
  if (hex !== null) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16);
    const low = code >= 0xd800 && code < 0xdc00 ? /^u....\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(rest) : null;
    if (low !== null) {
      const pair = 0x10000 + ((code - 0xd800) << 10) + (Number.parseInt(low[1] ?? '', 16) - 0xdc00);
      return { code: pair, end: at + low[0].length };
    }
    if (code <= LAST_CODE_POINT) return { code, end: at + hex[0].length };
  }
  const octal = /^0([0-3][0-7]{2}|[0-7]{1,2})/.exec(rest);
  if (octal !== null) return { code: Number.parseInt(octal[1] ?? '', 8), end: at + octal[0].length };
  if (letter === 'c' && at + 1 < source.length) return { code: source.charCodeAt(at + 1) ^ 64, end: at + 2 };
  if (/[a-zA-Z0-9]/.test(letter)) throw invalid(source, `\\${letter} is no escape`);
  const code = source.codePointAt(at);
  if (code === undefined) throw invalid(source, 'it ends in a \\');
  return { code, end: at + (code > 0xffff ? 2 : 1) };
}

/** Parses the class whose `[` stands before `at`; `folds`: letters of ASCII stand for either case. */
export function parseClass(
  source: string,
  at: number,
  folds: boolean,
): { readonly items: CharacterSet; readonly end: number } {
  let i = at;
  const negated = source[i] === '^';
  if (negated) i++;
  let whole: CharacterSet | undefined;
  let part = set([]);
  let empty = true;
  for (;;) {
    const char = source[i];
    if (char === undefined) throw invalid(source, 'a [ has no ]');
    if (char === ']' && !empty) break;
    empty = false;
    if (char === '[') {
      const inner = parseClass(source, i + 1, folds);
      part = union(source, part, inner.items);
      i = inner.end;
    } else if (source.startsWith('&&', i)) {
      whole = whole === undefined ? part : intersection(source, whole, part);
      part = set([]);
      i += 2;
    } else {
      const item = classItem(source, i, folds);
      part = union(source, part, item.items);
      i = item.end;
    }
  }
  const items = whole === undefined ? part : intersection(source, whole, part);
  return { items: negated ? negateClass(items) : items, end: i + 1 };
}

/** A range, a character or an escape. */
function classItem(source: string, at: number, folds: boolean): { readonly items: CharacterSet; readonly end: number } {
  const letters = (ranges: readonly Range[]): CharacterSet => (folds ? foldAscii(set(ranges)) : set(ranges));
  if (source.startsWith('\\Q', at)) {
    const close = source.indexOf('\\E', at);
    const end = close < 0 ? source.length : close;
    return { items: letters(chars(source.slice(at + 2, end))), end: close < 0 ? end : end + 2 };
  }
  const first = classCharacter(source, at, folds);
  if (typeof first.value !== 'number') {
    return { items: first.value.negated ? negateClass(first.value.items) : first.value.items, end: first.end };
  }
  const dash = source[first.end] === '-' && source[first.end + 1] !== ']' && source[first.end + 1] !== '[';
  if (dash && first.end + 1 < source.length && !source.startsWith('&&', first.end + 1)) {
    const last = classCharacter(source, first.end + 1, folds);
    if (typeof last.value !== 'number' || last.value < first.value) {
      throw invalid(source, `the range ${source.slice(at, last.end)} goes backwards`);
    }
    return { items: letters([[first.value, last.value]]), end: last.end };
  }
  return { items: letters([[first.value, first.value]]), end: first.end };
}

function classCharacter(
  source: string,
  at: number,
  folds: boolean,
): { readonly value: number | Escape; readonly end: number } {
  if (source[at] !== '\\') {
    const code = source.codePointAt(at) ?? 0;
    return { value: code, end: at + (code > 0xffff ? 2 : 1) };
  }
  const escape = caseSensitive(source, at + 1);
  const only = escape.items.ranges[0];
  const single = !/[a-zA-Z]/.test(source[at + 1] ?? '') || !/[dwshvpDWSHVP]/.test(source[at + 1] ?? '');
  if (single && only !== undefined) return { value: only[0], end: escape.end };
  return { value: folds ? { ...escape, items: foldAscii(escape.items) } : escape, end: escape.end };
}

const CASED = ['Lu', 'Ll', 'Lt'];
const CASE_DISTANCE = 0x20;

/** With the other case of each letter of ASCII; a Unicode category of one case with those of the others. */
function foldAscii(items: CharacterSet): CharacterSet {
  const others = (letters: readonly Range[], distance: number): Range[] =>
    items.ranges.flatMap(([first, last]) =>
      letters
        .filter(([a, z]) => first <= z && last >= a)
        .map(([a, z]): Range => [Math.max(first, a) + distance, Math.min(last, z) + distance]),
    );
  const isCased = items.properties.some((property) => CASED.includes(property.slice(3, -1)));
  return {
    ...items,
    ranges: [...items.ranges, ...others(UPPER, CASE_DISTANCE), ...others(LOWER, -CASE_DISTANCE)],
    properties: isCased ? CASED.map((category) => `\\p{${category}}`) : items.properties,
  };
}

export function negateClass(items: CharacterSet): CharacterSet {
  return { ...items, negated: !items.negated };
}

function union(source: string, a: CharacterSet, b: CharacterSet): CharacterSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const [left, right] = [positive(source, a), positive(source, b)];
  return set([...left.ranges, ...right.ranges], [...left.properties, ...right.properties]);
}

function isEmpty(items: CharacterSet): boolean {
  return !items.negated && items.ranges.length === 0 && items.properties.length === 0;
}

/** The same set without its negation. */
function positive(source: string, items: CharacterSet): CharacterSet {
  if (!items.negated) return items;
  const [only] = items.properties;
  if (only !== undefined) {
    if (items.properties.length > 1 || items.ranges.length > 0) {
      throw unsupported(source, 'a negated class of Unicode properties inside another class');
    }
    return set([], [only.startsWith('\\p') ? `\\P${only.slice(2)}` : `\\p${only.slice(2)}`]);
  }
  return set(complement(items.ranges));
}

function intersection(source: string, a: CharacterSet, b: CharacterSet): CharacterSet {
  const [left, right] = [positive(source, a), positive(source, b)];
  if (left.properties.length > 0 || right.properties.length > 0) {
    throw unsupported(source, 'an intersection, &&, of Unicode properties');
  }
  return set(complement([...complement(left.ranges), ...complement(right.ranges)]));
}

function complement(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const out: Range[] = [];
  let next = 0;
  for (const [first, last] of sorted) {
    if (first > next) out.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) out.push([next, LAST_CODE_POINT]);
  return out;
}

/** The set in RE2's syntax. */
export function formatClass(items: CharacterSet): string {
  const [only] = items.ranges;
  if (!items.negated && items.properties.length === 0 && items.ranges.length === 1 && only?.[0] === only?.[1]) {
    return formatCode(only?.[0] ?? 0);
  }
  if (isEmpty(items)) return '[^\\x{0}-\\x{10FFFF}]';
  const ranges = items.ranges.map(([first, last]) =>
    first === last ? formatCode(first) : `${formatCode(first)}-${formatCode(last)}`,
  );
  return `[${items.negated ? '^' : ''}${ranges.join('')}${items.properties.join('')}]`;
}

function formatCode(code: number): string {
  return code > 0x20 && code < 0x7f ? escapeChar(String.fromCharCode(code)) : `\\x{${code.toString(16)}}`;
}
