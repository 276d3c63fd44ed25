/**
 * What a serialization format is. Each format is one file beside this one and one line in `registry.ts`.
 *
 * A format makes serdes for the columns of a record's key or value. A serde turns a row (values by column index, see
 * `common/sql-type.ts`) into bytes and back; it is made once per source or sink and may prepare whatever speeds it up.
 * `null` bytes are a null key or a tombstone and never reach a serde.
 */
import type { Column } from '../common/schema.ts';
import type { Row } from '../common/sql-type.ts';
import type { ByteSpans } from '../common/bytes.ts';
import type { WeirError } from '../common/errors.ts';
import type { TextOutput } from '../common/text-output.ts';

export type FormatName = 'JSON' | 'JSON_SR' | 'AVRO' | 'PROTOBUF' | 'PROTOBUF_NOSR' | 'DELIMITED' | 'KAFKA' | 'NONE';

/** `WRAP_SINGLE_VALUE`, UNWRAP_SINGLES for keys: whether a single column stands bare or inside a record/object. */
export type SerdeFeature = 'WRAP_SINGLES' | 'UNWRAP_SINGLES';

/** The columns to persist, and how. */
export interface PersistenceSchema {
  readonly columns: readonly Column[];
  readonly isKey: boolean;
  readonly features: ReadonlySet<SerdeFeature>;
}

export type FormatProperties = Readonly<Record<string, string>>;

export interface FormatInfo {
  readonly name: FormatName;
  /** Upper-case property names with their values: VALUE_DELIMITER, FULL_SCHEMA_NAME, NULLABLE_REPRESENTATION ... */
  readonly properties: FormatProperties;
}

export interface RowSerde {
  /**
   * A null result is a null key or a tombstone: so is a null written by KAFKA or any unwrapped single column.
   * @throws WeirError SERIALIZATION when a value cannot be represented
   */
  serialize(row: Row): Uint8Array | null;
  /**
   * Appends to `out` what `serialize` gives, without a byte array of its own; false, with nothing appended, for null. For
   * formats that write text.
   * @throws WeirError SERIALIZATION, with a part of the row appended
   */
  write?(row: Row, out: TextOutput): boolean;
  /**
   * A null result means that the bytes hold a null (JSON `null`).
   * @throws WeirError DESERIALIZATION when the bytes are not of this format or do not fit the schema
   */
  deserialize(bytes: Uint8Array): Row | null;
  /**
   * Deserializes many at once, faster than one by one where the format allows. `out[i]` answers `values[i]`: a row,
   * null for null bytes or a null, or the error that `deserialize` would throw.
   */
  deserializeBatch(values: readonly (Uint8Array | null)[], out: (Row | null | WeirError)[]): void;
  /**
   * The same for the stretches `[from, to)` of one buffer, which spares a view of each: `out[i]` answers the stretch `from + i`.
   * For formats that read bytes in place.
   */
  deserializeSpans?(spans: ByteSpans, from: number, to: number, out: (Row | null | WeirError)[]): void;
}

export interface SerdeOptions {
  /**
   * Which columns will be read, by index; the others may be left null. Undefined: all.
   */
  readonly wanted?: readonly boolean[] | undefined;
}

export interface Format {
  readonly name: FormatName;
  /** What the format can do; queried by the analyzer. */
  readonly supportsSchemaInference: boolean;
  readonly supportsFeatures: ReadonlySet<SerdeFeature>;
  /** Names of the properties that WITH may give it. */
  readonly supportedProperties: ReadonlySet<string>;
  /**
   * Refuses what the format cannot hold (KAFKA: several columns; DELIMITED: nested types ...).
   * @throws WeirError with a user code
   */
  validate(schema: PersistenceSchema, info: FormatInfo): void;
  /** The serde for these columns. For registry formats `context` gives the subject and the registry. */
  serde(schema: PersistenceSchema, info: FormatInfo, context: SerdeContext, options?: SerdeOptions): RowSerde;
}

/** What a serde needs from outside itself. */
export interface SerdeContext {
  /** `<topic>-key` or `<topic>-value` */
  readonly subject: string;
  readonly topic: string;
  readonly registry: SchemaRegistryPort;
  /** A schema id that pins the writer's schema (KEY_SCHEMA_ID, VALUE_SCHEMA_ID). */
  readonly schemaId?: number | undefined;
}

export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON';
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}
export interface RegisteredSchema {
  readonly id: number;
  readonly subject: string;
  readonly version: number;
  readonly type: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
}
/** The synchronous face of the schema registry: its contents are in memory, its truth is the `_schemas` topic. */
export interface SchemaRegistryPort {
  register(
    subject: string,
    type: SchemaType,
    schema: string,
    references?: readonly SchemaReference[],
  ): RegisteredSchema;
  byId(id: number): RegisteredSchema | undefined;
  latest(subject: string): RegisteredSchema | undefined;
  /** For following references. */
  version(subject: string, version: number): RegisteredSchema | undefined;
}
