/**
 * The broker's request API: the one way to read or write a topic.
 *
 * Every request and response is plain data that structured cloning can carry, and every call is asynchronous, so that
 * the broker may sit in the same worker or behind a MessagePort. Requests are batch-shaped: one call for many
 * partitions, whole record batches as bytes, never a call or a message per record.
 *
 * How to write:
 *
 *     const builder = new RecordBatchBuilder();                      // log/record-batch-builder.ts
 *     builder.append(keyBytes, valueBytes, timestampMs);             // null key, null value = tombstone
 *     await broker.produce({ batches: [{ topic: 'orders', partition: 0, records: builder.build() }] });
 *
 * How to commit a processing step (outputs, changelogs and input offsets together, all or nothing):
 *
 *     await broker.commit({
 *       batches: [{ topic, partition, records }, ...],
 *       offsets: [{ groupId: 'query_1', partitions: [{ topic: 'orders', partition: 0, offset: 42 }] }],
 *     });
 *
 * How to read:
 *
 *     const { partitions } = await broker.fetch({ partitions: [{ topic: 'orders', partition: 0, offset: 0 }] });
 *     for (const bytes of partitions[0].batches) {
 *       const records = decodeRecords(bytes);                        // log/record-columns.ts
 *       for (let i = records.firstIndexAt(offset); i < records.count; i++) records.value(i);
 *     }
 *     offset = partitions[0].nextOffset;
 *
 * Bytes handed to `produce` and `commit` belong to the broker from then on (it writes the base offset into them); bytes that
 * `fetch` returns may be shared with the broker's cache and must not be changed. In both directions copy what you need to alter.
 *
 * A call either succeeds whole or rejects with a WeirError and has changed nothing. `fetch` alone reports errors per
 * partition, so that one damaged partition does not keep the others from being read.
 */
import type { ErrorCode } from '../common/error-codes.ts';
import type { JsonValue } from '../common/errors.ts';
import type { Durability } from '../ports/storage.ts';

export type { Durability } from '../ports/storage.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Topic settings under Kafka's own names, plus `durability`. -1 stands for "no limit", as in Kafka. */
export interface TopicConfig {
  readonly 'cleanup.policy': 'delete' | 'compact' | 'compact,delete';
  /** -1 by default, unlike Kafka's week: sample data is often years old and must not vanish as it is loaded. */
  readonly 'retention.ms': number;
  readonly 'retention.bytes': number;
  /** How long compaction keeps a tombstone, in milliseconds. */
  readonly 'delete.retention.ms': number;
  readonly 'max.message.bytes': number;
  readonly 'message.timestamp.type': 'CreateTime' | 'LogAppendTime';
  /** What an acknowledged write has survived; a produce request may ask for another. */
  readonly durability: Durability;
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  /** Stored and shown; one replica is effective. Default 1. */
  readonly replicationFactor?: number | undefined;
  readonly config?: Partial<TopicConfig> | undefined;
}

export interface PartitionDescription {
  readonly partition: number;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  /** The first offset of the oldest transaction still open, else the high watermark. */
  readonly lastStableOffset: number;
  readonly logEndOffset: number;
  readonly sizeBytes: number;
  readonly batchCount: number;
  /** Largest record timestamp, -1 when there is none. */
  readonly maxTimestampMs: number;
  /** Why this partition can be neither read nor written. */
  readonly error: PartitionError | null;
}

export interface TopicDescription {
  readonly topic: string;
  readonly topicId: number;
  /** `__consumer_offsets` and its like. */
  readonly isInternal: boolean;
  readonly replicationFactor: number;
  readonly createdAtMs: number;
  readonly config: TopicConfig;
  readonly partitions: readonly PartitionDescription[];
}

/** An error as plain data, for responses that report per partition. `toWeirError` in broker/partition-error.ts revives it. */
export interface PartitionError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly details: Readonly<Record<string, JsonValue>>;
}

