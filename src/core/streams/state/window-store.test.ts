import { describe, expect, it } from 'vitest';
import { MemoryScratch } from '../../../adapters/scratch-memory.ts';
import { num, store } from '../testing.ts';
import { ScratchPages } from './spill/scratch-pages.ts';
import type { Spill } from './store-builder.ts';
import { windowStoreBuilder, type MeteredWindowStore } from './window-store.ts';

type Store = MeteredWindowStore<string, number>;

const inMemory = (): undefined => undefined;
const spilled = (): Spill => ({ pages: new ScratchPages(new MemoryScratch()), budgetBytes: 0 });

describe.each([
  ['in memory', inMemory],
  ['in the scratch file', spilled],
])('a window store %s', (_where, spill) => {
  const open = (visibleMs: number): Store => {
    const options = { windowSizeMs: 10, retentionMs: 20, visibleMs, logging: true };
    const context = { notesChanges: true, spill: spill() };
    const windows = windowStoreBuilder({ ...store('s', num), ...options }).build(context) as Store;
    for (const startMs of [0, 10, 20]) {
      windows.put('a', 1, startMs, startMs);
      windows.settle();
    }
    return windows;
  };

  /** The starts that each way of reading finds. */
  const found = (windows: Store): readonly (readonly number[])[] => {
    const starts = [0, 10, 20].filter((startMs) => windows.fetch('a', startMs) !== undefined);
    const ranges = [windows.all(), windows.fetchAll(0, 100), windows.fetchRange('a', 0, 100)];
    return [starts, ...ranges.map((entries) => [...entries].map(({ key }) => key.window.startMs))];
  };

  it('keeps a window that is too old to be found', () => {
    const windows = open(19);
    for (const starts of found(windows)) expect(starts).toEqual([10, 20]);
    expect(windows.approximateEntries()).toBe(3);
    expect([...windows.dump()]).toHaveLength(3);
  });

  it('finds what is as old as the retention where that is visible', () => {
    const windows = open(20);
    for (const starts of found(windows)) expect(starts).toEqual([0, 10, 20]);
    expect(windows.fetchAllByKey(0, 10).map(({ key }) => key.window.startMs)).toEqual([0, 10]);
  });
});
