import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import { Engine } from '../../core/ksql/engine/engine.ts';
import { keyOf } from '../../core/common/values/key.ts';
import { WeirError } from '../../core/common/errors.ts';
import { executeScript } from '../../core/ksql/engine/script.ts';
import { Session } from '../../core/ksql/engine/session.ts';
import { runRecordsTest } from '../../library/testing/records-test.ts';
import { exportWorkspace } from './export-workspace.ts';
import { restoreWorkspace } from './restore-workspace.ts';
import { workspaceScript } from './workspace-script.ts';

async function open() {
  const clock = new ManualClock(1_700_000_000_000);
  const engine = await Engine.open({ storage: new MemoryStorage(), clock, scheduler: clock, random: () => 0.5 });
  const session = new Session({ 'auto.offset.reset': 'earliest' });
  const run = async (sql: string) => {
    const { outputs, errors } = await executeScript(engine, session, sql);
    expect(errors).toEqual([]);
    while (await engine.step(100));
    return outputs;
  };
  return { engine, run };
}

const SCRIPT = `
  CREATE TYPE place AS STRUCT<city STRING, zip INTEGER>;
  CREATE STREAM orders (id STRING KEY, amount DECIMAL(12, 2), home place)
    WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 3);
  CREATE TABLE cities (city STRING PRIMARY KEY, country STRING)
    WITH (kafka_topic = 'cities', value_format = 'AVRO', partitions = 1);
  CREATE TABLE totals AS SELECT id, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY id EMIT CHANGES;
  INSERT INTO cities (city, country, ROWTIME) VALUES ('Bern', 'CH', 1);
  INSERT INTO cities (city, country, ROWTIME) VALUES ('Rome', 'IT', 2);
  INSERT INTO orders (id, amount, home, ROWTIME) VALUES ('a', 1234567890.12, STRUCT(city := 'Bern', zip := 3000), 5);
  INSERT INTO orders (id, amount, ROWTIME) VALUES ('b', 1.50, 7);
  INSERT INTO orders (id, amount, ROWTIME) VALUES ('a', 1.00, 9);`;
const REQUEST = { maxRecordChars: 10_000, outputs: false };

