/**
 * A streams application over a broker: its tasks, their restoration, and the commit that makes a step whole.
 *
 * `open` settles partitions and creates internal topics. Each `step` then
 * 1. restores, as long as a store lags behind its changelog (state RESTORING);
 * 2. fetches for every partition that has room, in one request;
 * 3. processes up to its budget of records, the oldest of a subtopology first (`task-group.ts`);
 * 4. commits, when that is due: outputs, changelogs of what changed, input offsets and event times go down in one atomic
 *    request. It is due when all input has been processed, and at the latest after the commit interval or when much has
 *    gathered: a store's entry is written once per commit, however often it changed.
 *
 * A crash therefore finds the stores as of the committed offsets, never ahead and never behind: nothing is lost and nothing
 * counted twice. When processing or the commit fails, the instance stops in state ERROR with its memory thrown away; opening
 * a new one goes on from the last commit.
 */
import { WeirError } from '../../common/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BrokerApi, FetchedPartition, ProduceBatch, ProduceResponse } from '../../broker/api.ts';
import { toWeirError } from '../../broker/partition-error.ts';
import { consumedBatches } from '../../clients/fetched-records.ts';
import type { DropReason, RecordMetadata } from '../processor.ts';
import type { Rec } from '../record.ts';
import type { RuntimeStore, Spill } from '../state/store-builder.ts';
import { changelogTopic, internalTopicName, type Topology } from '../topology.ts';
import { BatchCollector } from './batch-collector.ts';
import { Changelogs } from './changelogs.ts';
import { advancesOf, markCommitted, offsetsOf, restorePositions } from './committed-positions.ts';
import { createTopics, partitionCounts, partitionsOf, planTopics, type TopicPlan } from './internal-topics.ts';
import type { DropHandler, InProcess } from './node-context.ts';
import { PartitionBuffer, type UndeserializableHandler } from './partition-buffer.ts';
import { Restorer, type Restoring } from './restorer.ts';
import type { Snapshots } from './snapshots.ts';
import { StreamTask } from './stream-task.ts';
import { TaskGraph } from './task-graph.ts';
import { boundsOf, groupTasks, runGroups, type TaskGroup } from './task-group.ts';
import type { Tracer } from './tracer.ts';

export interface InstanceOptions {
  readonly broker: BrokerApi;
  readonly topology: Topology;
  /** Prefix of internal topics, and the consumer group. */
  readonly applicationId: string;
  /** A source record that could not be read; it is skipped and counted. */
  readonly onUndeserializable?: UndeserializableHandler | undefined;
  /** A record that is left out for its time, its key or its value. */
  readonly onDrop?: DropHandler | undefined;
  /** An error that a processor reports about one record, which it skips. */
  readonly onRecordError?: ((error: WeirError, node: string, record: Rec<unknown, unknown>) => void) | undefined;
  /** Keeps no changelogs and commits no offsets; `destroy` removes its repartition topics. */
  readonly isTransient?: boolean | undefined;
  /** What others have to write by the time that this step's outputs are there. */
  readonly alongside?: Alongside | undefined;
  /** Where stores go on that are larger than their budget. Default: they stay in memory. */
  readonly spill?: Spill | undefined;
  /** See `StoreContext`. */
  readonly packedFromEntries?: number | undefined;
  /** Where the state of tasks is kept for the next start. Default: it is replayed from the changelogs. */
  readonly snapshots?: Snapshots | undefined;
  /** A task's changelog records after which, at the earliest, there is another snapshot of it. Default 200,000. */
  readonly snapshotRecords?: number | undefined;
  /** How long processed records may wait for their commit while there are more (`commit.interval.ms`). Default: not at all. */
  readonly commitInterval?: CommitInterval | undefined;
  /** Records per partition above which no more are fetched. Default 20,000. */
  readonly bufferedRecords?: number | undefined;
  /** Bound of one fetch per partition. Default 1 MiB. */
  readonly fetchBytes?: number | undefined;
}

export interface CommitInterval {
  readonly ms: number;
  readonly clock: Clock;
}

/** Batches that go down in the same commit as a step's outputs: schemas that were registered while they were written. */
export interface Alongside {
  take(): readonly ProduceBatch[];
  /** The commit failed: they are still to be written. */
  giveBack(batches: readonly ProduceBatch[]): void;
}

export type InstanceState = 'RESTORING' | 'RUNNING' | 'PAUSED' | 'ERROR' | 'CLOSED';

