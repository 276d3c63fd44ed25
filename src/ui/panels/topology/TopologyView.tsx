import type { KeyboardEvent } from 'react';
import type { GraphNodeKind } from '../../../protocol/api.ts';
import { useEngine } from '../../app/engine.tsx';
import { setPreferences } from '../../app/preferences.ts';
import { showTopic } from '../../app/view.ts';
import { formatRate, shorten, shortenMiddle } from '../../components/format.ts';
import type { PlacedEdge, PlacedGraph, PlacedNode } from './layout.ts';

/** A graph wider than the panel shrinks this far, and scrolls from there on. */
const MIN_SCALE = 0.66;

const KIND_NAMES: Record<GraphNodeKind, string> = {
  source: 'source',
  processor: 'processor',
  sink: 'sink',
  topic: 'topic',
  store: 'state store',
};

export function TopologyView(props: {
  readonly queryId: string;
  readonly placed: PlacedGraph;
  readonly node: string | undefined;
  readonly onNode: (id: string | undefined) => void;
}) {
  const { placed, node, onNode } = props;
  const query = useEngine((s) => s.queries.get(props.queryId));
  const topics = useEngine((s) => s.topics);
  const sources = useEngine((s) => s.sources);
  const byId = new Map(placed.nodes.map((n) => [n.node.id, n]));
  const topicsIn = new Set((query?.sources ?? []).map((name) => sources.get(name)?.topic ?? name));
  const topicOut = query?.sink === undefined ? undefined : (sources.get(query.sink)?.topic ?? query.sink);

  const rateOf = (edge: PlacedEdge): number | undefined => {
    const from = byId.get(edge.from)?.node;
    const to = byId.get(edge.to)?.node;
    if (query === undefined) return undefined;
    if (from?.kind === 'topic' && topicsIn.has(from.label)) return query.consumedPerSecond;
    if (to?.kind === 'topic' && to.label === topicOut) return query.producedPerSecond;
    return undefined;
  };
  const open = ({ node: opened }: PlacedNode): void => {
    if (opened.kind === 'topic' && topics.has(opened.label)) {
      const internal = topics.get(opened.label)?.role !== 'user';
      setPreferences((p) => ({ rightTab: 'topics', internalTopics: p.internalTopics || internal }));
      showTopic(opened.label);
    } else if (opened.kind === 'store' && topicOut !== undefined) setPreferences({ rightTab: 'tables' });
  };
  return (
    <svg
      className={`topology-graph ${query?.state === 'RUNNING' ? 'running' : ''}`}
      style={{ width: `max(${Math.round(placed.width * MIN_SCALE)}px, min(100%, ${Math.round(placed.width)}px))` }}
      viewBox={`0 0 ${placed.width} ${placed.height}`}
      role="group"
      aria-label={`${placed.nodes.length} nodes`}
    >
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M1 1l6 3-6 3z" />
        </marker>
      </defs>
      {placed.boxes.map((box) => (
        <g key={box.subtopology} className="topology-box">
          <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={8} />
          <text x={box.x + 10} y={box.y + 15}>
            sub-topology {box.subtopology}
          </text>
        </g>
      ))}
      {placed.edges.map((edge) => {
        const rate = rateOf(edge);
        const near = edge.from === node || edge.to === node;
        return (
          <g key={`${edge.from} ${edge.to}`} className={`topology-edge ${near ? 'near' : ''}`}>
            <path d={edge.path} markerEnd="url(#arrow)" />
            {rate !== undefined && (
              <text x={edge.labelX + 8} y={edge.labelY + 4}>
                {formatRate(rate)}
              </text>
            )}
          </g>
        );
      })}
      {placed.nodes.map((p) => {
        const { id, kind, reason } = p.node;
        const { detail } = p;
        const label = [KIND_NAMES[kind], p.node.label, p.node.detail, reason]
          .filter((t) => t !== undefined && t !== '')
          .join(', ');
        const chars = Math.floor((p.width - 36) / 6.5);
        return (
          <g
            key={id}
            className={`topology-node ${kind} ${reason === undefined ? '' : 'internal'} ${id === node ? 'current' : ''}`}
            transform={`translate(${p.x} ${p.y})`}
            role="button"
            tabIndex={0}
            aria-label={label}
            onMouseEnter={() => onNode(id)}
            onFocus={() => onNode(id)}
            onClick={() => open(p)}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.key === 'Enter') open(p);
            }}
          >
            <title>{label}</title>
            <rect width={p.width} height={p.height} rx={kind === 'topic' ? p.height / 2 : 5} />
            <NodeGlyph kind={kind} />
            <text className="topology-title" x={30} y={detail === '' ? 25 : 18}>
              {shortenMiddle(p.title, Math.floor((p.width - 36) / 6.9))}
            </text>
            {detail !== '' && (
              <text className="topology-detail" x={30} y={33}>
                {shorten(detail, chars)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

const GLYPHS: Record<GraphNodeKind, string> = {
  source: 'M0 -5v10M3 -3l5 3 -5 3',
  processor: 'M-1 -4h8v8h-8z',
  sink: 'M8 -5v10M-1 -3l5 3 -5 3',
  topic: 'M-1 -4h9M-1 0h9M-1 4h9',
  store: 'M-1 -3c0 -2.500 9 -2.500 9 0v6c0 2.500 -9 2.500 -9 0zM-1 -3c0 2.500 9 2.500 9 0',
};

function NodeGlyph({ kind }: { readonly kind: GraphNodeKind }) {
  return <path className="topology-glyph" transform="translate(13 21)" d={GLYPHS[kind]} />;
}
