/**
 * Runs the queries: the persistent ones, the transient ones behind subscriptions, and readers such as PRINT. One after
 * another gets a share of each step, so that none starves.
 */
import { WeirError } from '../../common/errors.ts';
import type { BrokerApi } from '../../broker/api.ts';
import type { Clock } from '../../ports/clock.ts';
import { partitionCounts, planTopics } from '../../streams/runtime/internal-topics.ts';
import type { Alongside } from '../../streams/runtime/instance.ts';
import type { Snapshots } from '../../streams/runtime/snapshots.ts';
import type { ScratchPages } from '../../streams/state/spill/scratch-pages.ts';
import { Config } from '../config.ts';
import type { View } from '../lowering/context.ts';
import type { Operator } from '../lowering/operators.ts';
import type { BuiltQuery, PersistentQuery } from '../persistent-query.ts';
import type { Planner } from '../planner.ts';
import type { QueryStatus } from '../statements/describe.ts';
import type { RecordFailure } from '../processing-log/entry.ts';
import { QueryFailures } from './query-failures.ts';
import { failedInstance, openInstance, type QueryInstance } from './query-instance.ts';
import { RateMeter } from './rate-meter.ts';
import { ReaderPace } from './reader-pace.ts';
import type { Subscription } from './subscription.ts';
import { TableView } from './table-view.ts';

export interface RunnerOptions {
  readonly broker: BrokerApi;
  readonly clock: Clock;
  /** What goes down with each commit of the query. */
  readonly alongside?: ((queryId: string) => Alongside) | undefined;
  /** Where stores go on that are larger than their budget; undefined: they stay in memory. */
  readonly scratch?: ScratchPages | undefined;
  /** Where the state of tasks is kept for the next start. */
  readonly snapshots?: Snapshots | undefined;
  /** See `EngineOptions`. */
  readonly snapshotRecords?: number | undefined;
  readonly packedFromEntries?: number | undefined;
  /** Told what went wrong with a record of a query. */
  readonly onFailure?: ((queryId: string, failure: RecordFailure) => void) | undefined;
}

interface Running {
  readonly query: PersistentQuery;
  readonly instance: QueryInstance;
  readonly view: View | undefined;
  readonly operators: readonly Operator[];
  readonly failures: QueryFailures;
  readonly consumed: RateMeter;
  readonly produced: RateMeter;
  isPaused: boolean;
}

/** Something that feeds a subscription. */
export interface Reader {
  readonly id: string;
  readonly subscription: Subscription;
  readonly statement: string;
  readonly sources: readonly string[];
  readonly step: (budget: number) => Promise<boolean>;
  readonly pace: ReaderPace;
  readonly close: () => Promise<void>;
  /** Where it is a topology that runs, and not a mere reader. */
  readonly watchable?: Watchable | undefined;
}

/** A query in its run, with what its picture needs. */
export interface Watchable {
  readonly instance: QueryInstance;
  readonly operators: readonly Operator[];
  /** The same topology once more. */
  readonly rebuild: () => BuiltQuery;
}

const IDLE: QueryStatus = {
  state: 'ERROR',
  consumed: 0,
  produced: 0,
  lag: 0,
  error: undefined,
  skipped: {},
  stores: [],
};