export interface InstanceCounts {
  readonly consumed: number;
  readonly produced: number;
  /** Records that wait in the source topics, as of the last fetch. */
  readonly lag: number;
  readonly skipped: Readonly<Partial<Record<DropReason, number>>>;
}

/** What waits for its commit is bounded, whatever the interval. */
const MAX_UNCOMMITTED_RECORDS = 100_000;
const MAX_UNCOMMITTED_BYTES = 16 * 1024 * 1024;
const DEFAULT_SNAPSHOT_RECORDS = 200_000;
const DEFAULT_BUFFERED_RECORDS = 20_000;
const DEFAULT_FETCH_BYTES = 1024 * 1024;

export class StreamsInstance {
  readonly tasks: readonly StreamTask[];
  readonly #options: InstanceOptions;
  readonly #plan: TopicPlan;
  readonly #collector: BatchCollector;
  readonly #changelogs: Changelogs;
  readonly #groups: readonly TaskGroup[];
  readonly #restorer: Restorer;
  #state: InstanceState = 'RESTORING';
  #error: WeirError | undefined;
  #consumed = 0;
  #firstGroup = 0;
  /** As of the last commit. */
  #bounds: readonly number[] = [];
  #uncommitted = 0;
  /** When the first of them was processed. */
  #uncommittedSinceMs = 0;
  readonly #inProcess: InProcess = { task: undefined };
  #tracer: Tracer | undefined;

  /** @throws WeirError UNKNOWN_TOPIC, INVALID_TOPOLOGY */
  static async open(options: InstanceOptions): Promise<StreamsInstance> {
    const { broker, topology, applicationId, isTransient = false } = options;
    const existing = partitionCounts(await broker.listTopics());
    const plan = planTopics(topology, applicationId, existing, isTransient);
    await createTopics(broker, plan);
    const instance = new StreamsInstance(options, plan);
    await instance.#position();
    return instance;
  }

  constructor(options: InstanceOptions, plan: TopicPlan) {
    this.#options = options;
    this.#plan = plan;
    const { broker, applicationId, snapshots } = options;
    const { snapshotRecords = DEFAULT_SNAPSHOT_RECORDS, fetchBytes = DEFAULT_FETCH_BYTES } = options;
    this.#collector = new BatchCollector(plan);
    this.#changelogs = new Changelogs(broker, applicationId, (topic) => this.#collector.topic(topic));
    this.#restorer = new Restorer({ broker, applicationId, snapshots, snapshotRecords, fetchBytes });
    this.tasks = this.#makeTasks();
    this.#groups = groupTasks(options.topology, this.tasks);
  }

  get state(): InstanceState {
    return this.#state;
  }

  /** What a store of one task may hold in memory, in bytes; undefined: all of it. */
  get storeBudgetBytes(): number | undefined {
    return this.#options.spill?.budgetBytes;
  }

  /** Why it is in state ERROR. */
  get error(): WeirError | undefined {
    return this.#error;
  }

  /** Where the record in process comes from, or the last that was; undefined before the first. */
  get inProcess(): RecordMetadata | undefined {
    const { task } = this.#inProcess;
    return task === undefined || task.topic === '' ? undefined : task;
  }

