import { describe, expect, it } from 'vitest';
import { openQuickJsSandbox } from '../../../adapters/sandbox-quickjs.ts';
import { ManualClock } from '../../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../../adapters/storage-memory.ts';
import { Engine } from '../engine/engine.ts';
import { executeScript } from '../engine/script.ts';
import { Session } from '../engine/session.ts';
import type { UserFunction } from './definition.ts';

let nowMs = 0;
const openSandbox = () => openQuickJsSandbox({ nowMs: () => (nowMs += 1) });

async function openEngine(storage: MemoryStorage): Promise<Engine> {
  const clock = new ManualClock(0);
  return Engine.open({ storage, clock, scheduler: clock, random: () => 0, openSandbox });
}

const triple: UserFunction = {
  name: 'TRIPLE',
  kind: 'scalar',
  signature: 'x BIGINT -> BIGINT',
  description: 'Three times a number.',
  source: 'export function evaluate(x) { return typeof x === "bigint" ? x * 3n : x * 3; }',
};

async function answer(engine: Engine, sql: string): Promise<readonly (readonly unknown[])[]> {
  const session = new Session({ 'auto.offset.reset': 'earliest' });
  const { outputs, errors } = await executeScript(engine, session, sql);
  expect(errors).toEqual([]);
  while (await engine.step(1000));
  const last = outputs.at(-1);
  if (last?.kind === 'rows') return last.rows;
  if (last?.kind === 'subscription') return last.subscription.take().map((r) => r.row);
  return [];
}

const NUMBERS = `CREATE STREAM n (k INT KEY, v BIGINT) WITH (kafka_topic='n', partitions=1, value_format='JSON');
INSERT INTO n VALUES (1, 5); INSERT INTO n VALUES (1, 3074457345618258602);`;

describe('user-defined functions', () => {
  it('compute, survive a restart, and are refused to be removed while a query uses them', async () => {
    const storage = new MemoryStorage();
    let engine = await openEngine(storage);
    await engine.addFunction(triple);
    await answer(engine, `${NUMBERS} CREATE STREAM m AS SELECT k, TRIPLE(v) AS w FROM n EMIT CHANGES;`);
    expect(await answer(engine, 'SELECT w FROM m EMIT CHANGES LIMIT 2;')).toEqual([[15], [9223372036854775806n]]);
    await expect(engine.removeFunction('TRIPLE')).rejects.toMatchObject({ code: 'FUNCTION_IN_USE' });

    const surviving = new MemoryStorage(storage.snapshot());
    engine = await openEngine(surviving);
    expect(engine.library.definitions()).toEqual([triple]);
    expect(await answer(engine, 'INSERT INTO n VALUES (1, 7); SELECT w FROM m EMIT CHANGES LIMIT 3;')).toEqual([
      [15],
      [9223372036854775806n],
      [21],
    ]);
  });

  it('that cannot be made keep no workspace shut, and come back when they can', async () => {
    const storage = new MemoryStorage();
    const first = await openEngine(storage);
    await first.addFunction(triple);
    await answer(first, `${NUMBERS} CREATE STREAM m AS SELECT k, TRIPLE(v) AS w FROM n EMIT CHANGES;`);

    const clock = new ManualClock(0);
    const without = new MemoryStorage(storage.snapshot());
    const shut = await Engine.open({ storage: without, clock, scheduler: clock, random: () => 0 });
    expect(shut.library.unloaded()).toMatchObject([{ definition: triple, error: { code: 'UNSUPPORTED' } }]);
    expect(shut.library.definitions()).toEqual([triple]);
    expect(shut.skippedCommands).toMatchObject([{ error: { code: 'UNKNOWN_FUNCTION' } }]);
    expect(await answer(shut, 'SELECT v FROM n EMIT CHANGES LIMIT 1;')).toEqual([[5]]);

    const again = await openEngine(new MemoryStorage(without.snapshot()));
    expect(again.library.unloaded()).toEqual([]);
    expect(await answer(again, 'SELECT w FROM m EMIT CHANGES LIMIT 1;')).toEqual([[15]]);

    await shut.removeFunction('TRIPLE');
    expect(shut.library.definitions()).toEqual([]);
  });

  it('aggregate, with their state in a store', async () => {
    const engine = await openEngine(new MemoryStorage());
    await engine.addFunction({
      name: 'LONGEST',
      kind: 'aggregate',
      signature: 'text VARCHAR -> VARCHAR',
      description: 'The longest text.',
      source: `export const initial = () => '';
        export const add = (state, text) => (text !== null && text.length > state.length ? text : state);
        export const merge = (a, b) => (b.length > a.length ? b : a);
        export const result = (state) => state;`,
    });
    await answer(
      engine,
      `CREATE STREAM t (k INT KEY, v VARCHAR) WITH (kafka_topic='t', partitions=1, value_format='JSON');
       INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (1, 'abc'); INSERT INTO t VALUES (1, 'ab');
       CREATE TABLE l AS SELECT k, LONGEST(v) AS longest FROM t GROUP BY k EMIT CHANGES;`,
    );
    expect(await answer(engine, 'SELECT longest FROM l WHERE k = 1;')).toEqual([['abc']]);
  });

  it('are ended when they run away, and the query goes on with nulls', async () => {
    const engine = await openEngine(new MemoryStorage());
    await engine.addFunction({ ...triple, name: 'FOREVER', source: 'export function evaluate() { for (;;); }' });
    await answer(engine, NUMBERS);
    expect(await answer(engine, 'SELECT FOREVER(v) AS x, v FROM n EMIT CHANGES LIMIT 2;')).toEqual([
      [null, 5],
      [null, 3074457345618258602n],
    ]);
  });

  it('see neither the network nor the storage nor the page', async () => {
    const engine = await openEngine(new MemoryStorage());
    await engine.addFunction({
      ...triple,
      name: 'PEEK',
      signature: 'x BIGINT -> VARCHAR',
      source: `export function evaluate() {
        return ['fetch', 'indexedDB', 'document', 'process', 'require', 'XMLHttpRequest', 'postMessage']
          .filter((name) => typeof globalThis[name] !== 'undefined').join();
      }`,
    });
    await answer(engine, NUMBERS);
    expect(await answer(engine, 'SELECT PEEK(v) AS seen FROM n EMIT CHANGES LIMIT 1;')).toEqual([['']]);
  });

  it('are refused with what is wrong about them', async () => {
    const engine = await openEngine(new MemoryStorage());
    const add = (change: Partial<UserFunction>) => engine.addFunction({ ...triple, ...change });
    await expect(add({ name: 'ABS' })).rejects.toMatchObject({ code: 'FUNCTION_EXISTS' });
    await expect(add({ name: 'no good' })).rejects.toMatchObject({ code: 'INVALID_FUNCTION' });
    await expect(add({ signature: 'x NUMBER ->' })).rejects.toMatchObject({ code: 'INVALID_FUNCTION' });
    await expect(add({ source: 'export const evaluate = (' })).rejects.toMatchObject({ code: 'INVALID_FUNCTION' });
    await expect(add({ source: 'export const other = () => 1;' })).rejects.toMatchObject({ code: 'INVALID_FUNCTION' });
    expect(engine.library.definitions()).toEqual([]);
  });
});