export interface ProduceBatch extends TopicPartition {
  /** One record batch, magic 2, as `RecordBatchBuilder.build` returns it. Its base offset is assigned by the broker. */
  readonly records: Uint8Array;
  /** False: the checksum is left to the broker, since nothing but this process has touched the batch. Default: it is checked. */
  readonly isSealed?: boolean | undefined;
}

/** A transactional producer as `initProducerId` named it. */
export interface TransactionalProducer {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface ProduceRequest {
  readonly batches: readonly ProduceBatch[];
  /** What is written belongs to this producer's transaction, which begins with the first write. */
  readonly transaction?: TransactionalProducer | undefined;
  /** Default: strict if any of the topics is configured so. */
  readonly durability?: Durability | undefined;
}

export interface ProducedBatch extends TopicPartition {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** The batch had been written before (same producer id, epoch and sequence) and was not written again. */
  readonly isDuplicate: boolean;
}

export interface ProduceResponse {
  /** In the order of the request. */
  readonly batches: readonly ProducedBatch[];
}

export interface OffsetAndMetadata extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number;
  readonly leaderEpoch?: number | undefined;
  readonly metadata?: string | undefined;
}

export interface GroupOffsets {
  readonly groupId: string;
  readonly partitions: readonly OffsetAndMetadata[];
  /** With both given the commit is fenced: it fails unless the member is in the group's current generation. */
  readonly memberId?: string | undefined;
  readonly generationId?: number | undefined;
}

export interface CommitRequest extends ProduceRequest {
  readonly offsets: readonly GroupOffsets[];
}

export interface OffsetCommitRequest extends GroupOffsets {
  readonly durability?: Durability | undefined;
}

export interface OffsetFetchRequest {
  readonly groupId: string;
  /** Undefined: every partition that the group has committed. */
  readonly partitions?: readonly TopicPartition[] | undefined;
}

export interface CommittedOffset extends TopicPartition {
  /** -1 when the group has committed none. */
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestampMs: number;
}

export interface OffsetFetchResponse {
  readonly partitions: readonly CommittedOffset[];
}

/** `read_committed` returns records below the last stable offset and names aborted transactions for the reader to skip. */
export type IsolationLevel = 'read_uncommitted' | 'read_committed';

export interface FetchPartition extends TopicPartition {
  readonly offset: number;
  /** Bound for this partition; at least one batch is returned whatever its size. Default: the request's `maxBytes`. */
  readonly maxBytes?: number | undefined;
}

