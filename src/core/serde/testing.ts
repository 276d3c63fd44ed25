/** For tests: schemas of given types, and of any types with rows of any values. */
import fc from 'fast-check';
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
import type { PersistenceSchema, SerdeFeature } from './format.ts';

/** A value's schema: its columns by name. */
export function schemaOf(columns: Readonly<Record<string, SqlType>>, ...features: SerdeFeature[]): PersistenceSchema {
  return {
    columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
    isKey: false,
    features: new Set(features),
  };
}

const finite = { noNaN: true, noDefaultInfinity: true };

/**
 * Where nulls may stand: nowhere, in columns, everywhere, or in what Protobuf can leave out: columns and fields of structs that
 * are no collections.
 */
export type Nulls = 'none' | 'columns' | 'everywhere' | 'presence';

const isCollection = (type: SqlType): boolean => type.kind === 'ARRAY' || type.kind === 'MAP';

function fieldOf(type: SqlType, nulls: Nulls): fc.Arbitrary<SqlValue> {
  const value = valueOf(type, nulls);
  const isNullable = nulls === 'everywhere' || (nulls === 'presence' && !isCollection(type));
  return isNullable ? fc.option(value, { freq: 5 }) : value;
}

function itemOf(type: SqlType, nulls: Nulls): fc.Arbitrary<SqlValue> {
  const value = valueOf(type, nulls);
  return nulls === 'everywhere' ? fc.option(value, { freq: 5 }) : value;
}

/** A value of the type that is not null itself. */
export function valueOf(type: SqlType, nulls: Nulls = 'none'): fc.Arbitrary<SqlValue> {
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
      return fc.array(itemOf(type.element, nulls), { maxLength: 4 });
    case 'MAP':
      return fc
        .array(fc.tuple(valueOf(type.key), itemOf(type.value, nulls)), { maxLength: 4 })
        .map((entries) => new Map<SqlValue, SqlValue>(entries));
    case 'STRUCT':
      return fc.tuple(...type.fields.map((field) => fieldOf(field.type, nulls)));
  }
}

export const scalarType = fc.oneof(
  fc.constantFrom<SqlType>(BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, BYTES, DATE, TIME, TIMESTAMP),
  fc
    .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
    .map(([precision, scale]) => decimal(precision, Math.min(scale, precision))),
);
/** Columns of any types; `nesting` is what Protobuf cannot have: collections in collections. */
export function typeOf(depth: number, nesting: boolean): fc.Arbitrary<SqlType> {
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

export interface Sample {
  readonly schema: PersistenceSchema;
  readonly rows: readonly Row[];
}
/** Schemas of one to five columns, of a value or a key, with rows. A single column stands bare where `isBare` says so. */
export function samples(
  types: fc.Arbitrary<SqlType>,
  nulls: Nulls,
  { isKey = false, isBare = false } = {},
): fc.Arbitrary<Sample> {
  return fc.array(types, { minLength: 1, maxLength: isBare ? 1 : 5 }).chain((columnTypes) => {
    const cell = (type: SqlType): fc.Arbitrary<SqlValue> =>
      nulls === 'columns' ? fc.option(valueOf(type), { freq: 5 }) : fieldOf(type, nulls);
    return fc.record({
      schema: fc.constant({
        columns: columnTypes.map((type, i) => ({ name: `C${i}`, type })),
        isKey,
        features: new Set<SerdeFeature>(isBare ? ['UNWRAP_SINGLES'] : []),
      }),
      rows: fc.array(fc.tuple(...columnTypes.map(isBare ? (type) => valueOf(type, nulls) : cell)), {
        minLength: 1,
        maxLength: 5,
      }),
    });
  });
}
