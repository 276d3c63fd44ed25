/**
 * The JSON_SR format: JSON in Confluent's frame, with a JSON schema in the registry. The text is the same as JSON's, and
 * reading it needs no schema; the schema is there for others to learn the columns from.
 */
import { WeirError } from '../common/errors.ts';
import type { Row } from '../common/sql-type.ts';
import type { Format, PersistenceSchema, RowSerde, SerdeContext, SerdeOptions } from './format.ts';
import { rowCoercion } from './coercion.ts';
import {
  describeSubject,
  NO_PROPERTIES,
  refuseNonStringMapKeys,
  unwrappedColumn,
  WRAP_AND_UNWRAP,
} from './format-support.ts';
import { frame, framedSchemaId, FRAME_HEADER_BYTES, requireFrame } from './framing.ts';
import { JsonSerde } from './json.ts';
import { jsonSchemaText, jsonSchemaType } from './json-schema.ts';
import { resolveReferences } from './schema-registry.ts';
import { deserializationError, serializationError } from './serde-errors.ts';

export const jsonSrFormat: Format = {
  name: 'JSON_SR',
  supportsSchemaInference: true,
  supportsFeatures: WRAP_AND_UNWRAP,
  supportedProperties: NO_PROPERTIES,
  validate: (schema) => refuseNonStringMapKeys('JSON_SR', schema),
  serde: (schema, _info, context, options) => new JsonSrSerde(schema, context, options),
};

interface WritePlan {
  readonly schemaId: number;
  readonly json: JsonSerde;
  readonly fromRow: (row: Row) => Row;
}

class JsonSrSerde implements RowSerde {
  private readonly json: JsonSerde;
  private readonly schema: PersistenceSchema;
  private readonly context: SerdeContext;
  private readonly what: string;
  private writePlan: WritePlan | undefined;

  constructor(schema: PersistenceSchema, context: SerdeContext, options?: SerdeOptions) {
    this.json = new JsonSerde('JSON_SR', schema, context, options);
    this.schema = schema;
    this.context = context;
    this.what = describeSubject(schema, context);
  }

  serialize(row: Row): Uint8Array | null {
    try {
      const plan = (this.writePlan ??= this.makeWritePlan());
      const payload = plan.json.serialize(plan.fromRow(row));
      return payload === null ? null : frame(plan.schemaId, payload);
    } catch (error) {
      throw serializationError('JSON_SR', this.what, error);
    }
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

  /** With a pinned schema its fields are written, under its names; those that the columns lack are null. */
  private makeWritePlan(): WritePlan {
    const { registry, subject, schemaId } = this.context;
    const asIs = (row: Row): Row => row;
    if (schemaId === undefined) {
      const { id } = registry.register(subject, 'JSON', jsonSchemaText(this.schema));
      return { schemaId: id, json: this.json, fromRow: asIs };
    }
    const registered = registry.byId(schemaId);
    if (registered?.type !== 'JSON') {
      throw new WeirError('SCHEMA_NOT_FOUND', `The schema registry has no JSON schema with the id ${schemaId}.`, {
        details: { schemaId, subject },
      });
    }
    const type = jsonSchemaType(registered.schema, resolveReferences(registry, registered.references));
    if (type?.kind !== 'STRUCT' || unwrappedColumn(this.schema) !== undefined) {
      return { schemaId, json: this.json, fromRow: asIs };
    }
    return {
      schemaId,
      json: new JsonSerde('JSON_SR', { ...this.schema, columns: type.fields }, this.context),
      fromRow: rowCoercion(this.schema.columns, type.fields),
    };
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
