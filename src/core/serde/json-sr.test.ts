import { describe, expect, it } from 'vitest';
import { WeirError } from '../common/errors.ts';
import { BIGINT, decimal, INTEGER, map, struct, VARCHAR, type Row } from '../common/sql-type.ts';
import type { PersistenceSchema, RowSerde } from './format.ts';
import { FORMATS } from './registry.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { schemaOf } from './testing.ts';

function serdeOf(registry: SchemaRegistry, schema: PersistenceSchema, schemaId?: number): RowSerde {
  const info = { name: 'JSON_SR', properties: {} } as const;
  return FORMATS.JSON_SR.serde(schema, info, { subject: 't-value', topic: 't', registry, schemaId });
}
const payload = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes?.subarray(5));

describe('JSON_SR', () => {
  it('frames JSON and registers the schema that Connect writes', () => {
    const registry = new SchemaRegistry();
    const columns = schemaOf({
      A: INTEGER,
      N: decimal(4, 2),
      M: map(VARCHAR, BIGINT),
      T: struct([{ name: 'S', type: VARCHAR }]),
    });
    const bytes = serdeOf(registry, columns).serialize([1, null, new Map([['k', 2]]), ['x']]);
    expect([...(bytes ?? []).slice(0, 5)]).toEqual([0, 0, 0, 0, 1]);
    expect(payload(bytes)).toBe('{"A":1,"N":null,"M":{"k":2},"T":{"S":"x"}}');
    expect(JSON.parse(registry.latest('t-value')?.schema ?? '')).toEqual({
      type: 'object',
      properties: {
        A: { 'connect.index': 0, oneOf: [{ type: 'null' }, { type: 'integer', 'connect.type': 'int32' }] },
        N: {
          'connect.index': 1,
          oneOf: [
            { type: 'null' },
            {
              type: 'number',
              title: 'org.apache.kafka.connect.data.Decimal',
              'connect.version': 1,
              'connect.type': 'bytes',
              'connect.parameters': { scale: '2', 'connect.decimal.precision': '4' },
            },
          ],
        },
        M: {
          'connect.index': 2,
          oneOf: [
            { type: 'null' },
            {
              type: 'object',
              'connect.type': 'map',
              additionalProperties: { oneOf: [{ type: 'null' }, { type: 'integer', 'connect.type': 'int64' }] },
            },
          ],
        },
        T: {
          'connect.index': 3,
          oneOf: [
            { type: 'null' },
            {
              type: 'object',
              properties: { S: { 'connect.index': 0, oneOf: [{ type: 'null' }, { type: 'string' }] } },
            },
          ],
        },
      },
    });
  });

  it('unwraps a single, writing null as a tombstone', () => {
    const registry = new SchemaRegistry();
    const serde = serdeOf(registry, schemaOf({ A: INTEGER }, 'UNWRAP_SINGLES'));
    expect(payload(serde.serialize([5]))).toBe('5');
    expect(serde.serialize([null])).toBeNull();
    expect(registry.latest('t-value')?.schema).toBe(
      '{"oneOf":[{"type":"null"},{"type":"integer","connect.type":"int32"}]}',
    );
  });

  it('writes the fields of a pinned schema', () => {
    const registry = new SchemaRegistry();
    const { id } = registry.register(
      's',
      'JSON',
      '{"type":"object","properties":{"c1":{"type":"integer"},"c2":{"type":"string"}}}',
    );
    expect(payload(serdeOf(registry, schemaOf({ c1: INTEGER }), id).serialize([4]))).toBe('{"c1":4,"c2":null}');
    expect(() => serdeOf(registry, schemaOf({ c1: INTEGER }), 99).serialize([4])).toThrow('id 99');
  });

  it('reads framed JSON alone, also many at once', () => {
    const serde = serdeOf(new SchemaRegistry(), schemaOf({ A: INTEGER }));
    const utf8 = new TextEncoder();
    const framed = new Uint8Array([0, 0, 0, 0, 1, ...utf8.encode('{"A":1}')]);
    const out: (Row | null | WeirError)[] = [];
    serde.deserializeBatch([framed, null, utf8.encode('{"A":1}'), framed], out);
    expect([out[0], out[1], out[3]]).toEqual([[1], null, [1]]);
    expect(out[2]).toBeInstanceOf(WeirError);
    expect(() => serde.deserialize(utf8.encode('{"A":1}'))).toThrow('schema id');
  });
});
