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
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  decimal,
  DOUBLE,
  INTEGER,
  map,
  struct,
  TIME,
  TIMESTAMP,
  VARCHAR,
  type Row,
  type SqlValue,
  type StructField,
} from '../common/sql-type.ts';
import { fromUnscaled, unscaled } from '../common/values/decimal-text.ts';
import {
  isNullable,
  parseAvroSchema,
  recursiveFields,
  type AvroField,
  type AvroLogical,
  type AvroSchema,
} from './avro-schema.ts';
import { fromTwosComplement, twosComplement, type BinaryReader, type BinaryWriter } from './binary.ts';
import {
  describeValue,
  expectArray,
  expectBoolean,
  expectBytes,
  expectDecimal,
  expectInteger64,
  expectMap,
  expectNumber,
  expectString,
  nulls,
} from './fit.ts';
import { jsonDecoder } from './json-decode.ts';
import type { SchemaCodec } from './schema-codec.ts';
import { fieldStep, Mismatch, rethrowWithin } from './serde-errors.ts';

/** @throws WeirError INVALID_SCHEMA */
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
    case 'array':
      return arrayCodec(schema.items, path);
    case 'map': {
      const values = build(schema.values, path);
      return values === undefined ? undefined : mapCodec(values, isNullable(schema.values));
    }
    case 'union':
      return unionCodec(schema.branches, path);
    case 'record':
      return recordCodec(schema.fields, [...path, schema]);
  }
}

function length(reader: BinaryReader): number {
  const size = reader.zigzag64();
  if (typeof size === 'bigint' || size < 0) throw new Mismatch(`a length of ${size} bytes`);
  return size;
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

/** A block's count is taken at its word up to here. */
const SHORT_BLOCK = 32;

/** Items come in blocks: a count, then the items; a negative count is followed by the block's size in bytes; 0 ends. */
function blockCount(reader: BinaryReader): number {
  const count = reader.zigzag64();
  if (typeof count === 'bigint') throw new Mismatch(`a block of ${count} items`);
  if (count >= 0) return count;
  length(reader);
  return -count;
}

function arrayCodec(items: AvroSchema, path: readonly AvroSchema[]): SchemaCodec | undefined {
  if (items.kind === 'record' && items.isMapEntry) return mapEntriesCodec(items.fields, path);
  const element = build(items, path);
  if (element === undefined) return undefined;
  const nullable = isNullable(items);
  return {
    type: array(element.type),
    encode(value, out) {
      const elements = expectArray(value);
      if (elements.length > 0) out.zigzag(elements.length);
      let i = 0;
      try {
        for (; i < elements.length; i++) {
          const item = elements[i] ?? null;
          if (item === null && !nullable) throw new Mismatch('the schema does not allow null elements');
          element.encode(item, out);
        }
      } catch (error) {
        rethrowWithin(error, `[${i}]`);
      }
      out.byte(0);
    },
    decode(reader) {
      let elements: SqlValue[] = [];
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        if (count <= SHORT_BLOCK && elements.length === 0) {
          elements = nulls(count);
          for (let i = 0; i < count; i++) elements[i] = element.decode(reader);
        } else {
          for (let i = 0; i < count; i++) elements.push(element.decode(reader));
        }
      }
      return elements;
    },
  };
}

function mapCodec(values: SchemaCodec, nullable: boolean): SchemaCodec {
  return {
    type: map(VARCHAR, values.type),
    encode(value, out) {
      const entries = expectMap(value);
      if (entries.size > 0) out.zigzag(entries.size);
      for (const [key, item] of entries) {
        out.zigzagText(expectString(key));
        try {
          if (item === null && !nullable) throw new Mismatch('the schema does not allow null values');
          values.encode(item, out);
        } catch (error) {
          rethrowWithin(error, `[${describeValue(key)}]`);
        }
      }
      out.byte(0);
    },
    decode(reader) {
      const entries = new Map<SqlValue, SqlValue>();
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) {
          const key = reader.text(length(reader));
          entries.set(key, values.decode(reader));
        }
      }
      return entries;
    },
  };
}

/** Connect's maps whose keys are not plain strings: an array of records of a key and a value. */
function mapEntriesCodec(fields: readonly AvroField[], path: readonly AvroSchema[]): SchemaCodec | undefined {
  const key = fields[0] === undefined ? undefined : build(fields[0].type, path);
  const item = fields[1] === undefined ? undefined : build(fields[1].type, path);
  if (key === undefined || item === undefined) return undefined;
  return {
    type: map(key.type, item.type),
    encode(value, out) {
      const entries = expectMap(value);
      if (entries.size > 0) out.zigzag(entries.size);
      for (const [k, v] of entries) {
        key.encode(k, out);
        item.encode(v, out);
      }
      out.byte(0);
    },
    decode(reader) {
      const entries = new Map<SqlValue, SqlValue>();
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) {
          const k = key.decode(reader);
          entries.set(k, item.decode(reader));
        }
      }
      return entries;
    },
  };
}

