/** State stores as a whole: how large they are, where they lie, how they come back. */
import { describe, expect, it } from 'vitest';
import { TestBench } from './test-bench.ts';

const KEYS = 400;
/** Each key's changelog record takes up so much that a restore needs several steps. */
const PADDING = 'x'.repeat(8_000);

async function openTable(budgetBytes: number | undefined): Promise<TestBench> {
  const bench = await TestBench.open();
  await bench.run(
    `CREATE STREAM S (K STRING KEY, V STRING) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=2);`,
  );
  if (budgetBytes !== undefined) await bench.run(`SET 'ksql.plugins.rocksdb.cache.size' = '${budgetBytes}';`);
  await bench.run(
    'CREATE TABLE T AS SELECT K, COUNT(*) AS N, LATEST_BY_OFFSET(V) AS V FROM S GROUP BY K EMIT CHANGES;',
  );
  const inserts = Array.from({ length: KEYS }, (_, i) => `INSERT INTO S (K, V) VALUES ('k${i}', '${PADDING}');`);
  await bench.run(inserts.join('\n'));
  return bench;
}

describe('a table larger than its memory', () => {
  it('lies in the scratch file, is read as ever, and says so', async () => {
    const bench = await openTable(100_000);
    const [id] = bench.engine.planner.queries().map((query) => query.id);
    const [store] = bench.engine.runner.status(id ?? '').stores;
    expect(store).toMatchObject({ kind: 'key-value', entries: KEYS, budgetBytes: 100_000, restored: 0, toRestore: 0 });
    expect(store?.spilledBytes).toBeGreaterThan(KEYS * PADDING.length * 0.8);
    // Two tasks, each of which keeps to the budget but for the state of the last records.
    expect(store?.memoryBytes).toBeLessThan(400_000);
    const { rows } = await bench.rows('SELECT K, N FROM T;');
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(
      Array.from({ length: KEYS }, (_, i) => JSON.stringify([`k${i}`, 1])).sort(),
    );
    expect((await bench.rows(`SELECT N FROM T WHERE K = 'k7';`)).rows).toEqual([[1]]);
    const { notes } = await bench.rows('DESCRIBE T EXTENDED;');
    const stores = notes.find(({ title }) => title === 'State stores')?.text;
    expect(stores).toContain(`entries ${KEYS}`);
    expect(stores).toContain(`bytes spilled ${store?.spilledBytes}`);
  });

  it('keeps the budget that it was created with when the engine is opened again', async () => {
    const bench = await openTable(100_000);
    await bench.reopen();
    await bench.settle();
    const [id] = bench.engine.planner.queries().map((query) => query.id);
    expect(bench.engine.runner.status(id ?? '').stores[0]?.spilledBytes).toBeGreaterThan(0);
    expect((await bench.rows('SELECT K FROM T;')).rows).toHaveLength(KEYS);
  });

  it('is refused with a budget that is no number', async () => {
    const bench = await TestBench.open();
    await bench.run(`CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);`);
    await bench.run(`SET 'ksql.plugins.rocksdb.cache.size' = 'much';`);
    const error = await bench.fails('CREATE TABLE T AS SELECT K, COUNT(*) AS N FROM S GROUP BY K EMIT CHANGES;');
    expect(error.code).toBe('INVALID_PROPERTY');
    expect(error.message).toContain('much');
    expect(bench.engine.planner.queries()).toEqual([]);
  });
});

