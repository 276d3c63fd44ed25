/**
 * Transactions (KIP-98): records in several partitions and a group's offsets that become visible together, or not at all, to
 * those who read with `read_committed`.
 *
 * A transactional id belongs to one producer at a time. `stageInit` hands out its producer id with a new epoch, which fences
 * the producer before it, and aborts what that one left open. A partition joins the transaction with the first batch written
 * to it (as with transaction version 2, KIP-890), in the same storage batch. `stageEnd` writes a marker into each partition
 * and raises the epoch, so that a batch of the ended transaction that comes late is refused.
 *
 * Kafka prepares a transaction's end, sends markers to the partitions' brokers and completes it when all have answered. Here
 * the partitions share one storage, so markers and state go down in one atomic batch and nothing is ever half ended.
 *
 * Each operation must be staged alone (`isExclusive`): it builds on the state that is durable.
 */
import { WeirError } from '../common/errors.ts';
import { buildControlBatch, type ControlType } from '../log/control-record.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { AppendRules } from '../log/partition-stage.ts';
import { RecordBatchBuilder } from '../log/record-batch-builder.ts';
import { decodeRecords } from '../log/record-columns.ts';
import type { InitProducerIdResponse, TopicPartition, TransactionalProducer } from './api.ts';
import type { CommitStage } from './commit-stage.ts';
import { TRANSACTIONS_TOPIC, type TopicRegistry } from './topic-registry.ts';
import {
  decodeTransaction,
  encodeTransactionKey,
  encodeTransactionValue,
  type TransactionState,
} from './transaction-records.ts';

/** Epochs are 16 bits; the last one is left for the marker that ends a producer id's last transaction. */
const LAST_EPOCH = 0x7fff - 1;
const RULES: AppendRules = {
  origin: 'coordinator',
  isSealed: true,
  maxBytes: Number.MAX_SAFE_INTEGER,
  logAppendTimeMs: null,
};

export interface TransactionContext {
  readonly topics: TopicRegistry;
  /** Takes a producer id that nobody had before, staged with what needs it. */
  readonly allocateProducerId: (stage: CommitStage) => number;
  /** A marker is durable in a partition. */
  readonly onMarker: (log: PartitionLog, marker: Uint8Array) => void;
}

export class TransactionCoordinator {
  readonly #context: TransactionContext;
  readonly #states = new Map<string, TransactionState>();

  constructor(context: TransactionContext) {
    this.#context = context;
  }

  /** Takes over the records of a batch of `__transaction_state`. */
  restore(batch: Uint8Array): void {
    const records = decodeRecords(batch);
    for (let i = 0; i < records.count; i++) {
      const key = records.key(i);
      const value = records.value(i);
      if (key === null || value === null) continue;
      const state = decodeTransaction(key, value);
      this.#states.set(state.transactionalId, state);
    }
  }