function unionCodec(branches: readonly AvroSchema[], path: readonly AvroSchema[]): SchemaCodec | undefined {
  const nullIndex = branches.findIndex((branch) => branch.kind === 'null');
  const others = branches.flatMap((branch, index) => (branch.kind === 'null' ? [] : [{ branch, index }]));
  const codecs = others.map(({ branch }) => build(branch, path));
  if (codecs.some((codec) => codec === undefined)) return undefined;
  const encodeNull = (out: BinaryWriter): void => {
    if (nullIndex < 0) throw new Mismatch('the schema does not allow null');
    out.zigzag(nullIndex);
  };

  const [only, ...more] = others;
  const onlyCodec = codecs[0];
  if (only === undefined || onlyCodec === undefined) return undefined;
  if (more.length === 0) {
    return {
      type: onlyCodec.type,
      encode(value, out) {
        if (value === null) {
          encodeNull(out);
        } else {
          out.zigzag(only.index);
          onlyCodec.encode(value, out);
        }
      },
      decode(reader) {
        const index = reader.zigzag32();
        if (index === only.index) return onlyCodec.decode(reader);
        if (index === nullIndex) return null;
        throw new Mismatch(`the union has no branch ${index}`);
      },
    };
  }

  const fields: StructField[] = others.flatMap(({ branch }, i) => {
    const codec = codecs[i];
    return codec === undefined ? [] : [{ name: branchName(branch), type: codec.type }];
  });
  return {
    type: struct(fields),
    encode(value, out) {
      if (value === null) {
        encodeNull(out);
        return;
      }
      const row = expectArray(value);
      const chosen = row.findIndex((item) => item !== null);
      const branch = others[chosen];
      if (branch === undefined) {
        encodeNull(out);
      } else {
        out.zigzag(branch.index);
        codecs[chosen]?.encode(row[chosen] ?? null, out);
      }
    },
    decode(reader) {
      const index = reader.zigzag32();
      if (index === nullIndex) return null;
      const chosen = others.findIndex((other) => other.index === index);
      const codec = codecs[chosen];
      if (codec === undefined) throw new Mismatch(`the union has no branch ${index}`);
      const row: SqlValue[] = fields.map(() => null);
      row[chosen] = codec.decode(reader);
      return row;
    },
  };
}

function branchName(branch: AvroSchema): string {
  if (branch.kind !== 'record' && branch.kind !== 'enum' && branch.kind !== 'fixed') return branch.kind;
  return branch.fullName.slice(branch.fullName.lastIndexOf('.') + 1);
}

interface FieldPlan {
  readonly name: string;
  readonly type: AvroSchema;
  /** Undefined: the field has no SQL counterpart. */
  readonly codec: SchemaCodec | undefined;
  /** The field's index in the row, or -1. */
  readonly column: number;
  readonly nullable: boolean;
  /** What is written for a null that the schema does not allow. */
  readonly fallback: SqlValue | undefined;
}

function recordCodec(fields: readonly AvroField[], path: readonly AvroSchema[]): SchemaCodec {
  const columns: StructField[] = [];
  const plans = fields.map((field): FieldPlan => {
    const codec = build(field.type, path);
    if (codec !== undefined) columns.push({ name: field.name, type: codec.type });
    return {
      name: field.name,
      type: field.type,
      codec,
      column: codec === undefined ? -1 : columns.length - 1,
      nullable: isNullable(field.type),
      fallback: codec === undefined ? undefined : defaultValue(field, codec),
    };
  });
  const blank: Row = columns.map(() => null);
  return {
    type: struct(columns),
    encode(value, out) {
      const row = expectArray(value);
      let i = 0;
      try {
        for (; i < plans.length; i++) {
          const plan = plans[i] as FieldPlan;
          if (plan.codec === undefined) {
            throw new Mismatch('the schema requires a field that has no SQL counterpart');
          }
          let item = row[plan.column] ?? null;
          if (item === null && !plan.nullable) {
            if (plan.fallback === undefined) {
              throw new Mismatch(
                'is null, and the schema requires a value',
                'Make the field a union with null in the schema.',
              );
            }
            item = plan.fallback;
          }
          plan.codec.encode(item, out);
        }
      } catch (error) {
        rethrowWithin(error, fieldStep(plans[i]?.name ?? ''));
      }
    },
    decode(reader) {
      const row = blank.slice();
      for (const plan of plans) {
        if (plan.codec !== undefined) row[plan.column] = plan.codec.decode(reader);
        else skip(plan.type, reader);
      }
      return row;
    },
  };
}

/** A field's default as a value; undefined when there is none or it is null. */
function defaultValue(field: AvroField, codec: SchemaCodec): SqlValue | undefined {
  if (field.defaultValue === undefined || field.defaultValue === null) return undefined;
  if (codec.type.kind === 'BYTES') return latin1(field.defaultValue);
  try {
    return jsonDecoder(codec.type)(field.defaultValue);
  } catch (error) {
    throw new WeirError('INVALID_SCHEMA', `The default of the Avro field "${field.name}" does not fit its type.`, {
      cause: error,
    });
  }
}

/** Defaults of bytes are strings whose characters are the bytes. */
function latin1(node: unknown): Uint8Array | undefined {
  return typeof node === 'string' ? Uint8Array.from(node, (c) => c.charCodeAt(0)) : undefined;
}

/** Reads over a datum of a type without SQL counterpart. */
function skip(schema: AvroSchema, reader: BinaryReader): void {
  switch (schema.kind) {
    case 'null':
      return;
    case 'boolean':
      reader.skip(1);
      return;
    case 'int':
    case 'long':
    case 'enum':
      reader.zigzag64();
      return;
    case 'float':
      reader.skip(4);
      return;
    case 'double':
      reader.skip(8);
      return;
    case 'bytes':
    case 'string':
      reader.skip(length(reader));
      return;
    case 'fixed':
      reader.skip(schema.sizeBytes);
      return;
    case 'array':
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) skip(schema.items, reader);
      }
      return;
    case 'map':
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) {
          reader.skip(length(reader));
          skip(schema.values, reader);
        }
      }
      return;
    case 'union': {
      const index = reader.zigzag32();
      const branch = schema.branches[index];
      if (branch === undefined) throw new Mismatch(`the union has no branch ${index}`);
      skip(branch, reader);
      return;
    }
    case 'record':
      for (const field of schema.fields) skip(field.type, reader);
      return;
  }
}
