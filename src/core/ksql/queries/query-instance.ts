/** What runs a topology over the broker, as the runner of queries sees it. */
import type { WeirError } from '../../common/errors.ts';
import type { BrokerApi } from '../../broker/api.ts';
import type { Row } from '../../common/sql-type.ts';
import type { QueryableStore, StateStore } from '../../streams/state/store.ts';
import { StreamsInstance } from '../../streams/runtime/instance.ts';
import type { Topology } from '../../streams/topology.ts';
import type { SqlKey } from '../lowering/keys.ts';

export interface InstanceOptions {
  readonly broker: BrokerApi;
  readonly topology: Topology;
  readonly applicationId: string;
  /** A record of a source topic that could not be read; it is skipped. */
  readonly onUndeserializable: (error: WeirError, topic: string, partition: number, offset: number) => void;
  /** A record that a processor gave up on; it is skipped. */
  readonly onRecordError: (error: WeirError, node: string) => void;
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

export async function openInstance(options: InstanceOptions): Promise<QueryInstance> {
  const instance = await StreamsInstance.open({
    broker: options.broker,
    topology: options.topology,
    applicationId: options.applicationId,
    onUndeserializable: options.onUndeserializable,
    onRecordError: options.onRecordError,
    isTransient: options.isTransient,
  });
  return {
    step: (budget) => instance.step(budget),
    get state() {
      const { state } = instance;
      return state === 'PAUSED' || state === 'CLOSED' ? 'RUNNING' : state;
    },
    get error() {
      return instance.error;
    },
    counts: () => instance.counts(),
    stores: (name) => {
      const stores: readonly StateStore[] = instance.stores(name);
      return stores.filter(isQueryable);
    },
    close: () => instance.close(),
    destroy: () => instance.destroy(),
  };
}

/** A table's store: its kind tells how it is read. */
function isQueryable(store: StateStore): store is QueryableStore<SqlKey, Row> {
  return store.kind === 'key-value' || store.kind === 'window' || store.kind === 'session';
}
