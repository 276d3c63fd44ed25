/** Starts from snapshots of state: as from the changelogs, whatever has become of the snapshots. */
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { TestBench } from './test-bench.ts';

const HOUR_MS = 3_600_000;

const isOf = (part: string, key: readonly (string | number)[]): boolean => key[0] === part;

async function openShop(): Promise<TestBench> {
  const bench = await TestBench.open();
  bench.snapshotRecords = 20;
  await bench.reopen();
  await bench.run(`CREATE TABLE U (ID STRING PRIMARY KEY, CITY STRING) WITH (KAFKA_TOPIC='u', VALUE_FORMAT='JSON', PARTITIONS=1);
    CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);
    CREATE TABLE CITIES AS SELECT CITY, COUNT(*) AS N FROM U GROUP BY CITY EMIT CHANGES;
    CREATE TABLE W AS SELECT K, SUM(V) AS N FROM S WINDOW TUMBLING (SIZE 10 SECONDS) GROUP BY K EMIT CHANGES;
    CREATE TABLE C AS SELECT * FROM U EMIT CHANGES;`);
  for (let round = 0; round < 30; round++) await insert(bench, round);
  return bench;
}

async function insert(bench: TestBench, round: number): Promise<void> {
  await bench.run(`INSERT INTO U (ID, CITY) VALUES ('u${round % 5}', 'city${round % 3}');
    INSERT INTO S (ROWTIME, K, V) VALUES (${round * 1_000}, 'k${round % 2}', ${round});`);
}

async function tables(bench: TestBench): Promise<readonly string[]> {
  await bench.settle();
  const found: string[] = [];
  for (const sql of ['SELECT * FROM CITIES;', 'SELECT * FROM W;', 'SELECT * FROM C;']) {
    const { rows } = await bench.rows(sql);
    found.push(...rows.map((row) => JSON.stringify(row)).sort());
  }
  return found;
}

/** The same storage, with another value in place of those at some keys; undefined leaves it out. */
function altered(
  disk: MemoryStorage,
  part: string,
  change: (value: Uint8Array) => Uint8Array | undefined,
): MemoryStorage {
  return new MemoryStorage(
    disk.snapshot().flatMap(({ key, value }) => {
      const put = isOf(part, key) ? change(value) : value;
      return put === undefined ? [] : [{ key, value: put }];
    }),
  );
}

const flipped = (value: Uint8Array): Uint8Array => {
  const bytes = value.slice();
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x10;
  return bytes;
};

describe('a start from snapshots', () => {
  it('gives what a start from the changelogs gives, with less to replay', async () => {
    const bench = await openShop();
    const before = await tables(bench);
    const disk = bench.disk;
    const toReplay = async (start: MemoryStorage): Promise<number> => {
      await bench.reopen(start);
      const queries = bench.engine.planner.queries();
      const stores = queries.flatMap(({ id }) => bench.engine.runner.status(id).stores);
      expect(await tables(bench)).toEqual(before);
      return stores.reduce((sum, { toRestore }) => sum + toRestore, 0);
    };
    const withSnapshots = await toReplay(disk);
    const without = await toReplay(altered(disk, 'snapshot-head', () => undefined));
    expect(without).toBeGreaterThan(60);
    expect(withSnapshots).toBeLessThan(without / 2);
  });

  it.each([
    ['a damaged head', 'snapshot-head', flipped],
    ['a damaged body', 'snapshot-body', flipped],
    ['a body cut off', 'snapshot-body', (value: Uint8Array) => value.slice(0, value.length >> 1)],
    ['no body', 'snapshot-body', () => undefined],
  ] as const)('does without a snapshot with %s, and goes on', async (_what, part, change) => {
    const bench = await openShop();
    const before = await tables(bench);
    await bench.reopen(altered(bench.disk, part, change));
    expect(await tables(bench)).toEqual(before);
    const whole = await openShop();
    for (const each of [bench, whole]) for (let round = 30; round < 60; round++) await insert(each, round);
    expect(await tables(bench)).toEqual(await tables(whole));
    await bench.reopen();
    expect(await tables(bench)).toEqual(await tables(whole));
  });

  it('does not bring back what was deleted since, though the changelog was compacted', async () => {
    const bench = await openShop();
    const [topic = ''] = (await bench.engine.broker.listTopics())
      .map((one) => one.topic)
      .filter((name) => name.includes('CTAS_C_') && name.endsWith('-changelog'));
    // Each old city of W's windows, and here a row of C, leaves a tombstone behind the snapshot.
    await bench.engine.produce('u', new TextEncoder().encode('u1'), null, 5);
    await bench.settle();
    const before = await tables(bench);
    expect(before.some((row) => row.includes('"u1"'))).toBe(false);
    await insertTail(bench);
    for (let i = 0; i < 100; i++) {
      bench.clock.advance(48 * HOUR_MS);
      await bench.engine.maintain();
    }
    const [described] = await bench.engine.broker.describeTopics([topic]);
    expect(described?.partitions[0]?.highWatermark).toBeGreaterThan(0);
    const expected = await tables(bench);
    await bench.reopen();
    expect(await tables(bench)).toEqual(expected);
    await bench.reopen(altered(bench.disk, 'snapshot-head', () => undefined));
    expect(await tables(bench)).toEqual(expected);
  });

  it('ends with its query', async () => {
    const bench = await openShop();
    expect(bench.disk.snapshot().some(({ key }) => isOf('snapshot-body', key))).toBe(true);
    await bench.run('DROP TABLE CITIES; DROP TABLE W; DROP TABLE C;');
    expect(bench.disk.snapshot().some(({ key }) => isOf('snapshot-body', key))).toBe(false);
  });
});

/** The newest batch of a log is never compacted: some more, which leave the deleted row alone. */
async function insertTail(bench: TestBench): Promise<void> {
  for (const id of ['u2', 'u3']) await bench.run(`INSERT INTO U (ID, CITY) VALUES ('${id}', 'city9');`);
}
