/**
 * The PROTOBUF format, with schemas in the registry, and PROTOBUF_NOSR: the bare message, without frame and registry,
 * read under the schema that the columns imply.
 */
import type { WeirError } from '../common/errors.ts';
import type { Row } from '../common/sql-type.ts';
import { BinaryReader, binaryOutput } from './binary.ts';
import type { Format, FormatInfo, PersistenceSchema, RowSerde, SerdeContext } from './format.ts';
import {
  describeSubject,
  deserializeEach,
  FULL_NAME_PROPERTIES,
  propertyNames,
  schemaFullName,
  WRAP_ONLY,
} from './format-support.ts';
import { protobufCodec } from './proto-codec.ts';
import { NULLABLE_PROPERTIES, protoSchemaText } from './proto-from-sql.ts';
import { RegistrySerde } from './registry-serde.ts';
import type { SchemaCodec, SchemaFormat } from './schema-codec.ts';
import { deserializationError, serializationError } from './serde-errors.ts';

export const protobufSchemaFormat: SchemaFormat = {
  type: 'PROTOBUF',
  schemaText: protoSchemaText,
  compile: ({ schema, imports }, info, isKey) => protobufCodec(schema, imports, schemaFullName(info, isKey)),
};

const PROPERTIES = propertyNames(...FULL_NAME_PROPERTIES, ...NULLABLE_PROPERTIES, 'UNWRAP_PRIMITIVES');

export const protobufFormat: Format = {
  name: 'PROTOBUF',
  supportsSchemaInference: true,
  supportsFeatures: WRAP_ONLY,
  supportedProperties: PROPERTIES,
  validate(schema, info) {
    protoSchemaText(schema, info);
  },
  serde: (schema, info, context, options) =>
    new RegistrySerde('PROTOBUF', protobufSchemaFormat, schema, info, context, options),
};

export const protobufNosrFormat: Format = {
  name: 'PROTOBUF_NOSR',
  supportsSchemaInference: false,
  supportsFeatures: WRAP_ONLY,
  supportedProperties: PROPERTIES,
  validate(schema, info) {
    protoSchemaText(schema, info);
  },
  serde: (schema, info, context) => new BareProtobufSerde(schema, info, context),
};

class BareProtobufSerde implements RowSerde {
  private readonly codec: SchemaCodec;
  private readonly what: string;
  private readonly reader = new BinaryReader();

  constructor(schema: PersistenceSchema, info: FormatInfo, context: SerdeContext) {
    this.codec = protobufCodec(protoSchemaText(schema, info), new Map(), schemaFullName(info, schema.isKey));
    this.what = describeSubject(schema, context);
  }

  serialize(row: Row): Uint8Array {
    try {
      binaryOutput.begin();
      this.codec.encode(row, binaryOutput);
      return binaryOutput.finish();
    } catch (error) {
      throw serializationError('PROTOBUF_NOSR', this.what, error);
    }
  }

  readonly deserialize = (bytes: Uint8Array): Row | null => {
    try {
      const value = this.codec.decode(this.reader.reset(bytes));
      return Array.isArray(value) ? value : null;
    } catch (error) {
      throw deserializationError('PROTOBUF_NOSR', this.what, error);
    }
  };

  deserializeBatch(values: readonly (Uint8Array | null)[], out: (Row | null | WeirError)[]): void {
    deserializeEach(this.deserialize, values, out);
  }
}
