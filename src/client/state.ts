/**
 * The page's copy of the engine's state, and how an update changes it. Maps are replaced when an entry of theirs
 * changed and kept when none did, so that a panel that selects a map renders only when it must. The rows of a
 * subscription live in a log that is pushed to in place: `version` says that it changed.
 */
import type {
  EngineStatus,
  EngineUpdate,
  FunctionInfo,
  ImportProgress,
  NoticeInfo,
  QueryInfo,
  Snapshot,
  SourceInfo,
  SubscriptionUpdate,
  TableChange,
  TopicInfo,
  WireError,
} from '../protocol/api.ts';
import { RowLog } from './row-log.ts';

export const MAX_ROWS = 10_000;

export interface SubscriptionState {
  readonly rows: RowLog;
  readonly version: number;
  /** Rows since the start, those that the cap let go included. */
  readonly total: number;
  readonly paused: boolean;
  readonly done: SubscriptionUpdate['done'];
}

export interface Notice extends NoticeInfo {
  readonly id: number;
}

export type Phase =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'locked'; readonly holder: string }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'open' };

export interface ClientState {
  readonly phase: Phase;
  readonly workspace: string;
  readonly sources: ReadonlyMap<string, SourceInfo>;
  readonly topics: ReadonlyMap<string, TopicInfo>;
  readonly queries: ReadonlyMap<string, QueryInfo>;
  /** Persistent queries that statements have ended, latest first. */
  readonly ended: readonly QueryInfo[];
  readonly types: Snapshot['types'];
  readonly functions: readonly FunctionInfo[];
  readonly tables: ReadonlyMap<string, TableChange>;
  readonly imports: ReadonlyMap<string, ImportProgress>;
  readonly subscriptions: ReadonlyMap<string, SubscriptionState>;
  readonly notices: readonly Notice[];
  readonly engine: EngineStatus;
}

export const INITIAL_STATE: ClientState = {
  phase: { kind: 'connecting' },
  workspace: '',
  sources: new Map(),
  topics: new Map(),
  queries: new Map(),
  ended: [],
  types: [],
  functions: [],
  tables: new Map(),
  imports: new Map(),
  subscriptions: new Map(),
  notices: [],
  engine: { state: 'running', usedBytes: 0, quotaBytes: undefined },
};

const MAX_NOTICES = 20;
const MAX_ENDED = 10;

export function stateOfSnapshot(snapshot: Snapshot): Partial<ClientState> {
  return {
    phase: { kind: 'open' },
    workspace: snapshot.workspace,
    sources: new Map(snapshot.sources.map((source) => [source.name, source])),
    topics: new Map(snapshot.topics.map((topic) => [topic.name, topic])),
    queries: new Map(snapshot.queries.map((query) => [query.id, query])),
    ended: snapshot.ended,
    types: snapshot.types,
    functions: snapshot.functions,
    tables: new Map(),
    imports: new Map(),
    subscriptions: new Map(),
    notices: [],
  };
}

function replaced<T>(
  map: ReadonlyMap<string, T>,
  changed: readonly T[],
  nameOf: (item: T) => string,
  removed: readonly string[] = [],
): ReadonlyMap<string, T> {
  if (changed.length === 0 && removed.length === 0) return map;
  const next = new Map(map);
  for (const name of removed) next.delete(name);
  for (const item of changed) next.set(nameOf(item), item);
  return next;
}

/** A subscription that no row has reached yet. Rows may arrive before the answer that names it. */
export function newSubscription(): SubscriptionState {
  return { rows: new RowLog(MAX_ROWS), version: 0, total: 0, paused: false, done: undefined };
}

function withSubscription(
  subscriptions: ReadonlyMap<string, SubscriptionState>,
  update: SubscriptionUpdate,
): SubscriptionState {
  const known = subscriptions.get(update.subscription) ?? newSubscription();
  if (update.rows !== undefined) known.rows.push(update.rows);
  return {
    ...known,
    version: known.version + 1,
    total: update.total,
    done: update.done ?? known.done,
  };
}

/** A statement that runs again has not ended. */
function endedQueries(state: ClientState, update: EngineUpdate): readonly QueryInfo[] {
  if (update.queries.length === 0 && update.endedQueries.length === 0) return state.ended;
  const gone = update.endedQueries.flatMap((id) => state.queries.get(id) ?? []).filter((q) => q.kind === 'PERSISTENT');
  const running = new Set(update.queries.map(({ id }) => id));
  const sinks = new Set(update.queries.flatMap(({ kind, sink }) => (kind === 'PERSISTENT' ? [sink] : [])));
  const isBack = ({ id, sink }: QueryInfo): boolean => running.has(id) || (!id.startsWith('INSERT') && sinks.has(sink));
  return [...gone.reverse(), ...state.ended.filter((query) => !isBack(query))].slice(0, MAX_ENDED);
}

export function applyUpdate(state: ClientState, update: EngineUpdate): Partial<ClientState> {
  let { subscriptions, notices } = state;
  if (update.subscriptions.length > 0) {
    const next = new Map(subscriptions);
    for (const change of update.subscriptions) next.set(change.subscription, withSubscription(next, change));
    subscriptions = next;
  }
  if (update.notices.length > 0) {
    let id = (notices.at(-1)?.id ?? 0) + 1;
    notices = [...notices, ...update.notices.map((notice) => ({ ...notice, id: id++ }))].slice(-MAX_NOTICES);
  }
  const queries = replaced(state.queries, update.queries, (query) => query.id, update.endedQueries);
  const isOver = ({ stopped }: Notice): boolean =>
    stopped !== undefined && state.queries.get(stopped)?.state === 'ERROR' && queries.get(stopped)?.state !== 'ERROR';
  // The query runs again, or is gone.
  if (notices.some(isOver)) notices = notices.filter((notice) => !isOver(notice));
  return {
    sources: replaced(state.sources, update.sources, (source) => source.name, update.droppedSources),
    topics: replaced(state.topics, update.topics, (topic) => topic.name, update.deletedTopics),
    queries,
    ended: endedQueries(state, update),
    tables: replaced(state.tables, update.tables, (table) => table.source),
    imports: replaced(state.imports, update.imports, (progress) => progress.id),
    subscriptions,
    functions: update.functions ?? state.functions,
    notices,
    engine: update.engine,
  };
}
