/**
 * Bytes that are written one datum after another, each as text or binary fields.
 *
 * `begin` and `finish`: the bytes go into a shared buffer, one datum after another, and are handed out as views of it. A view
 * is never written to again; it keeps its whole buffer alive, so whoever stores single views for long takes a copy
 * (`compactBytes`).
 *
 * `reset` and `length`: the same buffer is written to again and again, and what stands in `buffer` is used before the next
 * `reset`. Record batches are built this way, and what is only measured or hashed.
 */
import { copyBytes, writeInt32, writeInt64 } from './bytes.ts';

const POOL_BYTES = 1 << 15;
/** Longer texts are left to the encoder: its call costs what so many characters cost. */
export const LONGEST_BY_CHARACTER = 128;
const encoder = new TextEncoder();

export class PooledOutput {
  protected bytes: Uint8Array;
  protected data: DataView;
  /** Where the datum begins. */
  protected start = 0;
  protected at = 0;

  /** @param capacityBytes before it has to grow */
  constructor(capacityBytes = POOL_BYTES) {
    this.bytes = new Uint8Array(capacityBytes);
    this.data = new DataView(this.bytes.buffer);
  }

  /** Begins a datum; what was begun and not finished is dropped. */
  begin(): void {
    this.at = this.start;
  }

  /** The bytes since `begin`. */
  finish(): Uint8Array {
    const view = this.bytes.subarray(this.start, this.at);
    this.start = this.at;
    return view;
  }

  /** Begins again at the buffer's start; views that were handed out before become worthless. */
  reset(): void {
    this.start = 0;
    this.at = 0;
  }

  /** Where the bytes written since `reset` stand, from 0 to `length`. Changes when it grows. */
  get buffer(): Uint8Array {
    return this.bytes;
  }

  /** Bytes written since `reset`. */
  get length(): number {
    return this.at;
  }

  /** Goes on at a position from 0 on, with room for `sizeBytes`; what lies between the last one and there is left as it is. */
  seek(at: number, sizeBytes: number): void {
    if (at + sizeBytes > this.bytes.length) this.grow(at - this.at + sizeBytes);
    this.at = at;
  }

  byte(value: number): void {
    if (this.at >= this.bytes.length) this.grow(1);
    this.bytes[this.at++] = value;
  }

  /** Big-endian. */
  int32(value: number): void {
    if (this.at + 4 > this.bytes.length) this.grow(4);
    writeInt32(this.bytes, this.at, value);
    this.at += 4;
  }

  /** Big-endian. */
  int64(value: number): void {
    if (this.at + 8 > this.bytes.length) this.grow(8);
    writeInt64(this.bytes, this.at, value);
    this.at += 8;
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    const length = bytes.length;
    if (this.at + length > this.bytes.length) this.grow(length);
    copyBytes(bytes, this.bytes, this.at);
    this.at += length;
  }

  /** The first bytes that another output holds. */
  copy({ bytes }: PooledOutput, length: number): void {
    this.stretch(bytes, 0, length);
  }

  /** The bytes `[from, from + length)` of a few: keys are short. */
  stretch(bytes: Uint8Array, from: number, length: number): void {
    if (this.at + length > this.bytes.length) this.grow(length);
    const target = this.bytes;
    const { at } = this;
    for (let i = 0; i < length; i++) target[at + i] = bytes[from + i] as number;
    this.at = at + length;
  }

  /** UTF-8, however long and whatever it holds: short texts by hand, long ones and those with surrogates by the encoder. */
  protected utf8(text: string): void {
    const length = text.length;
    // a UTF-16 unit takes at most three bytes
    if (this.at + length * 3 > this.bytes.length) this.grow(length * 3);
    const target = this.bytes;
    let at = this.at;
    let isByHand = length <= LONGEST_BY_CHARACTER;
    for (let i = 0; i < length && isByHand; i++) {
      const c = text.charCodeAt(i);
      if (c < 0x80) {
        target[at++] = c;
      } else if (c < 0x800) {
        target[at++] = 0xc0 | (c >> 6);
        target[at++] = 0x80 | (c & 0x3f);
      } else if (c < 0xd800 || c > 0xdfff) {
        target[at++] = 0xe0 | (c >> 12);
        target[at++] = 0x80 | ((c >> 6) & 0x3f);
        target[at++] = 0x80 | (c & 0x3f);
      } else {
        isByHand = false;
      }
    }
    this.at = isByHand ? at : this.at + encoder.encodeInto(text, target.subarray(this.at)).written;
  }

  /** Moves what is being written into a new buffer with room for `sizeBytes` more. */
  protected grow(sizeBytes: number): void {
    const written = this.at - this.start;
    const larger = new Uint8Array(Math.max(Math.min(POOL_BYTES, this.bytes.length * 2), (written + sizeBytes) * 2));
    larger.set(this.bytes.subarray(this.start, this.at));
    this.bytes = larger;
    this.data = new DataView(larger.buffer);
    this.start = 0;
    this.at = written;
  }
}
