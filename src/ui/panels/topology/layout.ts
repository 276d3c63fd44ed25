/**
 * Where the nodes of a topology stand: top-down, in ranks, subtopologies boxed. A node is as wide as its longer line needs.
 *
 * Topics stand above or below the boxes, never beside them: a subtopology's sources are held above all of its nodes and what it
 * writes below all of them, by edges that are not drawn. That keeps the picture narrow. Where boxes would overlap so, as
 * with several subtopologies side by side, dagre's compound layout keeps them apart, in a wider picture.
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

function nodeWidth(title: string, detail: string): number {
  const text = Math.max(title.length * 7.7, Math.min(detail.length, 44) * 6.3);
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, text + 40)));
}

const boxId = (subtopology: number): string => `sub-topology ${subtopology}`;

export function placeGraph(graph: TopologyGraph): PlacedGraph {
  const narrow = place(graph, false);
  return areApart(narrow) ? narrow : place(graph, true);
}

/** No box touches another, or a node that is not in it. */
function areApart({ boxes, nodes }: PlacedGraph): boolean {
  return boxes.every(
    (box) =>
      boxes.every((other) => other === box || !overlap(box, other)) &&
      nodes.every((placed) => placed.node.subtopology === box.subtopology || !overlap(box, placed)),
  );
}

type Area = Pick<PlacedBox, 'x' | 'y' | 'width' | 'height'>;

function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function place(graph: TopologyGraph, isCompound: boolean): PlacedGraph {
  const dagre = new Graph<GraphLabel, NodeLabel, EdgeLabel>({ compound: isCompound });
  dagre.setGraph({ rankdir: 'TB', nodesep: 18, edgesep: 8, ranksep: 32, marginx: MARGIN, marginy: MARGIN });
  dagre.setDefaultEdgeLabel(() => ({}));
  const subtopologies = new Set(graph.nodes.flatMap((node) => node.subtopology ?? []));
  if (isCompound) for (const subtopology of subtopologies) dagre.setNode(boxId(subtopology), { width: 0, height: 0 });
  for (const node of graph.nodes) {
    const { title, detail } = linesOf(node);
    dagre.setNode(node.id, { width: nodeWidth(title, detail), height: NODE_HEIGHT });
    if (isCompound && node.subtopology !== undefined) dagre.setParent(node.id, boxId(node.subtopology));
  }
  const ids = new Set(graph.nodes.map((node) => node.id));
  const edges = graph.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to));
  if (!isCompound) for (const { from, to } of outsideBoxes(graph.nodes, edges)) dagre.setEdge(from, to, { weight: 0 });
  for (const edge of edges) dagre.setEdge(edge.from, edge.to, { weight: 4 });
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

interface Link {
  readonly from: string;
  readonly to: string;
}

/** Edges that hold the topics which a subtopology reads above all of its nodes, and those that it writes below. */
function outsideBoxes(nodes: readonly GraphNode[], edges: readonly Link[]): Link[] {
  const boxOf = new Map(nodes.map((node) => [node.id, node.subtopology]));
  const inside = edges.filter(({ from, to }) => boxOf.get(from) === boxOf.get(to));
  const followers = new Set(inside.map(({ to }) => to));
  const feeders = new Set(inside.map(({ from }) => from));
  const links: Link[] = [];
  for (const { from, to } of edges) {
    const [fromBox, toBox] = [boxOf.get(from), boxOf.get(to)];
    if (fromBox === toBox) continue;
    for (const { id, subtopology } of nodes) {
      if (subtopology === undefined) continue;
      if (fromBox === undefined && subtopology === toBox && !followers.has(id)) links.push({ from, to: id });
      if (toBox === undefined && subtopology === fromBox && !feeders.has(id)) links.push({ from: id, to });
    }
  }
  return links;
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
