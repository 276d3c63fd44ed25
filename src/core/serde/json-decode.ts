/**
 * From parsed JSON to SQL values, coerced as ksqlDB's KsqlJsonDeserializer does:
 *
 * - INTEGER, BIGINT: a number, cut to an integer and wrapped to its width; or a string of digits that fits.
 * - DOUBLE: a number, or a string that `Double.parseDouble` reads. There is no negative zero: Jackson reads `-0.0` as 0.
 * - DECIMAL: a number or a string of one, exact; a value that does not fit the type is refused.
 * - VARCHAR: a string; any other scalar as its text; an object or array as JSON text.
 * - BOOLEAN: true or false. BYTES: a base64 string. DATE (days), TIME, TIMESTAMP (milliseconds): a number, or one written as a text.
 * - ARRAY, MAP, STRUCT: an array, an object, an object whose fields are matched by `FieldReader`.
 *
 * The input is what `JSON.parse` makes, or what `parseJson` makes (numbers with all their digits, objects as Maps).
 * A decoder that needs digits which `JSON.parse` may have lost throws `NEEDS_DIGITS`; the caller then parses that one
 * text again with `parseJson`. So the usual record takes the fast way and every record the exact one if it needs to.
 */
import type { Column } from '../common/schema.ts';
import type { DecimalType, MapType, Row, SqlType, SqlValue } from '../common/sql-type.ts';
import { decodeBase64 } from '../common/base64.ts';
import { normalizeBigint, parseBigint, parseInteger } from '../common/values/bigint.ts';
import { ExactDecimal, parseDecimal } from '../common/values/decimal-text.ts';
import { parseDouble } from '../common/values/double-text.ts';
import { JsonNumber, writeJson, type JsonNode } from '../common/values/json-lossless.ts';
import { describeText, fitDecimal, nulls } from './fit.ts';
import { fieldStep, Mismatch, rethrowWithin } from './serde-errors.ts';

/** Thrown when a value's digits matter and may be lost; made once, since nobody reads its stack. Never leaves the serde. */
export const NEEDS_DIGITS = new Error('the digits of a number matter');

/** Takes a JSON value that is not null. */
export type JsonDecoder = (json: unknown) => SqlValue;

const KIND = { OTHER: 0, INTEGER: 1, BIGINT: 2, DOUBLE: 3, VARCHAR: 4, BOOLEAN: 5, MILLIS: 6 } as const;
type Kind = (typeof KIND)[keyof typeof KIND];

const KINDS: Record<SqlType['kind'], Kind> = {
  INTEGER: KIND.INTEGER,
  BIGINT: KIND.BIGINT,
  DOUBLE: KIND.DOUBLE,
  VARCHAR: KIND.VARCHAR,
  BOOLEAN: KIND.BOOLEAN,
  DATE: KIND.MILLIS,
  TIME: KIND.MILLIS,
  TIMESTAMP: KIND.MILLIS,
  BYTES: KIND.OTHER,
  DECIMAL: KIND.OTHER,
  ARRAY: KIND.OTHER,
  MAP: KIND.OTHER,
  STRUCT: KIND.OTHER,
};

export function jsonDecoder(type: SqlType): JsonDecoder {
  switch (type.kind) {
    case 'BOOLEAN':
      return decodeBoolean;
    case 'INTEGER':
      return decodeInteger;
    case 'BIGINT':
      return decodeBigint;
    case 'DOUBLE':
      return decodeDouble;
    case 'VARCHAR':
      return decodeString;
    case 'BYTES':
      return decodeBytes;
    case 'DATE':
      return (json) => decodeInstant(json, 'DATE');
    case 'TIME':
      return (json) => decodeInstant(json, 'TIME');
    case 'TIMESTAMP':
      return (json) => decodeInstant(json, 'TIMESTAMP');
    case 'DECIMAL':
      return (json) => decodeDecimal(json, type);
    case 'ARRAY':
      return arrayDecoder(type.element);
    case 'MAP':
      return mapDecoder(type);
    case 'STRUCT': {
      const reader = new FieldReader(type.fields);
      return (json) => reader.read(json);
    }
  }
}

