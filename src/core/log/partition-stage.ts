/**
 * A partition as it will be when the commit that is being put together becomes durable. Appends get their offsets here and
 * are checked against what came before them, in the same commit or earlier. `commit` makes them the partition's; a stage that
 * is dropped leaves no trace, except in the bytes of the batches, which get their offsets anew with the next try.
 */
import { WeirError, assert } from '../common/errors.ts';
import type { StorageEntry } from '../ports/storage.ts';
import { batchKey } from './log-keys.ts';
import type { AppendedBatch, PartitionLog } from './partition-log.ts';
import { type ProducerEntry, checkEpoch, checkSequence, findDuplicate, producerChange } from './producer-state.ts';
import { writeInt16, writeInt64 } from '../common/bytes.ts';
import {
  ATTRIBUTES_AT,
  MAX_TIMESTAMP_AT,
  NO_PRODUCER_ID,
  RecordBatchHeader,
  TIMESTAMP_TYPE_MASK,
  assignOffset,
  findBatchDefect,
  findFramingDefect,
  requireUncompressed,
  sealBatch,
} from './record-batch.ts';

/**
 * Who writes: a client, a client within its transaction, or a coordinator of the broker, which alone writes markers and
 * needs no sequence numbers.
 */
export type AppendOrigin = 'client' | 'transaction' | 'coordinator';

export interface AppendRules {
  readonly origin: AppendOrigin;
  /** Whether the batch has its checksum, which is then verified; else it gets it now. */
  readonly isSealed: boolean;
  readonly maxBytes: number;
  /** Set: the broker's time replaces the producer's. */
  readonly logAppendTimeMs: number | null;
}

export interface StagedAppend {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly isDuplicate: boolean;
}

export class PartitionStage {
  readonly log: PartitionLog;
  #nextOffset: number;
  readonly #batches: AppendedBatch[] = [];

  constructor(log: PartitionLog) {
    this.log = log;
    this.#nextOffset = log.nextOffset;
  }

  /** How many batches are staged: a mark to go back to. */
  get batchCount(): number {
    return this.#batches.length;
  }

  /**
   * @throws WeirError INVALID_RECORD, RECORD_TOO_LARGE, UNSUPPORTED_COMPRESSION, PRODUCER_FENCED, OUT_OF_ORDER_SEQUENCE,
   *   INVALID_TRANSACTION_STATE, CORRUPT_BATCH when the partition has failed
   */
  append(bytes: Uint8Array, rules: AppendRules): StagedAppend {
    this.log.requireUsable();
    const header = this.#validate(bytes, rules);
    const entry = this.#producer(header.producerId);
    checkEpoch(entry, header, this.log.name);
    if (rules.origin !== 'coordinator') {
      const duplicate = findDuplicate(entry, header);
      if (duplicate !== undefined) {
        return { baseOffset: duplicate.baseOffset, lastOffset: duplicate.lastOffset, isDuplicate: true };
      }
      checkSequence(entry, header, this.log.name);
    }
    assignOffset(bytes, this.#nextOffset, 0);
    if (rules.logAppendTimeMs !== null) {
      writeInt16(bytes, ATTRIBUTES_AT, header.attributes | TIMESTAMP_TYPE_MASK);
      writeInt64(bytes, MAX_TIMESTAMP_AT, rules.logAppendTimeMs);
    }
    if (rules.logAppendTimeMs !== null || !rules.isSealed) sealBatch(bytes);
    this.#batches.push({ header, producerChange: producerChange(entry, header) });
    this.#nextOffset = header.nextOffset;
    return { baseOffset: header.baseOffset, lastOffset: header.lastOffset, isDuplicate: false };
  }

  /** Takes back what was staged after a mark. */
  rollback(batchCount: number): void {
    this.#batches.length = batchCount;
    this.#nextOffset = this.#batches.at(-1)?.header.nextOffset ?? this.log.nextOffset;
  }

  puts(): StorageEntry[] {
    const { topicId, partition } = this.log.id;
    return this.#batches.map(({ header }) => ({
      key: batchKey(topicId, partition, header.lastOffset),
      value: header.bytes,
    }));
  }

  /** Storage has it. */
  commit(): void {
    for (const batch of this.#batches) {
      assert(batch.header.baseOffset === this.log.nextOffset, 'a batch is appended at the end of the log');
      this.log.advanceAndCache(batch);
    }
  }

  #producer(producerId: number): ProducerEntry | undefined {
    for (let i = this.#batches.length - 1; i >= 0; i--) {
      const change = this.#batches[i]?.producerChange;
      if (change?.entry.producerId === producerId) return change.entry;
    }
    return this.log.producers.get(producerId);
  }

  #validate(bytes: Uint8Array, rules: AppendRules): RecordBatchHeader {
    if (bytes.length > rules.maxBytes) {
      throw new WeirError(
        'RECORD_TOO_LARGE',
        `A batch of ${bytes.length} bytes is too large for ${this.log.name}, which takes ${rules.maxBytes}.`,
        { hint: `Produce smaller batches, or raise max.message.bytes of ${this.log.id.topic}.` },
      );
    }
    const defect = rules.isSealed ? findBatchDefect(bytes) : findFramingDefect(bytes);
    if (defect !== null) {
      throw new WeirError('INVALID_RECORD', `The batch for ${this.log.name} is not a record batch: ${defect.reason}.`);
    }
    const header = new RecordBatchHeader(bytes);
    requireUncompressed(header);
    if (header.recordCount < 1 || header.lastOffsetDelta !== header.recordCount - 1) {
      throw new WeirError(
        'INVALID_RECORD',
        `The batch for ${this.log.name} has ${header.recordCount} records and a last offset delta of ${header.lastOffsetDelta}.`,
      );
    }
    if (rules.origin !== 'coordinator') this.#checkClientBatch(header, rules.origin);
    return header;
  }

  #checkClientBatch(header: RecordBatchHeader, origin: 'client' | 'transaction'): void {
    if (header.isControl) {
      throw new WeirError(
        'INVALID_RECORD',
        `Only the broker writes transaction markers, such as this one for ${this.log.name}.`,
      );
    }
    if (header.producerId !== NO_PRODUCER_ID && header.baseSequence < 0) {
      throw new WeirError(
        'INVALID_RECORD',
        `The batch of producer ${header.producerId} for ${this.log.name} has no sequence number.`,
      );
    }
    if (header.isTransactional === (origin === 'transaction')) return;
    const culprit = `The batch of producer ${header.producerId} for ${this.log.name}`;
    throw new WeirError(
      'INVALID_TRANSACTION_STATE',
      header.isTransactional
        ? `${culprit} belongs to a transaction, and the request names none.`
        : `${culprit} does not belong to the transaction that the request names.`,
      { hint: 'A transactional producer marks all of its batches, and names its transaction with each request.' },
    );
  }
}
