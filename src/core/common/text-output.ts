/**
 * Text written straight into bytes. Text that is mostly ASCII and short, as JSON and CSV are, is written a character at a
 * time: building a string by concatenation, flattening it and encoding it takes three times as long.
 *
 * `begin` and `finish`: the bytes go into a shared buffer, one text after another, and are handed out as views of it. A view
 * is never written to again; it keeps its whole buffer alive, so whoever stores single views for long takes a copy
 * (`compactBytes`).
 *
 * `reset` and `length`: the same buffer is written to again and again, and what stands in `buffer` is copied from there
 * before the next `reset`. A view costs more than writing a short text does, so records are built this way.
 */
import { copyBytes, writeInt32, writeInt64 } from './bytes.ts';

const POOL_BYTES = 1 << 15;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const ZERO = 48;
const MINUS = 45;
const QUOTE = 34;
const BACKSLASH = 92;
const LARGEST_INT = 2 ** 31 - 1;

export class TextOutput {
  private bytes: Uint8Array = new Uint8Array(POOL_BYTES);
  private start = 0;
  private at = 0;

  /** Begins a text; what was begun and not finished is dropped. */
  begin(): void {
    this.at = this.start;
  }

  /** The bytes since `begin`. */
  finish(): Uint8Array {
    const view = this.bytes.subarray(this.start, this.at);
    this.start = this.at;
    return view;
  }

  finishText(): string {
    const text = decoder.decode(this.bytes.subarray(this.start, this.at));
    this.at = this.start;
    return text;
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

  int32(value: number): void {
    if (this.at + 4 > this.bytes.length) this.grow(4);
    writeInt32(this.bytes, this.at, value);
    this.at += 4;
  }

  int64(value: number): void {
    if (this.at + 8 > this.bytes.length) this.grow(8);
    writeInt64(this.bytes, this.at, value);
    this.at += 8;
  }

  byte(value: number): void {
    if (this.at >= this.bytes.length) this.grow(1);
    this.bytes[this.at++] = value;
  }

  /** Bytes as they are: punctuation and field names that were encoded beforehand. */
  raw(bytes: Uint8Array): void {
    const length = bytes.length;
    if (this.at + length > this.bytes.length) this.grow(length);
    copyBytes(bytes, this.bytes, this.at);
    this.at += length;
  }

  ascii(text: string): void {
    const length = text.length;
    if (this.at + length > this.bytes.length) this.grow(length);
    const target = this.bytes;
    let at = this.at;
    for (let i = 0; i < length; i++) target[at++] = text.charCodeAt(i);
    this.at = at;
  }

  integer(value: number | bigint): void {
    if (typeof value === 'bigint' || value > LARGEST_INT || value < -LARGEST_INT) {
      this.ascii(String(value));
      return;
    }
    if (this.at + 11 > this.bytes.length) this.grow(11);
    let rest = value;
    if (rest < 0) {
      this.bytes[this.at++] = MINUS;
      rest = -rest;
    }
    let end = this.at + 1;
    for (let bound = 10; rest >= bound; bound *= 10) end++;
    this.at = end;
    do {
      const quotient = (rest / 10) | 0;
      this.bytes[--end] = ZERO + (rest - quotient * 10);
      rest = quotient;
    } while (rest > 0);
  }

  text(text: string): void {
    const length = text.length;
    if (this.at + length > this.bytes.length) this.grow(length);
    const target = this.bytes;
    let at = this.at;
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c > 0x7e) {
        this.encode(text);
        return;
      }
      target[at++] = c;
    }
    this.at = at;
  }

  /** JSON's string: in quotes, escaped. */
  jsonString(text: string): void {
    const length = text.length;
    if (this.at + length + 2 > this.bytes.length) this.grow(length + 2);
    const target = this.bytes;
    let at = this.at;
    target[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c < 0x20 || c > 0x7e || c === QUOTE || c === BACKSLASH) {
        this.encode(JSON.stringify(text));
        return;
      }
      target[at++] = c;
    }
    target[at++] = QUOTE;
    this.at = at;
  }

  private encode(text: string): void {
    // a UTF-16 unit takes at most three bytes
    const mostBytes = text.length * 3;
    if (this.at + mostBytes > this.bytes.length) this.grow(mostBytes);
    this.at += encoder.encodeInto(text, this.bytes.subarray(this.at)).written;
  }

  /** Moves what is being written into a new buffer with room for `sizeBytes` more. */
  private grow(sizeBytes: number): void {
    const written = this.at - this.start;
    const larger = new Uint8Array(Math.max(POOL_BYTES, (written + sizeBytes) * 2));
    larger.set(this.bytes.subarray(this.start, this.at));
    this.bytes = larger;
    this.start = 0;
    this.at = written;
  }
}

/** One output for all: a text is finished before the next begins. */
export const textOutput = new TextOutput();
