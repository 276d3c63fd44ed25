/** What a topology looks like: as data for a picture, and as the text that Kafka's TopologyDescription prints. */
import { changelogTopic, topicName, type Subtopology, type Topology, type TopologyNode } from './topology.ts';

export interface DescribedNode {
  readonly kind: TopologyNode['kind'];
  readonly name: string;
  readonly topics: readonly string[];
  readonly stores: readonly string[];
  readonly predecessors: readonly string[];
  readonly successors: readonly string[];
}

export interface DescribedTopic {
  readonly topic: string;
  readonly kind: 'source' | 'sink' | 'repartition' | 'subscription' | 'changelog';
  /** Why an internal topic is there. */
  readonly reason: string | undefined;
}

export interface DescribedSubtopology {
  readonly id: number;
  readonly nodes: readonly DescribedNode[];
}

export interface TopologyDescription {
  readonly subtopologies: readonly DescribedSubtopology[];
  readonly topics: readonly DescribedTopic[];
}

/** With an application id internal topics have their full names. */
export function describeTopology(topology: Topology, applicationId = ''): TopologyDescription {
  const prefix = applicationId === '' ? '' : `${applicationId}-`;
  const topics = new Map<string, DescribedTopic>();
  for (const { topic, kind, reason } of topology.internalTopics) {
    topics.set(prefix + topic, { topic: prefix + topic, kind, reason });
  }
  for (const node of topology.nodes) {
    for (const topic of topicsOf(node, applicationId)) {
      if (!topics.has(topic))
        topics.set(topic, { topic, kind: node.kind === 'sink' ? 'sink' : 'source', reason: undefined });
    }
  }
  for (const store of topology.stores) {
    if (!store.logging) continue;
    const topic = prefix + changelogTopic(store.name);
    topics.set(topic, { topic, kind: 'changelog', reason: `keeps store ${store.name}` });
  }
  return {
    subtopologies: topology.subtopologies.map((subtopology) => describe(topology, subtopology, applicationId)),
    topics: [...topics.values()],
  };
}

/** As Kafka's `TopologyDescription.toString`. */
export function topologyText(description: TopologyDescription): string {
  const lines = ['Topologies:'];
  for (const { id, nodes } of description.subtopologies) {
    lines.push(`   Sub-topology: ${id}`);
    for (const node of nodes) {
      const topics = node.kind === 'sink' ? node.topics.join(', ') : `[${node.topics.join(', ')}]`;
      if (node.kind === 'source') lines.push(`    Source: ${node.name} (topics: ${topics})`);
      else if (node.kind === 'sink') lines.push(`    Sink: ${node.name} (topic: ${topics})`);
      else lines.push(`    Processor: ${node.name} (stores: [${node.stores.join(', ')}])`);
      if (node.kind !== 'sink') lines.push(`      --> ${names(node.successors)}`);
      if (node.kind !== 'source') lines.push(`      <-- ${names(node.predecessors)}`);
    }
    lines.push('');
  }
  return lines.join('\n') + '\n';
}

function describe(topology: Topology, { id, nodes }: Subtopology, applicationId: string): DescribedSubtopology {
  const successors = new Map<string, string[]>();
  for (const node of nodes) {
    if (node.kind === 'source') continue;
    for (const parent of node.parents) successors.set(parent, [...(successors.get(parent) ?? []), node.name]);
  }
  return {
    id,
    nodes: nodes.map((node) => ({
      kind: node.kind,
      name: node.name,
      topics: topicsOf(node, applicationId),
      stores: [...topology.storeUsers].filter(([, users]) => users.includes(node.name)).map(([store]) => store),
      predecessors: node.kind === 'source' ? [] : node.parents,
      successors: successors.get(node.name) ?? [],
    })),
  };
}

function topicsOf(node: TopologyNode, applicationId: string): readonly string[] {
  if (node.kind === 'processor') return [];
  const topics = node.kind === 'source' ? node.topics : [node.topic];
  return applicationId === '' ? topics : topics.map((topic) => topicName(applicationId, node, topic));
}

function names(nodes: readonly string[]): string {
  return nodes.length === 0 ? 'none' : nodes.join(', ');
}
