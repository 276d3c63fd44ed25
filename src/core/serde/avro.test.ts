import avsc from 'avsc';
import fc from 'fast-check';
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
import { avroCodec } from './avro-codec.ts';
import { avroKeySchemaName } from './avro-from-sql.ts';
import { BinaryReader, BinaryWriter, fromTwosComplement, twosComplement } from './binary.ts';
import type { PersistenceSchema, RowSerde } from './format.ts';
import { FORMATS, validateFormat } from './registry.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { schemaOf } from './testing.ts';

function serdeOf(registry: SchemaRegistry, schema: PersistenceSchema, schemaId?: number): RowSerde {
  const info = { name: 'AVRO', properties: {} } as const;
  validateFormat(info, schema);
  return FORMATS.AVRO.serde(schema, info, { subject: 't-value', topic: 't', registry, schemaId });
}
function encode(schema: string, value: SqlValue): Uint8Array {
  const out = new BinaryWriter();
  avroCodec(schema).encode(value, out);
  return out.finish();
}
const decode = (schema: string, bytes: Uint8Array): SqlValue => avroCodec(schema).decode(new BinaryReader(bytes));

describe('the encoding', () => {
  it('writes a record as avsc does', () => {
    const schema = {
      type: 'record',
      name: 'R',
      fields: [
        { name: 'b', type: 'boolean' },
        { name: 'f', type: 'float' },
        { name: 'd', type: ['null', 'double'], default: null },
        { name: 's', type: ['string', 'null'] },
        { name: 'y', type: 'bytes' },
        { name: 'x', type: { type: 'fixed', name: 'X', size: 2 } },
        { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } },
        { name: 'a', type: { type: 'array', items: 'int' } },
        { name: 'm', type: { type: 'map', values: ['null', 'string'] } },
        { name: 'r', type: { type: 'record', name: 'I', fields: [{ name: 'i', type: 'int' }] } },
        { name: 'r2', type: 'I' },
      ],
    } as const;
    const text = JSON.stringify(schema);
    const type = avsc.Type.forSchema(structuredClone(schema) as unknown as avsc.Schema, { wrapUnions: false });
    const bytes = type.toBuffer({
      b: true,
      f: 1.5,
      d: 2.25,
      s: 'grüße',
      y: Buffer.from([1, 2]),
      x: Buffer.from([3, 4]),
      e: 'B',
      a: [1, -1, 300],
      m: { k: 'v', n: null },
      r: { i: 7 },
      r2: { i: 8 },
    });
    const row = decode(text, bytes);
    expect(row).toEqual([
      true,
      1.5,
      2.25,
      'grüße',
      new Uint8Array([1, 2]),
      new Uint8Array([3, 4]),
      'B',
      [1, -1, 300],
      new Map([
        ['k', 'v'],
        ['n', null],
      ]),
      [7],
      [8],
    ]);
    expect([...encode(text, row)]).toEqual([...bytes]);
  });

  it('reads blocks with sizes', () => {
    expect(decode('{"type":"array","items":"int"}', new Uint8Array([3, 4, 2, 4, 2, 6, 0]))).toEqual([1, 2, 3]);
  });

  it('writes decimals as big-endian two’s complement', () => {
    const schema = '{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}';
    expect([...encode(schema, new ExactDecimal('-1.29'))]).toEqual([4, 255, 127]);
    expect(decode(schema, new Uint8Array([4, 255, 127]))).toEqual(new ExactDecimal('-1.29'));
    const fixed = '{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":6,"scale":2}';
    expect([...encode(fixed, new ExactDecimal('-1.29'))]).toEqual([255, 255, 255, 127]);
    fc.assert(fc.property(fc.bigInt(), (value) => fromTwosComplement(twosComplement(value)) === value));
  });

  it('reads a union of several types as a struct, and leaves recursive fields out', () => {
    const union = avroCodec('["null","int",{"type":"record","name":"n.R","fields":[{"name":"s","type":"string"}]}]');
    expect(union.type).toEqual(
      struct([
        { name: 'int', type: INTEGER },
        { name: 'R', type: struct([{ name: 's', type: VARCHAR }]) },
      ]),
    );
    const list =
      '{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]},{"name":"v","type":"int"}]}';
    expect(avroCodec(list)).toMatchObject({ type: struct([{ name: 'v', type: INTEGER }]), recursive: ['next'] });
    // {next: {next: null, v: 1}, v: 2}
    expect(decode(list, new Uint8Array([2, 0, 2, 4]))).toEqual([2]);
  });
});