/** Whether reading this type needs digits that a double may not hold even where the double looks innocent. */
export function needsAllDigits(type: SqlType): boolean {
  switch (type.kind) {
    case 'DECIMAL':
      return true;
    case 'ARRAY':
      return needsAllDigits(type.element);
    case 'MAP':
      return needsAllDigits(type.value);
    case 'STRUCT':
      return type.fields.some((field) => needsAllDigits(field.type));
    default:
      return false;
  }
}

/**
 * Whether the text may hold a number of more than 15 significant digits, which a double does not keep. It looks for
 * 17 digits and points in a row, anywhere; whole numbers of 16 digits are told by the double itself.
 */
export function mayLoseDigits(text: string): boolean {
  return LONG_NUMBER.test(text);
}
const LONG_NUMBER = /[\d.]{17}/;

function decodeBoolean(json: unknown): SqlValue {
  if (typeof json === 'boolean') return json;
  throw mismatch('BOOLEAN', json);
}

function decodeInteger(json: unknown): SqlValue {
  if (typeof json === 'number') {
    if (!Number.isSafeInteger(json) && !isExactFraction(json)) throw NEEDS_DIGITS;
    return json | 0;
  }
  if (json instanceof JsonNumber) return Number(BigInt.asIntN(32, truncated(json.text)));
  if (typeof json === 'string') {
    const value = parseInteger(json);
    if (value !== undefined) return value;
  }
  throw mismatch('INTEGER', json);
}

function decodeBigint(json: unknown): SqlValue {
  if (typeof json === 'number') {
    if (Number.isSafeInteger(json)) return json + 0;
    if (!isExactFraction(json)) throw NEEDS_DIGITS;
    return Math.trunc(json) + 0;
  }
  if (json instanceof JsonNumber) return normalizeBigint(truncated(json.text));
  if (typeof json === 'string') {
    const value = parseBigint(json);
    if (value !== undefined) return value;
  }
  throw mismatch('BIGINT', json);
}

function decodeDouble(json: unknown): SqlValue {
  if (typeof json === 'number') return json + 0;
  if (json instanceof JsonNumber) return json.toNumber() + 0;
  if (typeof json === 'string') {
    const value = parseDouble(json);
    if (value !== undefined) return value;
  }
  throw mismatch('DOUBLE', json);
}

function decodeString(json: unknown): SqlValue {
  if (typeof json === 'string') return json;
  if (typeof json === 'boolean') return json ? 'true' : 'false';
  if (json instanceof JsonNumber) return numberText(json.text);
  if (isNode(json)) return writeJson(canonicalNode(json));
  throw NEEDS_DIGITS;
}

function decodeBytes(json: unknown): SqlValue {
  if (typeof json === 'string') {
    const bytes = decodeBase64(json.replace(/[\s]/g, ''));
    if (bytes === undefined) throw new Mismatch(`expected BYTES as base64, found ${describeText(json)}`);
    return bytes;
  }
  throw mismatch('BYTES', json);
}

const WHOLE_NUMBER = /^[+-]?\d{1,19}$/;

function decodeInstant(json: unknown, type: 'DATE' | 'TIME' | 'TIMESTAMP'): SqlValue {
  if (typeof json === 'number') {
    if (Number.isFinite(json)) return Math.trunc(json) + 0;
    throw NEEDS_DIGITS;
  }
  if (json instanceof JsonNumber) return Number(BigInt.asIntN(64, truncated(json.text)));
  if (typeof json === 'string' && WHOLE_NUMBER.test(json)) return Number(json) + 0;
  throw mismatch(
    type,
    json,
    type === 'DATE'
      ? 'A DATE in JSON is a number of days since 1970-01-01. For text, declare VARCHAR and use PARSE_DATE.'
      : `A ${type} in JSON is a number of milliseconds. For text, declare VARCHAR and use PARSE_${type}.`,
  );
}

function decodeDecimal(json: unknown, type: DecimalType): SqlValue {
  if (typeof json === 'number') {
    // a whole number of 16 and more digits may have been rounded; shorter ones are told apart by mayLoseDigits
    if (json > 1e15 || json < -1e15) throw NEEDS_DIGITS;
    return fitDecimal(new ExactDecimal(json), type);
  }
  if (json instanceof JsonNumber || typeof json === 'string') {
    const value = parseDecimal(typeof json === 'string' ? json : json.text);
    if (value !== undefined) return fitDecimal(value, type);
  }
  throw mismatch(`DECIMAL(${type.precision}, ${type.scale})`, json);
}

