/** The topics that exist, as the replay of `__cluster_metadata` gives them. */
import { WeirError } from '../common/errors.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { PartitionDescription, TopicConfig, TopicDescription, TopicPartition } from './api.ts';
import { toPartitionError } from './partition-error.ts';

export const METADATA_TOPIC = '__cluster_metadata';
export const METADATA_TOPIC_ID = 0;
export const OFFSETS_TOPIC = '__consumer_offsets';
export const TRANSACTIONS_TOPIC = '__transaction_state';

export interface Topic {
  readonly topic: string;
  readonly topicId: number;
  readonly replicationFactor: number;
  readonly createdAtMs: number;
  readonly config: TopicConfig;
  readonly logs: readonly PartitionLog[];
}

export class TopicRegistry {
  readonly #topics = new Map<string, Topic>();
  #nextTopicId = METADATA_TOPIC_ID + 1;

  get nextTopicId(): number {
    return this.#nextTopicId;
  }

  /** Ids are never used again, not even those of deleted topics. */
  reserveTopicId(topicId: number): void {
    this.#nextTopicId = Math.max(this.#nextTopicId, topicId + 1);
  }

  set(topic: Topic): void {
    this.#topics.set(topic.topic, topic);
    this.reserveTopicId(topic.topicId);
  }

  delete(topic: string): void {
    this.#topics.delete(topic);
  }

  find(topic: string): Topic | undefined {
    return this.#topics.get(topic);
  }

  /** @throws WeirError UNKNOWN_TOPIC */
  get(topic: string): Topic {
    const found = this.#topics.get(topic);
    if (found === undefined) {
      throw new WeirError('UNKNOWN_TOPIC', `There is no topic ${topic}.`, {
        hint: 'SHOW TOPICS lists those that exist.',
        details: { topic },
      });
    }
    return found;
  }

  /** @throws WeirError UNKNOWN_TOPIC, UNKNOWN_PARTITION */
  log({ topic, partition }: TopicPartition): PartitionLog {
    const { logs } = this.get(topic);
    const log = logs[partition];
    if (log === undefined) {
      throw new WeirError(
        'UNKNOWN_PARTITION',
        `Topic ${topic} has partitions 0 to ${logs.length - 1}, not ${partition}.`,
        {
          details: { topic, partition },
        },
      );
    }
    return log;
  }

  /** By name. */
  all(): Topic[] {
    return [...this.#topics.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1));
  }
}

function isInternalTopic(topic: string): boolean {
  return topic.startsWith('__');
}

export function describeTopic(topic: Topic): TopicDescription {
  return {
    topic: topic.topic,
    topicId: topic.topicId,
    isInternal: isInternalTopic(topic.topic),
    replicationFactor: topic.replicationFactor,
    createdAtMs: topic.createdAtMs,
    config: topic.config,
    partitions: topic.logs.map(describePartition),
  };
}

function describePartition(log: PartitionLog): PartitionDescription {
  return {
    partition: log.id.partition,
    logStartOffset: log.logStartOffset,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logEndOffset: log.nextOffset,
    sizeBytes: log.sizeBytes,
    batchCount: log.batchCount,
    maxTimestampMs: log.maxTimestampMs,
    error: log.failure === null ? null : toPartitionError(log.failure),
  };
}
