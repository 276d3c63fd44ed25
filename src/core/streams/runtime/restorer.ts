/**
 * Fills the stores of tasks when they start: from a snapshot, where there is one that fits, and the changelog behind it. Takes
 * the snapshots too.
 */
import { assert } from '../../common/errors.ts';
import type { BrokerApi } from '../../broker/api.ts';
import { toWeirError } from '../../broker/partition-error.ts';
import { consumedBatches } from '../../clients/fetched-records.ts';
import type { RuntimeStore } from '../state/store-builder.ts';
import { changelogTopic, internalTopicName } from '../topology.ts';
import type { SnapshotPart, Snapshots } from './snapshots.ts';
import type { StreamTask } from './stream-task.ts';

export interface RestorerOptions {
  readonly broker: BrokerApi;
  readonly applicationId: string;
  /** Default: everything is replayed from the changelogs. */
  readonly snapshots?: Snapshots | undefined;
  /** A task's changelog records after which, at the earliest, there is another snapshot of it. */
  readonly snapshotRecords: number;
  /** Bound of one fetch per partition. */
  readonly fetchBytes: number;
}

/** A store that is to be filled from its changelog before the task may run. */
export interface Restoring {
  readonly store: RuntimeStore;
  readonly topic: string;
  readonly partition: number;
  readonly startOffset: number;
  offset: number;
  readonly endOffset: number;
}

/** Of all changelogs together in one step, so that progress is seen and requests are answered: a store that spills is slow to fill. */
const STEP_BYTES = 512 * 1024;
/** A snapshot costs about as much as a changelog record for each of its entries: a fraction of what changed since the last. */
const SNAPSHOT_RECORDS_PER_ENTRY = 4;
/** What is held in memory to be written; a larger state is replayed from its changelogs. */
const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024;

export class Restorer {
  readonly #options: RestorerOptions;
  #restoring: readonly Restoring[] = [];
  #all: readonly Restoring[] = [];

  constructor(options: RestorerOptions) {
    this.#options = options;
  }

  /** What is being restored, that which is done included, until all is. */
  get restoring(): readonly Restoring[] {
    return this.isDone ? [] : this.#all;
  }

  get isDone(): boolean {
    return this.#restoring.length === 0;
  }

  /** Loads snapshots and finds what is to be replayed behind them. */
  async begin(tasks: readonly StreamTask[]): Promise<void> {
    const { applicationId, snapshots } = this.#options;
    const restoring: Restoring[] = [];
    for (const task of tasks) {
      const parts = await this.#changelogs(task);
      const starts = await this.#offsets(task, 'earliest');
      const loaded = await snapshots?.load(applicationId, task.taskId, parts, starts);
      for (const [i, { store, partition, offset: endOffset }] of parts.entries()) {
        const offset = loaded?.[i] ?? starts[i] ?? 0;
        task.changesSinceSnapshot += endOffset - offset;
        if (offset >= endOffset) continue;
        const topic = internalTopicName(applicationId, changelogTopic(store.name));
        restoring.push({ store, topic, partition, startOffset: offset, offset, endOffset });
      }
    }
    this.#restoring = restoring;
    this.#all = restoring;
  }

  /** Replays a part of what is left. */
  async step(): Promise<void> {
    const { broker, fetchBytes } = this.#options;
    const asked = this.#restoring;
    const maxBytes = Math.min(fetchBytes, Math.ceil(STEP_BYTES / asked.length));
    const { partitions } = await broker.fetch({
      partitions: asked.map(({ topic, partition, offset }) => ({ topic, partition, offset, maxBytes })),
    });
    for (const [index, restoring] of asked.entries()) {
      const fetched = partitions[index];
      if (fetched === undefined) continue;
      if (fetched.error !== null) throw toWeirError(fetched.error);
      for (const { records, from } of consumedBatches(fetched, restoring.offset)) {
        for (let i = from; i < records.count; i++) {
          const key = records.key(i);
          if (key !== null) restoring.store.restore(key, records.value(i), records.timestampMs(i));
        }
      }
      restoring.store.settle();
      restoring.offset = fetched.batches.length === 0 ? restoring.endOffset : fetched.nextOffset;
    }
    this.#restoring = asked.filter(({ offset, endOffset }) => offset < endOffset);
  }

  /** What is left is not wanted any more. */
  end(): void {
    this.#restoring = [];
  }

  /** When enough has changed since the last: so taking one costs a fraction of what the changes did. */
  async takeSnapshot(task: StreamTask): Promise<void> {
    const { applicationId, snapshots, snapshotRecords } = this.#options;
    if (snapshots === undefined || task.logged.length === 0 || task.changesSinceSnapshot < snapshotRecords) return;
    let entries = 0;
    let sizeBytes = 0;
    for (const store of task.graph.stores.values()) {
      const size = store.size();
      entries += size.entries;
      sizeBytes += size.memoryBytes + size.spilledBytes;
    }
    if (task.changesSinceSnapshot < SNAPSHOT_RECORDS_PER_ENTRY * entries || sizeBytes > MAX_SNAPSHOT_BYTES) return;
    await snapshots.save(applicationId, task.taskId, await this.#changelogs(task));
    task.changesSinceSnapshot = 0;
  }

  /** The task's stores that have changelogs, and where those end. */
  async #changelogs(task: StreamTask): Promise<readonly SnapshotPart[]> {
    if (task.logged.length === 0) return [];
    const { applicationId, broker } = this.#options;
    const ends = await this.#offsets(task, 'latest');
    const topics = task.logged.map(({ name }) => internalTopicName(applicationId, changelogTopic(name)));
    const described = await broker.describeTopics(topics);
    return task.logged.map(({ name }, i): SnapshotPart => {
      const store = task.graph.stores.get(name);
      const topic = described[i];
      assert(store !== undefined && topic !== undefined, `the changelog of ${name} belongs to a store`);
      return { store, topicId: topic.topicId, partition: task.partition, offset: ends[i] ?? 0 };
    });
  }

  async #offsets(task: StreamTask, at: 'earliest' | 'latest'): Promise<readonly number[]> {
    if (task.logged.length === 0) return [];
    const { applicationId, broker } = this.#options;
    const { partition, logged } = task;
    const { partitions } = await broker.listOffsets({
      partitions: logged.map(({ name }) => ({
        topic: internalTopicName(applicationId, changelogTopic(name)),
        partition,
        at,
      })),
    });
    return partitions.map(({ offset }) => offset);
  }
}
