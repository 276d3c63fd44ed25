/** Bytes of any schema and any rows are read by the usual libraries, and what those write of it is the same again. */
import avsc from 'avsc';
import fc from 'fast-check';
import { common, parse, Root } from 'protobufjs';
import { expect, it } from 'vitest';
import type { Row, SqlValue } from '../common/sql-type.ts';
import { normalizeBigint } from '../common/values/bigint.ts';
import { avroCodec } from './avro-codec.ts';
import { BinaryReader, BinaryWriter } from './binary.ts';
import type { FormatName, FormatProperties } from './format.ts';
import { FORMATS } from './registry.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { samples, typeOf, type Sample } from './testing.ts';

interface Written {
  readonly schema: string;
  /** Without the frame. */
  readonly payloads: readonly Uint8Array[];
  /** Reads a payload in the first one's frame. */
  readonly read: (payload: Uint8Array) => Row | null;
}

function written(
  name: FormatName,
  { schema, rows }: Sample,
  properties: FormatProperties,
  prefixBytes: number,
): Written {
  const registry = new SchemaRegistry();
  const context = { subject: 't-value', topic: 't', registry };
  const serde = FORMATS[name].serde(schema, { name, properties }, context);
  const framed = rows.map((row) => serde.serialize(row) ?? new Uint8Array());
  const head = (framed[0] ?? new Uint8Array()).subarray(0, prefixBytes);
  return {
    schema: registry.latest('t-value')?.schema ?? '',
    payloads: framed.map((bytes) => bytes.subarray(prefixBytes)),
    read: (payload) => serde.deserialize(new Uint8Array([...head, ...payload])),
  };
}

/** 64 bits as a bigint, where avsc has a number by itself. */
const long = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});

it("AVRO's integers are what avsc writes", () => {
  const codecs = { int: avroCodec('"int"'), long: avroCodec('"long"') };
  const expectSame = (kind: 'int' | 'long', held: SqlValue, bytes: Uint8Array): void => {
    const out = new BinaryWriter();
    codecs[kind].encode(held, out);
    expect([...out.finish()]).toEqual([...bytes]);
    expect(codecs[kind].decode(new BinaryReader(bytes))).toBe(held);
  };
  const int = avsc.Type.forSchema('int');
  fc.assert(fc.property(fc.integer(), (value) => expectSame('int', value, int.toBuffer(value))));
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) =>
      expectSame('long', normalizeBigint(value), long.toBuffer(value)),
    ),
  );
});

it('AVRO is what avsc writes', () => {
  fc.assert(
    fc.property(samples(typeOf(2, true), 'everywhere'), (sample) => {
      const { schema, payloads } = written('AVRO', sample, {}, 5);
      const type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { registry: { long }, wrapUnions: true });
      for (const payload of payloads) {
        const value: unknown = type.fromBuffer(Buffer.from(payload));
        expect(new Uint8Array(type.toBuffer(value))).toEqual(payload);
      }
    }),
    { numRuns: 60 },
  );
});

const GOOGLE_AND_CONFLUENT = [
  'package google.type; message Date { int32 year = 1; int32 month = 2; int32 day = 3; } ' +
    'message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }',
  'package confluent.type; message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }',
];

// not the same bytes: protobufjs writes empty keys and values of map entries, Java's DynamicMessage leaves them out
it.each<FormatProperties>([{}, { NULLABLE_REPRESENTATION: 'OPTIONAL' }, { NULLABLE_REPRESENTATION: 'WRAPPER' }])(
  'PROTOBUF says what protobufjs says: %j',
  (properties) => {
    const nulls = Object.keys(properties).length === 0 ? 'none' : 'presence';
    fc.assert(
      fc.property(samples(typeOf(2, false), nulls), (sample) => {
        const { schema, payloads, read } = written('PROTOBUF', sample, properties, 6);
        const root = new Root();
        for (const file of ['google/protobuf/timestamp.proto', 'google/protobuf/wrappers.proto']) {
          root.addJSON(common.get(file)?.nested ?? {});
        }
        for (const text of GOOGLE_AND_CONFLUENT) parse(`syntax = "proto3"; ${text}`, root);
        parse(schema, root, { keepCase: true });
        const type = root.resolveAll().lookupType('ConnectDefault1');
        const again = payloads.map((payload) => type.encode(type.decode(payload)).finish());
        expect(again.map(read)).toEqual(sample.rows);
      }),
      { numRuns: 60 },
    );
  },
);
