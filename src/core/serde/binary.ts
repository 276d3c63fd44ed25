/**
 * Reading and writing of binary fields, as Avro and Protocol Buffers have them: little-endian fixed widths, base-128
 * varints (low groups first), zigzag, and length-prefixed bytes.
 *
 * 64-bit integers are `number` while safe and `bigint` beyond, like every BIGINT here. Both ways they pass as two 32-bit
 * halves, so that safe ones never touch a bigint.
 */
import { normalizeBigint, type Bigint64 } from '../common/values/bigint.ts';
import { decodeInterned } from './interned-text.ts';
import { LONGEST_BY_CHARACTER, PooledOutput } from '../common/pooled-output.ts';
import { Mismatch } from './serde-errors.ts';

const TWO_32 = 0x1_0000_0000;

export class BinaryReader {
  /** Of the whole buffer that the bytes are a view of: the records of a batch share one, and so the views. */
  private bytes: Uint8Array;
  private view: DataView;
  private at = 0;
  /** Where reading must stop; moved in and out by `enter` and `leave`. */
  private end = 0;

  constructor(bytes: Uint8Array = new Uint8Array(0), at = 0) {
    this.bytes = new Uint8Array(bytes.buffer);
    this.view = new DataView(bytes.buffer);
    this.reset(bytes, at);
  }

  /** Turns to other bytes, from `at` on. */
  reset(bytes: Uint8Array, at = 0): this {
    if (bytes.buffer !== this.bytes.buffer) {
      this.bytes = new Uint8Array(bytes.buffer);
      this.view = new DataView(bytes.buffer);
    }
    const start = bytes.byteOffset;
    this.at = start + at;
    this.end = start + bytes.length;
    return this;
  }

  get hasMore(): boolean {
    return this.at < this.end;
  }

  /** Stops the reader at the end of the next `sizeBytes`. `leave` takes the answer. */
  enter(sizeBytes: number): number {
    const outerEnd = this.end;
    if (sizeBytes > outerEnd - this.at) throw tooShort();
    this.end = this.at + sizeBytes;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.end = outerEnd;
  }

  /** Reads over the varint that is `value`, if it comes next. */
  takes(value: number): boolean {
    if (this.at >= this.end) return false;
    const before = this.at;
    if (this.varint() === value) return true;
    this.at = before;
    return false;
  }

  byte(): number {
    if (this.at >= this.end) throw tooShort();
    return this.bytes[this.at++] as number;
  }

  /** Moves on and returns where the skipped bytes start. */
  skip(sizeBytes: number): number {
    if (sizeBytes < 0 || sizeBytes > this.end - this.at) throw tooShort();
    const start = this.at;
    this.at += sizeBytes;
    return start;
  }

  /** The high 32 bits of the last varint. */
  private high = 0;
  /** Reads a varint of up to 10 bytes and returns its low 32 bits. */
  private varint(): number {
    let byte = this.byte();
    this.high = 0;
    let low = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift === 70) throw new Mismatch('a variable-length integer has more than 10 bytes');
      byte = this.byte();
      const bits = byte & 0x7f;
      if (shift <= 28) low |= bits << shift;
      if (shift === 28) this.high = bits >> 4;
      else if (shift > 28) this.high |= bits << (shift - 32);
    }
    return low;
  }

  /** The low 32 bits, signed. */
  varint32(): number {
    return this.varint();
  }

  varintUnsigned32(): number {
    return this.varint() >>> 0;
  }

  /** Two's complement. */
  varint64(): Bigint64 {
    const low = this.varint();
    return int64(low, this.high);
  }

  zigzag32(): number {
    const low = this.varint();
    const value = (low >>> 1) ^ -(low & 1);
    if (this.high === 0) return value;
    throw new Mismatch(`the integer ${zigzag(low, this.high)} does not fit 32 bits`);
  }

  zigzag64(): Bigint64 {
    const low = this.varint();
    return this.high === 0 ? (low >>> 1) ^ -(low & 1) : zigzag(low, this.high);
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
    return this.bytes.slice(start, start + sizeBytes);
  }

  /** All that is left, not copied. */
  rest(): Uint8Array {
    const start = this.skip(this.end - this.at);
    return this.bytes.subarray(start, this.at);
  }

  text(sizeBytes: number): string {
    const start = this.skip(sizeBytes);
    return decodeInterned(this.bytes, start, start + sizeBytes);
  }
}

