/**
 * Rows of numbers, truths and short texts as bytes: what a large table's store keeps, and what it writes to its changelog. A
 * datum per column, each a tag and what it needs.
 *
 *     0 null                  8 bytes, zero, so that what replaces it finds room
 *     1 false, 2 true         8 bytes, zero
 *     3 a 32-bit integer      int32, 4 bytes, zero
 *     4 another number        float64
 *     5 a bigint              int64
 *     6 an ASCII text         length uint8, a byte per character
 *     7 another text          length uint8, two bytes per character
 *     8 a struct              count uint8, then its fields
 *
 * Little-endian. A record's value is the marker 255, with which neither JSON nor any other text begins, then the row.
 *
 * Rows with texts longer than `LONGEST_TEXT` are not packed: to decode them at each look-up would cost more than they do as
 * objects.
 */
import type { Row, SqlValue } from '../common/sql-type.ts';
import { TextDecoding } from './interned-text.ts';

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const INT = 3;
const NUMBER = 4;
const BIGINT = 5;
const ASCII = 6;
const UTF16 = 7;
const STRUCT = 8;
const FIXED_BYTES = 9;
const LENGTH_BYTES = 2;
const LONGEST_TEXT = 64;
export const MOST_FIELDS = 255;
export const PACKED_ROW = 255;

/** The same bytes twice: for bytes one by one, and for numbers. */
export interface PackedMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Packs rows of so many columns. */
export class PackedRows {
  readonly marker = PACKED_ROW;
  readonly #columns: number;
  readonly #blank: Row;
  /** By column: some columns' texts come again and again, others' never do. */
  readonly #texts: readonly TextDecoding[];
  #reading: TextDecoding;
  /** Where the next datum is. */
  #at = 0;

  constructor(columns: number) {
    this.#columns = columns;
    this.#blank = new Array<SqlValue>(columns).fill(null);
    this.#reading = new TextDecoding();
    this.#texts = Array.from({ length: columns }, () => new TextDecoding());
  }

  sizeOf(row: Row): number {
    let sizeBytes = 0;
    for (let i = 0; i < this.#columns; i++) {
      const bytes = sizeOf(row[i] ?? null);
      if (bytes < 0) return -1;
      sizeBytes += bytes;
    }
    return sizeBytes;
  }

