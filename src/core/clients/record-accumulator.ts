/**
 * Collects records into batches, one being filled per partition, until they are drained into a produce or commit request.
 *
 * A record with a key goes where Kafka's default partitioner sends it: `murmur2(key)` without its sign, modulo the number
 * of partitions. Records without a key stick to one partition until its batch is taken, and move on to the next then
 * (KIP-480), so that few large batches come of them rather than many small ones.
 *
 * It is synchronous and knows no broker. `Producer` puts one before a broker; a streams task drains its own into `commit`,
 * together with its offsets.
 */
import { EMPTY_BYTES } from '../common/bytes.ts';
import { assert } from '../common/errors.ts';
import { partitionForKey } from '../common/murmur2.ts';
import type { TextOutput } from '../common/text-output.ts';
import type { ProduceBatch } from '../broker/api.ts';
import { type BatchProducer, RecordBatchBuilder } from '../log/record-batch-builder.ts';
import type { RecordHeader } from '../log/record-header.ts';

export interface AccumulatorOptions {
  /** A batch that has reached this size is closed, and the next one begun. Default 1 MiB. */
  readonly batchBytes?: number | undefined;
}

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly isTransactional?: boolean | undefined;
}

const DEFAULT_BATCH_BYTES = 1024 * 1024;

/** One topic's batches. Make one per topic with `RecordAccumulator.topic` and keep it. */
export class TopicAccumulator {
  readonly topic: string;
  readonly partitionCount: number;
  readonly #owner: RecordAccumulator;
  readonly #builders: RecordBatchBuilder[] = [];
  readonly #nextSequences: number[] = [];
  /** Where the record goes that is being written. */
  #open = 0;
  #stickyPartition = 0;
  #isStickyInUse = false;

  constructor(owner: RecordAccumulator, topic: string, partitionCount: number) {
    assert(partitionCount > 0, 'a topic has at least one partition');
    this.#owner = owner;
    this.topic = topic;
    this.partitionCount = partitionCount;
    for (let partition = 0; partition < partitionCount; partition++) {
      this.#builders.push(new RecordBatchBuilder(1024));
      this.#nextSequences.push(0);
    }
  }

  /** Appends to the partition that the key decides; returns it. */
  append(
    key: Uint8Array | null,
    value: Uint8Array | null,
    timestampMs: number,
    headers: readonly RecordHeader[] | null = null,
  ): number {
    const partition = key === null ? this.partitionOf(EMPTY_BYTES, -1) : this.partitionOf(key, key.length);
    this.appendTo(partition, key, value, timestampMs, headers);
    return partition;
  }

  /** Appends to a given partition. */
  appendTo(
    partition: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    timestampMs: number,
    headers: readonly RecordHeader[] | null = null,
  ): void {
    const builder = this.#builder(partition);
    const before = builder.count === 0 ? 0 : builder.sizeBytes;
    builder.append(key, value, timestampMs, headers);
    this.#grew(partition, builder, before);
  }

  /**
   * The partition of a key that stands at the start of `bytes`, as long as `keyLength`; -1: no key, and so the sticky
   * partition.
   */
  partitionOf(bytes: Uint8Array, keyLength: number): number {
    if (keyLength < 0) {
      this.#isStickyInUse = true;
      return this.#stickyPartition;
    }
    return this.partitionCount === 1 ? 0 : partitionForKey(bytes, this.partitionCount, keyLength);
  }

  /** Begins a record that is written in place, as `RecordBatchBuilder.begin`; `endKey` and `end` follow. */
  begin(partition: number, timestampMs: number): TextOutput {
    this.#open = partition;
    return this.#builder(partition).begin(timestampMs);
  }

  endKey(hasKey: boolean): TextOutput {
    return this.#builder(this.#open).endKey(hasKey);
  }

  /** @returns bytes of key and value */
  end(hasValue: boolean, headers: readonly RecordHeader[] | null = null): number {
    const builder = this.#builder(this.#open);
    const before = builder.count === 0 ? 0 : builder.sizeBytes;
    const sizeBytes = builder.end(hasValue, headers);
    this.#grew(this.#open, builder, before);
    return sizeBytes;
  }

  /** Another producer epoch has begun. */
  resetSequences(): void {
    this.#nextSequences.fill(0);
  }

  /** Closes every batch that has records. */
  closeAll(): void {
    for (let partition = 0; partition < this.partitionCount; partition++) {
      const builder = this.#builders[partition];
      if (builder !== undefined && builder.count > 0) this.#close(partition, builder);
    }
  }

  #builder(partition: number): RecordBatchBuilder {
    const builder = this.#builders[partition];
    assert(builder !== undefined, 'a record goes to a partition that its topic has');
    return builder;
  }

  #grew(partition: number, builder: RecordBatchBuilder, beforeBytes: number): void {
    this.#owner.grew(builder.sizeBytes - beforeBytes);
    if (builder.sizeBytes >= this.#owner.batchBytes) this.#close(partition, builder);
  }

  #close(partition: number, builder: RecordBatchBuilder): void {
    const { identity } = this.#owner;
    const baseSequence = this.#nextSequences[partition] ?? 0;
    const producer: BatchProducer | undefined = identity === null ? undefined : { ...identity, baseSequence };
    this.#nextSequences[partition] = (baseSequence + builder.count) & 0x7fffffff;
    const records = builder.build({ producer, isSealed: false });
    this.#owner.closed({ topic: this.topic, partition, records, isSealed: false });
    if (partition === this.#stickyPartition && this.#isStickyInUse) {
      this.#stickyPartition = (partition + 1) % this.partitionCount;
      this.#isStickyInUse = false;
    }
  }
}

export class RecordAccumulator {
  readonly batchBytes: number;
  readonly #topics = new Map<string, TopicAccumulator>();
  #closed: ProduceBatch[] = [];
  #bufferedBytes = 0;
  #identity: ProducerIdentity | null = null;

  constructor(options: AccumulatorOptions = {}) {
    this.batchBytes = options.batchBytes ?? DEFAULT_BATCH_BYTES;
  }

  /** Bytes that wait to be drained. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Makes batches idempotent; set while nothing is appended. Sequence numbers begin anew. */
  get identity(): ProducerIdentity | null {
    return this.#identity;
  }
  set identity(identity: ProducerIdentity | null) {
    assert(this.#bufferedBytes === 0, 'the producer id is known before the first record');
    this.#identity = identity;
    for (const topic of this.#topics.values()) topic.resetSequences();
  }

  /** The topic's part; made at the first call. */
  topic(topic: string, partitionCount: number): TopicAccumulator {
    let found = this.#topics.get(topic);
    if (found === undefined || found.partitionCount !== partitionCount) {
      found?.closeAll();
      found = new TopicAccumulator(this, topic, partitionCount);
      this.#topics.set(topic, found);
    }
    return found;
  }

  /** Closes all batches and hands them over. */
  drain(): ProduceBatch[] {
    for (const topic of this.#topics.values()) topic.closeAll();
    const batches = this.#closed;
    this.#closed = [];
    this.#bufferedBytes = 0;
    return batches;
  }

  /** For `TopicAccumulator`. */
  grew(sizeBytes: number): void {
    this.#bufferedBytes += sizeBytes;
  }

  /** For `TopicAccumulator`. */
  closed(batch: ProduceBatch): void {
    this.#closed.push(batch);
  }
}
