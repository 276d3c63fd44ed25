/**
 * Kafka's record batch, magic 2 (KIP-98; `org.apache.kafka.common.record.DefaultRecordBatch`), big endian:
 *
 *      0  baseOffset            int64    assigned by the broker; outside the checksum
 *      8  batchLength           int32    bytes that follow this field
 *     12  partitionLeaderEpoch  int32    outside the checksum
 *     16  magic                 int8     2
 *     17  crc                   uint32   CRC-32C of everything from `attributes` on
 *     21  attributes            int16    bits 0-2 compression, 3 timestamp type, 4 transactional, 5 control
 *     23  lastOffsetDelta       int32    survives compaction, so gaps keep their width
 *     27  baseTimestamp         int64
 *     35  maxTimestamp          int64
 *     43  producerId            int64    -1: not idempotent
 *     51  producerEpoch         int16
 *     53  baseSequence          int32
 *     57  recordCount           int32
 *     61  records               see record-columns.ts
 *
 * The checksum leaves out what the broker fills in, so a batch is stored as the producer built it.
 *
 * Writing: `RecordBatchBuilder` (record-batch-builder.ts). Reading: `decodeRecords` (record-columns.ts).
 */
import { readInt16, readInt32, readInt64, readUint32, writeInt32, writeInt64 } from '../common/bytes.ts';
import { crc32c } from '../common/crc32c.ts';
import { WeirError } from '../common/errors.ts';

const BASE_OFFSET_AT = 0;
export const BATCH_LENGTH_AT = 8;
export const PARTITION_LEADER_EPOCH_AT = 12;
export const MAGIC_AT = 16;
const CRC_AT = 17;
export const ATTRIBUTES_AT = 21;
export const LAST_OFFSET_DELTA_AT = 23;
export const BASE_TIMESTAMP_AT = 27;
export const MAX_TIMESTAMP_AT = 35;
export const PRODUCER_ID_AT = 43;
export const PRODUCER_EPOCH_AT = 51;
export const BASE_SEQUENCE_AT = 53;
export const RECORD_COUNT_AT = 57;
export const BATCH_HEADER_BYTES = 61;
/** `batchLength` counts from behind itself. */
export const LOG_OVERHEAD_BYTES = 12;

const COMPRESSION_MASK = 0x07;
export const TIMESTAMP_TYPE_MASK = 0x08;
export const TRANSACTIONAL_MASK = 0x10;
export const CONTROL_MASK = 0x20;

export const NO_PRODUCER_ID = -1;
export const NO_PRODUCER_EPOCH = -1;
export const NO_SEQUENCE = -1;
export const NO_TIMESTAMP_MS = -1;

/** The fields of a batch's header, read in place. Cheap to make: it holds the bytes and nothing else. */
export class RecordBatchHeader {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get baseOffset(): number {
    return readInt64(this.bytes, BASE_OFFSET_AT);
  }
  get lastOffset(): number {
    return this.baseOffset + readInt32(this.bytes, LAST_OFFSET_DELTA_AT);
  }
  get nextOffset(): number {
    return this.lastOffset + 1;
  }
  /** Bytes of the whole batch, by its own account. */
  get declaredBytes(): number {
    return LOG_OVERHEAD_BYTES + readInt32(this.bytes, BATCH_LENGTH_AT);
  }
  get partitionLeaderEpoch(): number {
    return readInt32(this.bytes, PARTITION_LEADER_EPOCH_AT);
  }
  get magic(): number {
    return this.bytes[MAGIC_AT] as number;
  }
  get crc(): number {
    return readUint32(this.bytes, CRC_AT);
  }
  get attributes(): number {
    return readInt16(this.bytes, ATTRIBUTES_AT);
  }
  get compression(): number {
    return this.attributes & COMPRESSION_MASK;
  }
  get hasLogAppendTime(): boolean {
    return (this.attributes & TIMESTAMP_TYPE_MASK) !== 0;
  }
  get isTransactional(): boolean {
    return (this.attributes & TRANSACTIONAL_MASK) !== 0;
  }
  get isControl(): boolean {
    return (this.attributes & CONTROL_MASK) !== 0;
  }
  get lastOffsetDelta(): number {
    return readInt32(this.bytes, LAST_OFFSET_DELTA_AT);
  }
  get baseTimestampMs(): number {
    return readInt64(this.bytes, BASE_TIMESTAMP_AT);
  }
  get maxTimestampMs(): number {
    return readInt64(this.bytes, MAX_TIMESTAMP_AT);
  }
  get producerId(): number {
    return readInt64(this.bytes, PRODUCER_ID_AT);
  }
  get producerEpoch(): number {
    return readInt16(this.bytes, PRODUCER_EPOCH_AT);
  }
  get baseSequence(): number {
    return readInt32(this.bytes, BASE_SEQUENCE_AT);
  }
  /** The sequence of the last record; sequences wrap from 2^31 - 1 to 0. */
  get lastSequence(): number {
    const base = this.baseSequence;
    return base === NO_SEQUENCE ? NO_SEQUENCE : (base + this.lastOffsetDelta) & 0x7fffffff;
  }
  get recordCount(): number {
    return readInt32(this.bytes, RECORD_COUNT_AT);
  }
}

