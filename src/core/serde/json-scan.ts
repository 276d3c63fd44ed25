/**
 * Reads the columns that are wanted straight from the bytes of a JSON object, without a tree of it.
 *
 * The records of one source mostly look alike. From one of them the scanner learns a template: the bytes that stand before
 * each field's value (`{"ID":`, `, "NAME": `, white space as it is), which column the field fills, and the bytes after
 * the last value. A text that has just these bytes around its values is read in one pass; values of columns that nobody
 * wants are passed over, but not unread: a text that is no JSON is not taken for one.
 *
 * It answers only where it knows the answer that the long way (`FieldReader` over `JSON.parse`) would give. For
 * everything else (other fields, other order, numbers that lose digits, nested values, what does not fit its column) it gives
 * `undefined`, and the caller goes the long way, which also words the errors.
 *
 * Why reading on beyond a text's end does no harm: nothing is taken before the last byte that was read has proved to be the
 * text's last one.
 */
import type { Column } from '../common/schema.ts';
import type { Row, SqlType, SqlValue } from '../common/sql-type.ts';
import { decodeUtf8, decodeUtf8Strictly } from '../common/utf8.ts';
import { decodeInterned } from './interned-text.ts';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const UPPER_E = 69;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const LOWER_E = 101;
const LOWER_F = 102;
const LOWER_N = 110;
const LOWER_T = 116;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const PLUS = 43;

/** Integers of so many digits are doubles without loss. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

const KIND = { INTEGER: 1, WHOLE: 2, DOUBLE: 3, VARCHAR: 4, BOOLEAN: 5 } as const;
type Kind = (typeof KIND)[keyof typeof KIND];

const KINDS: Partial<Record<SqlType['kind'], Kind>> = {
  INTEGER: KIND.INTEGER,
  BIGINT: KIND.WHOLE,
  DATE: KIND.WHOLE,
  TIME: KIND.WHOLE,
  TIMESTAMP: KIND.WHOLE,
  DOUBLE: KIND.DOUBLE,
  VARCHAR: KIND.VARCHAR,
  BOOLEAN: KIND.BOOLEAN,
};

interface Field {
  /** What stands before the value, from the end of the value before it on. */
  readonly lead: Uint8Array;
  /** The column that it fills, or -1. */
  readonly column: number;
  readonly kind: Kind | 0;
}

interface Template {
  readonly fields: readonly Field[];
  readonly tail: Uint8Array;
}

export class JsonScanner {
  readonly #kinds: readonly (Kind | undefined)[];
  readonly #blank: Row;
  #template: Template | undefined;
  /** Where the value that was read last ends; -1 when it was none that is read here. */
  #end = 0;

  constructor(columns: readonly Column[]) {
    this.#kinds = columns.map((column) => KINDS[column.type.kind]);
    this.#blank = columns.map(() => null);
  }

  get hasTemplate(): boolean {
    return this.#template !== undefined;
  }

  /** The row of `bytes[start, end)`, or undefined where it takes the long way to know. */
  scan(bytes: Uint8Array, start: number, end: number): Row | undefined {
    const template = this.#template;
    if (template === undefined) return undefined;
    const { fields, tail } = template;
    const row = this.#blank.slice();
    let at = start;
    for (let i = 0; i < fields.length; i++) {
      const { lead, column, kind } = fields[i] as Field;
      for (let j = 0; j < lead.length; j++) if (bytes[at + j] !== lead[j]) return undefined;
      at += lead.length;
      if (column < 0) {
        at = skipScalar(bytes, at);
        if (at < 0) return undefined;
        continue;
      }
      if (bytes[at] === LOWER_N) {
        at = literalEnd(bytes, at, NULL);
        if (at < 0) return undefined;
        continue;
      }
      const value = this.#value(kind, bytes, at);
      at = this.#end;
      if (at < 0) return undefined;
      row[column] = value;
    }
    for (let j = 0; j < tail.length; j++) if (bytes[at + j] !== tail[j]) return undefined;
    return at + tail.length === end ? row : undefined;
  }

