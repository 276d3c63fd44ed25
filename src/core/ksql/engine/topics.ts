/**
 * The topics that statements make and delete, with their schemas, and how many partitions each topic of the broker has:
 * planning is synchronous and asks for that.
 */
import type { BrokerApi, TopicConfig } from '../../broker/api.ts';
import type { SchemaRegistry } from '../../serde/schema-registry.ts';
import { topicSettings } from './topic-settings.ts';

export class Topics {
  readonly #broker: BrokerApi;
  readonly #registry: SchemaRegistry;
  readonly #partitions = new Map<string, number>();

  constructor(broker: BrokerApi, registry: SchemaRegistry) {
    this.#broker = broker;
    this.#registry = registry;
  }

  /** By name, those that others make and delete at the broker included. */
  get partitions(): ReadonlyMap<string, number> {
    return this.#partitions;
  }

  async recover(): Promise<void> {
    for (const { topic, partitions } of await this.#broker.listTopics()) this.#partitions.set(topic, partitions.length);
    await this.#broker.subscribe((event) => {
      for (const change of event.topics) {
        if (change.kind === 'deleted') this.#partitions.delete(change.topic);
        else this.#learn(change.topic).catch(() => this.#partitions.delete(change.topic));
      }
    });
  }

  async #learn(topic: string): Promise<void> {
    const [description] = await this.#broker.describeTopics([topic]);
    if (description !== undefined) this.#partitions.set(topic, description.partitions.length);
  }

  /** One of the engine's own, with one partition, unless it is there. */
  async ensure(topic: string, config: Partial<TopicConfig>): Promise<void> {
    if (this.#partitions.has(topic)) return;
    await this.#broker.createTopics([{ topic, partitions: 1, replicationFactor: 1, config }]);
    this.#partitions.set(topic, 1);
  }

  /**
   * @param config of a WITH clause, see `topicSettings`
   * @throws WeirError TOPIC_EXISTS, INVALID_TOPIC, INVALID_PROPERTY
   */
  async create(
    topic: string,
    partitions: number,
    replicas: number,
    config: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const created = { topic, partitions, replicationFactor: replicas, config: topicSettings(config) };
    await this.#broker.createTopics([created]);
    this.#partitions.set(topic, partitions);
  }

  /** @throws WeirError SCHEMA_REFERENCED when other schemas refer to those of the topic */
  requireDeletable(topic: string): void {
    for (const subject of subjectsOf(topic)) this.#registry.requireDeletable(subject);
  }

  /**
   * Deletes the topic and its schemas, the schemas first: of a crash in between, a topic without them is left.
   * @param flushSchemas writes what the registry has forgotten
   */
  async delete(topic: string, flushSchemas: () => Promise<void>): Promise<void> {
    this.requireDeletable(topic);
    for (const subject of subjectsOf(topic)) this.#registry.deleteSubject(subject);
    await flushSchemas();
    await this.#broker.deleteTopics([topic]);
    this.#partitions.delete(topic);
  }

  /** Whether it is there and holds records. */
  async isFilled(topic: string): Promise<boolean> {
    if (!this.#partitions.has(topic)) return false;
    const [description] = await this.#broker.describeTopics([topic]);
    return description?.partitions.some(({ highWatermark }) => highWatermark > 0) === true;
  }
}

const subjectsOf = (topic: string): readonly string[] => [`${topic}-key`, `${topic}-value`];
