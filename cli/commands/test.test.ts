import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/index.ts';
import { exportWorkspace } from '../../src/service/sharing/export-workspace.ts';
import { documentToZip } from '../../src/ui/share/archive.ts';
import { CliFolder, WatchedOutput } from '../testing.ts';

const PIPE = `CREATE STREAM src (k INT KEY, v INT) WITH (KAFKA_TOPIC = 'src', VALUE_FORMAT = 'JSON');
CREATE STREAM dst AS SELECT k, v + 1 AS w FROM src;`;
const GOOD = `--@test: adds one
${PIPE}
INSERT INTO src (k, v) VALUES (1, 10);
ASSERT VALUES dst (k, w) VALUES (1, 11);
--@test: refuses text
--@expected.error: TYPE_MISMATCH
${PIPE}
INSERT INTO src (k, v) VALUES (1, 'ten');
`;
const BAD = `--@test: is wrong
${PIPE}
INSERT INTO src (k, v) VALUES (1, 10);
ASSERT VALUES dst (k, w) VALUES (1, 12);
`;
const RECORDS = {
  'pipe/statements.sql': PIPE,
  'pipe/input.json':
    '{"inputs": [{"topic": "src", "key": 1, "value": {"v": 1}}, {"topic": "src", "key": 2, "value": {"v": 2}}]}',
  'pipe/output.json':
    '{"outputs": [{"topic": "DST", "key": 1, "value": {"W": 2}}, {"topic": "DST", "key": 2, "value": {"W": 3}}]}',
};

/** The folder that the page gives to download as a test. */
async function downloaded(sql: string, text: string): Promise<CliFolder> {
  const weir = await Engine.open();
  await weir.execute(sql);
  await weir.drain();
  const { content, outputs, notices } = await exportWorkspace(weir.engine, { maxRecordChars: 10_000, outputs: true });
  expect(notices).toEqual([]);
  await weir.close();
  const zip = documentToZip({ version: 1, name: 'My orders', text, content }, outputs);
  const files = Object.entries(unzipSync(zip)).filter(([name]) => !name.endsWith('/'));
  return new CliFolder(Object.fromEntries(files.map(([name, body]) => [name, strFromU8(body)])));
}

