/**
 * Reading and writing of binary fields, as Avro and Protocol Buffers have them: little-endian fixed widths, base-128
 * varints (low groups first), zigzag, and length-prefixed bytes.
 *
 * 64-bit integers are `number` while safe and `bigint` beyond, like every BIGINT here. A varint is gathered in two 32-bit
 * halves, so that the usual small ones never touch a bigint.
 */
import { normalizeBigint, toBigint, type Bigint64 } from '../common/values/bigint.ts';
import { decodeUtf8 } from '../common/utf8.ts';
import { Mismatch } from './serde-errors.ts';

const TWO_32 = 0x1_0000_0000;
const encoder = new TextEncoder();

export class BinaryReader {
  readonly bytes: Uint8Array;
  /** Where reading must stop; moved in and out by nested, length-prefixed data. */
  end: number;
  at: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get hasMore(): boolean {
    return this.at < this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw tooShort();
    return this.bytes[this.at++] ?? 0;
  }

  /** Moves on and returns where the skipped bytes start. */
  skip(sizeBytes: number): number {
    if (sizeBytes < 0 || sizeBytes > this.end - this.at) throw tooShort();
    const start = this.at;
    this.at += sizeBytes;
    return start;
  }

  /** The low and high 32 bits of a varint of up to 10 bytes, left in `low` and `high`. */
  private low = 0;
  private high = 0;
  private varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.low = low;
        this.high = high;
        return;
      }
    }
    throw new Mismatch('a variable-length integer has more than 10 bytes');
  }

  /** The low 32 bits, signed. */
  varint32(): number {
    this.varint();
    return this.low;
  }

  varintUnsigned32(): number {
    this.varint();
    return this.low >>> 0;
  }

  /** Two's complement. */
  varint64(): Bigint64 {
    this.varint();
    return int64(this.low, this.high);
  }

  zigzag32(): number {
    const value = this.zigzag64();
    const narrow = Number(value) | 0;
    if (narrow !== value) throw new Mismatch(`the integer ${value} does not fit 32 bits`);
    return narrow;
  }

  zigzag64(): Bigint64 {
    this.varint();
    const sign = -(this.low & 1);
    const low = ((this.low >>> 1) | (this.high << 31)) ^ sign;
    const high = (this.high >>> 1) ^ sign;
    return int64(low, high);
  }

  fixed32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  signedFixed32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  fixed64(): Bigint64 {
    const start = this.skip(8);
    return int64(this.view.getInt32(start, true), this.view.getInt32(start + 4, true));
  }

  float(): number {
    return this.view.getFloat32(this.skip(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.skip(8), true);
  }

  /** A copy. */
  raw(sizeBytes: number): Uint8Array {
    const start = this.skip(sizeBytes);
    return new Uint8Array(this.bytes.subarray(start, start + sizeBytes));
  }

  text(sizeBytes: number): string {
    const start = this.skip(sizeBytes);
    if (sizeBytes <= 24) {
      // short ASCII texts, by hand: a decoder call costs more
      let text = '';
      for (let i = start; i < start + sizeBytes; i++) {
        const c = this.bytes[i] ?? 0;
        if (c >= 0x80) return decodeUtf8(this.bytes.subarray(start, start + sizeBytes));
        text += String.fromCharCode(c);
      }
      return text;
    }
    return decodeUtf8(this.bytes.subarray(start, start + sizeBytes));
  }
}

function int64(low: number, high: number): Bigint64 {
  // the high word of a safe integer lies in [-2^21, 2^21)
  if (high >= -0x200000 && high < 0x200000) {
    const value = high * TWO_32 + (low >>> 0);
    if (Number.isSafeInteger(value)) return value;
  }
  return normalizeBigint((BigInt(high) << 32n) | BigInt(low >>> 0));
}

function tooShort(): Mismatch {
  return new Mismatch('the bytes end too early');
}

export class BinaryWriter {
  private bytes: Uint8Array;
  private data: DataView;
  private used = 0;

  constructor(sizeBytes = 256) {
    this.bytes = new Uint8Array(sizeBytes);
    this.data = new DataView(this.bytes.buffer);
  }

  get sizeBytes(): number {
    return this.used;
  }

  reset(): void {
    this.used = 0;
  }

  /** A copy of what was written since the last `reset`. */
  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.used);
  }

  /** What was written since the last `reset`, until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  private reserve(sizeBytes: number): number {
    const at = this.used;
    this.used += sizeBytes;
    if (this.used > this.bytes.length) {
      const larger = new Uint8Array(this.used * 2);
      larger.set(this.bytes.subarray(0, at));
      this.bytes = larger;
      this.data = new DataView(larger.buffer);
    }
    return at;
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  /** An unsigned 32-bit number, or a negative one as its 10-byte two's complement. */
  varint(value: Bigint64): void {
    if (typeof value === 'number' && value >= 0) {
      let rest = value;
      while (rest >= TWO_32 / 2) {
        this.byte((rest % 128) | 0x80);
        rest = Math.floor(rest / 128);
      }
      while (rest >= 0x80) {
        this.byte((rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      this.byte(rest);
      return;
    }
    let rest = BigInt.asUintN(64, toBigint(value));
    while (rest >= 0x80n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  zigzag(value: Bigint64): void {
    if (typeof value === 'number' && value <= 0x3fffffff && value >= -0x40000000) {
      this.varint(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    const wide = toBigint(value);
    this.varint(normalizeUnsigned(BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n))));
  }

  fixed32(value: number): void {
    const at = this.reserve(4);
    this.data.setInt32(at, value, true);
  }

  fixed64(value: Bigint64): void {
    const at = this.reserve(8);
    this.data.setBigInt64(at, toBigint(value), true);
  }

  float(value: number): void {
    const at = this.reserve(4);
    this.data.setFloat32(at, value, true);
  }

  double(value: number): void {
    const at = this.reserve(8);
    this.data.setFloat64(at, value, true);
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  int32BigEndian(value: number): void {
    const at = this.reserve(4);
    this.data.setInt32(at, value);
  }

  /** UTF-8 with its length before it, written by `length`. */
  text(text: string, length: (writer: BinaryWriter, sizeBytes: number) => void): void {
    const size = text.length;
    if (size < 32) {
      let ascii = true;
      for (let i = 0; i < size; i++) {
        if (text.charCodeAt(i) >= 0x80) {
          ascii = false;
          break;
        }
      }
      if (ascii) {
        length(this, size);
        const at = this.reserve(size);
        for (let i = 0; i < size; i++) this.bytes[at + i] = text.charCodeAt(i);
        return;
      }
    }
    const encoded = encoder.encode(text);
    length(this, encoded.length);
    this.raw(encoded);
  }
}

function normalizeUnsigned(value: bigint): Bigint64 {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Big-endian two's complement in as few bytes as possible, as `BigInteger.toByteArray`. */
export function twosComplement(value: bigint): Uint8Array {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size++;
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let i = size - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export function fromTwosComplement(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
