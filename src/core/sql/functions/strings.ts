/**
 * Text functions. A position counts from 1 and in UTF-16 code units, as Java strings do. Functions that exist for
 * STRING and for BYTES share their index arithmetic.
 */
import type { SqlValue } from '../../common/sql-type.ts';
import type { FunctionContext, SqlFunction } from './function.ts';
import { encodeHex } from '../../common/base64.ts';
import { functionFailed } from './failure.ts';
import { bound, example, lenient, scalar, strict } from './signature.ts';

const CATEGORY = 'STRING';

export const stringFunctions: readonly SqlFunction[] = [
  scalar(
    'CHR',
    CATEGORY,
    'Gives the character of a Unicode code point, or of an escape such as \\u4E2D; NULL if there is none.',
    [example('CHR(75)', 'K'), example("CHR('\\u4E2D')", '中')],
    [strict('decimalCode INT -> STRING', characterOfCodePoint), strict('utf16Code STRING -> STRING', unescapeUtf16)],
  ),
  scalar(
    'CONCAT',
    CATEGORY,
    'Joins texts, or bytes, end to end; NULLs are left out.',
    [example("CONCAT('stream', NULL, 'ing')", 'streaming')],
    [lenient('inputs STRING... -> STRING', joinTexts), lenient('inputs BYTES... -> BYTES', joinBytes)],
  ),
  scalar(
    'CONCAT_WS',
    CATEGORY,
    'Joins texts, or bytes, with a separator between them; NULLs are left out, and a NULL separator gives NULL.',
    [example("CONCAT_WS(', ', 'apple', NULL, 'pear')", 'apple, pear')],
    [
      lenient(
        'separator STRING, inputs STRING... -> STRING',
        (separator: string | null, ...inputs: (string | null)[]) => {
          if (inputs.length === 0) throw tooFewForConcatWs();
          return separator === null ? null : inputs.filter(notNull).join(separator);
        },
      ),
      lenient(
        'separator BYTES, inputs BYTES... -> BYTES',
        (separator: Uint8Array | null, ...inputs: (Uint8Array | null)[]) => {
          if (inputs.length === 0) throw tooFewForConcatWs();
          if (separator === null) return null;
          return joinBytes(...inputs.filter(notNull).flatMap((part, i) => (i === 0 ? [part] : [separator, part])));
        },
      ),
    ],
  ),
  scalar(
    'ELT',
    CATEGORY,
    'Gives the n-th of the texts that follow, counted from 1; NULL if there is none.',
    [example("ELT(2, 'a', 'b', 'c')", 'b')],
    [
      lenient('n INT, args STRING... -> STRING', (n: number | null, ...args: (string | null)[]) =>
        n === null ? null : (args[n - 1] ?? null),
      ),
    ],
  ),
  scalar(
    'FIELD',
    CATEGORY,
    'Gives the position of a text among the texts that follow, counted from 1; 0 if it is not among them.',
    [example("FIELD('b', 'a', 'b')", '2'), example("FIELD('z', 'a', 'b')", '0')],
    [
      lenient('str STRING, args STRING... -> INT', (str: string | null, ...args: (string | null)[]) =>
        str === null ? 0 : args.indexOf(str) + 1,
      ),
    ],
  ),
  scalar(
    'INITCAP',
    CATEGORY,
    'Makes the first character of each word upper case and the rest lower case.',
    [example("INITCAP('the quick bROWN fox')", 'The Quick Brown Fox')],
    [strict('str STRING -> STRING', initialCapitals)],
  ),
  scalar(
    'INSTR',
    CATEGORY,
    'Finds a text in another and gives the position of its n-th occurrence, counted from 1; 0 if there is none. The search starts at a position, and runs backwards from the end for a negative one.',
    [
      example("INSTR('corporate floor', 'or')", '2'),
      example("INSTR('corporate floor', 'or', 3, 2)", '14'),
      example("INSTR('corporate floor', 'or', -3)", '5'),
    ],
    [
      lenient('str STRING, substring STRING -> INT', (str: string | null, part: string | null) =>
        findOccurrence(str, part, 1, 1),
      ),
      lenient(
        'str STRING, substring STRING, position INT -> INT',
        (str: string | null, part: string | null, position: number | null) => findOccurrence(str, part, position, 1),
      ),
      lenient('str STRING, substring STRING, position INT, occurrence INT -> INT', findOccurrence),
    ],
  ),
  scalar(
    'LCASE',
    CATEGORY,
    'Makes a text lower case.',
    [example("LCASE('KAFKA')", 'kafka')],
    [strict('input STRING -> STRING', (input: string) => input.toLowerCase())],
  ),
  scalar(
    'LEN',
    CATEGORY,
    'Gives the length of a text in characters, or of bytes.',
    [example("LEN('stream')", '6')],
    [
      strict('input STRING -> INT', (input: string) => input.length),
      strict('input BYTES -> INT', (input: Uint8Array) => input.length),
    ],
  ),
  scalar(
    'LPAD',
    CATEGORY,
    'Fills a text, or bytes, up to a length with a padding repeated on the left; what is longer is cut at that length.',
    [example("LPAD('7', 3, '0')", '007'), example("LPAD('foobar', 3, '0')", 'foo')],
    [
      strict('input STRING, targetLen INT, padding STRING -> STRING', (input: string, length: number, pad: string) =>
        length < 0 || pad === '' ? null : (fill(pad, length - input.length) + input).slice(0, length),
      ),
      strict(
        'input BYTES, targetLen INT, padding BYTES -> BYTES',
        (input: Uint8Array, length: number, pad: Uint8Array) =>
          length < 0 || pad.length === 0
            ? null
            : joinBytes(fillBytes(pad, length - input.length), input).subarray(0, length),
      ),
    ],
  ),
  scalar(
    'REPLACE',
    CATEGORY,
    'Replaces every occurrence of a text in another.',
    [example("REPLACE('a-b-c', '-', '+')", 'a+b+c')],
    [
      strict('str STRING, oldStr STRING, newStr STRING -> STRING', (str: string, from: string, to: string) =>
        str.replaceAll(from, () => to),
      ),
    ],
  ),
  scalar(
    'RPAD',
    CATEGORY,
    'Fills a text, or bytes, up to a length with a padding repeated on the right; what is longer is cut at that length.',
    [example("RPAD('foo', 7, 'Bar')", 'fooBarB')],
    [
      strict('input STRING, targetLen INT, padding STRING -> STRING', (input: string, length: number, pad: string) =>
        length < 0 || pad === '' ? null : (input + fill(pad, length - input.length)).slice(0, length),
      ),
      strict(
        'input BYTES, targetLen INT, padding BYTES -> BYTES',
        (input: Uint8Array, length: number, pad: Uint8Array) =>
          length < 0 || pad.length === 0
            ? null
            : joinBytes(input, fillBytes(pad, length - input.length)).subarray(0, length),
      ),
    ],
  ),
  scalar(
    'SPLIT',
    CATEGORY,
    'Splits a text, or bytes, at each occurrence of a delimiter; an empty delimiter splits into characters or bytes.',
    [example("SPLIT('a,b,,c', ',')", '[a, b, , c]')],
    [
      strict('string STRING, delimiter STRING -> ARRAY<STRING>', splitText),
      strict('bytes BYTES, delimiter BYTES -> ARRAY<BYTES>', splitBytes),
    ],
  ),
  scalar(
    'SPLIT_TO_MAP',
    CATEGORY,
    'Splits a text into entries and each entry into a key and a value; entries without the second delimiter are left out, and of equal keys the last wins.',
    [example("SPLIT_TO_MAP('a:1/b:2', '/', ':')", '{a=1, b=2}')],
    [strict('input STRING, entryDelimiter STRING, kvDelimiter STRING -> MAP<STRING, STRING>', splitToMap)],
  ),
  scalar(
    'SUBSTRING',
    CATEGORY,
    'Gives the part of a text, or of bytes, from a position, counted from 1 or from the end if negative, and of at most a length.',
    [
      example("SUBSTRING('stream', 3)", 'ream'),
      example("SUBSTRING('stream', 1, 4)", 'stre'),
      example("SUBSTRING('stream', -3)", 'eam'),
    ],
    [
      bound(
        'str STRING, pos INT -> STRING',
        (_types, context) => (isLegacySubstring(context) ? legacySubstring : substring),
        { nullOnNull: true },
      ),
      bound(
        'str STRING, pos INT, length INT -> STRING',
        (_types, context) => (isLegacySubstring(context) ? legacySubstring : substring),
        { nullOnNull: true },
      ),
      strict('bytes BYTES, pos INT -> BYTES', (bytes: Uint8Array, pos: number) =>
        bytes.subarray(startIndex(bytes.length, pos)),
      ),
      strict('bytes BYTES, pos INT, length INT -> BYTES', (bytes: Uint8Array, pos: number, length: number) => {
        const start = startIndex(bytes.length, pos);
        return bytes.subarray(start, endIndex(bytes.length, start, length));
      }),
    ],
  ),
  scalar(
    'TRIM',
    CATEGORY,
    'Takes away white space and control characters at both ends of a text.',
    [example("TRIM('  stream ')", 'stream')],
    [strict('input STRING -> STRING', trim)],
  ),
  scalar(
    'UCASE',
    CATEGORY,
    'Makes a text upper case.',
    [example("UCASE('kafka')", 'KAFKA')],
    [strict('input STRING -> STRING', (input: string) => input.toUpperCase())],
  ),
  scalar(
    'UUID',
    CATEGORY,
    'Gives a new random UUID, or the UUID that 16 bytes stand for; NULL for any other number of bytes.',
    [example("UUID(TO_BYTES('000102030405060708090A0B0C0D0E0F', 'hex'))", '00010203-0405-0607-0809-0a0b0c0d0e0f')],
    [
      bound('-> STRING', (_types, context: FunctionContext) => () => randomUuid(context)),
      strict('bytes BYTES -> STRING', (bytes: Uint8Array) => (bytes.length === 16 ? uuidText(bytes) : null)),
    ],
  ),
];

