/**
 * Opens a partition.
 *
 * 1. Takes the checkpoint, if there is a sound one.
 * 2. Looks at the last batch. If its bytes stop short it is a torn write: it was never acknowledged, so it is removed, and
 *    then the one before is looked at. What the checkpoint covers was acknowledged and is never removed.
 * 3. Replays the batches that the checkpoint does not cover: each is checked for length, checksum and for coming
 *    after the one before it. The first that fails marks the partition as failed; what precedes it is not thrown away.
 *
 * Batches that the checkpoint covers are checked when they are read. Logs get one only as they grow (see
 * broker/maintenance.ts), so a short log is checked whole.
 */
import { assert } from '../common/errors.ts';
import type { StorageKey, StoragePort } from '../ports/storage.ts';
import type { BatchCache } from './batch-cache.ts';
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts';
import { batchRange, checkpointKey } from './log-keys.ts';
import { type PartitionId, PartitionLog, corruptBatch } from './partition-log.ts';
import { producerChange } from './producer-state.ts';
import { RecordBatchHeader, findBatchDefect } from './record-batch.ts';

/** A torn write that was taken off a log's end. */
export interface Truncation {
  readonly topic: string;
  readonly partition: number;
  /** The log ends here now. */
  readonly logEndOffset: number;
  readonly removedBytes: number;
}

export interface RecoveredPartition {
  readonly log: PartitionLog;
  readonly truncation: Truncation | null;
}

const PAGE_BATCHES = 64;

export async function openPartition(
  id: PartitionId,
  storage: StoragePort,
  cache: BatchCache,
): Promise<RecoveredPartition> {
  const stored = await storage.read(checkpointKey(id.topicId, id.partition));
  const checkpoint = stored === undefined ? null : decodeCheckpoint(stored);
  const removedBytes = await removeTornTail(id, storage, checkpoint?.nextOffset ?? 0);
  const log = await replay(id, storage, cache, checkpoint);
  const { topic, partition } = id;
  const truncation = removedBytes === 0 ? null : { topic, partition, logEndOffset: log.nextOffset, removedBytes };
  return { log, truncation };
}

async function replay(
  id: PartitionId,
  storage: StoragePort,
  cache: BatchCache,
  checkpoint: Checkpoint | null,
): Promise<PartitionLog> {
  const { topicId, partition } = id;
  const log = new PartitionLog(id, storage, cache, checkpoint);
  let position = checkpoint?.nextOffset ?? 0;
  let isFirst = checkpoint === null;
  for (;;) {
    const entries = await storage.scan(batchRange(topicId, partition, position), { limit: PAGE_BATCHES });
    for (const { key, value } of entries) {
      const defect = findBatchDefect(value);
      const header = new RecordBatchHeader(value);
      const offset = value.length >= 8 && defect === null ? header.baseOffset : log.nextOffset;
      if (defect !== null) {
        log.fail(corruptBatch(id, offset, defect.reason));
        return log;
      }
      if (header.baseOffset < log.nextOffset || header.lastOffset !== key.at(-1)) {
        log.fail(corruptBatch(id, offset, `it claims offsets ${header.baseOffset} to ${header.lastOffset}`));
        return log;
      }
      if (isFirst) {
        // Without a checkpoint the log starts where its first batch does.
        log.startMoved(header.baseOffset, { sizeBytes: 0, batchCount: 0 });
        isFirst = false;
      }
      log.advance({ header, producerChange: producerChange(log.producers.get(header.producerId), header) });
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < PAGE_BATCHES) return log;
    position = offsetOf(last.key) + 1;
  }
}

/** Removes torn batches from the end, back to `from`; returns how many bytes they had. */
async function removeTornTail(id: PartitionId, storage: StoragePort, from: number): Promise<number> {
  const range = batchRange(id.topicId, id.partition, from);
  let removedBytes = 0;
  for (;;) {
    const last = (await storage.scan(range, { limit: 1, reverse: true }))[0];
    if (last === undefined || findBatchDefect(last.value)?.kind !== 'torn') return removedBytes;
    await storage.apply({ puts: [], deletes: [last.key] }, 'strict');
    removedBytes += Math.max(1, last.value.length);
  }
}

function offsetOf(key: StorageKey): number {
  const offset = key.at(-1);
  assert(typeof offset === 'number', 'a batch key ends in an offset');
  return offset;
}