describe('a workspace that is carried to another', () => {
  it('has the same streams, tables, queries and rows there', async () => {
    const first = await open();
    await first.run(SCRIPT);
    const { content, notices } = await exportWorkspace(first.engine, REQUEST);
    expect(notices).toEqual([]);
    expect(content.topics.map(({ name, partitions, records }) => [name, partitions, records])).toEqual([
      ['cities', 1, 2],
      ['orders', 3, 3],
    ]);
    const second = await open();
    await restoreWorkspace(second.engine, structuredClone(content));
    while (await second.engine.step(100));
    for (const sql of ['SELECT * FROM totals;', 'SHOW TABLES;', 'SHOW STREAMS;', 'SHOW TYPES;', 'DESCRIBE cities;']) {
      const rows = async (at: typeof first) =>
        (await at.run(sql)).map((output) => output.kind === 'rows' && output.rows);
      expect(await rows(second), sql).toEqual(await rows(first));
    }
    expect((await exportWorkspace(second.engine, REQUEST)).content).toEqual(content);
  });

  it('is a test that passes', async () => {
    const { engine, run } = await open();
    await run(SCRIPT);
    const { content, outputs = '', notices } = await exportWorkspace(engine, { ...REQUEST, outputs: true });
    expect(notices).toEqual([]);
    const test = { statements: content.statements.join('\n'), inputs: content.inputs };
    expect(await runRecordsTest({ ...test, outputs })).toBeUndefined();
    expect(await runRecordsTest({ ...test, outputs: outputs.replace('1.50', '1.51') })).toBeDefined();
  });

  it('leaves out topics whose records are too many, and says so', async () => {
    const { engine, run } = await open();
    await run(SCRIPT);
    const { content, notices } = await exportWorkspace(engine, { maxRecordChars: 200, outputs: false });
    expect(notices).toEqual(['The 3 records of orders are left out: they are too many.']);
    expect(content.topics.map(({ name, records }) => [name, records])).toEqual([
      ['cities', 2],
      ['orders', 0],
    ]);
    expect(content.inputs).not.toContain('orders');
  });

  it('is without what was dropped or terminated, and with the settings that its statements had', async () => {
    const { engine, run } = await open();
    await run(
      `DEFINE t = 'late'; CREATE STREAM s (a INTEGER) WITH (kafka_topic = '\${t}', value_format = 'JSON', partitions = 1);`,
    );
    await run(`CREATE STREAM gone AS SELECT * FROM s; DROP STREAM gone;`);
    await run(`ALTER STREAM s ADD COLUMN b INTEGER;`);
    await run(
      `CREATE STREAM sink (a INTEGER, b INTEGER) WITH (kafka_topic = 'sink', value_format = 'JSON', partitions = 1);`,
    );
    await run(`SET 'auto.offset.reset' = 'latest'; INSERT INTO sink SELECT * FROM s;`);
    const [id] = engine.planner.queries().map((query) => query.id);
    await run(`TERMINATE ${id ?? ''}; INSERT INTO sink SELECT a, b FROM s WHERE a > 1;`);
    const statements = await workspaceScript(engine);
    expect(statements.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      "SET 'auto.offset.reset' = 'earliest';",
      "DEFINE t = 'late';",
      "CREATE STREAM s (a INTEGER) WITH (kafka_topic = '${t}', value_format = 'JSON', partitions = 1);",
      'ALTER STREAM s ADD COLUMN b INTEGER;',
      "CREATE STREAM sink (a INTEGER, b INTEGER) WITH (kafka_topic = 'sink', value_format = 'JSON', partitions = 1);",
      "SET 'auto.offset.reset' = 'latest';",
      'INSERT INTO sink SELECT a, b FROM s WHERE a > 1;',
    ]);
    const again = await open();
    await restoreWorkspace(again.engine, { statements, functions: [], topics: [], inputs: '{"inputs": []}' });
    expect(await workspaceScript(again.engine)).toEqual(statements);
  });

  it('holds what a terminated query wrote, and does not start it again', async () => {
    const first = await open();
    await first.run(`${SCRIPT}
      CREATE TABLE per_minute WITH (value_format = 'DELIMITED', value_delimiter = ';', key_format = 'JSON') AS
        SELECT id, COUNT(*) AS \`how many\` FROM orders WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY id EMIT CHANGES;
      CREATE STREAM large AS SELECT id, amount FROM orders WHERE amount > 1.2 EMIT CHANGES;
      CREATE STREAM later AS SELECT * FROM large EMIT CHANGES;`);
    const ids = first.engine.planner.queries().map(({ id }) => id);
    for (const id of ids.filter((each) => !each.startsWith('CSAS_LATER'))) await first.run(`TERMINATE ${id};`);
    await first.run("INSERT INTO orders (id, amount, ROWTIME) VALUES ('a', 5.00, 11);");
    const { content } = await exportWorkspace(first.engine, REQUEST);
    expect(content.statements.join('\n')).not.toContain('CREATE TABLE totals AS');

    const second = await open();
    await restoreWorkspace(second.engine, structuredClone(content));
    while (await second.engine.step(100));
    expect(second.engine.planner.queries().map(({ sink }) => sink)).toEqual(['LATER']);
    for (const name of ['totals', 'per_minute', 'large', 'later']) {
      const seen = async (at: typeof first) => {
        const [described, pushed] = await at.run(`DESCRIBE ${name}; SELECT *, ROWTIME FROM ${name} EMIT CHANGES;`);
        const rows =
          pushed?.kind === 'subscription'
            ? pushed.subscription.take().map(({ row }) => JSON.stringify(row.map(keyOf)))
            : [];
        expect(rows.length).toBeGreaterThan(0);
        return [described?.kind === 'rows' && described.rows, rows.sort()];
      };
      expect(await seen(second), name).toEqual(await seen(first));
    }
    expect((await exportWorkspace(second.engine, REQUEST)).content.inputs).toBe(content.inputs);
  });

  it('leaves to INSERT INTO ... SELECT what it writes, and says so', async () => {
    const first = await open();
    await first.run(`${SCRIPT}
      CREATE STREAM all_orders (id STRING KEY, amount DECIMAL(12, 2))
        WITH (kafka_topic = 'all', value_format = 'JSON', partitions = 3);
      INSERT INTO all_orders SELECT id, amount FROM orders EMIT CHANGES;`);
    const { content, notices } = await exportWorkspace(first.engine, REQUEST);
    expect(notices).toEqual(['Of all goes along what queries write to it, and nothing else.']);
    const second = await open();
    await restoreWorkspace(second.engine, structuredClone(content));
    while (await second.engine.step(100));
    const [rows] = await second.run('SELECT * FROM all_orders;');
    expect(rows?.kind === 'rows' && rows.rows.length).toBe(3);
  });

  it('says at which statement it stops, and has what comes before', async () => {
    const first = await open();
    await first.run(SCRIPT);
    const { content } = await exportWorkspace(first.engine, REQUEST);
    const second = await open();
    const statements = [
      ...content.statements.slice(0, 3),
      'CREATE STREAM x AS\n  SELECT nope FROM orders;',
      'DROP STREAM y;',
    ];
    const failed = async (texts: readonly string[]): Promise<string> => {
      const error: unknown = await restoreWorkspace(second.engine, { ...content, statements: texts }).catch(
        (cause: unknown) => cause,
      );
      return error instanceof WeirError ? `${error.code} ${error.message}` : 'no error';
    };
    expect(await failed(['SHOW STREAMS;', 'SELEC 1;'])).toContain(
      "SYNTAX The workspace's statements cannot be read, line 2:",
    );
    await second.engine.deleteTopic('orders');
    await second.engine.deleteTopic('cities');
    expect(await failed(statements)).toContain(
      'UNKNOWN_COLUMN The workspace stops at its statement 4, CREATE STREAM x AS SELECT nope FROM orders; SELECT',
    );
    const [orders] = await second.run('SELECT * FROM orders;');
    expect(orders?.kind === 'rows' && orders.rows.length).toBe(3);
  });
});
