/**
 * Protocol Buffers' scalar types and well-known messages on the wire, as SQL values. Unsigned 32-bit integers are
 * BIGINT; unsigned 64-bit ones keep their 64 bits and read as signed, as in Java.
 */
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
  type SqlType,
  type SqlValue,
} from '../common/sql-type.ts';
import { civilFromDays, daysFromCivil } from '../common/time/calendar.ts';
import { fromUnscaled, unscaled } from '../common/values/decimal-text.ts';
import { fromTwosComplement, twosComplement, type BinaryReader, type BinaryWriter } from './binary.ts';
import { expectBoolean, expectBytes, expectDecimal, expectInteger64, expectNumber, expectString } from './fit.ts';
import type { ProtoScalar, WellKnown } from './proto-schema.ts';
import { Mismatch } from './serde-errors.ts';

export const WIRE = { VARINT: 0, FIXED64: 1, BYTES: 2, START_GROUP: 3, END_GROUP: 4, FIXED32: 5 } as const;

export interface WireCodec {
  readonly type: SqlType;
  readonly wire: number;
  /** The value that is not written where absence means it. */
  readonly zero: SqlValue;
  isZero(value: SqlValue): boolean;
  write(value: SqlValue, out: BinaryWriter): void;
  read(reader: BinaryReader): SqlValue;
}

const isZeroNumber = (value: SqlValue): boolean => Object.is(value, 0);

function integer(
  type: SqlType,
  wire: number,
  write: (value: number | bigint, out: BinaryWriter) => void,
  read: (reader: BinaryReader) => SqlValue,
): WireCodec {
  return { type, wire, zero: 0, isZero: isZeroNumber, write: (value, out) => write(expectInteger64(value), out), read };
}

export const SCALAR_CODECS: Readonly<Record<ProtoScalar, WireCodec>> = {
  double: {
    type: DOUBLE,
    wire: WIRE.FIXED64,
    zero: 0,
    isZero: isZeroNumber,
    write: (value, out) => out.double(expectNumber(value)),
    read: (reader) => reader.double(),
  },
  float: {
    type: DOUBLE,
    wire: WIRE.FIXED32,
    zero: 0,
    isZero: isZeroNumber,
    write: (value, out) => out.float(expectNumber(value)),
    read: (reader) => reader.float(),
  },
  int32: integer(
    INTEGER,
    WIRE.VARINT,
    (value, out) => out.varint(value),
    (reader) => reader.varint32(),
  ),
  uint32: integer(
    BIGINT,
    WIRE.VARINT,
    (value, out) => out.varint(Number(value) >>> 0),
    (reader) => reader.varintUnsigned32(),
  ),
  sint32: integer(
    INTEGER,
    WIRE.VARINT,
    (value, out) => out.zigzag(value),
    (reader) => reader.zigzag32(),
  ),
  fixed32: integer(
    BIGINT,
    WIRE.FIXED32,
    (value, out) => out.fixed32(Number(value)),
    (reader) => reader.fixed32(),
  ),
  sfixed32: integer(
    INTEGER,
    WIRE.FIXED32,
    (value, out) => out.fixed32(Number(value)),
    (reader) => reader.signedFixed32(),
  ),
  int64: integer(
    BIGINT,
    WIRE.VARINT,
    (value, out) => out.varint(value),
    (reader) => reader.varint64(),
  ),
  uint64: integer(
    BIGINT,
    WIRE.VARINT,
    (value, out) => out.varint(value),
    (reader) => reader.varint64(),
  ),
  sint64: integer(
    BIGINT,
    WIRE.VARINT,
    (value, out) => out.zigzag(value),
    (reader) => reader.zigzag64(),
  ),
  fixed64: integer(
    BIGINT,
    WIRE.FIXED64,
    (value, out) => out.fixed64(value),
    (reader) => reader.fixed64(),
  ),
  sfixed64: integer(
    BIGINT,
    WIRE.FIXED64,
    (value, out) => out.fixed64(value),
    (reader) => reader.fixed64(),
  ),
  bool: {
    type: BOOLEAN,
    wire: WIRE.VARINT,
    zero: false,
    isZero: (value) => value === false,
    write: (value, out) => out.varint(expectBoolean(value) ? 1 : 0),
    read: (reader) => reader.varint64() !== 0,
  },
  string: {
    type: VARCHAR,
    wire: WIRE.BYTES,
    zero: '',
    isZero: (value) => value === '',
    write: (value, out) => out.sizedText(expectString(value)),
    read: (reader) => reader.text(reader.varintUnsigned32()),
  },
  bytes: {
    type: BYTES,
    wire: WIRE.BYTES,
    zero: new Uint8Array(0),
    isZero: (value) => value instanceof Uint8Array && value.length === 0,
    write(value, out) {
      const bytes = expectBytes(value);
      out.varint(bytes.length);
      out.raw(bytes);
    },
    read: (reader) => reader.raw(reader.varintUnsigned32()),
  },
};