  pack(row: Row, memory: PackedMemory, at: number): void {
    this.#at = at;
    for (let i = 0; i < this.#columns; i++) this.#write(row[i] ?? null, memory);
  }

  /** Bytes of the row that begins at `at`. */
  sizeAt({ bytes }: PackedMemory, at: number): number {
    let end = at;
    for (let i = 0; i < this.#columns; i++) end = endOfDatum(bytes, end);
    return end - at;
  }

  unpack(memory: PackedMemory, at: number): Row {
    const row = this.#blank.slice();
    this.#at = at;
    for (let i = 0; i < row.length; i++) {
      this.#reading = this.#texts[i] as TextDecoding;
      row[i] = this.#read(memory);
    }
    return row;
  }

  #write(value: SqlValue, memory: PackedMemory): void {
    const { bytes, view } = memory;
    const at = this.#at;
    if (typeof value === 'number') {
      this.#at = at + FIXED_BYTES;
      if ((value | 0) === value && !Object.is(value, -0)) {
        bytes[at] = INT;
        view.setInt32(at + 1, value, true);
        view.setInt32(at + 5, 0, true);
      } else {
        bytes[at] = NUMBER;
        view.setFloat64(at + 1, value, true);
      }
    } else if (typeof value === 'string') {
      this.#writeText(value, memory);
    } else if (Array.isArray(value)) {
      bytes[at] = STRUCT;
      bytes[at + 1] = value.length;
      this.#at = at + LENGTH_BYTES;
      for (const field of value) this.#write(field, memory);
    } else {
      this.#at = at + FIXED_BYTES;
      bytes[at] = typeof value === 'bigint' ? BIGINT : value === null ? NULL : value === true ? TRUE : FALSE;
      if (typeof value === 'bigint') view.setBigInt64(at + 1, value, true);
      else view.setFloat64(at + 1, 0, true);
    }
  }

  #writeText(text: string, { bytes, view }: PackedMemory): void {
    const start = this.#at + LENGTH_BYTES;
    const { length } = text;
    let allBits = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      allBits |= code;
      bytes[start + i] = code;
    }
    bytes[this.#at] = allBits < 0x80 ? ASCII : UTF16;
    bytes[this.#at + 1] = length;
    if (allBits >= 0x80) for (let i = 0; i < length; i++) view.setUint16(start + 2 * i, text.charCodeAt(i), true);
    this.#at = start + (allBits < 0x80 ? length : 2 * length);
  }

  #read(memory: PackedMemory): SqlValue {
    const { bytes, view } = memory;
    const at = this.#at;
    switch (bytes[at]) {
      case INT:
        this.#at = at + FIXED_BYTES;
        return view.getInt32(at + 1, true);
      case NUMBER:
        this.#at = at + FIXED_BYTES;
        return view.getFloat64(at + 1, true);
      case ASCII:
        return this.#readAscii(bytes, at);
      case UTF16:
        return this.#readUtf16(memory, at);
      case BIGINT:
        this.#at = at + FIXED_BYTES;
        return view.getBigInt64(at + 1, true);
      case STRUCT: {
        const fields = new Array<SqlValue>(bytes[at + 1] as number).fill(null);
        this.#at = at + LENGTH_BYTES;
        for (let i = 0; i < fields.length; i++) fields[i] = this.#read(memory);
        return fields;
      }
      case TRUE:
        this.#at = at + FIXED_BYTES;
        return true;
      case FALSE:
        this.#at = at + FIXED_BYTES;
        return false;
      default:
        this.#at = at + FIXED_BYTES;
        return null;
    }
  }

  #readAscii(bytes: Uint8Array, at: number): string {
    const start = at + LENGTH_BYTES;
    this.#at = start + (bytes[at + 1] as number);
    return this.#reading.decode(bytes, start, this.#at);
  }

  #readUtf16({ bytes, view }: PackedMemory, at: number): string {
    const length = bytes[at + 1] as number;
    const start = at + LENGTH_BYTES;
    let text = '';
    for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint16(start + 2 * i, true));
    this.#at = start + 2 * length;
    return text;
  }
}

function sizeOf(value: SqlValue): number {
  if (typeof value === 'string') return sizeOfText(value);
  if (!Array.isArray(value)) return FIXED_BYTES;
  let sizeBytes = LENGTH_BYTES;
  for (const field of value) {
    const bytes = sizeOf(field);
    if (bytes < 0) return -1;
    sizeBytes += bytes;
  }
  return sizeBytes;
}

function sizeOfText(text: string): number {
  const { length } = text;
  if (length > LONGEST_TEXT) return -1;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 0x7f) return LENGTH_BYTES + 2 * length;
  return LENGTH_BYTES + length;
}

function endOfDatum(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case ASCII:
      return at + LENGTH_BYTES + (bytes[at + 1] as number);
    case UTF16:
      return at + LENGTH_BYTES + 2 * (bytes[at + 1] as number);
    case STRUCT: {
      let end = at + LENGTH_BYTES;
      for (let i = bytes[at + 1] as number; i > 0; i--) end = endOfDatum(bytes, end);
      return end;
    }
    default:
      return at + FIXED_BYTES;
  }
}

/** The row in a record's value, for whoever does not know what it is; undefined where it is no packed row. */
export function readPackedRow(value: Uint8Array): Row | undefined {
  if (value[0] !== PACKED_ROW) return undefined;
  let columns = 0;
  let at = 1;
  for (; at < value.length; columns++) {
    if ((value[at] as number) > STRUCT) return undefined;
    at = endOfDatum(value, at);
  }
  if (at !== value.length) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return new PackedRows(columns).unpack({ bytes: value, view }, 1);
}
