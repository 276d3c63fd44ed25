import { describe, expect, it } from 'vitest';
import { executeScript } from '../../src/core/ksql/engine/script.ts';
import { TestBench } from './test-bench.ts';

const CREATE = `CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, VALUE_FORMAT = 'JSON');`;
const COUNT = 'CREATE TABLE T AS SELECT K, COUNT(*) AS N FROM S GROUP BY K;';
const insert = (k: string, v: number) => `INSERT INTO S (K, V) VALUES ('${k}', ${v});`;

/** The text with the error's rewrite made. */
async function rewritten(bench: TestBench, sql: string): Promise<string> {
  const { rewrite } = await bench.fails(sql);
  if (rewrite === undefined) throw new Error(`${sql} should offer a rewrite`);
  const { offset, length } = rewrite.span;
  return sql.slice(0, offset) + rewrite.text + sql.slice(offset + length);
}

describe('RUN SCRIPT', () => {
  const scripts = new Map([
    ['setup.sql', `${CREATE}\nDEFINE name = 'a';`],
    ['rows.sql', `${insert('${name}', 1)}\n  DROP STREAM NOPE;\n${insert('b', 2)}`],
    ['outer.sql', "RUN SCRIPT 'setup.sql'; RUN SCRIPT 'rows.sql';"],
    ['loop.sql', "RUN SCRIPT 'again.sql';"],
    ['again.sql', "RUN SCRIPT 'loop.sql';"],
  ]);
  const run = (bench: TestBench, sql: string) =>
    executeScript(bench.engine, bench.session, sql, {
      testStatements: true,
      readScript: (path) => scripts.get(path),
    });

  it('carries out a script’s statements in their place, and stops where one fails', async () => {
    const bench = await TestBench.open();
    const { outputs, errors } = await run(bench, `SHOW STREAMS;\n RUN SCRIPT 'outer.sql';\nSHOW TABLES;`);
    expect(outputs.map(({ statement }) => statement.slice(0, 11))).toEqual([
      ...['SHOW STREAM', 'CREATE STRE', 'DEFINE name', 'INSERT INTO'],
    ]);
    expect(outputs[2]?.span).toMatchObject({ line: 2, column: 2 });
    const [failed] = errors;
    expect(failed).toMatchObject({ statement: 'DROP STREAM NOPE;', span: { line: 2, column: 2 } });
    expect(failed?.error).toMatchObject({ code: 'UNKNOWN_SOURCE', span: { line: 2, column: 2 } });
    expect(failed?.error.message).toContain("'rows.sql', line 2, column 15");
    expect((await bench.rows('SELECT K FROM S;')).rows).toEqual([['a']]);
  });

  it('says which script there is not, and which runs itself', async () => {
    const bench = await TestBench.open();
    expect((await run(bench, "RUN SCRIPT 'none.sql';")).errors[0]?.error).toMatchObject({ code: 'SCRIPT_NOT_FOUND' });
    const { error } = (await run(bench, "RUN SCRIPT 'loop.sql';")).errors[0] ?? {};
    expect(error?.code).toBe('SCRIPT_RUNS_ITSELF');
    expect(error?.message).toContain('loop.sql → again.sql → loop.sql');
  });
});

describe('ASSERT', () => {
  it('compares the next record of a topic when the queries have come to rest', async () => {
    const bench = await TestBench.open();
    const { errors } = await bench.execute(`${CREATE} ${COUNT} ${insert('a', 1)} ${insert('a', 2)}
      ASSERT VALUES S (K, V) VALUES ('a', 1);
      ASSERT VALUES T (K, N) VALUES ('a', 1); ASSERT VALUES T (K, N) VALUES ('a', 2);
      ASSERT STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON');
      ASSERT VALUES S (V) VALUES (3);`);
    expect(errors.map(({ error }) => [error.code, error.message])).toEqual([
      ['ASSERTION_FAILED', expect.stringContaining('V of the record of S is 2, and 3 is asserted')],
    ]);
    expect((await bench.fails('ASSERT VALUES S (V) VALUES (9);')).message).toContain('no further record');
    expect(
      (
        await bench.fails(
          "ASSERT TABLE T (K STRING PRIMARY KEY, N INT) WITH (KAFKA_TOPIC = 'T', VALUE_FORMAT = 'JSON');",
        )
      ).code,
    ).toBe('ASSERTION_FAILED');
  });
});

