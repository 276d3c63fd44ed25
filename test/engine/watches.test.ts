/** What crosses to the page of a watched query: all at first, then what changed. */
import { expect, it } from 'vitest';
import type { JoinWatch, OperatorWatch, TableJoinWatch, WindowWatch } from '../../src/protocol/watch.ts';
import { MAX_RECORDS } from '../../src/core/ksql/watch/record-ring.ts';
import { Watches } from '../../src/service/watches.ts';
import { TestBench } from './test-bench.ts';

const READINGS = `CREATE STREAM readings (sensor STRING KEY, v INTEGER, ts BIGINT)
  WITH (kafka_topic = 'readings', value_format = 'JSON', partitions = 1, timestamp = 'ts');`;
const AVERAGES = `CREATE TABLE averages AS SELECT sensor, COUNT(*) AS n, AVG(v) AS mean FROM readings
  WINDOW SESSION (5 SECONDS, GRACE PERIOD 1 SECONDS) GROUP BY sensor EMIT CHANGES;`;
const read = (sensor: string, v: number, ts: number): string =>
  `INSERT INTO readings (sensor, v, ts) VALUES ('${sensor}', ${v}, ${ts});`;

async function bench(...statements: readonly string[]): Promise<TestBench> {
  const made = await TestBench.open();
  for (const statement of statements) await made.run(statement);
  return made;
}

function windows(watch: OperatorWatch): WindowWatch {
  if (watch.kind !== 'window') throw new Error('windows were asked for');
  return watch;
}

it('sends everything once, and after that what is new', async () => {
  const made = await bench(READINGS, AVERAGES, read('a', 1, 1_000), read('b', 1, 2_000));
  const watches = new Watches(made.engine);
  const ask = { queryId: 'CTAS_AVERAGES_1', kind: 'window', operator: 0, find: '' } as const;
  const first = windows(await watches.view({ ...ask, since: undefined }));
  expect(first).toMatchObject({ isAll: true, total: 2, type: 'SESSION', sizeMs: 5_000, graceMs: 1_000 });
  expect(first.results).toEqual(['N', 'MEAN']);
  expect(first.tasks).toEqual([{ partition: 0, streamTimeMs: 2_000 }]);
  expect(first.windows.map(({ key, cells, closesAtMs }) => [key, ...cells.map((c) => c.text), closesAtMs])).toEqual([
    ['a', '1', '1.0', 7_001],
    ['b', '1', '1.0', 8_001],
  ]);

  await made.run(read('a', 4, 3_000));
  const next = windows(await watches.view({ ...ask, since: first.version }));
  expect(next.isAll).toBe(false);
  expect(next.records.map(({ key, seq, offset }) => [key, seq, offset])).toEqual([['a', 2, 2]]);
  expect(next.windows.map(({ key, startMs, endMs, records }) => [key, startMs, endMs, records])).toEqual([
    ['a', 1_000, 3_000, 2],
  ]);
  expect(windows(await watches.view({ ...ask, since: next.version })).records).toEqual([]);
});

it('begins anew with a query that was stopped and started, and says when there is none', async () => {
  const made = await bench(READINGS, AVERAGES, read('a', 1, 1_000));
  const watches = new Watches(made.engine);
  const ask = { queryId: 'CTAS_AVERAGES_1', kind: 'window', operator: 0, find: '' } as const;
  const first = await watches.view({ ...ask, since: undefined });
  await watches.stop(ask.queryId);
  const again = await watches.view({ ...ask, since: first.version });
  expect(again).toMatchObject({ isAll: true, total: 1 });
  expect(again.version.watch).not.toBe(first.version.watch);
  await expect(watches.view({ ...ask, kind: 'join', since: undefined })).rejects.toMatchObject({
    code: 'UNKNOWN_QUERY',
  });
  await made.run('TERMINATE CTAS_AVERAGES_1;');
  await expect(watches.view({ ...ask, since: again.version })).rejects.toMatchObject({ code: 'UNKNOWN_QUERY' });
});

it('one that stops to look does not blind another that has just begun', async () => {
  const made = await bench(READINGS, AVERAGES);
  const watches = new Watches(made.engine);
  const ask = { queryId: 'CTAS_AVERAGES_1', kind: 'window', operator: 0, find: '', since: undefined } as const;
  const before = watches.view(ask);
  const stopped = watches.stop(ask.queryId);
  const after = watches.view(ask);
  await Promise.all([before, stopped, after]);
  await made.run(read('a', 1, 1_000));
  expect(await watches.view(ask)).toMatchObject({ total: 1 });
});

it('names the sides of a join as its query does, whichever way it is run', async () => {
  const made = await bench(
    READINGS,
    `CREATE STREAM alarms (sensor STRING KEY, level INTEGER, ts BIGINT)
       WITH (kafka_topic = 'alarms', value_format = 'JSON', partitions = 1, timestamp = 'ts');`,
    `CREATE STREAM both_sides AS SELECT a.sensor AS sensor, r.v, a.level FROM readings r RIGHT JOIN alarms a
       WITHIN (1 SECONDS, 4 SECONDS) GRACE PERIOD 2 SECONDS ON r.sensor = a.sensor EMIT CHANGES;`,
    read('a', 1, 1_000),
    "INSERT INTO alarms (sensor, level, ts) VALUES ('a', 9, 4000);",
  );
  const id = made.engine.planner.queries()[0]?.id ?? '';
  const watch = await new Watches(made.engine).view({
    queryId: id,
    kind: 'join',
    operator: 0,
    find: '',
    since: undefined,
  });
  const { left, right, beforeMs, afterMs, graceMs, type, records } = watch as JoinWatch;
  expect([left, type, right, beforeMs, afterMs, graceMs]).toEqual(['R', 'RIGHT', 'A', 1_000, 4_000, 2_000]);
  expect(records.map(({ side, topic, matches }) => [side, topic, matches])).toEqual([
    ['left', 'readings', [4_000]],
    ['right', 'alarms', [1_000]],
  ]);
});