export interface FetchRequest {
  readonly partitions: readonly FetchPartition[];
  /** Bound for the whole response, default 8 MiB. A first batch larger than the bound is still returned. */
  readonly maxBytes?: number | undefined;
  /** With `maxWaitMs`: wait until so many bytes are there. Default 1. */
  readonly minBytes?: number | undefined;
  /** Default 0: answer at once. Otherwise wait so long for data when there is none. */
  readonly maxWaitMs?: number | undefined;
  /** Default read_uncommitted. */
  readonly isolationLevel?: IsolationLevel | undefined;
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface FetchedPartition extends TopicPartition {
  readonly error: PartitionError | null;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /**
   * Whole record batches in offset order, one Uint8Array each. The first may begin before the fetch offset (skip those
   * records), offsets may have gaps, control batches are included.
   */
  readonly batches: readonly Uint8Array[];
  /** Where to fetch from next: beyond the last batch returned, else the fetch offset. */
  readonly nextOffset: number;
  /** Only for read_committed. */
  readonly abortedTransactions: readonly AbortedTransaction[];
}

export interface FetchResponse {
  /** In the order of the request. */
  readonly partitions: readonly FetchedPartition[];
}

/** A time in milliseconds asks for the first record at or after it. */
export type OffsetSpec = 'earliest' | 'latest' | 'max-timestamp' | { readonly timestampMs: number };

export interface ListOffsetsRequest {
  readonly partitions: readonly (TopicPartition & { readonly at: OffsetSpec })[];
  /** `latest` is the high watermark, or the last stable offset under read_committed. */
  readonly isolationLevel?: IsolationLevel | undefined;
}

export interface ListedOffset extends TopicPartition {
  /** -1 when no record is as late as the time asked for. */
  readonly offset: number;
  /** The found record's timestamp; -1 for earliest and latest. */
  readonly timestampMs: number;
}

export interface ListOffsetsResponse {
  readonly partitions: readonly ListedOffset[];
}

export interface GroupProtocol {
  readonly name: string;
  readonly metadata: Uint8Array;
}

export interface JoinGroupRequest {
  readonly groupId: string;
  /** Empty for a new member; the response says which id it got. */
  readonly memberId: string;
  readonly clientId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** `consumer`, or `connect` and the like. All members of a group have the same. */
  readonly protocolType: string;
  /** In order of preference. */
  readonly protocols: readonly GroupProtocol[];
}

export interface JoinGroupResponse {
  readonly memberId: string;
  readonly generationId: number;
  readonly protocolName: string;
  readonly leaderId: string;
  /** Filled for the leader alone, who computes the assignment. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Uint8Array }[];
}

export interface GroupMemberRequest {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
}

export interface SyncGroupRequest extends GroupMemberRequest {
  /** From the leader: each member's assignment. Empty from the others. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Uint8Array }[];
}

export interface SyncGroupResponse {
  readonly assignment: Uint8Array;
}

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

export interface GroupDescription {
  readonly groupId: string;
  readonly state: GroupState;
  readonly protocolType: string;
  readonly protocolName: string;
  readonly generationId: number;
  readonly leaderId: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly clientId: string;
    readonly metadata: Uint8Array;
    readonly assignment: Uint8Array;
  }[];
}

export interface InitProducerIdRequest {
  /** A transactional id keeps its producer id and raises the epoch, which fences the one before. */
  readonly transactionalId?: string | undefined;
  /** A transaction that is open for longer is aborted, and its producer fenced. Default a minute. */
  readonly transactionTimeoutMs?: number | undefined;
}

export interface InitProducerIdResponse {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface EndTransactionRequest {
  readonly transaction: TransactionalProducer;
  readonly outcome: 'commit' | 'abort';
}

/** What one durable storage batch changed. One event per batch, however many partitions it touched. */
export interface BrokerEvent {
  readonly appended: readonly (TopicPartition & {
    readonly highWatermark: number;
    readonly lastStableOffset: number;
    readonly logStartOffset: number;
  })[];
  readonly topics: readonly { readonly kind: 'created' | 'altered' | 'deleted'; readonly topic: string }[];
  /** Groups whose committed offsets changed; one that was forgotten is -1. */
  readonly offsets: readonly { readonly groupId: string; readonly partitions: readonly OffsetAndMetadata[] }[];
}

/**
 * The requests, named after those of Kafka's protocol. After the broker is closed each rejects with STORAGE_CLOSED, and each
 * that writes rejects with STORAGE_QUOTA or STORAGE_FAILED when the storage takes nothing.
 */
export interface BrokerApi {
  /** @throws WeirError TOPIC_EXISTS, INVALID_TOPIC; all topics are created or none */
  createTopics(topics: readonly NewTopic[]): Promise<readonly TopicDescription[]>;
  /** @throws WeirError UNKNOWN_TOPIC */
  deleteTopics(topics: readonly string[]): Promise<void>;
  /** Adds partitions. @throws WeirError UNKNOWN_TOPIC, INVALID_TOPIC when the count does not grow */
  createPartitions(topic: string, partitions: number): Promise<TopicDescription>;
  /** @throws WeirError UNKNOWN_TOPIC, INVALID_TOPIC */
  alterConfigs(topic: string, config: Partial<TopicConfig>): Promise<TopicDescription>;
  /** Moves the log start up to `beforeOffset` (-1: to the high watermark). @throws WeirError OFFSET_OUT_OF_RANGE */
  deleteRecords(partitions: readonly (TopicPartition & { readonly beforeOffset: number })[]): Promise<void>;
  /** All topics, internal ones included, by name. */
  listTopics(): Promise<readonly TopicDescription[]>;
  /** @throws WeirError UNKNOWN_TOPIC */
  describeTopics(topics: readonly string[]): Promise<readonly TopicDescription[]>;

