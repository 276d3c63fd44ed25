/**
 * How many partitions everything has, and the topics that the topology brings along (Kafka's InternalTopicManager and
 * CopartitionedTopicsEnforcer).
 *
 * A repartition topic has as many partitions as asked for, else as the largest source of the subtopology that writes it. The
 * sides of a join must have the same number: repartition topics adapt to it, given topics are refused if they differ. A
 * changelog has a partition per task.
 */
import { assert, WeirError } from '../../common/errors.ts';
import type { BrokerApi, NewTopic, TopicDescription } from '../../broker/api.ts';
import { changelogTopic, internalTopicName, topicName, type Subtopology, type Topology } from '../topology.ts';

export interface TopicPlan {
  /** Full topic name -> partitions, for every topic that is read, written or kept. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Subtopology id -> number of tasks. */
  readonly tasks: ReadonlyMap<number, number>;
  readonly created: readonly NewTopic[];
}

/** @throws WeirError UNKNOWN_TOPIC, INVALID_TOPOLOGY */
export function planTopics(
  topology: Topology,
  applicationId: string,
  existing: ReadonlyMap<string, number>,
  isTransient: boolean,
): TopicPlan {
  const partitions = new Map<string, number>();
  const created: NewTopic[] = [];
  const internal = new Map(
    topology.internalTopics.map((topic) => [internalTopicName(applicationId, topic.topic), topic] as const),
  );
  for (const node of topology.nodes) {
    if (node.kind === 'processor' || node.internal) continue;
    for (const topic of node.kind === 'source' ? node.topics : [node.topic]) {
      const count = existing.get(topic);
      if (count === undefined) {
        throw new WeirError('UNKNOWN_TOPIC', `The topic ${topic} does not exist.`, { details: { topic } });
      }
      partitions.set(topic, count);
    }
  }
  for (const [name, topic] of internal) if (topic.partitions !== undefined) partitions.set(name, topic.partitions);

  resolve(topology, applicationId, partitions, internal.size);
  align(topology, applicationId, partitions, new Set(internal.keys()));

  for (const name of internal.keys()) {
    const count = partitions.get(name);
    assert(count !== undefined, `the partitions of ${name} are known`);
    create(created, existing, name, count, 'delete');
  }
  const tasks = new Map<number, number>();
  for (const subtopology of topology.subtopologies) {
    const count = largestSource(subtopology, applicationId, partitions) ?? 0;
    tasks.set(subtopology.id, count);
    for (const store of isTransient ? [] : subtopology.stores) {
      if (!store.logging) continue;
      const name = internalTopicName(applicationId, changelogTopic(store.name));
      partitions.set(name, count);
      create(created, existing, name, count, 'compact');
    }
  }
  return { partitions, tasks, created };
}

/** Of a topic that the topology reads, writes or keeps. */
export function partitionsOf(plan: TopicPlan, topic: string): number {
  const count = plan.partitions.get(topic);
  assert(count !== undefined, `the partitions of ${topic} are known`);
  return count;
}

/** Creates what is missing. */
export async function createTopics(broker: BrokerApi, plan: TopicPlan): Promise<void> {
  if (plan.created.length > 0) await broker.createTopics(plan.created);
}

export function partitionCounts(topics: readonly TopicDescription[]): Map<string, number> {
  return new Map(topics.map(({ topic, partitions }) => [topic, partitions.length]));
}

function create(
  created: NewTopic[],
  existing: ReadonlyMap<string, number>,
  topic: string,
  partitions: number,
  policy: 'delete' | 'compact',
): void {
  const present = existing.get(topic);
  if (present === undefined) {
    created.push({ topic, partitions, config: { 'cleanup.policy': policy, 'retention.ms': -1 } });
  } else if (present !== partitions) {
    throw new WeirError(
      'INVALID_TOPOLOGY',
      `The internal topic ${topic} has ${present} partitions, not ${partitions}.`,
      {
        hint: 'A source topic has other partitions than when the query was started. Terminate the query and create it anew.',
        details: { topic, present, needed: partitions },
      },
    );
  }
}