  /** Processes up to about `budget` records, and commits if that is due. @returns whether it did anything */
  async step(budget: number): Promise<boolean> {
    if (this.#state === 'PAUSED' || this.#state === 'ERROR' || this.#state === 'CLOSED') return false;
    try {
      if (!this.#restorer.isDone) {
        await this.#restorer.step();
        if (this.#restorer.isDone) this.#state = 'RUNNING';
        return true;
      }
      this.#state = 'RUNNING';
      await this.#fetch();
      const processed = this.#process(budget);
      this.#consumed += processed;
      if (this.#uncommitted === 0) this.#uncommittedSinceMs = this.#options.commitInterval?.clock.nowMs() ?? 0;
      this.#uncommitted += processed;
      if (processed > 0 && !this.#isCommitDue()) return true;
      return (await this.#commit()) || processed > 0 || this.#isBehind();
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** Whether records were processed that are not committed. */
  get isUncommitted(): boolean {
    return this.#uncommitted > 0;
  }

  /** Commits what was processed, whether that is due or not. @returns whether there was anything */
  async commit(): Promise<boolean> {
    if (this.#state !== 'RUNNING' && this.#state !== 'PAUSED') return false;
    try {
      return await this.#commit();
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  pause(): void {
    if (this.#state === 'RUNNING' || this.#state === 'RESTORING') this.#state = 'PAUSED';
  }

  resume(): void {
    if (this.#state === 'PAUSED') this.#state = this.#restorer.isDone ? 'RUNNING' : 'RESTORING';
  }

  /** What is being restored, that which is done included, until all is. */
  get restoring(): readonly Restoring[] {
    return this.#restorer.restoring;
  }

  counts(): InstanceCounts {
    const skipped: Partial<Record<DropReason, number>> = {};
    let lag = 0;
    for (const task of this.tasks) {
      for (const buffer of task.buffers) lag += buffer.lag;
      for (const { drops } of task.graph.nodeMetrics()) {
        for (const [reason, count] of Object.entries(drops) as [DropReason, number][]) {
          if (count > 0) skipped[reason] = (skipped[reason] ?? 0) + count;
        }
      }
    }
    return { consumed: this.#consumed, produced: this.#collector.produced, lag, skipped };
  }

  /**
   * The store of that name of every task.
   * @throws WeirError UNKNOWN_STORE, STORE_NOT_READY
   */
  stores(name: string): readonly RuntimeStore[] {
    const stores = this.tasks.flatMap((task) => task.graph.stores.get(name) ?? []);
    if (stores.length === 0)
      throw new WeirError('UNKNOWN_STORE', `${this.#options.applicationId} has no store ${name}.`);
    if (!this.#restorer.isDone || this.#state === 'ERROR' || this.#state === 'CLOSED') {
      throw new WeirError('STORE_NOT_READY', `The store ${name} cannot be read: its query is ${this.#state}.`, {
        ...(this.#error !== undefined && { cause: this.#error }),
        hint: this.#state === 'RESTORING' ? 'Try again when it has been restored.' : undefined,
      });
    }
    return stores;
  }

  attachTracer(tracer: Tracer | undefined): void {
    this.#tracer = tracer;
    for (const task of this.tasks) task.graph.attachTracer(tracer);
  }

  /** If it is still this one that listens. */
  detachTracer(tracer: Tracer): void {
    if (this.#tracer === tracer) this.attachTracer(undefined);
  }

  /** Stops. What the last step committed stays. */
  close(): Promise<void> {
    if (this.#state !== 'CLOSED') for (const task of this.tasks) task.graph.close();
    this.#state = 'CLOSED';
    this.#restorer.end();
    return Promise.resolve();
  }

  /** Ends it for good: its internal topics and committed offsets go too. */
  async destroy(): Promise<void> {
    await this.close();
    const { broker, applicationId, topology, isTransient = false } = this.#options;
    const names = [
      ...topology.internalTopics.map(({ topic }) => topic),
      ...topology.stores.filter((store) => store.logging).map((store) => changelogTopic(store.name)),
    ].map((name) => internalTopicName(applicationId, name));
    const existing = partitionCounts(await broker.listTopics());
    const present = names.filter((name) => existing.has(name));
    if (present.length > 0) await broker.deleteTopics(present);
    if (isTransient) return;
    await this.#options.snapshots?.retain((application) => application !== applicationId);
    await broker.deleteGroup(applicationId);
  }

  #makeTasks(): StreamTask[] {
    const {
      topology,
      applicationId,
      onRecordError,
      onDrop,
      spill,
      packedFromEntries,
      isTransient = false,
    } = this.#options;
    const { onUndeserializable = () => undefined } = this.#options;
    const tasks: StreamTask[] = [];
    for (const subtopology of topology.subtopologies) {
      const count = this.#plan.tasks.get(subtopology.id) ?? 0;
      for (let partition = 0; partition < count; partition++) {
        const graph = new TaskGraph({
          applicationId,
          topology,
          subtopology,
          partition,
          collector: this.#collector,
          logging: !isTransient,
          spill,
          packedFromEntries,
          onError: onRecordError,
          onDrop,
          inProcess: this.#inProcess,
        });
        const buffers = graph.sourceTopics
          .filter((topic) => partition < partitionsOf(this.#plan, topic))
          .map((topic) => new PartitionBuffer(topic, partition, 0, graph.source(topic), onUndeserializable));
        const logged = isTransient ? [] : subtopology.stores.filter((store) => store.logging);
        tasks.push(new StreamTask(graph, partition, buffers, logged));
      }
    }
    return tasks;
  }

  /** Finds where to go on: committed offsets, else where each source says; and what has to be restored. */
  async #position(): Promise<void> {
    const { broker, applicationId, isTransient = false } = this.#options;
    await restorePositions(broker, isTransient ? undefined : applicationId, this.tasks);
    await this.#restorer.begin(this.tasks);
    this.#state = this.#restorer.isDone ? 'RUNNING' : 'RESTORING';
  }

  async #fetch(): Promise<void> {
    const { broker, bufferedRecords = DEFAULT_BUFFERED_RECORDS, fetchBytes = DEFAULT_FETCH_BYTES } = this.#options;
    const asked: PartitionBuffer[] = [];
    for (const task of this.tasks) {
      for (const buffer of task.buffers) if (buffer.buffered < bufferedRecords) asked.push(buffer);
    }
    if (asked.length === 0) return;
    const { partitions } = await broker.fetch({
      partitions: asked.map(({ topic, partition, fetchOffset }) => ({
        topic,
        partition,
        offset: fetchOffset,
        maxBytes: fetchBytes,
      })),
      // Records of open and aborted transactions are not processed (processing.guarantee = exactly_once_v2).
      isolationLevel: 'read_committed',
    });
    for (const [index, buffer] of asked.entries()) {
      const fetched = partitions[index];
      if (fetched !== undefined) take(buffer, fetched);
    }
  }

  #process(budget: number): number {
    if (this.#uncommitted === 0) this.#bounds = boundsOf(this.#groups);
    const processed = runGroups(this.#groups, this.#bounds, this.#firstGroup, budget);
    this.#firstGroup = (this.#firstGroup + 1) % Math.max(1, this.#groups.length);
    return processed;
  }

  /** Something is known to be there that was not fetched yet. */
  #isBehind(): boolean {
    return this.tasks.some((task) => task.buffers.some((buffer) => !buffer.isCaughtUp));
  }

  #isCommitDue(): boolean {
    const { commitInterval } = this.#options;
    if (commitInterval === undefined || commitInterval.ms === 0) return true;
    return (
      this.#uncommitted >= MAX_UNCOMMITTED_RECORDS ||
      this.#collector.bufferedBytes >= MAX_UNCOMMITTED_BYTES ||
      commitInterval.clock.nowMs() - this.#uncommittedSinceMs >= commitInterval.ms ||
      this.tasks.every((task) => task.buffers.every((buffer) => buffer.buffered === 0 && buffer.isCaughtUp))
    );
  }

  /** @returns whether there was anything to commit */
  async #commit(): Promise<boolean> {
    const { broker, applicationId, alongside, isTransient = false } = this.#options;
    this.#uncommitted = 0;
    const advances = advancesOf(this.tasks);
    const tasks = advances.map(({ task }) => task);
    for (const task of tasks) this.#changelogs.flush(task);
    const batches = this.#collector.drain();
    if (advances.length === 0 && batches.length === 0) return false;
    const others = alongside?.take() ?? [];
    let committed: ProduceResponse;
    try {
      committed = await broker.commit({
        batches: [...others, ...batches],
        offsets: isTransient ? [] : [{ groupId: applicationId, partitions: advances.flatMap(offsetsOf) }],
      });
    } catch (error) {
      alongside?.giveBack(others);
      throw error;
    }
    advances.forEach(markCommitted);
    await this.#changelogs.trim(tasks, committed.batches);
    for (const task of tasks) for (const store of task.graph.stores.values()) store.settle();
    for (const task of tasks) await this.#restorer.takeSnapshot(task);
    return true;
  }

  #fail(error: unknown): void {
    this.#state = 'ERROR';
    this.#error =
      error instanceof WeirError
        ? error
        : new WeirError('PROCESSING_FAILED', `${this.#options.applicationId} failed: ${String(error)}`, {
            cause: error,
          });
    this.#restorer.end();
    this.#uncommitted = 0;
    for (const task of this.tasks) task.graph.close();
  }
}

function take(buffer: PartitionBuffer, fetched: FetchedPartition): void {
  if (fetched.error !== null) throw toWeirError(fetched.error);
  const from = buffer.fetchOffset;
  const isEmpty = buffer.buffered === 0 && buffer.position === from;
  buffer.fetchOffset = fetched.nextOffset;
  buffer.endOffset = fetched.lastStableOffset;
  const batches = consumedBatches(fetched, from);
  for (const { records, from: index } of batches) buffer.add(records, index);
  // Control batches and compacted offsets leave nothing to process.
  if (batches.length === 0 && isEmpty) buffer.position = fetched.nextOffset;
}
