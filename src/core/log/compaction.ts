/**
 * Compaction: of each key the newest record stays (`org.apache.kafka.storage.internals.log.Cleaner`).
 *
 * Two passes over the partition, up to the last stable offset and without its last batch, where the log goes on: one notes
 * for each key the offset of its newest record, the other writes the batches anew without the others. What stays keeps its
 * offset and its bytes: the deltas in a record count from the batch's base, which is kept, as is the last offset delta, so that
 * the log has gaps and no offset moves. Tombstones stay until they are older than the topic's `delete.retention.ms`, so that
 * whoever reads in that time learns of the deletion. Records without a key are kept, and so are control batches and the
 * batches of transactions.
 *
 * The first pass needs memory for the keys; it stops at a bound, and the rest is done the next time.
 */
import { writeInt32 } from '../common/bytes.ts';
import { VarintReader } from '../common/varint.ts';
import type { StorageEntry, StorageKey, StoragePort } from '../ports/storage.ts';
import { batchKey, batchRange } from './log-keys.ts';
import { type PartitionLog, corruptBatch } from './partition-log.ts';
import {
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_AT,
  LOG_OVERHEAD_BYTES,
  RECORD_COUNT_AT,
  RecordBatchHeader,
  findBatchDefect,
  sealBatch,
} from './record-batch.ts';
import { type RecordColumns, decodeRecords } from './record-columns.ts';

export interface CompactedPartition {
  readonly puts: readonly StorageEntry[];
  readonly deletes: readonly StorageKey[];
  readonly removedBytes: number;
  /** Batches that are not as they were. */
  readonly changedBaseOffsets: readonly number[];
}

/** Which tombstones may go: those with an older timestamp, at a smaller offset. */
export interface TombstoneLimits {
  readonly tombstonesBeforeMs: number;
  readonly tombstonesFrom: number;
}

const PAGE_BATCHES = 64;
const MAX_KEYS = 500_000;
/** What one compaction rewrites at most, for it is held in memory until it is committed. */
const MAX_REWRITTEN_BYTES = 32 * 1024 * 1024;

/** @throws WeirError CORRUPT_BATCH */
export async function compactPartition(
  log: PartitionLog,
  storage: StoragePort,
  { tombstonesBeforeMs, tombstonesFrom }: TombstoneLimits,
): Promise<CompactedPartition> {
  const end = Math.min(log.lastStableOffset, log.highWatermark);
  const newest = new Map<string, number>();
  let lastBatchOffset = -1;
  let noted = 0;
  for await (const header of batchesOf(log, storage, end)) {
    if (newest.size >= MAX_KEYS) break;
    lastBatchOffset = header.baseOffset;
    noted = header.nextOffset;
    if (header.isControl) continue;
    const records = decodeRecords(header.bytes);
    for (let i = 0; i < records.count; i++) {
      const key = keyText(records, i);
      if (key !== null) newest.set(key, records.offset(i));
    }
  }

  const puts: StorageEntry[] = [];
  const deletes: StorageKey[] = [];
  const changedBaseOffsets: number[] = [];
  let removedBytes = 0;
  let rewrittenBytes = 0;
  for await (const header of batchesOf(log, storage, noted)) {
    if (header.baseOffset === lastBatchOffset || rewrittenBytes > MAX_REWRITTEN_BYTES) break;
    if (header.isControl || header.isTransactional) continue;
    const records = decodeRecords(header.bytes);
    const kept: number[] = [];
    for (let i = 0; i < records.count; i++) {
      const key = keyText(records, i);
      const isNewest = key === null || newest.get(key) === records.offset(i);
      const isSpent =
        (records.valueLengths[i] as number) < 0 &&
        records.timestampMs(i) < tombstonesBeforeMs &&
        records.offset(i) < tombstonesFrom;
      if (isNewest && !(isSpent && key !== null)) kept.push(i);
    }
    if (kept.length === records.count) continue;
    changedBaseOffsets.push(header.baseOffset);
    const key = batchKey(log.id.topicId, log.id.partition, header.lastOffset);
    if (kept.length === 0) {
      deletes.push(key);
      removedBytes += header.bytes.length;
      continue;
    }
    const value = retainRecords(header.bytes, kept);
    puts.push({ key, value });
    removedBytes += header.bytes.length - value.length;
    rewrittenBytes += value.length;
  }
  return { puts, deletes, removedBytes, changedBaseOffsets };
}

/** The batch with these records alone, by ascending index; all else in it stays as it is. */
function retainRecords(batch: Uint8Array, kept: readonly number[]): Uint8Array {
  const result = new Uint8Array(batch.length);
  result.set(batch.subarray(0, BATCH_HEADER_BYTES));
  const reader = new VarintReader(batch, BATCH_HEADER_BYTES);
  let at = BATCH_HEADER_BYTES;
  let index = 0;
  for (const wanted of kept) {
    for (; index < wanted; index++) {
      const skipped = reader.varint();
      reader.position += skipped;
    }
    const start = reader.position;
    const length = reader.varint();
    reader.position += length;
    index++;
    result.set(batch.subarray(start, reader.position), at);
    at += reader.position - start;
  }
  const compacted = result.slice(0, at);
  writeInt32(compacted, BATCH_LENGTH_AT, compacted.length - LOG_OVERHEAD_BYTES);
  writeInt32(compacted, RECORD_COUNT_AT, kept.length);
  sealBatch(compacted);
  return compacted;
}

async function* batchesOf(log: PartitionLog, storage: StoragePort, end: number): AsyncGenerator<RecordBatchHeader> {
  const { topicId, partition } = log.id;
  let position = log.logStartOffset;
  for (;;) {
    const entries = await storage.scan(batchRange(topicId, partition, position, end), { limit: PAGE_BATCHES });
    for (const { value } of entries) {
      const defect = findBatchDefect(value);
      const header = new RecordBatchHeader(value);
      if (defect !== null) {
        const error = corruptBatch(log.id, position, defect.reason);
        log.fail(error);
        throw error;
      }
      yield header;
      position = header.nextOffset;
    }
    if (entries.length < PAGE_BATCHES) return;
  }
}

/** The key's bytes as a string of as many characters, for a Map to compare; null for a record without a key. */
function keyText(records: RecordColumns, index: number): string | null {
  const length = records.keyLengths[index] as number;
  if (length < 0) return null;
  const start = records.keyStarts[index] as number;
  let text = '';
  for (let at = start; at < start + length; at++) text += String.fromCharCode(records.bytes[at] as number);
  return text;
}