describe('ASSERT with a TIMEOUT', () => {
  const exists = (what: string) => `ASSERT ${what} TIMEOUT 10 SECONDS;`;

  it.each([
    ['TOPIC later', "CREATE STREAM A (K INT KEY) WITH (KAFKA_TOPIC = 'later', PARTITIONS = 1, VALUE_FORMAT = 'JSON');"],
    [
      "SCHEMA SUBJECT 'later-value'",
      "CREATE STREAM A (K INT KEY, V INT) WITH (KAFKA_TOPIC = 'later', PARTITIONS = 1, VALUE_FORMAT = 'AVRO');",
    ],
    [
      "STREAM A (K INT KEY, V INT) WITH (KAFKA_TOPIC = 'a', VALUE_FORMAT = 'JSON')",
      "CREATE STREAM A (K INT KEY, V INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = 1, VALUE_FORMAT = 'JSON');",
    ],
    ['NOT EXISTS TOPIC s', 'DROP STREAM S DELETE TOPIC;'],
    ['NOT EXISTS STREAM S', 'DROP STREAM S;'],
  ])('waits for %s while other statements are carried out', async (what, statement) => {
    const bench = await TestBench.open();
    await bench.run(CREATE);
    const startMs = bench.clock.nowMs();
    const waits = 3;
    let left = waits;
    const { errors } = await executeScript(bench.engine, bench.session, exists(what), {
      testStatements: true,
      pause: async (ms) => {
        bench.clock.advance(ms);
        left--;
        if (left === 0) await bench.run(statement);
      },
    });
    expect(errors).toEqual([]);
    expect(bench.clock.nowMs() - startMs).toBe(waits * 50);
  });

  it('fails when the time is up on the engine’s clock, by default after a second', async () => {
    const bench = await TestBench.open();
    const elapsed = async (sql: string) => {
      const startMs = bench.clock.nowMs();
      const { code, hint } = await bench.fails(sql);
      expect(code).toBe('ASSERTION_FAILED');
      expect(hint).toContain(`waited for ${bench.clock.nowMs() - startMs} ms`);
      return bench.clock.nowMs() - startMs;
    };
    expect(await elapsed('ASSERT TOPIC nowhere TIMEOUT 3 SECONDS;')).toBe(3_000);
    expect(await elapsed('ASSERT TOPIC nowhere;')).toBe(1_000);
    await bench.run(`SET 'ksql.assert.schema.default.timeout.ms' = '20';`);
    expect(await elapsed('ASSERT SCHEMA ID 7;')).toBe(20);
    await bench.run(CREATE);
    expect(await elapsed('ASSERT NOT EXISTS TOPIC s TIMEOUT 30 MILLISECONDS;')).toBe(30);
    expect(await elapsed('ASSERT TOPIC s WITH (PARTITIONS = 7) TIMEOUT 1 SECONDS;')).toBe(1_000);
    expect((await bench.fails('ASSERT TOPIC s WITH (NOPE = 7) TIMEOUT 1 SECONDS;')).code).toBe('UNKNOWN_PROPERTY');
  });
});

