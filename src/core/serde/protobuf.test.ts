import { parse } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { refusal } from '../common/testing.ts';
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
} from '../common/sql-type.ts';
import { ExactDecimal } from '../common/values/decimal-text.ts';
import { BinaryReader, BinaryWriter } from './binary.ts';
import type { FormatName, FormatProperties, PersistenceSchema, RowSerde } from './format.ts';
import { protobufCodec } from './proto-codec.ts';
import { FORMATS, validateFormat } from './registry.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { schemaOf } from './testing.ts';

function serdeOf(
  schema: PersistenceSchema,
  properties: FormatProperties = {},
  registry = new SchemaRegistry(),
  name: FormatName = 'PROTOBUF',
  schemaId?: number,
): RowSerde {
  validateFormat({ name, properties }, schema);
  return FORMATS[name].serde(schema, { name, properties }, { subject: 't-value', topic: 't', registry, schemaId });
}
const bytesOf = (value: Uint8Array | null): Uint8Array => value ?? new Uint8Array();

describe('the wire format', () => {
  const schema = `syntax = "proto3";
    package a.b;
    message M {
      enum Suit { SPADES = 0; HEARTS = 1; CLUBS = 4; }
      double d = 1; float f = 2; int32 i = 3; uint32 u = 4; sint32 s = 5; fixed32 x = 6; sfixed32 y = 7;
      int64 l = 8; uint64 ul = 9; sint64 sl = 10; fixed64 xl = 11; sfixed64 yl = 12;
      bool b = 13; string t = 14; bytes z = 15; Suit e = 16; optional int32 o = 17;
      repeated sint32 rp = 18; repeated string rs = 19; map<string, int32> m = 20; map<int64, N> mm = 21;
      N n = 22; repeated N rn = 23;
      message N { int32 v = 1; Deep deep = 2; }
      message Deep { string w = 1; }
    }`;
  const reference = parse(schema, { keepCase: true }).root.lookupType('a.b.M');
  const values = {
    ...{ d: 1.5, f: 2.5, i: -3, u: 4294967295, s: -5, x: 6, y: -7, l: -8, ul: 9, sl: -10, xl: 11, yl: -12 },
    ...{ b: true, t: 'grüße', z: new Uint8Array([1, 2]), e: 4, o: 0, rp: [1, -2, 300], rs: ['a', ''] },
    ...{ m: { k: 1, zero: 0 }, mm: { '7': { v: 1 } }, n: { v: 2, deep: { w: 'x' } }, rn: [{ v: 3 }, {}] },
  };
  const row: SqlValue[] = [
    ...[1.5, 2.5, -3, 4294967295, -5, 6, -7, -8, 9, -10, 11, -12],
    ...[true, 'grüße', new Uint8Array([1, 2]), 'CLUBS', 0, [1, -2, 300], ['a', '']],
    new Map([
      ['k', 1],
      ['zero', 0],
    ]),
    new Map<SqlValue, SqlValue>([[7, [1, null]]]),
    [2, ['x']],
    [
      [3, null],
      [0, null],
    ],
  ];

  it('reads what protobufjs writes', () => {
    const bytes = reference.encode(reference.fromObject(values)).finish();
    expect(protobufCodec(schema).decode(new BinaryReader(new Uint8Array(bytes)))).toEqual(row);
  });

  it('writes what protobufjs reads', () => {
    const out = new BinaryWriter();
    protobufCodec(schema).encode(row, out);
    const back = reference.toObject(reference.decode(out.finish()), { longs: Number, defaults: false, bytes: Array });
    expect(back).toEqual({ ...values, z: [1, 2], rn: [{ v: 3 }, {}] });
  });

  it('keeps 64 bits', () => {
    const codec = protobufCodec(
      'syntax = "proto3"; message M { int64 a = 1; sint64 b = 2; uint64 c = 3; fixed64 d = 4; }',
    );
    const extremes: SqlValue[] = [-(2n ** 63n), 2n ** 63n - 1n, Number.MAX_SAFE_INTEGER, -(2n ** 60n)];
    const out = new BinaryWriter();
    codec.encode(extremes, out);
    expect(codec.decode(new BinaryReader(out.finish()))).toEqual(extremes);
  });

  it('reads unpacked and packed repeated fields, skips unknown ones, and takes the last of single ones', () => {
    const codec = protobufCodec('syntax = "proto3"; message M { repeated int32 a = 1; int32 b = 2; }');
    const bytes = [8, 1, 8, 2, 10, 2, 3, 4, 16, 5, 16, 6, 26, 1, 9, 33, 1, 2, 3, 4, 5, 6, 7, 8, 45, 1, 2, 3, 4];
    expect(codec.decode(new BinaryReader(new Uint8Array(bytes)))).toEqual([[1, 2, 3, 4], 6]);
  });

  it('reads a oneof as a struct', () => {
    const codec = protobufCodec('syntax = "proto3"; message M { int32 a = 1; oneof u { string s = 2; int32 i = 3; } }');
    expect(codec.type).toEqual(
      struct([
        {
          name: 'u_0',
          type: struct([
            { name: 's', type: VARCHAR },
            { name: 'i', type: INTEGER },
          ]),
        },
        { name: 'a', type: INTEGER },
      ]),
    );
    expect(codec.decode(new BinaryReader(new Uint8Array([8, 1, 24, 0])))).toEqual([[null, 0], 1]);
  });

  it('takes absent for default or null by the field’s presence', () => {
    const codec = protobufCodec(
      'syntax = "proto3"; message M { int32 a = 1; optional int32 b = 2; google.protobuf.StringValue c = 3; M2 d = 4; repeated int32 e = 5; } message M2 {}',
    );
    expect(codec.decode(new BinaryReader(new Uint8Array()))).toEqual([0, null, null, null, []]);
  });
});