function zigzag(low: number, high: number): Bigint64 {
  const sign = -(low & 1);
  return int64(((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign);
}

function int64(low: number, high: number): Bigint64 {
  // the high word of a safe integer lies in [-2^21, 2^21)
  if (high >= -0x200000 && high < 0x200000) {
    const value = high * TWO_32 + (low >>> 0);
    if (Number.isSafeInteger(value)) return value;
  }
  return normalizeBigint((BigInt(high) << 32n) | BigInt(low >>> 0));
}

function highHalf(value: Bigint64): number {
  return typeof value === 'number' ? Math.floor(value / TWO_32) | 0 : Number(BigInt.asIntN(32, value >> 32n));
}

/** Signed or not, whichever is at hand. */
function lowHalf(value: Bigint64): number {
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}

function tooShort(): Mismatch {
  return new Mismatch('the bytes end too early');
}

export class BinaryWriter extends PooledOutput {
  private reserve(sizeBytes: number): number {
    if (this.at + sizeBytes > this.bytes.length) this.grow(sizeBytes);
    const at = this.at;
    this.at += sizeBytes;
    return at;
  }

  /** A non-negative number below 2^32, or any other as its 64-bit two's complement. */
  varint(value: Bigint64): void {
    if (typeof value === 'number' && value >= 0 && value < TWO_32) this.unsigned32(value);
    else this.halves(lowHalf(value), highHalf(value));
  }

  zigzag(value: Bigint64): void {
    if (typeof value === 'number' && (value | 0) === value) {
      this.unsigned32(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    const low = lowHalf(value);
    const high = highHalf(value);
    const sign = high >> 31;
    this.halves((low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
  }

  private unsigned32(value: number): void {
    if (this.at + 5 > this.bytes.length) this.grow(5);
    const bytes = this.bytes;
    let at = this.at;
    let rest = value;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.at = at;
  }

  private halves(low: number, high: number): void {
    let lowRest = low >>> 0;
    let highRest = high >>> 0;
    while (highRest !== 0 || lowRest >= 0x80) {
      this.byte((lowRest & 0x7f) | 0x80);
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
      highRest >>>= 7;
    }
    this.byte(lowRest);
  }

  fixed32(value: number): void {
    const at = this.reserve(4);
    this.data.setInt32(at, value, true);
  }

  fixed64(value: Bigint64): void {
    const at = this.reserve(8);
    this.data.setInt32(at, lowHalf(value), true);
    this.data.setInt32(at + 4, highHalf(value), true);
  }

  float(value: number): void {
    const at = this.reserve(4);
    this.data.setFloat32(at, value, true);
  }

  double(value: number): void {
    const at = this.reserve(8);
    this.data.setFloat64(at, value, true);
  }

  /** Begins data that its length as a varint goes before. `endSized` takes the answer. */
  beginSized(): number {
    return this.reserve(1) - this.start;
  }

  endSized(begun: number): void {
    this.putSize(begun, this.at - this.start - begun - 1);
  }

  /** UTF-8 with its size as a varint before it. */
  sizedText(text: string): void {
    this.prefixedText(text, 1);
  }

  /** UTF-8 with its size as a zigzag varint before it: twice the size, as a varint. */
  zigzagText(text: string): void {
    this.prefixedText(text, 2);
  }

  private prefixedText(text: string, factor: 1 | 2): void {
    const length = text.length;
    const begun = this.reserve(1 + length) - this.start;
    let at = this.start + begun + 1;
    if (length <= LONGEST_BY_CHARACTER) {
      const bytes = this.bytes;
      let allBits = 0;
      for (let i = 0; i < length; i++) {
        const c = text.charCodeAt(i);
        allBits |= c;
        bytes[at++] = c;
      }
      if (allBits < 0x80) {
        if (length * factor < 0x80) bytes[this.start + begun] = length * factor;
        else this.putSize(begun, length * factor);
        return;
      }
      at -= length;
    }
    this.at = at;
    this.utf8(text);
    this.putSize(begun, (this.at - this.start - begun - 1) * factor);
  }

  /** Puts a varint before the data that follow the byte at `begun`, which are moved on if it takes more than that byte. */
  private putSize(begun: number, size: number): void {
    if (size < 0x80) {
      this.bytes[this.start + begun] = size;
      return;
    }
    let more = 1;
    for (let rest = size >>> 14; rest > 0; rest >>>= 7) more++;
    this.reserve(more);
    const end = this.at;
    const dataStart = this.start + begun + 1;
    this.bytes.copyWithin(dataStart + more, dataStart, end - more);
    this.at = dataStart - 1;
    this.unsigned32(size);
    this.at = end;
  }
}

/** One output for all: a datum is finished before the next begins. */
export const binaryOutput = new BinaryWriter();

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
