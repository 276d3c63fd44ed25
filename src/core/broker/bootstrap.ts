/**
 * Start-up is replay: `__cluster_metadata` says which topics there are, each of their partitions is opened, and
 * `__consumer_offsets` says how far the groups have come.
 *
 * A damaged batch fails its partition alone. Only a damaged metadata log stops the broker, for without it nobody
 * knows what the other bytes are.
 */
import { WeirError, assert } from '../common/errors.ts';
import type { StoragePort } from '../ports/storage.ts';
import type { BatchCache } from '../log/batch-cache.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { type Truncation, openPartition } from '../log/partition-recovery.ts';
import type { TopicConfig } from './api.ts';
import type { GroupOffsetsStore } from './group-offsets.ts';
import { FORMAT_LEVEL, type MetadataRecord, decodeMetadata } from './metadata-records.ts';
import { DEFAULT_TOPIC_CONFIG } from './topic-config.ts';
import { METADATA_TOPIC, METADATA_TOPIC_ID, OFFSETS_TOPIC, type TopicRegistry } from './topic-registry.ts';

/** What opening found, for the page to tell. */
export interface RecoveryReport {
  readonly truncations: readonly Truncation[];
  /** Partitions that failed, with the reason. */
  readonly failures: readonly WeirError[];
  /** No workspace was stored here before. */
  readonly isNew: boolean;
  readonly nextProducerId: number;
}

/** What the metadata says of a topic. */
interface TopicImage {
  readonly topic: string;
  readonly topicId: number;
  partitions: number;
  readonly replicationFactor: number;
  readonly createdAtMs: number;
  config: TopicConfig;
}

interface MetadataImage {
  readonly topics: Map<number, TopicImage>;
  formatLevel: number;
  nextProducerId: number;
  lastTopicId: number;
}

const READ_BYTES = 1024 * 1024;
const OPEN_AT_ONCE = 16;

export async function bootstrap(
  storage: StoragePort,
  cache: BatchCache,
  topics: TopicRegistry,
  offsets: GroupOffsetsStore,
): Promise<RecoveryReport> {
  const truncations: Truncation[] = [];
  const failures: WeirError[] = [];
  const open = async (topic: string, topicId: number, partition: number): Promise<PartitionLog> => {
    const { log, truncation } = await openPartition({ topic, topicId, partition }, storage, cache);
    if (truncation !== null) truncations.push(truncation);
    if (log.failure !== null) failures.push(log.failure);
    return log;
  };

  const metadataLog = await open(METADATA_TOPIC, METADATA_TOPIC_ID, 0);
  metadataLog.requireUsable();
  const image: MetadataImage = { topics: new Map(), formatLevel: FORMAT_LEVEL, nextProducerId: 0, lastTopicId: 0 };
  await forEachBatch(metadataLog, (batch) => {
    for (const record of decodeMetadata(batch)) applyMetadata(image, record);
  });
  if (image.formatLevel > FORMAT_LEVEL) {
    throw new WeirError(
      'STORAGE_FAILED',
      `This workspace was written by a newer Weir (format ${image.formatLevel}); this one reads up to ${FORMAT_LEVEL}.`,
      { hint: 'Reload the page to get the newest version, or open another workspace.' },
    );
  }
  topics.set({
    topic: METADATA_TOPIC,
    topicId: METADATA_TOPIC_ID,
    replicationFactor: 1,
    createdAtMs: 0,
    config: DEFAULT_TOPIC_CONFIG,
    logs: [metadataLog],
  });
  topics.reserveTopicId(image.lastTopicId);

  const logs = new Map<TopicImage, PartitionLog[]>();
  const wanted: { readonly topic: TopicImage; readonly partition: number }[] = [];
  for (const topic of image.topics.values()) {
    logs.set(topic, []);
    for (let partition = 0; partition < topic.partitions; partition++) wanted.push({ topic, partition });
  }
  for (let at = 0; at < wanted.length; at += OPEN_AT_ONCE) {
    await Promise.all(
      wanted.slice(at, at + OPEN_AT_ONCE).map(async ({ topic, partition }) => {
        const log = await open(topic.topic, topic.topicId, partition);
        const opened = logs.get(topic);
        assert(opened !== undefined, 'every topic has its list of logs');
        opened[partition] = log;
      }),
    );
  }
  for (const [{ topic, topicId, replicationFactor, createdAtMs, config }, opened] of logs) {
    topics.set({ topic, topicId, replicationFactor, createdAtMs, config, logs: opened });
  }

  for (const log of topics.find(OFFSETS_TOPIC)?.logs ?? []) {
    if (log.failure === null) await forEachBatch(log, (batch) => offsets.apply(batch));
  }
  return { truncations, failures, isNew: metadataLog.nextOffset === 0, nextProducerId: image.nextProducerId };
}

/** Every batch of a log, page by page. */
export async function forEachBatch(log: PartitionLog, visit: (batch: Uint8Array) => void): Promise<void> {
  let offset = log.logStartOffset;
  while (offset < log.highWatermark) {
    const { batches, nextOffset } = await log.read(offset, { maxBytes: READ_BYTES, isolation: 'read_uncommitted' });
    for (const batch of batches) visit(batch);
    offset = nextOffset;
  }
}

function applyMetadata(image: MetadataImage, record: MetadataRecord): void {
  switch (record.type) {
    case 'FeatureLevelRecord':
      image.formatLevel = record.level;
      break;
    case 'TopicRecord': {
      const { topic, topicId, partitions, replicationFactor, createdAtMs } = record;
      const config = { ...DEFAULT_TOPIC_CONFIG, ...record.config };
      image.topics.set(topicId, { topic, topicId, partitions, replicationFactor, createdAtMs, config });
      image.lastTopicId = Math.max(image.lastTopicId, topicId);
      break;
    }
    case 'PartitionsRecord':
      topicImage(image, record.topicId).partitions = record.partitions;
      break;
    case 'ConfigRecord':
      topicImage(image, record.topicId).config = { ...DEFAULT_TOPIC_CONFIG, ...record.config };
      break;
    case 'RemoveTopicRecord':
      image.topics.delete(record.topicId);
      break;
    case 'ProducerIdsRecord':
      image.nextProducerId = record.nextProducerId;
      break;
  }
}

function topicImage(image: MetadataImage, topicId: number): TopicImage {
  const topic = image.topics.get(topicId);
  assert(topic !== undefined, `topic id ${topicId} is known`);
  return topic;
}