function arrayDecoder(elementType: SqlType): JsonDecoder {
  const decode = jsonDecoder(elementType);
  return (json) => {
    if (!Array.isArray(json)) throw mismatch('ARRAY', json);
    const elements: readonly unknown[] = json;
    const array = nulls(elements.length);
    let i = 0;
    try {
      for (; i < elements.length; i++) {
        const element = elements[i];
        if (element !== null) array[i] = decode(element);
      }
    } catch (error) {
      rethrowWithin(error, `[${i}]`);
    }
    return array;
  };
}

function mapDecoder(type: MapType): JsonDecoder {
  const decode = jsonDecoder(type.value);
  const decodeKey = jsonDecoder(type.key);
  return (json) => {
    if (!isObject(json)) throw mismatch('MAP', json);
    const map = new Map<SqlValue, SqlValue>();
    for (const key of json instanceof Map ? json.keys() : Object.keys(json)) {
      const value: unknown = json instanceof Map ? json.get(key) : json[key];
      try {
        map.set(decodeKey(key), value === null ? null : decode(value));
      } catch (error) {
        rethrowWithin(error, `[${JSON.stringify(key)}]`);
      }
    }
    return map;
  };
}

/**
 * Reads an object's fields into a row. A field is matched to the column of exactly its name, or else to the column
 * whose name is the field's name in upper case; of several such fields the last counts.
 *
 * Records of one source mostly have the same fields in the same order. So the reader keeps the layout of the last
 * object, which column each of its fields fills, and works it out anew only when the fields differ.
 */
export class FieldReader {
  private readonly decoders: readonly JsonDecoder[];
  private readonly kinds: readonly Kind[];
  private readonly columns: readonly Column[];
  private readonly blank: Row;
  private readonly byName = new Map<string, number>();
  private layoutNames: readonly string[] = [];
  private layoutColumns: readonly number[] = [];

  constructor(columns: readonly Column[], wanted?: readonly boolean[]) {
    this.columns = columns;
    this.decoders = columns.map((column) => jsonDecoder(column.type));
    this.kinds = columns.map((column) => KINDS[column.type.kind]);
    this.blank = columns.map(() => null);
    columns.forEach((column, i) => {
      if (wanted === undefined || wanted[i] === true) this.byName.set(column.name, i);
    });
  }

  /** @throws Mismatch or NEEDS_DIGITS */
  read(json: unknown): Row {
    if (!isObject(json)) throw mismatch('an object', json);
    if (json instanceof Map) return this.readMap(json);
    const row = this.blank.slice();
    const names = this.layoutNames;
    const columns = this.layoutColumns;
    let fieldIndex = 0;
    try {
      for (const name in json) {
        if (name !== names[fieldIndex]) return this.readWithNewLayout(json);
        const column = columns[fieldIndex++] ?? -1;
        if (column >= 0) {
          const value = json[name];
          if (value !== null) row[column] = this.decode(column, value);
        }
      }
    } catch {
      // a field that does not fit may be one that does not count, if the layout differs further on
      return this.readWithNewLayout(json);
    }
    // an object with only the first fields of the layout: a field that lost to a later one may be the one that counts
    return fieldIndex === names.length ? row : this.readWithNewLayout(json);
  }

  private decode(column: number, value: unknown): SqlValue {
    switch (this.kinds[column]) {
      case KIND.VARCHAR:
        if (typeof value === 'string') return value;
        break;
      case KIND.INTEGER:
        if (typeof value === 'number' && (value | 0) === value) return value | 0;
        break;
      case KIND.BIGINT:
        if (typeof value === 'number' && Number.isSafeInteger(value)) return value + 0;
        break;
      case KIND.DOUBLE:
        if (typeof value === 'number') return value + 0;
        break;
      case KIND.BOOLEAN:
        if (typeof value === 'boolean') return value;
        break;
      default:
        break;
    }
    const decode = this.decoders[column];
    return decode === undefined ? null : decode(value);
  }