  /** Transactions that nobody has ended. */
  ongoing(): TransactionState[] {
    return [...this.#states.values()].filter(({ status }) => status === 'Ongoing');
  }

  /** The producer of a transactional id begins, and the one before it is fenced. */
  stageInit(stage: CommitStage, transactionalId: string, timeoutMs: number, nowMs: number): InitProducerIdResponse {
    const state = this.#states.get(transactionalId);
    if (state === undefined) {
      const producerId = this.#context.allocateProducerId(stage);
      this.#stageState(stage, newState({ transactionalId, producerId, producerEpoch: 0, timeoutMs }, nowMs));
      return { producerId, producerEpoch: 0 };
    }
    if (state.status === 'Ongoing') return this.#stageEnd(stage, { ...state, timeoutMs }, 'abort', nowMs);
    const next = this.#nextIdentity(stage, state);
    this.#stageState(stage, newState({ ...state, ...next, timeoutMs }, nowMs));
    return next;
  }

  /**
   * Records or offsets of a transaction are about to be written to these partitions.
   * @throws WeirError PRODUCER_FENCED, INVALID_TRANSACTION_STATE
   */
  stageWrite(
    stage: CommitStage,
    producer: TransactionalProducer,
    partitions: readonly TopicPartition[],
    nowMs: number,
  ): void {
    const state = this.#stateOf(producer);
    const isOngoing = state.status === 'Ongoing';
    const joined = isOngoing ? [...state.partitions] : [];
    const known = joined.length;
    for (const { topic, partition } of partitions) {
      if (joined.some((each) => each.topic === topic && each.partition === partition)) continue;
      joined.push({ topic, partition });
    }
    if (isOngoing && joined.length === known) return;
    this.#stageState(stage, {
      ...state,
      status: 'Ongoing',
      partitions: joined,
      updatedAtMs: nowMs,
      startedAtMs: isOngoing ? state.startedAtMs : nowMs,
    });
  }

  /**
   * Ends a producer's transaction; the answer is who the producer is from then on.
   * @throws WeirError PRODUCER_FENCED, INVALID_TRANSACTION_STATE when none is open
   */
  stageEnd(
    stage: CommitStage,
    producer: TransactionalProducer,
    outcome: ControlType,
    nowMs: number,
  ): InitProducerIdResponse {
    const state = this.#stateOf(producer);
    if (state.status !== 'Ongoing') {
      throw new WeirError(
        'INVALID_TRANSACTION_STATE',
        `Transactional id ${producer.transactionalId} has no open transaction to ${outcome}.`,
        { details: { transactionalId: producer.transactionalId, status: state.status } },
      );
    }
    return this.#stageEnd(stage, state, outcome, nowMs);
  }

  /** Aborts a transaction that has been open too long, unless it has ended or gone on to another meanwhile. */
  stageTimeout(stage: CommitStage, expired: TransactionState, nowMs: number): void {
    const state = this.#states.get(expired.transactionalId);
    const isSame = state?.producerId === expired.producerId && state.producerEpoch === expired.producerEpoch;
    if (isSame && state.status === 'Ongoing') this.#stageEnd(stage, state, 'abort', nowMs);
  }

  #stageEnd(stage: CommitStage, state: TransactionState, outcome: ControlType, nowMs: number): InitProducerIdResponse {
    const { producerId, producerEpoch } = state;
    for (const { topic, partition } of state.partitions) {
      const log = this.#context.topics.find(topic)?.logs[partition];
      // A topic may have been deleted since, or deleted and made again; a damaged partition takes no more batches.
      if (log === undefined || log.failure !== null) continue;
      if ((log.producers.get(producerId)?.openTransactionOffset ?? -1) === -1) continue;
      const marker = buildControlBatch(outcome, { producerId, producerEpoch: producerEpoch + 1 }, nowMs);
      stage.append(log, marker, RULES);
      stage.onDurable(() => this.#context.onMarker(log, marker));
    }
    const next = this.#nextIdentity(stage, state);
    this.#stageState(stage, {
      ...state,
      ...next,
      status: outcome === 'commit' ? 'CompleteCommit' : 'CompleteAbort',
      partitions: [],
      updatedAtMs: nowMs,
    });
    stage.require('strict');
    return next;
  }

  #nextIdentity(stage: CommitStage, { producerId, producerEpoch }: TransactionState): InitProducerIdResponse {
    if (producerEpoch + 1 < LAST_EPOCH) return { producerId, producerEpoch: producerEpoch + 1 };
    return { producerId: this.#context.allocateProducerId(stage), producerEpoch: 0 };
  }

  #stateOf({ transactionalId, producerId, producerEpoch }: TransactionalProducer): TransactionState {
    const state = this.#states.get(transactionalId);
    if (state === undefined) {
      throw new WeirError('INVALID_TRANSACTION_STATE', `No producer has the transactional id ${transactionalId}.`, {
        hint: 'A transactional producer asks for its producer id first.',
        details: { transactionalId },
      });
    }
    if (state.producerId === producerId && state.producerEpoch === producerEpoch) return state;
    throw new WeirError(
      'PRODUCER_FENCED',
      `Producer ${producerId} with epoch ${producerEpoch} is not the producer of transactional id ${transactionalId} any more.`,
      {
        hint: 'Another producer has taken the id over, or its transaction was open too long and was aborted.',
        details: { transactionalId, producerId, producerEpoch },
      },
    );
  }

  #stageState(stage: CommitStage, state: TransactionState): void {
    const builder = new RecordBatchBuilder(256);
    builder.append(encodeTransactionKey(state.transactionalId), encodeTransactionValue(state), state.updatedAtMs);
    stage.append(this.#context.topics.log({ topic: TRANSACTIONS_TOPIC, partition: 0 }), builder.build(), RULES);
    stage.onDurable(() => this.#states.set(state.transactionalId, state));
  }
}

function newState(
  identity: Pick<TransactionState, 'transactionalId' | 'producerId' | 'producerEpoch' | 'timeoutMs'>,
  nowMs: number,
): TransactionState {
  const { transactionalId, producerId, producerEpoch, timeoutMs } = identity;
  return {
    transactionalId,
    producerId,
    producerEpoch,
    timeoutMs,
    status: 'Empty',
    partitions: [],
    updatedAtMs: nowMs,
    startedAtMs: -1,
  };
}