/**
 * What is wrong with a stored batch:
 * - `torn`: the bytes stop before the batch does, as after a write that was cut off.
 * - `corrupt`: the bytes are all there and are not what was written.
 */
export type BatchDefect = { readonly kind: 'torn' | 'corrupt'; readonly reason: string };

/**
 * Checks length, magic and checksum; null when the batch is whole. Bytes that are too short for their declared length and
 * whose checksum nevertheless holds have a damaged length field: that is corruption, not a torn write.
 */
export function findBatchDefect(bytes: Uint8Array): BatchDefect | null {
  if (bytes.length < BATCH_HEADER_BYTES) {
    return { kind: 'torn', reason: `it has ${bytes.length} bytes, fewer than a batch header` };
  }
  const header = new RecordBatchHeader(bytes);
  const declaredBytes = header.declaredBytes;
  const crc = crc32c(bytes, ATTRIBUTES_AT);
  if (declaredBytes !== bytes.length) {
    const reason = `it declares ${declaredBytes} bytes and has ${bytes.length}`;
    return { kind: declaredBytes > bytes.length && crc !== header.crc ? 'torn' : 'corrupt', reason };
  }
  if (header.magic !== 2) return { kind: 'corrupt', reason: `its magic byte is ${header.magic}, not 2` };
  if (crc !== header.crc) {
    return { kind: 'corrupt', reason: `its checksum is ${hex32(crc)}, the header says ${hex32(header.crc)}` };
  }
  return null;
}

/** As `findBatchDefect`, of a batch that is yet to get its checksum. */
export function findFramingDefect(bytes: Uint8Array): BatchDefect | null {
  if (bytes.length < BATCH_HEADER_BYTES) {
    return { kind: 'torn', reason: `it has ${bytes.length} bytes, fewer than a batch header` };
  }
  const { declaredBytes, magic } = new RecordBatchHeader(bytes);
  if (declaredBytes !== bytes.length) {
    return { kind: 'corrupt', reason: `it declares ${declaredBytes} bytes and has ${bytes.length}` };
  }
  return magic === 2 ? null : { kind: 'corrupt', reason: `its magic byte is ${magic}, not 2` };
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/** Fills in what the broker decides; both fields lie outside the checksum. */
export function assignOffset(bytes: Uint8Array, baseOffset: number, partitionLeaderEpoch: number): void {
  writeInt64(bytes, BASE_OFFSET_AT, baseOffset);
  writeInt32(bytes, PARTITION_LEADER_EPOCH_AT, partitionLeaderEpoch);
}

/** Computes and writes the checksum, after the last change to anything it covers. */
export function sealBatch(bytes: Uint8Array): void {
  writeInt32(bytes, CRC_AT, crc32c(bytes, ATTRIBUTES_AT));
}

/** @throws WeirError UNSUPPORTED_COMPRESSION */
export function requireUncompressed(header: RecordBatchHeader): void {
  if (header.compression === 0) return;
  const codec = ['none', 'gzip', 'snappy', 'lz4', 'zstd'][header.compression] ?? `codec ${header.compression}`;
  throw new WeirError('UNSUPPORTED_COMPRESSION', `The record batch is compressed with ${codec}.`, {
    hint: 'Produce it without compression.',
  });
}
