/**
 * Between bytes of any format and JSON with all its digits: what a producer of a topic's format writes for a JSON value,
 * and what a consumer shows for bytes. For imports, test cases, the record inspector and PRINT.
 */
import type { SqlType, SqlValue, StructField } from '../common/sql-type.ts';
import { encodeHex } from '../common/base64.ts';
import { decodeUtf8, decodeUtf8Strictly, encodeUtf8 } from '../common/utf8.ts';
import { JsonNumber, parseJson, writeJson, type JsonNode } from '../common/values/json-lossless.ts';
import { BinaryReader, BinaryWriter } from './binary.ts';
import type { FormatInfo, PersistenceSchema, RegisteredSchema, SchemaRegistryPort, SerdeContext } from './format.ts';
import { describeSubject } from './format-support.ts';
import { frame, framedSchemaId, FRAME_HEADER_BYTES, requireFrame } from './framing.ts';
import { jsonDecoder } from './json-decode.ts';
import { jsonEncoder } from './json-encode.ts';
import { readPackedRow } from './packed-row.ts';
import { FORMATS } from './registry.ts';
import type { SchemaCodec } from './schema-codec.ts';
import { compileSchema, formatOfSchemaType, toRegistrySchema } from './schema-formats.ts';
import { deserializationError, serializationError } from './serde-errors.ts';

export interface JsonBridge {
  /**
   * The bytes that a producer writes. With a registry the schema is the pinned one, or the subject's latest, or the one
   * that the columns imply, which is then registered. Names match without case.
   * @throws WeirError SERIALIZATION
   */
  toBytes(json: JsonNode): Uint8Array | null;
  /** What the bytes say, with the names and defaults of their own schema. @throws WeirError DESERIALIZATION */
  toJson(bytes: Uint8Array | null): JsonNode;
  /**
   * The JSON after a passage through the columns' own serde: declared names, missing fields as null or as the format's
   * default, digits as the format prints them. Two values with the same canonical form are the same to a reader.
   */
  canonical(json: JsonNode): JsonNode;
}

export function jsonBridge(info: FormatInfo, schema: PersistenceSchema, context: SerdeContext): JsonBridge {
  const ends = bridgeEnds(info, schema, context);
  const serde = FORMATS[info.name].serde(schema, info, context);
  return {
    toBytes: (json) => ends.toBytes(json),
    toJson: (bytes) => ends.toJson(bytes),
    canonical(json) {
      const bytes = ends.toBytes(json);
      const row = bytes === null ? null : serde.deserialize(bytes);
      return row === null ? null : ends.toJson(serde.serialize(row));
    },
  };
}

type BridgeEnds = Pick<JsonBridge, 'toBytes' | 'toJson'>;

function bridgeEnds(info: FormatInfo, schema: PersistenceSchema, context: SerdeContext): BridgeEnds {
  switch (info.name) {
    case 'JSON':
      return {
        toBytes: (json) => (json === null ? null : encodeUtf8(writeJson(json))),
        toJson: (bytes) => (bytes === null ? null : jsonOf(bytes, describeSubject(schema, context))),
      };
    case 'DELIMITED':
    case 'NONE':
      return TEXT_ENDS;
    case 'KAFKA':
      return kafkaEnds(info, schema, context);
    case 'PROTOBUF_NOSR':
      return bareProtobufEnds(info, schema, context);
    case 'JSON_SR':
    case 'AVRO':
    case 'PROTOBUF':
      return new RegistryEnds(info, schema, context);
  }
}

/** Text as it is; anything else as its JSON text. */
const TEXT_ENDS: BridgeEnds = {
  toBytes: (json) => (json === null ? null : encodeUtf8(typeof json === 'string' ? json : writeJson(json))),
  toJson: (bytes) => (bytes === null ? null : decodeUtf8(bytes)),
};

function jsonOf(bytes: Uint8Array, what: string): JsonNode {
  try {
    return parseJson(decodeUtf8Strictly(bytes));
  } catch (error) {
    throw deserializationError('JSON', what, error);
  }
}

