/** A query's topology as a graph: processors, the topics around them, and the stores that they keep. */
import { WeirError } from '../core/common/errors.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import { describeTopology, topologyText, type DescribedNode, type DescribedTopic } from '../core/streams/describe.ts';
import type { GraphEdge, GraphNode, TopologyGraph } from '../protocol/api.ts';

export function topologyGraph(engine: Engine, queryId: string): TopologyGraph {
  const query = engine.planner.query(queryId);
  const built =
    query === undefined
      ? engine.runner.transients().find((reader) => reader.id === queryId)?.subscription.built
      : query.build(() => undefined);
  if (built === undefined) {
    throw new WeirError('UNKNOWN_QUERY', `There is no query ${queryId}.`, {
      hint: 'SHOW QUERIES lists what runs.',
      details: { id: queryId },
    });
  }
  const description = describeTopology(built.topology, built.applicationId);
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const short = (topic: string): string => topic.replace(`${built.applicationId}-`, '');
  for (const topic of description.topics) nodes.set(topicId(topic.topic), topicNode(topic, short(topic.topic)));
  for (const subtopology of description.subtopologies) {
    for (const node of subtopology.nodes) {
      nodes.set(node.name, processorNode(node, subtopology.id, built.details.get(node.name)));
      for (const successor of node.successors) edges.push({ from: node.name, to: successor });
      for (const topic of node.topics) {
        if (node.kind === 'source') edges.push({ from: topicId(topic), to: node.name });
        if (node.kind === 'sink') edges.push({ from: node.name, to: topicId(topic) });
      }
      for (const store of node.stores) {
        const id = `store:${store}`;
        nodes.set(id, { id, kind: 'store', label: store, detail: 'state store', subtopology: subtopology.id });
        edges.push({ from: node.name, to: id });
        const changelog = description.topics.find(
          (t) => t.kind === 'changelog' && short(t.topic) === `${store}-changelog`,
        );
        if (changelog !== undefined && !edges.some((e) => e.from === id))
          edges.push({ from: id, to: topicId(changelog.topic) });
      }
    }
  }
  return { queryId, nodes: [...nodes.values()], edges, text: topologyText(description) };
}

const topicId = (topic: string): string => `topic:${topic}`;

function topicNode(topic: DescribedTopic, label: string): GraphNode {
  return {
    id: topicId(topic.topic),
    kind: 'topic',
    label,
    detail: topic.kind,
    subtopology: undefined,
    reason: topic.reason,
  };
}

function processorNode(node: DescribedNode, subtopology: number, detail: string | undefined): GraphNode {
  return { id: node.name, kind: node.kind, label: labelOf(node.name), detail: detail ?? node.name, subtopology };
}

/** `KSTREAM-FILTER-0000000003` is a filter. */
function labelOf(name: string): string {
  const match = /^K(?:STREAM|TABLE)-([A-Z-]+?)-?\d*$/.exec(name);
  return (match?.[1] ?? name).toLowerCase().replaceAll('-', ' ');
}
