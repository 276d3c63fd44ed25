/**
 * The records of the `_schemas` topic, as Confluent's registry writes them. Keys and values are UTF-8 JSON.
 *
 *     key   {"keytype":"SCHEMA","subject":"s","version":1,"magic":1}
 *     value {"subject":"s","version":1,"id":1,"schemaType":"PROTOBUF","references":[...],"schema":"...","deleted":false}
 *
 *     key   {"keytype":"DELETE_SUBJECT","subject":"s","magic":0}   all versions up to this one are deleted
 *     value {"subject":"s","version":3}
 *
 *     key   {"keytype":"CONFIG","subject":"s","magic":0}           subject null: the global level
 *     value {"compatibilityLevel":"BACKWARD"}
 *
 * A null value takes a version away for good, or a level.
 */
import { WeirError } from '../common/errors.ts';
import type { CompatibilityLevel } from './compatibility.ts';
import type { RegisteredSchema, SchemaReference, SchemaType } from './format.ts';

export interface SchemasRecord {
  readonly key: string;
  readonly value: string | null;
}

/** A version of a subject. */
export interface SchemaEntry extends RegisteredSchema {
  /** Softly: its id goes on resolving, so that old records stay readable. */
  readonly deleted: boolean;
}

export type SchemasChange =
  | { readonly kind: 'schema'; readonly entry: SchemaEntry }
  | { readonly kind: 'schemaGone'; readonly subject: string; readonly version: number }
  | { readonly kind: 'subjectDeleted'; readonly subject: string; readonly upTo: number }
  | { readonly kind: 'level'; readonly subject: string | null; readonly level: CompatibilityLevel | undefined };

const COMPATIBILITY_LEVELS: readonly CompatibilityLevel[] = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
];

/** The record that tells of a change. */
export function recordOf(change: SchemasChange): SchemasRecord {
  switch (change.kind) {
    case 'schema':
      return { key: schemaKey(change.entry.subject, change.entry.version), value: schemaValue(change.entry) };
    case 'schemaGone':
      return { key: schemaKey(change.subject, change.version), value: null };
    case 'subjectDeleted':
      return {
        key: JSON.stringify({ keytype: 'DELETE_SUBJECT', subject: change.subject, magic: 0 }),
        value: JSON.stringify({ subject: change.subject, version: change.upTo }),
      };
    case 'level':
      return {
        key: JSON.stringify({ keytype: 'CONFIG', subject: change.subject, magic: 0 }),
        value: change.level === undefined ? null : JSON.stringify({ compatibilityLevel: change.level }),
      };
  }
}

/** What a record tells; undefined for kinds that do not matter here. @throws WeirError INVALID_SCHEMA */
export function changeOf(record: SchemasRecord): SchemasChange | undefined {
  const key = asObject(JSON.parse(record.key));
  const value = record.value === null ? undefined : asObject(JSON.parse(record.value));
  switch (key['keytype']) {
    case 'CONFIG': {
      const subject = typeof key['subject'] === 'string' ? key['subject'] : null;
      const level = COMPATIBILITY_LEVELS.find((known) => known === value?.['compatibilityLevel']);
      return { kind: 'level', subject, level };
    }
    case 'DELETE_SUBJECT': {
      if (value === undefined) return undefined;
      return { kind: 'subjectDeleted', subject: String(value['subject']), upTo: Number(value['version']) };
    }
    case 'SCHEMA': {
      if (value === undefined) {
        return { kind: 'schemaGone', subject: String(key['subject']), version: Number(key['version']) };
      }
      return { kind: 'schema', entry: entryOf(value) };
    }
    default:
      return undefined;
  }
}

function schemaKey(subject: string, version: number): string {
  return JSON.stringify({ keytype: 'SCHEMA', subject, version, magic: 1 });
}

function schemaValue(entry: SchemaEntry): string {
  return JSON.stringify({
    subject: entry.subject,
    version: entry.version,
    id: entry.id,
    ...(entry.type === 'AVRO' ? {} : { schemaType: entry.type }),
    ...(entry.references.length === 0 ? {} : { references: entry.references }),
    schema: entry.schema,
    deleted: entry.deleted,
  });
}

function entryOf(value: Readonly<Record<string, unknown>>): SchemaEntry {
  const type: SchemaType =
    value['schemaType'] === 'PROTOBUF' || value['schemaType'] === 'JSON' ? value['schemaType'] : 'AVRO';
  return {
    id: Number(value['id']),
    subject: String(value['subject']),
    version: Number(value['version']),
    type,
    schema: String(value['schema']),
    references: Array.isArray(value['references']) ? value['references'].map(asReference) : [],
    deleted: value['deleted'] === true,
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new WeirError('INVALID_SCHEMA', 'A record of the _schemas topic is not a JSON object.');
}

function asReference(value: unknown): SchemaReference {
  const object = asObject(value);
  return { name: String(object['name']), subject: String(object['subject']), version: Number(object['version']) };
}
