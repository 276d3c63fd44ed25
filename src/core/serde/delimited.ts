/**
 * The DELIMITED format: the columns as fields of one line of delimiter-separated text, UTF-8, without a line break at the
 * end. An empty field is null, so an empty string does not survive. See `csv.ts` for quoting.
 *
 * DECIMAL is written at its scale, BYTES as base64, DATE as days, TIME and TIMESTAMP as milliseconds.
 */
import { WeirError } from '../common/errors.ts';
import type { Row, SqlType, SqlValue } from '../common/sql-type.ts';
import { decodeBase64, encodeBase64 } from '../common/base64.ts';
import { parseBigint, parseInteger } from '../common/values/bigint.ts';
import { decimalToString, parseDecimal } from '../common/values/decimal-text.ts';
import { doubleToString, parseDouble } from '../common/values/double-text.ts';
import { csvField, parseCsvLine } from './csv.ts';
import {
  describeText,
  expectBoolean,
  expectBytes,
  expectDecimal,
  expectInteger64,
  expectNumber,
  expectString,
  fitDecimal,
} from './fit.ts';
import type { Format, FormatInfo, PersistenceSchema, RowSerde, SerdeContext, SerdeOptions } from './format.ts';
import {
  describeSubject,
  deserializeEach,
  formatProperty,
  propertyNames,
  unsupportedType,
  UNWRAP_ONLY,
} from './format-support.ts';
import { deserializationError, fieldStep, Mismatch, rethrowWithin, serializationError } from './serde-errors.ts';
import { textOutput } from '../common/text-output.ts';
import { decodeUtf8 } from '../common/utf8.ts';

export const delimitedFormat: Format = {
  name: 'DELIMITED',
  supportsSchemaInference: false,
  supportsFeatures: UNWRAP_ONLY,
  supportedProperties: propertyNames('DELIMITER'),
  validate(schema, info) {
    delimiterOf(info, schema.isKey);
    for (const column of schema.columns) {
      if (column.type.kind === 'ARRAY' || column.type.kind === 'MAP' || column.type.kind === 'STRUCT') {
        throw unsupportedType('DELIMITED', column, column.type);
      }
    }
  },
  serde: (schema, info, context, options) => new DelimitedSerde(schema, info, context, options),
};

const NAMED_DELIMITERS: Readonly<Record<string, string>> = { TAB: '\t', SPACE: ' ' };

/**
 * The delimiter's character. @throws WeirError INVALID_FORMAT_PROPERTY
 */
function parseDelimiter(text: string, property: string): string {
  const named = NAMED_DELIMITERS[text];
  if (named !== undefined) return named;
  if (text.trim() === '') {
    throw new WeirError('INVALID_FORMAT_PROPERTY', `The delimiter in ${property} is empty or white space.`, {
      hint: "For a tab or a space write 'TAB' or 'SPACE'.",
      details: { property, value: text },
    });
  }
  if (text.length !== 1) {
    throw new WeirError(
      'INVALID_FORMAT_PROPERTY',
      `'${text}' in ${property} is not a delimiter: it must be a single character, or 'TAB' or 'SPACE'.`,
      { hint: `Write for example ${property}=';'.`, details: { property, value: text } },
    );
  }
  return text;
}

function delimiterOf(info: FormatInfo, isKey: boolean): number {
  const text = formatProperty(info, isKey, 'DELIMITER');
  if (text === undefined) return 44;
  return parseDelimiter(text, isKey ? 'KEY_DELIMITER' : 'VALUE_DELIMITER').charCodeAt(0);
}

class DelimitedSerde implements RowSerde {
  private readonly columns: PersistenceSchema['columns'];
  private readonly wanted: readonly boolean[] | undefined;
  private readonly readers: readonly ((text: string) => SqlValue)[];
  private readonly writers: readonly ((value: SqlValue) => string)[];
  private readonly delimiter: number;
  private readonly delimiterText: string;
  private readonly what: string;
  private readonly decode = (bytes: Uint8Array): Row | null => this.deserialize(bytes);

  constructor(schema: PersistenceSchema, info: FormatInfo, context: SerdeContext, options?: SerdeOptions) {
    this.columns = schema.columns;
    this.wanted = options?.wanted;
    this.readers = schema.columns.map((column) => fieldReader(column.type));
    this.writers = schema.columns.map((column) => fieldWriter(column.type));
    this.delimiter = delimiterOf(info, schema.isKey);
    this.delimiterText = String.fromCharCode(this.delimiter);
    this.what = describeSubject(schema, context);
  }

