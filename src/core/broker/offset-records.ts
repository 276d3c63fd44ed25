/**
 * The records of `__consumer_offsets`, in Kafka's own layout (`OffsetCommitKey`, `OffsetCommitValue`; big endian, strings
 * with an int16 length):
 *
 *     key    version int16 = 1 | group string | topic string | partition int32
 *     value  version int16 = 3 | offset int64 | leaderEpoch int32 | metadata string | commitTimestamp int64
 *
 * A null value forgets the offset. Keys of version 2 describe a group itself; members do not outlive the broker here, so none
 * are written, and they are passed over when read.
 */
import { readInt16, readInt32, readInt64, writeInt16, writeInt32, writeInt64 } from '../common/bytes.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';

export interface OffsetKey {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
}

export interface OffsetValue {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestampMs: number;
}

export function encodeOffsetKey(key: OffsetKey): Uint8Array {
  const group = encodeUtf8(key.groupId);
  const topic = encodeUtf8(key.topic);
  const bytes = new Uint8Array(2 + 2 + group.length + 2 + topic.length + 4);
  writeInt16(bytes, 0, 1);
  let at = writeString(bytes, 2, group);
  at = writeString(bytes, at, topic);
  writeInt32(bytes, at, key.partition);
  return bytes;
}

/** Null for keys that are not about an offset. */
export function decodeOffsetKey(bytes: Uint8Array): OffsetKey | null {
  const version = readInt16(bytes, 0);
  if (version !== 0 && version !== 1) return null;
  const groupLength = readInt16(bytes, 2);
  const topicAt = 4 + groupLength;
  const topicLength = readInt16(bytes, topicAt);
  const partitionAt = topicAt + 2 + topicLength;
  return {
    groupId: decodeUtf8(bytes.subarray(4, topicAt)),
    topic: decodeUtf8(bytes.subarray(topicAt + 2, partitionAt)),
    partition: readInt32(bytes, partitionAt),
  };
}

export function encodeOffsetValue(value: OffsetValue): Uint8Array {
  const metadata = encodeUtf8(value.metadata);
  const bytes = new Uint8Array(2 + 8 + 4 + 2 + metadata.length + 8);
  writeInt16(bytes, 0, 3);
  writeInt64(bytes, 2, value.offset);
  writeInt32(bytes, 10, value.leaderEpoch);
  const at = writeString(bytes, 14, metadata);
  writeInt64(bytes, at, value.commitTimestampMs);
  return bytes;
}

export function decodeOffsetValue(bytes: Uint8Array): OffsetValue {
  const version = readInt16(bytes, 0);
  const offset = readInt64(bytes, 2);
  const leaderEpoch = version >= 3 ? readInt32(bytes, 10) : -1;
  const metadataAt = version >= 3 ? 14 : 10;
  const end = metadataAt + 2 + readInt16(bytes, metadataAt);
  return {
    offset,
    leaderEpoch,
    metadata: decodeUtf8(bytes.subarray(metadataAt + 2, end)),
    commitTimestampMs: readInt64(bytes, end),
  };
}

/** Which partition of `__consumer_offsets` a group's offsets are in: Kafka's `abs(groupId.hashCode()) % partitions`. */
export function offsetsPartition(groupId: string, partitions: number): number {
  let hash = 0;
  for (let i = 0; i < groupId.length; i++) hash = (Math.imul(hash, 31) + groupId.charCodeAt(i)) | 0;
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitions;
}

function writeString(bytes: Uint8Array, at: number, text: Uint8Array): number {
  writeInt16(bytes, at, text.length);
  bytes.set(text, at + 2);
  return at + 2 + text.length;
}
