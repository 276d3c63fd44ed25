/** What a check of schema evolution is about and what it finds, whatever the schema's type. */
import type { SchemaType } from './format.ts';

export interface SchemaText {
  readonly type: SchemaType;
  readonly schema: string;
  /** The texts of imported schemas by name. */
  readonly imports: ReadonlyMap<string, string>;
}

/** One thing that keeps a reader's schema from taking what a writer's describes. */
export interface Incompatibility {
  /** The broken rule under the name that Avro's and Confluent's own checks give it, such as READER_FIELD_MISSING_DEFAULT_VALUE. */
  readonly rule: string;
  /** Where in the schema: `$.order.lines[]` in Avro, `#/properties/order` in JSON Schema, a message's full name in Protobuf. */
  readonly path: string;
  /** What the writer has and what the reader has there, in words. */
  readonly reason: string;
}

/** The path and the reason. */
export function describeIncompatibility({ path, reason }: Incompatibility): string {
  return `${path}: ${reason}`;
}
