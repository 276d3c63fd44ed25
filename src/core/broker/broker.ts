/**
 * The broker: topics in one storage, behind `BrokerApi`.
 *
 * Everything that writes goes through the commit queue (commit-queue.ts): it is checked and staged, goes down in one
 * atomic storage batch with whatever else is waiting, and only then becomes visible, is announced to subscribers and
 * acknowledged, in this order. Everything that reads sees the durable state alone.
 */
import { WeirError } from '../common/errors.ts';
import { BatchCache } from '../log/batch-cache.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { RecordBatchHeader, findFramingDefect } from '../log/record-batch.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type { StoragePort } from '../ports/storage.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type * as api from './api.ts';
import { appendRules } from './append-rules.ts';
import { type RecoveryReport, bootstrap, forEachBatch } from './bootstrap.ts';
import { CommitQueue } from './commit-queue.ts';
import type { CommitStage } from './commit-stage.ts';
import type { Exclusive } from './exclusive.ts';
import { FetchWait, fetchPartitions, listOffset } from './fetch.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { type CommittedKey, GroupOffsetsStore } from './group-offsets.ts';
import { CHECKPOINT_BYTES, Maintenance } from './maintenance.ts';
import { FORMAT_LEVEL } from './metadata-records.ts';
import { OffsetsTopic } from './offsets-topic.ts';
import { Subscribers } from './subscribers.ts';
import { ProducerIds } from './producer-ids.ts';
import { TopicAdmin } from './topic-admin.ts';
import { OFFSETS_TOPIC, TRANSACTIONS_TOPIC, TopicRegistry, describeTopic } from './topic-registry.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';
import { TransactionTimeouts } from './transaction-timeouts.ts';

export interface BrokerOptions {
  readonly storage: StoragePort;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly telemetry?: Telemetry | undefined;
  /** Budget for batches kept in memory, of all partitions together. Default 32 MiB. */
  readonly cacheBytes?: number | undefined;
  /** Partitions of `__consumer_offsets` when it is created. Default 1; Kafka's is 50. */
  readonly offsetsTopicPartitions?: number | undefined;
  /** Compaction keeps the tombstones of a partition from this offset on. Default: none for longer than `delete.retention.ms`. */
  readonly tombstonesFrom?: ((topicId: number, partition: number) => number) | undefined;
}

interface EventParts {
  readonly topics: api.BrokerEvent['topics'][number][];
  readonly offsets: { readonly groupId: string; readonly partitions: api.OffsetAndMetadata[] }[];
  readonly moved: PartitionLog[];
}

const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;
const DEFAULT_FETCH_BYTES = 8 * 1024 * 1024;
const DEFAULT_TRANSACTION_TIMEOUT_MS = 60_000;

export class Broker implements api.BrokerApi {
  /** What opening found: torn tails that were taken off, partitions that failed. */
  readonly recovery: RecoveryReport;
  readonly #options: BrokerOptions;
  readonly #topics: TopicRegistry;
  readonly #offsets: GroupOffsetsStore;
  readonly #offsetsTopic: OffsetsTopic;
  readonly #groups: GroupCoordinator;
  readonly #queue: CommitQueue;
  readonly #maintenance: Maintenance;
  readonly #checkpointing = new Set<PartitionLog>();
  /** What is left of a round of cleaning. */
  #uncleaned: PartitionLog[] = [];
  readonly #subscribers: Subscribers;
  readonly #waits = new Set<FetchWait>();
  /** Filled by the operations of the storage batch that is on its way. */
  readonly #event: EventParts = { topics: [], offsets: [], moved: [] };
  readonly #producerIds: ProducerIds;
  readonly #transactions: TransactionCoordinator;
  readonly #admin: TopicAdmin;
  readonly #timeouts: TransactionTimeouts;
  #closed: WeirError | null = null;

