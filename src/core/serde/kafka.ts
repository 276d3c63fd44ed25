/**
 * The KAFKA format: one column, as Kafka's own serializers write it.
 *
 * | type    | bytes                                   |
 * | ------- | --------------------------------------- |
 * | INTEGER | 4, big-endian two's complement          |
 * | BIGINT  | 8, big-endian two's complement          |
 * | DOUBLE  | 8, big-endian IEEE 754                  |
 * | VARCHAR | UTF-8                                   |
 * | BYTES   | as they are                             |
 *
 * A null value is a null key or a tombstone.
 */
import { WeirError } from '../common/errors.ts';
import type { Row, SqlType, SqlValue } from '../common/sql-type.ts';
import { normalizeBigint, toBigint } from '../common/values/bigint.ts';
import { expectBytes, expectInteger64, expectNumber, expectString } from './fit.ts';
import type { Format, PersistenceSchema, RowSerde } from './format.ts';
import {
  describeColumns,
  describeSubject,
  deserializeEach,
  NO_PROPERTIES,
  unsupportedType,
  UNWRAP_ONLY,
} from './format-support.ts';
import { deserializationError, fieldStep, Mismatch, serializationError } from './serde-errors.ts';
import { decodeInterned, TextDecoding } from './interned-text.ts';
import { textOutput, type TextOutput } from '../common/text-output.ts';

export const kafkaFormat: Format = {
  name: 'KAFKA',
  supportsSchemaInference: false,
  supportsFeatures: UNWRAP_ONLY,
  supportedProperties: NO_PROPERTIES,

  validate(schema) {
    for (const column of schema.columns) {
      if (CODECS[column.type.kind] === undefined) throw unsupportedType('KAFKA', column, column.type);
    }
    if (schema.columns.length > 1) {
      throw new WeirError(
        'FORMAT_MISFIT',
        `The format 'KAFKA' holds a single column, and there are ${schema.columns.length}: ${describeColumns(schema)}.`,
        {
          hint: `Use a format that holds several columns: ${schema.isKey ? 'KEY' : 'VALUE'}_FORMAT = 'JSON'.`,
          details: { format: 'KAFKA', columns: describeColumns(schema) },
        },
      );
    }
  },

  serde(schema, _info, context) {
    return kafkaSerde(schema, describeSubject(schema, context));
  },
};

interface Codec {
  encode(value: SqlValue, out: TextOutput): void;
  decode(bytes: Uint8Array): SqlValue;
}

const CODECS: Partial<Record<SqlType['kind'], Codec>> = {
  INTEGER: {
    encode(value, out) {
      out.int32(expectNumber(value));
    },
    decode: (bytes) => view(sized(bytes, 4, 'INTEGER')).getInt32(0),
  },
  BIGINT: {
    encode(value, out) {
      const integer = expectInteger64(value);
      if (typeof integer === 'number') {
        out.int64(integer);
        return;
      }
      const bytes = new Uint8Array(8);
      view(bytes).setBigInt64(0, toBigint(integer));
      out.raw(bytes);
    },
    decode: (bytes) => normalizeBigint(view(sized(bytes, 8, 'BIGINT')).getBigInt64(0)),
  },
  DOUBLE: {
    encode(value, out) {
      const bytes = new Uint8Array(8);
      view(bytes).setFloat64(0, expectNumber(value));
      out.raw(bytes);
    },
    decode: (bytes) => view(sized(bytes, 8, 'DOUBLE')).getFloat64(0),
  },
  VARCHAR: {
    encode(value, out) {
      out.text(expectString(value));
    },
    decode: decodeInterned,
  },
  BYTES: {
    encode(value, out) {
      out.raw(expectBytes(value));
    },
    decode: (bytes) => new Uint8Array(bytes),
  },
};

function kafkaSerde(schema: PersistenceSchema, what: string): RowSerde {
  const column = schema.columns[0];
  const codec = column === undefined ? undefined : CODECS[column.type.kind];
  const step = fieldStep(column?.name ?? '');

  const decode = (bytes: Uint8Array): Row => {
    if (codec === undefined) return [];
    try {
      return [codec.decode(bytes)];
    } catch (error) {
      throw deserializationError('KAFKA', what, error instanceof Mismatch ? error.within(step) : error);
    }
  };

  const write = (row: Row, out: TextOutput): boolean => {
    const value = row[0] ?? null;
    if (codec === undefined || value === null) return false;
    try {
      codec.encode(value, out);
      return true;
    } catch (error) {
      throw serializationError('KAFKA', what, error instanceof Mismatch ? error.within(step) : error);
    }
  };

  return {
    serialize(row) {
      textOutput.begin();
      return write(row, textOutput) ? textOutput.finish() : null;
    },
    write,
    deserialize: decode,
    ...(codec === CODECS.VARCHAR && { deserializeSpans: textSpans() }),
    deserializeBatch(values, out) {
      deserializeEach(decode, values, out);
    },
  };
}

function textSpans(): NonNullable<RowSerde['deserializeSpans']> {
  const texts = new TextDecoding();
  return ({ bytes, starts, lengths }, from, to, out) => {
    out.length = to - from;
    for (let i = from; i < to; i++) {
      const start = starts[i] as number;
      const length = lengths[i] as number;
      out[i - from] = length < 0 ? null : [texts.decode(bytes, start, start + length)];
    }
  };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sized(bytes: Uint8Array, sizeBytes: number, type: string): Uint8Array {
  if (bytes.length === sizeBytes) return bytes;
  throw new Mismatch(
    `${type} takes ${sizeBytes} bytes, and there are ${bytes.length}`,
    'The producer writes another type or format; look at the bytes in the record inspector.',
  );
}
