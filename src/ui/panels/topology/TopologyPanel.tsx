import { useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { toWireError } from '../../../client/errors.ts';
import type { TopologyGraph, WireError } from '../../../protocol/api.ts';
import { useClient, useEngine } from '../../app/engine.tsx';
import { setView, useView } from '../../app/view.ts';
import { ErrorNote, Select, type Choice } from '../../components/controls.tsx';
import { Empty } from '../../components/Empty.tsx';
import { hasTopology, queryName } from '../queries/query-name.ts';
import { QueryBadge, QueryFailure } from '../queries/QueryState.tsx';
import { placeGraph } from './layout.ts';
import { TopologyView } from './TopologyView.tsx';
import './topology.css';

/** The graph of one query, with its topics and stores. */
export function TopologyPanel() {
  const queries = useEngine((s) => s.queries);
  const chosen = useView((v) => v.query);
  const choices = [...queries.values()].filter(hasTopology).map((query) => ({ id: query.id, label: queryName(query) }));
  const id = choices.find((choice) => choice.id === chosen)?.id ?? choices[0]?.id;
  if (id === undefined) {
    return (
      <Empty
        title="No topology to draw"
        sql={
          'CREATE TABLE DELAY_BY_DESTINATION AS\n  SELECT DESTINATION, COUNT(*) AS FLIGHTS\n  FROM FLIGHTS\n  GROUP BY DESTINATION\n  EMIT CHANGES;'
        }
      >
        A running query is a graph of processors, cut in two wherever records must change their partition. Start one and
        it is drawn here, its repartition topics, stores and changelogs included, each with the reason why it is there.
      </Empty>
    );
  }
  return <QueryTopology key={id} id={id} choices={choices} />;
}

function QueryTopology({ id, choices }: { readonly id: string; readonly choices: readonly Choice<string>[] }) {
  const client = useClient();
  const query = useEngine((s) => s.queries.get(id));
  const [graph, setGraph] = useState<TopologyGraph | undefined>();
  const [error, setError] = useState<WireError | undefined>();
  const [mode, setMode] = useState<'graph' | 'text'>('graph');
  const [node, setNode] = useState<string | undefined>();
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let current = true;
    client.api.topology(id).then(
      (loaded) => current && setGraph(loaded),
      (cause: unknown) => current && setError(toWireError(cause)),
    );
    return () => {
      current = false;
    };
  }, [client, id]);
  const placed = useMemo(() => (graph === undefined ? undefined : placeGraph(graph)), [graph]);
  // A graph that is wider than the panel begins in sight of its first topic, not at its left edge.
  useEffect(() => {
    const first = body.current?.querySelector('.topology-node.topic');
    void first?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [placed, mode]);
  const shown = graph?.nodes.find((n) => n.id === node);
  return (
    <>
      <div className="panel-bar">
        <Select label="Query" value={id} choices={choices} onChange={(query) => setView({ query })} />
        {query !== undefined && query.state !== 'RUNNING' && <QueryBadge query={query} />}
        <span className="spacer" />
        <span className="segments" role="group" aria-label="Form">
          {(['graph', 'text'] as const).map((choice) => (
            <AriaButton
              key={choice}
              className="segment segment-text"
              aria-pressed={mode === choice}
              onPress={() => setMode(choice)}
            >
              {choice === 'graph' ? 'Graph' : 'Text'}
            </AriaButton>
          ))}
        </span>
      </div>
      {error !== undefined && (
        <div className="topology-trouble">
          <ErrorNote error={error} />
        </div>
      )}
      {query?.error !== undefined && (
        <div className="topology-trouble">
          <QueryFailure query={query} />
        </div>
      )}
      <div ref={body} className="topology" tabIndex={0} role="region" aria-label={`Topology of ${id}`}>
        {mode === 'text' && graph !== undefined && <pre className="topology-text">{graph.text}</pre>}
        {mode === 'graph' && placed !== undefined && (
          <TopologyView queryId={id} placed={placed} node={node} onNode={setNode} />
        )}
      </div>
      {mode === 'graph' && graph !== undefined && (
        <div className="topology-foot" role="status">
          {shown === undefined ? (
            <span className="dim">Point at a node to see what it does and why it is there.</span>
          ) : (
            <>
              <div className="mono truncate">{shown.label}</div>
              <div className="topology-why">
                {[shown.detail, shown.reason].filter((text) => text !== undefined && text !== '').join(' · ') ||
                  shown.kind}
              </div>
            </>
          )}
        </div>
      )}
    </>
  );
}
