/**
 * Where the nodes of a topology stand: top-down, in ranks, subtopologies boxed (dagre's compound layout). A node is as
 * wide as its longer line needs.
 */
import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from '@dagrejs/dagre';
import type { GraphNode, TopologyGraph } from '../../../protocol/api.ts';

export interface PlacedNode {
  readonly node: GraphNode;
  readonly title: string;
  readonly detail: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
}
export interface PlacedBox {
  readonly subtopology: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly boxes: readonly PlacedBox[];
}

const NODE_HEIGHT = 42;
const MIN_WIDTH = 120;
const MAX_WIDTH = 216;
const BOX_PADDING = 12;
const BOX_TITLE = 18;
const MARGIN = 12;

/** Kafka's generated names without what they have in common: `KSTREAM-FILTER-0000000001` is `Filter 1`. */
export function titleOf(label: string): string {
  const generated = /^K(?:STREAM|TABLE)-([A-Z-]+?)-0*(\d+)$/.exec(label);
  if (generated !== null) {
    const words = (generated[1] ?? '').toLowerCase().replaceAll('-', ' ');
    return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${generated[2] ?? ''}`;
  }
  const own = label.replace(/^_confluent-ksql-.*?query_[^-]*-/, '').replace(/^_confluent-ksql-.*?query_/, '');
  return own;
}

/** The two lines of a node. A name that Kafka generated loses its zeros, one that says the title again is left out. */
export function linesOf(node: GraphNode): { readonly title: string; readonly detail: string } {
  const named = titleOf(node.label);
  const isName = node.kind === 'topic' || node.kind === 'store';
  const title = isName ? named : `${named.charAt(0).toUpperCase()}${named.slice(1)}`;
  const detail = /^K(?:STREAM|TABLE)-[A-Z-]+-\d+$/.test(node.detail)
    ? node.detail.replace(/-0+(\d)/, '-$1')
    : node.detail;
  const plain = (text: string): string => text.toLowerCase().replaceAll('-', ' ');
  return { title, detail: plain(detail) === plain(title) ? '' : detail };
}

export function nodeWidth(title: string, detail: string): number {
  const text = Math.max(title.length * 7.2, Math.min(detail.length, 44) * 6.3);
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, text + 40)));
}

const boxId = (subtopology: number): string => `sub-topology ${subtopology}`;

export function placeGraph(graph: TopologyGraph): PlacedGraph {
  const dagre = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ compound: true });
  dagre.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 32, marginx: MARGIN, marginy: MARGIN });
  dagre.setDefaultEdgeLabel(() => ({}));
  const subtopologies = new Set(graph.nodes.flatMap((node) => node.subtopology ?? []));
  for (const subtopology of subtopologies) dagre.setNode(boxId(subtopology), { width: 0, height: 0 });
  for (const node of graph.nodes) {
    const { title, detail } = linesOf(node);
    dagre.setNode(node.id, { width: nodeWidth(title, detail), height: NODE_HEIGHT });
    if (node.subtopology !== undefined) dagre.setParent(node.id, boxId(node.subtopology));
  }
  const ids = new Set(graph.nodes.map((node) => node.id));
  const edges = graph.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to));
  for (const edge of edges) dagre.setEdge(edge.from, edge.to);
  layout(dagre);

  const nodes = graph.nodes.map((node): PlacedNode => {
    const { x = 0, y = 0, width = MIN_WIDTH, height = NODE_HEIGHT } = dagre.node(node.id);
    return { node, ...linesOf(node), x: x - width / 2, y: y - height / 2, width, height };
  });
  // The boxes are drawn around their nodes: tighter than dagre's own, with room for a title.
  const boxes = [...subtopologies]
    .sort((a, b) => a - b)
    .map((subtopology): PlacedBox => {
      const inside = nodes.filter((placed) => placed.node.subtopology === subtopology);
      const left = Math.min(...inside.map((n) => n.x)) - BOX_PADDING;
      const top = Math.min(...inside.map((n) => n.y)) - BOX_PADDING - BOX_TITLE / 2;
      const right = Math.max(...inside.map((n) => n.x + n.width)) + BOX_PADDING;
      const bottom = Math.max(...inside.map((n) => n.y + n.height)) + BOX_PADDING;
      return { subtopology, x: left, y: top, width: right - left, height: bottom - top };
    });
  const placedEdges = edges.map((edge): PlacedEdge => {
    const points = dagre.edge(edge.from, edge.to).points ?? [];
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    return { ...edge, path: smoothPath(points), labelX: middle.x, labelY: middle.y };
  });
  const right = Math.max(0, ...nodes.map((n) => n.x + n.width), ...boxes.map((b) => b.x + b.width));
  const bottom = Math.max(0, ...nodes.map((n) => n.y + n.height), ...boxes.map((b) => b.y + b.height));
  return { width: right + MARGIN, height: bottom + MARGIN, nodes, edges: placedEdges, boxes };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line through the points with its corners rounded: curves from the middle of one stretch to that of the next. */
export function smoothPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const at = (point: Point): string => `${Math.round(point.x * 10) / 10} ${Math.round(point.y * 10) / 10}`;
  const parts = [`M${at(first)}`];
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    if (next === undefined) parts.push(`L${at(point)}`);
    else parts.push(`Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`);
  });
  return parts.join('');
}
