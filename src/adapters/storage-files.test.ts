import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../index.ts';
import type { Durability, StorageBatch, StorageEntry, StorageKey } from '../core/ports/storage.ts';
import { FileStorage } from './storage-files.ts';
import { compareStorageKeys } from './storage-key.ts';
import { MemoryStorage } from './storage-memory.ts';

const root = mkdtempSync(join(tmpdir(), 'weir-files-'));
afterAll(() => rmSync(root, { recursive: true }));

const folder = (): string => mkdtempSync(join(root, 'case-'));
const logOf = (path: string): string => join(path, readdirSync(path).find((name) => /^log-\d{8}$/.test(name)) ?? '');
const put = (key: StorageKey, ...bytes: number[]): StorageBatch => ({ puts: [{ key, value: Uint8Array.from(bytes) }] });
const ALL = { lower: [], upper: ['￿'] };

async function entriesOf(path: string): Promise<readonly StorageEntry[]> {
  const storage = FileStorage.open(path);
  const entries = await storage.scan(ALL, { limit: Infinity });
  await storage.close();
  return entries;
}

/** A folder with nothing but the log's first bytes, and what the disk left behind them. */
function crashed(log: Uint8Array, length: number, tail: Uint8Array): string {
  const path = folder();
  writeFileSync(join(path, 'log-00000001'), Buffer.concat([log.subarray(0, length), tail]));
  return path;
}

