/**
 * Writes record batches. Records are encoded as they are appended, straight into the batch's buffer; `build` adds the
 * header and the checksum. The layout of a record is in record-columns.ts, that of the header in record-batch.ts.
 *
 * As in Kafka's `MemoryRecordsBuilder` the base timestamp is that of the first record, and later ones may lie before it.
 */
import { copyBytes, writeInt16, writeInt32, writeInt64 } from '../common/bytes.ts';
import { assert } from '../common/errors.ts';
import { encodeUtf8 } from '../common/utf8.ts';
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from '../common/varint.ts';
import {
  ATTRIBUTES_AT,
  BASE_SEQUENCE_AT,
  BASE_TIMESTAMP_AT,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_AT,
  CONTROL_MASK,
  LAST_OFFSET_DELTA_AT,
  LOG_OVERHEAD_BYTES,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP_MS,
  PARTITION_LEADER_EPOCH_AT,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
  RECORD_COUNT_AT,
  TRANSACTIONAL_MASK,
  sealBatch,
} from './record-batch.ts';
import type { RecordHeader } from './record-header.ts';

export interface BatchProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional?: boolean | undefined;
}

export interface BuildOptions {
  /** For idempotent producers. */
  readonly producer?: BatchProducer | undefined;
  readonly isControl?: boolean | undefined;
  /** False: leaves the checksum to the broker (`ProduceBatch.isSealed`). */
  readonly isSealed?: boolean | undefined;
  /** Default 0: the broker assigns it. */
  readonly baseOffset?: number | undefined;
}

/** From this length on a call of `set` is faster than a loop, the view that it takes included. */
const LONG_BYTES = 256;

interface EncodedHeader {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

/**
 * Reusable: `build` returns the batch in bytes of its own and empties the builder.
 *
 *     builder.append(key, value, timestampMs);
 *     if (builder.sizeBytes >= limit) send(builder.build());
 */
export class RecordBatchBuilder {
  #buffer: Uint8Array;
  #position = BATCH_HEADER_BYTES;
  #count = 0;
  #baseTimestampMs = NO_TIMESTAMP_MS;
  #maxTimestampMs = NO_TIMESTAMP_MS;

  constructor(initialCapacityBytes = 16 * 1024) {
    this.#buffer = new Uint8Array(Math.max(initialCapacityBytes, BATCH_HEADER_BYTES));
  }

  /** Records appended since the last `build`. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of the batch as it would be built now, header included. */
  get sizeBytes(): number {
    return this.#position;
  }

