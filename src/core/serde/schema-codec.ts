/**
 * What the formats with registered schemas share: a schema text, compiled, encodes and decodes one datum under the SQL
 * type that the schema itself implies ("native" type). `coercion.ts` bridges to the columns that a source declares,
 * `registry-serde.ts` adds the framing.
 */
import type { SqlType, SqlValue } from '../common/sql-type.ts';
import type { BinaryReader, BinaryWriter } from './binary.ts';
import type { FormatInfo, PersistenceSchema, SchemaType } from './format.ts';

export interface SchemaCodec {
  /** The type that the schema implies, with names as they are written there. */
  readonly type: SqlType;
  /** Paths of fields of recursive types, which SQL does not have: they are no part of the type. Undefined: none. */
  readonly recursive?: readonly string[];
  /** @throws Mismatch */
  encode(value: SqlValue, out: BinaryWriter): void;
  /** @throws Mismatch */
  decode(reader: BinaryReader): SqlValue;
  /** Writes what stands between the frame's header and the datum: Protobuf's message indexes. */
  encodePrefix?(out: BinaryWriter): void;
  /** Reads it, and gives the codec of the datum that follows. */
  decodePrefix?(reader: BinaryReader): SchemaCodec;
}

export interface SchemaSource {
  readonly schema: string;
  /** Texts of imported schemas by import name. */
  readonly imports: ReadonlyMap<string, string>;
}

export interface SchemaFormat {
  readonly type: SchemaType;
  /** The schema that describes the columns: what is registered for a sink. */
  schemaText(schema: PersistenceSchema, info: FormatInfo): string;
  /**
   * Compiles a schema. For Protobuf the property FULL_SCHEMA_NAME picks a message, otherwise the first counts.
   * @throws WeirError INVALID_SCHEMA, SCHEMA_NOT_FOUND
   */
  compile(source: SchemaSource, info: FormatInfo, isKey: boolean): SchemaCodec;
}
