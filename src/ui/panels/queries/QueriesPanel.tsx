import { useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { QueryInfo, SkipReason } from '../../../protocol/api.ts';
import { useClient, useEngine } from '../../app/engine.tsx';
import { setPreferences } from '../../app/preferences.ts';
import { insertAndRun, runStatement } from '../../app/run.ts';
import { setView } from '../../app/view.ts';
import { Badge, Button, IconButton } from '../../components/controls.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatCompact, formatCount, formatRate } from '../../components/format.ts';
import { editor } from '../../editor/handle.ts';
import { hasTopology, queryName } from './query-name.ts';
import { LAGGING_RECORDS, QueryBadge, QueryFailure } from './QueryState.tsx';
import { restartStatement } from './restart.ts';
import { isExpected, skipReason } from './skipped.ts';
import { RestoreProgress, StoreTable } from './Stores.tsx';
import './queries.css';

/** Each query: its state, how fast it goes, how far behind it is, and what it left out and why. */
export function QueriesPanel() {
  const queries = useEngine((s) => s.queries);
  const ended = useEngine((s) => s.ended);
  const client = useClient();
  const isToldElsewhere = useEngine((s) => s.notices.some(({ stopped }) => stopped !== undefined));
  useEffect(() => {
    if (isToldElsewhere) client.dismissStopped();
  }, [client, isToldElsewhere]);
  if (queries.size === 0 && ended.length === 0) {
    return (
      <Empty
        title="No query runs"
        sql={'CREATE STREAM DELAYED AS\n  SELECT *\n  FROM FLIGHTS\n  WHERE DELAY > 60\n  EMIT CHANGES;'}
      >
        A stream or table made of a query keeps that query running: it is listed here with its rate, its lag behind the
        log, and the records it skipped.
      </Empty>
    );
  }
  return (
    <>
      <ul className="queries" tabIndex={0} aria-label="Queries">
        {[...queries.values()].map((query) => (
          <QueryEntry key={query.id} query={query} />
        ))}
      </ul>
      {ended.length > 0 && (
        <ul className="queries-ended" aria-label="Ended queries">
          {ended.map((query) => (
            <EndedEntry key={query.id} query={query} />
          ))}
        </ul>
      )}
    </>
  );
}

/** A query that was terminated: what it was, and a way to have it again. */
function EndedEntry({ query }: { readonly query: QueryInfo }) {
  const client = useClient();
  const sources = useEngine((s) => s.sources);
  const isKept = query.sink !== undefined && sources.has(query.sink);
  return (
    <li className="query">
      <div className="query-head">
        <span className="query-name mono truncate">{query.id}</span>
        <Badge>ended</Badge>
        <span className="spacer" />
        <Button small onPress={() => insertAndRun(client, restartStatement(query.statement, isKept))}>
          Start it again
        </Button>
      </div>
      <p className="query-flow">
        {isKept
          ? `A statement terminated it. ${query.sink ?? ''} keeps what it wrote, and gets no more.`
          : 'A statement terminated it, and dropped what it wrote to.'}
      </p>
    </li>
  );
}

/** Where it is seen what a query's windows and joins do. */
const PICTURES = [
  { kind: 'window', panel: 'windows', title: 'Windows' },
  { kind: 'join', panel: 'joins', title: 'Joins' },
] as const;

function QueryEntry({ query }: { readonly query: QueryInfo }) {
  const client = useClient();
  const [open, setOpen] = useState(false);
  const skipped = (Object.entries(query.skipped) as [SkipReason, number][]).filter(([, count]) => count > 0);
  const skippedCount = skipped.reduce((sum, [, count]) => sum + count, 0);
  const paused = query.state === 'PAUSED';
  const name = queryName(query);
  return (
    <li className="query">
      <div className="query-head">
        <AriaButton className="query-name mono truncate" aria-expanded={open} onPress={() => setOpen(!open)}>
          {name}
        </AriaButton>
        <QueryBadge query={query} />
        <span className="spacer" />
        {hasTopology(query) && (
          <IconButton
            small
            icon="graph"
            label={`Topology of ${name}`}
            onPress={() => {
              setView({ query: query.id });
              setPreferences({ rightTab: 'topology' });
            }}
          />
        )}
        {PICTURES.filter(({ kind }) => query.operators.includes(kind)).map(({ kind, panel, title }) => (
          <IconButton
            key={kind}
            small
            icon={kind}
            label={`${title} of ${name}`}
            onPress={() => {
              setView({ query: query.id });
              setPreferences({ rightTab: panel });
            }}
          />
        ))}
        {query.kind === 'PERSISTENT' && (
          <>
            <IconButton
              small
              icon={paused ? 'play' : 'pause'}
              label={`${paused ? 'Resume' : 'Pause'} ${query.id}`}
              onPress={() => runStatement(client, `${paused ? 'RESUME' : 'PAUSE'} ${query.id};`)}
            />
            <IconButton
              small
              icon="stop"
              label={`Terminate ${query.id}…`}
              onPress={() => editor.append(`TERMINATE ${query.id};`)}
            />
          </>
        )}
      </div>
      <div className="query-flow">
        <span className="truncate">{query.sources.join(', ')}</span>
        <span aria-hidden="true">→</span>
        <span className="truncate">{query.sink ?? 'the page'}</span>
      </div>
      <dl className="query-numbers">
        {/* What a push query has read is not counted: no figure is better than a wrong one. */}
        {query.kind === 'PERSISTENT' && (
          <Figure
            title="In"
            value={formatRate(query.consumedPerSecond)}
            note={`${formatCompact(query.consumed)} in all`}
          />
        )}
        <Figure
          title="Out"
          value={formatRate(query.producedPerSecond)}
          note={`${formatCompact(query.produced)} in all`}
        />
        {query.kind === 'PERSISTENT' && (
          <>
            <Figure
              title="Lag"
              value={formatCompact(query.lag)}
              tone={query.lag > LAGGING_RECORDS ? 'warn' : undefined}
              note="records"
            />
            <Figure
              title="Skipped"
              value={formatCompact(skippedCount)}
              tone={skipped.some(([reason]) => !isExpected(reason)) ? 'warn' : undefined}
              note={skipped.map(([reason]) => skipReason(reason).short).join(', ') || 'none'}
            />
          </>
        )}
      </dl>
      {query.state === 'RESTORING' && <RestoreProgress stores={query.stores} />}
      <QueryFailure query={query} />
      {open && (
        <div className="query-more">
          {skipped.length > 0 && (
            <ul>
              {skipped.map(([reason, count]) => (
                <li key={reason}>
                  <span className="mono">{formatCount(count)}</span> {skipReason(reason).long}
                </li>
              ))}
            </ul>
          )}
          {query.stores.length > 0 && <StoreTable stores={query.stores} />}
          <pre tabIndex={0}>{query.statement}</pre>
        </div>
      )}
    </li>
  );
}

function Figure(props: {
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly tone?: 'warn' | undefined;
}) {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd className={props.tone}>{props.value}</dd>
      <dd className="figure-note truncate" title={props.note}>
        {props.note}
      </dd>
    </div>
  );
}
