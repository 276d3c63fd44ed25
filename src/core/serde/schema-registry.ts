/**
 * A schema registry in memory, as Confluent's: subjects with versions, schemas with ids that are unique over all
 * subjects. Its truth is the `_schemas` topic: every change is handed to `onRecord` as the record that Confluent's
 * registry writes there, and `load` replays such records.
 *
 *     key   {"keytype":"SCHEMA","subject":"s","version":1,"magic":1}
 *     value {"subject":"s","version":1,"id":1,"schemaType":"PROTOBUF","references":[...],"schema":"...","deleted":false}
 *
 *     key   {"keytype":"CONFIG","subject":"s","magic":0}     subject null: the global level
 *     value {"compatibilityLevel":"BACKWARD"}
 *
 * The same schema text, whatever its white space, registered again under a subject gives the same version, and under
 * another subject the same id.
 */
import { WeirError } from '../common/errors.ts';
import { parseJson, writeJson } from '../common/values/json-lossless.ts';
import { checkCompatible, requireReadable, type BrokenRule, type CompatibilityLevel } from './compatibility.ts';
import type { RegisteredSchema, SchemaReference, SchemaRegistryPort, SchemaType } from './format.ts';
import { describeIncompatibility } from './incompatibility.ts';

/** A record of the `_schemas` topic; a null value deletes. Both are UTF-8 JSON there. */
export interface SchemasRecord {
  readonly key: string;
  readonly value: string | null;
}

interface Entry extends RegisteredSchema {
  readonly canonical: string;
  readonly deleted: boolean;
}

export class SchemaRegistry implements SchemaRegistryPort {
  private readonly onRecord: (record: SchemasRecord) => void;
  private readonly entriesBySubject = new Map<string, Entry[]>();
  private readonly entryById = new Map<number, Entry>();
  private readonly idByCanonical = new Map<string, number>();
  private readonly levels = new Map<string | null, CompatibilityLevel>();
  /** All ids below are taken. */
  private firstFreeId = 1;

  constructor(onRecord: (record: SchemasRecord) => void = () => undefined) {
    this.onRecord = onRecord;
  }

  /** Replays records of `_schemas`, in offset order, without handing them out again. */
  load(records: Iterable<SchemasRecord>): void {
    for (const record of records) this.replay(record);
  }

  /** Notes the state; the function that it answers with goes back to it. */
  checkpoint(): () => void {
    const entriesBySubject = [...this.entriesBySubject].map(([s, entries]): [string, Entry[]] => [s, [...entries]]);
    const entryById = [...this.entryById];
    const idByCanonical = [...this.idByCanonical];
    const levels = [...this.levels];
    const { firstFreeId } = this;
    return () => {
      refill(this.entriesBySubject, entriesBySubject);
      refill(this.entryById, entryById);
      refill(this.idByCanonical, idByCanonical);
      refill(this.levels, levels);
      this.firstFreeId = firstFreeId;
    };
  }

  subjects(): string[] {
    return [...this.entriesBySubject.entries()]
      .filter(([, entries]) => entries.some((entry) => !entry.deleted))
      .map(([subject]) => subject)
      .sort();
  }

  versions(subject: string): RegisteredSchema[] {
    return (this.entriesBySubject.get(subject) ?? []).filter((entry) => !entry.deleted);
  }

  latest(subject: string): RegisteredSchema | undefined {
    return this.versions(subject).at(-1);
  }

  version(subject: string, version: number): RegisteredSchema | undefined {
    return this.versions(subject).find((entry) => entry.version === version);
  }

  byId(id: number): RegisteredSchema | undefined {
    return this.entryById.get(id);
  }

  /** The version under which the subject has this schema. */
  lookup(
    subject: string,
    type: SchemaType,
    schema: string,
    references: readonly SchemaReference[] = [],
  ): RegisteredSchema | undefined {
    const canonical = canonicalSchema(type, schema, references);
    return (this.entriesBySubject.get(subject) ?? []).find((entry) => !entry.deleted && entry.canonical === canonical);
  }

  /**
   * Whether the subject would take the schema as its next version.
   * @throws WeirError INVALID_SCHEMA when it cannot be read as its type, INCOMPATIBLE_SCHEMA with the reason
   */
  check(subject: string, type: SchemaType, schema: string, references: readonly SchemaReference[] = []): void {
    requireReadable({ type, schema, imports: this.resolveReferences(references) });
    this.requireCompatible(subject, type, schema, references);
  }

