/**
 * A storage batch as a frame of a log file:
 *
 *     length      uint32   of what follows the checksum
 *     checksum    uint32   CRC-32C of what follows
 *     flags       uint8    1: the batch was flushed to the device (strict)
 *     head length uint32
 *     head        JSON     {"r": [[lower, upper], ...], "d": [key, ...], "p": [[key, value length], ...]}
 *     values      bytes    those of `p`, one after another
 *
 * Integers are big-endian. A frame is valid or it is not there: that makes a batch atomic.
 */
import { readUint32, writeInt32 } from '../../core/common/bytes.ts';
import { crc32c } from '../../core/common/crc32c.ts';
import { WeirError } from '../../core/common/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../../core/common/utf8.ts';
import type { StorageBatch, StorageKey, StorageKeyRange } from '../../core/ports/storage.ts';

/** Length and checksum. */
export const FRAME_START_BYTES = 8;
const BODY_START_BYTES = 5;
const STRICT = 1;

export interface FramePut {
  readonly key: StorageKey;
  /** Of the value, from the frame's first byte. */
  readonly valueAt: number;
  readonly length: number;
}

export interface Frame {
  readonly sizeBytes: number;
  readonly isStrict: boolean;
  readonly deleteRanges: readonly StorageKeyRange[];
  readonly deletes: readonly StorageKey[];
  readonly puts: readonly FramePut[];
}

interface Head {
  readonly r: readonly (readonly [StorageKey, StorageKey])[];
  readonly d: readonly StorageKey[];
  readonly p: readonly (readonly [StorageKey, number])[];
}

/** @throws WeirError STORAGE_FAILED for keys that have no place in the order */
export function encodeFrame(
  batch: StorageBatch,
  isStrict: boolean,
): { readonly frame: Frame; readonly bytes: Uint8Array } {
  const { puts, deletes = [], deleteRanges = [] } = batch;
  const head: Head = {
    r: deleteRanges.map(({ lower, upper }) => [checked(lower), checked(upper)] as const),
    d: deletes.map(checked),
    p: puts.map(({ key, value }) => [checked(key), value.length] as const),
  };
  const headBytes = encodeUtf8(JSON.stringify(head));
  const valuesAt = FRAME_START_BYTES + BODY_START_BYTES + headBytes.length;
  const sizeBytes = puts.reduce((size, { value }) => size + value.length, valuesAt);
  const bytes = new Uint8Array(sizeBytes);
  writeInt32(bytes, 0, sizeBytes - FRAME_START_BYTES);
  bytes[FRAME_START_BYTES] = isStrict ? STRICT : 0;
  writeInt32(bytes, FRAME_START_BYTES + 1, headBytes.length);
  bytes.set(headBytes, FRAME_START_BYTES + BODY_START_BYTES);
  let at = valuesAt;
  for (const { value } of puts) {
    bytes.set(value, at);
    at += value.length;
  }
  writeInt32(bytes, 4, crc32c(bytes, FRAME_START_BYTES));
  return { frame: { ...placed(head, valuesAt), sizeBytes, isStrict }, bytes };
}

/** The frame that begins at `at`; undefined when there is no whole, valid one. */
export function decodeFrame(bytes: Uint8Array, at: number): Frame | undefined {
  if (bytes.length - at < FRAME_START_BYTES + BODY_START_BYTES) return undefined;
  const length = readUint32(bytes, at);
  const bodyAt = at + FRAME_START_BYTES;
  // Zeros, which file systems leave where a write was cut off, are no frame.
  if (length < BODY_START_BYTES || length > bytes.length - bodyAt) return undefined;
  if (crc32c(bytes, bodyAt, bodyAt + length) !== readUint32(bytes, at + 4)) return undefined;
  const headLength = readUint32(bytes, bodyAt + 1);
  const headAt = bodyAt + BODY_START_BYTES;
  const head = JSON.parse(decodeUtf8(bytes.subarray(headAt, headAt + headLength))) as Head;
  return {
    ...placed(head, FRAME_START_BYTES + BODY_START_BYTES + headLength),
    sizeBytes: FRAME_START_BYTES + length,
    isStrict: bytes[bodyAt] === STRICT,
  };
}

function placed(head: Head, valuesAt: number): Pick<Frame, 'deleteRanges' | 'deletes' | 'puts'> {
  let at = valuesAt;
  const puts = head.p.map(([key, length]): FramePut => {
    const valueAt = at;
    at += length;
    return { key, valueAt, length };
  });
  return { deleteRanges: head.r.map(([lower, upper]) => ({ lower, upper })), deletes: head.d, puts };
}

function checked(key: StorageKey): StorageKey {
  if (key.every((part) => typeof part === 'string' || Number.isFinite(part))) return key;
  throw new WeirError('STORAGE_FAILED', `A key cannot be stored: ${key.map(String).join(', ')}.`);
}
