/**
 * A partition's checkpoint: what replaying its batches up to `nextOffset` gave, so that opening a long log need not read
 * all of it. Only the log start offset is more than a cache: it may lie inside a batch after records were deleted.
 *
 *     crc uint32 | JSON in UTF-8
 *
 * A checkpoint that fails its checksum is as good as none: the log is replayed from its first batch.
 */
import { readUint32, writeInt32 } from '../common/bytes.ts';
import { crc32c } from '../common/crc32c.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import type { ProducerSnapshot } from './producer-state.ts';
import type { TimeIndexEntry } from './time-index.ts';

export interface Checkpoint {
  readonly version: 1;
  readonly logStartOffset: number;
  /** The batches before this offset are accounted for in what follows. */
  readonly nextOffset: number;
  readonly sizeBytes: number;
  readonly batchCount: number;
  readonly timeIndex: readonly TimeIndexEntry[];
  readonly producers: ProducerSnapshot;
}

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const json = encodeUtf8(JSON.stringify(checkpoint));
  const bytes = new Uint8Array(4 + json.length);
  bytes.set(json, 4);
  writeInt32(bytes, 0, crc32c(bytes, 4));
  return bytes;
}

export function decodeCheckpoint(bytes: Uint8Array): Checkpoint | null {
  if (bytes.length < 4 || readUint32(bytes, 0) !== crc32c(bytes, 4)) return null;
  const checkpoint = JSON.parse(decodeUtf8(bytes.subarray(4))) as Checkpoint;
  return checkpoint.version === 1 ? checkpoint : null;
}
