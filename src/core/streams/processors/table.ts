/**
 * What makes a node a table: it emits changes, it can be asked for a row, and it can be told to send old values along.
 *
 * As in Kafka, a table sends old values only if somebody downstream needs them (an aggregation must subtract them, a
 * filter must know whether there was anything to delete), and it is kept in a store only if somebody must look rows up.
 * Both are decided while the topology is being built and read when a task makes its processors.
 */
import type { ProcessorSupplier } from '../processor.ts';
import type { Change, ValueAndTimestamp } from '../record.ts';
import type { StateStore } from '../state/store.ts';

export interface StoreAccess {
  store(name: string): StateStore;
}

/** Looks up a table's current row. */
export interface ValueGetter<K, V> {
  init(stores: StoreAccess): void;
  /** Undefined or a null value: no row. */
  get(key: K): { readonly value: V | null; readonly timestamp: number } | undefined;
}

export interface ValueGetterSupplier<K, V> {
  /** The stores that a node using the getter must be connected to. */
  readonly storeNames: readonly string[];
  create(): ValueGetter<K, V>;
}

export interface TableProcessor<K, V> {
  /** Emits `Rec<K, Change<V>>`. What comes in depends on the kind of table. */
  readonly supplier: ProcessorSupplier<unknown, unknown, K, Change<V>>;
  /** Whether old values will be sent. `force` materializes the table if that is what it takes. */
  enableSendingOldValues(force: boolean): boolean;
  view(): ValueGetterSupplier<K, V>;
}

export type Row<V> = ValueAndTimestamp<V>;
