/** Records in Avro's binary encoding: their fields one after another, in the order of the schema. */
import { WeirError } from '../common/errors.ts';
import { struct, type Row, type SqlValue, type StructField } from '../common/sql-type.ts';
import { isNullable, type AvroField, type AvroSchema } from './avro-schema.ts';
import { skip } from './avro-skip.ts';
import { expectArray } from './fit.ts';
import { jsonDecoder } from './json-decode.ts';
import type { SchemaCodec } from './schema-codec.ts';
import { fieldStep, Mismatch, rethrowWithin } from './serde-errors.ts';

interface FieldPlan {
  readonly name: string;
  readonly type: AvroSchema;
  /** Undefined: the field has no SQL counterpart. */
  readonly codec: SchemaCodec | undefined;
  /** The field's index in the row, or -1. */
  readonly column: number;
  readonly nullable: boolean;
  /** What is written for a null that the schema does not allow. */
  readonly fallback: SqlValue | undefined;
}

/** @param codecs of the fields, undefined for those without SQL counterpart */
export function recordCodec(fields: readonly AvroField[], codecs: readonly (SchemaCodec | undefined)[]): SchemaCodec {
  const columns: StructField[] = [];
  const plans = fields.map((field, i): FieldPlan => {
    const codec = codecs[i];
    if (codec !== undefined) columns.push({ name: field.name, type: codec.type });
    return {
      name: field.name,
      type: field.type,
      codec,
      column: codec === undefined ? -1 : columns.length - 1,
      nullable: isNullable(field.type),
      fallback: codec === undefined ? undefined : defaultValue(field, codec),
    };
  });
  const blank: Row = columns.map(() => null);
  return {
    type: struct(columns),
    encode(value, out) {
      const row = expectArray(value);
      let i = 0;
      try {
        for (; i < plans.length; i++) {
          const plan = plans[i] as FieldPlan;
          if (plan.codec === undefined) {
            throw new Mismatch('the schema requires a field that has no SQL counterpart');
          }
          let item = row[plan.column] ?? null;
          if (item === null && !plan.nullable) {
            if (plan.fallback === undefined) {
              throw new Mismatch(
                'is null, and the schema requires a value',
                'Make the field a union with null in the schema.',
              );
            }
            item = plan.fallback;
          }
          plan.codec.encode(item, out);
        }
      } catch (error) {
        rethrowWithin(error, fieldStep(plans[i]?.name ?? ''));
      }
    },
    decode(reader) {
      const row = blank.slice();
      for (const plan of plans) {
        if (plan.codec !== undefined) row[plan.column] = plan.codec.decode(reader);
        else skip(plan.type, reader);
      }
      return row;
    },
  };
}

/** A field's default as a value; undefined when there is none or it is null. */
function defaultValue(field: AvroField, codec: SchemaCodec): SqlValue | undefined {
  if (field.defaultValue === undefined || field.defaultValue === null) return undefined;
  if (codec.type.kind === 'BYTES') return latin1(field.defaultValue);
  try {
    return jsonDecoder(codec.type)(field.defaultValue);
  } catch (error) {
    throw new WeirError('INVALID_SCHEMA', `The default of the Avro field "${field.name}" does not fit its type.`, {
      cause: error,
    });
  }
}

/** Defaults of bytes are strings whose characters are the bytes. */
function latin1(node: unknown): Uint8Array | undefined {
  return typeof node === 'string' ? Uint8Array.from(node, (c) => c.charCodeAt(0)) : undefined;
}
