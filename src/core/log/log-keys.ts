/**
 * The log's keys in storage.
 *
 *     ['batch', topicId, partition, lastOffset]   one record batch
 *     ['checkpoint', topicId, partition]          a cache of a replay of the partition, and its log start (checkpoint.ts)
 *
 * A batch is filed under its *last* offset: the batch that holds offset X, or the next one after a gap, is then the first
 * entry at or after X, so one forward scan serves a read; and everything before X is one range to delete.
 *
 * Topics are named by number, so a topic that is deleted and created again under its old name starts empty.
 */
import type { StorageKey, StorageKeyRange } from '../ports/storage.ts';

export function batchKey(topicId: number, partition: number, lastOffset: number): StorageKey {
  return ['batch', topicId, partition, lastOffset];
}

/** Batches whose last offset is at least `from` and less than `to` (default: all that follow). */
export function batchRange(topicId: number, partition: number, from = 0, to = Infinity): StorageKeyRange {
  return {
    lower: batchKey(topicId, partition, from),
    upper: to === Infinity ? ['batch', topicId, partition + 1] : batchKey(topicId, partition, to),
  };
}

export function checkpointKey(topicId: number, partition: number): StorageKey {
  return ['checkpoint', topicId, partition];
}

/** Everything that is stored for a topic. */
export function topicRanges(topicId: number): readonly StorageKeyRange[] {
  return [
    { lower: ['batch', topicId], upper: ['batch', topicId + 1] },
    { lower: ['checkpoint', topicId], upper: ['checkpoint', topicId + 1] },
  ];
}
