/** The moment in which a store outgrows its budget: what it holds goes to the scratch file, and the store goes on there. */
import type { ChangelogRecord, Spill, StoreSize, StoreTimes } from '../store-builder.ts';

export interface Spillable {
  readonly isSpilled: boolean;
  size(): StoreSize;
  settle(): void;
  dump(): IterableIterator<ChangelogRecord>;
  saveTimes?(): StoreTimes;
  close(): void;
}

export interface Spilled extends Spillable {
  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void;
  restoreTimes?(times: StoreTimes): void;
}

/** @returns the store to go on with. Nothing of it waits to be flushed. */
export function spillOver<T extends Spillable, S extends T & Spilled>(
  store: T,
  spill: Spill | undefined,
  makeSpilled: (spill: Spill) => S,
): T {
  if (spill === undefined || store.isSpilled || store.size().memoryBytes <= spill.budgetBytes) return store;
  const spilled = makeSpilled(spill);
  for (const { key, value, timestamp } of store.dump()) spilled.restore(key, value, timestamp);
  if (store.saveTimes !== undefined) spilled.restoreTimes?.(store.saveTimes());
  store.close();
  return spilled;
}
