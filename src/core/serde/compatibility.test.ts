import { expect, it } from 'vitest';
import { checkCompatible, type CompatibilityLevel } from './compatibility.ts';
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
