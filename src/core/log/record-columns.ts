/**
 * Reads the records of a batch into columns. A record (`org.apache.kafka.common.record.DefaultRecord`) is
 *
 *     length varint | attributes int8 | timestampDelta varlong | offsetDelta varint
 *     | keyLength varint (-1: null) | key | valueLength varint (-1: null) | value
 *     | headerCount varint | { keyLength varint | key UTF-8 | valueLength varint | value }*
 *
 * Decoding makes six typed arrays per batch and no object per record: keys and values stay positions in the batch's
 * bytes until someone asks for one. A `subarray` costs more than decoding the record does.
 */
import type { ByteSpans } from '../common/bytes.ts';
import { WeirError } from '../common/errors.ts';
import { decodeUtf8 } from '../common/utf8.ts';
import { VarintReader } from '../common/varint.ts';
import { BATCH_HEADER_BYTES, RecordBatchHeader, requireUncompressed } from './record-batch.ts';
import type { RecordHeader } from './record-header.ts';

export class RecordColumns {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly baseOffset: number;
  /** True for transaction markers, which are not data. */
  readonly isControl: boolean;
  /** `baseOffset + offsetDeltas[i]` is the offset of record `i`. */
  readonly offsetDeltas: Int32Array;
  readonly timestampsMs: Float64Array;
  /** Where key and value begin in `bytes`, and their lengths; length -1 is null. */
  readonly keyStarts: Int32Array;
  readonly keyLengths: Int32Array;
  readonly valueStarts: Int32Array;
  readonly valueLengths: Int32Array;
  /** Where the header count stands. */
  readonly headerStarts: Int32Array;

  constructor(header: RecordBatchHeader) {
    const count = header.recordCount;
    this.bytes = header.bytes;
    this.count = count;
    this.baseOffset = header.baseOffset;
    this.isControl = header.isControl;
    this.offsetDeltas = new Int32Array(count);
    this.timestampsMs = new Float64Array(count);
    this.keyStarts = new Int32Array(count);
    this.keyLengths = new Int32Array(count);
    this.valueStarts = new Int32Array(count);
    this.valueLengths = new Int32Array(count);
    this.headerStarts = new Int32Array(count);
  }

  offset(index: number): number {
    return this.baseOffset + (this.offsetDeltas[index] as number);
  }

  timestampMs(index: number): number {
    return this.timestampsMs[index] as number;
  }

  /** A view of the key's bytes, not a copy. */
  key(index: number): Uint8Array | null {
    const length = this.keyLengths[index] as number;
    if (length < 0) return null;
    const start = this.keyStarts[index] as number;
    return this.bytes.subarray(start, start + length);
  }

  /** A view of the value's bytes, not a copy; null for a tombstone. */
  value(index: number): Uint8Array | null {
    const length = this.valueLengths[index] as number;
    if (length < 0) return null;
    const start = this.valueStarts[index] as number;
    return this.bytes.subarray(start, start + length);
  }

  /** Where all keys stand; see `key` for one. */
  get keys(): ByteSpans {
    return { bytes: this.bytes, starts: this.keyStarts, lengths: this.keyLengths };
  }

  /** Where all values stand; see `value` for one. */
  get values(): ByteSpans {
    return { bytes: this.bytes, starts: this.valueStarts, lengths: this.valueLengths };
  }

  headerCount(index: number): number {
    return new VarintReader(this.bytes, this.headerStarts[index] as number).varint();
  }

  /** The record's headers; decoded anew with every call. */
  headers(index: number): RecordHeader[] {
    const reader = new VarintReader(this.bytes, this.headerStarts[index] as number);
    const headers: RecordHeader[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const keyLength = reader.varint();
      const key = decodeUtf8(this.bytes.subarray(reader.position, (reader.position += keyLength)));
      const valueLength = reader.varint();
      const value = valueLength < 0 ? null : this.bytes.subarray(reader.position, (reader.position += valueLength));
      headers.push({ key, value });
    }
    return headers;
  }

  /** Bytes of the record as stored, its length field included. */
  sizeBytes(index: number): number {
    const end = index + 1 < this.count ? this.#start(index + 1) : this.bytes.length;
    return end - this.#start(index);
  }

  /** The index of the first record at or after an offset; `count` when there is none. */
  firstIndexAt(offset: number): number {
    const delta = offset - this.baseOffset;
    if (delta <= 0) return 0;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.offsetDeltas[middle] as number) < delta) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where the record begins: found by walking, as only inspection needs it. */
  #start(index: number): number {
    const reader = new VarintReader(this.bytes, BATCH_HEADER_BYTES);
    for (let i = 0; i < index; i++) {
      const length = reader.varint();
      reader.position += length;
    }
    return reader.position;
  }
}

/**
 * Decodes a whole batch. The caller has checked length and checksum where the bytes are not trusted (the broker does).
 * @throws WeirError CORRUPT_BATCH when the records do not fill the batch exactly, UNSUPPORTED_COMPRESSION
 */
export function decodeRecords(bytes: Uint8Array): RecordColumns {
  const header = new RecordBatchHeader(bytes);
  requireUncompressed(header);
  const count = header.recordCount;
  // A record takes seven bytes or more: this keeps a wild count from reserving memory.
  if (count < 0 || count > (bytes.length - BATCH_HEADER_BYTES) / 7) {
    throw malformed(header, 0, `${count} records do not fit into ${bytes.length} bytes`);
  }
  const columns = new RecordColumns(header);
  const { offsetDeltas, timestampsMs, keyStarts, keyLengths, valueStarts, valueLengths, headerStarts } = columns;
  const appendTimeMs = header.hasLogAppendTime ? header.maxTimestampMs : null;
  const baseTimestampMs = header.baseTimestampMs;
  const reader = new VarintReader(bytes, BATCH_HEADER_BYTES);
  for (let i = 0; i < count; i++) {
    const length = reader.varint();
    const end = reader.position + length;
    reader.position++;
    const timestampDelta = reader.varlong();
    timestampsMs[i] = appendTimeMs ?? baseTimestampMs + timestampDelta;
    offsetDeltas[i] = reader.varint();
    const keyLength = reader.varint();
    keyLengths[i] = keyLength;
    keyStarts[i] = reader.position;
    if (keyLength > 0) reader.position += keyLength;
    const valueLength = reader.varint();
    valueLengths[i] = valueLength;
    valueStarts[i] = reader.position;
    if (valueLength > 0) reader.position += valueLength;
    headerStarts[i] = reader.position;
    if (bytes[reader.position] === 0) reader.position++;
    else skipHeaders(reader);
    if (reader.position !== end || reader.isMalformed || end > bytes.length || keyLength < -1 || valueLength < -1) {
      throw malformed(header, i, 'its fields do not add up to its length');
    }
  }
  if (reader.position !== bytes.length) throw malformed(header, count, 'bytes follow the last record');
  return columns;
}

function skipHeaders(reader: VarintReader): void {
  const count = reader.varint();
  if (count < 0) reader.isMalformed = true;
  for (let left = count; left > 0 && !reader.isMalformed && reader.position <= reader.bytes.length; left--) {
    const keyLength = reader.varint();
    if (keyLength < 0) reader.isMalformed = true;
    reader.position += keyLength;
    const valueLength = reader.varint();
    if (valueLength > 0) reader.position += valueLength;
  }
}

function malformed(header: RecordBatchHeader, index: number, reason: string): WeirError {
  return new WeirError(
    'CORRUPT_BATCH',
    `Record ${index} of the batch at offset ${header.baseOffset} cannot be read: ${reason}.`,
    { details: { baseOffset: header.baseOffset, recordIndex: index } },
  );
}