export function enumCodec(numbers: ReadonlyMap<string, number>): WireCodec {
  const names = new Map([...numbers].map(([name, number]): [number, string] => [number, name]));
  return {
    type: VARCHAR,
    wire: WIRE.VARINT,
    zero: names.get(0) ?? [...numbers.keys()][0] ?? '',
    isZero: (value) => typeof value === 'string' && numbers.get(value) === 0,
    write(value, out) {
      const name = expectString(value);
      const number = numbers.get(name);
      if (number === undefined) throw new Mismatch(`'${name}' is not one of ${[...numbers.keys()].join(', ')}`);
      out.varint(number);
    },
    read(reader) {
      const number = reader.varint32();
      return names.get(number) ?? String(number);
    },
  };
}

/** A message of fixed meaning: its fields in, one SQL value out. */
export interface WellKnownCodec {
  readonly type: SqlType;
  /** The message's fields by id. */
  write(value: SqlValue, put: PutField, out: BinaryWriter): void;
  read(fields: ReadonlyMap<number, SqlValue>): SqlValue;
  /** How each field is encoded. */
  readonly fields: ReadonlyMap<number, WireCodec>;
}
export type PutField = (id: number, value: SqlValue, out: BinaryWriter) => void;

const MILLIS_PER_SECOND = 1000;

export function wellKnownCodec(wellKnown: WellKnown, parameters: ReadonlyMap<string, string>): WellKnownCodec {
  if (typeof wellKnown === 'object') {
    const codec = SCALAR_CODECS[wellKnown.wrapperOf];
    return {
      type: codec.type,
      fields: new Map([[1, codec]]),
      write: (value, put, out) => put(1, value, out),
      read: (fields) => fields.get(1) ?? codec.zero,
    };
  }
  const { int32, int64, bytes, uint32 } = SCALAR_CODECS;
  const number = (fields: ReadonlyMap<number, SqlValue>, id: number): number => Number(fields.get(id) ?? 0);
  switch (wellKnown) {
    case 'timestamp':
      return {
        type: TIMESTAMP,
        fields: new Map([
          [1, int64],
          [2, int32],
        ]),
        write(value, put, out) {
          const millis = expectNumber(value);
          const seconds = Math.floor(millis / MILLIS_PER_SECOND);
          put(1, seconds, out);
          put(2, (millis - seconds * MILLIS_PER_SECOND) * 1_000_000, out);
        },
        read: (fields) => number(fields, 1) * MILLIS_PER_SECOND + Math.floor(number(fields, 2) / 1_000_000),
      };
    case 'date':
      return {
        type: DATE,
        fields: new Map([
          [1, int32],
          [2, int32],
          [3, int32],
        ]),
        write(value, put, out) {
          const date = civilFromDays(expectNumber(value));
          put(1, date.year, out);
          put(2, date.month, out);
          put(3, date.day, out);
        },
        read: (fields) => daysFromCivil(number(fields, 1), number(fields, 2), number(fields, 3)),
      };
    case 'timeOfDay':
      return {
        type: TIME,
        fields: new Map([
          [1, int32],
          [2, int32],
          [3, int32],
          [4, int32],
        ]),
        write(value, put, out) {
          const millis = expectNumber(value);
          put(1, Math.floor(millis / 3_600_000), out);
          put(2, Math.floor(millis / 60_000) % 60, out);
          put(3, Math.floor(millis / 1000) % 60, out);
          put(4, (millis % 1000) * 1_000_000, out);
        },
        read: (fields) =>
          number(fields, 1) * 3_600_000 +
          number(fields, 2) * 60_000 +
          number(fields, 3) * 1000 +
          Math.floor(number(fields, 4) / 1_000_000),
      };
    case 'decimal': {
      const scale = Number(parameters.get('scale') ?? 0);
      const precision = Number(parameters.get('precision') ?? parameters.get('connect.decimal.precision') ?? 64);
      return {
        type: decimal(precision, scale),
        fields: new Map([
          [1, bytes],
          [2, uint32],
          [3, int32],
        ]),
        write(value, put, out) {
          put(1, twosComplement(unscaled(expectDecimal(value), scale)), out);
          put(2, precision, out);
          put(3, scale, out);
        },
        read(fields) {
          const digits = fields.get(1);
          return fromUnscaled(
            digits instanceof Uint8Array ? fromTwosComplement(digits) : 0n,
            Number(fields.get(3) ?? scale),
          );
        },
      };
    }
  }
}
