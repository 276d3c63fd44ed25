/** Serdes alone: records decoded to rows and encoded again, beside a loop over the library that is usual for the format. */
import type { WeirError } from '../../src/core/common/errors.ts';
import {
  array,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  struct,
  VARCHAR,
  type Row,
  type SqlType,
} from '../../src/core/common/sql-type.ts';
import type { FormatName, PersistenceSchema, RowSerde } from '../../src/core/serde/format.ts';
import { FORMATS } from '../../src/core/serde/registry.ts';
import { SchemaRegistry } from '../../src/core/serde/schema-registry.ts';
import type { HandResult } from '../hand/codec.ts';
import { recodeAvro, recodeJson, recodeProtobuf } from '../hand/serde.ts';
import type { Records, Shop } from '../orders.ts';
import type { BenchCase } from './case.ts';

/** As many as a task decodes at once. */
const BATCH_RECORDS = 512;
const SUBJECT = 'orders-value';

export const ORDER = valueSchema({
  ORDER_ID: BIGINT,
  PRODUCT: VARCHAR,
  QUANTITY: INTEGER,
  PRICE: DOUBLE,
  STATUS: VARCHAR,
});

const BASKET = valueSchema({
  ORDER_ID: BIGINT,
  PLACED_AT: BIGINT,
  SHIP_TO: fields({ STREET: VARCHAR, CITY: VARCHAR, ZIP: VARCHAR }),
  ITEMS: array(fields({ PRODUCT: VARCHAR, QUANTITY: INTEGER, PRICE: DOUBLE })),
  TAGS: array(VARCHAR),
  TOTAL: DOUBLE,
  PAID: BOOLEAN,
});

function fields(types: Readonly<Record<string, SqlType>>): SqlType {
  return struct(Object.entries(types).map(([name, type]) => ({ name, type })));
}

function valueSchema(types: Readonly<Record<string, SqlType>>): PersistenceSchema {
  return {
    columns: Object.entries(types).map(([name, type]) => ({ name, type })),
    isKey: false,
    features: new Set(),
  };
}

function serdeOf(format: FormatName, schema: PersistenceSchema, registry: SchemaRegistry): RowSerde {
  const context = { subject: SUBJECT, topic: 'orders', registry };
  return FORMATS[format].serde(schema, { name: format, properties: {} }, context);
}

function recodeRows(records: Records, serde: RowSerde): HandResult {
  const rows: (Row | null | WeirError)[] = [];
  let sizeBytes = 0;
  for (let from = 0; from < records.count; from += BATCH_RECORDS) {
    const values: Uint8Array[] = [];
    for (let i = from; i < Math.min(records.count, from + BATCH_RECORDS); i++) values.push(records.value(i));
    serde.deserializeBatch(values, rows);
    for (const row of rows) {
      if (!Array.isArray(row)) throw row ?? new Error('a record without a row');
      sizeBytes += serde.serialize(row)?.length ?? 0;
    }
  }
  return { records: records.count, sizeBytes };
}

interface FormatCase {
  readonly name: string;
  readonly format: FormatName;
  readonly schema: PersistenceSchema;
  /** As JSON. */
  readonly records: (shop: Shop) => Records;
  readonly hand: (records: Records, schemaText: string) => HandResult;
}

function formatCase({ name, format, schema, records, hand }: FormatCase): BenchCase {
  const registry = new SchemaRegistry();
  const inputs = new WeakMap<Shop, Records>();
  const inputOf = (shop: Shop): Records => {
    let input = inputs.get(shop);
    if (input === undefined) {
      input = format === 'JSON' ? records(shop) : translated(records(shop), serdeOf(format, schema, registry), schema);
      inputs.set(shop, input);
    }
    return input;
  };
  return {
    name,
    events: (shop) => records(shop).count,
    hand: (shop) => hand(inputOf(shop), registry.latest(SUBJECT)?.schema ?? ''),
    prepareOurs: (shop) => {
      const input = inputOf(shop);
      const serde = serdeOf(format, schema, registry);
      return Promise.resolve(() => recodeRows(input, serde));
    },
  };
}

/** JSON records in another format. */
function translated(records: Records, serde: RowSerde, schema: PersistenceSchema): Records {
  const json = serdeOf('JSON', schema, new SchemaRegistry());
  return records.mapValues((value) => {
    const row = json.deserialize(value);
    const bytes = row === null ? null : serde.serialize(row);
    if (bytes === null) throw new Error('a record without a value');
    return bytes;
  });
}

const LOOPS = { JSON: recodeJson, AVRO: recodeAvro, PROTOBUF: recodeProtobuf } as const;

const SHAPES = [
  { shape: 'orders', schema: ORDER, records: ({ orders }: Shop) => orders },
  { shape: 'nested orders', schema: BASKET, records: ({ baskets }: Shop) => baskets },
] as const;

export const SERDES: readonly BenchCase[] = (['JSON', 'AVRO', 'PROTOBUF'] as const).flatMap((format) =>
  SHAPES.map(({ shape, schema, records }) =>
    formatCase({ name: `${format} decode + encode, ${shape}`, format, schema, records, hand: LOOPS[format] }),
  ),
);
