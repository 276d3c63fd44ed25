import { expect, it } from 'vitest';
import { checkCompatible, requireReadable, type CompatibilityLevel } from './compatibility.ts';
import type { SchemaType } from './format.ts';

const imports: ReadonlyMap<string, string> = new Map();
const record = (...names: string[]): string =>
  JSON.stringify({ type: 'record', name: 'R', fields: names.map((name) => ({ name, type: 'int' })) });

it.each<[CompatibilityLevel, earlier: string, later: string, ...directions: string[]]>([
  ['BACKWARD', record('a'), record(), ...[]],
  ['BACKWARD', record(), record('a'), 'backward'],
  ['FORWARD', record(), record('a')],
  ['FORWARD', record('a'), record(), 'forward'],
  ['FULL', record('a'), record(), 'forward'],
  ['FULL', record('a'), record('b'), 'backward', 'forward'],
  ['FULL_TRANSITIVE', record(), record('a'), 'backward'],
  ['NONE', record(), '"int"'],
])('%s %s -> %s', (level, earlier, later, ...directions) => {
  const found = checkCompatible(
    level,
    { type: 'AVRO', schema: earlier, imports },
    { type: 'AVRO', schema: later, imports },
  );
  expect(found.map(({ direction }) => direction)).toEqual(directions);
});

it('refuses a schema of another type, but for NONE', () => {
  const text = (type: SchemaType, schema: string) => ({ type, schema, imports });
  const [avro, json] = [text('AVRO', '"int"'), text('JSON', '{"type":"integer"}')];
  expect(checkCompatible('BACKWARD', avro, json).map(({ rule }) => rule)).toEqual(['SCHEMA_TYPE_CHANGED']);
  expect(checkCompatible('NONE', avro, json)).toEqual([]);
});

const field = (type: string, rest = ''): string =>
  `{"type":"record","name":"R","fields":[{"name":"f","type":${type}${rest}}]}`;

it.each<[SchemaType, schema: string, problem: string | undefined]>([
  ['AVRO', field('"int"', ',"default":1'), undefined],
  ['AVRO', field('["null","int"]', ',"default":null'), undefined],
  ['AVRO', field('["int","null"]', ',"default":null'), undefined],
  ['AVRO', field('"int"', ',"default":null'), 'default null'],
  ['AVRO', field('"int"', ',"default":2147483648'), '2147483648'],
  ['AVRO', field('{"type":"array","items":"string"}', ',"default":["a"]'), undefined],
  ['AVRO', field('{"type":"array","items":"string"}', ',"default":[1]'), '[1]'],
  ['AVRO', field('["int","int"]'), 'twice'],
  ['AVRO', field('["int",["string"]]'), 'inside a union'],
  [
    'AVRO',
    '{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}',
    '"a" is there twice',
  ],
  ['AVRO', '{"type":"record","name":"1R","fields":[]}', '"1R"'],
  ['AVRO', field('{"type":"record","name":"R","fields":[]}'), '"R" is defined twice'],
  ['AVRO', field('"R"'), undefined],
  ['JSON', '{"type":', 'JSON'],
  ['PROTOBUF', 'message A { string a = }', 'Protobuf'],
])('%s %s is readable, or it is said why not', (type, schema, problem) => {
  const read = (): void => requireReadable({ type, schema, imports });
  if (problem === undefined) read();
  else
    expect(read).toThrow(
      expect.objectContaining({ code: 'INVALID_SCHEMA', message: expect.stringContaining(problem) as unknown }),
    );
});
