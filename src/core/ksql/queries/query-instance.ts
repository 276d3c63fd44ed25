/** What runs a topology over the broker, as the runner of queries sees it. */
import { WeirError } from '../../common/errors.ts';
import type { BrokerApi } from '../../broker/api.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Row } from '../../common/sql-type.ts';
import type { QueryableStore } from '../../streams/state/store.ts';
import type { Topology } from '../../streams/topology.ts';
import type { SqlKey } from '../lowering/keys.ts';

export interface InstanceOptions {
  readonly broker: BrokerApi;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly applicationId: string;
  /** A record of a source topic that could not be read; it is skipped. */
  readonly onUndeserializable: (error: WeirError, topic: string, partition: number, offset: number) => void;
  /** Transient queries commit nothing and leave nothing behind. */
  readonly isTransient: boolean;
}

export interface InstanceCounts {
  readonly consumed: number;
  readonly produced: number;
  readonly lag: number;
  readonly skipped: Readonly<Record<string, number>>;
}

export interface QueryInstance {
  /** Processes up to about `budget` records. @returns whether it did anything */
  step(budget: number): Promise<boolean>;
  readonly state: 'RUNNING' | 'RESTORING' | 'ERROR';
  readonly error: WeirError | undefined;
  counts(): InstanceCounts;
  /** Every task's store of that name. */
  stores(name: string): readonly QueryableStore<SqlKey, Row>[];
  close(): Promise<void>;
  /** Ends it for good: deletes its internal topics and its group. */
  destroy(): Promise<void>;
}

export function openInstance(options: InstanceOptions): Promise<QueryInstance> {
  return Promise.reject(new WeirError('UNSUPPORTED', `Running ${options.applicationId} over the broker is not built yet.`));
}
