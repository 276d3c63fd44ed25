/**
 * Transaction markers: the single record of a control batch (KIP-98). Its key is `version int16 = 0 | type int16`, its
 * value `version int16 = 0 | coordinatorEpoch int32`.
 */
import { readInt16, writeInt16 } from '../common/bytes.ts';
import { WeirError } from '../common/errors.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { decodeRecords } from './record-columns.ts';

export type ControlType = 'abort' | 'commit';

export function buildControlBatch(
  type: ControlType,
  producer: { readonly producerId: number; readonly producerEpoch: number },
  timestampMs: number,
): Uint8Array {
  const key = new Uint8Array(4);
  writeInt16(key, 2, type === 'abort' ? 0 : 1);
  const builder = new RecordBatchBuilder(128);
  builder.append(key, new Uint8Array(6), timestampMs);
  return builder.build({ isControl: true, producer: { ...producer, baseSequence: -1, isTransactional: true } });
}

/** Null for a control record of a later Kafka that readers are to pass over. */
export function readControlType(batch: Uint8Array): ControlType | null {
  const records = decodeRecords(batch);
  const key = records.count > 0 ? records.key(0) : null;
  if (key === null || key.length < 4) {
    throw new WeirError('CORRUPT_BATCH', `The control batch at offset ${records.baseOffset} has no readable key.`);
  }
  const type = readInt16(key, 2);
  return type === 0 ? 'abort' : type === 1 ? 'commit' : null;
}
