/** A topic's records for the log picture and the inspector. */
import { toWeirError } from '../core/broker/partition-error.ts';
import type { BrokerApi } from '../core/broker/api.ts';
import { RecordBatchHeader } from '../core/log/record-batch.ts';
import { readControlType } from '../core/log/control-record.ts';
import { decodeRecords, type RecordColumns } from '../core/log/record-columns.ts';
import { murmur2 } from '../core/common/murmur2.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import { decodeForDisplay } from '../core/ksql/queries/record-text.ts';
import type { ReadRecordsRequest, RecordDetail, RecordView } from '../protocol/api.ts';

/** Bytes that one read may bring: a screenful of lanes, not a log. */
const READ_BYTES = 512 * 1024;
const TEXT_LENGTH = 400;

export async function readRecords(engine: Engine, request: ReadRecordsRequest): Promise<readonly RecordView[]> {
  const views: RecordView[] = [];
  await visit(engine.broker, request.topic, request.partition, request.from, (header, records, i) => {
    views.push(viewOf(engine, request.topic, request.partition, header, records, i));
    return views.length < request.limit;
  });
  return views;
}

export async function readRecord(
  engine: Engine,
  topic: string,
  partition: number,
  offset: number,
): Promise<RecordDetail | undefined> {
  let detail: RecordDetail | undefined;
  await visit(engine.broker, topic, partition, offset, (header, records, i) => {
    if (records.offset(i) === offset) {
      const text = decodeForDisplay(engine, topic, records.key(i), records.value(i));
      detail = {
        ...viewOf(engine, topic, partition, header, records, i),
        keyText: text.key,
        valueText: text.value,
        keyBytes: copy(records.key(i)),
        valueBytes: copy(records.value(i)),
        keyFormat: text.keyFormat,
        valueFormat: text.valueFormat,
        headers: records.headers(i).map((h) => ({
          key: h.key,
          text: h.value === null ? '' : new TextDecoder().decode(h.value),
          bytes: copy(h.value),
        })),
        batch: {
          baseOffset: header.baseOffset,
          records: records.count,
          sizeBytes: header.bytes.length,
          crc: header.crc.toString(16).padStart(8, '0'),
        },
      };
    }
    return false;
  });
  return detail;
}

/** Calls `take` for each record from the offset on, until it says false or what was fetched has ended. */
async function visit(
  broker: BrokerApi,
  topic: string,
  partition: number,
  from: number,
  take: (header: RecordBatchHeader, records: RecordColumns, index: number) => boolean,
): Promise<void> {
  const { partitions } = await broker.fetch({ partitions: [{ topic, partition, offset: from }], maxBytes: READ_BYTES });
  const [fetched] = partitions;
  if (fetched === undefined) return;
  if (fetched.error !== null) {
    if (fetched.error.code === 'OFFSET_OUT_OF_RANGE') return;
    throw toWeirError(fetched.error);
  }
  for (const bytes of fetched.batches) {
    const header = new RecordBatchHeader(bytes);
    const records = decodeRecords(bytes);
    for (let i = records.firstIndexAt(from); i < records.count; i++) if (!take(header, records, i)) return;
  }
}

function viewOf(
  engine: Engine,
  topic: string,
  partition: number,
  header: RecordBatchHeader,
  records: RecordColumns,
  i: number,
): RecordView {
  const key = records.key(i);
  const value = records.value(i);
  const text = header.isControl ? { key: null, value: null } : decodeForDisplay(engine, topic, key, value);
  const control = header.isControl ? (readControlType(header.bytes) ?? undefined) : undefined;
  return {
    topic,
    partition,
    offset: records.offset(i),
    timestampMs: records.timestampMs(i),
    keyText: cut(text.key),
    valueText: cut(text.value),
    keySizeBytes: key?.length ?? 0,
    valueSizeBytes: value?.length ?? 0,
    keyHash: key === null ? -1 : murmur2(key) & 0x7fffffff,
    tombstone: value === null && !header.isControl,
    ...(control === undefined ? {} : { control }),
  };
}

function cut(text: string | null): string | null {
  return text !== null && text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)}…` : text;
}

function copy(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : bytes.slice();
}
