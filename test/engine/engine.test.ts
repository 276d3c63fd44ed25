import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { RecordBatchBuilder } from '../../src/core/log/record-batch-builder.ts';
import { TestBench } from './test-bench.ts';

const CREATE = `CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, VALUE_FORMAT = 'JSON');`;
const COUNT = 'CREATE TABLE T AS SELECT K, COUNT(*) AS N FROM S GROUP BY K;';
const insert = (k: string, v: number) => `INSERT INTO S (K, V) VALUES ('${k}', ${v});`;

/** All that a person can see of the catalog and the queries. */
async function described(bench: TestBench): Promise<unknown> {
  const { engine } = bench;
  const shown = [];
  for (const sql of ['SHOW STREAMS', 'SHOW TABLES', 'SHOW TYPES', 'SHOW QUERIES', 'SHOW TOPICS']) {
    shown.push((await bench.rows(`${sql};`)).rows);
  }
  return {
    shown,
    sources: engine.planner.catalog.sources(),
    subjects: engine.registry.subjects().map((s) => [s, engine.registry.versions(s)]),
  };
}

async function writeCommand(bench: TestBench, value: string): Promise<void> {
  const builder = new RecordBatchBuilder();
  builder.append(new TextEncoder().encode('"x"'), new TextEncoder().encode(value), 0);
  const topics = await bench.engine.broker.listTopics();
  const topic = topics.find((t) => t.topic.endsWith('command_topic'))?.topic ?? '';
  await bench.engine.broker.produce({ batches: [{ topic, partition: 0, records: builder.build() }] });
}

it('deletes a topic with its schemas, unless another schema refers to one', async () => {
  const bench = await TestBench.open();
  await bench.run(`CREATE STREAM S (V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, VALUE_FORMAT = 'PROTOBUF');`);
  const { registry } = bench.engine;
  const user = 'syntax = "proto3"; import "s.proto"; message User { ConnectDefault1 s = 1; }';
  registry.register('user', 'PROTOBUF', user, [{ name: 's.proto', subject: 's-value', version: 1 }]);
  expect(await bench.fails('DROP STREAM S DELETE TOPIC;')).toMatchObject({ code: 'SCHEMA_REFERENCED' });
  expect((await bench.rows('SHOW STREAMS;')).rows).toHaveLength(1);
  registry.deleteSubject('user');
  await bench.run('DROP STREAM S DELETE TOPIC;');
  expect(registry.subjects()).toEqual([]);
});