export class QueryRunner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, Running>();
  readonly #readers = new Map<string, Reader>();
  readonly #paused = new Set<string>();
  #nextId = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /**
   * Whether the query could run: its topics are there, and those to be joined have the same number of partitions.
   * @param created a topic that will be there by then
   * @throws WeirError UNKNOWN_TOPIC, INVALID_TOPOLOGY
   */
  async check(
    query: PersistentQuery,
    created: { readonly topic: string; readonly partitions: number } | undefined,
  ): Promise<void> {
    const existing = partitionCounts(await this.#options.broker.listTopics());
    if (created !== undefined) existing.set(created.topic, created.partitions);
    budgetOf(query.config);
    commitIntervalOf(query.config);
    const { topology, applicationId } = query.build(() => undefined);
    planTopics(topology, applicationId, existing, false);
  }

  /** Starts the query; one that cannot start is in state ERROR, with the reason. */
  async start(query: PersistentQuery): Promise<void> {
    const known = (error: unknown): WeirError =>
      error instanceof WeirError
        ? error
        : new WeirError('PROCESSING_FAILED', `${query.id} cannot start: ${String(error)}`, { cause: error });
    const failures = this.failuresOf(query.id);
    let view: View | undefined;
    let operators: readonly Operator[] = [];
    let instance: QueryInstance;
    try {
      const built = query.build(failures.onError);
      view = built.view;
      operators = built.operators;
      instance = await this.#open(query, built, failures, false);
    } catch (error) {
      instance = failedInstance(known(error));
    }
    this.#running.set(query.id, {
      query,
      instance,
      view,
      operators,
      failures,
      consumed: new RateMeter(),
      produced: new RateMeter(),
      isPaused: this.#paused.has(query.id),
    });
  }

  /** @param forGood its internal topics go too */
  async terminate(id: string, forGood: boolean): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    this.#paused.delete(id);
    if (running === undefined) return;
    if (forGood) await running.instance.destroy();
    else await running.instance.close();
  }

  /** Lets a paused query go on, and starts one that failed anew: from its last commit. */
  async resume(id: string): Promise<void> {
    this.setPaused(id, false);
    const running = this.#running.get(id);
    if (running?.instance.state !== 'ERROR') return;
    await running.instance.close();
    await this.start(running.query);
  }

  setPaused(id: string, isPaused: boolean): void {
    if (isPaused) this.#paused.add(id);
    else this.#paused.delete(id);
    const running = this.#running.get(id);
    if (running !== undefined) running.isPaused = isPaused;
  }

  /** Where the parts of a query tell what goes wrong with its records. */
  failuresOf(id: string): QueryFailures {
    return new QueryFailures((failure) => this.#options.onFailure?.(id, failure));
  }

  async #open(
    { id, config }: { readonly id: string; readonly config: Readonly<Record<string, string>> },
    built: Pick<BuiltQuery, 'topology' | 'applicationId'>,
    failures: QueryFailures,
    isTransient: boolean,
  ): Promise<QueryInstance> {
    const { broker, clock, alongside, scratch, snapshots, snapshotRecords, packedFromEntries } = this.#options;
    const { topology, applicationId } = built;
    const { onUndeserializable, onRecordError, onDrop } = failures;
    const instance = await openInstance({
      broker,
      topology,
      applicationId,
      onUndeserializable,
      onRecordError,
      onDrop,
      alongside: alongside?.(id),
      snapshots,
      snapshotRecords,
      packedFromEntries,
      spill: scratch === undefined ? undefined : { pages: scratch, budgetBytes: budgetOf(config) },
      commitInterval: { ms: commitIntervalOf(config), clock },
      isTransient,
    });
    failures.instance = instance;
    return instance;
  }

  nextTransientId(prefix: string, source: string): string {
    return `${prefix}_${source}_${this.#nextId++}`;
  }

  async startTransient(query: {
    readonly id: string;
    readonly built: BuiltQuery;
    /** The config in force when it was started. */
    readonly config: Readonly<Record<string, string>>;
    readonly failures: QueryFailures;
    readonly rebuild: () => BuiltQuery;
    readonly subscription: Subscription;
    readonly statement: string;
    readonly sources: readonly string[];
  }): Promise<void> {
    const { id, built, failures, rebuild, subscription, statement, sources } = query;
    const instance = await this.#open(query, built, failures, true);
    this.startReader({
      id,
      subscription,
      statement,
      sources,
      pace: new ReaderPace(),
      step: async (budget) => {
        const progressed = await instance.step(budget);
        const { error } = instance;
        if (error !== undefined && subscription.ended === undefined) {
          failures.onStop(error);
          subscription.end('error', error);
        }
        return progressed;
      },
      close: () => instance.destroy(),
      watchable: { instance, operators: built.operators, rebuild },
    });
  }

  startReader(reader: Reader): void {
    this.#readers.set(reader.id, reader);
  }

  async stopTransient(id: string): Promise<void> {
    const reader = this.#readers.get(id);
    this.#readers.delete(id);
    if (reader === undefined) return;
    reader.subscription.end('stopped');
    await reader.close();
  }

  /** Steps one reader until it has read what is there, calling `each` as rows come. */
  async drainTransient(id: string, each: () => void): Promise<void> {
    for (;;) {
      const reader = this.#readers.get(id);
      if (reader === undefined || reader.subscription.ended !== undefined) break;
      const progressed = await reader.step(STREAM_BUDGET);
      each();
      if (!progressed) break;
    }
    each();
  }

  transients(): readonly Reader[] {
    return [...this.#readers.values()];
  }

  /** Gives every query its share. @returns whether any of them did something */
  async step(budget: number): Promise<boolean> {
    let progressed = false;
    for (const running of this.#running.values()) {
      if (running.instance.state === 'ERROR') continue;
      if (await (running.isPaused ? this.#commit(running) : this.#stepOne(running, budget))) progressed = true;
    }
    for (const reader of [...this.#readers.values()]) {
      if (reader.subscription.ended !== undefined) {
        this.#readers.delete(reader.id);
        await reader.close();
        continue;
      }
      if (await stepReader(reader, budget)) progressed = true;
    }
    return progressed;
  }

  async #stepOne({ instance, failures }: Running, budget: number): Promise<boolean> {
    const progressed = await instance.step(budget);
    if (instance.error !== undefined) failures.onStop(instance.error);
    return progressed;
  }

  async #commit({ instance, failures }: Running): Promise<boolean> {
    const committed = instance.isUncommitted && (await instance.commit());
    if (instance.error !== undefined) failures.onStop(instance.error);
    return committed;
  }

  /** Lets each persistent query process so many records and commit, paused or not: single steps. */
  async stepEach(records: number): Promise<void> {
    for (const running of this.#running.values()) {
      if (running.instance.state === 'ERROR') continue;
      await this.#stepOne(running, records);
      await this.#commit(running);
    }
  }

  /** Whether the query has processed records that it is yet to commit. */
  isUncommitted(id: string): boolean {
    return this.#running.get(id)?.instance.isUncommitted === true;
  }

  /** Undefined when no such query runs. */
  watchable(id: string): Watchable | undefined {
    const running = this.#running.get(id);
    if (running === undefined) return this.#readers.get(id)?.watchable;
    const { instance, operators, query } = running;
    return { instance, operators, rebuild: () => query.build(() => undefined) };
  }

  status(id: string): QueryStatus {
    const running = this.#running.get(id);
    if (running === undefined) return IDLE;
    const { instance } = running;
    const state = running.isPaused && instance.state !== 'ERROR' ? 'PAUSED' : instance.state;
    return { state, error: instance.error, ...instance.counts(), stores: instance.storeStatus() };
  }

  rates(id: string): { readonly consumed: number; readonly produced: number } {
    const running = this.#running.get(id);
    if (running === undefined) return { consumed: 0, produced: 0 };
    const counts = running.instance.counts();
    const nowMs = this.#options.clock.nowMs();
    return {
      consumed: running.consumed.rate(counts.consumed, nowMs),
      produced: running.produced.rate(counts.produced, nowMs),
    };
  }

  /** The table's stores, when a query keeps it. */
  table(name: string, planner: Planner): TableView | undefined {
    const running = this.#keeper(name, planner);
    if (running?.view === undefined) return undefined;
    const { view, instance, operators } = running;
    const final = operators.find((o) => o.kind === 'window' && o.emitFinal && o.store === view.store);
    const held =
      final?.kind === 'window' ? { windows: final.windows, streamTimes: instance.streamTimes(final.node) } : undefined;
    return new TableView(view, instance.stores(view.store), held);
  }

  /** Whether a query keeps the table, be it ready to be read or not. */
  keepsTable(name: string, planner: Planner): boolean {
    return this.#keeper(name, planner)?.view !== undefined;
  }

  /** Changes whenever the table may have. */
  tableVersion(name: string, planner: Planner): number | undefined {
    const running = this.#keeper(name, planner);
    return running?.view === undefined ? undefined : running.instance.counts().consumed;
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) await reader.close();
    for (const running of this.#running.values()) await running.instance.close();
    this.#readers.clear();
    this.#running.clear();
  }

  #keeper(name: string, planner: Planner): Running | undefined {
    const query = planner
      .queries()
      .find((q) => (q.sink === name && q.createsSink) || (q.sink === undefined && q.sources.includes(name)));
    return query === undefined ? undefined : this.#running.get(query.id);
  }
}

/** What one of its stores may hold in memory. */
function budgetOf(config: Readonly<Record<string, string>>): number {
  return new Config(config).bytes('ksql.plugins.rocksdb.cache.size');
}

/** How long its processed records may wait for their commit. */
function commitIntervalOf(config: Readonly<Record<string, string>>): number {
  return new Config(config).milliseconds('ksql.streams.commit.interval.ms');
}

/** Lets a reader work until its rows fill the buffer. @returns whether it did anything */
async function stepReader({ subscription, watchable, pace, step }: Reader, budget: number): Promise<boolean> {
  let left = Math.min(budget, READER_BUDGET);
  let progressed = false;
  while (left > 0 && subscription.wantsRows) {
    const records = pace.records(subscription.room, left);
    const rowsBefore = subscription.total;
    const before = watchable?.instance.counts().consumed;
    if (!(await step(records))) break;
    progressed = true;
    const consumed = before === undefined ? records : (watchable?.instance.counts().consumed ?? 0) - before;
    pace.learn(consumed, subscription.total - rowsBefore);
    left -= Math.max(1, consumed);
  }
  return progressed;
}

const STREAM_BUDGET = 10_000;
/** A reader's buffer is small; a step must not overfill it by much. */
const READER_BUDGET = 500;
