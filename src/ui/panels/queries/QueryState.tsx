/** The state of a query in a word, and of one that failed why and how it goes on. */
import type { QueryInfo, QueryState } from '../../../protocol/api.ts';
import { useClient } from '../../app/engine.tsx';
import { runStatement } from '../../app/run.ts';
import { Badge, Button, ErrorNote } from '../../components/controls.tsx';

export const LAGGING_RECORDS = 1000;

const TONES: Record<QueryState, 'ok' | 'warn' | 'bad'> = {
  RUNNING: 'ok',
  PAUSED: 'warn',
  RESTORING: 'warn',
  ERROR: 'bad',
};

export function QueryBadge({ query }: { readonly query: QueryInfo }) {
  if (query.state === 'RUNNING' && query.lag > LAGGING_RECORDS) return <Badge tone="warn">lagging</Badge>;
  return <Badge tone={TONES[query.state]}>{query.state === 'ERROR' ? 'failed' : query.state.toLowerCase()}</Badge>;
}

/** Nothing of a query that has not failed. */
export function QueryFailure({ query }: { readonly query: QueryInfo }) {
  const client = useClient();
  if (query.error === undefined) return null;
  return (
    <ErrorNote error={query.error}>
      <Button small onPress={() => runStatement(client, `RESUME ${query.id};`)}>
        Start it again
      </Button>
    </ErrorNote>
  );
}