describe('PROTOBUF', () => {
  const columns = {
    ID: BIGINT,
    N: decimal(6, 4),
    B: BOOLEAN,
    D: DOUBLE,
    S: VARCHAR,
    Y: BYTES,
    A: array(INTEGER),
    M: map(VARCHAR, DOUBLE),
    T: struct([
      { name: 'X', type: INTEGER },
      { name: 'Y', type: struct([{ name: 'Z', type: VARCHAR }]) },
    ]),
    DT: DATE,
    TM: TIME,
    TS: TIMESTAMP,
  };
  const row: Row = [
    9223372036854775807n,
    new ExactDecimal('-10.5'),
    true,
    1.25,
    'x',
    new Uint8Array([9]),
    [1, 0],
    new Map([['k', 1.5]]),
    [1, ['z']],
    -10,
    86399999,
    -1,
  ];

  it.each<[FormatName, FormatProperties]>([
    ['PROTOBUF', {}],
    ['PROTOBUF', { VALUE_PROTOBUF_NULLABLE_REPRESENTATION: 'OPTIONAL' }],
    ['PROTOBUF', { NULLABLE_REPRESENTATION: 'WRAPPER' }],
    ['PROTOBUF_NOSR', {}],
  ])('round-trips every type: %s %j', (name, properties) => {
    const serde = serdeOf(schemaOf(columns), properties, new SchemaRegistry(), name);
    expect(serde.deserialize(bytesOf(serde.serialize(row)))).toEqual(row);
  });

  it.each<[FormatProperties, Row]>([
    [{}, [0, 0, false, '', [], new Map(), null, null]],
    [{ NULLABLE_REPRESENTATION: 'OPTIONAL' }, [null, null, null, null, [], new Map(), null, null]],
    [{ NULLABLE_REPRESENTATION: 'WRAPPER' }, [null, null, null, null, [], new Map(), null, null]],
  ])('nulls under %j', (properties, expected) => {
    const { ID, D, B, S, A, M, T, TS } = columns;
    const serde = serdeOf(schemaOf({ ID, D, B, S, A, M, T, TS }), properties);
    expect(serde.deserialize(bytesOf(serde.serialize(expected.map(() => null))))).toEqual(expected);
    const zeros: Row = [0, 0, false, '', [], new Map(), [0, null], 0];
    expect(serde.deserialize(bytesOf(serde.serialize(zeros)))?.slice(0, 4)).toEqual([0, 0, false, '']);
  });

  it('writes the schema as Connect does', () => {
    const registry = new SchemaRegistry();
    serdeOf(schemaOf({ I: INTEGER, T: struct([{ name: 'X', type: array(VARCHAR) }]) }), {}, registry).serialize([
      1,
      null,
    ]);
    expect(registry.latest('t-value')?.schema).toBe(
      'syntax = "proto3";\n\nmessage ConnectDefault1 {\n  int32 I = 1;\n  ConnectDefault2 T = 2;\n\n' +
        '  message ConnectDefault2 {\n    repeated string X = 1;\n  }\n}\n',
    );
  });

  it.each<[string, string]>([
    [
      'OPTIONAL',
      '  optional int32 I = 1;\n  repeated string A = 2;\n  map<string, int64> M = 3;\n' +
        '  optional google.protobuf.Timestamp TS = 4;\n  optional ConnectDefault2 T = 5;\n\n' +
        '  message ConnectDefault2 {\n    optional bool B = 1;\n  }\n',
    ],
    [
      'WRAPPER',
      '  google.protobuf.Int32Value I = 1;\n  repeated google.protobuf.StringValue A = 2;\n' +
        '  map<string, google.protobuf.Int64Value> M = 3;\n' +
        '  google.protobuf.Timestamp TS = 4;\n  ConnectDefault2 T = 5;\n\n' +
        '  message ConnectDefault2 {\n    google.protobuf.BoolValue B = 1;\n  }\n',
    ],
  ])('the schema under NULLABLE_REPRESENTATION=%s', (NULLABLE_REPRESENTATION, fields) => {
    const schema = schemaOf({
      I: INTEGER,
      A: array(VARCHAR),
      M: map(VARCHAR, BIGINT),
      TS: TIMESTAMP,
      T: struct([{ name: 'B', type: BOOLEAN }]),
    });
    const registry = new SchemaRegistry();
    const serde = serdeOf(schema, { NULLABLE_REPRESENTATION }, registry);
    const row: Row = [null, ['', 'x'], new Map([['k', 0]]), 5, [null]];
    expect(serde.deserialize(bytesOf(serde.serialize(row)))).toEqual(row);
    expect(registry.latest('t-value')?.schema).toContain(`message ConnectDefault1 {\n${fields}}\n`);
  });

  it('frames with the message’s indexes and reads the message that they name', () => {
    const registry = new SchemaRegistry();
    const schema = registry.register(
      's',
      'PROTOBUF',
      'syntax = "proto3"; message A { int32 x = 1; message B { int32 Y = 1; } } message C { string Y = 1; }',
    );
    const inner = serdeOf(schemaOf({ Y: INTEGER }), { VALUE_SCHEMA_FULL_NAME: 'B' }, registry, 'PROTOBUF', schema.id);
    expect([...bytesOf(inner.serialize([5]))]).toEqual([0, 0, 0, 0, schema.id, 4, 0, 0, 8, 5]);
    const any = serdeOf(schemaOf({ Y: VARCHAR, X: VARCHAR }), {}, registry);
    expect(any.deserialize(bytesOf(inner.serialize([5])))).toEqual(['5', null]);
    expect(any.deserialize(new Uint8Array([0, 0, 0, 0, schema.id, 2, 2, 10, 1, 104]))).toEqual(['h', null]);
    expect(any.deserialize(new Uint8Array([0, 0, 0, 0, schema.id, 0, 8, 5]))).toEqual([null, '5']);
    const missing = serdeOf(schemaOf({ Y: INTEGER }), { VALUE_SCHEMA_FULL_NAME: 'Q' }, registry, 'PROTOBUF', schema.id);
    expect(refusal(() => missing.serialize([1])).code).toBe('SCHEMA_NOT_FOUND');
  });

  it('follows references', () => {
    const registry = new SchemaRegistry();
    registry.register('event.proto', 'PROTOBUF', 'syntax = "proto3"; message Event { int64 timestamp = 1; }');
    const schema = registry.register(
      's',
      'PROTOBUF',
      'syntax = "proto3"; import "event.proto"; message Logistics { Event event = 1; }',
      [{ name: 'event.proto', subject: 'event.proto', version: 1 }],
    );
    const columnsOf = schemaOf({ EVENT: struct([{ name: 'TIMESTAMP', type: BIGINT }]) });
    const serde = serdeOf(columnsOf, {}, registry, 'PROTOBUF', schema.id);
    expect(serde.deserialize(bytesOf(serde.serialize([[1]])))).toEqual([[1]]);
  });

  it('knows the files of Google’s common types without a reference', () => {
    const codec = protobufCodec(
      'syntax = "proto3"; import "google/protobuf/duration.proto"; import "google/type/money.proto"; import "google/type/month.proto"; ' +
        'import "google/protobuf/struct.proto"; ' +
        'message A { google.protobuf.Duration d = 1; google.type.Money m = 2; google.type.Month o = 3; google.protobuf.Struct s = 4; }',
    );
    expect(codec.type).toMatchObject({
      fields: [
        { name: 'd', type: { fields: [{ name: 'seconds', type: BIGINT }, { name: 'nanos' }] } },
        { name: 'm', type: { fields: [{ name: 'currency_code' }, { name: 'units' }, { name: 'nanos' }] } },
        { name: 'o', type: VARCHAR },
        { name: 's' },
      ],
    });
    expect(codec.recursive?.length).toBeGreaterThan(0);
  });

  it('refuses what it cannot hold', () => {
    const nested = refusal(() => serdeOf(schemaOf({ A: array(array(INTEGER)) })));
    expect(nested.message).toContain('`A` is ARRAY<ARRAY<INTEGER>>');
    const serde = serdeOf(schemaOf({ A: array(INTEGER) }));
    expect(refusal(() => serde.serialize([[1, null]])).message).toContain('$.A[1]');
    expect(refusal(() => serde.deserialize(new Uint8Array([1]))).code).toBe('DESERIALIZATION');
  });
});
