import { describe, expect, it } from 'vitest';
import { WeirError } from '../common/errors.ts';
import { checkCompatible, type CompatibilityLevel } from './compatibility.ts';
import type { SchemaType } from './format.ts';
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

describe('compatibility', () => {
  const check = (level: CompatibilityLevel, type: SchemaType, earlier: string, later: string): string | undefined => {
    const text = (schema: string) => ({ type, schema, imports: new Map<string, string>() });
    return checkCompatible(level, text(earlier), text(later));
  };

  const x = '{"name":"x","type":"int"}';
  const optional = '{"name":"y","type":["null","int"],"default":null}';
  const A = '"a":{"type":"integer"}';
  const B = '"b":{"type":"string"}';
  const proto = (messages: string): string => `syntax="proto3"; ${messages}`;
  const open = (...parts: string[]): string => {
    const properties = parts.filter((part) => !part.startsWith('"required"'));
    const rest = parts.filter((part) => part.startsWith('"required"')).map((part) => `,${part}`);
    return `{"type":"object","properties":{${properties.join(',')}}${rest.join('')}}`;
  };
  const closed = (...parts: string[]): string => open(...parts).replace(/}$/, ',"additionalProperties":false}');
  it.each<[CompatibilityLevel, SchemaType, string, string, boolean]>([
    ['BACKWARD', 'AVRO', record(x), record(x, optional), true],
    ['BACKWARD', 'AVRO', record(x), record(), true],
    ['FORWARD', 'AVRO', record(x), record(), false],
    ['FULL', 'AVRO', record(x), record(x, optional), true],
    ['FORWARD', 'AVRO', record(x), record(x, '{"name":"y","type":"int"}'), true],
    ['BACKWARD', 'AVRO', '"int"', '"long"', true],
    ['BACKWARD', 'AVRO', '"long"', '"int"', false],
    ['FORWARD', 'AVRO', '"long"', '"int"', true],
    ['BACKWARD', 'AVRO', '"int"', '["null","long"]', true],
    ['BACKWARD', 'AVRO', '["null","int"]', '"int"', false],
    [
      'BACKWARD',
      'PROTOBUF',
      'syntax="proto3"; message A {int32 a=1;}',
      'syntax="proto3"; message A {int64 a=1; string b=2;}',
      true,
    ],
    [
      'BACKWARD',
      'PROTOBUF',
      'syntax="proto3"; message A {int32 a=1;}',
      'syntax="proto3"; message A {string a=1;}',
      false,
    ],
    ['BACKWARD', 'PROTOBUF', 'syntax="proto3"; message A {}', 'syntax="proto3"; message B {}', false],
    ['BACKWARD', 'PROTOBUF', proto('message A { message N {} }'), proto('message A {}'), false],
    ['BACKWARD', 'PROTOBUF', proto('message A { N n = 1; } message N {}'), proto('message A {} message N {}'), true],
    [
      'BACKWARD',
      'PROTOBUF',
      proto('message A { N n = 1; } message N {} message O {}'),
      proto('message A { O n = 1; } message N {} message O {}'),
      false,
    ],
    ['BACKWARD', 'PROTOBUF', proto('message A { int32 a = 1; }'), proto('message A { repeated int32 a = 1; }'), false],
    ['BACKWARD', 'PROTOBUF', proto('message A { string a = 1; }'), proto('message A { repeated string a = 1; }'), true],
    ['BACKWARD', 'PROTOBUF', proto('message A { oneof o { int32 a = 1; } }'), proto('message A {}'), false],
    [
      'BACKWARD',
      'PROTOBUF',
      proto('message A { int32 a = 1; int32 b = 2; }'),
      proto('message A { oneof o { int32 a = 1; int32 b = 2; } }'),
      false,
    ],
    [
      'BACKWARD',
      'PROTOBUF',
      proto('message A { int32 a = 1; }'),
      proto('message A { oneof o { int32 a = 1; int32 b = 2; } }'),
      true,
    ],
    ['BACKWARD', 'PROTOBUF', 'message A {}', 'message A { required int32 a = 1; }', false],
    ['FORWARD', 'PROTOBUF', 'message A {}', 'message A { required int32 a = 1; }', false],
    ['BACKWARD', 'PROTOBUF', 'message A {}', 'message A { optional int32 a = 1; }', true],
    [
      'BACKWARD',
      'JSON',
      '{"type":"object","properties":{"a":{"type":"integer"}}}',
      '{"type":"object","properties":{"a":{"type":"string"}}}',
      false,
    ],
    [
      'BACKWARD',
      'JSON',
      '{"type":"object","properties":{"a":{"type":"integer"}}}',
      '{"type":"object","properties":{"a":{"type":"number"}}}',
      true,
    ],
    ['BACKWARD', 'JSON', open(A), open(A, B), true],
    ['BACKWARD', 'JSON', open(A), open(A, B, '"required":["b"]'), false],
    ['FORWARD', 'JSON', open(A), open(A, B, '"required":["b"]'), true],
    ['FORWARD', 'JSON', open(A, B, '"required":["b"]'), open(A), false],
    ['BACKWARD', 'JSON', open(A), open(A, '"b":{"type":"string","default":""}', '"required":["b"]'), true],
    ['BACKWARD', 'JSON', closed(A, B), closed(A), false],
    ['BACKWARD', 'JSON', closed(A), closed(A, B), true],
    ['FORWARD', 'JSON', closed(A), closed(A, B), false],
    ['BACKWARD', 'JSON', open(A), closed(A), false],
    ['BACKWARD', 'JSON', closed(A), open(A), true],
    ['BACKWARD', 'JSON', open('"a":{"enum":["x","y"]}'), open('"a":{"enum":["x"]}'), false],
    ['FORWARD', 'JSON', open('"a":{"enum":["x","y"]}'), open('"a":{"enum":["x"]}'), true],
    ['BACKWARD', 'JSON', open(`"o":{"oneOf":[{"type":"null"},${open(A)}]}`), open(`"o":${closed(A)}`), false],
    ['NONE', 'AVRO', '"int"', '"string"', true],
  ])('%s %s %s -> %s: %s', (level, type, earlier, later, compatible) => {
    expect(check(level, type, earlier, later) === undefined).toBe(compatible);
  });
});