const notNull = <T>(value: T | null): value is T => value !== null;

const MAX_CODE_POINT = 0x10ffff;

function characterOfCodePoint(code: number): string | null {
  return code < 0 || code > MAX_CODE_POINT ? null : String.fromCodePoint(code);
}

/** Every `\uXXXX` in the text becomes its code unit; a text that does not begin with one has no answer. */
function unescapeUtf16(text: string): string | null {
  if (text.length < 6 || !text.startsWith('\\u')) return null;
  return text.replace(/\\u+(.{0,4})/gs, (_escape, digits: string) => {
    if (!/^[0-9a-f]{4}$/i.test(digits)) {
      throw functionFailed('CHR', `'\\u${digits}' is not a character`, {
        hint: 'Write four hexadecimal digits after \\u.',
      });
    }
    return String.fromCharCode(Number.parseInt(digits, 16));
  });
}

function joinTexts(...inputs: (string | null)[]): string {
  let text = '';
  for (const input of inputs) if (input !== null) text += input;
  return text;
}

function joinBytes(...inputs: (Uint8Array | null)[]): Uint8Array {
  let length = 0;
  for (const input of inputs) length += input?.length ?? 0;
  const out = new Uint8Array(length);
  let at = 0;
  for (const input of inputs) {
    if (input === null) continue;
    out.set(input, at);
    at += input.length;
  }
  return out;
}

