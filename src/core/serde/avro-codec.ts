/**
 * Avro's binary encoding (specification 1.11, "Data Serialization and Deserialization"), driven by a schema, for values
 * of the SQL type that the schema implies, as Connect's AvroData and ksqlDB's translator imply it:
 *
 * | Avro                              | SQL                                                         |
 * | --------------------------------- | ----------------------------------------------------------- |
 * | boolean; int; long; float, double | BOOLEAN; INTEGER; BIGINT; DOUBLE                            |
 * | string, enum                      | VARCHAR                                                     |
 * | bytes, fixed; with decimal        | BYTES; DECIMAL                                              |
 * | int date, time-millis; long timestamp-millis | DATE, TIME; TIMESTAMP                            |
 * | array of MapEntry records         | MAP                                                         |
 * | array; map; record                | ARRAY; MAP with VARCHAR keys; STRUCT                        |
 * | union of null and one other       | that other, nullable                                        |
 * | any other union                   | STRUCT with a field per branch, all but one null            |
 *
 * A recursive type has no SQL counterpart: its fields are read over and left out of the type.
 */
import { WeirError } from '../common/errors.ts';
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  decimal,
  DOUBLE,
  INTEGER,
  TIME,
  TIMESTAMP,
  VARCHAR,
} from '../common/sql-type.ts';
import { fromUnscaled, unscaled } from '../common/values/decimal-text.ts';
import { arrayCodec, mapCodec, mapEntriesCodec } from './avro-collections.ts';
import { length } from './avro-lengths.ts';
import { recordCodec } from './avro-record.ts';
import {
  isNullable,
  parseAvroSchema,
  recursiveFields,
  type AvroField,
  type AvroLogical,
  type AvroSchema,
} from './avro-schema.ts';
import { unionCodec, type UnionBranch } from './avro-union.ts';
import { fromTwosComplement, twosComplement } from './binary.ts';
import { expectBoolean, expectBytes, expectDecimal, expectInteger64, expectNumber, expectString } from './fit.ts';
import type { SchemaCodec } from './schema-codec.ts';
import { Mismatch } from './serde-errors.ts';

/**
 * @param text the schema's JSON
 * @param imports schemas that it refers to, by name
 * @throws WeirError INVALID_SCHEMA
 */
export function avroCodec(text: string, imports: ReadonlyMap<string, string> = new Map()): SchemaCodec {
  const schema = parseAvroSchema(text, imports);
  const codec = build(schema, []);
  if (codec === undefined) {
    throw new WeirError('INVALID_SCHEMA', 'The Avro schema has no counterpart among the SQL types.', {
      hint: 'Recursive types and a bare "null" cannot be columns.',
    });
  }
  return { ...codec, recursive: recursiveFields(schema) };
}

/** Undefined: no SQL counterpart. `path` holds the records that are being built, to find recursion. */
function build(schema: AvroSchema, path: readonly AvroSchema[]): SchemaCodec | undefined {
  if (path.includes(schema)) return undefined;
  switch (schema.kind) {
    case 'null':
      return undefined;
    case 'boolean':
      return {
        type: BOOLEAN,
        encode: (value, out) => out.byte(expectBoolean(value) ? 1 : 0),
        decode: (reader) => reader.byte() !== 0,
      };
    case 'int':
      return {
        type: schema.logical?.kind === 'date' ? DATE : schema.logical?.kind === 'time-millis' ? TIME : INTEGER,
        encode: (value, out) => out.zigzag(expectNumber(value)),
        decode: (reader) => reader.zigzag32(),
      };
    case 'long':
      return {
        type: schema.logical?.kind === 'timestamp-millis' ? TIMESTAMP : BIGINT,
        encode: (value, out) => out.zigzag(expectInteger64(value)),
        decode: (reader) => reader.zigzag64(),
      };
    case 'float':
      return {
        type: DOUBLE,
        encode: (value, out) => out.float(expectNumber(value)),
        decode: (reader) => reader.float(),
      };
    case 'double':
      return {
        type: DOUBLE,
        encode: (value, out) => out.double(expectNumber(value)),
        decode: (reader) => reader.double(),
      };
    case 'string':
      return {
        type: VARCHAR,
        encode: (value, out) => out.zigzagText(expectString(value)),
        decode: (reader) => reader.text(length(reader)),
      };
    case 'bytes':
      return schema.logical?.kind === 'decimal' ? decimalCodec(schema.logical, undefined) : bytesCodec(undefined);
    case 'fixed':
      return schema.logical?.kind === 'decimal'
        ? decimalCodec(schema.logical, schema.sizeBytes)
        : bytesCodec(schema.sizeBytes);
    case 'enum':
      return enumCodec(schema.symbols);
    case 'array': {
      if (schema.items.kind === 'record' && schema.items.isMapEntry) return buildMapEntries(schema.items.fields, path);
      const element = build(schema.items, path);
      return element === undefined ? undefined : arrayCodec(element, isNullable(schema.items));
    }
    case 'map': {
      const values = build(schema.values, path);
      return values === undefined ? undefined : mapCodec(values, isNullable(schema.values));
    }
    case 'union':
      return buildUnion(schema.branches, path);
    case 'record': {
      const within = [...path, schema];
      return recordCodec(
        schema.fields,
        schema.fields.map((field) => build(field.type, within)),
      );
    }
  }
}

