import { describe, expect, it } from 'vitest';
import { refusal } from '../common/testing.ts';
import { SchemaRegistry } from './schema-registry.ts';
import type { SchemasRecord } from './schemas-topic.ts';

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
    expect(replayed.compatibility('a')).toBe('BACKWARD');
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
    expect(refusal(() => registry.register('c', 'AVRO', '"bytes"', [], 101)).code).toBe('INVALID_SCHEMA');
  });

  it('refuses a version that breaks the rule, and names what breaks it', () => {
    const registry = new SchemaRegistry();
    registry.register('s', 'AVRO', record('{"name":"x","type":"int"}'));
    const required = record('{"name":"x","type":"int"}', '{"name":"y","type":"int"}');
    const error = refusal(() => registry.register('s', 'AVRO', required));
    expect(error.code).toBe('INCOMPATIBLE_SCHEMA');
    expect(error.message).toContain('$.y');
    registry.setCompatibility('s', 'NONE');
    expect(registry.register('s', 'AVRO', required).version).toBe(2);
  });

  it('tells identical schemas by what they say', () => {
    const registry = new SchemaRegistry();
    const same = (subject: string, type: 'AVRO' | 'JSON' | 'PROTOBUF', a: string, b: string): boolean =>
      registry.register(subject, type, a).id === registry.register(subject, type, b).id;
    expect(same('a', 'AVRO', record('{"name":"x","type":"int"}'), record('{"type":{"type":"int"},"name":"x"}'))).toBe(
      true,
    );
    expect(
      same('p', 'PROTOBUF', 'syntax="proto3"; message A { /* nothing */ }', 'syntax = "proto3";\nmessage A{}'),
    ).toBe(true);
    expect(same('q', 'PROTOBUF', 'message A { optional int32 a = 1; }', 'message A { optional int32 b = 1; }')).toBe(
      false,
    );
    expect(same('j', 'JSON', '{"type": "object"}', '{"type":"object"}')).toBe(true);
    // numbers keep their digits, a default is a value
    registry.setCompatibility(null, 'NONE');
    const withDefault = (text: string): string => record(`{"name":"x","type":"int","default":${text}}`);
    expect(same('d', 'AVRO', withDefault('1'), withDefault('2'))).toBe(false);
  });

  it('deletes softly, then for good', () => {
    const records: SchemasRecord[] = [];
    const registry = new SchemaRegistry((r) => records.push(r));
    registry.register('s', 'AVRO', '"int"');
    registry.register('s', 'AVRO', '"long"');
    registry.deleteVersion('s', 2);
    expect(registry.latest('s')?.version).toBe(1);
    expect(registry.lookup('s', 'AVRO', '"long"')).toBeUndefined();
    expect(registry.byId(2)?.schema).toBe('"long"');
    expect(registry.allVersions('s').map(({ version, deleted }) => [version, deleted])).toEqual([
      [1, false],
      [2, true],
    ]);
    // registered again it is a new version under its old id
    expect(registry.register('s', 'AVRO', '"long"')).toMatchObject({ version: 3, id: 2 });
    registry.deleteVersion('s', 2);
    expect(registry.byId(2)?.version).toBe(3);
    registry.deleteVersion('s', 3);
    registry.deleteVersion('s', 3);
    expect(registry.byId(2)).toBeUndefined();
    expect(registry.register('s', 'AVRO', '"double"').id).toBe(3);
    expect(refusal(() => registry.deleteVersion('s', 9)).code).toBe('SCHEMA_NOT_FOUND');
    const replayed = new SchemaRegistry();
    replayed.load(records);
    expect(replayed.allVersions('s')).toEqual(registry.allVersions('s'));
    expect(replayed.register('t', 'AVRO', '"bytes"').id).toBe(4);
  });

  it('keeps what others refer to', () => {
    const registry = new SchemaRegistry();
    registry.register('e', 'PROTOBUF', 'syntax = "proto3"; message E {}');
    const user = registry.register('p', 'PROTOBUF', 'syntax = "proto3"; import "e.proto"; message M { E e = 1; }', [
      { name: 'e.proto', subject: 'e', version: 1 },
    ]);
    expect(registry.referencedBy('e', 1)).toMatchObject([user]);
    for (const error of [refusal(() => registry.deleteVersion('e', 1)), refusal(() => registry.deleteSubject('e'))]) {
      expect(error.code).toBe('SCHEMA_REFERENCED');
      expect(error.message).toContain("version 1 of 'p' refers to it");
    }
    registry.deleteSubject('p');
    expect(registry.deleteSubject('e')).toEqual([1]);
  });

  it('holds a subject to its own rule, or else to that of all', () => {
    const registry = new SchemaRegistry();
    registry.register('s', 'AVRO', '"int"');
    registry.register('s', 'AVRO', '"long"');
    registry.register('s', 'AVRO', '["null","long"]');
    registry.setCompatibility(null, 'FORWARD');
    expect(registry.compatibility('s')).toBe('FORWARD');
    expect(registry.ownCompatibility('s')).toBeUndefined();
    registry.setCompatibility('s', 'FORWARD_TRANSITIVE');
    // the last version reads it, the first does not
    const error = refusal(() => registry.check('s', 'AVRO', '"long"'));
    expect(error.details).toMatchObject({ version: 1, level: 'FORWARD_TRANSITIVE' });
    registry.setCompatibility('s', undefined);
    registry.check('s', 'AVRO', '"long"');
  });
});
