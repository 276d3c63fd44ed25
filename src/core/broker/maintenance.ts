/**
 * What keeps a log from growing for ever. Each step reads ahead of time what it will remove, and then changes the partition in
 * one exclusive commit; it runs one step at a time, so that what was read is still so. Appends only ever add at the end.
 *
 * - `deleteRecords` moves the log start up; whole batches before it are removed.
 * - Retention moves it up past batches that are too old or too many.
 * - Compaction (compaction.ts) keeps of each key the newest record.
 * - A checkpoint is written when a log has grown by `CHECKPOINT_BYTES`, so that opening it need not replay all of it.
 */
import { WeirError } from '../common/errors.ts';
import { compactPartition } from '../log/compaction.ts';
import { batchRange, checkpointKey } from '../log/log-keys.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { RecordBatchHeader } from '../log/record-batch.ts';
import type { StoragePort } from '../ports/storage.ts';
import type { TopicConfig } from './api.ts';
import type { CommitStage } from './commit-stage.ts';

export const CHECKPOINT_BYTES = 16 * 1024 * 1024;
const PAGE_BATCHES = 64;
/** A log is compacted when at least this part of it came after the last time (Kafka's min.cleanable.dirty.ratio). */
const MIN_DIRTY_RATIO = 0.5;

export interface MaintenanceContext {
  readonly storage: StoragePort;
  /** Tombstones of the partition from this offset on are not to be removed. */
  readonly tombstonesFrom: (topicId: number, partition: number) => number;
  /** Commits alone, when all that was queued before is durable; does nothing when the topic has been deleted meanwhile. */
  readonly exclusive: (log: PartitionLog, stage: (stage: CommitStage) => void) => Promise<void>;
  /** The log start of a partition has moved. */
  readonly moved: (log: PartitionLog) => void;
}

interface Prefix {
  readonly logStartOffset: number;
  readonly sizeBytes: number;
  readonly batchCount: number;
}

export class Maintenance {
  readonly #context: MaintenanceContext;
  /** Bytes that a log had after it was last compacted. */
  readonly #compactedBytes = new WeakMap<PartitionLog, number>();
  #last: Promise<void> = Promise.resolve();

  constructor(context: MaintenanceContext) {
    this.#context = context;
  }

