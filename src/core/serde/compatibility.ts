/**
 * Schema evolution rules, as Confluent's registry has them. A level says which side must be able to read the other:
 *
 * - BACKWARD: the later schema reads data of the earlier one. FORWARD: the earlier reads data of the later.
 * - FULL: both. `_TRANSITIVE`: with every version and not the last one alone. NONE: anything goes.
 *
 * "Reads" is Avro's schema resolution (specification 1.11); for Protobuf what `proto-compatibility.ts` says; for JSON that
 * shared properties have compatible types, and what `json-compatibility.ts` says.
 */
import { formatType, type SqlType } from '../common/sql-type.ts';
import { isNullable, parseAvroSchema, type AvroRecord, type AvroSchema } from './avro-schema.ts';
import type { SchemaType } from './format.ts';
import { documentRefused } from './json-compatibility.ts';
import { jsonSchemaType } from './json-schema.ts';
import { protoRefused } from './proto-compatibility.ts';
import { parseProto } from './proto-schema.ts';

export type CompatibilityLevel =
  'NONE' | 'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE';

export interface SchemaText {
  readonly type: SchemaType;
  readonly schema: string;
  /** The texts of imported schemas by name. */
  readonly imports: ReadonlyMap<string, string>;
}

/** What breaks the rule between an earlier and a later version, or undefined. */
export function checkCompatible(level: CompatibilityLevel, earlier: SchemaText, later: SchemaText): string | undefined {
  if (level === 'NONE') return undefined;
  if (earlier.type !== later.type) return `it is ${later.type}, and the earlier version is ${earlier.type}`;
  const backward = level.startsWith('BACKWARD') || level.startsWith('FULL');
  const forward = level.startsWith('FORWARD') || level.startsWith('FULL');
  const back = backward ? unreadable(later, earlier) : undefined;
  if (back !== undefined) return `the new schema cannot read data of the earlier one: ${back}`;
  const ahead = forward ? unreadable(earlier, later) : undefined;
  return ahead === undefined ? undefined : `the earlier schema cannot read data of the new one: ${ahead}`;
}

/** @throws WeirError INVALID_SCHEMA when the text is no schema of its type */
export function requireReadable({ type, schema, imports }: SchemaText): void {
  switch (type) {
    case 'AVRO':
      parseAvroSchema(schema, imports);
      return;
    case 'PROTOBUF':
      parseProto(schema, imports);
      return;
    case 'JSON':
      jsonSchemaType(schema, imports);
      return;
  }
}

/** Why `reader` cannot read what `writer` describes. */
function unreadable(reader: SchemaText, writer: SchemaText): string | undefined {
  switch (reader.type) {
    case 'AVRO':
      return avroUnreadable(
        parseAvroSchema(reader.schema, reader.imports),
        parseAvroSchema(writer.schema, writer.imports),
        '$',
        new Set(),
      );
    case 'PROTOBUF':
      return protoRefused(
        parseProto(reader.schema, reader.imports).messages,
        parseProto(writer.schema, writer.imports).messages,
      );
    case 'JSON': {
      const to = jsonSchemaType(reader.schema, reader.imports);
      const from = jsonSchemaType(writer.schema, writer.imports);
      const types = to === undefined || from === undefined ? undefined : typeUnreadable(to, from, '$');
      return types ?? documentRefused(reader.schema, writer.schema);
    }
  }
}

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

function avroUnreadable(
  reader: AvroSchema,
  writer: AvroSchema,
  path: string,
  seen: Set<AvroSchema>,
): string | undefined {
  if (writer.kind === 'union') {
    return firstOf(writer.branches, (branch) => avroUnreadable(reader, branch, path, seen));
  }
  if (reader.kind === 'union') {
    const matches = reader.branches.some((branch) => avroUnreadable(branch, writer, path, new Set(seen)) === undefined);
    return matches ? undefined : `${path}: no branch of the reader's union takes ${nameOf(writer)}`;
  }
  if (reader.kind === 'record' && writer.kind === 'record') return recordUnreadable(reader, writer, path, seen);
  if (reader.kind === 'array' && writer.kind === 'array')
    return avroUnreadable(reader.items, writer.items, `${path}[]`, seen);
  if (reader.kind === 'map' && writer.kind === 'map')
    return avroUnreadable(reader.values, writer.values, `${path}{}`, seen);
  if (reader.kind === 'enum' && writer.kind === 'enum') {
    if (reader.defaultSymbol !== undefined) return undefined;
    const lost = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
    return lost.length === 0 ? undefined : `${path}: the symbol ${lost.join(', ')} is unknown to the reader`;
  }
  if (reader.kind === 'fixed' && writer.kind === 'fixed') {
    return reader.sizeBytes === writer.sizeBytes
      ? undefined
      : `${path}: fixed of ${writer.sizeBytes} and ${reader.sizeBytes} bytes`;
  }
  if (reader.kind === writer.kind || PROMOTIONS[writer.kind]?.includes(reader.kind) === true) return undefined;
  return `${path}: ${nameOf(writer)} cannot be read as ${nameOf(reader)}`;
}

function recordUnreadable(
  reader: AvroRecord,
  writer: AvroRecord,
  path: string,
  seen: Set<AvroSchema>,
): string | undefined {
  if (seen.has(reader)) return undefined;
  seen.add(reader);
  return firstOf(reader.fields, (field) => {
    const step = `${path}.${field.name}`;
    const source = writer.fields.find((other) => other.name === field.name || field.aliases.includes(other.name));
    if (source !== undefined) return avroUnreadable(field.type, source.type, step, seen);
    return field.defaultValue === undefined
      ? `that data lacks ${step}, which has no default${isNullable(field.type) ? ' (add "default": null)' : ''}`
      : undefined;
  });
}

function nameOf(schema: AvroSchema): string {
  return schema.kind === 'record' || schema.kind === 'enum' || schema.kind === 'fixed' ? schema.fullName : schema.kind;
}

function typeUnreadable(reader: SqlType, writer: SqlType, path: string): string | undefined {
  if (reader.kind === 'STRUCT' && writer.kind === 'STRUCT') {
    return firstOf(reader.fields, (field) => {
      const source = writer.fields.find((other) => other.name === field.name);
      return source === undefined ? undefined : typeUnreadable(field.type, source.type, `${path}.${field.name}`);
    });
  }
  if (reader.kind === 'ARRAY' && writer.kind === 'ARRAY')
    return typeUnreadable(reader.element, writer.element, `${path}[]`);
  if (reader.kind === 'MAP' && writer.kind === 'MAP') return typeUnreadable(reader.value, writer.value, `${path}{}`);
  const widens =
    reader.kind === writer.kind ||
    (writer.kind === 'INTEGER' && (reader.kind === 'BIGINT' || reader.kind === 'DOUBLE')) ||
    (writer.kind === 'BIGINT' && reader.kind === 'DOUBLE');
  return widens ? undefined : `${path}: ${formatType(writer)} cannot be read as ${formatType(reader)}`;
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
