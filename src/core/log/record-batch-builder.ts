/**
 * Writes record batches. Records are encoded as they are appended, straight into the batch's buffer; `build` adds the
 * header and the checksum. The layout of a record is in record-columns.ts, that of the header in record-batch.ts.
 *
 * As in Kafka's `MemoryRecordsBuilder` the base timestamp is that of the first record, and later ones may lie before it.
 */
import { writeInt16, writeInt32, writeInt64 } from '../common/bytes.ts';
import { assert } from '../common/errors.ts';
import { TextOutput } from '../common/text-output.ts';
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

interface EncodedHeader {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

/**
 * Reusable: `build` returns the batch in bytes of its own and empties the builder.
 *
 *     builder.append(key, value, timestampMs);
 *     if (builder.sizeBytes >= limit) send(builder.build());
 *
 * Or a record is written where it will stand, which spares its arrays and a copy. It counts from `end` on:
 *
 *     writeWith(keySerde, key, builder.begin(timestampMs));
 *     writeWith(valueSerde, value, builder.endKey(true));
 *     builder.end(true, headers);
 *
 * What stands before a key and a value are varints whose own lengths depend on what follows. They are taken to be as long as
 * those of the record before; when they are not, the key and the value are moved.
 */
export class RecordBatchBuilder {
  readonly #out: TextOutput;
  #position = BATCH_HEADER_BYTES;
  #count = 0;
  #baseTimestampMs = NO_TIMESTAMP_MS;
  #maxTimestampMs = NO_TIMESTAMP_MS;
  /** Of the record that is being written. */
  #timestampMs = 0;
  #keyStart = 0;
  #keyLength = -1;
  #valueStart = 0;
  /** Bytes that the lengths of a record, its key and its value take, by the last one. */
  #bodyGap = 1;
  #keyGap = 1;
  #valueGap = 1;

  constructor(initialCapacityBytes = 16 * 1024) {
    this.#out = new TextOutput(Math.max(initialCapacityBytes, BATCH_HEADER_BYTES));
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
    const out = this.begin(timestampMs);
    if (key !== null) out.raw(key);
    this.endKey(key !== null);
    if (value !== null) out.raw(value);
    this.end(value !== null, headers);
  }

  /** Begins a record; one that was begun and not ended is dropped. @returns where to append its key's bytes */
  begin(timestampMs: number): TextOutput {
    const baseTimestampMs = this.#count === 0 ? timestampMs : this.#baseTimestampMs;
    this.#timestampMs = timestampMs;
    const metaBytes = 1 + sizeOfVarlong(timestampMs - baseTimestampMs) + sizeOfVarint(this.#count);
    this.#keyStart = this.#position + this.#bodyGap + metaBytes + this.#keyGap;
    this.#out.seek(this.#keyStart, 0);
    return this.#out;
  }

  /** @returns where to append the value's bytes */
  endKey(hasKey: boolean): TextOutput {
    const end = this.#out.length;
    this.#keyLength = hasKey ? end - this.#keyStart : -1;
    this.#valueStart = end + this.#valueGap;
    this.#out.seek(this.#valueStart, 0);
    return this.#out;
  }

  /** Ends the record. @returns bytes of its key and value */
  end(hasValue: boolean, headers: readonly RecordHeader[] | null = null): number {
    const timestampMs = this.#timestampMs;
    if (this.#count === 0) {
      this.#baseTimestampMs = timestampMs;
      this.#maxTimestampMs = timestampMs;
    } else if (timestampMs > this.#maxTimestampMs) {
      this.#maxTimestampMs = timestampMs;
    }
    const keyLength = this.#keyLength;
    const valueLength = hasValue ? this.#out.length - this.#valueStart : -1;
    const keyBytes = keyLength > 0 ? keyLength : 0;
    const valueBytes = valueLength > 0 ? valueLength : 0;
    const encodedHeaders = encodeHeaders(headers);
    const timestampDelta = timestampMs - this.#baseTimestampMs;
    const metaBytes = 1 + sizeOfVarlong(timestampDelta) + sizeOfVarint(this.#count);
    const keyGap = sizeOfVarint(keyLength);
    const valueGap = sizeOfVarint(valueLength);
    const headerBytes = encodedHeaders === null ? 1 : sizeOfHeaders(encodedHeaders);
    const bodyBytes = metaBytes + keyGap + keyBytes + valueGap + valueBytes + headerBytes;
    const bodyGap = sizeOfVarint(bodyBytes);
    const keyStart = this.#position + bodyGap + metaBytes + keyGap;
    const valueStart = keyStart + keyBytes + valueGap;
    this.#out.seek(valueStart, valueBytes + headerBytes);
    const buffer = this.#out.buffer;
    if (keyStart !== this.#keyStart || valueStart !== this.#valueStart) {
      this.#move(buffer, keyStart, keyBytes, valueStart, valueBytes);
      this.#bodyGap = bodyGap;
      this.#keyGap = keyGap;
      this.#valueGap = valueGap;
    }
    let at = writeVarint(buffer, this.#position, bodyBytes);
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, timestampDelta);
    at = writeVarint(buffer, at, this.#count);
    writeVarint(buffer, at, keyLength);
    writeVarint(buffer, keyStart + keyBytes, valueLength);
    at = valueStart + valueBytes;
    if (encodedHeaders === null) buffer[at++] = 0;
    else at = writeHeaders(buffer, at, encodedHeaders);
    this.#out.seek(at, 0);
    this.#position = at;
    this.#count++;
    return keyBytes + valueBytes;
  }

  /** Neither overwrites the other: the key is followed by at least one byte, and what moves to the right goes last first. */
  #move(buffer: Uint8Array, keyStart: number, keyBytes: number, valueStart: number, valueBytes: number): void {
    const isRight = valueStart > this.#valueStart;
    if (isRight) buffer.copyWithin(valueStart, this.#valueStart, this.#valueStart + valueBytes);
    buffer.copyWithin(keyStart, this.#keyStart, this.#keyStart + keyBytes);
    if (!isRight) buffer.copyWithin(valueStart, this.#valueStart, this.#valueStart + valueBytes);
  }

  /** The batch, in a buffer of its own and of its exact size. The builder is empty afterwards. */
  build(options: BuildOptions = {}): Uint8Array {
    assert(this.#count > 0, 'a record batch has at least one record');
    const bytes = this.#out.buffer.slice(0, this.#position);
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
