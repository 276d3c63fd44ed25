/**
 * Schema evolution rules, as Confluent's registry has them. A level says which side must be able to read the other:
 *
 * - BACKWARD: the later schema reads data of the earlier one. FORWARD: the earlier reads data of the later.
 * - FULL: both. `_TRANSITIVE`: with every version and not the last one alone. NONE: anything goes.
 *
 * What "reads" means is the schema type's business: `avro-compatibility.ts`, `json-compatibility.ts`,
 * `proto-compatibility.ts`.
 */
import { avroRefused } from './avro-compatibility.ts';
import { requireValidDefaults } from './avro-defaults.ts';
import { parseAvroSchema } from './avro-schema.ts';
import type { SchemaType } from './format.ts';
import type { Incompatibility, SchemaText } from './incompatibility.ts';
import { jsonRefused } from './json-compatibility.ts';
import { jsonSchemaType } from './json-schema.ts';
import { protoRefused } from './proto-compatibility.ts';
import { parseProto } from './proto-schema.ts';

export type CompatibilityLevel =
  'NONE' | 'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE';

/** A rule that two versions break, and which of them cannot read the other. */
export interface BrokenRule extends Incompatibility {
  /** backward: the later schema is the reader, and the earlier the writer. */
  readonly direction: 'backward' | 'forward';
}

/** What breaks the level's rule between an earlier and a later version of the same type. @throws WeirError INVALID_SCHEMA */
export function checkCompatible(
  level: CompatibilityLevel,
  earlier: SchemaText,
  later: SchemaText,
): readonly BrokenRule[] {
  if (level === 'NONE') return [];
  if (earlier.type !== later.type) {
    const reason = `it is ${later.type}, and the earlier version is ${earlier.type}`;
    return [{ rule: 'SCHEMA_TYPE_CHANGED', path: 'the schema', reason, direction: 'backward' }];
  }
  const refused = REFUSED[later.type];
  const isFull = level.startsWith('FULL');
  const backward = isFull || level.startsWith('BACKWARD') ? refused(later, earlier) : [];
  const forward = isFull || level.startsWith('FORWARD') ? refused(earlier, later) : [];
  return [
    ...backward.map((found): BrokenRule => ({ ...found, direction: 'backward' })),
    ...forward.map((found): BrokenRule => ({ ...found, direction: 'forward' })),
  ];
}

/** What the reader refuses of the writer's data, by the type of both schemas. */
const REFUSED: Readonly<Record<SchemaType, (reader: SchemaText, writer: SchemaText) => readonly Incompatibility[]>> = {
  AVRO: avroRefused,
  PROTOBUF: protoRefused,
  JSON: jsonRefused,
};

/** @throws WeirError INVALID_SCHEMA when the text is no schema of its type */
export function requireReadable({ type, schema, imports }: SchemaText): void {
  switch (type) {
    case 'AVRO':
      requireValidDefaults(parseAvroSchema(schema, imports));
      return;
    case 'PROTOBUF':
      parseProto(schema, imports);
      return;
    case 'JSON':
      jsonSchemaType(schema, imports);
      return;
  }
}
