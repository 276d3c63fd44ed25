/**
 * How keys and values become bytes, and how a key is told from another in memory.
 *
 * Byte layouts are Kafka's:
 * - a time-windowed key is the key's bytes followed by the window start (8 bytes, big-endian);
 * - a session-windowed key is the key's bytes, then the window end, then the window start (8 bytes each);
 * - a table's change on a repartition topic (`ChangedSerializer`, KIP-904's format for one value at a time) is the
 *   value's bytes followed by one byte: 1 for the new value, 0 for the old; both values together are the new value's
 *   length (4 bytes), the new value, the old value, and a byte 2.
 */
import {
  type ByteSpans,
  copyBytes,
  EMPTY_BYTES,
  readInt64,
  readUint32,
  spanAt,
  writeInt32,
  writeInt64,
} from '../common/bytes.ts';
import { WeirError } from '../common/errors.ts';
import type { TextOutput } from '../common/text-output.ts';
import { Change, Windowed } from './record.ts';

export interface Serde<T> {
  /** Null bytes are a null key or a tombstone. @throws WeirError when the value cannot be represented */
  serialize(value: T): Uint8Array | null;
  /** Appends to `out` what `serialize` gives; false, with nothing of it appended, for null. See `writeWith`. */
  write?(value: T, out: TextOutput): boolean;
  /** @throws WeirError when the bytes cannot be read */
  deserialize(bytes: Uint8Array): T | null;
  /** `out[i]` answers `values[i]`: the value, null, or the error that `deserialize` would throw. */
  deserializeBatch?(values: readonly (Uint8Array | null)[], out: (T | null | WeirError)[]): void;
  /** The same for the stretches `[from, to)` of one buffer: `out[i]` answers the stretch `from + i`. */
  deserializeSpans?(spans: ByteSpans, from: number, to: number, out: (T | null | WeirError)[]): void;
  /**
   * For windowed keys: how many bytes at the end tell the window. They have no part in choosing a partition, so that all
   * windows of a key go to the one that the key alone goes to (Kafka's WindowedStreamPartitioner).
   */
  readonly windowBytes?: number;
  /**
   * Says how a value becomes bytes: serdes of the same layout write equal values as the same bytes, and read those as equal
   * values. Undefined: nothing is promised.
   */
  readonly layout?: string;
}

/** Appends the value's bytes to `out`, in place where the serde can. @returns whether there are any: null has none */
export function writeWith<T>(serde: Serde<T>, value: T, out: TextOutput): boolean {
  if (serde.write !== undefined) return serde.write(value, out);
  const bytes = serde.serialize(value);
  if (bytes === null) return false;
  out.raw(bytes);
  return true;
}

/** The values of the stretches `[from, to)`, as `deserializeSpans` gives them, in the fastest way that the serde has. */
export function readSpansWith<T>(
  serde: Serde<T>,
  spans: ByteSpans,
  from: number,
  to: number,
  out: (T | null | WeirError)[],
): void {
  if (serde.deserializeSpans !== undefined) {
    serde.deserializeSpans(spans, from, to, out);
    return;
  }
  const values: (Uint8Array | null)[] = [];
  for (let i = from; i < to; i++) values.push(spanAt(spans, i));
  if (serde.deserializeBatch !== undefined) {
    serde.deserializeBatch(values, out);
    return;
  }
  out.length = values.length;
  for (const [i, bytes] of values.entries()) {
    try {
      out[i] = bytes === null ? null : serde.deserialize(bytes);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      out[i] = error;
    }
  }
}

/** What a JavaScript Map tells apart as we tell keys apart. */
export type KeyId = string | number | bigint | boolean;

export interface KeyAdapter<K> {
  /** Equal for equal keys, different for different ones. */
  id(key: K): KeyId;
  /** The order of range scans, where there is one. */
  compare?(a: K, b: K): number;
}

/** For keys that are their own identity. */
export const identityKeys: KeyAdapter<KeyId> = {
  id: (key) => key,
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
};

export type WindowType = 'time' | 'session';

/**
 * The identity of windowed keys, which is that of their bytes: the end of a time window is not part of it, so that windows of
 * different sizes join by their start, while a session's end is.
 */
export function windowedKeys<K>(keys: KeyAdapter<K>, type: WindowType = 'session'): KeyAdapter<Windowed<K>> {
  const compareKeys = keys.compare === undefined ? undefined : keys.compare.bind(keys);
  return {
    id(windowed) {
      const id = keys.id(windowed.key);
      const end = type === 'session' ? windowed.window.endMs : '';
      return `${windowed.window.startMs}:${end}:${(typeof id)[0] ?? ''}${String(id)}`;
    },
    ...(compareKeys !== undefined && {
      compare: (a: Windowed<K>, b: Windowed<K>) =>
        compareKeys(a.key, b.key) || a.window.startMs - b.window.startMs || a.window.endMs - b.window.endMs,
    }),
  };
}

