/** The schema registry as its panel shows it, and what the panel may change. Changes are written before they are answered. */
import { WeirError } from '../core/common/errors.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import type { RegisteredSchema } from '../core/serde/format.ts';
import type { SchemaRegistry } from '../core/serde/schema-registry.ts';
import type { CompatibilityLevel, SchemaCheck, SchemaType, SchemaVersion, SubjectInfo } from '../protocol/api.ts';
import { toWire } from '../protocol/wire-error.ts';

export function subjectInfos(registry: SchemaRegistry): readonly SubjectInfo[] {
  return registry.subjects().map((subject) => {
    const versions = registry.versions(subject);
    return {
      subject,
      type: versions.at(-1)?.type ?? 'AVRO',
      compatibility: registry.compatibility(subject),
      versions: versions.length,
    };
  });
}

const versionOf = ({ version, id, type, schema }: RegisteredSchema): SchemaVersion => ({ version, id, type, schema });

export function schemaVersions(registry: SchemaRegistry, subject: string): readonly SchemaVersion[] {
  return registry.versions(subject).map(versionOf);
}

export function checkSchema(registry: SchemaRegistry, subject: string, type: SchemaType, schema: string): SchemaCheck {
  try {
    registry.check(subject, type, schema);
    const known = registry.lookup(subject, type, schema);
    return known === undefined ? { kind: 'compatible' } : { kind: 'known', version: known.version };
  } catch (error) {
    if (error instanceof WeirError && error.kind === 'user') return { kind: 'refused', error: toWire(error) };
    throw error;
  }
}

/** @throws WeirError INVALID_SCHEMA, INCOMPATIBLE_SCHEMA; nothing was changed then */
export function registerSchema(
  engine: Engine,
  subject: string,
  type: SchemaType,
  schema: string,
): Promise<SchemaVersion> {
  return engine.exclusively(async () => {
    engine.registry.check(subject, type, schema);
    const registered = engine.registry.register(subject, type, schema);
    await engine.flushSchemas();
    return versionOf(registered);
  });
}

export function setCompatibility(engine: Engine, subject: string, level: CompatibilityLevel): Promise<void> {
  return engine.exclusively(async () => {
    engine.registry.setCompatibility(subject, level);
    await engine.flushSchemas();
  });
}