  private constructor(
    options: BrokerOptions,
    cache: BatchCache,
    topics: TopicRegistry,
    offsets: GroupOffsetsStore,
    recovery: RecoveryReport,
  ) {
    this.#options = options;
    this.#topics = topics;
    this.#offsets = offsets;
    this.#offsetsTopic = new OffsetsTopic(topics, offsets, (committed) => this.#noteOffsets(committed));
    this.recovery = recovery;
    this.#producerIds = new ProducerIds(recovery.nextProducerId, (stage, record) =>
      this.#admin.stageMetadata(stage, [record]),
    );
    this.#transactions = new TransactionCoordinator({
      topics,
      allocateProducerId: (stage) => this.#producerIds.allocate(stage),
      onMarker: (log, marker) => {
        if (log.id.topic === OFFSETS_TOPIC) this.#offsetsTopic.appended(marker);
      },
    });
    const exclusive: Exclusive = (stage) => this.#exclusive(stage);
    this.#admin = new TopicAdmin({
      topics,
      offsets,
      offsetsTopic: this.#offsetsTopic,
      storage: options.storage,
      cache,
      clock: options.clock,
      exclusive,
      changed: (change) => this.#event.topics.push(change),
    });
    this.#timeouts = new TransactionTimeouts(this.#transactions, exclusive, options);
    this.#groups = new GroupCoordinator(options.clock, options.scheduler);
    this.#subscribers = new Subscribers(() => options.telemetry?.count('broker.listener.errors', 1));
    this.#queue = new CommitQueue(options.storage, (stage) => this.#committed(stage));
    this.#maintenance = new Maintenance({
      storage: options.storage,
      tombstonesFrom: options.tombstonesFrom ?? (() => Infinity),
      exclusive: (log, stage) =>
        this.#exclusive((commit) => {
          if (topics.find(log.id.topic)?.logs.includes(log) === true) stage(commit);
          return () => undefined;
        }),
      moved: (log) => this.#event.moved.push(log),
    });
  }

  /**
   * Opens the broker over a storage, which is its alone from then on.
   * @throws WeirError CORRUPT_BATCH when the metadata log is damaged, STORAGE_FAILED when the storage cannot be read or
   *   was written by a newer version
   */
  static async open(options: BrokerOptions): Promise<Broker> {
    const cache = new BatchCache(options.cacheBytes ?? DEFAULT_CACHE_BYTES);
    const topics = new TopicRegistry();
    const offsets = new GroupOffsetsStore();
    const recovery = await bootstrap(options.storage, cache, topics, offsets);
    const broker = new Broker(options, cache, topics, offsets, recovery);
    for (const log of topics.find(TRANSACTIONS_TOPIC)?.logs ?? [])
      await forEachBatch(log, (batch) => broker.#transactions.restore(batch));
    broker.#timeouts.watch();
    if (topics.find(OFFSETS_TOPIC) === undefined) {
      const partitions = options.offsetsTopicPartitions ?? 1;
      const config = { 'cleanup.policy': 'compact' } as const;
      await broker.#admin.createTopics(
        [{ topic: OFFSETS_TOPIC, partitions, config }],
        [{ type: 'FeatureLevelRecord', name: 'weir.format', level: FORMAT_LEVEL }],
      );
    }
    return broker;
  }

  /** Lets what is on its way become durable and closes the storage. Calls made afterwards are refused. */
  async close(): Promise<void> {
    if (this.#closed !== null) return;
    this.#closed = new WeirError('STORAGE_CLOSED', 'The broker has been closed.');
    for (const wait of this.#waits) wait.stop();
    this.#timeouts.end();
    await this.#queue.close(this.#closed);
    this.#groups.close(this.#closed);
    await this.#options.storage.close();
  }

  // ---- topics

  createTopics(topics: readonly api.NewTopic[]): Promise<readonly api.TopicDescription[]> {
    return this.#admin.createTopics(topics);
  }

  deleteTopics(topics: readonly string[]): Promise<void> {
    return this.#admin.deleteTopics(topics);
  }

  createPartitions(topic: string, partitions: number): Promise<api.TopicDescription> {
    return this.#admin.createPartitions(topic, partitions);
  }

  alterConfigs(topic: string, config: Partial<api.TopicConfig>): Promise<api.TopicDescription> {
    return this.#admin.alterConfigs(topic, config);
  }

  async listTopics(): Promise<readonly api.TopicDescription[]> {
    this.#requireOpen();
    return this.#topics.all().map(describeTopic);
  }

  async describeTopics(topics: readonly string[]): Promise<readonly api.TopicDescription[]> {
    this.#requireOpen();
    return topics.map((topic) => describeTopic(this.#topics.get(topic)));
  }

  async deleteRecords(partitions: readonly (api.TopicPartition & { readonly beforeOffset: number })[]): Promise<void> {
    this.#requireOpen();
    for (const partition of partitions) this.#topics.log(partition);
    for (const { topic, partition, beforeOffset } of partitions) {
      await this.#maintenance.deleteRecords(this.#topics.log({ topic, partition }), beforeOffset);
    }
  }

  /**
   * Applies retention and compaction. The worker calls it now and then, when there is time.
   * @param maxPartitions how many partitions this call looks at; the next one goes on behind them
   * @returns whether some of this round are left
   */
  async clean(maxPartitions = Number.POSITIVE_INFINITY): Promise<boolean> {
    this.#requireOpen();
    if (this.#uncleaned.length === 0) this.#uncleaned = this.#topics.all().flatMap(({ logs }) => logs);
    for (const log of this.#uncleaned.splice(0, maxPartitions)) {
      const topic = this.#topics.find(log.id.topic);
      if (topic?.logs.includes(log) !== true) continue;
      await this.#maintenance.clean(log, topic.config, this.#options.clock.nowMs());
    }
    return this.#uncleaned.length > 0;
  }

  // ---- records

  produce(request: api.ProduceRequest): Promise<api.ProduceResponse> {
    return this.commit({ ...request, offsets: [] });
  }

  commit(request: api.CommitRequest): Promise<api.ProduceResponse> {
    let sizeBytes = 0;
    for (const { records } of request.batches) sizeBytes += records.length;
    const { transaction } = request;
    const origin = transaction === undefined ? 'client' : 'transaction';
    return this.#queue.submit({
      sizeBytes,
      isExclusive: transaction !== undefined,
      stage: (stage) => {
        const nowMs = this.#options.clock.nowMs();
        if (transaction !== undefined) {
          for (const { records } of request.batches) checkProducer(records, transaction);
          const groups = request.offsets.map(({ groupId }) => this.#offsetsTopic.logOf(groupId).id);
          this.#transactions.stageWrite(stage, transaction, [...request.batches, ...groups], nowMs);
          stage.onDurable(() => this.#timeouts.watch());
        }
        const batches = request.batches.map(({ topic, partition, records, isSealed = true }): api.ProducedBatch => {
          const { config } = this.#topics.get(topic);
          const log = this.#topics.log({ topic, partition });
          const appended = stage.append(log, records, appendRules(origin, config, nowMs, isSealed));
          stage.require(request.durability ?? config.durability);
          return { topic, partition, ...appended };
        });
        for (const group of request.offsets) this.#stageOffsets(stage, group, request, nowMs);
        return () => ({ batches });
      },
    });
  }

  async fetch(request: api.FetchRequest): Promise<api.FetchResponse> {
    this.#requireOpen();
    const maxBytes = request.maxBytes ?? DEFAULT_FETCH_BYTES;
    const maxWaitMs = request.maxWaitMs ?? 0;
    if (maxWaitMs === 0) return (await fetchPartitions(this.#topics, request, maxBytes)).response;
    // Listening begins before the first look, so that nothing appended in between is slept through.
    const wait = new FetchWait(request.partitions, this.#subscribers, this.#options.scheduler, maxWaitMs);
    this.#waits.add(wait);
    try {
      for (;;) {
        const change = wait.next();
        const { response, sizeBytes, hasErrors } = await fetchPartitions(this.#topics, request, maxBytes);
        if (sizeBytes >= (request.minBytes ?? 1) || hasErrors || wait.isOver) return response;
        await change;
      }
    } finally {
      wait.end();
      this.#waits.delete(wait);
    }
  }

  async listOffsets(request: api.ListOffsetsRequest): Promise<api.ListOffsetsResponse> {
    this.#requireOpen();
    const isolation = request.isolationLevel ?? 'read_uncommitted';
    const partitions = await Promise.all(
      request.partitions.map(async ({ topic, partition, at }): Promise<api.ListedOffset> => {
        return { topic, partition, ...(await listOffset(this.#topics.log({ topic, partition }), at, isolation)) };
      }),
    );
    return { partitions };
  }

  // ---- groups

  async offsetCommit(request: api.OffsetCommitRequest): Promise<void> {
    const { durability, ...group } = request;
    await this.commit({ batches: [], offsets: [group], durability });
  }

  async offsetFetch(request: api.OffsetFetchRequest): Promise<api.OffsetFetchResponse> {
    this.#requireOpen();
    this.#offsetsTopic.logOf(request.groupId).requireUsable();
    const { groupId } = request;
    if (request.partitions === undefined) return { partitions: this.#offsets.all(groupId) };
    return { partitions: request.partitions.map((partition) => this.#offsets.get(groupId, partition)) };
  }

  async joinGroup(request: api.JoinGroupRequest): Promise<api.JoinGroupResponse> {
    this.#requireOpen();
    return this.#groups.join(request);
  }

  async syncGroup(request: api.SyncGroupRequest): Promise<api.SyncGroupResponse> {
    this.#requireOpen();
    return this.#groups.sync(request);
  }

  async heartbeat(request: api.GroupMemberRequest): Promise<void> {
    this.#requireOpen();
    this.#groups.heartbeat(request);
  }

  async leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<void> {
    this.#requireOpen();
    this.#groups.leave(request.groupId, request.memberId);
  }

  async listGroups(): Promise<readonly api.GroupDescription[]> {
    this.#requireOpen();
    const ids = new Set([...this.#groups.groupIds(), ...this.#offsets.groupIds()]);
    return [...ids].sort().map((groupId) => this.#groups.describe(groupId));
  }

  async describeGroup(groupId: string): Promise<api.GroupDescription> {
    this.#requireOpen();
    return this.#groups.describe(groupId);
  }

  deleteGroup(groupId: string): Promise<void> {
    return this.#exclusive((stage) => {
      if (this.#groups.hasMembers(groupId)) {
        throw new WeirError('GROUP_NOT_EMPTY', `Group ${groupId} still has members.`, {
          hint: 'Terminate the queries and stop the consumers that use it.',
        });
      }
      const keys = this.#offsets.all(groupId).map(({ topic, partition }) => ({ groupId, topic, partition }));
      this.#offsetsTopic.stageForget(stage, keys, this.#options.clock.nowMs());
      const partitions = keys.map(({ topic, partition }) => ({ topic, partition, offset: -1 }));
      if (keys.length > 0) stage.onDurable(() => this.#event.offsets.push({ groupId, partitions }));
      stage.onDurable(() => this.#groups.forget(groupId));
      return () => undefined;
    });
  }

  async initProducerId(request: api.InitProducerIdRequest): Promise<api.InitProducerIdResponse> {
    const { transactionalId, transactionTimeoutMs = DEFAULT_TRANSACTION_TIMEOUT_MS } = request;
    if (transactionalId !== undefined) await this.#admin.ensureTransactionsTopic();
    return this.#exclusive((stage) => {
      const identity =
        transactionalId === undefined
          ? { producerId: this.#producerIds.allocate(stage), producerEpoch: 0 }
          : this.#transactions.stageInit(stage, transactionalId, transactionTimeoutMs, this.#options.clock.nowMs());
      return () => identity;
    });
  }

  async endTransaction({ transaction, outcome }: api.EndTransactionRequest): Promise<api.InitProducerIdResponse> {
    return this.#exclusive((stage) => {
      const next = this.#transactions.stageEnd(stage, transaction, outcome, this.#options.clock.nowMs());
      return () => next;
    });
  }

  async subscribe(listener: (event: api.BrokerEvent) => void): Promise<() => void> {
    this.#requireOpen();
    return this.#subscribers.add(listener);
  }

  // ---- inside

  #exclusive<Result>(stage: (stage: CommitStage) => () => Result): Promise<Result> {
    return this.#queue.submit({
      sizeBytes: 0,
      isExclusive: true,
      stage: (commit) => {
        commit.require('strict');
        return stage(commit);
      },
    });
  }

  #requireOpen(): void {
    if (this.#closed !== null) throw this.#closed;
  }

  /** @throws WeirError UNKNOWN_TOPIC, UNKNOWN_PARTITION; UNKNOWN_MEMBER, ILLEGAL_GENERATION when the commit is fenced */
  #stageOffsets(stage: CommitStage, group: api.GroupOffsets, request: api.ProduceRequest, nowMs: number): void {
    const { groupId, memberId, generationId } = group;
    if (memberId !== undefined && generationId !== undefined) {
      this.#groups.checkGeneration({ groupId, memberId, generationId });
    }
    this.#offsetsTopic.stageCommit(stage, group, request, nowMs);
  }

  /** For the event of the storage batch that has just become durable. */
  #noteOffsets(committed: readonly CommittedKey[]): void {
    const { offsets } = this.#event;
    for (const { groupId, topic, partition, offset } of committed) {
      if (offsets.at(-1)?.groupId !== groupId) offsets.push({ groupId, partitions: [] });
      offsets.at(-1)?.partitions.push({ topic, partition, offset });
    }
  }

  /** In the background. One that fails is tried again after the next append: it only makes opening faster. */
  #checkpoint(log: PartitionLog): void {
    if (this.#checkpointing.has(log)) return;
    this.#checkpointing.add(log);
    this.#maintenance
      .checkpoint(log)
      .catch(() => this.#options.telemetry?.count('broker.checkpoint.errors', 1))
      .finally(() => this.#checkpointing.delete(log));
  }

  /** A storage batch is durable and the state is up to it: tell everybody. */
  #committed(stage: CommitStage): void {
    const logs = [...new Set([...stage.appended(), ...this.#event.moved])];
    const event: api.BrokerEvent = {
      appended: logs.map(({ id, highWatermark, lastStableOffset, logStartOffset }) => {
        return { topic: id.topic, partition: id.partition, highWatermark, lastStableOffset, logStartOffset };
      }),
      topics: this.#event.topics.splice(0),
      offsets: this.#event.offsets.splice(0),
    };
    this.#event.moved.length = 0;
    if (event.appended.length + event.topics.length + event.offsets.length > 0) this.#subscribers.notify(event);
    this.#options.telemetry?.count('broker.commits', 1);
    for (const log of logs) if (log.bytesSinceCheckpoint > CHECKPOINT_BYTES) this.#checkpoint(log);
  }
}

/** @throws WeirError INVALID_TRANSACTION_STATE when another producer than the transaction's made the batch */
function checkProducer(records: Uint8Array, transaction: api.TransactionalProducer): void {
  if (findFramingDefect(records) !== null) return;
  const { producerId, producerEpoch } = new RecordBatchHeader(records);
  if (producerId === transaction.producerId && producerEpoch === transaction.producerEpoch) return;
  throw new WeirError(
    'INVALID_TRANSACTION_STATE',
    `A batch of producer ${producerId}, epoch ${producerEpoch}, cannot be part of the transaction of producer ${transaction.producerId}, epoch ${transaction.producerEpoch}.`,
    { details: { transactionalId: transaction.transactionalId } },
  );
}
