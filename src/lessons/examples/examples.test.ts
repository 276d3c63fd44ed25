import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import { Engine } from '../../core/ksql/engine/engine.ts';
import { executeScript } from '../../core/ksql/engine/script.ts';
import { Session } from '../../core/ksql/engine/session.ts';
import { EXAMPLES } from './examples.ts';

/** The rows of the example's last statement, a push query, once there is nothing left to do. */
async function rowsOf(sql: string) {
  const clock = new ManualClock(1_700_100_000_000);
  const engine = await Engine.open({ storage: new MemoryStorage(), clock, scheduler: clock, random: () => 0.5 });
  const { outputs, errors } = await executeScript(engine, new Session({ 'auto.offset.reset': 'earliest' }), sql);
  expect(errors.map(({ error }) => String(error))).toEqual([]);
  const last = outputs.at(-1);
  if (last?.kind !== 'subscription') throw new Error('an example ends with a push query');
  while (await engine.step(1_000));
  return last.subscription.take().map(({ kind, row }) => [kind, ...row]);
}

const ROWS: Readonly<Record<string, (rows: readonly (readonly unknown[])[]) => void>> = {
  'out-of-order': (rows) => {
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['attic', 1700000010000, 1, 19],
      ['cellar', 1700000010000, 1, 11],
      ['attic', 1700000040000, 1, 21],
      ['attic', 1700000010000, 2, 19.5],
      ['cellar', 1700000040000, 1, 12],
      ['cellar', 1700000040000, 2, 11],
      ['attic', 1700000070000, 1, 22],
    ]);
  },
  'late-partner': (rows) => {
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['o1', 'tea', 4.5],
      ['o3', 'jam', 3],
      ['o2', 'cake', null],
      ['o4', 'milk', null],
    ]);
  },
  'session-windows': (rows) => {
    expect(rows.at(-1)).toEqual(['+I', 'ada', 1700000000000, 1700000660000, 4, expect.anything()]);
  },
  'stream-table-join': (rows) => {
    expect(rows.map((row) => row.slice(1, 4))).toEqual([
      ['t', 1, 'Tea'],
      ['c', 2, 'Coffee'],
      ['t', 3, 'Tea'],
      ['x', 4, null],
    ]);
    expect(rows.map((row) => String(row.at(-1)))).toEqual(['8.4', '7.5', '9.6', 'null']);
  },
  'foreign-key-join': (rows) => {
    const desks = new Map(rows.map((row) => [row[1], row.slice(2)]));
    expect([...desks.entries()].sort()).toEqual([
      [1, ['Ada', 'Development', 5]],
      [2, ['Bo', 'Development', 5]],
      [3, ['Cleo', 'Operations', 1]],
    ]);
  },
  funnel: (rows) => {
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['mail', 1, 20],
      ['poster', 1, 35.5],
    ]);
  },
};

describe('the examples', () => {
  it.each(EXAMPLES)('$id runs as it stands, and shows what it says', async ({ id, sql }) => {
    const check = ROWS[id];
    if (check === undefined) throw new Error(`no rows are expected of ${id}`);
    check(await rowsOf(sql));
  });
});