  serialize(row: Row): Uint8Array {
    const out = textOutput;
    let i = 0;
    out.begin();
    try {
      for (; i < this.writers.length; i++) {
        const value = row[i] ?? null;
        if (i > 0) out.text(this.delimiterText);
        out.text(csvField(value === null ? null : (this.writers[i]?.(value) ?? null), i === 0, this.delimiter));
      }
    } catch (error) {
      throw serializationError(
        'DELIMITED',
        this.what,
        error instanceof Mismatch ? error.within(fieldStep(this.columns[i]?.name ?? '')) : error,
      );
    }
    return out.finish();
  }

  deserialize(bytes: Uint8Array): Row {
    try {
      return this.fromText(decodeUtf8(bytes));
    } catch (error) {
      throw deserializationError('DELIMITED', this.what, error);
    }
  }

  deserializeBatch(values: readonly (Uint8Array | null)[], out: (Row | null | WeirError)[]): void {
    deserializeEach(this.decode, values, out);
  }

  private fromText(text: string): Row {
    const fields = parseCsvLine(text, this.delimiter);
    if (fields === undefined) throw new Mismatch('the text has no fields');
    if (fields.length !== this.columns.length) {
      throw new Mismatch(
        `${this.columns.length} fields are declared (${this.columns.map((c) => c.name).join(', ')}), ` +
          `and the line has ${fields.length}`,
        'Check the delimiter, and quote fields that contain it.',
      );
    }
    const row: Row = [];
    let i = 0;
    try {
      for (; i < fields.length; i++) {
        const field = fields[i] ?? '';
        const skipped = field === '' || (this.wanted !== undefined && this.wanted[i] !== true);
        row.push(skipped ? null : (this.readers[i]?.(field) ?? null));
      }
    } catch (error) {
      rethrowWithin(error, fieldStep(this.columns[i]?.name ?? ''));
    }
    return row;
  }
}

function fieldReader(type: SqlType): (text: string) => SqlValue {
  const parsed = <T extends SqlValue>(name: string, parse: (text: string) => T | undefined) => {
    return (text: string): SqlValue => {
      const value = parse(text);
      if (value === undefined) throw new Mismatch(`expected ${name}, found ${describeText(text)}`);
      return value;
    };
  };
  switch (type.kind) {
    case 'BOOLEAN':
      return (text) => text.toLowerCase() === 'true';
    case 'INTEGER':
      return parsed('INTEGER', parseInteger);
    case 'BIGINT':
      return parsed('BIGINT', parseBigint);
    case 'DOUBLE':
      return parsed('DOUBLE', parseDouble);
    case 'VARCHAR':
      return (text) => text;
    case 'BYTES':
      return parsed('BYTES as base64', decodeBase64);
    case 'DATE':
      return parsed('DATE as a number of days', parseMillis);
    case 'TIME':
    case 'TIMESTAMP':
      return parsed(`${type.kind} as a number of milliseconds`, parseMillis);
    case 'DECIMAL': {
      const read = parsed(`DECIMAL(${type.precision}, ${type.scale})`, parseDecimal);
      return (text) => fitDecimal(expectDecimal(read(text)), type);
    }
    default:
      return () => null;
  }
}

function parseMillis(text: string): number | undefined {
  const value = parseBigint(text);
  return value === undefined ? undefined : Number(value);
}

function fieldWriter(type: SqlType): (value: SqlValue) => string {
  switch (type.kind) {
    case 'BOOLEAN':
      return (value) => String(expectBoolean(value));
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return (value) => String(expectNumber(value));
    case 'BIGINT':
      return (value) => String(expectInteger64(value));
    case 'DOUBLE':
      return (value) => doubleToString(expectNumber(value));
    case 'VARCHAR':
      return expectString;
    case 'BYTES':
      return (value) => encodeBase64(expectBytes(value));
    case 'DECIMAL':
      return (value) => decimalToString(expectDecimal(value), type.scale);
    default:
      return () => {
        throw new Mismatch(`DELIMITED does not hold ${type.kind}`);
      };
  }
}
