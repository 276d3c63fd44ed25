/** Creates, changes and deletes topics: records of the metadata topic, and the registry when they are durable. */
import { WeirError } from '../common/errors.ts';
import type { BatchCache } from '../log/batch-cache.ts';
import { topicRanges } from '../log/log-keys.ts';
import { PartitionLog } from '../log/partition-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { StoragePort } from '../ports/storage.ts';
import { appendRules } from './append-rules.ts';
import type * as api from './api.ts';
import type { CommitStage } from './commit-stage.ts';
import type { Exclusive } from './exclusive.ts';
import type { GroupOffsetsStore } from './group-offsets.ts';
import { type MetadataRecord, encodeMetadata } from './metadata-records.ts';
import type { OffsetsTopic } from './offsets-topic.ts';
import { DEFAULT_TOPIC_CONFIG, checkNewTopic, checkPartitionCount, mergeConfig } from './topic-config.ts';
import {
  METADATA_TOPIC,
  OFFSETS_TOPIC,
  TRANSACTIONS_TOPIC,
  type Topic,
  type TopicRegistry,
  describeTopic,
} from './topic-registry.ts';

export interface TopicAdminContext {
  readonly topics: TopicRegistry;
  readonly offsets: GroupOffsetsStore;
  readonly offsetsTopic: OffsetsTopic;
  readonly storage: StoragePort;
  readonly cache: BatchCache;
  readonly clock: Clock;
  readonly exclusive: Exclusive;
  /** A change is durable. */
  readonly changed: (change: api.BrokerEvent['topics'][number]) => void;
}

export class TopicAdmin {
  readonly #context: TopicAdminContext;

  constructor(context: TopicAdminContext) {
    this.#context = context;
  }

  /**
   * @param first records that go before those of the topics
   * @throws WeirError TOPIC_EXISTS, INVALID_TOPIC
   */
  async createTopics(
    requested: readonly api.NewTopic[],
    first: readonly MetadataRecord[] = [],
  ): Promise<readonly api.TopicDescription[]> {
    for (const { topic } of requested) {
      if (topic !== METADATA_TOPIC) continue;
      throw new WeirError('INVALID_TOPIC', `${topic} is the broker's own topic.`);
    }
    const { topics, clock, exclusive, changed } = this.#context;
    return exclusive((stage) => {
      const names = new Set<string>();
      const created: Topic[] = requested.map((request, index) => {
        checkNewTopic(request);
        const { topic } = request;
        if (names.has(topic) || topics.find(topic) !== undefined) {
          throw new WeirError('TOPIC_EXISTS', `Topic ${topic} exists already.`, { details: { topic } });
        }
        names.add(topic);
        const topicId = topics.nextTopicId + index;
        return {
          topic,
          topicId,
          replicationFactor: request.replicationFactor ?? 1,
          createdAtMs: clock.nowMs(),
          config: mergeConfig(topic, DEFAULT_TOPIC_CONFIG, request.config ?? {}),
          logs: this.#newLogs(topic, topicId, 0, request.partitions),
        };
      });
      const records = created.map(({ logs, ...topic }): MetadataRecord => {
        return { type: 'TopicRecord', ...topic, partitions: logs.length };
      });
      this.stageMetadata(stage, [...first, ...records]);
      stage.onDurable(() => {
        for (const topic of created) {
          topics.set(topic);
          changed({ kind: 'created', topic: topic.topic });
        }
      });
      return () => created.map(describeTopic);
    });
  }

