import { describe, expect, it } from 'vitest';
import type { GraphNode, TopologyGraph } from '../../../protocol/api.ts';
import { linesOf, placeGraph, smoothPath, titleOf } from './layout.ts';

const node = (id: string, kind: GraphNode['kind'], subtopology: number | undefined): GraphNode => ({
  id,
  kind,
  label: id,
  detail: '',
  subtopology,
});
const GRAPH: TopologyGraph = {
  queryId: 'Q',
  nodes: [
    node('in', 'topic', undefined),
    node('source', 'source', 0),
    node('filter', 'processor', 0),
    node('repartition', 'topic', undefined),
    node('aggregate', 'processor', 1),
    node('store', 'store', 1),
  ],
  edges: [
    { from: 'in', to: 'source' },
    { from: 'source', to: 'filter' },
    { from: 'filter', to: 'repartition' },
    { from: 'repartition', to: 'aggregate' },
    { from: 'aggregate', to: 'store' },
    { from: 'aggregate', to: 'nowhere' },
  ],
  text: '',
};

describe('placeGraph', () => {
  const placed = placeGraph(GRAPH);
  const byId = new Map(placed.nodes.map((n) => [n.node.id, n]));

  it('puts each node below those it reads from', () => {
    for (const edge of placed.edges) {
      const from = byId.get(edge.from);
      const to = byId.get(edge.to);
      expect(from !== undefined && to !== undefined && from.y + from.height < to.y).toBe(true);
    }
  });

  it('boxes each subtopology around its nodes and no others', () => {
    expect(placed.boxes.map((box) => box.subtopology)).toEqual([0, 1]);
    for (const box of placed.boxes) {
      for (const n of placed.nodes) {
        const inside =
          n.y >= box.y && n.y + n.height <= box.y + box.height && n.x >= box.x && n.x + n.width <= box.x + box.width;
        expect(inside).toBe(n.node.subtopology === box.subtopology);
      }
    }
  });

  it('keeps topics above and below a box, so that the picture is narrow', () => {
    const join: TopologyGraph = {
      ...GRAPH,
      nodes: [
        ...['left', 'right', 'changelog', 'out'].map((id) => node(id, 'topic', undefined)),
        ...['a', 'b', 'join', 'sink'].map((id) => node(id, 'processor', 0)),
        node('store', 'store', 0),
      ],
      edges: [
        ['left', 'a'],
        ['right', 'b'],
        ['b', 'store'],
        ['store', 'changelog'],
        ['a', 'join'],
        ['join', 'sink'],
        ['sink', 'out'],
      ].map(([from = '', to = '']) => ({ from, to })),
    };
    const { boxes, nodes, width } = placeGraph(join);
    const [box] = boxes;
    for (const { node: each, y, height } of nodes) {
      const isOutside = y + height <= (box?.y ?? 0) || y >= (box?.y ?? 0) + (box?.height ?? 0);
      expect([each.id, isOutside]).toEqual([each.id, each.subtopology === undefined]);
    }
    expect(width).toBeLessThan(500);
  });

  it('keeps subtopologies apart that stand side by side', () => {
    const chain = (box: number): TopologyGraph['edges'] => [
      { from: `in${box}`, to: `source${box}` },
      { from: `source${box}`, to: `sink${box}` },
      { from: `sink${box}`, to: `out${box}` },
    ];
    const { boxes } = placeGraph({
      ...GRAPH,
      nodes: [0, 1].flatMap((box) => [
        node(`in${box}`, 'topic', undefined),
        node(`source${box}`, 'source', box),
        node(`sink${box}`, 'sink', box),
        node(`out${box}`, 'topic', undefined),
      ]),
      edges: [...chain(0), ...chain(1)],
    });
    const [one, other] = boxes.toSorted((a, b) => a.x - b.x);
    expect((one?.x ?? 0) + (one?.width ?? 0)).toBeLessThanOrEqual(other?.x ?? 0);
  });

  it('leaves out edges to nodes that are not there, and holds everything', () => {
    expect(placed.edges).toHaveLength(5);
    for (const n of placed.nodes) {
      expect(n.x).toBeGreaterThanOrEqual(0);
      expect(n.x + n.width).toBeLessThanOrEqual(placed.width);
      expect(n.y + n.height).toBeLessThanOrEqual(placed.height);
    }
  });
});

describe('titleOf', () => {
  it('shortens generated names and leaves given ones', () => {
    expect(titleOf('KSTREAM-FILTER-0000000001')).toBe('Filter 1');
    expect(titleOf('KTABLE-TOSTREAM-0000000012')).toBe('Tostream 12');
    expect(titleOf('_confluent-ksql-default_query_CTAS_X_5-Aggregate-GroupBy-repartition')).toBe(
      'Aggregate-GroupBy-repartition',
    );
    expect(titleOf('GroupBy')).toBe('GroupBy');
  });
});

describe('linesOf', () => {
  it('names steps with a capital and leaves names of topics alone', () => {
    const step = { ...node('p', 'processor', 0), label: 'key select', detail: 'KSTREAM-KEY-SELECT-0000000012' };
    expect(linesOf(step)).toEqual({ title: 'Key select', detail: 'KSTREAM-KEY-SELECT-12' });
    expect(linesOf({ ...node('t', 'topic', undefined), label: 'flights', detail: 'source' }).title).toBe('flights');
  });
  it('does not say a thing twice', () => {
    expect(linesOf({ ...node('p', 'processor', 0), label: 'groupby filter', detail: 'GroupBy-filter' }).detail).toBe(
      '',
    );
  });
});

describe('smoothPath', () => {
  it('is straight for two points and curved at corners', () => {
    expect(
      smoothPath([
        { x: 0, y: 0 },
        { x: 0, y: 10 },
      ]),
    ).toBe('M0 0L0 10');
    expect(
      smoothPath([
        { x: 0, y: 0 },
        { x: 0, y: 10 },
        { x: 10, y: 20 },
      ]),
    ).toBe('M0 0Q0 10 5 15L10 20');
    expect(smoothPath([])).toBe('');
  });
});
