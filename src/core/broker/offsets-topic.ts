/** Writing to `__consumer_offsets`: commits and their deletion, staged along with whatever else goes down in the same batch. */
import type { PartitionLog } from '../log/partition-log.ts';
import type { AppendRules } from '../log/partition-stage.ts';
import type { GroupOffsets, ProduceRequest } from './api.ts';
import type { CommitStage } from './commit-stage.ts';
import { type CommittedKey, type GroupOffsetsStore, buildForgetBatch, buildOffsetsBatch } from './group-offsets.ts';
import { type OffsetKey, offsetsPartition } from './offset-records.ts';
import { OFFSETS_TOPIC, type TopicRegistry } from './topic-registry.ts';

export class OffsetsTopic {
  readonly #topics: TopicRegistry;
  readonly #store: GroupOffsetsStore;
  readonly #onCommitted: (offsets: readonly CommittedKey[]) => void;

  /** @param onCommitted told of the offsets that have come into force */
  constructor(
    topics: TopicRegistry,
    store: GroupOffsetsStore,
    onCommitted: (offsets: readonly CommittedKey[]) => void,
  ) {
    this.#topics = topics;
    this.#store = store;
    this.#onCommitted = onCommitted;
  }

  /** The partition that holds a group's offsets. */
  logOf(groupId: string): PartitionLog {
    const { logs } = this.#topics.get(OFFSETS_TOPIC);
    return this.#topics.log({ topic: OFFSETS_TOPIC, partition: offsetsPartition(groupId, logs.length) });
  }

  /** @throws WeirError UNKNOWN_TOPIC, UNKNOWN_PARTITION of a committed partition */
  stageCommit(
    stage: CommitStage,
    group: GroupOffsets,
    { durability, transaction }: ProduceRequest,
    nowMs: number,
  ): void {
    for (const partition of group.partitions) this.#topics.log(partition);
    const batch = buildOffsetsBatch(group, transaction, nowMs);
    if (batch === null) return;
    stage.append(this.logOf(group.groupId), batch, this.#rules());
    stage.require(durability ?? this.#topics.get(OFFSETS_TOPIC).config.durability);
    stage.onDurable(() => this.appended(batch));
  }

  /** A batch of the topic is durable, a transaction's marker for instance. */
  appended(batch: Uint8Array): void {
    this.#onCommitted(this.#store.apply(batch));
  }

  stageForget(stage: CommitStage, keys: readonly OffsetKey[], nowMs: number): void {
    const byLog = new Map<PartitionLog, OffsetKey[]>();
    for (const key of keys) {
      const log = this.logOf(key.groupId);
      const ofLog = byLog.get(log);
      if (ofLog === undefined) byLog.set(log, [key]);
      else ofLog.push(key);
    }
    for (const [log, ofLog] of byLog) {
      const batch = buildForgetBatch(ofLog, nowMs);
      stage.append(log, batch, this.#rules());
      stage.onDurable(() => this.appended(batch));
    }
  }

  #rules(): AppendRules {
    return {
      origin: 'coordinator',
      maxBytes: this.#topics.get(OFFSETS_TOPIC).config['max.message.bytes'],
      isSealed: true,
      logAppendTimeMs: null,
    };
  }
}