const keys = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 5 })),
  fc.tuple(fc.string({ unit: 'binary', maxLength: 2 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
);
const batches = fc.record({
  puts: fc.array(
    fc.tuple(keys, fc.uint8Array({ maxLength: 12 })).map(([key, value]) => ({ key: [...key], value })),
    { maxLength: 3 },
  ),
  deletes: fc.array(keys, { maxLength: 2 }),
  deleteRanges: fc.array(
    fc.tuple(keys, keys).map(([one, other]) => {
      const [lower, upper] = compareStorageKeys(one, other) <= 0 ? [one, other] : [other, one];
      return { lower, upper };
    }),
    { maxLength: 1 },
  ),
});
const durabilities = fc.constantFrom<Durability>('strict', 'relaxed');

describe('file storage', () => {
  it(
    'is as after the last whole batch, wherever in the next one a crash cuts the file',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(batches, durabilities), { minLength: 1, maxLength: 4 }), async (steps) => {
          const path = folder();
          const storage = FileStorage.open(path);
          const memory = new MemoryStorage();
          let before: readonly StorageEntry[] = [];
          let wholeBytes = 0;
          for (const [batch, durability] of steps) {
            before = memory.snapshot();
            wholeBytes = readFileSync(logOf(path)).length;
            await storage.apply(batch, durability);
            await memory.apply(batch, durability);
          }
          await storage.close();
          const log = readFileSync(logOf(path));
          expect(await entriesOf(path)).toEqual(memory.snapshot());
          for (let length = wholeBytes; length < log.length; length++) {
            // cut off, followed by blocks that were never written, or by what was there before
            const tails = [0, 64].map((size) => new Uint8Array(size)).concat(new Uint8Array(9).fill(length));
            const tail = tails[length % 3] ?? new Uint8Array();
            const survivor = crashed(log, length, tail);
            expect(await entriesOf(survivor)).toEqual(before);
            expect(readFileSync(logOf(survivor)).length).toBe(wholeBytes);
            rmSync(survivor, { recursive: true });
          }
        }),
        { numRuns: 10 },
      );
    },
  );

  it('goes on behind a torn tail, and tells of it', async () => {
    const path = folder();
    const first = FileStorage.open(path);
    await first.apply(put(['a'], 1), 'strict');
    await first.apply(put(['b'], 2), 'relaxed');
    await first.close();
    const log = readFileSync(logOf(path));
    writeFileSync(logOf(path), log.subarray(0, log.length - 1));
    let torn = 0;
    const second = FileStorage.open(path, { onTornTail: (bytes) => (torn = bytes) });
    expect(torn).toBeGreaterThan(0);
    await second.apply(put(['c'], 3), 'strict');
    await second.close();
    expect((await entriesOf(path)).map(({ key }) => key)).toEqual([['a'], ['c']]);
  });

  it('touches nothing when what is damaged had been flushed', async () => {
    const path = folder();
    const storage = FileStorage.open(path);
    await storage.apply(put(['a'], 1, 2, 3), 'strict');
    await storage.apply(put(['b'], 4), 'strict');
    await storage.close();
    const log = readFileSync(logOf(path));
    const damaged = log.map((byte, i) => (i === 30 ? byte ^ 1 : byte));
    writeFileSync(logOf(path), damaged);
    expect(() => FileStorage.open(path)).toThrow(expect.objectContaining({ code: 'CORRUPT_BATCH' }) as Error);
    expect(readFileSync(logOf(path)).equals(Buffer.from(damaged))).toBe(true);
    writeFileSync(logOf(path), 'something else');
    expect(() => FileStorage.open(path)).toThrow(expect.objectContaining({ code: 'CORRUPT_BATCH' }) as Error);
  });

  it('is compacted when most of it is of no use, and stays the same whatever of that a crash leaves', async () => {
    const path = folder();
    const storage = FileStorage.open(path, { compactFromBytes: 4_000 });
    const memory = new MemoryStorage();
    let largest = 0;
    for (let i = 0; i < 400; i++) {
      const batch = put(['k', i % 7], i & 255, ...new Array<number>(50).fill(i & 127));
      await storage.apply(batch, i % 2 === 0 ? 'relaxed' : 'strict');
      await memory.apply(batch, 'strict');
      largest = Math.max(largest, readFileSync(logOf(path)).length);
    }
    expect(await storage.scan(ALL, { limit: 100 })).toEqual(memory.snapshot());
    await storage.close();
    expect(largest).toBeLessThan(5_000);
    expect(logOf(path)).not.toMatch(/log-00000001$/);
    // before the new log got its name, and before the old one went
    writeFileSync(join(path, 'log-00000099.new'), 'half');
    copyFileSync(logOf(path), join(path, 'log-00000001'));
    expect(await entriesOf(path)).toEqual(memory.snapshot());
    expect(readdirSync(path).length).toBe(1);
  });

  it('keeps nothing of a batch that it refuses, and goes on', async () => {
    const storage = FileStorage.open(folder());
    const batch = { puts: [...put(['a'], 1).puts, ...put(['a', Number.NaN], 2).puts] };
    await expect(storage.apply(batch, 'strict')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await storage.apply(put(['b'], 1), 'strict');
    expect((await storage.scan(ALL, { limit: 9 })).map(({ key }) => key)).toEqual([['b']]);
    await storage.close();
    await expect(storage.read(['b'])).rejects.toMatchObject({ code: 'STORAGE_CLOSED' });
  });

  it('has one owner, and outlives one that died', async () => {
    const path = folder();
    const storage = FileStorage.open(path);
    expect(() => FileStorage.open(path)).toThrow(
      expect.objectContaining({ code: 'STORAGE_LOCKED', details: { folder: path, owner: process.pid } }) as Error,
    );
    await storage.close();
    expect(existsSync(join(path, 'lock'))).toBe(false);
    const ended = spawnSync(process.execPath, ['--eval', '']).pid;
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: ended, host: hostname(), started: '1' }));
    await FileStorage.open(path).close();
    // a process that lives, elsewhere or here
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: ended, host: 'elsewhere', started: null }));
    expect(() => FileStorage.open(path)).toThrow(expect.objectContaining({ code: 'STORAGE_LOCKED' }) as Error);
    const alive = spawn(process.execPath, ['--eval', 'setTimeout(() => 0, 60000)']);
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: alive.pid, host: hostname(), started: null }));
    expect(() => FileStorage.open(path)).toThrow(expect.objectContaining({ code: 'STORAGE_LOCKED' }) as Error);
    alive.kill();
  });

  it('says what is wrong with a path', () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(() => FileStorage.open(file)).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED' }) as Error);
  });

  it('carries an engine over to the next run', async () => {
    const path = folder();
    const first = await Engine.open({ storage: FileStorage.open(path) });
    await first.execute(`CREATE STREAM s (k VARCHAR KEY, v INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 2, VALUE_FORMAT = 'AVRO');
      CREATE TABLE t AS SELECT k, SUM(v) AS total FROM s GROUP BY k;`);
    await first.produce('s', [
      { k: 'a', v: 1 },
      { k: 'a', v: 2 },
    ]);
    await first.drain();
    await first.close();
    const second = await Engine.open({ storage: FileStorage.open(path) });
    await second.produce('s', [{ k: 'a', v: 4 }]);
    expect(await second.query('SELECT * FROM t;').toArray()).toEqual([{ K: 'a', TOTAL: 7 }]);
    await second.close();
  });
});
