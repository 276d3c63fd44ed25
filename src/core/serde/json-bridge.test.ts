import { describe, expect, it } from 'vitest';
import { array, BIGINT, BOOLEAN, BYTES, decimal, DOUBLE, INTEGER, map, struct, VARCHAR } from '../common/sql-type.ts';
import { encodeUtf8 } from '../common/utf8.ts';
import { parseJson, writeJson } from '../common/values/json-lossless.ts';
import type { FormatName, PersistenceSchema, SchemaType, SerdeFeature } from './format.ts';
import { frame } from './framing.ts';
import { describeBytes, jsonBridge, type JsonBridge } from './json-bridge.ts';
import { FORMATS } from './registry.ts';
import { inferColumns, toRegistrySchema } from './schema-formats.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { schemaOf } from './testing.ts';

function bridgeOf(name: FormatName, schema: PersistenceSchema, registry = new SchemaRegistry()): JsonBridge {
  return jsonBridge({ name, properties: {} }, schema, { subject: 't-value', topic: 't', registry });
}

describe('jsonBridge', () => {
  const columns = schemaOf({
    ID: BIGINT,
    N: decimal(21, 19),
    S: VARCHAR,
    Y: BYTES,
    A: array(INTEGER),
    M: map(VARCHAR, DOUBLE),
  });
  const json = '{"ID":9223372036854775807,"N":10.1234512345123451234,"S":"x","Y":"ew==","A":[1,2],"M":{"k":1.5}}';

  it.each<FormatName>(['JSON', 'JSON_SR', 'AVRO', 'PROTOBUF', 'PROTOBUF_NOSR'])('keeps every digit: %s', (name) => {
    const bridge = bridgeOf(name, columns);
    expect(writeJson(bridge.toJson(bridge.toBytes(parseJson(json))))).toBe(json);
    expect(bridge.toBytes(null)).toBeNull();
    expect(bridge.toJson(null)).toBeNull();
  });

  it('takes DELIMITED as text and KAFKA as its one value', () => {
    const delimited = bridgeOf('DELIMITED', schemaOf({ A: INTEGER, B: VARCHAR }));
    expect(delimited.toJson(delimited.toBytes('1,"x"'))).toBe('1,"x"');
    expect(delimited.canonical('1,"x"')).toBe('1,x');
    const kafka = bridgeOf('KAFKA', schemaOf({ A: BIGINT }));
    expect(writeJson(kafka.toJson(kafka.toBytes(parseJson('998877665544332211'))))).toBe('998877665544332211');
    const keyless = bridgeOf('KAFKA', schemaOf({}));
    expect(keyless.toBytes('ignored')).toEqual(new TextEncoder().encode('ignored'));
  });

  it('canonical: declared names, absent fields, defaults', () => {
    const schema = schemaOf({ A: INTEGER, B: BOOLEAN });
    expect(writeJson(bridgeOf('JSON', schema).canonical(parseJson('{"a":1.0}')))).toBe('{"A":1,"B":null}');
    expect(writeJson(bridgeOf('PROTOBUF', schema).canonical(parseJson('{"a":1,"b":null}')))).toBe('{"A":1,"B":false}');
  });

  it('writes with the subject’s schema where there is one, coercing as a JSON producer does', () => {
    const registry = new SchemaRegistry();
    registry.register(
      't-value',
      'AVRO',
      '{"type":"record","name":"R","fields":[{"name":"c1","type":{"type":"array","items":"string"}}]}',
    );
    const bridge = bridgeOf('AVRO', schemaOf({ C1: array(VARCHAR) }), registry);
    expect(writeJson(bridge.toJson(bridge.toBytes(parseJson('{"C1":[1,2.50]}'))))).toBe('{"c1":["1","2.50"]}');
    expect(registry.versions('t-value')).toHaveLength(1);
  });
});