/** Follows the flow: a subtopology whose sources are known gives its repartition topics their number. */
function resolve(
  topology: Topology,
  applicationId: string,
  partitions: Map<string, number>,
  internalCount: number,
): void {
  for (let round = 0; round <= internalCount; round++) {
    adoptPartners(topology, applicationId, partitions);
    for (const subtopology of topology.subtopologies) {
      const largest = largestSource(subtopology, applicationId, partitions);
      if (largest === undefined) continue;
      for (const sink of subtopology.sinks) {
        const topic = topicName(applicationId, sink, sink.topic);
        if (sink.internal && !partitions.has(topic)) partitions.set(topic, largest);
      }
    }
  }
}

/**
 * The topics of a foreign-key join go round in a circle, each side waiting for the other; they are as large as the table
 * that they meet.
 */
function adoptPartners(topology: Topology, applicationId: string, partitions: Map<string, number>): void {
  const subscriptions = new Set(
    topology.internalTopics.filter(({ kind }) => kind === 'subscription').map(({ topic }) => topic),
  );
  if (subscriptions.size === 0) return;
  const sources = new Map(topology.subtopologies.flatMap((s) => s.sources.map((source) => [source.name, source])));
  for (const group of topology.copartitioned) {
    const members = group.flatMap((name) => sources.get(name) ?? []);
    const known = members.flatMap((source) =>
      source.topics.flatMap((topic) => partitions.get(topicName(applicationId, source, topic)) ?? []),
    );
    if (known.length === 0) continue;
    for (const source of members) {
      for (const topic of source.topics) {
        const name = topicName(applicationId, source, topic);
        if (source.internal && subscriptions.has(topic) && !partitions.has(name)) {
          partitions.set(name, Math.max(...known));
        }
      }
    }
  }
}

/** The partitions of the largest source topic; undefined as long as one is unknown. */
function largestSource(
  subtopology: Subtopology,
  applicationId: string,
  partitions: ReadonlyMap<string, number>,
): number | undefined {
  let largest = 0;
  for (const source of subtopology.sources) {
    for (const topic of source.topics) {
      const count = partitions.get(topicName(applicationId, source, topic));
      if (count === undefined) return undefined;
      largest = Math.max(largest, count);
    }
  }
  return largest;
}

function align(
  topology: Topology,
  applicationId: string,
  partitions: Map<string, number>,
  internal: ReadonlySet<string>,
): void {
  const sources = new Map(topology.subtopologies.flatMap((s) => s.sources.map((source) => [source.name, source])));
  const flexible = new Set(
    topology.internalTopics
      .filter((topic) => topic.partitions === undefined)
      .map((topic) => internalTopicName(applicationId, topic.topic)),
  );
  for (const group of topology.copartitioned) {
    const topics = group.flatMap((name) => {
      const source = sources.get(name);
      assert(source !== undefined, `copartitioned source ${name} is part of the topology`);
      return source.topics.map((topic) => topicName(applicationId, source, topic));
    });
    const fixed = topics.filter((topic) => !flexible.has(topic));
    const counts = new Set(fixed.map((topic) => partitions.get(topic) ?? 0));
    if (counts.size > 1) {
      const told = fixed.map((topic) => `${topic} has ${partitions.get(topic) ?? 0}`).join(', ');
      throw new WeirError('INVALID_TOPOLOGY', `Topics to be joined must have the same number of partitions: ${told}.`, {
        hint: 'Repartition one of them, e.g. CREATE STREAM ... WITH (PARTITIONS = n) AS SELECT ... PARTITION BY.',
        details: { topics: fixed },
      });
    }
    const [given] = counts;
    const count = given ?? Math.max(...topics.map((topic) => partitions.get(topic) ?? 0));
    for (const topic of topics) if (internal.has(topic) && flexible.has(topic)) partitions.set(topic, count);
  }
}