function tooFewForConcatWs(): Error {
  return functionFailed('CONCAT_WS', 'a separator alone joins nothing', {
    hint: 'Give it at least one more argument.',
  });
}

/** Space before the first word is dropped, as the reference does. */
function initialCapitals(text: string): string {
  return text.trimStart().replace(/\S+\s*/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
}

function findOccurrence(
  text: string | null,
  part: string | null,
  position: number | null,
  occurrence: number | null,
): number {
  if (text === null || part === null || position === null || occurrence === null) return 0;
  if (position === 0 || occurrence < 1) return 0;
  if (position > 0) {
    if (position > text.length) return 0;
    let at = text.indexOf(part, position - 1);
    for (let left = occurrence - 1; left > 0 && at >= 0; left--)
      at = at < text.length ? text.indexOf(part, at + 1) : -1;
    return at + 1;
  }
  let from = text.length + position;
  for (let left = occurrence; left > 0; left--) {
    const at = from < 0 ? -1 : text.lastIndexOf(part, from);
    if (at < 0) return 0;
    from = at - 1;
  }
  return from + 2;
}

function fill(padding: string, length: number): string {
  return length <= 0 ? '' : padding.repeat(Math.ceil(length / padding.length)).slice(0, length);
}

function fillBytes(padding: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(Math.max(length, 0));
  for (let i = 0; i < out.length; i++) out[i] = padding[i % padding.length] ?? 0;
  return out;
}

function splitText(text: string, delimiter: string): SqlValue[] {
  if (delimiter !== '') return text.split(delimiter);
  return text === '' ? [''] : Array.from(text);
}

function splitBytes(bytes: Uint8Array, delimiter: Uint8Array): SqlValue[] {
  if (bytes.length === 0) return [bytes];
  const parts: SqlValue[] = [];
  if (delimiter.length === 0) {
    for (let i = 0; i < bytes.length; i++) parts.push(bytes.subarray(i, i + 1));
    return parts;
  }
  let start = 0;
  for (let i = 0; i + delimiter.length <= bytes.length;) {
    if (startsWithAt(bytes, delimiter, i)) {
      parts.push(bytes.subarray(start, i));
      i += delimiter.length;
      start = i;
    } else {
      i++;
    }
  }
  parts.push(bytes.subarray(start));
  return parts;
}

function startsWithAt(bytes: Uint8Array, part: Uint8Array, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}

function splitToMap(input: string, entryDelimiter: string, kvDelimiter: string): Map<SqlValue, SqlValue> | null {
  if (entryDelimiter === '' || kvDelimiter === '') return null;
  const result = new Map<SqlValue, SqlValue>();
  for (const entry of input.split(entryDelimiter)) {
    const [key, value] = entry.split(kvDelimiter, 2);
    if (key !== undefined && value !== undefined) result.set(key, value);
  }
  return result;
}

/** From 1, or from the end if negative, to an index from 0 within the text. */
function startIndex(length: number, pos: number): number {
  return pos < 0 ? Math.max(length + pos, 0) : Math.max(Math.min(pos - 1, length), 0);
}

function endIndex(length: number, start: number, count: number): number {
  return Math.max(Math.min(start + count, length), start);
}

function substring(text: string, pos: number, length?: number): string {
  const start = startIndex(text.length, pos);
  return length === undefined ? text.slice(start) : text.slice(start, endIndex(text.length, start, length));
}

function isLegacySubstring(context: FunctionContext): boolean {
  return context.config['ksql.functions.substring.legacy.args']?.toLowerCase() === 'true';
}

/** As before the dialect counted from 1: both arguments are indexes from 0, the second behind the last character. */
function legacySubstring(text: string, start: number, end: number = text.length): string {
  if (start >= 0 && start <= end && end <= text.length) return text.slice(start, end);
  throw functionFailed('SUBSTRING', `a text of ${text.length} characters has no part from ${start} to ${end}`, {
    hint: 'ksql.functions.substring.legacy.args is true: positions count from 0, and the last argument is an end.',
  });
}

/** Java's `trim`: everything up to U+0020 at both ends, and nothing above. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

/** RFC 9562, version 4. */
function randomUuid(context: FunctionContext): string {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(context.random() * 256);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidText(bytes);
}

function uuidText(bytes: Uint8Array): string {
  const hex = encodeHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