  /** Appends a record. A null value is a tombstone. The bytes are copied. */
  append(
    key: Uint8Array | null,
    value: Uint8Array | null,
    timestampMs: number,
    headers: readonly RecordHeader[] | null = null,
  ): void {
    const keyLength = key === null ? -1 : key.length;
    const valueLength = value === null ? -1 : value.length;
    const encodedHeaders = encodeHeaders(headers);
    let at = this.#beginRecord(keyLength, valueLength, timestampMs, encodedHeaders);
    if (key !== null) copyBytes(key, this.#buffer, at);
    at += Math.max(keyLength, 0);
    at = writeVarint(this.#buffer, at, valueLength);
    if (value !== null) copyBytes(value, this.#buffer, at);
    this.#endRecord(at + Math.max(valueLength, 0), encodedHeaders);
  }

  /**
   * Appends a record whose key and value stand one behind the other at the start of `bytes`: the first `keyLength` bytes are
   * the key, the next `valueLength` the value; -1 is null. The bytes are copied.
   */
  appendWritten(
    bytes: Uint8Array,
    keyLength: number,
    valueLength: number,
    timestampMs: number,
    headers: readonly RecordHeader[] | null = null,
  ): void {
    const encodedHeaders = encodeHeaders(headers);
    let at = this.#beginRecord(keyLength, valueLength, timestampMs, encodedHeaders);
    const buffer = this.#buffer;
    let from = 0;
    for (; from < keyLength; from++) buffer[at++] = bytes[from] as number;
    at = writeVarint(buffer, at, valueLength);
    if (valueLength > LONG_BYTES) {
      buffer.set(bytes.subarray(from, from + valueLength), at);
      at += valueLength;
    } else {
      for (const end = from + valueLength; from < end; from++) buffer[at++] = bytes[from] as number;
    }
    this.#endRecord(at, encodedHeaders);
  }

  /** Makes room and writes what stands before the key; returns where the key begins. */
  #beginRecord(
    keyLength: number,
    valueLength: number,
    timestampMs: number,
    headers: readonly EncodedHeader[] | null,
  ): number {
    if (this.#count === 0) {
      this.#baseTimestampMs = timestampMs;
      this.#maxTimestampMs = timestampMs;
    } else if (timestampMs > this.#maxTimestampMs) {
      this.#maxTimestampMs = timestampMs;
    }
    const timestampDelta = timestampMs - this.#baseTimestampMs;
    const offsetDelta = this.#count;
    const bodyBytes =
      1 +
      sizeOfVarlong(timestampDelta) +
      sizeOfVarint(offsetDelta) +
      sizeOfVarint(keyLength) +
      (keyLength > 0 ? keyLength : 0) +
      sizeOfVarint(valueLength) +
      (valueLength > 0 ? valueLength : 0) +
      (headers === null ? 1 : sizeOfHeaders(headers));
    const needed = this.#position + 5 + bodyBytes;
    if (needed > this.#buffer.length) this.#grow(needed);

    const buffer = this.#buffer;
    let at = writeVarint(buffer, this.#position, bodyBytes);
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, timestampDelta);
    at = writeVarint(buffer, at, offsetDelta);
    return writeVarint(buffer, at, keyLength);
  }

  #endRecord(at: number, headers: readonly EncodedHeader[] | null): void {
    if (headers === null) this.#buffer[at++] = 0;
    else at = writeHeaders(this.#buffer, at, headers);
    this.#position = at;
    this.#count++;
  }

  /** The batch, in a buffer of its own and of its exact size. The builder is empty afterwards. */
  build(options: BuildOptions = {}): Uint8Array {
    assert(this.#count > 0, 'a record batch has at least one record');
    const bytes = this.#buffer.slice(0, this.#position);
    const producer = options.producer;
    const attributes =
      (producer?.isTransactional === true ? TRANSACTIONAL_MASK : 0) | (options.isControl === true ? CONTROL_MASK : 0);
    writeInt64(bytes, 0, options.baseOffset ?? 0);
    writeInt32(bytes, BATCH_LENGTH_AT, bytes.length - LOG_OVERHEAD_BYTES);
    writeInt32(bytes, PARTITION_LEADER_EPOCH_AT, 0);
    bytes[MAGIC_AT] = 2;
    writeInt16(bytes, ATTRIBUTES_AT, attributes);
    writeInt32(bytes, LAST_OFFSET_DELTA_AT, this.#count - 1);
    writeInt64(bytes, BASE_TIMESTAMP_AT, this.#baseTimestampMs);
    writeInt64(bytes, MAX_TIMESTAMP_AT, this.#maxTimestampMs);
    writeInt64(bytes, PRODUCER_ID_AT, producer?.producerId ?? NO_PRODUCER_ID);
    writeInt16(bytes, PRODUCER_EPOCH_AT, producer?.producerEpoch ?? NO_PRODUCER_EPOCH);
    writeInt32(bytes, BASE_SEQUENCE_AT, producer?.baseSequence ?? NO_SEQUENCE);
    writeInt32(bytes, RECORD_COUNT_AT, this.#count);
    if (options.isSealed !== false) sealBatch(bytes);
    this.clear();
    return bytes;
  }

  /** Drops what was appended. */
  clear(): void {
    this.#position = BATCH_HEADER_BYTES;
    this.#count = 0;
    this.#baseTimestampMs = NO_TIMESTAMP_MS;
    this.#maxTimestampMs = NO_TIMESTAMP_MS;
  }

  #grow(neededBytes: number): void {
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, neededBytes));
    grown.set(this.#buffer.subarray(0, this.#position));
    this.#buffer = grown;
  }
}

function encodeHeaders(headers: readonly RecordHeader[] | null): EncodedHeader[] | null {
  if (headers === null || headers.length === 0) return null;
  return headers.map((header) => ({ key: encodeUtf8(header.key), value: header.value }));
}

function sizeOfHeaders(headers: readonly EncodedHeader[]): number {
  let size = sizeOfVarint(headers.length);
  for (const { key, value } of headers) {
    size += sizeOfVarint(key.length) + key.length + sizeOfVarint(value?.length ?? -1) + (value?.length ?? 0);
  }
  return size;
}

function writeHeaders(buffer: Uint8Array, start: number, headers: readonly EncodedHeader[]): number {
  let at = writeVarint(buffer, start, headers.length);
  for (const { key, value } of headers) {
    at = writeVarint(buffer, at, key.length);
    buffer.set(key, at);
    at = writeVarint(buffer, at + key.length, value?.length ?? -1);
    if (value === null) continue;
    buffer.set(value, at);
    at += value.length;
  }
  return at;
}
