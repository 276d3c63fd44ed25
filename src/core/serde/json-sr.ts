/**
 * The JSON_SR format: JSON in Confluent's frame, with a JSON schema in the registry. The text is the same as JSON's, and
 * reading it needs no schema; the schema is there for others to learn the columns from.
 */
import { WeirError } from '../common/errors.ts';
import type { Row } from '../common/sql-type.ts';
import type { Format, PersistenceSchema, RowSerde, SerdeContext, SerdeOptions } from './format.ts';
import { describeSubject, NO_PROPERTIES, refuseNonStringMapKeys, WRAP_AND_UNWRAP } from './format-support.ts';
import { frame, framedSchemaId, FRAME_HEADER_BYTES, requireFrame } from './framing.ts';
import { JsonSerde } from './json.ts';
import { jsonSchemaText } from './json-schema.ts';
import { deserializationError } from './serde-errors.ts';

export const jsonSrFormat: Format = {
  name: 'JSON_SR',
  supportsSchemaInference: true,
  supportsFeatures: WRAP_AND_UNWRAP,
  supportedProperties: NO_PROPERTIES,
  validate: (schema) => refuseNonStringMapKeys('JSON_SR', schema),
  serde: (schema, _info, context, options) => new JsonSrSerde(schema, context, options),
};

class JsonSrSerde implements RowSerde {
  private readonly json: JsonSerde;
  private readonly schema: PersistenceSchema;
  private readonly context: SerdeContext;
  private readonly what: string;
  private schemaId: number | undefined;

  constructor(schema: PersistenceSchema, context: SerdeContext, options?: SerdeOptions) {
    this.json = new JsonSerde('JSON_SR', schema, context, options);
    this.schema = schema;
    this.context = context;
    this.what = describeSubject(schema, context);
    this.schemaId = context.schemaId;
  }

  serialize(row: Row): Uint8Array | null {
    const payload = this.json.serialize(row);
    if (payload === null) return null;
    this.schemaId ??= this.context.registry.register(this.context.subject, 'JSON', jsonSchemaText(this.schema)).id;
    return frame(this.schemaId, payload);
  }

  deserialize(bytes: Uint8Array): Row | null {
    return this.json.deserialize(this.payload(bytes));
  }

  deserializeBatch(values: readonly (Uint8Array | null)[], out: (Row | null | WeirError)[]): void {
    const payloads = values.map((bytes) =>
      bytes === null || framedSchemaId(bytes) === undefined ? null : bytes.subarray(FRAME_HEADER_BYTES),
    );
    this.json.deserializeBatch(payloads, out);
    values.forEach((bytes, i) => {
      if (bytes === null || payloads[i] !== null) return;
      try {
        this.payload(bytes);
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        out[i] = error;
      }
    });
  }

  /** @throws WeirError DESERIALIZATION */
  private payload(bytes: Uint8Array): Uint8Array {
    try {
      requireFrame(bytes);
    } catch (error) {
      throw deserializationError('JSON_SR', this.what, error);
    }
    return bytes.subarray(FRAME_HEADER_BYTES);
  }
}
