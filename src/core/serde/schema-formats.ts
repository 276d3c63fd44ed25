/** The formats whose schemas live in the registry, and what the engine asks of them: schema texts and columns. */
import { WeirError } from '../common/errors.ts';
import type { Column } from '../common/schema.ts';
import { array, map, struct, VARCHAR, type SqlType } from '../common/sql-type.ts';
import { parseJson } from '../common/values/json-lossless.ts';
import { decodeUtf8Strictly, encodeUtf8 } from '../common/utf8.ts';
import { parseAvroSchema } from './avro-schema.ts';
import { avroSchemaFormat } from './avro.ts';
import type {
  FormatInfo,
  FormatName,
  PersistenceSchema,
  RegisteredSchema,
  SchemaRegistryPort,
  SchemaType,
  SerdeFeature,
} from './format.ts';
import { jsonDecoder } from './json-decode.ts';
import { jsonEncoder } from './json-encode.ts';
import { jsonSchemaText, readJsonSchema } from './json-schema.ts';
import { parseProto } from './proto-schema.ts';
import { protobufSchemaFormat } from './protobuf.ts';
import type { SchemaCodec, SchemaFormat } from './schema-codec.ts';
import { resolveReferences } from './schema-registry.ts';

export type RegistryFormatName = 'AVRO' | 'PROTOBUF' | 'JSON_SR';

const jsonSchemaFormat: SchemaFormat = {
  type: 'JSON',
  schemaText: (schema) => jsonSchemaText(schema),
  compile: ({ schema, imports }) => jsonSchemaCodec(schema, imports),
};

const SCHEMA_FORMATS: Readonly<Record<RegistryFormatName, SchemaFormat>> = {
  AVRO: avroSchemaFormat,
  PROTOBUF: protobufSchemaFormat,
  JSON_SR: jsonSchemaFormat,
};

const FORMAT_OF_TYPE: Readonly<Record<SchemaType, RegistryFormatName>> = {
  AVRO: 'AVRO',
  PROTOBUF: 'PROTOBUF',
  JSON: 'JSON_SR',
};

export function formatOfSchemaType(type: SchemaType): RegistryFormatName {
  return FORMAT_OF_TYPE[type];
}

function schemaFormatOf(name: FormatName): SchemaFormat | undefined {
  return name === 'AVRO' || name === 'PROTOBUF' || name === 'JSON_SR' ? SCHEMA_FORMATS[name] : undefined;
}

/** JSON text as a codec, for a schema that the registry holds. */
function jsonSchemaCodec(schema: string, imports: ReadonlyMap<string, string>): SchemaCodec {
  const { type, recursive } = readJsonSchema(schema, imports);
  if (type === undefined) {
    throw new WeirError('INVALID_SCHEMA', 'The JSON schema has no counterpart among the SQL types.');
  }
  const decode = jsonDecoder(type);
  const encode = jsonEncoder(type);
  return {
    type,
    recursive,
    encode: (value, out) => out.raw(encodeUtf8(value === null ? 'null' : encode(value))),
    decode(reader) {
      const json = parseJson(decodeUtf8Strictly(reader.rest()));
      return json === null ? null : decode(json);
    },
  };
}

export interface RegistrySchema {
  readonly type: SchemaType;
  readonly schema: string;
}

/**
 * The schema to register for a sink; undefined for formats without a registry.
 * @throws WeirError FORMAT_MISFIT, INVALID_FORMAT_PROPERTY
 */
export function toRegistrySchema(info: FormatInfo, schema: PersistenceSchema): RegistrySchema | undefined {
  const format = schemaFormatOf(info.name);
  return format === undefined ? undefined : { type: format.type, schema: format.schemaText(schema, info) };
}

export interface InferenceOptions {
  readonly isKey: boolean;
  /** With UNWRAP_SINGLES the schema is that of one column, named ROWKEY or ROWVAL. */
  readonly features: ReadonlySet<SerdeFeature>;
  /** ksqlDB puts inferred names in upper case, unless the schema is pinned by its id. */
  readonly names: 'upper' | 'original';
}

