/**
 * Queries that run, or that have ended: their pace, their lag, their state stores.
 */
import type { DropReason } from '../core/streams/processor.ts';
import type { OperatorKind } from './watch.ts';
import type { WireError } from './wire-error.ts';

export type QueryState = 'RUNNING' | 'PAUSED' | 'ERROR' | 'RESTORING';

/** Why a query leaves a record out. */
export type SkipReason = DropReason;

export interface QueryInfo {
  readonly id: string;
  readonly kind: 'PERSISTENT' | 'PUSH';
  readonly state: QueryState;
  readonly error?: WireError | undefined;
  readonly statement: string;
  readonly sources: readonly string[];
  readonly sink?: string | undefined;
  /** Records consumed and produced since start, and per second over the last seconds. */
  readonly consumed: number;
  readonly produced: number;
  readonly consumedPerSecond: number;
  readonly producedPerSecond: number;
  /** Records between the committed offsets and the high watermarks of its source topics. */
  readonly lag: number;
  /** Skipped records by reason. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** Its operators with windows, of which there is a picture. */
  readonly operators: readonly OperatorKind[];
  readonly stores: readonly StoreInfo[];
}

/** A state store of a query, those of all its tasks together. */
export interface StoreInfo {
  readonly name: string;
  readonly kind: string;
  readonly entries: number;
  /** An estimate. */
  readonly memoryBytes: number;
  /** What it may hold in memory of each of its partitions, before it spills; undefined: everything. */
  readonly budgetBytes: number | undefined;
  /** In the scratch file, because the store is larger than its memory. */
  readonly spilledBytes: number;
  /** Offsets of its changelog that have been restored, of those that are to be; both 0 when it is not being restored. */
  readonly restored: number;
  readonly toRestore: number;
}