it('finds the records of one key among so many others that they are kept no more', async () => {
  const made = await bench(READINGS, AVERAGES, read('lone', 7, 1_000), read('other', 1, 1_000));
  const text = new TextEncoder();
  for (let i = 0; i < MAX_RECORDS; i++) {
    await made.engine.produce('readings', text.encode(`k${i}`), text.encode(`{"V": 1, "TS": ${2_000 + i}}`), 0);
  }
  await made.settle();
  const watches = new Watches(made.engine);
  const ask = { queryId: 'CTAS_AVERAGES_1', kind: 'window', operator: 0, since: undefined } as const;
  const all = windows(await watches.view({ ...ask, find: '' }));
  expect(all).toMatchObject({ total: MAX_RECORDS + 2 });
  expect(all.records.some(({ key }) => key === 'lone')).toBe(false);

  const found = windows(await watches.view({ ...ask, find: 'LON' }));
  expect(found).toMatchObject({ isAll: true, total: 1, tasks: all.tasks });
  expect(found.records.map(({ key, seq }) => [key, seq])).toEqual([['lone', 0]]);
  expect(found.windows.map(({ key, records }) => [key, records])).toEqual([['lone', 1]]);

  await made.run(read('lone', 1, 1_500));
  await made.run(read('other', 1, 9_000));
  const next = windows(await watches.view({ ...ask, find: 'LON', since: found.version }));
  expect(next).toMatchObject({ isAll: false, total: 2, tasks: [{ partition: 0, streamTimeMs: 9_000 }] });
  expect(next.records.map(({ key, seq }) => [key, seq])).toEqual([['lone', 1]]);
  expect(windows(await watches.view({ ...ask, find: 'nobody' }))).toMatchObject({ total: 0, records: [], windows: [] });
});

it.each([
  ['two streams', 'CREATE STREAM', 'WITHIN 5 SECONDS GRACE PERIOD 1 SECONDS', ['a', 'a']],
  ['two tables', 'CREATE TABLE', '', ['a', 'a', 'a']],
])('finds one key in a join of %s', async (_what, create, within, keys) => {
  const side = (name: string): string =>
    `${create} ${name} (k STRING ${create === 'CREATE TABLE' ? 'PRIMARY ' : ''}KEY, v INTEGER)
       WITH (kafka_topic = '${name}', value_format = 'JSON', partitions = 1);`;
  const made = await bench(
    side('l'),
    side('r'),
    `${create} j AS SELECT l.k AS k, l.v AS lv, r.v AS rv FROM l JOIN r ${within} ON l.k = r.k EMIT CHANGES;`,
    ...['b', 'a'].flatMap((key) => [
      `INSERT INTO l (rowtime, k, v) VALUES (1000, '${key}', 1);`,
      `INSERT INTO r (rowtime, k, v) VALUES (1000, '${key}', 2);`,
    ]),
  );
  const queryId = made.engine.planner.queries()[0]?.id ?? '';
  const watch = await new Watches(made.engine).view({
    ...{ queryId, kind: 'join', operator: 0, find: 'a', since: undefined },
  });
  expect(watch.records.map(({ key }) => key)).toEqual(keys);
});

it('finds the rows that refer to one by foreign key, and their results', async () => {
  const made = await bench(
    `CREATE TABLE depts (id STRING PRIMARY KEY, floor INTEGER) WITH (kafka_topic = 'depts', value_format = 'JSON', partitions = 1);`,
    `CREATE TABLE staff (id INTEGER PRIMARY KEY, dept STRING) WITH (kafka_topic = 'staff', value_format = 'JSON', partitions = 1);`,
    'CREATE TABLE desks AS SELECT s.id AS id, d.floor FROM staff s JOIN depts d ON s.dept = d.id;',
    "INSERT INTO depts VALUES ('dev', 2);",
    "INSERT INTO depts VALUES ('ops', 1);",
    "INSERT INTO staff VALUES (1, 'dev');",
    "INSERT INTO staff VALUES (2, 'ops');",
    "INSERT INTO staff VALUES (1, 'ops');",
  );
  const queryId = made.engine.planner.queries()[0]?.id ?? '';
  const ask = { queryId, kind: 'join', operator: 0, since: undefined } as const;
  const of = async (find: string) => {
    const { records } = (await new Watches(made.engine).view({ ...ask, find })) as TableJoinWatch;
    return records.map(({ side, key, ownKey }) => `${side} ${key ?? ''} ${ownKey ?? ''}`.trim()).sort();
  };
  const all = await of('');
  expect(await of('ops')).toEqual(all.filter((line) => line.includes('ops')));
  expect(await of('dev')).toEqual(all.filter((line) => line.includes('dev')));
});
