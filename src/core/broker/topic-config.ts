/** Topic settings: Kafka's names, their defaults and what they allow. */
import { WeirError } from '../common/errors.ts';
import type { NewTopic, TopicConfig } from './api.ts';

export const DEFAULT_TOPIC_CONFIG: TopicConfig = {
  'cleanup.policy': 'delete',
  'retention.ms': -1,
  'retention.bytes': -1,
  'delete.retention.ms': 24 * 60 * 60 * 1000,
  'max.message.bytes': 16 * 1024 * 1024,
  'message.timestamp.type': 'CreateTime',
  durability: 'relaxed',
};

const MAX_PARTITIONS = 1_000;
const MAX_NAME_LENGTH = 249;

type Check = (value: unknown) => string | null;

const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    allowed.some((candidate) => candidate === value) ? null : `must be one of ${allowed.join(', ')}`;
const integerFrom =
  (least: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least ? null : `must be an integer of at least ${least}`;

const CHECKS: Record<keyof TopicConfig, Check> = {
  'cleanup.policy': oneOf('delete', 'compact', 'compact,delete'),
  'retention.ms': integerFrom(-1),
  'retention.bytes': integerFrom(-1),
  'delete.retention.ms': integerFrom(0),
  'max.message.bytes': integerFrom(1),
  'message.timestamp.type': oneOf('CreateTime', 'LogAppendTime'),
  durability: oneOf('strict', 'relaxed'),
};

function isConfigName(name: string): name is keyof TopicConfig {
  return Object.hasOwn(CHECKS, name);
}

/** `base` with the given settings changed. @throws WeirError INVALID_TOPIC naming the setting */
export function mergeConfig(topic: string, base: TopicConfig, changes: Partial<TopicConfig>): TopicConfig {
  for (const [name, value] of Object.entries(changes)) {
    if (!isConfigName(name)) {
      throw new WeirError('INVALID_TOPIC', `Topic ${topic} cannot have the setting ${name}: it is not known.`, {
        hint: `Known settings: ${Object.keys(CHECKS).join(', ')}.`,
      });
    }
    const complaint = CHECKS[name](value);
    if (complaint !== null) {
      throw new WeirError(
        'INVALID_TOPIC',
        `The setting ${name} of topic ${topic} ${complaint}, and is ${String(value)}.`,
      );
    }
  }
  return { ...base, ...changes };
}

/** Kafka's rules for topic names and counts. @throws WeirError INVALID_TOPIC */
export function checkNewTopic(topic: NewTopic): void {
  checkTopicName(topic.topic);
  checkPartitionCount(topic.topic, topic.partitions);
  const replicas = topic.replicationFactor ?? 1;
  if (!Number.isInteger(replicas) || replicas < 1) {
    throw new WeirError(
      'INVALID_TOPIC',
      `Topic ${topic.topic} has a replication factor of ${replicas}; it must be 1 or more.`,
    );
  }
}

export function checkPartitionCount(topic: string, partitions: number): void {
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    throw new WeirError(
      'INVALID_TOPIC',
      `Topic ${topic} cannot have ${partitions} partitions; 1 to ${MAX_PARTITIONS} are allowed.`,
    );
  }
}

function checkTopicName(name: string): void {
  const complaint =
    name === ''
      ? 'it is empty'
      : name === '.' || name === '..'
        ? 'it may not be "." or ".."'
        : name.length > MAX_NAME_LENGTH
          ? `it has ${name.length} characters, more than ${MAX_NAME_LENGTH}`
          : /^[a-zA-Z0-9._-]+$/.test(name)
            ? null
            : 'only letters, digits, ".", "_" and "-" are allowed';
  if (complaint !== null) {
    throw new WeirError('INVALID_TOPIC', `"${name}" cannot name a topic: ${complaint}.`, {
      hint: 'Name it like orders or orders-2025.',
      details: { topic: name },
    });
  }
}
