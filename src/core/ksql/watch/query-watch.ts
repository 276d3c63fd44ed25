/**
 * Watching a running query's windows and joins: which record went into which window, which were late, which rows of a
 * join met. While a query is watched its tasks have a tracer at those operators; the rest of the topology has none, and a
 * query that nobody watches runs as if there were none at all.
 *
 * A watch that begins later than its query makes up for it: between two steps of the query it runs the records of the past
 * again (`streams/runtime/replay.ts`), takes stream time from the tasks and the aggregates from their stores, and only then
 * begins to listen. So what is shown is one story, without a gap.
 */
import type { BrokerApi } from '../../broker/api.ts';
import { assert, WeirError } from '../../common/errors.ts';
import type { SqlValue } from '../../common/sql-type.ts';
import type { StreamsInstance } from '../../streams/runtime/instance.ts';
import { replayTask, type Replay } from '../../streams/runtime/replay.ts';
import type { StreamTask } from '../../streams/runtime/stream-task.ts';
import type { Tracer } from '../../streams/runtime/tracer.ts';
import type { StateStore, QueryableStore } from '../../streams/state/store.ts';
import { NO_TIMESTAMP, Windowed } from '../../streams/record.ts';
import type { SqlKey } from '../lowering/keys.ts';
import type { Operator } from '../lowering/operators.ts';
import type { Watchable } from '../queries/query-runner.ts';
import { JoinRecorder } from './join-recorder.ts';
import { MAX_RECORDS } from './record-ring.ts';
import type { KeyFilter } from './recorder.ts';
import { TableJoinRecorder } from './table-join-recorder.ts';
import { MAX_WINDOWS, WindowRecorder } from './window-recorder.ts';

export type Recorder = WindowRecorder | JoinRecorder | TableJoinRecorder;

/** Records of the past that are run again, over all partitions that one query reads. */
const REPLAY_RECORDS = 40_000;
/** Of one partition of a table that is looked up: it is run from its beginning, for an old row may still be there. */
const REPLAY_ROWS = 100_000;
/** Stores with more are not read through, but asked for single windows. */
const SMALL_STORE_ENTRIES = 20_000;

export class QueryWatch {
  readonly recorders: readonly Recorder[];
  /** All that the query has read is taken into account. */
  readonly isWhole: boolean;
  /** Of the tables that its joins look up everything is. */
  readonly areTablesWhole: boolean;
  /** The order between the sides of a join is that of then. */
  readonly isInOrder: boolean;
  readonly #watchable: Watchable;
  readonly #instance: StreamsInstance;
  readonly #tracer: Tracer;

  private constructor(
    watchable: Watchable,
    instance: StreamsInstance,
    tracer: Tracer,
    recorders: readonly Recorder[],
    past: Past,
  ) {
    this.#watchable = watchable;
    this.#instance = instance;
    this.#tracer = tracer;
    this.recorders = recorders;
    this.isWhole = past.isWhole;
    this.areTablesWhole = past.areTablesWhole;
    this.isInOrder = past.isInOrder;
  }

  /**
   * @param keepsOf which keys of an operator are looked at; all where there is no filter
   * @throws WeirError STORE_NOT_READY while the query is restored, or has failed
   */
  static async open(
    broker: BrokerApi,
    watchable: Watchable,
    keepsOf: (operator: Operator) => KeyFilter | undefined = () => undefined,
  ): Promise<QueryWatch> {
    const running = watchable.instance;
    if (running.between === undefined) {
      throw new WeirError('STORE_NOT_READY', 'The query could not be started, so it has no windows to show.', {
        cause: running.error,
      });
    }
    return running.between(async (instance) => {
      const filters = watchable.operators.map(keepsOf);
      const recorders = watchable.operators.map((operator, i) => recorderOf(operator, filters[i]));
      // The last records of some keys may be old ones of all.
      const lastRecords = filters.every((keeps) => keeps === undefined) ? MAX_RECORDS : Infinity;
      const past = await recordPast(broker, watchable, instance, recorders, lastRecords);
      const tracer = tracerOf(recorders);
      instance.attachTracer(tracer);
      return new QueryWatch(watchable, instance, tracer, recorders, past);
    });
  }

  /** Whether this is still what runs under the query's name. */
  watches(watchable: Watchable | undefined): boolean {
    return watchable?.instance === this.#watchable.instance;
  }

  close(): void {
    this.#instance.detachTracer(this.#tracer);
  }
}

function recorderOf(operator: Operator, keeps: KeyFilter | undefined): Recorder {
  switch (operator.kind) {
    case 'window':
      return new WindowRecorder(operator, keeps);
    case 'join':
      return new JoinRecorder(operator, keeps);
    case 'table-join':
      return new TableJoinRecorder(operator, keeps);
  }
}