describe('AVRO', () => {
  const columns = {
    ID: BIGINT,
    N: decimal(6, 4),
    B: BOOLEAN,
    I: INTEGER,
    D: DOUBLE,
    S: VARCHAR,
    Y: BYTES,
    A: array(INTEGER),
    M: map(VARCHAR, array(DOUBLE)),
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
    -5,
    1.25,
    'x',
    new Uint8Array([9]),
    [1, null],
    new Map([['k', [1.5]]]),
    [1, ['z']],
    10,
    1000,
    1234567890123,
  ];

  it('round-trips every type and null', () => {
    const serde = serdeOf(new SchemaRegistry(), schemaOf(columns));
    const bytes = serde.serialize(row) ?? new Uint8Array();
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 1]);
    expect(serde.deserialize(bytes)).toEqual(row);
    const nulls = row.map(() => null);
    expect(serde.deserialize(serde.serialize(nulls) ?? new Uint8Array())).toEqual(nulls);
  });

  it('names schemas as ksqlDB does', () => {
    const registry = new SchemaRegistry();
    serdeOf(registry, schemaOf({ FOO: INTEGER })).serialize([1]);
    expect(JSON.parse(registry.latest('t-value')?.schema ?? '')).toEqual({
      type: 'record',
      name: 'KsqlDataSourceSchema',
      namespace: 'io.confluent.ksql.avro_schemas',
      fields: [{ name: 'FOO', type: ['null', 'int'], default: null }],
      'connect.name': 'io.confluent.ksql.avro_schemas.KsqlDataSourceSchema',
    });
    expect(avroKeySchemaName('DELAY_BY_AIRPORT')).toBe('io.confluent.ksql.avro_schemas.DelayByAirportKey');
  });

  it('reads data of another schema by field names, widening numbers', () => {
    const registry = new SchemaRegistry();
    const writer = registry.register(
      's',
      'AVRO',
      '{"type":"record","name":"W","fields":[{"name":"b","type":"int"},{"name":"x","type":"string"},{"name":"a","type":"float"}]}',
    );
    const bytes = new Uint8Array([0, 0, 0, 0, writer.id, 14, 2, 121, 0, 0, 192, 63]);
    const serde = serdeOf(registry, schemaOf({ A: DOUBLE, B: BIGINT, C: VARCHAR }));
    expect(serde.deserialize(bytes)).toEqual([1.5, 7, null]);
    const wrong = serdeOf(registry, schemaOf({ X: INTEGER }));
    expect(refusal(() => wrong.deserialize(bytes)).message).toContain('$.X: the data is STRING');
    expect(refusal(() => wrong.deserialize(new Uint8Array([123, 125]))).message).toContain('schema id');
    expect(refusal(() => wrong.deserialize(new Uint8Array([0, 0, 0, 0, 99]))).code).toBe('SCHEMA_NOT_FOUND');
    expect(refusal(() => wrong.deserialize(bytes.subarray(0, 8))).code).toBe('DESERIALIZATION');
  });

  it('writes with a pinned schema, filling defaults', () => {
    const registry = new SchemaRegistry();
    const pinned = registry.register(
      's',
      'AVRO',
      '{"type":"record","name":"W","fields":[{"name":"b","type":"int"},{"name":"o","type":"string","default":"foo"}]}',
    );
    const serde = serdeOf(registry, schemaOf({ b: INTEGER }), pinned.id);
    expect([...(serde.serialize([7]) ?? [])]).toEqual([0, 0, 0, 0, pinned.id, 14, 6, 102, 111, 111]);
    expect(refusal(() => serde.serialize([null])).message).toContain('$.b: is null');
  });

  it('unwraps a single column', () => {
    const registry = new SchemaRegistry();
    const serde = serdeOf(registry, schemaOf({ A: array(BIGINT) }, 'UNWRAP_SINGLES'));
    expect(serde.deserialize(serde.serialize([[1, null]]) ?? new Uint8Array())).toEqual([[1, null]]);
    expect(registry.latest('t-value')?.schema).toBe('{"type":"array","items":["null","long"]}');
    expect(serde.serialize([null])).toBeNull();
  });

  it('refuses names that Avro does not allow', () => {
    const error = refusal(() => serdeOf(new SchemaRegistry(), schemaOf({ '1a': INTEGER })));
    expect(error.code).toBe('FORMAT_MISFIT');
    expect(error.message).toContain('1a');
  });
});
