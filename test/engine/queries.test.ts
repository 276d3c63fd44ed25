import { describe, expect, it } from 'vitest';
import { TestBench } from './test-bench.ts';
import { executeScript } from '../../src/core/ksql/engine/script.ts';
import { tableEntries } from '../../src/core/ksql/queries/table-rows.ts';
import { BUFFER_ROWS } from '../../src/core/ksql/queries/subscription.ts';

const CREATE = `CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 2, VALUE_FORMAT = 'JSON');`;
const insert = (k: string, v: number, rowtime = v) =>
  `INSERT INTO S (ROWTIME, K, V) VALUES (${rowtime}, '${k}', ${v});`;

async function counted(): Promise<TestBench> {
  const bench = await TestBench.open();
  await bench.run(`${CREATE}
    CREATE TABLE T AS SELECT K, COUNT(*) AS N, SUM(V) AS TOTAL FROM S GROUP BY K;
    CREATE TABLE W AS SELECT K, COUNT(*) AS N FROM S WINDOW TUMBLING (SIZE 10 MILLISECONDS) GROUP BY K;
    ${insert('a', 1)} ${insert('b', 2)} ${insert('c', 3)} ${insert('a', 15)}`);
  return bench;
}

describe('pull queries', () => {
  it('answer by key, list, range, or scan', async () => {
    const bench = await counted();
    const rows = async (sql: string) => [...(await bench.rows(sql)).rows].map((row) => row.map(String).join()).sort();
    expect(await rows(`SELECT * FROM T WHERE K = 'a';`)).toEqual(['a,2,16']);
    expect(await rows(`SELECT K FROM T WHERE K IN ('a', 'c', 'nobody');`)).toEqual(['a', 'c']);
    expect(await rows(`SELECT K FROM T WHERE K >= 'b';`)).toEqual(['b', 'c']);
    expect(await rows(`SELECT K, TOTAL * 2 AS D FROM T WHERE TOTAL > 2;`)).toEqual(['a,32', 'c,6']);
    expect(await rows(`SELECT K FROM T LIMIT 2;`)).toHaveLength(2);
    expect(await rows(`SELECT WINDOWSTART, N FROM W WHERE K = 'a';`)).toEqual(['0,1', '10,1']);
    expect(await rows(`SELECT N FROM W WHERE K = 'a' AND WINDOWSTART > 5;`)).toEqual(['1']);
    expect(await rows(`SELECT V FROM S WHERE K = 'a';`)).toEqual(['1', '15']);
    expect(await rows(`SELECT V FROM S LIMIT 1;`)).toHaveLength(1);
  });

  it.each([
    ['WINDOWSTART = 10', ['10']],
    ['WINDOWSTART <> 10', ['0']],
    ['WINDOWSTART < 10', ['0']],
    ['WINDOWSTART <= 10', ['0', '10']],
    ['WINDOWSTART > 0', ['10']],
    ['WINDOWSTART >= 0', ['0', '10']],
    ['WINDOWEND = 10', ['0']],
    ['WINDOWEND > 10', ['10']],
    ['WINDOWEND < 20', ['0']],
    ['WINDOWEND BETWEEN 15 AND 25', ['10']],
    ['WINDOWSTART IN (0, 10)', ['0', '10']],
    [`WINDOWSTART >= '1970-01-01T00:00:00.010'`, ['10']],
    ['WINDOWSTART = 0 OR WINDOWEND = 20', ['0', '10']],
  ])('take window bounds such as %s, by key and by scan', async (bound, starts) => {
    const bench = await counted();
    const found = async (where: string) =>
      (await bench.rows(`SELECT WINDOWSTART FROM W WHERE ${where};`)).rows.map(String).sort();
    expect(await found(`K = 'a' AND (${bound})`)).toEqual(starts);
    expect(await found(`N = 1 AND K <> 'b' AND K <> 'c' AND (${bound})`)).toEqual(starts);
  });

  it('hide a window that is exactly as old as its retention, as Kafka does, where it is not what EMIT FINAL gives', async () => {
    const bench = await TestBench.open();
    const window = 'WINDOW TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD 10 MILLISECONDS)';
    await bench.run(`${CREATE}
      CREATE TABLE C AS SELECT K, COUNT(*) AS N FROM S ${window} GROUP BY K;
      CREATE TABLE F AS SELECT K, COUNT(*) AS N FROM S ${window} GROUP BY K EMIT FINAL;
      CREATE TABLE E AS SELECT K, COUNT(*) AS N FROM S WINDOW SESSION (5 MILLISECONDS, GRACE PERIOD 5 MILLISECONDS)
        GROUP BY K;
      ${[5, 15, 25].map((time) => insert('a', time)).join('')}`);
    const starts = async (table: string, where = '') =>
      (await bench.rows(`SELECT WINDOWSTART FROM ${table} ${where};`)).rows.flat();
    for (const where of ['', `WHERE K = 'a'`, 'WHERE WINDOWSTART >= 0', `WHERE K = 'a' AND WINDOWSTART >= 0`]) {
      expect(await starts('C', where)).toEqual([10, 20]);
      expect(await starts('F', where)).toEqual([0, 10, 20]);
      expect(await starts('E', where)).toEqual([25]);
    }
  });

  it.each([
    [
      'TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD 0 MILLISECONDS)',
      [
        ['a', 0, false],
        ['b', 0, false],
        ['a', 10, true],
      ],
    ],
    ['SESSION (5 MILLISECONDS, GRACE PERIOD 0 MILLISECONDS)', [['a', 12, true]]],
  ])('show the windows that EMIT FINAL holds back, which a panel tells from the others: %s', async (window, held) => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE.replace('PARTITIONS = 2', 'PARTITIONS = 1')}
      CREATE TABLE C AS SELECT K, COUNT(*) AS N FROM S WINDOW ${window} GROUP BY K EMIT CHANGES;
      CREATE TABLE F AS SELECT K, COUNT(*) AS N FROM S WINDOW ${window} GROUP BY K EMIT FINAL;
      ${insert('a', 1)} ${insert('b', 2)} ${insert('a', 12)}`);
    const shown = (table: string) =>
      tableEntries(bench.engine, bench.engine.planner.catalog.require(table), 10).rows.map(({ key, isHeld }) => [
        key[0],
        key[1],
        isHeld,
      ]);
    expect(shown('F')).toEqual(held);
    expect(shown('C').every(([, , isHeld]) => isHeld === undefined)).toBe(true);
  });

  it('tell of expressions that fail, whose value is null', async () => {
    const bench = await TestBench.open(undefined, { 'ksql.logging.processing.topic.auto.create': 'true' });
    await bench.run(`${CREATE} CREATE TABLE T AS SELECT K, SUM(V) AS N FROM S GROUP BY K; ${insert('x', 1)}`);
    expect((await bench.rows(`SELECT K, CAST(K AS INT) AS I FROM T WHERE N = 1;`)).rows).toEqual([['x', null]]);
    expect((await bench.rows(`SELECT K FROM T WHERE CAST(K AS INT) = 1;`)).rows).toEqual([]);
    expect(bench.failures.map(({ queryId, where }) => [queryId.slice(0, 6), where])).toEqual([
      ['pull_T', 'I'],
      ['pull_T', '(CAST(T.K AS INTEGER) = 1)'],
    ]);
    await bench.settle();
    const log = await bench.subscribe('PRINT default_ksql_processing_log FROM BEGINNING;');
    await bench.settle();
    const [first = '', second = ''] = log.take().map(({ row }) => JSON.stringify(row[2]));
    expect(first).toContain('.Project');
    expect(first).toContain('K');
    expect(second).toContain('.WhereFilter');
  });

  it('hold the first rows and say so where there are too many', async () => {
    const bench = await counted();
    for (const [sql, rows] of [
      ['SELECT V FROM S;', 4],
      ['SELECT * FROM T;', 3],
      ['SELECT * FROM T LIMIT 2;', 2],
    ] as const) {
      const result = async (maxRows: number) => {
        const { outputs } = await executeScript(bench.engine, bench.session, sql, { maxRows });
        const [output] = outputs;
        return output?.kind === 'rows' ? [output.rows.length, output.notes.length] : [];
      };
      expect(await result(1)).toEqual([1, 1]);
      expect(await result(rows)).toEqual([rows, 0]);
    }
  });

  it('see each record of a stream once, though the engine is stepped meanwhile', async () => {
    const bench = await counted();
    const [result] = await Promise.all([bench.rows('SELECT V FROM S;'), bench.settle(), bench.settle()]);
    expect(result.rows.map(([v]) => Number(v)).sort((a, b) => a - b)).toEqual([1, 2, 3, 15]);
  });

  it('say what would help when they cannot answer', async () => {
    const bench = await counted();
    await bench.run(
      `CREATE TABLE P (K STRING PRIMARY KEY, V INT) WITH (KAFKA_TOPIC = 'p', PARTITIONS = 1, VALUE_FORMAT = 'JSON');`,
    );
    const kept = await bench.fails('SELECT * FROM P;');
    expect(kept).toMatchObject({
      code: 'NOT_MATERIALIZED',
      rewrite: { title: 'Add EMIT CHANGES', text: ' EMIT CHANGES' },
    });
    expect(kept.hint).toContain('CREATE TABLE QUERYABLE_P AS SELECT * FROM P');
    const grouped = await bench.fails('SELECT K, COUNT(*) FROM S GROUP BY K;');
    expect(grouped).toMatchObject({ code: 'INVALID_PULL_QUERY', rewrite: { text: ' EMIT CHANGES' } });
    const joined = await bench.fails('SELECT * FROM S JOIN T ON S.K = T.K;');
    expect(joined).toMatchObject({ code: 'INVALID_PULL_QUERY', rewrite: { text: ' EMIT CHANGES' } });
    const limited = 'SELECT K, COUNT(*) FROM S GROUP BY K LIMIT 3;';
    const { rewrite } = await bench.fails(limited);
    expect(rewrite).toMatchObject({ span: { offset: limited.indexOf('LIMIT'), length: 0 }, text: 'EMIT CHANGES ' });
    expect((await bench.fails(`SELECT * FROM T WHERE K = NULL;`)).code).toBe('COMPARISON_WITH_NULL');
    await bench.run(`SET 'ksql.query.pull.table.scan.enabled' = 'false';`);
    expect((await bench.fails('SELECT * FROM T;')).message).toContain('table scans are switched off');
  });
});

describe('push queries', () => {
  it('hold back themselves and nobody else when their rows are not taken', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT * FROM S;`);
    const many = Array.from({ length: 200 }, (_, i) => i);
    for (const i of many) await bench.engine.produce('s', null, new TextEncoder().encode(`{"V":${i}}`), i);
    const wide = `SELECT EXPLODE(GENERATE_SERIES(1, 100)) AS N FROM S EMIT CHANGES;`;
    const lazy = await bench.subscribe(wide);
    const quick = await bench.subscribe('SELECT V FROM S EMIT CHANGES;');
    let taken = 0;
    for (let i = 0; i < 50; i++) {
      await bench.engine.step(20);
      taken += quick.take().length;
    }
    expect(taken).toBe(200);
    expect((await bench.rows('SELECT V FROM OUT;')).rows).toHaveLength(200);
    expect(lazy.wantsRows).toBe(false);
    // One more step than the buffer holds: 20 records of 100 rows.
    expect(lazy.total).toBeLessThanOrEqual(BUFFER_ROWS + 2_000);
    let rows = 0;
    for (let i = 0; i < 50; i++) {
      rows += lazy.take().length;
      await bench.engine.step(20);
    }
    expect(rows + lazy.take().length).toBe(20_000);
  });

  it('keep rows within the buffer, but for one record’s, where a record gives thousands', async () => {
    const bench = await TestBench.open();
    await bench.run(CREATE);
    for (let i = 0; i < 100; i++) await bench.engine.produce('s', null, new TextEncoder().encode(`{"V":${i}}`), i);
    const wide = await bench.subscribe('SELECT EXPLODE(GENERATE_SERIES(1, 1500)) AS N FROM S EMIT CHANGES;');
    let rows = 0;
    let most = 0;
    for (let i = 0; rows < 150_000; i++) {
      expect(i).toBeLessThan(500);
      await bench.settle();
      const taken = wide.take().length;
      // Of the first records nobody knows.
      if (i > 0) most = Math.max(most, taken);
      rows += taken;
    }
    expect(rows).toBe(150_000);
    expect(most).toBeLessThan(BUFFER_ROWS + 1_500);
  });

  it('end at their LIMIT and leave nothing behind', async () => {
    const bench = await counted();
    const before = (await bench.engine.broker.listTopics()).map(({ topic }) => topic);
    const subscription = await bench.subscribe('SELECT V, COUNT(*) AS N FROM S GROUP BY V EMIT CHANGES LIMIT 3;');
    await bench.settle();
    expect(subscription.take()).toHaveLength(3);
    expect(subscription.ended).toMatchObject({ reason: 'limit', error: undefined });
    expect((await bench.engine.broker.listTopics()).map(({ topic }) => topic)).toEqual(before);
    expect(bench.engine.runner.transients()).toEqual([]);
  });

  it('show how a table changes', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} CREATE TABLE T AS SELECT K, SUM(V) AS TOTAL FROM S GROUP BY K HAVING SUM(V) < 5;`);
    const subscription = await bench.subscribe('SELECT K, TOTAL FROM T EMIT CHANGES;');
    await bench.run(`${insert('a', 1)} ${insert('a', 2)} ${insert('a', 9)} ${insert('b', 4)}`);
    expect(subscription.take().map(({ kind, row }) => [kind, ...row])).toEqual([
      ['+I', 'a', 1],
      ['+U', 'a', 3],
      ['-D', 'a', null],
      ['+I', 'b', 4],
    ]);
  });

  it('begin with what comes where they read from the end', async () => {
    const bench = await counted();
    await bench.run(`SET 'auto.offset.reset' = 'latest';`);
    const subscription = await bench.subscribe('SELECT V FROM S EMIT CHANGES;');
    await bench.run(insert('z', 99));
    expect(subscription.take().map(({ row }) => row)).toEqual([[99]]);
  });
});

describe('PRINT', () => {
  it('shows records as they are, from the start or from now on', async () => {
    const bench = await counted();
    const all = await bench.subscribe('PRINT s FROM BEGINNING;');
    const some = await bench.subscribe(`PRINT 's' FROM BEGINNING INTERVAL 2 LIMIT 2;`);
    const later = await bench.subscribe('PRINT s;');
    await bench.run(insert('z', 99));
    const shown = all.take().map(({ row }) => row.slice(0, 3));
    expect(shown).toHaveLength(5);
    expect(shown).toContainEqual([1, 'a', '{"V":1}']);
    expect([some.take().length, some.ended?.reason]).toEqual([2, 'limit']);
    expect(later.take().map(({ row }) => row[1])).toEqual(['z']);
    expect((await bench.fails('PRINT nowhere;')).code).toBe('UNKNOWN_TOPIC');
  });
});

describe('INSERT VALUES', () => {
  it('converts values to the columns’ types', async () => {
    const bench = await TestBench.open();
    await bench.run(`CREATE STREAM I (K BIGINT KEY, D DOUBLE, E DECIMAL(6, 2), T TIMESTAMP, A ARRAY<BIGINT>, B BOOLEAN)
        WITH (KAFKA_TOPIC = 'i', PARTITIONS = 1, VALUE_FORMAT = 'JSON');
      INSERT INTO I VALUES (1, 2, 3, '2024-01-01T00:00:00', ARRAY[1, 2], true);
      INSERT INTO I (B, K) VALUES (false, 1 + 1);`);
    const { rows } = await bench.rows('SELECT K, D, CAST(E AS STRING) AS E, CAST(T AS STRING) AS T, A, B FROM I;');
    expect(rows).toEqual([
      [1, 2, '3.00', '2024-01-01T00:00:00.000', [1, 2], true],
      [2, null, null, null, null, false],
    ]);
  });

  it.each([
    [`INSERT INTO S (K, V) VALUES ('a', 'x');`, 'V'],
    [`INSERT INTO S (K, NOPE) VALUES ('a', 1);`, 'NOPE'],
    [`INSERT INTO S (K, V) VALUES ('a');`, '2 values'],
    [`INSERT INTO S VALUES ('a', 1, 2);`, '2 values'],
    [`INSERT INTO S (ROWTIME, K, V) VALUES (-1, 'a', 1);`, 'ROWTIME'],
    [`INSERT INTO NOPE VALUES (1);`, 'NOPE'],
    [`INSERT INTO T (K, N) VALUES ('a', 1);`, 'primary key'],
  ])('refuses %s', async (sql, named) => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE}
      CREATE TABLE T (K STRING PRIMARY KEY, N INT) WITH (KAFKA_TOPIC = 't', PARTITIONS = 1, VALUE_FORMAT = 'JSON');`);
    const statement = named === 'primary key' ? 'INSERT INTO T (N) VALUES (1);' : sql;
    const error = await bench.fails(statement);
    expect(error.kind).toBe('user');
    expect(error.message).toContain(named);
    expect(error.span).toBeDefined();
  });
});

