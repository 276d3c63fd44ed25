/** The AVRO format. See `avro-codec.ts` for the encoding and `avro-from-sql.ts` for the schema of a sink. */
import { avroCodec } from './avro-codec.ts';
import { avroSchemaText } from './avro-from-sql.ts';
import type { Format } from './format.ts';
import { FULL_NAME_PROPERTIES, propertyNames, WRAP_AND_UNWRAP } from './format-support.ts';
import { RegistrySerde } from './registry-serde.ts';
import type { SchemaFormat } from './schema-codec.ts';

export const avroSchemaFormat: SchemaFormat = {
  type: 'AVRO',
  schemaText: avroSchemaText,
  compile: ({ schema, imports }) => avroCodec(schema, imports),
};

export const avroFormat: Format = {
  name: 'AVRO',
  supportsSchemaInference: true,
  supportsFeatures: WRAP_AND_UNWRAP,
  supportedProperties: propertyNames(...FULL_NAME_PROPERTIES),
  validate(schema, info) {
    avroSchemaText(schema, info);
  },
  serde: (schema, info, context, options) =>
    new RegistrySerde('AVRO', avroSchemaFormat, schema, info, context, options),
};