  /**
   * Registers a schema, or finds it. A given `id` (for imports and tests) is used instead of the next free one.
   * @throws WeirError INVALID_SCHEMA, INCOMPATIBLE_SCHEMA
   */
  register(
    subject: string,
    type: SchemaType,
    schema: string,
    references: readonly SchemaReference[] = [],
    id?: number,
  ): RegisteredSchema {
    const known = this.lookup(subject, type, schema, references);
    if (known !== undefined && (id === undefined || known.id === id)) return known;
    const canonical = canonicalSchema(type, schema, references);
    this.requireCompatible(subject, type, schema, references);
    const schemaId = id ?? this.idByCanonical.get(canonical) ?? this.freeId();
    const clash = this.entryById.get(schemaId);
    if (clash !== undefined && clash.canonical !== canonical) {
      throw new WeirError(
        'INVALID_SCHEMA',
        `The schema id ${schemaId} belongs to another schema, of '${clash.subject}'.`,
        {
          details: { id: schemaId, subject: clash.subject },
        },
      );
    }
    const version = (this.entriesBySubject.get(subject)?.at(-1)?.version ?? 0) + 1;
    const entry: Entry = { id: schemaId, subject, version, type, schema, references, canonical, deleted: false };
    this.put(entry);
    this.onRecord(schemaRecord(entry));
    return entry;
  }

  /** The schemas that `schema` refers to, by import name, their own references included. */
  resolveReferences(references: readonly SchemaReference[]): Map<string, string> {
    return resolveReferences(this, references);
  }

  compatibility(subject: string | null): CompatibilityLevel {
    return this.levels.get(subject) ?? this.levels.get(null) ?? 'BACKWARD';
  }

  /** Sets the rule for a subject, or for all (null). */
  setCompatibility(subject: string | null, level: CompatibilityLevel): void {
    this.levels.set(subject, level);
    this.onRecord({
      key: JSON.stringify({ keytype: 'CONFIG', subject, magic: 0 }),
      value: JSON.stringify({ compatibilityLevel: level }),
    });
  }

  /** Soft deletion: ids go on resolving, so that old records stay readable. Returns the deleted versions. */
  deleteSubject(subject: string): number[] {
    const deleted: number[] = [];
    for (const entry of this.entriesBySubject.get(subject) ?? []) {
      if (entry.deleted) continue;
      deleted.push(entry.version);
      const gone = { ...entry, deleted: true };
      this.put(gone);
      this.onRecord(schemaRecord(gone));
    }
    return deleted;
  }

  private requireCompatible(
    subject: string,
    type: SchemaType,
    schema: string,
    references: readonly SchemaReference[],
  ): void {
    const level = this.compatibility(subject);
    const versions = this.versions(subject);
    const earlier = level.endsWith('_TRANSITIVE') ? versions.toReversed() : versions.slice(-1);
    for (const old of earlier) {
      const broken = checkCompatible(
        level,
        { type: old.type, schema: old.schema, imports: this.resolveReferences(old.references) },
        { type, schema, imports: this.resolveReferences(references) },
      );
      if (broken.length > 0) throw incompatible(subject, old, level, broken);
    }
  }

  /** The lowest: ids given from outside leave no gap behind. */
  private freeId(): number {
    while (this.entryById.has(this.firstFreeId)) this.firstFreeId++;
    return this.firstFreeId;
  }

  private put(entry: Entry): void {
    const entries = this.entriesBySubject.get(entry.subject) ?? [];
    const index = entries.findIndex((other) => other.version === entry.version);
    if (index >= 0) entries[index] = entry;
    else entries.push(entry);
    entries.sort((a, b) => a.version - b.version);
    this.entriesBySubject.set(entry.subject, entries);
    if (!this.entryById.has(entry.id)) this.entryById.set(entry.id, entry);
    if (!this.idByCanonical.has(entry.canonical)) this.idByCanonical.set(entry.canonical, entry.id);
  }

  private replay(record: SchemasRecord): void {
    const key = asObject(JSON.parse(record.key));
    if (key['keytype'] === 'CONFIG') {
      const subject = typeof key['subject'] === 'string' ? key['subject'] : null;
      if (record.value === null) this.levels.delete(subject);
      else this.levels.set(subject, compatibilityLevel(asObject(JSON.parse(record.value))['compatibilityLevel']));
      return;
    }
    if (key['keytype'] !== 'SCHEMA' || record.value === null) return;
    const value = asObject(JSON.parse(record.value));
    const type: SchemaType =
      value['schemaType'] === 'PROTOBUF' || value['schemaType'] === 'JSON' ? value['schemaType'] : 'AVRO';
    const references = Array.isArray(value['references']) ? value['references'].map(asReference) : [];
    const schema = String(value['schema']);
    this.put({
      id: Number(value['id']),
      subject: String(value['subject']),
      version: Number(value['version']),
      type,
      schema,
      references,
      canonical: canonicalSchema(type, schema, references),
      deleted: value['deleted'] === true,
    });
  }
}

