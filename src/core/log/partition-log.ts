/**
 * One partition: an append-only sequence of record batches in storage.
 *
 * Writing has two halves. `PartitionStage` (partition-stage.ts) assigns offsets and checks producers on a view of the
 * partition as it will be; once storage has taken the whole commit, `advance` makes that view the truth. In between readers
 * see nothing of it, and when storage refuses, the stage is dropped and nothing has changed.
 *
 * Reading goes through the batch cache and falls back to storage, page by page. Of the log itself memory holds only what
 * is bounded: counters, the time index, the producer table. Bytes that come back from storage are checked; a batch that fails
 * marks the partition as failed, and neither reads nor writes touch it again until it is repaired.
 */
import { WeirError } from '../common/errors.ts';
import type { StoragePort } from '../ports/storage.ts';
import type { BatchCache } from './batch-cache.ts';
import { type Checkpoint, encodeCheckpoint } from './checkpoint.ts';
import { batchRange } from './log-keys.ts';
import { type AbortedRange, type ProducerChange, ProducerTable } from './producer-state.ts';
import { RecordBatchHeader, findBatchDefect } from './record-batch.ts';
import { decodeRecords } from './record-columns.ts';
import { TimeIndex } from './time-index.ts';

export type Isolation = 'read_uncommitted' | 'read_committed';

export interface PartitionId {
  readonly topic: string;
  readonly topicId: number;
  readonly partition: number;
}

export interface ReadOptions {
  /** At least one batch is returned whatever its size. */
  readonly maxBytes: number;
  readonly isolation: Isolation;
}

export interface ReadResult {
  readonly batches: Uint8Array[];
  readonly sizeBytes: number;
  readonly nextOffset: number;
  readonly aborted: readonly AbortedRange[];
}

export interface FoundOffset {
  readonly offset: number;
  readonly timestampMs: number;
}

/** A batch that storage has taken. */
export interface AppendedBatch {
  readonly header: RecordBatchHeader;
  readonly producerChange: ProducerChange | null;
}

const MAX_SCAN_BATCHES = 256;

export class PartitionLog {
  readonly id: PartitionId;
  readonly #storage: StoragePort;
  readonly #cache: BatchCache;
  #logStartOffset: number;
  #nextOffset: number;
  #sizeBytes: number;
  #batchCount: number;
  #timeIndex: TimeIndex;
  readonly #producers: ProducerTable;
  #failure: WeirError | null = null;
  #bytesSinceCheckpoint = 0;

  constructor(id: PartitionId, storage: StoragePort, cache: BatchCache, checkpoint: Checkpoint | null) {
    this.id = id;
    this.#storage = storage;
    this.#cache = cache;
    this.#logStartOffset = checkpoint?.logStartOffset ?? 0;
    this.#nextOffset = checkpoint?.nextOffset ?? 0;
    this.#sizeBytes = checkpoint?.sizeBytes ?? 0;
    this.#batchCount = checkpoint?.batchCount ?? 0;
    this.#timeIndex = new TimeIndex(checkpoint?.timeIndex);
    this.#producers = new ProducerTable(checkpoint?.producers);
  }

  get logStartOffset(): number {
    return this.#logStartOffset;
  }
  /** The offset that the next record gets. */
  get nextOffset(): number {
    return this.#nextOffset;
  }
  /** With one replica everything in the log is replicated. */
  get highWatermark(): number {
    return this.#nextOffset;
  }
  get lastStableOffset(): number {
    return this.#producers.firstOpenOffset ?? this.#nextOffset;
  }
  get sizeBytes(): number {
    return this.#sizeBytes;
  }
  get batchCount(): number {
    return this.#batchCount;
  }
  get maxTimestampMs(): number {
    return this.#timeIndex.maxTimestampMs;
  }
  get producers(): ProducerTable {
    return this.#producers;
  }
  get failure(): WeirError | null {
    return this.#failure;
  }
  get bytesSinceCheckpoint(): number {
    return this.#bytesSinceCheckpoint;
  }
  /** `orders-0`, as in Kafka's messages. */
  get name(): string {
    return `${this.id.topic}-${this.id.partition}`;
  }

