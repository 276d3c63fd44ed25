/**
 * JSON as text, the way the reference's JSON library writes it: no spaces, numbers as Java's `BigDecimal` prints
 * them with every digit they had, characters escaped only where they must be.
 */
import type { Decimal } from 'decimal.js';
import { encodeBase64 } from '../../common/base64.ts';
import { formatDate, formatTime, formatTimestamp } from '../../common/time/text.ts';
import type { SqlMap, SqlType, SqlValue } from '../../common/sql-type.ts';
import { decimalToString } from '../../common/values/decimal-text.ts';
import { doubleToString } from '../../common/values/double-text.ts';
import { JsonNumber, type JsonNode } from '../../common/values/json-lossless.ts';

export function writeNode(node: JsonNode): string {
  if (node === null) return 'null';
  if (typeof node === 'boolean') return String(node);
  if (typeof node === 'string') return writeText(node);
  if (node instanceof JsonNumber) return writeNumber(node.text);
  if (Array.isArray(node)) return `[${node.map(writeNode).join(',')}]`;
  return `{${Array.from(node, ([name, value]) => `${writeText(name)}:${writeNode(value)}`).join(',')}}`;
}

/** A node as a function that answers with text gives it: a text as it is, anything else as JSON. */
export function textOfNode(node: JsonNode): string {
  return typeof node === 'string' ? node : writeNode(node);
}

const ESCAPED = /["\\\u0000-\u001f]/g;

export function writeText(text: string): string {
  return `"${text.replace(ESCAPED, (char) => SHORT_ESCAPES[char] ?? longEscape(char))}"`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

function longEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * A number as `BigDecimal.toString` prints it: `1.50` and `100` stay, `1e3` is `1E+3`, `0.00000012` is `1.2E-7`,
 * and `-0` is `0`.
 */
export function writeNumber(source: string): string {
  if (/^-?[1-9]\d*$/.test(source)) return source;
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return source;
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const sign = /^0+$/.test(digits) ? '' : minus;
  const adjusted = digits.length - 1 - scale;
  if (scale >= 0 && adjusted >= -6) {
    if (scale === 0) return sign + digits;
    const padded = digits.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`;
  if (adjusted === 0) return sign + mantissa;
  return `${sign}${mantissa}E${adjusted > 0 ? '+' : ''}${adjusted}`;
}

/** Writes SQL values of a type as JSON: times as text, bytes in base64, a map's keys as text. */
export function jsonWriter(type: SqlType): (value: SqlValue) => string {
  const write = nonNullWriter(type);
  return (value) => (value === null ? 'null' : write(value));
}

function nonNullWriter(type: SqlType): (value: SqlValue) => string {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
      return String;
    case 'DOUBLE':
      return (value) =>
        Number.isFinite(value) ? doubleToString(value as number) : `"${doubleToString(value as number)}"`;
    case 'DECIMAL': {
      const { scale } = type;
      return (value) => writeNumber(decimalToString(value as Decimal, scale));
    }
    case 'VARCHAR':
      return (value) => writeText(value as string);
    case 'BYTES':
      return (value) => `"${encodeBase64(value as Uint8Array)}"`;
    case 'DATE':
      return (value) => `"${formatDate(value as number)}"`;
    case 'TIME':
      return (value) => `"${formatTime(value as number)}"`;
    case 'TIMESTAMP':
      return (value) => `"${formatTimestamp(value as number)}"`;
    case 'ARRAY': {
      const element = jsonWriter(type.element);
      return (value) => `[${(value as SqlValue[]).map(element).join(',')}]`;
    }
    case 'MAP': {
      const keyIsText = type.key.kind === 'VARCHAR';
      const key = jsonWriter(type.key);
      const member = jsonWriter(type.value);
      const name = (value: SqlValue): string =>
        keyIsText || key(value).startsWith('"') ? key(value) : `"${key(value)}"`;
      return (value) => `{${Array.from(value as SqlMap, ([k, v]) => `${name(k)}:${member(v)}`).join(',')}}`;
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => ({ name: writeText(field.name), write: jsonWriter(field.type) }));
      return (value) => {
        const values = value as SqlValue[];
        return `{${fields.map(({ name, write }, i) => `${name}:${write(values[i] ?? null)}`).join(',')}}`;
      };
    }
  }
}
