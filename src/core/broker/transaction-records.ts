/**
 * The records of `__transaction_state`, in Kafka's own layout (`TransactionLogKey`, `TransactionLogValue`; big endian,
 * strings with an int16 length, arrays with an int32 count):
 *
 *     key    version int16 = 0 | transactionalId string
 *     value  version int16 = 0 | producerId int64 | producerEpoch int16 | transactionTimeoutMs int32
 *            | transactionStatus int8 | transactionPartitions [topic string, partitionIds [int32]]
 *            | lastUpdateTimestampMs int64 | startTimestampMs int64
 */
import { readInt16, readInt32, readInt64, writeInt16, writeInt32, writeInt64 } from '../common/bytes.ts';
import { WeirError } from '../common/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import type { TopicPartition } from './api.ts';

/**
 * Kafka's states less those in which markers are still on their way to other brokers: here the markers of all partitions
 * and the new state go down in one storage batch.
 */
export type TransactionStatus = 'Empty' | 'Ongoing' | 'CompleteCommit' | 'CompleteAbort';

export interface TransactionState {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly timeoutMs: number;
  readonly status: TransactionStatus;
  /** Where the transaction has written, those of `__consumer_offsets` included. */
  readonly partitions: readonly TopicPartition[];
  readonly updatedAtMs: number;
  /** -1 while no transaction has begun. */
  readonly startedAtMs: number;
}

const STATUS_CODES: Readonly<Record<TransactionStatus, number>> = {
  Empty: 0,
  Ongoing: 1,
  CompleteCommit: 4,
  CompleteAbort: 5,
};
const FIXED_VALUE_BYTES = 2 + 8 + 2 + 4 + 1 + 4 + 8 + 8;

export function encodeTransactionKey(transactionalId: string): Uint8Array {
  const id = encodeUtf8(transactionalId);
  const bytes = new Uint8Array(4 + id.length);
  writeInt16(bytes, 2, id.length);
  bytes.set(id, 4);
  return bytes;
}

export function encodeTransactionValue(state: TransactionState): Uint8Array {
  const topics = [...new Set(state.partitions.map(({ topic }) => topic))].map((name) => {
    const partitions = state.partitions.filter(({ topic }) => topic === name).map(({ partition }) => partition);
    return { name: encodeUtf8(name), partitions };
  });
  let sizeBytes = FIXED_VALUE_BYTES;
  for (const { name, partitions } of topics) sizeBytes += 2 + name.length + 4 + 4 * partitions.length;
  const bytes = new Uint8Array(sizeBytes);
  writeInt64(bytes, 2, state.producerId);
  writeInt16(bytes, 10, state.producerEpoch);
  writeInt32(bytes, 12, state.timeoutMs);
  bytes[16] = STATUS_CODES[state.status];
  writeInt32(bytes, 17, topics.length);
  let at = 21;
  for (const { name, partitions } of topics) {
    writeInt16(bytes, at, name.length);
    bytes.set(name, at + 2);
    at += 2 + name.length;
    writeInt32(bytes, at, partitions.length);
    at += 4;
    for (const partition of partitions) {
      writeInt32(bytes, at, partition);
      at += 4;
    }
  }
  writeInt64(bytes, at, state.updatedAtMs);
  writeInt64(bytes, at + 8, state.startedAtMs);
  return bytes;
}

/** @throws WeirError CORRUPT_BATCH when the status is none that this version writes */
export function decodeTransaction(key: Uint8Array, value: Uint8Array): TransactionState {
  const transactionalId = decodeUtf8(key.subarray(4, 4 + readInt16(key, 2)));
  const partitions: TopicPartition[] = [];
  let at = 21;
  for (let topics = readInt32(value, 17); topics > 0; topics--) {
    const nameEnd = at + 2 + readInt16(value, at);
    const topic = decodeUtf8(value.subarray(at + 2, nameEnd));
    const count = readInt32(value, nameEnd);
    at = nameEnd + 4;
    for (let i = 0; i < count; i++, at += 4) partitions.push({ topic, partition: readInt32(value, at) });
  }
  return {
    transactionalId,
    producerId: readInt64(value, 2),
    producerEpoch: readInt16(value, 10),
    timeoutMs: readInt32(value, 12),
    status: statusOf(value[16], transactionalId),
    partitions,
    updatedAtMs: readInt64(value, at),
    startedAtMs: readInt64(value, at + 8),
  };
}

function statusOf(code: number | undefined, transactionalId: string): TransactionStatus {
  switch (code) {
    case 0:
      return 'Empty';
    case 1:
      return 'Ongoing';
    case 4:
      return 'CompleteCommit';
    case 5:
      return 'CompleteAbort';
    default:
      throw new WeirError('CORRUPT_BATCH', `The state of transactional id ${transactionalId} has status ${code}.`);
  }
}
