/** The schema registry as its panel shows it, and what the panel may change. Changes are written before they are answered. */
import { WeirError } from '../core/common/errors.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import type { SchemaRegistry } from '../core/serde/schema-registry.ts';
import type { CompatibilityLevel, SchemaCandidate, SchemaCheck, SchemaVersion, SubjectInfo } from '../protocol/api.ts';
import { toWire } from '../protocol/wire-error.ts';

export function subjectInfos(registry: SchemaRegistry): readonly SubjectInfo[] {
  return registry.allSubjects().map((subject) => ({
    subject,
    type: registry.allVersions(subject).at(-1)?.type ?? 'AVRO',
    compatibility: registry.ownCompatibility(subject),
    defaultCompatibility: registry.compatibility(null),
    versions: registry.versions(subject).length,
  }));
}

export function schemaVersions(registry: SchemaRegistry, subject: string): readonly SchemaVersion[] {
  return registry.allVersions(subject).map(({ version, id, type, schema, references, deleted }) => ({
    version,
    id,
    type,
    schema,
    references,
    referencedBy: registry
      .referencedBy(subject, version)
      .map((user) => ({ subject: user.subject, version: user.version })),
    isDeleted: deleted,
  }));
}

export function checkSchema(registry: SchemaRegistry, candidate: SchemaCandidate): SchemaCheck {
  const { subject, type, schema, references } = candidate;
  try {
    const known = registry.lookup(subject, type, schema, references);
    if (known !== undefined) return { kind: 'known', version: known.version };
    registry.check(subject, type, schema, references);
    return { kind: 'compatible' };
  } catch (error) {
    if (error instanceof WeirError && error.kind === 'user') return { kind: 'refused', error: toWire(error) };
    throw error;
  }
}

/** @throws WeirError INVALID_SCHEMA, INCOMPATIBLE_SCHEMA, SCHEMA_NOT_FOUND; nothing was changed then */
export function registerSchema(engine: Engine, candidate: SchemaCandidate): Promise<void> {
  const { subject, type, schema, references } = candidate;
  return engine.exclusively(async () => {
    engine.registry.check(subject, type, schema, references);
    engine.registry.register(subject, type, schema, references);
    await engine.flushSchemas();
  });
}

/** @throws WeirError SCHEMA_NOT_FOUND, SCHEMA_REFERENCED; nothing was changed then */
export function deleteSchema(engine: Engine, subject: string, version: number): Promise<void> {
  return engine.exclusively(async () => {
    engine.registry.deleteVersion(subject, version);
    await engine.flushSchemas();
  });
}

export function setCompatibility(
  engine: Engine,
  subject: string | null,
  level: CompatibilityLevel | undefined,
): Promise<void> {
  return engine.exclusively(async () => {
    engine.registry.setCompatibility(subject, level);
    await engine.flushSchemas();
  });
}