  /** @throws WeirError OFFSET_OUT_OF_RANGE, CORRUPT_BATCH */
  deleteRecords(log: PartitionLog, beforeOffset: number): Promise<void> {
    return this.#serially(async () => {
      log.requireUsable();
      const target = beforeOffset === -1 ? log.highWatermark : beforeOffset;
      if (target > log.highWatermark || target < 0) {
        throw new WeirError(
          'OFFSET_OUT_OF_RANGE',
          `Records of ${log.name} cannot be deleted up to ${target}: the log ends at ${log.highWatermark}.`,
          { details: { ...log.id, offset: target, logEndOffset: log.highWatermark } },
        );
      }
      await this.#moveStart(log, (header) => header.lastOffset < target, target);
    });
  }

  /** Applies the topic's cleanup policy to one partition. */
  clean(log: PartitionLog, config: TopicConfig, nowMs: number): Promise<void> {
    return this.#serially(async () => {
      if (log.failure !== null) return;
      const policy = config['cleanup.policy'];
      if (policy !== 'compact') await this.#applyRetention(log, config, nowMs);
      if (policy !== 'delete') await this.#compact(log, config, nowMs);
    });
  }

  checkpoint(log: PartitionLog): Promise<void> {
    return this.#serially(() =>
      this.#context.exclusive(log, (stage) => {
        this.#stageCheckpoint(stage, log, {});
      }),
    );
  }

  async #applyRetention(log: PartitionLog, config: TopicConfig, nowMs: number): Promise<void> {
    const retentionMs = config['retention.ms'];
    const retentionBytes = config['retention.bytes'];
    if (retentionMs < 0 && retentionBytes < 0) return;
    let leftBytes = log.sizeBytes;
    await this.#moveStart(log, (header) => {
      const isOld = retentionMs >= 0 && header.maxTimestampMs < nowMs - retentionMs;
      const isBeyond = retentionBytes >= 0 && leftBytes - header.bytes.length >= retentionBytes;
      leftBytes -= header.bytes.length;
      return isOld || isBeyond;
    });
  }

  /** Removes batches from the front while they are `removable`, and begins the log at `startOffset` or behind them. */
  async #moveStart(
    log: PartitionLog,
    removable: (header: RecordBatchHeader) => boolean,
    startOffset?: number,
  ): Promise<void> {
    const prefix = await this.#measurePrefix(log, removable);
    const logStartOffset = Math.max(startOffset ?? prefix.logStartOffset, log.logStartOffset);
    if (logStartOffset === log.logStartOffset && prefix.batchCount === 0) return;
    const { topicId, partition } = log.id;
    await this.#context.exclusive(log, (stage) => {
      stage.deleteRange(batchRange(topicId, partition, 0, prefix.logStartOffset));
      this.#stageCheckpoint(stage, log, { ...prefix, logStartOffset });
      stage.onDurable(() => {
        log.startMoved(logStartOffset, prefix);
        this.#context.moved(log);
      });
    });
  }

  async #measurePrefix(log: PartitionLog, removable: (header: RecordBatchHeader) => boolean): Promise<Prefix> {
    const { topicId, partition } = log.id;
    let prefix: Prefix = { logStartOffset: 0, sizeBytes: 0, batchCount: 0 };
    for (;;) {
      const range = batchRange(topicId, partition, prefix.logStartOffset, log.nextOffset);
      const entries = await this.#context.storage.scan(range, { limit: PAGE_BATCHES });
      for (const { value } of entries) {
        const header = new RecordBatchHeader(value);
        if (!removable(header)) return prefix;
        prefix = {
          logStartOffset: header.nextOffset,
          sizeBytes: prefix.sizeBytes + value.length,
          batchCount: prefix.batchCount + 1,
        };
      }
      if (entries.length < PAGE_BATCHES) return prefix;
    }
  }

  async #compact(log: PartitionLog, config: TopicConfig, nowMs: number): Promise<void> {
    const cleanBytes = this.#compactedBytes.get(log) ?? 0;
    if (cleanBytes > 0 && log.sizeBytes - cleanBytes < MIN_DIRTY_RATIO * log.sizeBytes) return;
    const tombstonesBeforeMs = nowMs - config['delete.retention.ms'];
    const rewritten = await compactPartition(log, this.#context.storage, {
      tombstonesBeforeMs,
      tombstonesFrom: this.#context.tombstonesFrom(log.id.topicId, log.id.partition),
    });
    const { puts, deletes } = rewritten;
    this.#compactedBytes.set(log, log.sizeBytes - rewritten.removedBytes);
    if (puts.length + deletes.length === 0) return;
    await this.#context.exclusive(log, (stage) => {
      for (const put of puts) stage.put(put);
      for (const key of deletes) stage.delete(key);
      const sizeBytes = log.sizeBytes - rewritten.removedBytes;
      const batchCount = log.batchCount - deletes.length;
      stage.put({
        key: checkpointKey(log.id.topicId, log.id.partition),
        value: log.encodeCheckpoint({ sizeBytes, batchCount }),
      });
      stage.onDurable(() => {
        log.resized(-rewritten.removedBytes, -deletes.length);
        log.checkpointed();
        for (const baseOffset of rewritten.changedBaseOffsets) log.forget(baseOffset);
      });
    });
  }

  #stageCheckpoint(stage: CommitStage, log: PartitionLog, removed: Partial<Prefix>): void {
    const { logStartOffset = log.logStartOffset, sizeBytes = 0, batchCount = 0 } = removed;
    const value = log.encodeCheckpoint({
      logStartOffset,
      sizeBytes: log.sizeBytes - sizeBytes,
      batchCount: log.batchCount - batchCount,
    });
    stage.put({ key: checkpointKey(log.id.topicId, log.id.partition), value });
    stage.onDurable(() => log.checkpointed());
  }

  #serially(step: () => Promise<void>): Promise<void> {
    const run = this.#last.then(step);
    this.#last = run.catch(() => undefined);
    return run;
  }
}
