/** What ports/storage.ts promises, asked of every implementation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { WeirError } from '../core/common/errors.ts';
import type { StorageBatch, StorageKey, StorageKeyRange, StoragePort } from '../core/ports/storage.ts';
import { FaultyStorage } from './storage-faulty.ts';
import { FileStorage } from './storage-files.ts';
import { IndexedDbStorage } from './storage-indexeddb.ts';
import { compareStorageKeys } from './storage-key.ts';
import { MemoryStorage } from './storage-memory.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const root = mkdtempSync(join(tmpdir(), 'weir-contract-'));
afterAll(() => rmSync(root, { recursive: true }));

const IMPLEMENTATIONS: Record<string, () => Promise<StoragePort>> = {
  memory: async () => new MemoryStorage(),
  indexeddb: async () => IndexedDbStorage.open('test'),
  files: async () => FileStorage.open(mkdtempSync(join(root, 'case-'))),
  'faulty, when nothing fails': async () => new FaultyStorage(new MemoryStorage(), () => 'none'),
};

const ALL: StorageKeyRange = { lower: [], upper: ['￿'] };
const put = (key: StorageKey, ...bytes: number[]): StorageBatch['puts'][number] => ({
  key,
  value: Uint8Array.from(bytes),
});

const keys = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 })),
  fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 })),
);
const ranges = fc
  .tuple(keys, keys)
  .map(([one, other]) => (compareStorageKeys(one, other) <= 0 ? [one, other] : [other, one]))
  .map(([lower, upper]) => ({ lower, upper }) as StorageKeyRange);
const batches = fc.record({
  puts: fc.array(
    fc.tuple(keys, fc.uint8Array({ maxLength: 3 })).map(([key, value]) => ({ key, value })),
    { maxLength: 6 },
  ),
  deletes: fc.array(keys, { maxLength: 3 }),
  deleteRanges: fc.array(ranges, { maxLength: 1 }),
});

/** The obvious implementation: a list, sorted when asked. */
class Model {
  #entries: { readonly key: StorageKey; readonly value: Uint8Array }[] = [];

  apply(batch: StorageBatch): void {
    for (const { lower, upper } of batch.deleteRanges ?? []) {
      this.#entries = this.#entries.filter(
        ({ key }) => compareStorageKeys(key, lower) < 0 || compareStorageKeys(key, upper) >= 0,
      );
    }
    for (const gone of [...(batch.deletes ?? []), ...batch.puts.map(({ key }) => key)]) {
      this.#entries = this.#entries.filter(({ key }) => compareStorageKeys(key, gone) !== 0);
      const replacement = batch.puts.findLast(({ key }) => compareStorageKeys(key, gone) === 0);
      if (replacement !== undefined) this.#entries.push(replacement);
    }
  }

  scan({ lower, upper }: StorageKeyRange): { readonly key: StorageKey; readonly value: Uint8Array }[] {
    return this.#entries
      .filter(({ key }) => compareStorageKeys(key, lower) >= 0 && compareStorageKeys(key, upper) < 0)
      .sort((left, right) => compareStorageKeys(left.key, right.key));
  }
}

describe.each(Object.entries(IMPLEMENTATIONS))('storage: %s', (_, open) => {
  it('reads what was put, and undefined for the rest', async () => {
    const storage = await open();
    await storage.apply({ puts: [put(['a', 1], 1, 2, 3), put(['a', 2])] }, 'strict');
    expect(await storage.read(['a', 1])).toEqual(Uint8Array.of(1, 2, 3));
    expect(await storage.read(['a', 2])).toEqual(new Uint8Array(0));
    expect(await storage.read(['a'])).toBeUndefined();
    await storage.apply({ puts: [put(['a', 1], 9)], deletes: [['a', 2]] }, 'relaxed');
    expect(await storage.read(['a', 1])).toEqual(Uint8Array.of(9));
    expect(await storage.read(['a', 2])).toBeUndefined();
  });

  it('orders tuples part by part, numbers by value and before strings, prefixes first', async () => {
    const storage = await open();
    const ordered: StorageKey[] = [['a'], ['a', 2], ['a', 2, 0], ['a', 10], ['a', 'x'], ['b', 1]];
    await storage.apply({ puts: [...ordered].reverse().map((key) => put(key)) }, 'strict');
    const forward = await storage.scan(ALL, { limit: 100 });
    expect(forward.map(({ key }) => key)).toEqual(ordered);
    const backward = await storage.scan({ lower: ['a', 2], upper: ['b'] }, { limit: 2, reverse: true });
    expect(backward.map(({ key }) => key)).toEqual([
      ['a', 'x'],
      ['a', 10],
    ]);
  });

  it('stores the bytes of a view, not of the buffer that it is part of', async () => {
    const storage = await open();
    const large = new Uint8Array(100_000);
    await storage.apply({ puts: [{ key: ['v'], value: large.subarray(10, 13) }] }, 'strict');
    const value = await storage.read(['v']);
    expect(value?.length).toBe(3);
  });

  it('agrees with a simple model whatever is done to it', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(batches, { maxLength: 8 }),
        fc.array(ranges, { maxLength: 4 }),
        async (steps, queries) => {
          globalThis.indexedDB = new IDBFactory();
          const storage = await open();
          const model = new Model();
          for (const step of steps) {
            await storage.apply(step, 'relaxed');
            model.apply(step);
          }
          for (const range of [ALL, ...queries]) {
            const expected = model.scan(range);
            expect(await storage.scan(range, { limit: 1_000 })).toEqual(expected);
            expect(await storage.scan(range, { limit: 3, reverse: true })).toEqual(expected.toReversed().slice(0, 3));
          }
          await storage.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('memory storage', () => {
  it('keeps its order beyond one block', async () => {
    const storage = new MemoryStorage();
    const numbers = Array.from({ length: 3_000 }, (_, index) => (index * 7_919) % 3_000);
    await storage.apply({ puts: numbers.map((number) => put(['n', number], number & 255)) }, 'relaxed');
    const found = await storage.scan({ lower: ['n', 700], upper: ['n', 2_500] }, { limit: 10_000 });
    expect(found.map(({ key }) => key[1])).toEqual(Array.from({ length: 1_800 }, (_, index) => 700 + index));
    await storage.apply({ puts: [], deleteRanges: [{ lower: ['n', 10], upper: ['n', 2_990] }] }, 'relaxed');
    expect((await storage.scan(ALL, { limit: 10_000 })).length).toBe(20);
  });
});

describe('indexeddb storage', () => {
  it('keeps a batch whole or not at all, and says that it has been closed', async () => {
    const storage = await IndexedDbStorage.open('atomic');
    const invalid: StorageKey = ['a', Number.NaN];
    await expect(storage.apply({ puts: [put(['a', 1]), put(invalid)] }, 'strict')).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
    expect(await storage.scan(ALL, { limit: 10 })).toEqual([]);
    await storage.close();
    await expect(storage.read(['a'])).rejects.toBeInstanceOf(WeirError);
  });

  it('finds what an earlier connection wrote', async () => {
    const first = await IndexedDbStorage.open('again');
    await first.apply({ puts: [put(['a', 1], 7)] }, 'strict');
    await first.close();
    const second = await IndexedDbStorage.open('again');
    expect(await second.read(['a', 1])).toEqual(Uint8Array.of(7));
  });
});