const CANNOT_READ = {
  backward: 'the new schema cannot read data of the earlier one',
  forward: 'the earlier schema cannot read data of the new one',
} as const;
const PROBLEMS_SHOWN = 3;

function incompatible(
  subject: string,
  old: RegisteredSchema,
  level: CompatibilityLevel,
  broken: readonly BrokenRule[],
): WeirError {
  const sides = (['backward', 'forward'] as const).flatMap((direction) => {
    const texts = broken.filter((rule) => rule.direction === direction).map(describeIncompatibility);
    if (texts.length === 0) return [];
    const more = texts.length > PROBLEMS_SHOWN ? `; and ${texts.length - PROBLEMS_SHOWN} more` : '';
    return [`${CANNOT_READ[direction]}: ${texts.slice(0, PROBLEMS_SHOWN).join('; ')}${more}`];
  });
  return new WeirError(
    'INCOMPATIBLE_SCHEMA',
    `The schema is not ${level} compatible with version ${old.version} of '${subject}': ${sides.join('. And ')}.`,
    {
      hint: hintFor(broken),
      details: {
        subject,
        version: old.version,
        level,
        problems: broken.map(({ rule, path, reason, direction }) => ({ rule, path, reason, direction })),
      },
    },
  );
}

function hintFor(broken: readonly BrokenRule[]): string {
  if (broken.some(({ rule }) => rule === 'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL')) {
    return 'Close the objects ("additionalProperties": false) from their first version on to add properties later, or set the compatibility level of the subject to FORWARD or NONE.';
  }
  return 'Add optional fields only, use another subject (topic), or relax the compatibility level of the subject.';
}

/** The texts that references lead to, by import name, transitively. @throws WeirError SCHEMA_NOT_FOUND */
export function resolveReferences(
  registry: Pick<SchemaRegistryPort, 'version'>,
  references: readonly SchemaReference[],
): Map<string, string> {
  const texts = new Map<string, string>();
  const visit = (reference: SchemaReference): void => {
    if (texts.has(reference.name)) return;
    const found = registry.version(reference.subject, reference.version);
    if (found === undefined) {
      throw new WeirError(
        'SCHEMA_NOT_FOUND',
        `The schema refers to '${reference.name}', which is version ${reference.version} of '${reference.subject}', and the registry has none.`,
        { details: { name: reference.name, subject: reference.subject, version: reference.version } },
      );
    }
    texts.set(reference.name, found.schema);
    found.references.forEach(visit);
  };
  references.forEach(visit);
  return texts;
}

export const COMPATIBILITY_LEVELS: readonly CompatibilityLevel[] = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
];

function compatibilityLevel(value: unknown): CompatibilityLevel {
  return COMPATIBILITY_LEVELS.find((level) => level === value) ?? 'BACKWARD';
}

function refill<K, V>(map: Map<K, V>, entries: Iterable<readonly [K, V]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

/** The text without insignificant white space: what makes two schemas the same. */
function canonicalSchema(type: SchemaType, schema: string, references: readonly SchemaReference[]): string {
  const text = type === 'PROTOBUF' ? schema.replace(/\s+/g, ' ').trim() : canonicalJson(schema);
  return `${type}\n${text}\n${JSON.stringify(references)}`;
}

function canonicalJson(schema: string): string {
  try {
    return writeJson(parseJson(schema));
  } catch (error) {
    throw new WeirError(
      'INVALID_SCHEMA',
      `The schema is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
      {
        cause: error,
      },
    );
  }
}

function schemaRecord(entry: Entry): SchemasRecord {
  return {
    key: JSON.stringify({ keytype: 'SCHEMA', subject: entry.subject, version: entry.version, magic: 1 }),
    value: JSON.stringify({
      subject: entry.subject,
      version: entry.version,
      id: entry.id,
      ...(entry.type === 'AVRO' ? {} : { schemaType: entry.type }),
      ...(entry.references.length === 0 ? {} : { references: entry.references }),
      schema: entry.schema,
      deleted: entry.deleted,
    }),
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
