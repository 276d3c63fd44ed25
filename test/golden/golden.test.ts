import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/adapters/storage-faulty.ts';
import { Random } from '../../src/core/common/random.ts';
import { parseGoldenCase } from './golden-case.ts';
import { runGolden } from './golden-run.ts';

const FOLDER = join(import.meta.dirname, 'cases');
const cases = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => parseGoldenCase(file.replace(/\.sql$/, ''), readFileSync(join(FOLDER, file), 'utf8')));

const SEVERAL_PARTITIONS = 4;
const SHUFFLES = 3;
/** Single failures that are tried for each case; where there are more writes, a sample. */
const FAILURES = 8;

describe('golden cases', () => {
  it('are enough', () => {
    expect(cases.length).toBeGreaterThanOrEqual(30);
  });

  describe.each(cases)('$name', (golden) => {
    const partitions = golden.isOnePartition ? 1 : SEVERAL_PARTITIONS;

    it('gives the expected, on one and on several partitions', async () => {
      await runGolden(golden, { partitions: 1 });
      if (partitions > 1) await runGolden(golden, { partitions });
    });

    it('gives the same when power fails after every single write', async () => {
      const { crashes } = await runGolden(golden, { partitions, faultAt: () => 'crash-after' });
      expect(crashes).toBeGreaterThan(3);
    });

    it('gives the same when power fails at any one write', async () => {
      const { writes } = await runGolden(golden, { partitions, faultAt: () => 'none' });
      const random = new Random(golden.name.length * 7919 + writes);
      for (let i = 0; i < FAILURES; i++) {
        const at = random.nextInt(writes);
        const fault: Fault = i % 2 === 0 ? 'crash-before' : 'crash-after';
        await named(`${fault} at write ${at}`, () =>
          runGolden(golden, { partitions, faultAt: (index) => (index === at ? fault : 'none') }),
        );
      }
    });

    it('gives the same when its state lies in a scratch file, also through power failures', async () => {
      await runGolden(golden, { partitions, budgetBytes: 0 });
      await runGolden(golden, { partitions, budgetBytes: 600, faultAt: () => 'crash-after' });
    });

    it('gives the same when its tables are held as bytes, also through power failures', async () => {
      await runGolden(golden, { partitions, packedFromEntries: 0, snapshotRecords: 1, faultAt: () => 'crash-after' });
    });

    it('gives the same when it starts from snapshots of its state after every power failure', async () => {
      await runGolden(golden, { partitions, snapshotRecords: 1, faultAt: () => 'crash-after' });
    });

    if (golden.isOrdered) return;
    it('gives the same for inputs in other orders and smaller steps', async () => {
      for (let shuffleSeed = 1; shuffleSeed <= SHUFFLES; shuffleSeed++) {
        await named(`shuffle ${shuffleSeed}`, () => runGolden(golden, { partitions, shuffleSeed }));
      }
    });
  });
});

async function named(what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
