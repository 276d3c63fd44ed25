/** Layers below the queries, to tell where a query's time goes. */
import { RecordBatchBuilder } from '../../src/core/log/record-batch-builder.ts';
import { decodeRecords } from '../../src/core/log/record-columns.ts';
import { recodeJson } from '../hand/serde.ts';
import type { HandResult } from '../hand/codec.ts';
import type { Records } from '../orders.ts';
import type { BenchCase } from './case.ts';

const BATCH_RECORDS = 5_000;

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
    name: 'record batches alone',
    events: ({ orders }) => orders.count,
    hand: ({ orders }) => recodeJson(orders),
    prepareOurs: ({ orders }) => Promise.resolve(() => rebatch(orders)),
  },
];
