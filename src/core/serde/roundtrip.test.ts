/** What goes in comes out, for any schema and any values, in every format. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  decimal,
  DOUBLE,
  INTEGER,
  map,
  struct,
  TIME,
  TIMESTAMP,
  VARCHAR,
  type Row,
  type SqlType,
  type SqlValue,
} from '../common/sql-type.ts';
import { normalizeBigint } from '../common/values/bigint.ts';
import { fromUnscaled } from '../common/values/decimal-text.ts';
import type { WeirError } from '../common/errors.ts';
import type { FormatName, FormatProperties, PersistenceSchema } from './format.ts';
import { TextOutput } from '../common/text-output.ts';
import { FORMATS } from './registry.ts';
import { SchemaRegistry } from './schema-registry.ts';

const finite = { noNaN: true, noDefaultInfinity: true };

function valueOf(type: SqlType): fc.Arbitrary<SqlValue> {
  switch (type.kind) {
    case 'BOOLEAN':
      return fc.boolean();
    case 'INTEGER':
      return fc.integer();
    case 'BIGINT':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(normalizeBigint);
    case 'DOUBLE':
      // JSON has no negative zero: Jackson reads it as zero
      return fc.double(finite).map((value) => value + 0);
    case 'VARCHAR':
      return fc.string({ unit: 'binary' });
    case 'BYTES':
      return fc.uint8Array().map((bytes) => new Uint8Array(bytes));
    case 'DATE':
      return fc.integer({ min: -100_000, max: 100_000 });
    case 'TIME':
      return fc.integer({ min: 0, max: 86_399_999 });
    case 'TIMESTAMP':
      return fc.integer({ min: -1e13, max: 1e13 });
    case 'DECIMAL': {
      const bound = 10n ** BigInt(type.precision) - 1n;
      return fc.bigInt({ min: -bound, max: bound }).map((unscaled) => fromUnscaled(unscaled, type.scale));
    }
    case 'ARRAY':
      return fc.array(valueOf(type.element), { maxLength: 4 });
    case 'MAP':
      return fc
        .array(fc.tuple(valueOf(type.key), valueOf(type.value)), { maxLength: 4 })
        .map((entries) => new Map<SqlValue, SqlValue>(entries));
    case 'STRUCT':
      return fc.tuple(...type.fields.map((field) => valueOf(field.type)));
  }
}

const scalarType = fc.oneof(
  fc.constantFrom<SqlType>(BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, BYTES, DATE, TIME, TIMESTAMP),
  fc
    .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
    .map(([precision, scale]) => decimal(precision, Math.min(scale, precision))),
);
/** Columns of any types; `nesting` is what Protobuf cannot have: collections in collections. */
function typeOf(depth: number, nesting: boolean): fc.Arbitrary<SqlType> {
  if (depth === 0) return scalarType;
  const inner = typeOf(depth - 1, nesting);
  const item = nesting ? inner : fc.oneof(scalarType, fc.constant(struct([{ name: 'F', type: VARCHAR }])));
  return fc.oneof(
    { weight: 3, arbitrary: scalarType },
    { weight: 1, arbitrary: item.map(array) },
    { weight: 1, arbitrary: item.map((value) => map(VARCHAR, value)) },
    {
      weight: 1,
      arbitrary: fc
        .array(inner, { minLength: 1, maxLength: 3 })
        .map((types) => struct(types.map((type, i) => ({ name: `F${i}`, type })))),
    },
  );
}

interface Sample {
  readonly schema: PersistenceSchema;
  readonly rows: readonly Row[];
}
function samples(types: fc.Arbitrary<SqlType>, nullable: boolean): fc.Arbitrary<Sample> {
  return fc.array(types, { minLength: 1, maxLength: 5 }).chain((columnTypes) => {
    const cell = (type: SqlType): fc.Arbitrary<SqlValue> =>
      nullable ? fc.option(valueOf(type), { freq: 5 }) : valueOf(type);
    return fc.record({
      schema: fc.constant({
        columns: columnTypes.map((type, i) => ({ name: `C${i}`, type })),
        isKey: false,
        features: new Set<never>(),
      }),
      rows: fc.array(fc.tuple(...columnTypes.map(cell)), { minLength: 1, maxLength: 5 }),
    });
  });
}

function expectRoundTrip(name: FormatName, { schema, rows }: Sample, properties: FormatProperties = {}): void {
  const info = { name, properties };
  const context = { subject: 't-value', topic: 't', registry: new SchemaRegistry() };
  const serde = FORMATS[name].serde(schema, info, context);
  const bytes = rows.map((row) => serde.serialize(row));
  const out: (Row | null | WeirError)[] = [];
  serde.deserializeBatch(bytes, out);
  expect(out).toEqual(rows);
  expect(bytes.map((b) => (b === null ? null : serde.deserialize(b)))).toEqual(rows);
  if (serde.write !== undefined) {
    const output = new TextOutput();
    for (const [i, row] of rows.entries()) {
      output.reset();
      expect(serde.write(row, output)).toBe(bytes[i] !== null);
      expect(output.buffer.slice(0, output.length)).toEqual(bytes[i] ?? new Uint8Array());
    }
  }
}

describe('round trips', () => {
  it.each<FormatName>(['JSON', 'JSON_SR', 'AVRO'])('%s', (name) => {
    fc.assert(fc.property(samples(typeOf(2, true), true), (sample) => expectRoundTrip(name, sample)));
  });

  it.each<[FormatName, FormatProperties]>([
    ['PROTOBUF', {}],
    ['PROTOBUF', { NULLABLE_REPRESENTATION: 'OPTIONAL' }],
    ['PROTOBUF', { NULLABLE_REPRESENTATION: 'WRAPPER' }],
    ['PROTOBUF_NOSR', {}],
  ])('%s %j', (name, properties) => {
    fc.assert(fc.property(samples(typeOf(2, false), false), (sample) => expectRoundTrip(name, sample, properties)));
  });

  it('DELIMITED: an empty string comes back as null', () => {
    fc.assert(
      fc.property(samples(scalarType, true), ({ schema, rows }) => {
        const texts = rows.map((row) =>
          row.map((value) => (value === '' || (value instanceof Uint8Array && value.length === 0) ? null : value)),
        );
        // a line of one empty field is no record at all
        const lines = texts.filter((row) => row.length > 1 || row[0] !== null);
        expectRoundTrip('DELIMITED', { schema, rows: lines });
      }),
    );
  });

  it('KAFKA', () => {
    const kafkaType = fc.constantFrom<SqlType>(INTEGER, BIGINT, DOUBLE, VARCHAR, BYTES);
    fc.assert(
      fc.property(
        kafkaType.chain((type) => fc.tuple(fc.constant(type), valueOf(type))),
        ([type, value]) => {
          const schema = { columns: [{ name: 'C', type }], isKey: true, features: new Set<never>() };
          expectRoundTrip('KAFKA', { schema, rows: [[value]] });
        },
      ),
    );
  });
});