/** Kafka's TimeWindowedSerde: the end is not stored but follows from the size. */
export function timeWindowedSerde<K>(inner: Serde<K>, sizeMs: number): Serde<Windowed<K>> {
  return {
    windowBytes: 8,
    write(windowed, out) {
      writeWith(inner, windowed.key, out);
      out.int64(windowed.window.startMs);
      return true;
    },
    serialize(windowed) {
      const key = inner.serialize(windowed.key) ?? EMPTY_BYTES;
      const bytes = new Uint8Array(key.length + 8);
      copyBytes(key, bytes, 0);
      writeInt64(bytes, key.length, windowed.window.startMs);
      return bytes;
    },
    deserialize(bytes) {
      const keyLength = bytes.length - 8;
      if (keyLength < 0) throw tooShort(bytes.length, 8);
      const startMs = readInt64(bytes, keyLength);
      const key = inner.deserialize(bytes.subarray(0, keyLength));
      return key === null ? null : new Windowed(key, { startMs, endMs: Math.min(startMs + sizeMs, MAX_TIMESTAMP) });
    },
  };
}

/** Kafka's SessionWindowedSerde. */
export function sessionWindowedSerde<K>(inner: Serde<K>): Serde<Windowed<K>> {
  return {
    windowBytes: 16,
    write(windowed, out) {
      writeWith(inner, windowed.key, out);
      out.int64(windowed.window.endMs);
      out.int64(windowed.window.startMs);
      return true;
    },
    serialize(windowed) {
      const key = inner.serialize(windowed.key) ?? EMPTY_BYTES;
      const bytes = new Uint8Array(key.length + 16);
      copyBytes(key, bytes, 0);
      writeInt64(bytes, key.length, windowed.window.endMs);
      writeInt64(bytes, key.length + 8, windowed.window.startMs);
      return bytes;
    },
    deserialize(bytes) {
      const keyLength = bytes.length - 16;
      if (keyLength < 0) throw tooShort(bytes.length, 16);
      const key = inner.deserialize(bytes.subarray(0, keyLength));
      const window = { startMs: readInt64(bytes, keyLength + 8), endMs: readInt64(bytes, keyLength) };
      return key === null ? null : new Windowed(key, window);
    },
  };
}

const OLD_VALUE = 0;
const NEW_VALUE = 1;
const BOTH_VALUES = 2;

/** For repartition topics of a table's changes. */
export function changeSerde<V>(inner: Serde<V>): Serde<Change<V>> {
  return {
    serialize(change) {
      const newBytes = change.newValue === null ? null : inner.serialize(change.newValue);
      const oldBytes = change.oldValue === null ? null : inner.serialize(change.oldValue);
      if (newBytes !== null && oldBytes !== null) {
        const bytes = new Uint8Array(4 + newBytes.length + oldBytes.length + 1);
        writeInt32(bytes, 0, newBytes.length);
        bytes.set(newBytes, 4);
        bytes.set(oldBytes, 4 + newBytes.length);
        bytes[bytes.length - 1] = BOTH_VALUES;
        return bytes;
      }
      const only = newBytes ?? oldBytes ?? EMPTY_BYTES;
      const bytes = new Uint8Array(only.length + 1);
      bytes.set(only);
      bytes[only.length] = newBytes === null ? OLD_VALUE : NEW_VALUE;
      return bytes;
    },
    deserialize(bytes) {
      if (bytes.length < 1) throw tooShort(bytes.length, 1);
      const kind = bytes[bytes.length - 1];
      if (kind === BOTH_VALUES) {
        const newLength = readUint32(bytes, 0);
        return new Change(
          inner.deserialize(bytes.subarray(4, 4 + newLength)),
          inner.deserialize(bytes.subarray(4 + newLength, bytes.length - 1)),
        );
      }
      const value = inner.deserialize(bytes.subarray(0, bytes.length - 1));
      return kind === NEW_VALUE ? new Change(value, null) : new Change<V>(null, value);
    },
  };
}

export const MAX_TIMESTAMP = Number.MAX_SAFE_INTEGER;

function tooShort(lengthBytes: number, neededBytes: number): WeirError {
  return new WeirError('DESERIALIZATION', `${lengthBytes} bytes are too few: at least ${neededBytes} are needed.`);
}