describe('queries that have ended', () => {
  it('are remembered when the engine is opened again, until they are started again', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT} CREATE STREAM D AS SELECT * FROM S; TERMINATE CTAS_T_1; TERMINATE CSAS_D_2;`);
    const ended = () => bench.engine.planner.ended().map(({ id }) => id);
    expect(ended()).toEqual(['CSAS_D_2', 'CTAS_T_1']);
    await bench.reopen();
    expect(ended()).toEqual(['CSAS_D_2', 'CTAS_T_1']);
    await bench.run(COUNT.replace('CREATE', 'CREATE OR REPLACE'));
    expect(ended()).toEqual(['CSAS_D_2']);
    await bench.reopen();
    expect(ended()).toEqual(['CSAS_D_2']);
  });

  it('start again with the engine where they failed, and say why where they fail again', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE}
      CREATE STREAM R (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'r', PARTITIONS = 1, VALUE_FORMAT = 'AVRO');
      INSERT INTO R SELECT K, V FROM S;`);
    const [id = ''] = bench.engine.planner.queries().map((query) => query.id);
    await bench.engine.broker.deleteTopics(['r']);
    await bench.run(insert('a', 1));
    const reason = () => bench.engine.runner.status(id).error?.code;
    expect(reason()).toBe('UNKNOWN_TOPIC');
    await bench.reopen();
    await bench.settle();
    expect(bench.engine.runner.status(id)).toMatchObject({ state: 'ERROR', error: { code: 'UNKNOWN_TOPIC' } });
    await bench.engine.createTopic('r', 1, 1);
    await bench.reopen();
    await bench.settle();
    expect(bench.engine.runner.status(id)).toMatchObject({ state: 'RUNNING', produced: 1 });
  });
});

describe('connectors', () => {
  it('are none: lists are empty and say so, the rest says what to do instead', async () => {
    const bench = await TestBench.open();
    for (const what of ['CONNECTORS', 'SOURCE CONNECTORS', 'SINK CONNECTORS', 'CONNECTOR PLUGINS']) {
      const { rows, notes } = await bench.rows(`SHOW ${what};`);
      expect(rows).toEqual([]);
      expect(notes[0]?.text).toContain('no Connect cluster');
    }
    for (const sql of [
      `CREATE SOURCE CONNECTOR c WITH ('connector.class' = 'jdbc');`,
      'DROP CONNECTOR c;',
      'DESCRIBE CONNECTOR c;',
    ]) {
      const error = await bench.fails(sql);
      expect(error).toMatchObject({ code: 'UNSUPPORTED_STATEMENT', details: { connector: 'C' } });
      expect(error.hint).toContain('INSERT INTO');
    }
    expect(await bench.run('DROP CONNECTOR IF EXISTS c;')).toEqual(['Connector C does not exist']);
  });
});

describe('properties', () => {
  it('are set per session, checked, and altered for all sessions for good', async () => {
    const bench = await TestBench.open();
    const shown = async (name: string) =>
      (await bench.rows('SHOW PROPERTIES;')).rows.find(([property]) => property === name)?.[1];
    await bench.run("ALTER SYSTEM 'ksql.persistence.default.format.value' = 'JSON';");
    expect(await shown('ksql.persistence.default.format.value')).toBe('JSON');
    await bench.run("CREATE STREAM N (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'n', PARTITIONS = 1);");
    await bench.run("SET 'ksql.persistence.default.format.value' = 'AVRO';");
    expect(await shown('ksql.persistence.default.format.value')).toBe('AVRO');
    await bench.run("UNSET 'ksql.persistence.default.format.value';");
    await bench.reopen();
    expect(bench.engine.skippedCommands).toEqual([]);
    expect(await shown('ksql.persistence.default.format.value')).toBe('JSON');
    expect(bench.engine.planner.catalog.source('N')?.value.format.name).toBe('JSON');
  });

  it.each([
    ["SET 'auto.ofset.reset' = 'latest';", 'UNKNOWN_SETTING', 'auto.ofset.reset'],
    ["SET 'auto.offset.reset' = 'sometimes';", 'INVALID_SETTING', 'sometimes'],
    ["SET 'ksql.query.pull.table.scan.enabled' = 'maybe';", 'INVALID_SETTING', "'true' or 'false'"],
    ["SET 'ksql.sink.partitions' = 'many';", 'INVALID_SETTING', 'whole number'],
    ["SET 'ksql.persistence.default.format.value' = 'XML';", 'INVALID_SETTING', 'XML'],
    ["UNSET 'nothing';", 'UNKNOWN_SETTING', 'nothing'],
    ["ALTER SYSTEM 'ksql.service.id' = 'x';", 'INVALID_SETTING', 'fixed'],
    ["ALTER SYSTEM 'no.such' = 'x';", 'UNKNOWN_SETTING', 'no.such'],
  ])('refuse %s', async (sql, code, culprit) => {
    const error = await (await TestBench.open()).fails(sql);
    expect(error.code).toBe(code);
    expect(error.message).toContain(culprit);
  });

  it('of Kafka’s clients and of the reference are taken', async () => {
    const bench = await TestBench.open();
    await bench.run(`SET 'commit.interval.ms' = '5'; SET 'ksql.streams.cache.max.bytes.buffering' = '0';
      SET 'ksql.streams.producer.linger.ms' = '0'; SET 'ksql.functions.mine.limit' = '3';
      SET 'ksql.streams.auto.offset.reset' = 'latest';`);
    expect(bench.session.overrides()['auto.offset.reset']).toBe('latest');
  });
});

