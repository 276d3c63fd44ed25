/**
 * Keys of several parts, in an order of bytes that is the order of the parts: times as 8 bytes and numbers as 4, big endian, and
 * not negative; a key in front of other parts has its length before it, so that no key runs into another.
 */
import { copyBytes, writeInt32, writeInt64 } from '../../../common/bytes.ts';

export const TIME_BYTES = 8;
export const LENGTH_BYTES = 4;

/** Writes parts one after the other. */
export class KeyWriter {
  readonly bytes: Uint8Array;
  #at = 0;

  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(sizeBytes);
  }

  byte(value: number): this {
    this.bytes[this.#at++] = value;
    return this;
  }

  int32(value: number): this {
    writeInt32(this.bytes, this.#at, value);
    this.#at += LENGTH_BYTES;
    return this;
  }

  time(ms: number): this {
    writeInt64(this.bytes, this.#at, ms);
    this.#at += TIME_BYTES;
    return this;
  }

  append(bytes: Uint8Array): this {
    copyBytes(bytes, this.bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

/** The smallest key that is larger than all that begin with these bytes; undefined when there is none. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let last = prefix.length - 1; last >= 0; last--) {
    if (prefix[last] === 0xff) continue;
    const end = prefix.slice(0, last + 1);
    end[last] = (end[last] as number) + 1;
    return end;
  }
  return undefined;
}

/** A value with its timestamp before it, as Kafka's timestamped stores keep it. */
export function stampValue(value: Uint8Array, timestamp: number): Uint8Array {
  return new KeyWriter(TIME_BYTES + value.length).time(timestamp).append(value).bytes;
}