function nodesOf(operator: Operator): readonly string[] {
  switch (operator.kind) {
    case 'window':
      return [operator.node];
    case 'join':
      return [...operator.buffers, ...operator.joins];
    case 'table-join': {
      const { shape: _, ...nodes } = operator.nodes;
      return Object.values(nodes);
    }
  }
}

/** The nodes whose tables must be whole, for an old row of theirs can be met at any time. */
function tablesOf(operator: Operator): readonly string[] {
  if (operator.kind !== 'table-join') return [];
  return operator.nodes.shape === 'stream-table' ? [operator.nodes.table] : nodesOf(operator);
}

function tracerOf(recorders: readonly Recorder[]): Tracer {
  const byNode = new Map<string, Recorder>();
  for (const recorder of recorders) for (const node of nodesOf(recorder.operator)) byNode.set(node, recorder);
  return {
    wants: (node) => byNode.has(node),
    trace: (event) => byNode.get(event.node)?.trace(event),
  };
}

type Past = Pick<Replay, 'isWhole' | 'areTablesWhole' | 'isInOrder'>;

async function recordPast(
  broker: BrokerApi,
  { rebuild }: Watchable,
  instance: StreamsInstance,
  recorders: readonly Recorder[],
  lastRecords: number,
): Promise<Past> {
  for (const { operator } of recorders) if (operator.kind === 'window') instance.stores(operator.store);
  const { topology, applicationId } = rebuild();
  const tracer = tracerOf(recorders);
  const nodes = new Set(recorders.flatMap(({ operator }) => nodesOf(operator)));
  const tables = new Set(recorders.flatMap(({ operator }) => tablesOf(operator)));
  const tasks = instance.tasks.filter((task) => task.graph.subtopology.nodes.some(({ name }) => nodes.has(name)));
  const partitions = tasks.reduce((sum, task) => sum + task.buffers.length, 0);
  const maxRecords = Math.ceil(REPLAY_RECORDS / Math.max(1, partitions));
  let isWhole = true;
  let areTablesWhole = true;
  let isInOrder = true;
  for (const task of tasks) {
    const past = await replayTask({
      ...{ broker, applicationId, topology, task, nodes, tracer },
      ...{ maxRecords, tables, maxRows: REPLAY_ROWS, lastRecords },
    });
    isWhole &&= past.isWhole;
    areTablesWhole &&= past.areTablesWhole;
    isInOrder &&= past.isInOrder;
    for (const recorder of recorders) takePresent(recorder, task);
  }
  for (const recorder of recorders) if (recorder instanceof TableJoinRecorder) recorder.mergePast();
  return { isWhole, areTablesWhole, isInOrder };
}

/** Stream time and aggregates as the task has them. */
function takePresent(recorder: Recorder, task: StreamTask): void {
  if (recorder instanceof TableJoinRecorder) return;
  const { operator, streamTimes } = recorder;
  const node = operator.kind === 'window' ? operator.node : operator.joins[0];
  if (!task.graph.subtopology.nodes.some(({ name }) => name === node)) return;
  const streamTimeMs = task.graph.saveTimes()[node]?.['streamTimeMs'] ?? NO_TIMESTAMP;
  if (streamTimeMs !== NO_TIMESTAMP) streamTimes.set(task.partition, streamTimeMs);
  if (!(recorder instanceof WindowRecorder)) return;
  const store = task.graph.stores.get(recorder.operator.store);
  assert(store !== undefined, `the task of ${node} has its store`);
  for (const entry of windowsIn(store, recorder, task.partition)) recorder.addStored(task.partition, entry);
}

interface StoredAggregate {
  readonly key: Windowed<SqlKey>;
  readonly value: readonly SqlValue[];
}

type WindowsStore = Exclude<QueryableStore<SqlKey, readonly SqlValue[]>, { readonly kind: 'key-value' }>;

/** The last windows of the store, by start; of one that is large those that the recorder has seen. */
function windowsIn(store: StateStore, recorder: WindowRecorder, task: number): readonly StoredAggregate[] {
  const { kind } = store;
  assert(kind === 'window' || kind === 'session', `${store.name} is a store of windows`);
  const windows = store as WindowsStore;
  if (store.approximateEntries() <= SMALL_STORE_ENTRIES) {
    return [...windows.all()].sort((a, b) => a.key.window.startMs - b.key.window.startMs).slice(-MAX_WINDOWS);
  }
  const found: StoredAggregate[] = [];
  for (const { key, window, task: owner } of recorder.windows()) {
    if (owner !== task) continue;
    const { startMs, endMs } = window;
    const value =
      windows.kind === 'window' ? windows.fetch(key, startMs)?.value : windows.fetchSession(key, startMs, endMs);
    if (value !== undefined) found.push({ key: new Windowed(key, window), value });
  }
  return found;
}