describe('queries', () => {
  it('are shown with the push queries, which TERMINATE ends as well', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT}`);
    const subscription = await bench.subscribe('SELECT * FROM S EMIT CHANGES;');
    const { rows, notes } = await bench.rows('SHOW QUERIES EXTENDED;');
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ['CTAS_T_1', 'PERSISTENT', 'RUNNING'],
      [subscription.id, 'PUSH', 'RUNNING'],
    ]);
    expect(notes.map(({ title, text }) => [title, text.includes('Sub-topology')])).toEqual([['CTAS_T_1', true]]);
    expect(await bench.run(`TERMINATE ${subscription.id};`)).toEqual([`Terminated ${subscription.id}`]);
    expect(subscription.ended).toEqual({ reason: 'terminated', error: undefined });
    expect((await bench.rows('SHOW QUERIES;')).rows).toHaveLength(1);
  });

  it('that are terminated can be started anew by CREATE OR REPLACE', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT} ${insert('a', 1)} TERMINATE CTAS_T_1;`);
    expect((await bench.fails('SELECT * FROM T;')).code).toBe('NOT_MATERIALIZED');
    await bench.run(COUNT.replace('CREATE', 'CREATE OR REPLACE'));
    expect((await bench.rows('SELECT * FROM T;')).rows).toEqual([['a', 1]]);
  });
});

describe('errors that offer the right form', () => {
  it.each([
    ['SELECT K, COUNT(*) FROM S GROUP BY K;', 'SELECT K, COUNT(*) FROM S GROUP BY K EMIT CHANGES;'],
    ['SELECT * FROM T WHERE K = 1;', "SELECT * FROM T WHERE K = '1';"],
    ["SELECT * FROM T WHERE N = '1';", 'SELECT * FROM T WHERE N = 1;'],
    ['SELECT * FROM "t";', 'SELECT * FROM T;'],
    ['DESCRIBE TT;', 'DESCRIBE T;'],
    ['DROP STREAM S;', 'TERMINATE CTAS_T_1;\nDROP STREAM S;'],
  ])('%s', async (sql, wanted) => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT}`);
    expect(await rewritten(bench, sql)).toBe(wanted);
    const { errors } = await bench.execute(wanted);
    expect(errors).toEqual([]);
  });

  it.each([
    ['ksql.query.pull.table.scan.enabled', 'SELECT * FROM T WHERE N = 1;'],
    ['ksql.query.pull.stream.enabled', 'SELECT * FROM S;'],
    ['ksql.pull.queries.enable', "SELECT * FROM T WHERE K = 'a';"],
  ])('where %s is off', async (property, sql) => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT} SET '${property}' = 'false';`);
    expect((await bench.fails(sql)).code).toBe('INVALID_PULL_QUERY');
    expect((await bench.execute(await rewritten(bench, sql))).errors).toEqual([]);
  });
});

it('INSERT names the columns and the values that do not match', async () => {
  const bench = await TestBench.open();
  await bench.run(CREATE);
  const { message } = await bench.fails("INSERT INTO S VALUES ('a');");
  for (const culprit of ['`K`', '`V`', "'a'"]) expect(message).toContain(culprit);
});

it('INSERT takes a column once', async () => {
  const bench = await TestBench.open();
  await bench.run(CREATE);
  expect(await bench.fails("INSERT INTO S (K, V, K) VALUES ('a', 1, 'b');")).toMatchObject({
    code: 'DUPLICATE_COLUMN',
    details: { column: 'K' },
  });
});
