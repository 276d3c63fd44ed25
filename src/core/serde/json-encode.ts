/**
 * From SQL values to JSON text, as ksqlDB writes it through Kafka Connect's JsonConverter: every column is written, null
 * ones too; DOUBLE as `Double.toString` prints it (NaN and the infinities in quotes); DECIMAL as a number at its
 * scale; BYTES as base64; DATE as days, TIME and TIMESTAMP as milliseconds; a map with VARCHAR keys as an object, any
 * other as an array of [key, value] pairs. No white space.
 */
import type { Column } from '../common/schema.ts';
import type { Row, SqlType, SqlValue } from '../common/sql-type.ts';
import { encodeBase64 } from '../common/base64.ts';
import { decimalToString } from '../common/values/decimal-text.ts';
import { doubleToString } from '../common/values/double-text.ts';
import {
  expectArray,
  expectBoolean,
  expectBytes,
  expectDecimal,
  expectInteger64,
  expectMap,
  expectNumber,
  expectString,
} from './fit.ts';
import { fieldStep, rethrowWithin } from './serde-errors.ts';

/** Takes a value that is not null. */
export type JsonEncoder = (value: SqlValue) => string;

const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

export function jsonString(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

export function jsonEncoder(type: SqlType): JsonEncoder {
  switch (type.kind) {
    case 'BOOLEAN':
      return (value) => (expectBoolean(value) ? 'true' : 'false');
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return (value) => `${expectNumber(value)}`;
    case 'BIGINT':
      return (value) => `${expectInteger64(value)}`;
    case 'DOUBLE':
      return (value) => jsonDouble(expectNumber(value));
    case 'VARCHAR':
      return (value) => jsonString(expectString(value));
    case 'BYTES':
      return (value) => `"${encodeBase64(expectBytes(value))}"`;
    case 'DECIMAL':
      return (value) => decimalToString(expectDecimal(value), type.scale);
    case 'ARRAY':
      return arrayEncoder(type.element);
    case 'MAP':
      return mapEncoder(type.key, type.value);
    case 'STRUCT': {
      const writer = new FieldWriter(type.fields);
      return (value) => writer.write(expectArray(value));
    }
  }
}

function jsonDouble(value: number): string {
  return Number.isFinite(value) ? doubleToString(value) : `"${value}"`;
}

function arrayEncoder(elementType: SqlType): JsonEncoder {
  const encode = jsonEncoder(elementType);
  return (value) => {
    let text = '[';
    let separator = '';
    for (const element of expectArray(value)) {
      text += separator;
      text += element === null ? 'null' : encode(element);
      separator = ',';
    }
    return `${text}]`;
  };
}

function mapEncoder(keyType: SqlType, valueType: SqlType): JsonEncoder {
  const encodeKey = jsonEncoder(keyType);
  const encode = jsonEncoder(valueType);
  const asObject = keyType.kind === 'VARCHAR';
  return (value) => {
    let text = asObject ? '{' : '[';
    let separator = '';
    for (const [key, item] of expectMap(value)) {
      const keyText = key === null ? (asObject ? '"null"' : 'null') : encodeKey(key);
      const itemText = item === null ? 'null' : encode(item);
      text += asObject ? `${separator}${keyText}:${itemText}` : `${separator}[${keyText},${itemText}]`;
      separator = ',';
    }
    return text + (asObject ? '}' : ']');
  };
}

/** Writes a row as an object. */
export class FieldWriter {
  private readonly columns: readonly Column[];
  private readonly encoders: readonly JsonEncoder[];
  /** What stands before each value: `{"A":`, `,"B":`. */
  private readonly leads: readonly string[];
  private readonly kinds: readonly SqlType['kind'][];

  constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.encoders = columns.map((column) => jsonEncoder(column.type));
    this.leads = columns.map((column, i) => `${i === 0 ? '{' : ','}${JSON.stringify(column.name)}:`);
    this.kinds = columns.map((column) => column.type.kind);
  }

  /** @throws Mismatch */
  write(row: Row): string {
    const count = this.columns.length;
    if (count === 0) return '{}';
    let text = '';
    let i = 0;
    try {
      for (; i < count; i++) {
        const value = row[i] ?? null;
        text += this.leads[i];
        if (value === null) text += 'null';
        else if (typeof value === 'string' && this.kinds[i] === 'VARCHAR') text += jsonString(value);
        else text += this.encoders[i]?.(value) ?? 'null';
      }
    } catch (error) {
      rethrowWithin(error, fieldStep(this.columns[i]?.name ?? ''));
    }
    return `${text}}`;
  }
}
