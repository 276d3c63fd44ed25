/** The stores of an application as it shows them: each by its name, those of all its tasks together. */
import type { StoreKind } from '../state/store.ts';
import type { StoreSize } from '../state/store-builder.ts';
import type { StreamsInstance } from './instance.ts';

export interface StoreStatus extends StoreSize {
  readonly name: string;
  readonly kind: StoreKind;
  /** What it may hold in memory of each of its partitions, in bytes; undefined: everything. */
  readonly budgetBytes: number | undefined;
  /** Offsets of its changelog that have been restored, of those that are to be; both 0 when it is not being restored. */
  readonly restored: number;
  readonly toRestore: number;
}

export function storeStatus(instance: StreamsInstance): readonly StoreStatus[] {
  const found = new Map<string, StoreStatus>();
  for (const { graph } of instance.tasks) {
    for (const store of graph.stores.values()) {
      const size = store.size();
      const others = found.get(store.name);
      found.set(store.name, {
        name: store.name,
        kind: store.kind,
        budgetBytes: instance.storeBudgetBytes,
        entries: (others?.entries ?? 0) + size.entries,
        memoryBytes: (others?.memoryBytes ?? 0) + size.memoryBytes,
        spilledBytes: (others?.spilledBytes ?? 0) + size.spilledBytes,
        restored: 0,
        toRestore: 0,
      });
    }
  }
  for (const { store, startOffset, offset, endOffset } of instance.restoring) {
    const status = found.get(store.name);
    if (status === undefined) continue;
    found.set(store.name, {
      ...status,
      restored: status.restored + offset - startOffset,
      toRestore: status.toRestore + endOffset - startOffset,
    });
  }
  return [...found.values()];
}
