/** What a program that manages topics and groups asks a broker for. */
import type { BrokerApi, GroupDescription, NewTopic, TopicDescription, TopicPartition } from '../broker/api.ts';
import { WeirError } from '../common/errors.ts';

export interface PartitionLag extends TopicPartition {
  readonly committedOffset: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  /** Records behind the committed offset; more than there are when some have been compacted away. */
  readonly lag: number;
}

export interface GroupLag {
  readonly group: GroupDescription;
  readonly partitions: readonly PartitionLag[];
}

export class Admin {
  readonly #broker: BrokerApi;

  constructor(broker: BrokerApi) {
    this.#broker = broker;
  }

  /** The topic as it is, or as it is made now. @throws WeirError INVALID_TOPIC when it exists with other partitions */
  async ensureTopic(wanted: NewTopic): Promise<TopicDescription> {
    const existing = (await this.#broker.listTopics()).find(({ topic }) => topic === wanted.topic);
    if (existing === undefined) {
      const [created] = await this.#broker.createTopics([wanted]);
      if (created !== undefined) return created;
    } else if (existing.partitions.length === wanted.partitions) {
      return existing;
    }
    throw new WeirError(
      'INVALID_TOPIC',
      `Topic ${wanted.topic} has ${existing?.partitions.length ?? 0} partitions, and ${wanted.partitions} are needed.`,
      { hint: 'Use the same number of partitions, or another topic.' },
    );
  }

  /** How far a group is behind in each partition that it has committed. */
  async groupLag(groupId: string): Promise<GroupLag> {
    const [group, { partitions }, topics] = await Promise.all([
      this.#broker.describeGroup(groupId),
      this.#broker.offsetFetch({ groupId }),
      this.#broker.listTopics(),
    ]);
    const lags = partitions.map(({ topic, partition, offset }): PartitionLag => {
      const log = topics.find((each) => each.topic === topic)?.partitions[partition];
      const logStartOffset = log?.logStartOffset ?? 0;
      const logEndOffset = log?.logEndOffset ?? 0;
      const lag = Math.max(0, logEndOffset - Math.max(offset, logStartOffset));
      return { topic, partition, committedOffset: offset, logStartOffset, logEndOffset, lag };
    });
    return { group, partitions: lags };
  }
}
