/**
 * A query's topology as a graph to draw.
 */
export type GraphNodeKind = 'source' | 'processor' | 'sink' | 'topic' | 'store';

export interface GraphNode {
  readonly id: string;
  readonly kind: GraphNodeKind;
  readonly label: string;
  /** What the node does, in SQL's words: `delay > 60`. */
  readonly detail: string;
  readonly subtopology: number | undefined;
  /** For repartition and changelog topics: why they are there. */
  readonly reason?: string | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface TopologyGraph {
  readonly queryId: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** As Kafka prints a TopologyDescription. */
  readonly text: string;
}
