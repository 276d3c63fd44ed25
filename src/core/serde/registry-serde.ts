/**
 * The serde of AVRO and PROTOBUF, whose schemas live in the registry. Writing: the schema that KEY_SCHEMA_ID or
 * VALUE_SCHEMA_ID pins, or else the one that describes the columns, registered under the subject at the first record.
 * Reading: the schema that the frame names, compiled once per id, and its fields brought to the columns.
 */
import { WeirError } from '../common/errors.ts';
import type { Row, SqlValue } from '../common/sql-type.ts';
import { BinaryReader, binaryOutput } from './binary.ts';
import { coercion, rowCoercion } from './coercion.ts';
import type {
  FormatInfo,
  FormatName,
  PersistenceSchema,
  RegisteredSchema,
  RowSerde,
  SerdeContext,
  SerdeOptions,
} from './format.ts';
import { describeSubject, deserializeEach, unwrappedColumn } from './format-support.ts';
import { FRAME_HEADER_BYTES, requireFrame } from './framing.ts';
import type { SchemaCodec, SchemaFormat } from './schema-codec.ts';
import { resolveReferences } from './schema-registry.ts';
import { deserializationError, Mismatch, serializationError } from './serde-errors.ts';

interface ReadPlan {
  readonly schemaId: number;
  readonly fileCodec: SchemaCodec;
  readonly codec: SchemaCodec;
  readonly toRow: (value: SqlValue) => Row;
}

interface WritePlan {
  readonly schemaId: number;
  readonly codec: SchemaCodec;
  readonly fromRow: (row: Row) => SqlValue;
}

export class RegistrySerde implements RowSerde {
  private readonly name: FormatName;
  private readonly format: SchemaFormat;
  private readonly schema: PersistenceSchema;
  private readonly info: FormatInfo;
  private readonly context: SerdeContext;
  private readonly wanted: readonly boolean[] | undefined;
  private readonly isBare: boolean;
  private readonly what: string;
  private readonly reader = new BinaryReader();
  private readonly codecById = new Map<number, SchemaCodec>();
  private readonly toRowByCodec = new Map<SchemaCodec, (value: SqlValue) => Row>();
  /** How the last record was read: the next one mostly has the same schema. */
  private readPlan: ReadPlan | undefined;
  private writePlan: WritePlan | undefined;

  constructor(
    name: FormatName,
    format: SchemaFormat,
    schema: PersistenceSchema,
    info: FormatInfo,
    context: SerdeContext,
    options?: SerdeOptions,
  ) {
    this.name = name;
    this.format = format;
    this.schema = schema;
    this.info = info;
    this.context = context;
    this.wanted = options?.wanted;
    this.isBare = unwrappedColumn(schema) !== undefined;
    this.what = describeSubject(schema, context);
  }

  serialize(row: Row): Uint8Array | null {
    if (this.isBare && (row[0] ?? null) === null) return null;
    try {
      const plan = (this.writePlan ??= this.makeWritePlan());
      const value = plan.fromRow(row);
      const out = binaryOutput;
      out.begin();
      out.byte(0);
      out.int32(plan.schemaId);
      plan.codec.encodePrefix?.(out);
      plan.codec.encode(value, out);
      return out.finish();
    } catch (error) {
      throw serializationError(this.name, this.what, error);
    }
  }

  readonly deserialize = (bytes: Uint8Array): Row | null => {
    try {
      const schemaId = requireFrame(bytes);
      const reader = this.reader.reset(bytes, FRAME_HEADER_BYTES);
      const last = this.readPlan;
      const fileCodec = last?.schemaId === schemaId ? last.fileCodec : this.codecOf(schemaId);
      const codec = fileCodec.decodePrefix?.(reader) ?? fileCodec;
      const plan =
        last?.codec === codec ? last : (this.readPlan = { schemaId, fileCodec, codec, toRow: this.toRow(codec) });
      const value = codec.decode(reader);
      return value === null ? null : plan.toRow(value);
    } catch (error) {
      throw deserializationError(this.name, this.what, error);
    }
  };

  deserializeBatch(values: readonly (Uint8Array | null)[], out: (Row | null | WeirError)[]): void {
    deserializeEach(this.deserialize, values, out);
  }

  private makeWritePlan(): WritePlan {
    const { registry, subject, schemaId } = this.context;
    const registered =
      schemaId === undefined
        ? registry.register(subject, this.format.type, this.format.schemaText(this.schema, this.info))
        : this.requireSchema(schemaId);
    const codec = this.compile(registered);
    const column = unwrappedColumn(this.schema);
    if (column !== undefined) {
      const convert = coercion(column.type, codec.type);
      return { schemaId: registered.id, codec, fromRow: (row) => convert(row[0] ?? null) };
    }
    if (codec.type.kind !== 'STRUCT') {
      throw new Mismatch(`the schema ${registered.id} is not a record`, 'Write WRAP_SINGLE_VALUE=false to use it.');
    }
    return { schemaId: registered.id, codec, fromRow: rowCoercion(this.schema.columns, codec.type.fields) };
  }

  private requireSchema(schemaId: number): RegisteredSchema {
    const registered = this.context.registry.byId(schemaId);
    if (registered !== undefined) return registered;
    throw new WeirError('SCHEMA_NOT_FOUND', `The schema registry has no schema with the id ${schemaId}.`, {
      details: { schemaId, subject: this.context.subject },
    });
  }

  private codecOf(schemaId: number): SchemaCodec {
    let codec = this.codecById.get(schemaId);
    if (codec === undefined) {
      codec = this.compile(this.requireSchema(schemaId));
      this.codecById.set(schemaId, codec);
    }
    return codec;
  }

  private compile(registered: RegisteredSchema): SchemaCodec {
    if (registered.type !== this.format.type) {
      throw new Mismatch(`the schema ${registered.id} is of type ${registered.type}, not ${this.format.type}`);
    }
    const imports = resolveReferences(this.context.registry, registered.references);
    return this.format.compile({ schema: registered.schema, imports }, this.info, this.schema.isKey);
  }

  private toRow(codec: SchemaCodec): (value: SqlValue) => Row {
    let convert = this.toRowByCodec.get(codec);
    if (convert === undefined) {
      convert = this.makeToRow(codec);
      this.toRowByCodec.set(codec, convert);
    }
    return convert;
  }

  private makeToRow(codec: SchemaCodec): (value: SqlValue) => Row {
    const column = unwrappedColumn(this.schema);
    if (column !== undefined) {
      const convert = coercion(codec.type, column.type);
      return (value) => [convert(value)];
    }
    if (codec.type.kind !== 'STRUCT') {
      throw new Mismatch(
        `the data is ${codec.type.kind}, not a record`,
        'Write WRAP_SINGLE_VALUE=false to read a bare value.',
      );
    }
    for (const { name } of this.schema.columns) {
      if (codec.recursive?.some((path) => path.toUpperCase() === name.toUpperCase()) !== true) continue;
      throw new Mismatch(`the field ${name} is of a recursive type, which SQL does not have`, 'Leave the column out.');
    }
    const convert = rowCoercion(codec.type.fields, this.schema.columns, this.wanted);
    return (value) => convert(Array.isArray(value) ? value : []);
  }
}