describe('describeBytes', () => {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each<[Uint8Array | null, string, string]>([
    [null, 'null', 'null'],
    [new Uint8Array(), 'empty', ''],
    [utf8('{"a": 1.10}'), 'json', '{"a":1.10}'],
    [utf8('LAX'), 'text', 'LAX'],
    [utf8('a\tb'), 'text', 'a\tb'],
    [new Uint8Array([0, 0, 0, 7]), 'integer', '7'],
    [new Uint8Array([255, 255, 255, 255, 255, 255, 255, 254]), 'bigint', '-2'],
    [new Uint8Array([0, 255, 1]), 'binary', '00ff01'],
    [new Uint8Array([0, 0, 0, 0, 9, 1]), 'binary', '000000000901'],
  ])('%o is %s', (bytes, kind, text) => {
    expect(describeBytes(bytes, new SchemaRegistry())).toMatchObject({ kind, text });
  });

  it.each<[FormatName, string]>([
    ['AVRO', 'avro'],
    ['PROTOBUF', 'protobuf'],
    ['JSON_SR', 'json-sr'],
  ])('reads %s by the schema that it names', (name, kind) => {
    const registry = new SchemaRegistry();
    const bytes = bridgeOf(name, schemaOf({ A: INTEGER }), registry).toBytes(parseJson('{"A":7}'));
    expect(describeBytes(bytes, registry)).toMatchObject({ kind, text: '{"A":7}', schemaId: 1 });
  });
});

describe('schemas and columns', () => {
  const all = schemaOf({
    I: INTEGER,
    N: decimal(6, 4),
    A: array(VARCHAR),
    M: map(VARCHAR, BIGINT),
    T: struct([{ name: 'D', type: DOUBLE }]),
  });

  it.each<FormatName>(['AVRO', 'PROTOBUF', 'JSON_SR'])('a sink’s schema gives back its columns: %s', (name) => {
    const registry = new SchemaRegistry();
    const info = { name, properties: {} };
    const own = toRegistrySchema(info, all);
    const registered = registry.register('t-value', own?.type ?? 'AVRO', own?.schema ?? '');
    const options = { isKey: false, features: new Set<SerdeFeature>(), names: 'upper' } as const;
    expect(inferColumns(info, registered, registry, options)).toEqual(all.columns);
  });

  it('infers names in upper case or as they are, and bare keys as ROWKEY', () => {
    const registry = new SchemaRegistry();
    const info = { name: 'JSON_SR', properties: {} } as const;
    const object = registry.register(
      's',
      'JSON',
      '{"type":"object","properties":{"b":{"type":"integer","connect.index":1},"a":{"oneOf":[{"type":"null"},{"type":"object","properties":{"x":{"type":["null","number"]}}}],"connect.index":0}}}',
    );
    const wrapped = { isKey: false, features: new Set<SerdeFeature>() };
    expect(inferColumns(info, object, registry, { ...wrapped, names: 'upper' })).toEqual([
      { name: 'A', type: struct([{ name: 'X', type: DOUBLE }]) },
      { name: 'B', type: BIGINT },
    ]);
    expect(inferColumns(info, object, registry, { ...wrapped, names: 'original' }).map((c) => c.name)).toEqual([
      'a',
      'b',
    ]);
    const key = registry.register('k', 'JSON', '{"oneOf":[{"type":"null"},{"type":"integer","connect.type":"int32"}]}');
    const unwrapped = { isKey: true, features: new Set<SerdeFeature>(['UNWRAP_SINGLES']), names: 'upper' } as const;
    expect(inferColumns(info, key, registry, unwrapped)).toEqual([{ name: 'ROWKEY', type: INTEGER }]);
    expect(() => inferColumns(info, key, registry, { ...wrapped, names: 'upper' })).toThrow('bare');
  });

  it.each<[FormatName, SchemaType, string, Uint8Array]>([
    [
      'AVRO',
      'AVRO',
      '{"type":"record","name":"N","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","N"]}]}',
      new Uint8Array([14, 0]),
    ],
    [
      'PROTOBUF',
      'PROTOBUF',
      'syntax = "proto3"; message N { int32 v = 1; repeated N next = 2; }',
      new Uint8Array([0, 8, 7]),
    ],
    [
      'JSON_SR',
      'JSON',
      '{"type":"object","properties":{"v":{"type":"integer","connect.type":"int32"},"next":{"type":"array","items":{"$ref":"#"}}}}',
      encodeUtf8('{"v":7,"next":[]}'),
    ],
  ])(
    'refuses to infer recursive columns and reads the others when they are named: %s',
    (name, type, schema, payload) => {
      const registry = new SchemaRegistry();
      const registered = registry.register('t-value', type, schema);
      const options = { isKey: false, features: new Set<SerdeFeature>(), names: 'upper' } as const;
      expect(() => inferColumns({ name, properties: {} }, registered, registry, options)).toThrow(
        /recursive.*next leads/,
      );
      const context = { subject: 't-value', topic: 't', registry };
      const read = (columns: PersistenceSchema): unknown =>
        FORMATS[name].serde(columns, { name, properties: {} }, context).deserialize(frame(registered.id, payload));
      expect(read(schemaOf({ V: INTEGER }))).toEqual([7]);
    },
  );
});
