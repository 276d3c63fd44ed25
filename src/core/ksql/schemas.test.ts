import { expect, it } from 'vitest';
import type { FormatName, FormatProperties, SchemaType } from '../serde/format.ts';
import { SchemaRegistry } from '../serde/schema-registry.ts';
import type { SourceFormat } from './catalog.ts';
import { namedAsRegistered } from './schemas.ts';

const formatOf = (name: FormatName, properties: FormatProperties = {}): SourceFormat => ({
  format: { name, properties },
  features: new Set(),
  schemaId: undefined,
});

it.each<[FormatName, SchemaType, string, string | undefined]>([
  ['AVRO', 'AVRO', '{"type":"record","name":"Sale","namespace":"shop","fields":[]}', 'shop.Sale'],
  ['AVRO', 'AVRO', '"int"', undefined],
  ['PROTOBUF', 'PROTOBUF', 'syntax = "proto3"; package shop; message Sale {} message Other {}', 'shop.Sale'],
  ['JSON_SR', 'JSON', '{"type":"object","title":"Sale"}', undefined],
])('%s is written under the name that %s %s has', (name, type, schema, expected) => {
  const registry = new SchemaRegistry();
  expect(namedAsRegistered(formatOf(name), 'sales', false, registry)).toEqual(formatOf(name));
  registry.register('sales-value', type, schema);
  const { format } = namedAsRegistered(formatOf(name), 'sales', false, registry);
  expect(format.properties['FULL_SCHEMA_NAME']).toBe(expected);
});

it('keeps the name that the source was declared with', () => {
  const registry = new SchemaRegistry();
  registry.register('sales-value', 'AVRO', '{"type":"record","name":"Sale","fields":[]}');
  const own = formatOf('AVRO', { FULL_SCHEMA_NAME: 'Own' });
  expect(namedAsRegistered(own, 'sales', false, registry)).toBe(own);
});
