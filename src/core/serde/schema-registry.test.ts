import { describe, expect, it } from 'vitest';
import { WeirError } from '../common/errors.ts';
import { SchemaRegistry, type SchemasRecord } from './schema-registry.ts';

function failure(run: () => unknown): WeirError {
  try {
    run();
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
  throw new Error('expected an error');
}
const record = (...fields: string[]): string => `{"type":"record","name":"R","fields":[${fields.join(',')}]}`;

describe('SchemaRegistry', () => {
  it('gives a schema one id, whatever its white space and subject, and a version per subject', () => {
    const registry = new SchemaRegistry();
    const a1 = registry.register('a', 'AVRO', '"int"');
    const a1Again = registry.register('a', 'AVRO', ' "int" ');
    const b1 = registry.register('b', 'AVRO', '"int"');
    const b2 = registry.register('b', 'AVRO', '"long"');
    expect([a1.id, a1.version, a1Again.id, a1Again.version, b1.id, b1.version, b2.id, b2.version]).toEqual([
      1, 1, 1, 1, 1, 1, 2, 2,
    ]);
    expect(registry.subjects()).toEqual(['a', 'b']);
    expect(registry.versions('b').map((v) => v.id)).toEqual([1, 2]);
    expect(registry.latest('b')?.schema).toBe('"long"');
    expect(registry.lookup('b', 'AVRO', '"int"')?.version).toBe(1);
    expect(registry.lookup('a', 'AVRO', '"long"')).toBeUndefined();
  });

  it('writes Confluent’s records and comes back from them', () => {
    const records: SchemasRecord[] = [];
    const registry = new SchemaRegistry((r) => records.push(r));
    registry.register('a', 'AVRO', '"int"');
    registry.register('e', 'PROTOBUF', 'syntax = "proto3"; message E {}');
    registry.register('p', 'PROTOBUF', 'syntax = "proto3"; message M {}', [
      { name: 'e.proto', subject: 'e', version: 1 },
    ]);
    registry.setCompatibility('a', 'FULL');
    registry.deleteSubject('a');
    expect(records[0]).toEqual({
      key: '{"keytype":"SCHEMA","subject":"a","version":1,"magic":1}',
      value: '{"subject":"a","version":1,"id":1,"schema":"\\"int\\"","deleted":false}',
    });
    const replayed = new SchemaRegistry();
    replayed.load(records);
    expect(replayed.subjects()).toEqual(['e', 'p']);
    expect(replayed.latest('p')).toEqual(registry.latest('p'));
    expect(replayed.byId(1)?.schema).toBe('"int"');
    expect(replayed.compatibility('a')).toBe('FULL');
    expect(replayed.resolveReferences(replayed.latest('p')?.references ?? [])).toEqual(
      new Map([['e.proto', 'syntax = "proto3"; message E {}']]),
    );
    expect(replayed.register('n', 'AVRO', '"string"').id).toBe(4);
    expect(replayed.register('a', 'AVRO', '"long"').version).toBe(2);
  });

  it('takes given ids, and refuses one that another schema has', () => {
    const registry = new SchemaRegistry();
    expect(registry.register('a', 'AVRO', '"int"', [], 101).id).toBe(101);
    expect(registry.register('b', 'AVRO', '"string"').id).toBe(1);
    expect(failure(() => registry.register('c', 'AVRO', '"bytes"', [], 101)).code).toBe('INVALID_SCHEMA');
  });

  it('refuses a version that breaks the rule, and names what breaks it', () => {
    const registry = new SchemaRegistry();
    registry.register('s', 'AVRO', record('{"name":"x","type":"int"}'));
    const required = record('{"name":"x","type":"int"}', '{"name":"y","type":"int"}');
    const error = failure(() => registry.register('s', 'AVRO', required));
    expect(error.code).toBe('INCOMPATIBLE_SCHEMA');
    expect(error.message).toContain('$.y');
    registry.setCompatibility('s', 'NONE');
    expect(registry.register('s', 'AVRO', required).version).toBe(2);
  });
});
