/**
 * A schema registry in memory, as Confluent's: subjects with versions, schemas with ids that are unique over all
 * subjects. Its truth is the `_schemas` topic (`schemas-topic.ts`): every change is handed to `onRecord` as the record that
 * Confluent's registry writes there, and `load` replays such records.
 *
 * The same schema (`schema-identity.ts`) registered again under a subject gives the same version, and under another subject
 * the same id. Deleting is soft first: the version no longer counts as one of its subject, and its id goes on resolving;
 * what is deleted softly can be deleted for good. A version that another schema refers to stays.
 */
import { WeirError } from '../common/errors.ts';
import { checkCompatible, requireReadable, type BrokenRule, type CompatibilityLevel } from './compatibility.ts';
import type { RegisteredSchema, SchemaReference, SchemaRegistryPort, SchemaType } from './format.ts';
import { describeIncompatibility } from './incompatibility.ts';
import { canonicalSchema } from './schema-identity.ts';
import { changeOf, recordOf, type SchemaEntry, type SchemasChange, type SchemasRecord } from './schemas-topic.ts';

interface Entry extends SchemaEntry {
  readonly canonical: string;
}

export class SchemaRegistry implements SchemaRegistryPort {
  private readonly onRecord: (record: SchemasRecord) => void;
  private readonly entriesBySubject = new Map<string, Entry[]>();
  private readonly entryById = new Map<number, Entry>();
  private readonly idByCanonical = new Map<string, number>();
  private readonly levels = new Map<string | null, CompatibilityLevel>();
  /** Ids of schemas that were deleted for good: no other gets them. */
  private readonly goneIds = new Set<number>();
  /** All ids below are taken. */
  private firstFreeId = 1;

  constructor(onRecord: (record: SchemasRecord) => void = () => undefined) {
    this.onRecord = onRecord;
  }

  /** Replays records of `_schemas`, in offset order, without handing them out again. */
  load(records: Iterable<SchemasRecord>): void {
    for (const record of records) {
      const change = changeOf(record);
      if (change !== undefined) this.apply(change);
    }
  }

  /** Notes the state; the function that it answers with goes back to it. */
  checkpoint(): () => void {
    const entriesBySubject = [...this.entriesBySubject].map(([s, entries]): [string, Entry[]] => [s, [...entries]]);
    const entryById = [...this.entryById];
    const idByCanonical = [...this.idByCanonical];
    const levels = [...this.levels];
    const goneIds = [...this.goneIds];
    const { firstFreeId } = this;
    return () => {
      refill(this.entriesBySubject, entriesBySubject);
      refill(this.entryById, entryById);
      refill(this.idByCanonical, idByCanonical);
      refill(this.levels, levels);
      this.goneIds.clear();
      for (const id of goneIds) this.goneIds.add(id);
      this.firstFreeId = firstFreeId;
    };
  }

  subjects(): string[] {
    return [...this.entriesBySubject.entries()]
      .filter(([, entries]) => entries.some((entry) => !entry.deleted))
      .map(([subject]) => subject)
      .sort();
  }

  /** With those whose versions are all deleted softly. */
  allSubjects(): string[] {
    return [...this.entriesBySubject.keys()].sort();
  }

  /** Those that were not deleted, in order. */
  versions(subject: string): RegisteredSchema[] {
    return (this.entriesBySubject.get(subject) ?? []).filter((entry) => !entry.deleted);
  }

  /** With those that were deleted softly. */
  allVersions(subject: string): readonly SchemaEntry[] {
    return [...(this.entriesBySubject.get(subject) ?? [])];
  }

  /** The versions, of any subject, whose schemas refer to this one. */
  referencedBy(subject: string, version: number): RegisteredSchema[] {
    const refers = (entry: Entry): boolean =>
      !entry.deleted && entry.references.some((to) => to.subject === subject && to.version === version);
    return [...this.entriesBySubject.values()].flat().filter(refers);
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
    const entry: SchemaEntry = { id: schemaId, subject, version, type, schema, references, deleted: false };
    this.change({ kind: 'schema', entry });
    return entry;
  }

  /** The schemas that `schema` refers to, by import name, their own references included. */
  resolveReferences(references: readonly SchemaReference[]): Map<string, string> {
    return resolveReferences(this, references);
  }

  /** The rule that holds for the subject: its own, or else that of all (null). */
  compatibility(subject: string | null): CompatibilityLevel {
    return this.levels.get(subject) ?? this.levels.get(null) ?? 'BACKWARD';
  }

  /** The rule that was set for the subject itself. */
  ownCompatibility(subject: string): CompatibilityLevel | undefined {
    return this.levels.get(subject);
  }

  /** Sets the rule for a subject, or for all (null); undefined takes it back. */
  setCompatibility(subject: string | null, level: CompatibilityLevel | undefined): void {
    this.change({ kind: 'level', subject, level });
  }

