/**
 * Big-endian integers in byte strings, as on Kafka's wire. Sixty-four bit integers are numbers here: every offset,
 * timestamp, and producer id that Weir writes is a safe integer.
 */

const TWO_32 = 0x1_0000_0000;

export const EMPTY_BYTES: Uint8Array = new Uint8Array(0);

/** Stretches of one buffer: `[starts[i], starts[i] + lengths[i])` is the i-th; a length of -1 stands for null. */
export interface ByteSpans {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

/** A view of the i-th stretch, not a copy. */
export function spanAt({ bytes, starts, lengths }: ByteSpans, index: number): Uint8Array | null {
  const start = starts[index] as number;
  const length = lengths[index] as number;
  return length < 0 ? null : bytes.subarray(start, start + length);
}

export function readInt16(bytes: Uint8Array, at: number): number {
  return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number);
}

export function readInt32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) >>> 0;
}

/** Exact for safe integers. */
export function readInt64(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) * TWO_32 + readUint32(bytes, at + 4);
}

export function writeInt16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

export function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
}

/** Exact for safe integers: `>>>` reduces modulo 2^32 and the quotient is the high word. */
export function writeInt64(bytes: Uint8Array, at: number, value: number): void {
  writeInt32(bytes, at, Math.floor(value / TWO_32));
  writeInt32(bytes, at + 4, value >>> 0);
}

/** Unsigned lexicographic order; a prefix comes first. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const difference = (left[i] as number) - (right[i] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/**
 * Copies a stretch of bytes. A call into `set` costs more than moving a few bytes by hand, and the keys and values of
 * records are often short.
 */
export function copyBytes(source: Uint8Array, target: Uint8Array, at: number): void {
  const length = source.length;
  if (length > 24) {
    target.set(source, at);
    return;
  }
  for (let i = 0; i < length; i++) target[at + i] = source[i] as number;
}

/** The bytes in a buffer of their own, without what surrounds them. Structured cloning would copy the whole buffer. */
export function compactBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
