/**
 * The committed offsets of all groups: the newest value per key of `__consumer_offsets`, kept by replaying it at start and
 * by following what is appended. Offsets that belong to a transaction wait for its marker.
 */
import { readControlType } from '../log/control-record.ts';
import { NO_SEQUENCE, RecordBatchHeader } from '../log/record-batch.ts';
import { RecordBatchBuilder } from '../log/record-batch-builder.ts';
import { decodeRecords } from '../log/record-columns.ts';
import type { CommittedOffset, GroupOffsets, TopicPartition, TransactionalProducer } from './api.ts';
import {
  type OffsetKey,
  type OffsetValue,
  decodeOffsetKey,
  decodeOffsetValue,
  encodeOffsetKey,
  encodeOffsetValue,
} from './offset-records.ts';

interface OffsetEntry {
  readonly key: OffsetKey;
  /** Null: forgotten. */
  readonly value: OffsetValue | null;
}

export interface CommittedKey extends OffsetKey {
  readonly offset: number;
}

export class GroupOffsetsStore {
  /** group → topic → partition → offset */
  readonly #groups = new Map<string, Map<string, Map<number, OffsetValue>>>();
  /** producer id → offsets of its open transaction */
  readonly #pending = new Map<number, OffsetEntry[]>();

  /** Takes over a batch of `__consumer_offsets`; returns the offsets that are committed now. */
  apply(batch: Uint8Array): readonly CommittedKey[] {
    const { isControl, isTransactional, producerId } = new RecordBatchHeader(batch);
    const pending = this.#pending.get(producerId) ?? [];
    if (isControl) {
      this.#pending.delete(producerId);
      return readControlType(batch) === 'commit' ? this.#commit(pending) : [];
    }
    const entries = decodeEntries(batch);
    if (!isTransactional) return this.#commit(entries);
    this.#pending.set(producerId, [...pending, ...entries]);
    return [];
  }

  #commit(entries: readonly OffsetEntry[]): CommittedKey[] {
    const committed: CommittedKey[] = [];
    for (const { key, value } of entries) {
      if (value === null) {
        this.#remove(key);
      } else {
        this.#set(key, value);
        committed.push({ ...key, offset: value.offset });
      }
    }
    return committed;
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

  /** The keys of the groups' offsets in these topics, those of open transactions included. */
  keysOfTopics(topics: ReadonlySet<string>): OffsetKey[] {
    const keys = [...this.#pending.values()]
      .flat()
      .map(({ key }) => key)
      .filter(({ topic }) => topics.has(topic));
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
    for (const [producerId, entries] of this.#pending) {
      this.#pending.set(
        producerId,
        entries.filter((entry) => !isSameKey(entry.key, key)),
      );
    }
    const topics = this.#groups.get(key.groupId);
    const partitions = topics?.get(key.topic);
    partitions?.delete(key.partition);
    if (partitions?.size === 0) topics?.delete(key.topic);
    if (topics?.size === 0) this.#groups.delete(key.groupId);
  }
}

function decodeEntries(batch: Uint8Array): OffsetEntry[] {
  const entries: OffsetEntry[] = [];
  const records = decodeRecords(batch);
  for (let i = 0; i < records.count; i++) {
    const keyBytes = records.key(i);
    const key = keyBytes === null ? null : decodeOffsetKey(keyBytes);
    const value = records.value(i);
    if (key !== null) entries.push({ key, value: value === null ? null : decodeOffsetValue(value) });
  }
  return entries;
}

function isSameKey(a: OffsetKey, b: OffsetKey): boolean {
  return a.groupId === b.groupId && a.topic === b.topic && a.partition === b.partition;
}

/** The batch that commits a group's offsets, at once or with the transaction; null when there are none. */
export function buildOffsetsBatch(
  group: GroupOffsets,
  transaction: TransactionalProducer | undefined,
  nowMs: number,
): Uint8Array | null {
  if (group.partitions.length === 0) return null;
  const builder = new RecordBatchBuilder(256);
  for (const { topic, partition, offset, leaderEpoch = -1, metadata = '' } of group.partitions) {
    const key = encodeOffsetKey({ groupId: group.groupId, topic, partition });
    builder.append(key, encodeOffsetValue({ offset, leaderEpoch, metadata, commitTimestampMs: nowMs }), nowMs);
  }
  if (transaction === undefined) return builder.build();
  const { producerId, producerEpoch } = transaction;
  return builder.build({ producer: { producerId, producerEpoch, baseSequence: NO_SEQUENCE, isTransactional: true } });
}

/** The batch of tombstones that forgets offsets. */
export function buildForgetBatch(keys: readonly OffsetKey[], nowMs: number): Uint8Array {
  const builder = new RecordBatchBuilder(256);
  for (const key of keys) builder.append(encodeOffsetKey(key), null, nowMs);
  return builder.build();
}