  /**
   * Deletes a version softly, or one that was deleted softly for good.
   * @throws WeirError SCHEMA_NOT_FOUND, SCHEMA_REFERENCED
   */
  deleteVersion(subject: string, version: number): void {
    const entry = this.entriesBySubject.get(subject)?.find((other) => other.version === version);
    if (entry === undefined) {
      throw new WeirError('SCHEMA_NOT_FOUND', `The subject '${subject}' has no version ${version}.`, {
        details: { subject, version },
      });
    }
    this.requireUnreferenced(subject, version, this.referencedBy(subject, version));
    this.change(
      entry.deleted ? { kind: 'schemaGone', subject, version } : { kind: 'schema', entry: { ...entry, deleted: true } },
    );
  }

  /**
   * Deletes all versions softly, and the subject's rule with them. Returns the versions.
   * @throws WeirError SCHEMA_REFERENCED; nothing was deleted then
   */
  deleteSubject(subject: string): number[] {
    const versions = this.versions(subject);
    this.requireDeletable(subject);
    const last = versions.at(-1);
    if (last !== undefined) this.change({ kind: 'subjectDeleted', subject, upTo: last.version });
    if (this.levels.has(subject)) this.setCompatibility(subject, undefined);
    return versions.map(({ version }) => version);
  }

  /** @throws WeirError SCHEMA_REFERENCED when another subject's schema refers to a version of this one */
  requireDeletable(subject: string): void {
    for (const { version } of this.versions(subject)) {
      const users = this.referencedBy(subject, version);
      this.requireUnreferenced(
        subject,
        version,
        users.filter((user) => user.subject !== subject),
      );
    }
  }

  private requireUnreferenced(subject: string, version: number, users: readonly RegisteredSchema[]): void {
    if (users.length === 0) return;
    const names = users.map((user) => `version ${user.version} of '${user.subject}'`);
    throw new WeirError(
      'SCHEMA_REFERENCED',
      `Version ${version} of '${subject}' cannot be deleted: ${names.join(', ')} ${users.length === 1 ? 'refers' : 'refer'} to it.`,
      {
        hint: 'Delete what refers to it first.',
        details: { subject, version, users: users.map((user) => ({ subject: user.subject, version: user.version })) },
      },
    );
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
    while (this.entryById.has(this.firstFreeId) || this.goneIds.has(this.firstFreeId)) this.firstFreeId++;
    return this.firstFreeId;
  }

  private change(change: SchemasChange): void {
    this.apply(change);
    this.onRecord(recordOf(change));
  }

  private apply(change: SchemasChange): void {
    switch (change.kind) {
      case 'level':
        if (change.level === undefined) this.levels.delete(change.subject);
        else this.levels.set(change.subject, change.level);
        return;
      case 'schema': {
        const { type, schema, references } = change.entry;
        this.put({ ...change.entry, canonical: canonicalSchema(type, schema, references) });
        return;
      }
      case 'subjectDeleted':
        for (const entry of this.entriesBySubject.get(change.subject) ?? []) {
          if (entry.version <= change.upTo) this.put({ ...entry, deleted: true });
        }
        return;
      case 'schemaGone':
        this.remove(change.subject, change.version);
        return;
    }
  }

  private put(entry: Entry): void {
    const entries = this.entriesBySubject.get(entry.subject) ?? [];
    const others = entries.filter((other) => other.version !== entry.version);
    this.entriesBySubject.set(
      entry.subject,
      [...others, entry].sort((a, b) => a.version - b.version),
    );
    if (!this.entryById.has(entry.id)) this.entryById.set(entry.id, entry);
    if (!this.idByCanonical.has(entry.canonical)) this.idByCanonical.set(entry.canonical, entry.id);
  }

  /** The id is gone with the last version that has it. */
  private remove(subject: string, version: number): void {
    const entries = this.entriesBySubject.get(subject) ?? [];
    const gone = entries.find((entry) => entry.version === version);
    if (gone === undefined) return;
    const others = entries.filter((entry) => entry !== gone);
    if (others.length === 0) this.entriesBySubject.delete(subject);
    else this.entriesBySubject.set(subject, others);
    const heir = [...this.entriesBySubject.values()].flat().find(({ id }) => id === gone.id);
    if (heir !== undefined) {
      this.entryById.set(gone.id, heir);
    } else {
      this.goneIds.add(gone.id);
      this.entryById.delete(gone.id);
      this.idByCanonical.delete(gone.canonical);
    }
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
    return 'Set the level of the subject to FORWARD or NONE; or close the objects ("additionalProperties": false) from their first version on, and properties can be added.';
  }
  if (broken.some(({ rule, path }) => rule === 'NAME_MISMATCH' && path === '$')) {
    return "Keep the record's name: a stream or table takes it from VALUE_SCHEMA_FULL_NAME or KEY_SCHEMA_FULL_NAME.";
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

function refill<K, V>(map: Map<K, V>, entries: Iterable<readonly [K, V]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