function kafkaEnds(info: FormatInfo, schema: PersistenceSchema, context: SerdeContext): BridgeEnds {
  const column = schema.columns[0];
  if (column === undefined) return TEXT_ENDS;
  const serde = FORMATS.KAFKA.serde(schema, info, context);
  const decode = jsonDecoder(column.type);
  const encode = jsonEncoder(column.type);
  return {
    toBytes(json) {
      if (json === null) return null;
      try {
        return serde.serialize([decode(json)]);
      } catch (error) {
        throw serializationError('KAFKA', describeSubject(schema, context), error);
      }
    },
    toJson(bytes) {
      const value = bytes === null ? null : (serde.deserialize(bytes)?.[0] ?? null);
      return value === null ? null : parseJson(encode(value));
    },
  };
}

function bareProtobufEnds(info: FormatInfo, schema: PersistenceSchema, context: SerdeContext): BridgeEnds {
  const serde = FORMATS.PROTOBUF_NOSR.serde(schema, info, context);
  const type: SqlType = { kind: 'STRUCT', fields: schema.columns };
  const decode = jsonDecoder(withoutCase(type));
  const encode = jsonEncoder(type);
  return {
    toBytes(json) {
      if (json === null) return null;
      try {
        const row = decode(json);
        return serde.serialize(Array.isArray(row) ? row : []);
      } catch (error) {
        throw serializationError('PROTOBUF_NOSR', describeSubject(schema, context), error);
      }
    },
    toJson(bytes) {
      const row = bytes === null ? null : serde.deserialize(bytes);
      return row === null ? null : parseJson(encode(row));
    },
  };
}

class RegistryEnds implements BridgeEnds {
  private readonly info: FormatInfo;
  private readonly schema: PersistenceSchema;
  private readonly context: SerdeContext;
  private readonly codecById = new Map<number, SchemaCodec>();

  constructor(info: FormatInfo, schema: PersistenceSchema, context: SerdeContext) {
    this.info = info;
    this.schema = schema;
    this.context = context;
  }

  toBytes(json: JsonNode): Uint8Array | null {
    if (json === null) return null;
    try {
      const registered = this.writerSchema();
      // JSON is written as it is given: its schema describes it and does not shape it
      if (this.info.name === 'JSON_SR') return frame(registered.id, encodeUtf8(writeJson(json)));
      const codec = this.codecOf(registered);
      const out = new BinaryWriter();
      codec.encodePrefix?.(out);
      codec.encode(jsonDecoder(withoutCase(codec.type))(json), out);
      return frame(registered.id, out.finish());
    } catch (error) {
      throw serializationError(this.info.name, describeSubject(this.schema, this.context), error);
    }
  }

  toJson(bytes: Uint8Array | null): JsonNode {
    if (bytes === null) return null;
    try {
      const id = requireFrame(bytes);
      if (this.info.name === 'JSON_SR') return parseJson(decodeUtf8Strictly(bytes.subarray(FRAME_HEADER_BYTES)));
      const registered = this.context.registry.byId(id);
      if (registered === undefined) throw new Error(`the registry has no schema ${id}`);
      return framedToJson(bytes, this.codecOf(registered));
    } catch (error) {
      throw deserializationError(this.info.name, describeSubject(this.schema, this.context), error);
    }
  }

  private writerSchema(): RegisteredSchema {
    const { registry, subject, schemaId } = this.context;
    const existing = schemaId === undefined ? registry.latest(subject) : registry.byId(schemaId);
    if (existing !== undefined) return existing;
    const own = toRegistrySchema(this.info, this.schema);
    if (own === undefined) throw new Error(`${this.info.name} has no schema`);
    return registry.register(subject, own.type, own.schema);
  }

  private codecOf(registered: RegisteredSchema): SchemaCodec {
    let codec = this.codecById.get(registered.id);
    if (codec === undefined) {
      codec = compileSchema(this.info, registered, this.context.registry, this.schema.isKey);
      this.codecById.set(registered.id, codec);
    }
    return codec;
  }
}

function framedToJson(bytes: Uint8Array, fileCodec: SchemaCodec): JsonNode {
  const reader = new BinaryReader(bytes, FRAME_HEADER_BYTES);
  const codec = fileCodec.decodePrefix?.(reader) ?? fileCodec;
  const value = codec.decode(reader);
  return value === null ? null : parseJson(jsonEncoder(codec.type)(value));
}