describe('weir test', () => {
  it('runs the folder that the page gives to download', async () => {
    const sql = `CREATE STREAM orders (id STRING KEY, amount DECIMAL(6, 2)) WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 3);
      CREATE TABLE totals AS SELECT id, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY id EMIT CHANGES;
      CREATE TABLE per_hour WITH (value_format = 'AVRO') AS
        SELECT id, COUNT(*) AS n FROM orders WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id EMIT CHANGES;
      INSERT INTO orders (id, amount, ROWTIME) VALUES ('a', 1.50, 1);
      INSERT INTO orders (id, amount, ROWTIME) VALUES ('b', 2.00, 2);
      INSERT INTO orders (id, amount, ROWTIME) VALUES ('a', 3.25, 3);`;
    const folder = await downloaded(sql, 'ASSERT TOPIC orders;\nSELECT * FROM totals;');
    const { code, out } = await folder.run(['test']);
    expect(out).toContain('ok   My-orders/statements.sql (1,');
    expect(out).toContain('1 passed, 0 failed');
    expect(code).toBe(0);
    folder.write('My-orders/output.json', folder.read('My-orders/output.json').replace('4.75', '4.76'));
    const wrong = await folder.run(['test']);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/^ +- .*4\.76/m);
    expect(wrong.out).toMatch(/^ +\+ .*4\.75/m);
  });

  it('runs scripts and test-runner folders below a folder, and leaves other scripts alone', async () => {
    const folder = new CliFolder({ 'sql/good.sql': GOOD, ...RECORDS, 'plain.sql': PIPE });
    const { code, out } = await folder.run(['test', '.']);
    expect(out).toMatch(
      /ok {3}pipe\/statements\.sql \(1, \d+ ms\)\nok {3}sql\/good\.sql \(2, \d+ ms\)\n\n3 passed, 0 failed\n/,
    );
    expect(out).not.toContain('plain.sql');
    expect(code).toBe(0);
    expect((await folder.run(['test'])).out).toContain('3 passed');
    expect((await folder.run(['test', 'sql/*.sql'])).out).toContain('2 passed');
    expect((await folder.run(['test', 'pipe/statements.sql'])).out).toContain('1 passed');
  });

  it('shows where a script fails, and exits with 1', async () => {
    const folder = new CliFolder({ 'bad.sql': BAD, 'good.sql': GOOD });
    const { code, out } = await folder.run(['test', '.']);
    expect(code).toBe(1);
    expect(out).toContain(`  ✗ is wrong
    bad.sql:5:1: ASSERTION_FAILED W of the record of DST is 11, and 12 is asserted.
      5 | ASSERT VALUES dst (k, w) VALUES (1, 12);
        | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^`);
    expect(out).toContain('2 passed, 1 failed');
  });

  it('shows what differs as a diff', async () => {
    const folder = new CliFolder({
      ...RECORDS,
      'pipe/output.json':
        '{"outputs": [{"topic": "DST", "key": 1, "value": {"W": 2}}, {"topic": "DST", "key": 2, "value": {"W": 4}}]}',
    });
    const { code, out } = await folder.run(['test', 'pipe']);
    expect(code).toBe(1);
    expect(out).toContain(`    DST: record 1: value {"W":3} instead of {"W":4}
    DST  - expected  + found
      {"key":1,"value":{"W":2}}
    - {"key":2,"value":{"W":4}}
    + {"key":2,"value":{"W":3}}`);
  });

  it('says which records queries had problems with, and what was expected instead of an error', async () => {
    const folder = new CliFolder({
      'skips.sql': `--@test: skips\n${PIPE.replace("'JSON');", "'JSON', TIMESTAMP = 't');").replace('v INT', 'v INT, t TIMESTAMP')}
        INSERT INTO src (k, v) VALUES (1, 10);\nASSERT VALUES dst (w) VALUES (11);`,
      'other.sql': `--@test: other\n--@expected.error: UNKNOWN_COLUMN\nDROP STREAM gone;`,
      'none.sql': `--@test: none\n--@expected.message: no such thing\n${PIPE}`,
    });
    const { out } = await folder.run(['test', '.']);
    expect(out).toContain('CSAS_DST_1 had a problem with a record: ');
    expect(out).toContain('expected UNKNOWN_COLUMN, and it is UNKNOWN_SOURCE');
    expect(out).toContain('none.sql:1: An error is expected, and none came: no such thing');
  });

  it('chooses by --grep, in names and files', async () => {
    const folder = new CliFolder({ 'good.sql': GOOD, 'bad.sql': BAD });
    expect((await folder.run(['test', '--grep', 'adds|refuses'])).out).toContain('2 passed, 0 failed');
    expect((await folder.run(['test', '-g', 'BAD'])).out).toContain('0 passed, 1 failed');
    expect(await folder.run(['test', '-g', 'nothing'])).toMatchObject({ code: 2 });
    expect(await folder.run(['test', '-g', '('])).toMatchObject({ code: 2 });
  });

  it('writes JUnit XML', async () => {
    const folder = new CliFolder({ 'good.sql': GOOD, 'bad.sql': BAD.replace('is wrong', 'is <wrong> & "bad"') });
    await folder.run(['test', '--junit', 'report.xml']);
    const xml = folder.read('report.xml');
    expect(xml).toContain('<?xml version="1.0"');
    expect(xml).toMatch(/<testsuites name="weir test" tests="3" failures="1"/);
    expect(xml).toMatch(/<testsuite name="bad\.sql" tests="1" failures="1"/);
    expect(xml).toContain('<testcase name="is &lt;wrong&gt; &amp; &quot;bad&quot;" classname="bad.sql"');
    expect(xml).toMatch(/<failure message="bad\.sql:5:1: ASSERTION_FAILED .*" type="ASSERTION_FAILED"/s);
  });

  it('gives the same results on several threads, in the order of the files', { timeout: 120_000 }, async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`t${String(i).padStart(2, '0')}.sql`, i === 7 ? BAD : GOOD]),
    );
    const folder = new CliFolder(files);
    const plain = (text: string): string => text.replace(/[\d.]+ m?s/g, 'T');
    const alone = await folder.run(['test', '--jobs', '1']);
    const together = folder.spawn(['test', '--jobs', '3']);
    expect(plain(together.out)).toBe(plain(alone.out));
    expect(together).toMatchObject({ code: 1 });
    expect(together.out).toContain('22 passed, 1 failed');
  });

  it('runs what changed again while it watches', async () => {
    const folder = new CliFolder({ 'good.sql': GOOD, 'bad.sql': BAD });
    const interruption = new AbortController();
    const output = new WatchedOutput();
    const running = folder.run(['test', '--watch', '.'], {
      interrupted: interruption.signal,
      onOutput: output.onOutput,
    });
    try {
      await output.sees('Waiting for changes');
      folder.write('bad.sql', BAD.replace('12', '11'));
      await output.sees('1 passed, 0 failed');
      folder.write('more.sql', GOOD);
      await output.sees('2 passed, 0 failed');
    } finally {
      interruption.abort();
    }
    expect(await running).toMatchObject({ code: 0 });
  });

  it('watches what a pattern stands for, and goes on when that is gone for a while', async () => {
    const folder = new CliFolder({ 'a.test.sql': BAD });
    const interruption = new AbortController();
    const output = new WatchedOutput();
    const errors = new WatchedOutput();
    const running = folder.run(['test', '--watch', '*.test.sql'], {
      interrupted: interruption.signal,
      onOutput: output.onOutput,
      onErrorOutput: errors.onOutput,
    });
    await output.sees('Waiting for changes');
    folder.remove('a.test.sql');
    await errors.sees('There is no file *.test.sql.');
    folder.write('a.test.sql', BAD.replace('12', '11'));
    await output.sees('1 passed, 0 failed');
    interruption.abort();
    expect(await running).toMatchObject({ code: 0, err: 'There is no file *.test.sql.\n' });
  });

  it('refuses folders without tests', async () => {
    const folder = new CliFolder({ 'plain.sql': PIPE });
    const { code, err } = await folder.run(['test']);
    expect(code).toBe(2);
    expect(err).toContain('There are no tests in .');
    expect(await folder.run(['test', 'gone'])).toMatchObject({ code: 2 });
  });

  it('passes the examples', async () => {
    const folder = new CliFolder();
    cpSync(fileURLToPath(new URL('../../examples', import.meta.url)), folder.path, { recursive: true });
    const { code, out } = await folder.run(['test', '.']);
    expect(out).toContain('5 passed, 0 failed');
    expect(code).toBe(0);
    const run = 'run orders/pipeline.sql -i orders=orders/orders.ndjson -e'.split(' ');
    const totals = await folder.run([...run, "SELECT * FROM totals WHERE item = 'tea';"]);
    expect(totals.out).toBe('{"ITEM":"tea","ORDERS":2,"TOTAL":10.50}\n');
  });
});
