/**
 * The keys of windowed tables, as Kafka Streams' TimeWindowedSerializer and SessionWindowedSerializer write them:
 *
 *     time window:    key bytes | start (8 bytes, big-endian, epoch ms)
 *     session window: key bytes | end (8 bytes) | start (8 bytes)
 *
 * The end of a time window is not written; it is start + size. A session's end is inclusive.
 */
import { WeirError } from '../common/errors.ts';

export interface WindowBounds {
  readonly startMs: number;
  readonly endMs: number;
}

export interface WindowedKeyBytes {
  readonly key: Uint8Array;
  readonly window: WindowBounds;
}

export type WindowedKeyKind = { readonly kind: 'time'; readonly sizeMs: number } | { readonly kind: 'session' };

export function serializeTimeWindowedKey(key: Uint8Array, startMs: number): Uint8Array {
  const bytes = new Uint8Array(key.length + 8);
  bytes.set(key);
  new DataView(bytes.buffer).setBigInt64(key.length, BigInt(startMs));
  return bytes;
}

/** `sizeMs` as the source declares it (WINDOW_SIZE). @throws WeirError DESERIALIZATION when there are fewer than 8 bytes */
export function deserializeTimeWindowedKey(bytes: Uint8Array, sizeMs: number): WindowedKeyBytes {
  const keySize = bytes.length - 8;
  requireSize(keySize, bytes, 'time', 8);
  const startMs = Number(dataView(bytes).getBigInt64(keySize));
  // Kafka Streams caps the end of a window at the largest timestamp
  return {
    key: bytes.subarray(0, keySize),
    window: { startMs, endMs: Math.min(startMs + sizeMs, Number.MAX_SAFE_INTEGER) },
  };
}

export function serializeSessionWindowedKey(key: Uint8Array, window: WindowBounds): Uint8Array {
  const bytes = new Uint8Array(key.length + 16);
  bytes.set(key);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(key.length, BigInt(window.endMs));
  view.setBigInt64(key.length + 8, BigInt(window.startMs));
  return bytes;
}

/** @throws WeirError DESERIALIZATION when there are fewer than 16 bytes */
export function deserializeSessionWindowedKey(bytes: Uint8Array): WindowedKeyBytes {
  const keySize = bytes.length - 16;
  requireSize(keySize, bytes, 'session', 16);
  const view = dataView(bytes);
  return {
    key: bytes.subarray(0, keySize),
    window: { startMs: Number(view.getBigInt64(keySize + 8)), endMs: Number(view.getBigInt64(keySize)) },
  };
}

export function serializeWindowedKey(key: Uint8Array, window: WindowBounds, kind: WindowedKeyKind['kind']): Uint8Array {
  return kind === 'time' ? serializeTimeWindowedKey(key, window.startMs) : serializeSessionWindowedKey(key, window);
}

export function deserializeWindowedKey(bytes: Uint8Array, kind: WindowedKeyKind): WindowedKeyBytes {
  return kind.kind === 'time' ? deserializeTimeWindowedKey(bytes, kind.sizeMs) : deserializeSessionWindowedKey(bytes);
}

function requireSize(keySize: number, bytes: Uint8Array, kind: string, suffixSize: number): void {
  if (keySize >= 0) return;
  throw new WeirError(
    'DESERIALIZATION',
    `A ${kind}-windowed key ends with ${suffixSize} bytes of window bounds, and this key has ${bytes.length} bytes in all.`,
    { hint: 'Is the topic written by a windowed query? If not, leave WINDOW_TYPE out of the WITH clause.' },
  );
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