  /** The topic is made when the first transactional producer comes. */
  async ensureTransactionsTopic(): Promise<void> {
    if (this.#context.topics.find(TRANSACTIONS_TOPIC) !== undefined) return;
    const config = { 'cleanup.policy': 'compact' } as const;
    try {
      await this.createTopics([{ topic: TRANSACTIONS_TOPIC, partitions: 1, config }]);
    } catch (error) {
      // Another producer was faster.
      if (!(error instanceof WeirError) || error.code !== 'TOPIC_EXISTS') throw error;
    }
  }

  /** @throws WeirError UNKNOWN_TOPIC, INVALID_TOPIC for the broker's own */
  deleteTopics(names: readonly string[]): Promise<void> {
    const { topics, offsets, offsetsTopic, clock, exclusive, changed } = this.#context;
    return exclusive((stage) => {
      const doomed = [...new Set(names)].map((name) => topics.get(name));
      for (const { topic } of doomed) {
        if (topic !== METADATA_TOPIC && topic !== OFFSETS_TOPIC && topic !== TRANSACTIONS_TOPIC) continue;
        throw new WeirError('INVALID_TOPIC', `${topic} is the broker's own topic and cannot be deleted.`);
      }
      this.stageMetadata(
        stage,
        doomed.map(({ topicId }) => ({ type: 'RemoveTopicRecord', topicId })),
      );
      for (const { topicId } of doomed) for (const range of topicRanges(topicId)) stage.deleteRange(range);
      // A topic that gets the name later must not inherit offsets.
      const orphans = offsets.keysOfTopics(new Set(doomed.map(({ topic }) => topic)));
      offsetsTopic.stageForget(stage, orphans, clock.nowMs());
      stage.onDurable(() => {
        for (const { topic } of doomed) {
          topics.delete(topic);
          changed({ kind: 'deleted', topic });
        }
      });
      return () => undefined;
    });
  }

  /** @throws WeirError UNKNOWN_TOPIC, INVALID_TOPIC when it would not get more partitions */
  createPartitions(name: string, partitions: number): Promise<api.TopicDescription> {
    const { topics, exclusive } = this.#context;
    return exclusive((stage) => {
      const topic = topics.get(name);
      checkPartitionCount(name, partitions);
      if (partitions <= topic.logs.length) {
        throw new WeirError(
          'INVALID_TOPIC',
          `Topic ${name} has ${topic.logs.length} partitions; it can only get more, not ${partitions}.`,
        );
      }
      const { topicId } = topic;
      this.stageMetadata(stage, [{ type: 'PartitionsRecord', topicId, partitions }]);
      const altered = {
        ...topic,
        logs: [...topic.logs, ...this.#newLogs(name, topicId, topic.logs.length, partitions)],
      };
      stage.onDurable(() => this.#alter(altered));
      return () => describeTopic(altered);
    });
  }

  /** @throws WeirError UNKNOWN_TOPIC, INVALID_TOPIC */
  alterConfigs(name: string, config: Partial<api.TopicConfig>): Promise<api.TopicDescription> {
    const { topics, exclusive } = this.#context;
    return exclusive((stage) => {
      const topic = topics.get(name);
      const altered = { ...topic, config: mergeConfig(name, topic.config, config) };
      this.stageMetadata(stage, [{ type: 'ConfigRecord', topicId: topic.topicId, config: altered.config }]);
      stage.onDurable(() => this.#alter(altered));
      return () => describeTopic(altered);
    });
  }

  stageMetadata(stage: CommitStage, records: readonly MetadataRecord[]): void {
    if (records.length === 0) return;
    const { topics, clock } = this.#context;
    const log = topics.log({ topic: METADATA_TOPIC, partition: 0 });
    stage.append(log, encodeMetadata(records, clock.nowMs()), appendRules('coordinator', DEFAULT_TOPIC_CONFIG, 0));
  }

  #newLogs(topic: string, topicId: number, from: number, to: number): PartitionLog[] {
    const { storage, cache } = this.#context;
    const logs: PartitionLog[] = [];
    for (let partition = from; partition < to; partition++) {
      logs.push(new PartitionLog({ topic, topicId, partition }, storage, cache, null));
    }
    return logs;
  }

  #alter(topic: Topic): void {
    const { topics, changed } = this.#context;
    topics.set(topic);
    changed({ kind: 'altered', topic: topic.topic });
  }
}