  /**
   * Takes the text of an object, which has proved to be JSON, for the template of those to come.
   * @param columnsFor for each field name the column that it fills, or -1
   */
  learn(bytes: Uint8Array, columnsFor: (names: readonly string[]) => readonly number[]): void {
    const leads: Uint8Array[] = [];
    const names: string[] = [];
    let leadStart = 0;
    for (;;) {
      const nameStart = bytes.indexOf(QUOTE, leadStart);
      const close = bytes.indexOf(CLOSE_OBJECT, leadStart);
      if (nameStart < 0 || (close >= 0 && close < nameStart)) break;
      const nameEnd = stringEnd(bytes, nameStart);
      names.push(JSON.parse(decodeUtf8(bytes.subarray(nameStart, nameEnd))) as string);
      let valueStart = bytes.indexOf(COLON, nameEnd) + 1;
      while (isSpace(bytes[valueStart] as number)) valueStart++;
      leads.push(bytes.slice(leadStart, valueStart));
      leadStart = valueEnd(bytes, valueStart);
    }
    if (new Set(names).size !== names.length) return;
    const columns = columnsFor(names);
    const fields = leads.map((lead, i): Field => {
      const column = columns[i] ?? -1;
      return { lead, column, kind: column < 0 ? 0 : (this.#kinds[column] ?? 0) };
    });
    // A template of which a wanted column cannot be read here would never be of use.
    if (fields.some(({ column, kind }) => column >= 0 && kind === 0)) return;
    this.#template = { fields, tail: bytes.slice(leadStart) };
  }

  #value(kind: Kind | 0, bytes: Uint8Array, at: number): SqlValue {
    switch (kind) {
      case KIND.VARCHAR:
        return this.#string(bytes, at);
      case KIND.DOUBLE:
        return this.#double(bytes, at);
      case KIND.INTEGER: {
        const value = this.#integer(bytes, at);
        if ((value | 0) !== value) this.#end = -1;
        return value;
      }
      case KIND.WHOLE:
        return this.#integer(bytes, at);
      case KIND.BOOLEAN: {
        const isTrue = bytes[at] === LOWER_T;
        this.#end = literalEnd(bytes, at, isTrue ? TRUE : FALSE);
        return isTrue;
      }
      default:
        this.#end = -1;
        return null;
    }
  }

  #integer(bytes: Uint8Array, start: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let value = 0;
    for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at)) value = value * 10 + digit;
    // A fraction or an exponent that follows does not match the next field's lead.
    this.#end = isPlain(bytes, first, at) ? at : -1;
    return isNegative ? 0 - value : value;
  }

  #double(bytes: Uint8Array, start: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let value = 0;
    for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, ++at)) value = value * 10 + digit;
    if (!isPlain(bytes, first, at)) {
      this.#end = -1;
      return 0;
    }
    let decimals = 0;
    if (bytes[at] === POINT) {
      const point = at;
      for (let digit = digitAt(bytes, ++at); digit >= 0; digit = digitAt(bytes, ++at)) value = value * 10 + digit;
      decimals = at - point - 1;
      if (decimals === 0) {
        this.#end = -1;
        return 0;
      }
    }
    this.#end = at;
    // Up to 15 digits the quotient of two exact doubles is the nearest double (Clinger's fast path).
    if (at - first > EXACT_DIGITS + 1) return Number(decodeUtf8(bytes.subarray(start, at))) + 0;
    if (decimals > 0) value /= POWERS_OF_TEN[decimals] as number;
    return isNegative ? 0 - value : value;
  }

  #string(bytes: Uint8Array, start: number): string {
    if (bytes[start] === QUOTE) {
      let at = start + 1;
      let byte = bytes[at] as number;
      while (byte !== QUOTE && byte >= 0x20 && byte < 0x80 && byte !== BACKSLASH) byte = bytes[++at] as number;
      if (byte === QUOTE) {
        this.#end = at + 1;
        return decodeInterned(bytes, start + 1, at);
      }
      const text = readString(bytes, start);
      if (text !== undefined) {
        this.#end = stringEnd(bytes, start);
        return text;
      }
    }
    this.#end = -1;
    return '';
  }
}

const TRUE = [LOWER_T, 114, 117, 101];
const FALSE = [LOWER_F, 97, 108, 115, 101];
const NULL = [LOWER_N, 117, 108, 108];

function literalEnd(bytes: Uint8Array, at: number, literal: readonly number[]): number {
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return -1;
  return at + literal.length;
}

/** The digit that stands there, or -1. */
function digitAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  return byte >= ZERO && byte <= NINE ? byte - ZERO : -1;
}

/** Whether `[first, end)` are digits of an integer as JSON writes it, few enough to be exact. */
function isPlain(bytes: Uint8Array, first: number, end: number): boolean {
  const digits = end - first;
  return digits > 0 && digits <= EXACT_DIGITS && (digits === 1 || bytes[first] !== ZERO);
}

/** The end of a string, number or literal of JSON; -1 where there is none, or something nested. */
function skipScalar(bytes: Uint8Array, start: number): number {
  const first = bytes[start] as number;
  if (first === QUOTE) {
    let at = start + 1;
    let byte = bytes[at] as number;
    while (byte !== QUOTE && byte >= 0x20 && byte < 0x80 && byte !== BACKSLASH) byte = bytes[++at] as number;
    if (byte === QUOTE) return at + 1;
    return readString(bytes, start) === undefined ? -1 : stringEnd(bytes, start);
  }
  if (first === LOWER_T) return literalEnd(bytes, start, TRUE);
  if (first === LOWER_F) return literalEnd(bytes, start, FALSE);
  if (first === LOWER_N) return literalEnd(bytes, start, NULL);
  return skipNumber(bytes, start);
}

function skipNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const whole = at;
  at = skipDigits(bytes, at);
  if (at === whole || (at > whole + 1 && bytes[whole] === ZERO)) return -1;
  if (bytes[at] === POINT) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction);
    if (at === fraction) return -1;
  }
  if (bytes[at] === LOWER_E || bytes[at] === UPPER_E) {
    const sign = bytes[at + 1];
    const exponent = sign === MINUS || sign === PLUS ? at + 2 : at + 1;
    at = skipDigits(bytes, exponent);
    if (at === exponent) return -1;
  }
  return at;
}

function skipDigits(bytes: Uint8Array, at: number): number {
  while (digitAt(bytes, at) >= 0) at++;
  return at;
}

/** A string with escapes or beyond ASCII; undefined when it is none. */
function readString(bytes: Uint8Array, start: number): string | undefined {
  try {
    return JSON.parse(decodeUtf8Strictly(bytes.subarray(start, stringEnd(bytes, start)))) as string;
  } catch {
    // the long way finds out what is wrong with it
    return undefined;
  }
}

/** Behind the closing quote of the string that begins at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return bytes.length;
}

/** Behind the value that begins at `start`, in a text that is JSON. */
function valueEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = stringEnd(bytes, at) - 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth === 0) return at;
      depth--;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at;
  }
  return at;
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}