  /** @throws WeirError CORRUPT_BATCH when the partition has failed */
  requireUsable(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  fail(error: WeirError): void {
    this.#failure ??= error;
  }

  /** Takes over a batch that is durable; batches come in offset order. */
  advance(batch: AppendedBatch): void {
    const { header } = batch;
    const sizeBytes = header.bytes.length;
    this.#nextOffset = header.nextOffset;
    this.#sizeBytes += sizeBytes;
    this.#bytesSinceCheckpoint += sizeBytes;
    this.#batchCount++;
    this.#timeIndex.add(header.lastOffset, header.maxTimestampMs);
    if (batch.producerChange !== null) this.#producers.apply(batch.producerChange);
  }

  /** As `advance`, for a batch that is likely to be read soon. */
  advanceAndCache(batch: AppendedBatch): void {
    this.advance(batch);
    this.#cache.set(this.id.topicId, this.id.partition, batch.header.baseOffset, batch.header.bytes);
  }

  /** What a checkpoint of this moment holds; `overrides` are changes that are about to become durable with it. */
  encodeCheckpoint(overrides: Partial<Checkpoint> = {}): Uint8Array {
    return encodeCheckpoint({
      version: 1,
      logStartOffset: this.#logStartOffset,
      nextOffset: this.#nextOffset,
      sizeBytes: this.#sizeBytes,
      batchCount: this.#batchCount,
      timeIndex: this.#timeIndex.entries,
      producers: this.#producers.snapshot(),
      ...overrides,
    });
  }

  checkpointed(): void {
    this.#bytesSinceCheckpoint = 0;
  }

  /** The log start has moved up, and these whole batches are gone. */
  startMoved(logStartOffset: number, removed: { readonly sizeBytes: number; readonly batchCount: number }): void {
    this.#logStartOffset = logStartOffset;
    this.resized(-removed.sizeBytes, -removed.batchCount);
    this.#producers.truncateBefore(logStartOffset);
  }

  resized(sizeBytesDelta: number, batchCountDelta: number): void {
    this.#sizeBytes += sizeBytesDelta;
    this.#batchCount += batchCountDelta;
  }

  /** A rewritten batch is no longer what the cache has. */
  forget(baseOffset: number): void {
    this.#cache.delete(this.id.topicId, this.id.partition, baseOffset);
  }

  /**
   * Reads whole batches from the one that holds `offset` on, until `maxBytes` are full.
   * @throws WeirError OFFSET_OUT_OF_RANGE, CORRUPT_BATCH, STORAGE_FAILED
   */
  async read(offset: number, options: ReadOptions): Promise<ReadResult> {
    this.requireUsable();
    if (offset < this.#logStartOffset || offset > this.#nextOffset) throw this.#outOfRange(offset);
    const end = options.isolation === 'read_committed' ? this.lastStableOffset : this.highWatermark;
    const batches: Uint8Array[] = [];
    let sizeBytes = 0;
    let position = offset;
    while (position < end) {
      const page = await this.#page(position, end, options.maxBytes - sizeBytes, batches.length === 0);
      for (const bytes of page.batches) {
        batches.push(bytes);
        sizeBytes += bytes.length;
        position = new RecordBatchHeader(bytes).nextOffset;
      }
      if (page.isLast) {
        // Nothing is stored up to the end: what was there has been compacted away.
        if (page.isExhausted) position = Math.max(position, end);
        break;
      }
    }
    const aborted = options.isolation === 'read_committed' ? this.#producers.abortedIn(offset, position) : [];
    return { batches, sizeBytes, nextOffset: position, aborted };
  }

  /** The first record at or after a time; null when every record is earlier. */
  async offsetForTimestamp(timestampMs: number): Promise<FoundOffset | null> {
    this.requireUsable();
    if (this.maxTimestampMs < timestampMs) return null;
    let position = Math.max(this.#timeIndex.searchFrom(timestampMs), this.#logStartOffset);
    while (position < this.#nextOffset) {
      const { batches, nextOffset } = await this.read(position, { maxBytes: 1 << 20, isolation: 'read_uncommitted' });
      for (const bytes of batches) {
        if (new RecordBatchHeader(bytes).maxTimestampMs < timestampMs) continue;
        const records = decodeRecords(bytes);
        for (let i = records.firstIndexAt(this.#logStartOffset); i < records.count; i++) {
          if (records.timestampMs(i) >= timestampMs)
            return { offset: records.offset(i), timestampMs: records.timestampMs(i) };
        }
      }
      position = nextOffset;
    }
    return null;
  }

  /** Cached batches in a row, or else one page from storage. */
  async #page(offset: number, end: number, maxBytes: number, isFirst: boolean): Promise<Page> {
    const { topicId, partition } = this.id;
    const batches: Uint8Array[] = [];
    let sizeBytes = 0;
    let position = offset;
    while (position < end) {
      const bytes = this.#cache.get(topicId, partition, position);
      if (bytes === undefined) break;
      if (sizeBytes + bytes.length > maxBytes && !(isFirst && batches.length === 0)) {
        return { batches, isLast: true, isExhausted: false };
      }
      batches.push(bytes);
      sizeBytes += bytes.length;
      position = new RecordBatchHeader(bytes).nextOffset;
    }
    if (batches.length > 0) return { batches, isLast: position >= end, isExhausted: false };

    const averageBytes = this.#batchCount === 0 ? 1 : Math.max(1, this.#sizeBytes / this.#batchCount);
    const limit = Math.min(MAX_SCAN_BATCHES, Math.max(1, Math.ceil(maxBytes / averageBytes)));
    const entries = await this.#storage.scan(batchRange(topicId, partition, offset), { limit });
    for (const { value } of entries) {
      const header = this.#checked(value);
      if (header.baseOffset >= end) return { batches, isLast: true, isExhausted: true };
      if (sizeBytes + value.length > maxBytes && !(isFirst && batches.length === 0)) {
        return { batches, isLast: true, isExhausted: false };
      }
      batches.push(value);
      sizeBytes += value.length;
      this.#cache.set(topicId, partition, header.baseOffset, value);
    }
    const isExhausted = entries.length < limit;
    return { batches, isLast: isExhausted, isExhausted };
  }

  #checked(bytes: Uint8Array): RecordBatchHeader {
    const defect = findBatchDefect(bytes);
    const header = new RecordBatchHeader(bytes);
    if (defect === null) return header;
    const offset = bytes.length >= 8 ? header.baseOffset : this.#logStartOffset;
    this.fail(corruptBatch(this.id, offset, defect.reason));
    throw this.#failure ?? corruptBatch(this.id, offset, defect.reason);
  }

  #outOfRange(offset: number): WeirError {
    const { topic, partition } = this.id;
    return new WeirError(
      'OFFSET_OUT_OF_RANGE',
      `Offset ${offset} of ${this.name} does not exist: the log runs from ${this.#logStartOffset} to ${this.#nextOffset}.`,
      {
        hint: 'Read from the earliest or the latest offset.',
        details: { topic, partition, offset, logStartOffset: this.#logStartOffset, logEndOffset: this.#nextOffset },
      },
    );
  }
}

interface Page {
  readonly batches: Uint8Array[];
  /** The read ends here. */
  readonly isLast: boolean;
  /** Storage holds nothing more below the end of the read. */
  readonly isExhausted: boolean;
}

export function corruptBatch(id: PartitionId, offset: number, reason: string): WeirError {
  const { topic, partition } = id;
  return new WeirError(
    'CORRUPT_BATCH',
    `The record batch at offset ${offset} of ${topic}-${partition} is damaged: ${reason}.`,
    {
      hint: `Other partitions are not affected. Delete the topic ${topic}, or import its data again.`,
      details: { topic, partition, offset },
    },
  );
}