function buildMapEntries(fields: readonly AvroField[], path: readonly AvroSchema[]): SchemaCodec | undefined {
  const [key, item] = fields.map((field) => build(field.type, path));
  return key === undefined || item === undefined ? undefined : mapEntriesCodec(key, item);
}

function buildUnion(schemas: readonly AvroSchema[], path: readonly AvroSchema[]): SchemaCodec | undefined {
  const branches: UnionBranch[] = [];
  for (const [index, schema] of schemas.entries()) {
    if (schema.kind === 'null') continue;
    const codec = build(schema, path);
    if (codec === undefined) return undefined;
    branches.push({ schema, index, codec });
  }
  const [first, ...others] = branches;
  const nullIndex = schemas.findIndex(({ kind }) => kind === 'null');
  return first === undefined ? undefined : unionCodec([first, ...others], nullIndex);
}

function bytesCodec(fixedSize: number | undefined): SchemaCodec {
  return {
    type: BYTES,
    encode(value, out) {
      const bytes = expectBytes(value);
      if (fixedSize === undefined) out.zigzag(bytes.length);
      else if (bytes.length !== fixedSize) throw new Mismatch(`expected ${fixedSize} bytes, found ${bytes.length}`);
      out.raw(bytes);
    },
    decode: (reader) => reader.raw(fixedSize ?? length(reader)),
  };
}

function decimalCodec(logical: AvroLogical & { kind: 'decimal' }, fixedSize: number | undefined): SchemaCodec {
  const { precision, scale } = logical;
  return {
    type: decimal(precision, scale),
    encode(value, out) {
      const bytes = twosComplement(unscaled(expectDecimal(value), scale));
      if (fixedSize === undefined) {
        out.zigzag(bytes.length);
      } else {
        if (bytes.length > fixedSize) throw new Mismatch(`the decimal does not fit ${fixedSize} bytes`);
        const fill = (bytes[0] ?? 0) >= 0x80 ? 0xff : 0;
        for (let i = bytes.length; i < fixedSize; i++) out.byte(fill);
      }
      out.raw(bytes);
    },
    decode: (reader) => fromUnscaled(fromTwosComplement(reader.raw(fixedSize ?? length(reader))), scale),
  };
}

function enumCodec(symbols: readonly string[]): SchemaCodec {
  return {
    type: VARCHAR,
    encode(value, out) {
      const symbol = expectString(value);
      const index = symbols.indexOf(symbol);
      if (index < 0) throw new Mismatch(`'${symbol}' is not one of ${symbols.join(', ')}`);
      out.zigzag(index);
    },
    decode(reader) {
      const symbol = symbols[reader.zigzag32()];
      if (symbol === undefined) throw new Mismatch('the number of an enum symbol is out of range');
      return symbol;
    },
  };
}