describe('opening an engine again', () => {
  it('finds sources, types, queries and their states as they were', async () => {
    const bench = await TestBench.open();
    await bench.run(`
      DEFINE name = 's'; CREATE TYPE POINT AS STRUCT<X INT, Y INT>;
      CREATE STREAM S (K STRING KEY, P POINT) WITH (KAFKA_TOPIC = '\${name}', PARTITIONS = 2, VALUE_FORMAT = 'AVRO');
      SET 'ksql.persistence.default.format.value' = 'JSON';
      CREATE STREAM D (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'd', PARTITIONS = 2);
      UNSET 'ksql.persistence.default.format.value';
      CREATE STREAM A AS SELECT K, P->X AS X FROM S;
      CREATE TABLE B AS SELECT K, COUNT(*) AS N FROM A GROUP BY K;
      CREATE STREAM C AS SELECT * FROM A; INSERT INTO C SELECT * FROM A;
      PAUSE CTAS_B_4; TERMINATE CSAS_C_5; DROP TYPE POINT; CREATE TYPE PAIR AS ARRAY<INT>;`);
    const before = await described(bench);
    await bench.reopen();
    expect(await described(bench)).toEqual(before);
    expect(bench.engine.skippedCommands).toEqual([]);
    expect((await bench.rows('SHOW QUERIES;')).rows.map((row) => [row[0], row[2]])).toEqual([
      ['CSAS_A_3', 'RUNNING'],
      ['CTAS_B_4', 'PAUSED'],
      ['INSERTQUERY_6', 'RUNNING'],
    ]);
    expect(await bench.run('CREATE STREAM Z AS SELECT * FROM A;')).toEqual([
      'Stream Z created and running as CSAS_Z_11',
    ]);
  });

  it('plans as it was planned then, whatever became of topics and schemas', async () => {
    const bench = await TestBench.open();
    await bench.run(`
      CREATE STREAM W (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'w', PARTITIONS = 3, VALUE_FORMAT = 'AVRO');
      CREATE STREAM R (K STRING KEY) WITH (KAFKA_TOPIC = 'w', VALUE_FORMAT = 'AVRO');
      ALTER STREAM W ADD COLUMN X STRING;
      CREATE STREAM GONE (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'gone', PARTITIONS = 1, VALUE_FORMAT = 'AVRO');
      CREATE STREAM ALSO (K STRING KEY) WITH (KAFKA_TOPIC = 'gone', VALUE_FORMAT = 'AVRO');
      DROP STREAM ALSO; DROP STREAM GONE DELETE TOPIC;`);
    const before = await described(bench);
    await bench.reopen();
    expect(bench.engine.skippedCommands).toEqual([]);
    expect(await described(bench)).toEqual(before);
    expect((await bench.rows('DESCRIBE R;')).rows.map(([name]) => name)).toEqual(['K', 'V']);
    expect(bench.engine.registry.latest('gone-value')).toBeUndefined();
  });

  it('leaves out a command that it cannot read, and says which and why', async () => {
    const bench = await TestBench.open();
    await bench.run(CREATE);
    await writeCommand(bench, JSON.stringify({ statement: 'CREATE MATERIALISED WONDER W;' }));
    await writeCommand(bench, 'no JSON');
    await writeCommand(bench, JSON.stringify({ statement: 'CREATE STREAM X AS SELECT * FROM W;' }));
    await bench.reopen();
    expect(bench.engine.skippedCommands.map(({ sequence, error }) => [sequence, error.code])).toEqual([
      [1, 'SYNTAX'],
      [2, 'CORRUPT_BATCH'],
      [3, 'UNKNOWN_SOURCE'],
    ]);
    expect(await bench.run(`${insert('a', 1)} ${COUNT}`)).toContain('Table T created and running as CTAS_T_4');
    expect((await bench.rows('SELECT * FROM T;')).rows).toEqual([['a', 1]]);
  });

  it('removes what a crash left of queries that have ended', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT} ${insert('a', 1)}`);
    await bench.subscribe('SELECT V, COUNT(*) AS N FROM S GROUP BY V EMIT CHANGES;');
    const internal = async () => {
      const topics = await bench.engine.broker.listTopics();
      return topics.map(({ topic }) => topic).filter((topic) => /query_|transient_/.test(topic));
    };
    expect(await internal()).toHaveLength(2);
    // Power fails when TERMINATE is recorded, before anything else.
    bench.fault = () => 'crash-after';
    expect((await bench.fails('TERMINATE CTAS_T_1;')).code).toBe('STORAGE_FAILED');
    await bench.reopen();
    expect(await internal()).toEqual([]);
    expect(await bench.engine.broker.listGroups()).toEqual([]);
  });

  it('remembers where a query began that reads from the end', async () => {
    const bench = await TestBench.open({ 'auto.offset.reset': 'latest' });
    await bench.run(`${CREATE} ${insert('a', 1)} CREATE STREAM OUT AS SELECT * FROM S;`);
    await bench.execute(insert('a', 2));
    await bench.reopen();
    await bench.settle();
    expect((await bench.rows('SELECT V FROM OUT;')).rows).toEqual([[2]]);
  });
});

describe('statements that fail', () => {
  it('change nothing, not even the schema registry', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE}
      CREATE STREAM A (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = 3, VALUE_FORMAT = 'AVRO');`);
    const before = await described(bench);
    const statements = [
      CREATE,
      'CREATE STREAM X AS SELECT NOPE FROM S;',
      "CREATE STREAM X (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'x', PARTITIONS = 100000, VALUE_FORMAT = 'AVRO');",
      "CREATE STREAM X WITH (VALUE_FORMAT = 'AVRO') AS SELECT S.K AS K, A.V FROM S JOIN A WITHIN 1 HOUR ON S.K = A.K;",
      'DROP STREAM NOPE;',
      'TERMINATE NOPE;',
    ];
    for (const sql of statements) await bench.fails(sql);
    expect(await described(bench)).toEqual(before);
    await bench.reopen();
    expect(await described(bench)).toEqual(before);
  });

  it('leave nothing half done when the storage is full', async () => {
    const bench = await TestBench.open();
    await bench.run(CREATE);
    const before = await described(bench);
    bench.fault = () => 'quota';
    expect((await bench.fails(COUNT)).code).toBe('STORAGE_QUOTA');
    expect((await bench.fails(insert('a', 1))).code).toBe('STORAGE_QUOTA');
    expect((await bench.fails('CREATE STREAM X AS SELECT * FROM S;')).code).toBe('STORAGE_QUOTA');
    // The topic can be made, the command not be recorded: the topic goes again.
    let writes = 0;
    bench.fault = () => (writes++ === 1 ? 'quota' : 'none');
    expect((await bench.fails('CREATE STREAM X AS SELECT * FROM S;')).code).toBe('STORAGE_QUOTA');
    bench.fault = () => 'none';
    expect(await described(bench)).toEqual(before);
    await bench.reopen();
    expect(await described(bench)).toEqual(before);
  });

  it('stop the script where they stand', async () => {
    const bench = await TestBench.open();
    const sql = `${CREATE}\n  DROP STREAM NOPE;\nCREATE STREAM LATER AS SELECT * FROM S;`;
    const { outputs, errors } = await bench.execute(sql);
    expect(outputs.map(({ statement }) => statement)).toEqual([CREATE]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ statement: 'DROP STREAM NOPE;', span: { line: 2, column: 3 } });
    expect(errors[0]?.error).toMatchObject({ code: 'UNKNOWN_SOURCE', span: { line: 2, column: 15 } });
    expect(bench.engine.planner.catalog.source('LATER')).toBeUndefined();
    const broken = await bench.execute(`DROP STREAM S; SELEKT; DROP NOTHING;`);
    expect([broken.outputs.length, broken.errors.length > 0]).toEqual([0, true]);
    expect(bench.engine.planner.catalog.source('S')).toBeDefined();
  });

  it('name what is in the way of DROP', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} CREATE STREAM A AS SELECT * FROM S; INSERT INTO A SELECT * FROM S;`);
    const error = await bench.fails('DROP STREAM A;');
    expect(error.message).toContain('INSERTQUERY_2');
    expect(error).toMatchObject({ code: 'SOURCE_IN_USE', hint: 'Terminate them first: TERMINATE INSERTQUERY_2;' });
    expect((await bench.fails('DROP STREAM S;')).message).toContain('CSAS_A_1, INSERTQUERY_2');
    await bench.run('TERMINATE INSERTQUERY_2; DROP STREAM A DELETE TOPIC; DROP STREAM S;');
    expect((await bench.rows('SHOW TOPICS;')).rows.map(([topic]) => topic)).toEqual(['s']);
  });
});

describe('running queries', () => {
  it('skip records that cannot be read, count them and say where they are', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT * FROM S; ${insert('a', 1)}`);
    await bench.engine.produce('s', null, new TextEncoder().encode('{"V": oops'), 5);
    await bench.run(insert('a', 2));
    expect((await bench.rows('SELECT V FROM OUT;')).rows).toEqual([[1], [2]]);
    expect(bench.engine.runner.status('CSAS_OUT_1')).toMatchObject({
      state: 'RUNNING',
      skipped: { undeserializable: 1 },
    });
    expect(bench.failures).toMatchObject([{ queryId: 'CSAS_OUT_1', where: 's-0@1' }]);
  });

  it('stop alone when they fail, and go on from their last commit when they are resumed', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT}`);
    await bench.execute(insert('a', 1));
    bench.fault = () => 'quota';
    await bench.settle();
    const failed = bench.engine.runner.status('CTAS_T_1');
    expect([failed.state, failed.error?.code]).toEqual(['ERROR', 'STORAGE_QUOTA']);
    expect((await bench.fails('SELECT * FROM T;')).code).toBe('STORE_NOT_READY');
    bench.fault = () => 'none';
    await bench.run(`CREATE STREAM OUT AS SELECT * FROM S; ${insert('a', 2)}`);
    expect((await bench.rows('SELECT V FROM OUT;')).rows).toEqual([[1], [2]]);
    await bench.run('RESUME CTAS_T_1;');
    expect((await bench.rows('SELECT * FROM T;')).rows).toEqual([['a', 2]]);
  });

  it('are not in one another’s way when a partition is damaged', async () => {
    const bench = await TestBench.open();
    await bench.run(`${CREATE} ${COUNT} ${insert('damaged', 1)}
      CREATE STREAM S2 (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's2', PARTITIONS = 1, VALUE_FORMAT = 'JSON');
      CREATE STREAM OUT AS SELECT * FROM S2; ${insert('b', 2)}`);
    const text = '"V":1}';
    const entries = bench.disk.snapshot().map(({ key, value }) => {
      const at = Buffer.from(value).indexOf(text);
      if (at < 0 || Buffer.from(value).indexOf('damaged') < 0) return { key, value };
      const broken = value.slice();
      broken[at + 4] = (broken[at + 4] ?? 0) ^ 1;
      return { key, value: broken };
    });
    await bench.reopen(new MemoryStorage(entries));
    expect(bench.engine.skippedCommands).toEqual([]);
    await bench.run(`INSERT INTO S2 (K, V) VALUES ('x', 7);`);
    expect((await bench.rows('SELECT V FROM OUT;')).rows).toEqual([[7]]);
    const { state, error } = bench.engine.runner.status('CTAS_T_1');
    expect([state, error?.code]).toEqual(['ERROR', 'CORRUPT_BATCH']);
    expect(error?.message).toContain('s-0');
    expect(error?.details).toMatchObject({ topic: 's', partition: 0, offset: 0 });
    expect((await bench.fails(insert('c', 3))).code).toBe('CORRUPT_BATCH');
  });
});

describe('an engine', () => {
  it('writes the same bytes for the same statements and input', async () => {
    const bytes = async () => {
      const bench = await TestBench.open();
      await bench.run(`${CREATE} ${COUNT} CREATE STREAM OUT AS SELECT K, RANDOM() AS R, UNIX_TIMESTAMP() AS U FROM S;`);
      for (let i = 0; i < 20; i++) await bench.run(insert(`k${i % 3}`, i));
      return bench.disk.snapshot().map(({ key, value }) => [key, [...value]]);
    };
    expect(await bytes()).toEqual(await bytes());
  });

  it('applies retention every half a minute, a few partitions at a time', async () => {
    const bench = await TestBench.open();
    await bench.run(CREATE);
    await bench.engine.broker.alterConfigs('s', { 'retention.ms': 60_000 });
    await bench.run(insert('a', 1));
    const start = async () => (await bench.engine.broker.describeTopics(['s']))[0]?.partitions[0]?.logStartOffset;
    bench.clock.advance(100_000);
    for (let i = 0; i < 20; i++) await bench.engine.maintain();
    expect(await start()).toBe(1);
    await bench.run(insert('a', 2));
    bench.clock.advance(29_000);
    await bench.engine.maintain();
    expect(await start()).toBe(1);
  });
});
