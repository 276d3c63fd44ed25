/** What runs a topology over the broker, as the runner of queries sees it. */
import type { WeirError } from '../../common/errors.ts';
import type { BrokerApi } from '../../broker/api.ts';
import type { Row } from '../../common/sql-type.ts';
import type { Snapshots } from '../../streams/runtime/snapshots.ts';
import { storeStatus, type StoreStatus } from '../../streams/runtime/store-status.ts';
import type { Spill } from '../../streams/state/store-builder.ts';
import type { QueryableStore, StateStore } from '../../streams/state/store.ts';
import type { DropReason, RecordMetadata } from '../../streams/processor.ts';
import { StreamsInstance, type Alongside, type CommitInterval } from '../../streams/runtime/instance.ts';
import type { DropHandler } from '../../streams/runtime/node-context.ts';
import type { UndeserializableHandler } from '../../streams/runtime/partition-buffer.ts';
import { NO_TIMESTAMP } from '../../streams/record.ts';
import type { Topology } from '../../streams/topology.ts';
import type { SqlKey } from '../lowering/keys.ts';

export interface InstanceOptions {
  readonly broker: BrokerApi;
  readonly topology: Topology;
  readonly applicationId: string;
  /** A record of a source topic that could not be read; it is skipped. */
  readonly onUndeserializable: UndeserializableHandler;
  /** A record that a processor gave up on; it is skipped. */
  readonly onRecordError: (error: WeirError, node: string) => void;
  /** A record that a processor leaves out for its time, its key or its value. */
  readonly onDrop: DropHandler;
  /** Schemas that were registered while the query's records were written. */
  readonly alongside: Alongside | undefined;
  /** Where stores go on that are larger than their budget. */
  readonly spill: Spill | undefined;
  /** From how many entries on stores are packed. */
  readonly packedFromEntries: number | undefined;
  readonly snapshots: Snapshots | undefined;
  readonly snapshotRecords: number | undefined;
  readonly commitInterval: CommitInterval;
  /** Transient queries commit nothing and leave nothing behind. */
  readonly isTransient: boolean;
}

export interface InstanceCounts {
  readonly consumed: number;
  readonly produced: number;
  readonly lag: number;
  readonly skipped: Readonly<Partial<Record<DropReason, number>>>;
}

export interface QueryInstance {
  /** Processes up to about `budget` records. @returns whether it did anything */
  step(budget: number): Promise<boolean>;
  /** Whether records were processed whose outputs are yet to be committed. */
  readonly isUncommitted: boolean;
  /** Commits them. @returns whether there were any */
  commit(): Promise<boolean>;
  readonly state: 'RUNNING' | 'RESTORING' | 'ERROR';
  readonly error: WeirError | undefined;
  /** Where the record in process comes from, or the last that was. */
  readonly inProcess: RecordMetadata | undefined;
  counts(): InstanceCounts;
  storeStatus(): readonly StoreStatus[];
  /** Every task's store of that name. */
  stores(name: string): readonly QueryableStore<SqlKey, Row>[];
  /** The stream time of that node of the topology, of each task that has it, in the order of `stores`. */
  streamTimes(node: string): readonly number[];
  /** Does something with the running tasks while no step is under way. Undefined for a query that could not be started. */
  between?<T>(work: (instance: StreamsInstance) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** Ends it for good: deletes its internal topics and its group. */
  destroy(): Promise<void>;
}

export async function openInstance(options: InstanceOptions): Promise<QueryInstance> {
  if (!options.isTransient) await rememberStart(options);
  const instance = await StreamsInstance.open({
    broker: options.broker,
    topology: options.topology,
    applicationId: options.applicationId,
    onUndeserializable: options.onUndeserializable,
    onRecordError: options.onRecordError,
    onDrop: options.onDrop,
    alongside: options.alongside,
    spill: options.spill,
    packedFromEntries: options.packedFromEntries,
    snapshots: options.isTransient ? undefined : options.snapshots,
    snapshotRecords: options.snapshotRecords,
    // Who looks at a push query sees each step.
    commitInterval: options.isTransient ? undefined : options.commitInterval,
    isTransient: options.isTransient,
  });
  // Steps wait for one another, and the end for the last of them: two at a time would read the same records twice.
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const end = async (): Promise<void> => {
    isClosed = true;
    await last;
  };
  const inTurn = (work: () => Promise<boolean>): Promise<boolean> => {
    const done = last.then(() => (isClosed ? false : work()));
    last = done.catch(() => undefined);
    return done;
  };
  return {
    step: (budget) => inTurn(() => instance.step(budget)),
    get isUncommitted() {
      return instance.isUncommitted;
    },
    commit: () => inTurn(() => instance.commit()),
    between: (work) => {
      const done = last.then(() => work(instance));
      last = done.catch(() => undefined);
      return done;
    },
    get state() {
      const { state } = instance;
      return state === 'PAUSED' || state === 'CLOSED' ? 'RUNNING' : state;
    },
    get error() {
      return instance.error;
    },
    get inProcess() {
      return instance.inProcess;
    },
    counts: () => instance.counts(),
    storeStatus: () => storeStatus(instance),
    stores: (name) => {
      const stores: readonly StateStore[] = instance.stores(name);
      return stores.filter(isQueryable);
    },
    streamTimes: (node) =>
      instance.tasks
        .filter(({ graph }) => graph.subtopology.nodes.some(({ name }) => name === node))
        .map(({ graph }) => graph.saveTimes()[node]?.['streamTimeMs'] ?? NO_TIMESTAMP),
    close: async () => {
      await end();
      await instance.close();
    },
    destroy: async () => {
      await end();
      await instance.destroy();
    },
  };
}

/** Stands for a query that could not be started. */
export function failedInstance(error: WeirError): QueryInstance {
  return {
    step: () => Promise.resolve(false),
    isUncommitted: false,
    commit: () => Promise.resolve(false),
    state: 'ERROR',
    error,
    inProcess: undefined,
    storeStatus: () => [],
    counts: () => ({ consumed: 0, produced: 0, lag: 0, skipped: {} }),
    stores: () => {
      throw error;
    },
    streamTimes: () => [],
    close: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  };
}

/**
 * A query that begins at the end of its topics commits where that is before it reads: else it would begin at a later end
 * when it is opened again before its first commit, and lose what came in between.
 */
async function rememberStart({ broker, topology, applicationId }: InstanceOptions): Promise<void> {
  const names = topology.nodes.flatMap((node) =>
    node.kind === 'source' && !node.internal && node.offsetReset === 'latest' ? node.topics : [],
  );
  if (names.length === 0) return;
  const { partitions: committed } = await broker.offsetFetch({ groupId: applicationId });
  const known = new Set(committed.filter(({ offset }) => offset >= 0).map((p) => `${p.topic}/${p.partition}`));
  const fresh = (await broker.describeTopics(names)).flatMap(({ topic, partitions }) =>
    partitions.flatMap(({ partition }) => (known.has(`${topic}/${partition}`) ? [] : [{ topic, partition }])),
  );
  if (fresh.length === 0) return;
  const { partitions } = await broker.listOffsets({ partitions: fresh.map((p) => ({ ...p, at: 'latest' })) });
  await broker.offsetCommit({
    groupId: applicationId,
    partitions: partitions.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
  });
}

/** A table's store: its kind tells how it is read. */
function isQueryable(store: StateStore): store is QueryableStore<SqlKey, Row> {
  return store.kind === 'key-value' || store.kind === 'window' || store.kind === 'session';
}
