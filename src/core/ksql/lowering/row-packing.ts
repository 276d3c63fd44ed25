/**
 * Rows of numbers, truths and short texts as bytes in a store's memory: a datum per column, each a tag and what it needs.
 *
 *     null                  8 bytes unused, so that what replaces it finds room
 *     false, true           8 bytes unused
 *     a 32-bit integer      int32, 4 bytes unused
 *     another number        float64
 *     a bigint              int64
 *     an ASCII text         length uint8, a byte per character
 *     another text          length uint8, two bytes per character
 *     a struct              count uint8, then its fields
 *
 * Little-endian. Rows with texts longer than `LONGEST_TEXT` are not packed: to decode them at each look-up would cost more
 * than they do as objects. So are arrays and maps, which aggregates fill in place.
 */
import type { Row, SqlType, SqlValue } from '../../common/sql-type.ts';
import { TextDecoding } from '../../serde/interned-text.ts';
import type { Column } from '../../common/schema.ts';
import type { Memory, Packing } from '../../streams/state/packing.ts';
import { SCALAR_KINDS } from './keys.ts';

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
const MOST_FIELDS = 255;

/**
 * Undefined: entries of these types are better kept as objects. Keys whose identity is not that of their bytes in each
 * format, as 0 and -0 are, cannot be told by them.
 */
export function rowPacking(
  key: readonly Column[],
  value: readonly { readonly type: SqlType }[],
): Packing<Row> | undefined {
  const canBe = key.every(({ type }) => isToldByBytes(type)) && value.every(({ type }) => isPackable(type));
  return canBe ? new RowPacking(value.length) : undefined;
}

function isToldByBytes({ kind }: SqlType): boolean {
  return kind !== 'DOUBLE' && SCALAR_KINDS.has(kind);
}

function isPackable(type: SqlType): boolean {
  if (type.kind !== 'STRUCT') return SCALAR_KINDS.has(type.kind);
  return type.fields.length <= MOST_FIELDS && type.fields.every((field) => isPackable(field.type));
}

class RowPacking implements Packing<Row> {
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

  pack(row: Row, memory: Memory, at: number): void {
    this.#at = at;
    for (let i = 0; i < this.#columns; i++) this.#write(row[i] ?? null, memory);
  }

  unpack(memory: Memory, at: number): Row {
    const row = this.#blank.slice();
    this.#at = at;
    for (let i = 0; i < row.length; i++) {
      this.#reading = this.#texts[i] as TextDecoding;
      row[i] = this.#read(memory);
    }
    return row;
  }

  #write(value: SqlValue, memory: Memory): void {
    const { bytes, view } = memory;
    const at = this.#at;
    if (typeof value === 'number') {
      this.#at = at + FIXED_BYTES;
      if ((value | 0) === value && !Object.is(value, -0)) {
        bytes[at] = INT;
        view.setInt32(at + 1, value, true);
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
    }
  }

  #writeText(text: string, { bytes, view }: Memory): void {
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

  #read(memory: Memory): SqlValue {
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

  #readUtf16({ bytes, view }: Memory, at: number): string {
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
