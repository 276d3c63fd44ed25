/**
 * Topics: their partitions, and what groups have committed.
 */
import type { WireError } from './wire-error.ts';

export interface PartitionInfo {
  readonly partition: number;
  readonly logStartOffset: number;
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
  /** Set when the partition failed its recovery. */
  readonly error?: WireError | undefined;
}

export interface GroupOffsets {
  readonly group: string;
  /** Committed offset by partition; -1 where none. */
  readonly offsets: readonly number[];
}

export type TopicRole = 'user' | 'changelog' | 'repartition' | 'internal';

export interface TopicInfo {
  readonly name: string;
  readonly role: TopicRole;
  readonly durability: 'strict' | 'relaxed';
  readonly cleanupPolicy: string;
  readonly partitions: readonly PartitionInfo[];
  readonly groups: readonly GroupOffsets[];
}
