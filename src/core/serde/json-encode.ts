/**
 * From SQL values to JSON text, as ksqlDB writes it through Kafka Connect's JsonConverter: every column is written, null
 * ones too; DOUBLE as `Double.toString` prints it (NaN and the infinities in quotes); DECIMAL as a number at its
 * scale; BYTES as base64; DATE as days, TIME and TIMESTAMP as milliseconds; a map with VARCHAR keys as an object, any
 * other as an array of [key, value] pairs. No white space.
 */
import { encodeBase64 } from '../common/base64.ts';
import type { Column } from '../common/schema.ts';
import type { Row, SqlType, SqlValue } from '../common/sql-type.ts';
import { encodeUtf8 } from '../common/utf8.ts';
import { decimalToString } from '../common/values/decimal-text.ts';
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
import { textOutput, type TextOutput } from '../common/text-output.ts';
import { fieldStep, rethrowWithin } from './serde-errors.ts';

/** Takes a value that is not null. */
export type JsonWriter = (value: SqlValue, out: TextOutput) => void;

const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** The JSON text of one value of a type; the value is not null. @throws Mismatch */
export function jsonEncoder(type: SqlType): (value: SqlValue) => string {
  const write = jsonWriter(type);
  return (value) => {
    textOutput.begin();
    write(value, textOutput);
    return textOutput.finishText();
  };
}

export function jsonWriter(type: SqlType): JsonWriter {
  switch (type.kind) {
    case 'BOOLEAN':
      return (value, out) => out.ascii(expectBoolean(value) ? 'true' : 'false');
    case 'INTEGER':
    case 'BIGINT':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return (value, out) => out.integer(expectInteger64(value));
    case 'DOUBLE':
      return writeDouble;
    case 'VARCHAR':
      return (value, out) => out.jsonString(expectString(value));
    case 'BYTES':
      return (value, out) => out.ascii(`"${encodeBase64(expectBytes(value))}"`);
    case 'DECIMAL':
      return (value, out) => out.ascii(decimalToString(expectDecimal(value), type.scale));
    case 'ARRAY':
      return arrayWriter(type.element);
    case 'MAP':
      return mapWriter(type.key, type.value);
    case 'STRUCT': {
      const writer = new FieldWriter(type.fields);
      return (value, out) => writer.write(expectArray(value), out);
    }
  }
}

function writeDouble(value: SqlValue, out: TextOutput): void {
  const number = expectNumber(value);
  if (Number.isFinite(number)) out.double(number);
  else out.ascii(`"${number}"`);
}

function writeNullable(write: JsonWriter, value: SqlValue, out: TextOutput): void {
  if (value === null) out.ascii('null');
  else write(value, out);
}

function arrayWriter(elementType: SqlType): JsonWriter {
  const writeElement = jsonWriter(elementType);
  return (value, out) => {
    const elements = expectArray(value);
    out.byte(OPEN_ARRAY);
    for (let i = 0; i < elements.length; i++) {
      if (i > 0) out.byte(COMMA);
      try {
        writeNullable(writeElement, elements[i] ?? null, out);
      } catch (error) {
        rethrowWithin(error, `[${i}]`);
      }
    }
    out.byte(CLOSE_ARRAY);
  };
}

function mapWriter(keyType: SqlType, valueType: SqlType): JsonWriter {
  const writeKey = jsonWriter(keyType);
  const writeValue = jsonWriter(valueType);
  const asObject = keyType.kind === 'VARCHAR';
  return (value, out) => {
    let isFirst = true;
    out.byte(asObject ? OPEN_OBJECT : OPEN_ARRAY);
    for (const [key, item] of expectMap(value)) {
      if (!isFirst) out.byte(COMMA);
      isFirst = false;
      if (asObject) {
        writeKey(key ?? 'null', out);
        out.byte(COLON);
        writeNullable(writeValue, item, out);
      } else {
        out.byte(OPEN_ARRAY);
        writeNullable(writeKey, key, out);
        out.byte(COMMA);
        writeNullable(writeValue, item, out);
        out.byte(CLOSE_ARRAY);
      }
    }
    out.byte(asObject ? CLOSE_OBJECT : CLOSE_ARRAY);
  };
}

/** Writes a row as an object. */
export class FieldWriter {
  private readonly columns: readonly Column[];
  private readonly writers: readonly JsonWriter[];
  private readonly kinds: readonly SqlType['kind'][];
  /** What stands before each value: `{"A":`, `,"B":`. */
  private readonly leads: readonly Uint8Array[];

  constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.writers = columns.map((column) => jsonWriter(column.type));
    this.kinds = columns.map((column) => column.type.kind);
    this.leads = columns.map((column, i) => encodeUtf8(`${i === 0 ? '{' : ','}${JSON.stringify(column.name)}:`));
  }

  /** @throws Mismatch */
  write(row: Row, out: TextOutput): void {
    const count = this.columns.length;
    if (count === 0) out.byte(OPEN_OBJECT);
    let i = 0;
    try {
      for (; i < count; i++) {
        const lead = this.leads[i];
        if (lead !== undefined) out.raw(lead);
        this.writeColumn(i, row[i] ?? null, out);
      }
    } catch (error) {
      rethrowWithin(error, fieldStep(this.columns[i]?.name ?? ''));
    }
    out.byte(CLOSE_OBJECT);
  }

  /** The common types without a call through a closure. */
  private writeColumn(column: number, value: SqlValue, out: TextOutput): void {
    if (value === null) {
      out.ascii('null');
      return;
    }
    switch (this.kinds[column]) {
      case 'VARCHAR':
        out.jsonString(expectString(value));
        return;
      case 'INTEGER':
      case 'BIGINT':
        out.integer(expectInteger64(value));
        return;
      case 'DOUBLE':
        writeDouble(value, out);
        return;
      default:
        this.writers[column]?.(value, out);
    }
  }
}
