/**
 * The committed offsets of all groups: the newest value per key of `__consumer_offsets`, kept by replaying it at start and
 * by following what is appended.
 */
import { RecordBatchBuilder } from '../log/record-batch-builder.ts';
import { decodeRecords } from '../log/record-columns.ts';
import type { CommittedOffset, GroupOffsets, TopicPartition } from './api.ts';
import {
  type OffsetKey,
  type OffsetValue,
  decodeOffsetKey,
  decodeOffsetValue,
  encodeOffsetKey,
  encodeOffsetValue,
} from './offset-records.ts';

export class GroupOffsetsStore {
  /** group → topic → partition → offset */
  readonly #groups = new Map<string, Map<string, Map<number, OffsetValue>>>();

  /** Takes over the records of a batch of `__consumer_offsets`. */
  apply(batch: Uint8Array): void {
    const records = decodeRecords(batch);
    if (records.isControl) return;
    for (let i = 0; i < records.count; i++) {
      const keyBytes = records.key(i);
      const key = keyBytes === null ? null : decodeOffsetKey(keyBytes);
      if (key === null) continue;
      const value = records.value(i);
      if (value === null) this.#remove(key);
      else this.#set(key, decodeOffsetValue(value));
    }
  }

  groupIds(): string[] {
    return [...this.#groups.keys()];
  }

  get(groupId: string, { topic, partition }: TopicPartition): CommittedOffset {
    const value = this.#groups.get(groupId)?.get(topic)?.get(partition);
    if (value === undefined) {
      return { topic, partition, offset: -1, leaderEpoch: -1, metadata: '', commitTimestampMs: -1 };
    }
    return { topic, partition, ...value };
  }

  /** All offsets of a group, by topic and partition. */
  all(groupId: string): CommittedOffset[] {
    const found: CommittedOffset[] = [];
    for (const [topic, partitions] of this.#groups.get(groupId) ?? []) {
      for (const [partition, value] of partitions) found.push({ topic, partition, ...value });
    }
    return found.sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition));
  }

  /** The keys of the groups' offsets in these topics. */
  keysOfTopics(topics: ReadonlySet<string>): OffsetKey[] {
    const keys: OffsetKey[] = [];
    for (const [groupId, byTopic] of this.#groups) {
      for (const [topic, partitions] of byTopic) {
        if (!topics.has(topic)) continue;
        for (const partition of partitions.keys()) keys.push({ groupId, topic, partition });
      }
    }
    return keys;
  }

  #set(key: OffsetKey, value: OffsetValue): void {
    let topics = this.#groups.get(key.groupId);
    if (topics === undefined) this.#groups.set(key.groupId, (topics = new Map<string, Map<number, OffsetValue>>()));
    let partitions = topics.get(key.topic);
    if (partitions === undefined) topics.set(key.topic, (partitions = new Map<number, OffsetValue>()));
    partitions.set(key.partition, value);
  }

  #remove(key: OffsetKey): void {
    const topics = this.#groups.get(key.groupId);
    const partitions = topics?.get(key.topic);
    partitions?.delete(key.partition);
    if (partitions?.size === 0) topics?.delete(key.topic);
    if (topics?.size === 0) this.#groups.delete(key.groupId);
  }
}

/** The batch that commits a group's offsets; null when there are none. */
export function buildOffsetsBatch(group: GroupOffsets, nowMs: number): Uint8Array | null {
  if (group.partitions.length === 0) return null;
  const builder = new RecordBatchBuilder(256);
  for (const { topic, partition, offset, leaderEpoch = -1, metadata = '' } of group.partitions) {
    const key = encodeOffsetKey({ groupId: group.groupId, topic, partition });
    builder.append(key, encodeOffsetValue({ offset, leaderEpoch, metadata, commitTimestampMs: nowMs }), nowMs);
  }
  return builder.build();
}

/** The batch of tombstones that forgets offsets. */
export function buildForgetBatch(keys: readonly OffsetKey[], nowMs: number): Uint8Array {
  const builder = new RecordBatchBuilder(256);
  for (const key of keys) builder.append(encodeOffsetKey(key), null, nowMs);
  return builder.build();
}
