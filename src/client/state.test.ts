import { describe, expect, it } from 'vitest';
import type { EngineUpdate, QueryInfo, ResultRow } from '../protocol/api.ts';
import { packRows } from '../protocol/row-block.ts';
import { applyUpdate, INITIAL_STATE, MAX_ROWS, type ClientState } from './state.ts';

const EMPTY: EngineUpdate = {
  sources: [],
  droppedSources: [],
  topics: [],
  deletedTopics: [],
  queries: [],
  endedQueries: [],
  subscriptions: [],
  tables: [],
  imports: [],
  notices: [],
  engine: { state: 'running', usedBytes: 1, quotaBytes: 2 },
};
const query = (id: string, consumed: number): QueryInfo => ({
  id,
  kind: 'PERSISTENT',
  state: 'RUNNING',
  statement: '',
  sources: [],
  consumed,
  produced: 0,
  consumedPerSecond: 0,
  producedPerSecond: 0,
  lag: 0,
  skipped: {},
  operators: [],
  stores: [],
});
const row = (offset: number): ResultRow => ({ kind: '+I', key: null, cells: [], timestampMs: 0, offset });
const apply = (state: ClientState, update: Partial<EngineUpdate>): ClientState => ({
  ...state,
  ...applyUpdate(state, { ...EMPTY, ...update }),
});

describe('applyUpdate', () => {
  it('remembers the persistent queries that ended, until they run again', () => {
    const a = { ...query('CSAS_A_1', 1), sink: 'A' };
    const push = { ...query('push', 1), kind: 'PUSH' as const };
    const running = apply(INITIAL_STATE, { queries: [a, push] });
    const ended = apply(running, { endedQueries: ['CSAS_A_1', 'push'] });
    expect(ended.ended).toEqual([a]);
    const again = apply(ended, { queries: [{ ...query('CSAS_A_2', 0), sink: 'A' }] });
    expect(again.ended).toEqual([]);
  });

  it('keeps a map as it is when nothing of it changed', () => {
    const next = apply(INITIAL_STATE, {});
    expect(next.queries).toBe(INITIAL_STATE.queries);
    expect(next.subscriptions).toBe(INITIAL_STATE.subscriptions);
    expect(next.engine.usedBytes).toBe(1);
  });

  it('replaces entries by id and takes away those that ended', () => {
    const first = apply(INITIAL_STATE, { queries: [query('A', 1), query('B', 1)] });
    const next = apply(first, { queries: [query('A', 5)], endedQueries: ['B'] });
    expect([...next.queries.values()].map((q) => [q.id, q.consumed])).toEqual([['A', 5]]);
    expect(first.queries.size).toBe(2);
  });

  it('caps rows and keeps the true total', () => {
    const rows = Array.from({ length: MAX_ROWS + 5 }, (_, i) => row(i));
    const state = apply(INITIAL_STATE, {
      subscriptions: [{ subscription: 's', rows: packRows(rows, 0), total: 50_000 }],
    });
    const subscription = state.subscriptions.get('s');
    expect(subscription?.rows.size).toBe(MAX_ROWS);
    expect(subscription?.total).toBe(50_000);
    expect(subscription?.rows.newest(0)?.offset).toBe(MAX_ROWS + 4);
  });

  it('remembers that a subscription ended', () => {
    const ended = apply(INITIAL_STATE, {
      subscriptions: [{ subscription: 's', rows: packRows([row(1)], 0), total: 1, done: { reason: 'limit' } }],
    });
    const next = apply(ended, { subscriptions: [{ subscription: 's', rows: undefined, total: 1 }] });
    expect(next.subscriptions.get('s')?.done).toEqual({ reason: 'limit' });
    expect(next.subscriptions.get('s')?.rows.size).toBe(1);
  });

  it('drops the notice of a query that has stopped when it runs again or is gone, and not before', () => {
    const failed = (id: string): QueryInfo => ({ ...query(id, 0), state: 'ERROR' });
    const texts = ({ notices }: ClientState): readonly string[] => notices.map(({ text }) => text);
    let state = apply(INITIAL_STATE, {
      queries: [query('A', 0), failed('B')],
      notices: ['A', 'B'].map((id) => ({ level: 'error', text: id, stopped: id })),
    });
    state = apply(state, { queries: [query('A', 1)], notices: [{ level: 'info', text: 'more' }] });
    expect(texts(state)).toEqual(['A', 'B', 'more']);
    state = apply(state, { queries: [failed('A')] });
    expect(texts(state)).toEqual(['A', 'B', 'more']);
    state = apply(state, { queries: [query('A', 2)] });
    expect(texts(state)).toEqual(['B', 'more']);
    expect(texts(apply(state, { endedQueries: ['B'] }))).toEqual(['more']);
  });

  it('numbers notices and keeps the last twenty', () => {
    let state = INITIAL_STATE;
    for (let i = 0; i < 30; i++) state = apply(state, { notices: [{ level: 'info', text: `n${i}` }] });
    expect(state.notices.map((n) => n.text)).toEqual(Array.from({ length: 20 }, (_, i) => `n${i + 10}`));
    expect(new Set(state.notices.map((n) => n.id)).size).toBe(20);
  });
});