describe('a table that comes back', () => {
  it('tells how far it is, and cannot be read before it is whole', async () => {
    const bench = await openTable(undefined);
    await bench.reopen();
    const [id = ''] = bench.engine.planner.queries().map((query) => query.id);
    const seen: number[] = [];
    for (;;) {
      const { state, stores } = bench.engine.runner.status(id);
      const [store] = stores;
      if (state !== 'RESTORING') {
        expect(store).toMatchObject({ entries: KEYS, restored: 0, toRestore: 0, spilledBytes: 0 });
        break;
      }
      expect(store?.toRestore).toBe(KEYS);
      seen.push(store?.restored ?? -1);
      expect((await bench.fails('SELECT * FROM T;')).code).toBe('STORE_NOT_READY');
      await bench.engine.step(100);
    }
    expect(seen[0]).toBe(0);
    expect(seen.length).toBeGreaterThan(1);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect((await bench.rows('SELECT K FROM T;')).rows).toHaveLength(KEYS);
  });
});

describe('the buffers of a join', () => {
  it('keep in their changelogs what a restart needs, and little more', async () => {
    const bench = await TestBench.open();
    await bench.run(`
      CREATE STREAM L (K STRING KEY, A INT) WITH (KAFKA_TOPIC='l', VALUE_FORMAT='JSON', PARTITIONS=1);
      CREATE STREAM R (K STRING KEY, B INT) WITH (KAFKA_TOPIC='r', VALUE_FORMAT='JSON', PARTITIONS=1);
      CREATE STREAM J AS SELECT L.K, A, B FROM L JOIN R WITHIN 1 SECOND GRACE PERIOD 0 SECONDS ON L.K = R.K EMIT CHANGES;`);
    for (let i = 0; i < 100; i++) {
      await bench.run(`INSERT INTO L (ROWTIME, K, A) VALUES (${i * 1_000}, 'k', ${i});`);
      await bench.settle();
    }
    const changelogs = (await bench.engine.broker.listTopics()).filter(({ topic }) => topic.endsWith('-changelog'));
    const kept = changelogs.map(({ partitions: [one] }) => (one?.highWatermark ?? 0) - (one?.logStartOffset ?? 0));
    expect(Math.max(...kept)).toBeGreaterThan(0);
    expect(Math.max(...kept)).toBeLessThan(10);

    await bench.reopen();
    await bench.settle();
    await bench.run(`INSERT INTO R (ROWTIME, K, B) VALUES (98500, 'k', 1);`);
    await bench.settle();
    const { rows } = await bench.rows('SELECT A, B FROM J;');
    expect(rows).toEqual([
      [98, 1],
      [99, 1],
    ]);
  });
});

describe('state in the layout of an earlier version', () => {
  it('is refused, not misread, and the query can be made anew', async () => {
    const create = 'CREATE TABLE J AS SELECT A.K, V, W FROM A JOIN B ON A.K = B.K EMIT CHANGES;';
    const bench = await TestBench.open();
    await bench.run(`
      CREATE TABLE A (K STRING PRIMARY KEY, V INT) WITH (KAFKA_TOPIC='a', VALUE_FORMAT='JSON', PARTITIONS=1);
      CREATE TABLE B (K STRING PRIMARY KEY, W INT) WITH (KAFKA_TOPIC='b', VALUE_FORMAT='JSON', PARTITIONS=1);
      ${create}
      INSERT INTO A (K, V) VALUES ('k', 1);
      INSERT INTO B (K, W) VALUES ('k', 2);`);
    await bench.settle();
    const { broker } = bench.engine;
    const [{ id = '' } = {}] = bench.engine.planner.queries();
    const groupId = `_confluent-ksql-default_query_${id}`;
    const { partitions } = await broker.offsetFetch({ groupId });
    expect(partitions).toHaveLength(2);
    const before = partitions.map(({ topic, partition, offset }) => {
      return { topic, partition, offset, metadata: '{"v":1,"times":{}}' };
    });
    await broker.offsetCommit({ groupId, partitions: before });

    await bench.reopen();
    expect(bench.engine.runner.status(id).error).toMatchObject({ code: 'STATE_OUTDATED' });
    await bench.run(`TERMINATE ${id}; DROP TABLE J; ${create}`);
    await bench.settle();
    expect((await bench.rows('SELECT * FROM J;')).rows).toEqual([['k', 1, 2]]);
  });
});
