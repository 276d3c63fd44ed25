/** Layers below the queries, to tell where a query's time goes. */
import { FORMATS } from '../../src/core/serde/registry.ts';
import type { RowSerde, SchemaRegistryPort } from '../../src/core/serde/format.ts';
import type { WeirError } from '../../src/core/common/errors.ts';
import type { Row, SqlType } from '../../src/core/common/sql-type.ts';
import { RecordBatchBuilder } from '../../src/core/log/record-batch-builder.ts';
import { decodeRecords } from '../../src/core/log/record-columns.ts';
import { recode } from '../hand/serde.ts';
import type { HandResult } from '../hand/codec.ts';
import type { Records } from '../orders.ts';
import type { BenchCase } from './case.ts';

const BATCH_RECORDS = 5_000;

const COLUMNS: readonly { readonly name: string; readonly type: SqlType }[] = [
  { name: 'ORDER_ID', type: { kind: 'BIGINT' } },
  { name: 'PRODUCT', type: { kind: 'VARCHAR' } },
  { name: 'QUANTITY', type: { kind: 'INTEGER' } },
  { name: 'PRICE', type: { kind: 'DOUBLE' } },
  { name: 'STATUS', type: { kind: 'VARCHAR' } },
];

const NO_REGISTRY: SchemaRegistryPort = {
  register: () => {
    throw new Error('JSON registers no schema');
  },
  byId: () => undefined,
  latest: () => undefined,
  version: () => undefined,
};

function orderSerde(): RowSerde {
  return FORMATS.JSON.serde(
    { columns: COLUMNS, isKey: false, features: new Set() },
    { name: 'JSON', properties: {} },
    { subject: 'orders-value', topic: 'orders', registry: NO_REGISTRY },
  );
}

function recodeRows(orders: Records, serde: RowSerde): HandResult {
  const rows: (Row | null | WeirError)[] = [];
  let sizeBytes = 0;
  for (let from = 0; from < orders.count; from += BATCH_RECORDS) {
    const values: Uint8Array[] = [];
    for (let i = from; i < Math.min(orders.count, from + BATCH_RECORDS); i++) values.push(orders.value(i));
    serde.deserializeBatch(values, rows);
    for (const row of rows) if (Array.isArray(row)) sizeBytes += serde.serialize(row)?.length ?? 0;
  }
  return { records: orders.count, sizeBytes };
}

/** Into record batches and out of them again. */
function rebatch(orders: Records): HandResult {
  const builder = new RecordBatchBuilder();
  let records = 0;
  let sizeBytes = 0;
  for (let i = 0; i < orders.count; i++) {
    builder.append(orders.key(i), orders.value(i), orders.timestampsMs[i] ?? 0);
    if (builder.count < BATCH_RECORDS && i < orders.count - 1) continue;
    const decoded = decodeRecords(builder.build());
    records += decoded.count;
    for (let at = 0; at < decoded.count; at++) sizeBytes += decoded.value(at)?.length ?? 0;
  }
  return { records, sizeBytes };
}

export const LAYERS: readonly BenchCase[] = [
  {
    name: 'JSON serde alone',
    events: ({ orders }) => orders.count,
    hand: ({ orders }) => recode(orders),
    prepareOurs: ({ orders }) => {
      const serde = orderSerde();
      return Promise.resolve(() => recodeRows(orders, serde));
    },
  },
  {
    name: 'record batches alone',
    events: ({ orders }) => orders.count,
    hand: ({ orders }) => recode(orders),
    prepareOurs: ({ orders }) => Promise.resolve(() => rebatch(orders)),
  },
];
