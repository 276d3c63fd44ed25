import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import { Engine } from '../../core/ksql/engine/engine.ts';
import { executeScript } from '../../core/ksql/engine/script.ts';
import { Session } from '../../core/ksql/engine/session.ts';
import type { ImportProgress } from '../../protocol/api.ts';
import { readRecords } from '../records.ts';
import { loadFile } from './load-file.ts';
import { planImport } from './plan-import.ts';

const NOW_MS = 1_700_000_000_000;

async function openEngine(): Promise<Engine> {
  const clock = new ManualClock(NOW_MS);
  return Engine.open({ storage: new MemoryStorage(), clock, scheduler: clock, random: () => 0.5 });
}

async function load(engine: Engine, name: string, text: string): Promise<ImportProgress> {
  const file = new Blob([text]);
  const plan = { ...(await planImport(file, name, () => false)), partitions: 1 };
  const { errors } = await executeScript(
    engine,
    new Session({}),
    plan.statement.replace(/PARTITIONS = \d+/, 'PARTITIONS = 1'),
  );
  expect(errors).toEqual([]);
  const source = engine.planner.catalog.require(plan.sourceName);
  const reports: ImportProgress[] = [];
  await loadFile({ id: 'i', engine, source, plan, file, isCancelled: () => false, report: (p) => reports.push(p) });
  const last = reports.at(-1);
  if (last === undefined) throw new Error('no progress was reported');
  return last;
}

const recordsOf = (engine: Engine, topic: string) => readRecords(engine, { topic, partition: 0, from: 0, limit: 100 });

describe('loadFile', () => {
  it('dates the rows of a table without a timestamp column back to the beginning', async () => {
    const engine = await openEngine();
    const progress = await load(
      engine,
      'airports.csv',
      'iata,name\nSFO,San Francisco\nLAX,Los Angeles\nJFK,New York\n',
    );
    expect(progress).toMatchObject({ state: 'done', records: 3, badRows: 0 });
    const records = await recordsOf(engine, 'airports');
    expect(records.map((r) => [r.keyText, r.timestampMs])).toEqual([
      ['SFO', 0],
      ['LAX', 0],
      ['JFK', 0],
    ]);
  });

  it('keeps the good rows and lists the bad ones by their line', async () => {
    const engine = await openEngine();
    const good = Array.from({ length: 5 }, (_, i) => `${i},${i * 2}`).join('\n');
    const progress = await load(engine, 'n.csv', `a,b\n${good}\n1,2,3\n7,8\n`);
    expect(progress).toMatchObject({ state: 'done', records: 6, badRows: 1 });
    expect(progress.badRowSamples.map((row) => row.line)).toEqual([7]);
  });
});