  private readWithNewLayout(json: Readonly<Record<string, unknown>>): Row {
    const names = Object.keys(json);
    this.layoutNames = names;
    this.layoutColumns = this.columnsFor(names);
    const row = this.blank.slice();
    names.forEach((name, i) => this.fill(row, this.layoutColumns[i] ?? -1, json[name]));
    return row;
  }

  private readMap(object: Map<string, unknown>): Row {
    const names = [...object.keys()].map(String);
    const columns = this.columnsFor(names);
    const row = this.blank.slice();
    names.forEach((name, i) => this.fill(row, columns[i] ?? -1, object.get(name)));
    return row;
  }

  private fill(row: Row, column: number, value: unknown): void {
    if (column < 0 || value === null) return;
    try {
      row[column] = this.decode(column, value);
    } catch (error) {
      rethrowWithin(error, fieldStep(this.columns[column]?.name ?? ''));
    }
  }

  /** For each field of an object, in order, the column that it fills, or -1. */
  columnsFor(names: readonly string[]): readonly number[] {
    const targets = names.map((name) => this.byName.get(name) ?? -1);
    const filled = new Set(targets);
    for (let i = names.length - 1; i >= 0; i--) {
      if ((targets[i] ?? -1) >= 0) continue;
      const column = this.byName.get((names[i] ?? '').toUpperCase());
      if (column === undefined || filled.has(column)) continue;
      targets[i] = column;
      filled.add(column);
    }
    return targets;
  }
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> | Map<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof JsonNumber);
}

function isNode(json: unknown): json is JsonNode {
  // JSON.parse makes plain objects; only parseJson makes Maps. An array is ambiguous and taken for a parsed node only
  // when it holds nothing that JSON.parse could have rounded.
  return json instanceof Map || (Array.isArray(json) && json.every((item) => isNodeItem(item)));
}

function isNodeItem(item: unknown): boolean {
  return (
    item === null || typeof item === 'string' || typeof item === 'boolean' || item instanceof JsonNumber || isNode(item)
  );
}

/** Numbers as BigDecimal prints them, fields in their order: the text of a container in a VARCHAR column. */
function canonicalNode(node: JsonNode): JsonNode {
  if (node instanceof JsonNumber) return new JsonNumber(numberText(node.text));
  if (Array.isArray(node)) return node.map(canonicalNode);
  if (!(node instanceof Map)) return node;
  return new Map([...node].map(([name, value]): [string, JsonNode] => [name, canonicalNode(value)]));
}

/** `BigDecimal.toString` of a number with a point or an exponent; a whole number stays as it is. */
function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text;
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const scale = fraction.length - Number(exponentText);
  const minus = /^0+$/.test(digits) ? '' : sign;
  const adjusted = digits.length - 1 - scale;
  if (scale === 0) return minus + digits;
  if (scale > 0 && adjusted >= -6) {
    const padded = digits.padStart(scale + 1, '0');
    return `${minus}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length > 1 ? `${digits.charAt(0)}.${digits.slice(1)}` : digits;
  return `${minus}${mantissa}E${adjusted >= 0 ? '+' : ''}${adjusted}`;
}

/** A number with a fraction whose integer part is beyond doubt. */
function isExactFraction(value: number): boolean {
  return value < 2 ** 52 && value > -(2 ** 52);
}

/** The integer part of a JSON number of any size. */
function truncated(text: string): bigint {
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const value = new ExactDecimal(text);
  // beyond any 64-bit pattern only zeros remain, as in BigDecimal.longValue of a huge power of ten
  if (value.e > 5000) return 0n;
  return BigInt(value.trunc().toFixed(0));
}

function mismatch(expected: string, json: unknown, hint?: string): Mismatch {
  return new Mismatch(`expected ${expected}, found ${describeJson(json)}`, hint);
}

function describeJson(json: unknown): string {
  if (typeof json === 'string') return `the string ${describeText(json)}`;
  if (typeof json === 'number' || json instanceof JsonNumber) return `the number ${String(json)}`;
  if (typeof json === 'boolean') return `the boolean ${json}`;
  if (json === null) return 'null';
  return Array.isArray(json) ? 'an array' : 'an object';
}