describe('statements that tell', () => {
  it('list and describe', async () => {
    const bench = await counted();
    const first = async (sql: string) => (await bench.rows(sql)).rows[0];
    expect(await first('SHOW STREAMS;')).toEqual(['S', 's', 'KAFKA', 'JSON', 'no']);
    expect((await bench.rows('SHOW TABLES;')).rows).toEqual([
      ['T', 'T', 'KAFKA', 'JSON', 'no'],
      ['W', 'W', 'KAFKA', 'JSON', 'TUMBLING'],
    ]);
    expect((await bench.rows('SHOW TOPICS;')).rows).toContainEqual(['s', 2, 1]);
    expect((await first('SHOW QUERIES;'))?.slice(0, 5)).toEqual(['CTAS_T_1', 'PERSISTENT', 'RUNNING', 'T', 'T']);
    expect((await bench.rows('DESCRIBE T;')).rows).toEqual([
      ['K', 'VARCHAR(STRING)  (primary key)'],
      ['N', 'BIGINT'],
      ['TOTAL', 'INTEGER'],
    ]);
    const notes = (await bench.rows('DESCRIBE T EXTENDED;')).notes.map(({ text }) => text).join('\n');
    expect(notes).toContain('CTAS_T_1 (RUNNING)');
    expect(notes).toContain('CTAS_T_1: consumed 4 (0/s), produced 4 (0/s), lag 0');
    expect((await bench.rows('DESCRIBE FUNCTION UCASE;')).rows.length).toBeGreaterThan(0);
    expect((await bench.fails('DESCRIBE NOPE;')).code).toBe('UNKNOWN_SOURCE');
  });

  it('explain queries that run and those that do not yet', async () => {
    const bench = await counted();
    const running = await bench.rows('EXPLAIN CTAS_T_1;');
    expect(running.rows).toContainEqual(['Status', 'RUNNING']);
    expect(running.notes.at(-1)?.text).toContain('Sub-topology: 0');
    const planned = await bench.rows('EXPLAIN SELECT V, COUNT(*) AS N FROM S GROUP BY V EMIT CHANGES;');
    expect(planned.rows).toEqual([
      ['V', 'INTEGER'],
      ['N', 'BIGINT'],
    ]);
    expect(planned.notes.at(-1)?.text).toContain('Sub-topology: 1');
    expect((await bench.fails('EXPLAIN NOPE;')).code).toBe('UNKNOWN_QUERY');
    expect(planned.notes[0]?.text).toContain(
      ' > [ PROJECT ] | SELECT V, N | Schema: `V` INTEGER, `N` BIGINT\n   > [ AGG',
    );
  });

  it.each([
    [`T WHERE K = 'a'`, "Lookup : key lookup (1 key)\nKeys   : K = 'a'", 'KeyedTableLookupOperator'],
    [`T WHERE K > 'a' LIMIT 1`, 'range scan', 'LimitOperator'],
    ['T WHERE N > 1', 'WHERE says nothing about the key', ' TableScanOperator'],
    [`W WHERE K IN ('a', 'b') AND WINDOWSTART >= 7`, 'WINDOWSTART : from 7', 'KeyedWindowedTableLookupOperator'],
    ['W', 'table scan', 'WindowedTableScanOperator'],
    ['S WHERE V > 1', 'stream scan', 'StreamScanOperator'],
  ])('explain how a pull query on %s is answered', async (from, lookup, operator) => {
    const bench = await counted();
    const { rows, notes } = await bench.rows(`EXPLAIN SELECT K FROM ${from};`);
    expect(rows).toEqual([['K', 'STRING']]);
    expect(notes.map(({ title }) => title)).toEqual(['Pull query', 'Logical plan', 'Physical plan']);
    expect(notes[0]?.text).toContain(lookup);
    expect(notes[2]?.text).toContain(operator);
  });
});