/** The same type with field names in upper case, which JSON's reader matches without case; unless two would clash. */
function withoutCase(type: SqlType): SqlType {
  switch (type.kind) {
    case 'ARRAY':
      return { kind: 'ARRAY', element: withoutCase(type.element) };
    case 'MAP':
      return { kind: 'MAP', key: type.key, value: withoutCase(type.value) };
    case 'STRUCT': {
      const uppers = type.fields.map((field) => field.name.toUpperCase());
      const clash = new Set(uppers).size < uppers.length;
      const fields = type.fields.map((field, i): StructField => {
        return { name: clash ? field.name : (uppers[i] ?? field.name), type: withoutCase(field.type) };
      });
      return { kind: 'STRUCT', fields };
    }
    default:
      return type;
  }
}

export type BytesKind =
  'null' | 'empty' | 'json' | 'avro' | 'protobuf' | 'json-sr' | 'row' | 'text' | 'integer' | 'bigint' | 'binary';

/** Bytes as a person reads them, without being told what they are. */
export interface DescribedBytes {
  readonly kind: BytesKind;
  /** One line: JSON, the text, the number, or hexadecimal digits. */
  readonly text: string;
  /** The value, where it is more than text. */
  readonly json: JsonNode | undefined;
  /** The schema that the bytes name. */
  readonly schemaId: number | undefined;
}

/**
 * Guesses: a frame with a schema that the registry knows, a packed row of a large table's changelog (a list of its columns'
 * values), JSON, printable UTF-8, a 4 or 8 byte integer as Kafka's serializers write it, and hexadecimal digits for the
 * rest. Never throws.
 */
export function describeBytes(bytes: Uint8Array | null, registry?: SchemaRegistryPort): DescribedBytes {
  if (bytes === null) return described('null', 'null');
  if (bytes.length === 0) return described('empty', '');
  return (
    describeFramed(bytes, registry) ??
    describePacked(bytes) ??
    describeText(bytes) ??
    describeInteger(bytes) ??
    described('binary', encodeHex(bytes))
  );
}

function described(kind: BytesKind, text: string, json?: JsonNode, schemaId?: number): DescribedBytes {
  return { kind, text, json, schemaId };
}

function describeFramed(bytes: Uint8Array, registry: SchemaRegistryPort | undefined): DescribedBytes | undefined {
  const id = framedSchemaId(bytes);
  const registered = id === undefined ? undefined : registry?.byId(id);
  if (registered === undefined || registry === undefined) return undefined;
  try {
    const name = formatOfSchemaType(registered.type);
    const json =
      name === 'JSON_SR'
        ? parseJson(decodeUtf8Strictly(bytes.subarray(FRAME_HEADER_BYTES)))
        : framedToJson(bytes, compileSchema({ name, properties: {} }, registered, registry, false));
    const kind = name === 'AVRO' ? 'avro' : name === 'PROTOBUF' ? 'protobuf' : 'json-sr';
    return described(kind, writeJson(json), json, registered.id);
  } catch {
    // the zero byte was a coincidence
    return undefined;
  }
}

function describePacked(bytes: Uint8Array): DescribedBytes | undefined {
  const row = readPackedRow(bytes);
  if (row === undefined) return undefined;
  const json = row.map(packedDatum);
  return described('row', writeJson(json), json);
}

function packedDatum(value: SqlValue): JsonNode {
  if (Array.isArray(value)) return value.map(packedDatum);
  if (typeof value === 'bigint') return new JsonNumber(String(value));
  if (typeof value === 'number') return Number.isFinite(value) ? new JsonNumber(String(value)) : String(value);
  return typeof value === 'boolean' || typeof value === 'string' ? value : null;
}

const UNPRINTABLE = /[\u0000-\u0008\u000e-\u001f\u007f]/;

function describeText(bytes: Uint8Array): DescribedBytes | undefined {
  let text: string;
  try {
    text = decodeUtf8Strictly(bytes);
  } catch {
    return undefined;
  }
  try {
    const json = parseJson(text);
    return described('json', writeJson(json), json);
  } catch {
    return UNPRINTABLE.test(text) ? undefined : described('text', text);
  }
}

function describeInteger(bytes: Uint8Array): DescribedBytes | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return integer('integer', String(view.getInt32(0)));
  if (bytes.length === 8) return integer('bigint', String(view.getBigInt64(0)));
  return undefined;
}

function integer(kind: BytesKind, text: string): DescribedBytes {
  return described(kind, text, new JsonNumber(text));
}