/**
 * The columns that a registered schema implies.
 * @throws WeirError INVALID_SCHEMA, SCHEMA_NOT_FOUND (a message name that is not in the schema), INCOMPATIBLE_SCHEMA
 *   (another format's schema), FORMAT_MISFIT (a bare value where columns are needed)
 */
export function inferColumns(
  info: FormatInfo,
  registered: RegisteredSchema,
  registry: SchemaRegistryPort,
  options: InferenceOptions,
): readonly Column[] {
  const { type: native, recursive = [] } = compileSchema(info, registered, registry, options.isKey);
  if (recursive.length > 0) throw recursiveSchema(registered, recursive);
  if (options.features.has('UNWRAP_SINGLES')) {
    return [{ name: options.isKey ? 'ROWKEY' : 'ROWVAL', type: columnType(native, options.names) }];
  }
  if (native.kind !== 'STRUCT') {
    throw new WeirError(
      'FORMAT_MISFIT',
      `The schema of '${registered.subject}' is a bare ${native.kind}, not a record with fields.`,
      {
        hint: 'Write WRAP_SINGLE_VALUE=false in the WITH clause to read it as one column.',
        details: { subject: registered.subject, type: native.kind },
      },
    );
  }
  const columns = columnType(native, options.names);
  return columns.kind === 'STRUCT' ? columns.fields : [];
}

function recursiveSchema({ subject }: RegisteredSchema, fields: readonly string[]): WeirError {
  return new WeirError(
    'INVALID_SCHEMA',
    `The schema of '${subject}' is recursive, and SQL has no recursive types: ${fields.join(', ')} ${fields.length === 1 ? 'leads' : 'lead'} back to a type around ${fields.length === 1 ? 'it' : 'them'}.`,
    { hint: 'Name the columns in the statement, without these.', details: { subject, fields } },
  );
}

/** What a registered schema calls its record or its first message; undefined for those without a name. */
export function schemaName(
  { type, schema, references }: RegisteredSchema,
  registry: SchemaRegistryPort,
): string | undefined {
  const imports = resolveReferences(registry, references);
  switch (type) {
    case 'AVRO': {
      const avro = parseAvroSchema(schema, imports);
      return avro.kind === 'record' ? avro.fullName : undefined;
    }
    case 'PROTOBUF':
      return parseProto(schema, imports).messages[0]?.fullName;
    case 'JSON':
      return undefined;
  }
}

/** @throws WeirError INVALID_SCHEMA, SCHEMA_NOT_FOUND, INCOMPATIBLE_SCHEMA */
export function compileSchema(
  info: FormatInfo,
  registered: RegisteredSchema,
  registry: SchemaRegistryPort,
  isKey: boolean,
): SchemaCodec {
  const format = schemaFormatOf(info.name);
  if (format === undefined || format.type !== registered.type) {
    throw new WeirError(
      'INCOMPATIBLE_SCHEMA',
      `The schema ${registered.id} of '${registered.subject}' is of type ${registered.type}, and the format is ${info.name}.`,
      {
        hint: `Use the format ${FORMAT_OF_TYPE[registered.type]}.`,
        details: { format: info.name, schemaId: registered.id, schemaType: registered.type },
      },
    );
  }
  const imports = resolveReferences(registry, registered.references);
  return format.compile({ schema: registered.schema, imports }, info, isKey);
}

/** As ksqlDB shows a foreign type: names in upper case, map keys as text. */
function columnType(type: SqlType, names: InferenceOptions['names']): SqlType {
  switch (type.kind) {
    case 'ARRAY':
      return array(columnType(type.element, names));
    case 'MAP':
      return map(VARCHAR, columnType(type.value, names));
    case 'STRUCT':
      return struct(
        type.fields.map((field) => ({
          name: names === 'upper' ? field.name.toUpperCase() : field.name,
          type: columnType(field.type, names),
        })),
      );
    default:
      return type;
  }
}