  /** Appends batches to many partitions, all or nothing. `commit` without offsets. @throws WeirError as `commit` */
  produce(request: ProduceRequest): Promise<ProduceResponse>;
  /**
   * Appends batches and commits offsets in one atomic storage batch. Offsets of a transaction come into force when it does.
   * @throws WeirError UNKNOWN_TOPIC, UNKNOWN_PARTITION, INVALID_RECORD, RECORD_TOO_LARGE, PRODUCER_FENCED,
   *   OUT_OF_ORDER_SEQUENCE, INVALID_TRANSACTION_STATE, UNKNOWN_MEMBER, ILLEGAL_GENERATION
   */
  commit(request: CommitRequest): Promise<ProduceResponse>;
  /**
   * Reads whole batches of many partitions, in the order of the request, until `maxBytes` are full. What concerns one
   * partition (UNKNOWN_TOPIC, UNKNOWN_PARTITION, OFFSET_OUT_OF_RANGE, CORRUPT_BATCH) is that partition's `error`.
   */
  fetch(request: FetchRequest): Promise<FetchResponse>;
  /** @throws WeirError UNKNOWN_TOPIC, UNKNOWN_PARTITION, CORRUPT_BATCH of a partition that failed its recovery */
  listOffsets(request: ListOffsetsRequest): Promise<ListOffsetsResponse>;

  /** `commit` without batches. @throws WeirError as `commit` */
  offsetCommit(request: OffsetCommitRequest): Promise<void>;
  /** What a group has committed. @throws WeirError CORRUPT_BATCH when the offsets topic cannot be read */
  offsetFetch(request: OffsetFetchRequest): Promise<OffsetFetchResponse>;
  /**
   * Enters a group, or a new generation of it (the classic protocol). Answered when all members have joined, or those that
   * have not in `rebalanceTimeoutMs` are left out.
   * @throws WeirError UNKNOWN_MEMBER, INCONSISTENT_GROUP_PROTOCOL
   */
  joinGroup(request: JoinGroupRequest): Promise<JoinGroupResponse>;
  /**
   * Hands in the leader's assignment, and gives each member its own. Answered when the leader has called.
   * @throws WeirError UNKNOWN_MEMBER, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS (join again)
   */
  syncGroup(request: SyncGroupRequest): Promise<SyncGroupResponse>;
  /** @throws WeirError REBALANCE_IN_PROGRESS (join again), ILLEGAL_GENERATION, UNKNOWN_MEMBER */
  heartbeat(request: GroupMemberRequest): Promise<void>;
  /** @throws WeirError UNKNOWN_MEMBER */
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<void>;
  /** Those with members and those with committed offsets, by id. */
  listGroups(): Promise<readonly GroupDescription[]>;
  /** One that nobody knows is `Empty`, without members. */
  describeGroup(groupId: string): Promise<GroupDescription>;
  /** Forgets the group's offsets. @throws WeirError GROUP_NOT_EMPTY while it has members */
  deleteGroup(groupId: string): Promise<void>;

  /**
   * The id under which an idempotent or transactional producer numbers its batches (KIP-98). With a transactional id the
   * producer of before is fenced, and the transaction that it left open is aborted.
   */
  initProducerId(request: InitProducerIdRequest): Promise<InitProducerIdResponse>;
  /**
   * Makes what the transaction wrote visible to readers of committed records, and its offsets the groups', or neither. The
   * answer is the identity with which the producer goes on: its epoch has grown (KIP-890).
   * @throws WeirError INVALID_TRANSACTION_STATE when none is open, PRODUCER_FENCED
   */
  endTransaction(request: EndTransactionRequest): Promise<InitProducerIdResponse>;

  /** Calls the listener after each durable change, in order. The result ends the subscription. */
  subscribe(listener: (event: BrokerEvent) => void): Promise<() => void>;
}
