import { describe, expect, it } from 'vitest';
import { CliFolder, openInput, WatchedOutput } from '../testing.ts';

const SCRIPT = `CREATE STREAM orders (item VARCHAR KEY, price DOUBLE, cents DECIMAL(18, 4)) WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON');
CREATE TABLE totals AS SELECT item, COUNT(*) AS n, SUM(price) AS total FROM orders GROUP BY item;
`;
const ROWS =
  '{"item":"tea","price":3.5,"cents":12345678901234.5678}\n{"item":"jam","price":4}\n{"item":"tea","price":1}\n';

describe('weir run', () => {
  it('feeds files to topics, prints rows as NDJSON with all digits, and keeps other messages apart', async () => {
    const folder = new CliFolder({
      's.sql': `${SCRIPT}SELECT * FROM totals;\nSELECT item, cents FROM orders EMIT CHANGES LIMIT 1;`,
      'orders.ndjson': ROWS,
    });
    const { code, out, err } = await folder.run(['run', 's.sql', '--input', 'orders=orders.ndjson']);
    expect(out.trim().split('\n').sort()).toEqual([
      '{"ITEM":"jam","N":1,"TOTAL":4.0}',
      '{"ITEM":"tea","CENTS":12345678901234.5678}',
      '{"ITEM":"tea","N":2,"TOTAL":4.5}',
    ]);
    expect(err).toContain('Stream ORDERS created');
    expect(code).toBe(0);
  });

  it('takes records with key, time and headers, tombstones, kcat’s JSON, arrays, CSV and objects over several lines', async () => {
    const folder = new CliFolder({
      't.sql': `CREATE TABLE t (k VARCHAR PRIMARY KEY, v INT) WITH (KAFKA_TOPIC = 't', VALUE_FORMAT = 'JSON');`,
      'records.ndjson': `{"key":"a","value":{"V":1},"timestamp":"1970-01-01T00:00:01Z","headers":{"h":"x"}}\n{"key":"a","value":null,"timestamp":2}\n`,
      'kcat.ndjson': `{"topic":"t","partition":0,"offset":7,"tstype":"create","ts":3,"broker":1,"headers":["h","x"],"key":"b","payload":"{\\"V\\": 2}"}\n`,
      'array.json': `[{"key": "c", "value": {"V": 3}, "timestamp": 4},\n {"k": "d", "v": 4, "ROWTIME": 5}]`,
      'pretty.json': `{\n  "k": "e",\n  "v": 5,\n  "rowtime": 6\n}\n`,
      'rows.csv': `k,v,ROWTIME\nf,6,7\n"g,",,8\n`,
    });
    const inputs = ['records.ndjson', 'kcat.ndjson', 'array.json', 'pretty.json', 'rows.csv'];
    const args = inputs.flatMap((file) => ['--input', `t=${file}`]);
    const { code, out, err } = await folder.run(['run', 't.sql', ...args, '--output', 't=-']);
    expect(err).toBe('Table T created\n');
    expect(code).toBe(0);
    const header = '"headers":[{"KEY":"h","VALUE":"eA=="}]';
    expect(out.trim().split('\n')).toEqual([
      `{"topic":"t","partition":0,"offset":0,"key":"a","value":{"V":1},"timestamp":1000,${header}}`,
      '{"topic":"t","partition":0,"offset":1,"key":"a","value":null,"timestamp":2}',
      `{"topic":"t","partition":0,"offset":2,"key":"b","value":{"V":2},"timestamp":3,${header}}`,
      '{"topic":"t","partition":0,"offset":3,"key":"c","value":{"V":3},"timestamp":4}',
      '{"topic":"t","partition":0,"offset":4,"key":"d","value":{"V":4},"timestamp":5}',
      '{"topic":"t","partition":0,"offset":5,"key":"e","value":{"V":5},"timestamp":6}',
      '{"topic":"t","partition":0,"offset":6,"key":"f","value":{"V":6},"timestamp":7}',
      '{"topic":"t","partition":0,"offset":7,"key":"g,","value":{"V":null},"timestamp":8}',
    ]);
  });

  it('writes what it reads: an output is an input of the next run, windows included', async () => {
    const windowed = `CREATE STREAM s (k VARCHAR KEY, v INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, VALUE_FORMAT = 'AVRO');
      INSERT INTO s (ROWTIME, k, v) VALUES (1500, 'a', 1);
      CREATE TABLE w WITH (KAFKA_TOPIC = 'w') AS SELECT k, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 1 SECOND) GROUP BY k;`;
    const again = `CREATE STREAM w (k VARCHAR KEY, n BIGINT) WITH (KAFKA_TOPIC = 'w', VALUE_FORMAT = 'AVRO', WINDOW_TYPE = 'TUMBLING', WINDOW_SIZE = '1 SECOND');
      SELECT k, n, WINDOWSTART, ROWTIME FROM w EMIT CHANGES;`;
    const folder = new CliFolder({ 'one.sql': windowed, 'two.sql': again });
    expect((await folder.run(['run', 'one.sql', '--output', 'w=w.ndjson'])).code).toBe(0);
    expect(folder.read('w.ndjson')).toContain('"window":{"start":1000,"end":2000,"type":"time"}');
    const { out, err } = await folder.run(['run', 'two.sql', '--input', 'w=w.ndjson']);
    expect(err).toBe('Stream W created\n');
    expect(out).toBe('{"K":"a","N":1,"WINDOWSTART":1000,"ROWTIME":1500}\n');
  });

  it('reads standard input while push queries run, and to its end before a pull query', async () => {
    const folder = new CliFolder({
      's.sql': `${SCRIPT}SELECT item FROM orders EMIT CHANGES;\nSELECT n FROM totals WHERE item = 'tea';`,
    });
    const stdin = openInput();
    const output = new WatchedOutput();
    const running = folder.run(['run', 's.sql', '-i', 'orders=-'], { stdin, onOutput: output.onOutput });
    const [first = '', ...rest] = ROWS.trim().split('\n');
    stdin.write(`${first}\n`);
    await output.sees('{"ITEM":"tea"}\n');
    stdin.end(rest.join('\n'));
    const { code, out } = await running;
    expect(out).toBe('{"ITEM":"tea"}\n{"ITEM":"jam"}\n{"ITEM":"tea"}\n{"N":2}\n');
    expect(code).toBe(0);
    const one = await folder.run(['run', '-i', 'orders=-', '-e', `${SCRIPT}SELECT n FROM totals WHERE item='tea';`], {
      stdin: ROWS,
    });
    expect(one.out).toBe('{"N":2}\n');
  });

  it('ends a push query at Ctrl-C', async () => {
    const folder = new CliFolder({ 's.sql': `${SCRIPT}SELECT item FROM orders EMIT CHANGES;` });
    const interruption = new AbortController();
    const stdin = openInput();
    const output = new WatchedOutput();
    const { onOutput } = output;
    const running = folder.run(['run', 's.sql', '-i', 'orders=-'], {
      stdin,
      interrupted: interruption.signal,
      onOutput,
    });
    stdin.write(ROWS);
    await output.sees('{"ITEM":"jam"}\n');
    interruption.abort();
    expect((await running).code).toBe(130);
  });

  it('shows an error with its place, the line and a hint, and exits with 1', async () => {
    const folder = new CliFolder({ 's.sql': `${SCRIPT}\tSELECT item, prce FROM orders EMIT CHANGES;` });
    const { code, err } = await folder.run(['run', 's.sql', '--partitions', '2', '-i', 'orders=-']);
    expect(code).toBe(1);
    expect(err).toContain(
      `s.sql:3:15: UNKNOWN_COLUMN SELECT column 'PRCE' cannot be resolved.
  3 | 	SELECT item, prce FROM orders EMIT CHANGES;
    | 	             ^^^^
  Did you mean PRICE?`,
    );
  });

  it('shows where it stopped in a script that the script runs, and leaves what came before', async () => {
    const folder = new CliFolder({
      'main.sql': `${SCRIPT.replace('WITH (', 'WITH (PARTITIONS = 1, ')}RUN SCRIPT 'outer.sql';\nSHOW TABLES;`,
      'outer.sql': `INSERT INTO orders (item) VALUES ('tea');\nRUN SCRIPT 'inner.sql';`,
      'inner.sql': `SHOW TYPES;\nDROP STREAM nope;\n`,
    });
    const { code, out, err } = await folder.run(['run', '--storage', 'log', 'main.sql']);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain(
      `main.sql:3:1: UNKNOWN_SOURCE 'outer.sql', line 2, column 1: 'inner.sql', line 2, column 13: `,
    );
    expect(err).toContain('  inner.sql\n  2 | DROP STREAM nope;\n    |             ^^^^\n');
    const after = await folder.run(['run', '--storage', 'log', '-e', 'SELECT item FROM orders;']);
    expect(after.out).toBe('{"ITEM":"tea"}\n');
    const none = await folder.run(['run', '-e', "RUN SCRIPT 'none.sql';"]);
    expect(none.err).toContain("<command line>:1:1: SCRIPT_NOT_FOUND There is no script 'none.sql'.");
  });

  it.each([
    ['{"item":"tea","prce":1}', 'in.ndjson:1: UNKNOWN_COLUMN'],
    ['{"item":"tea","price":1}\n\n{"item":"tea"', 'in.ndjson:3: INVALID_FILE'],
    ['{"item":"tea","price":"much"}', 'in.ndjson:1: '],
    ['7', 'in.ndjson:1: INVALID_FILE'],
  ])('names the line of a record that does not fit: %s', async (text, expected) => {
    const folder = new CliFolder({ 's.sql': SCRIPT, 'in.ndjson': text });
    const { code, err } = await folder.run(['run', 's.sql', '-i', 'orders=in.ndjson']);
    expect(err).toContain(expected);
    expect(code).toBe(1);
  });

  it('goes on where the storage stopped', async () => {
    const folder = new CliFolder({ 's.sql': SCRIPT, 'orders.ndjson': ROWS });
    const args = ['run', '--storage', 'log'];
    await folder.run([...args, 's.sql', '-i', 'orders=orders.ndjson']);
    const { out } = await folder.run([...args, '-i', 'orders=orders.ndjson', '-e', 'SELECT * FROM totals;']);
    expect(out.trim().split('\n').sort()).toEqual([
      '{"ITEM":"jam","N":2,"TOTAL":8.0}',
      '{"ITEM":"tea","N":4,"TOTAL":9.0}',
    ]);
  });

  it('prints tables and CSV', async () => {
    const folder = new CliFolder({
      's.sql': `${SCRIPT}SELECT item, price FROM orders EMIT CHANGES;`,
      'in.ndjson': ROWS,
    });
    const args = ['run', 's.sql', '-i', 'orders=in.ndjson'];
    const table = await folder.run(args, { isTerminal: true });
    expect(table.out).toContain(
      ' ITEM | PRICE\n------+-------\n tea  |   3.5\n jam  |   4.0\n tea  |   1.0\n(3 rows)\n',
    );
    expect((await folder.run([...args, '-f', 'csv'])).out).toBe('ITEM,PRICE\ntea,3.5\njam,4.0\ntea,1.0\n');
  });

  it('gives raw topics their records, defines variables, runs scripts, and counts skipped records', async () => {
    const folder = new CliFolder({
      's.sql': `RUN SCRIPT 'inner.sql';\nSELECT v + \${more} AS v FROM s EMIT CHANGES;`,
      'inner.sql': `CREATE STREAM s (v INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);\nCREATE STREAM copy AS SELECT * FROM s;`,
      'in.ndjson': '{"value":{"v":1}}\n{"value":{"v":"one"}}\n',
    });
    const args = ['run', 's.sql', '-i', 's=in.ndjson', '--define', 'more=41'];
    const { code, out, err } = await folder.run(args);
    expect(out).toBe('{"V":42}\n');
    expect(err).toContain('warning: CSAS_COPY_1 had 1 problem with records, the first: DESERIALIZATION');
    expect(code).toBe(0);
    expect((await folder.run([...args, '--strict'])).code).toBe(1);
    const raw = await folder.run(['run', '-i', 'raw=in.ndjson', '-e', 'PRINT raw FROM BEGINNING;']);
    expect(raw.out).toContain('"value":"{\\"v\\":\\"one\\"}"');
  });

  describe('with a query that fails', () => {
    const failing = `CREATE STREAM s (k VARCHAR KEY, v INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);
CREATE STREAM p WITH (VALUE_FORMAT = 'PROTOBUF') AS SELECT k, ARRAY[NULL, v] AS a FROM s;
CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;
`;
    const insert = `INSERT INTO s (k, v) VALUES ('a', 1);\n`;
    const told = `SERIALIZATION CSAS_P_1 has failed: Cannot write the value of topic 'P' as PROTOBUF: $.A[0]: Protobuf has no null elements.
  RESUME CSAS_P_1; starts it again from its last commit.
`;

    it('names it and its error, once, and exits with 1', async () => {
      const folder = new CliFolder({ 's.sql': `${failing}${insert}SELECT k FROM s EMIT CHANGES;\nSHOW TOPICS;` });
      const { code, out, err } = await folder.run(['run', 's.sql']);
      expect(out).toMatch(/^\{"K":"a"\}\n\{/);
      expect(err.slice(err.indexOf('inserted\n') + 9)).toBe(told);
      expect(code).toBe(1);
    });

    it('says which statement was not carried out for it', async () => {
      const folder = new CliFolder({ 's.sql': `${failing}${insert}SELECT * FROM t;\nSHOW TOPICS;` });
      const { code, out, err } = await folder.run(['run', 's.sql']);
      expect(out).toBe('');
      expect(err.slice(err.indexOf('inserted\n') + 9))
        .toBe(`${told}s.sql:5:1: SERIALIZATION What this statement asks for may be incomplete, for CSAS_P_1 has failed: it was not carried out.
  5 | SELECT * FROM t;
    | ^^^^^^^^^^^^^^^^
`);
      expect(code).toBe(1);
    });

    it('tells of it while other queries go on', async () => {
      const folder = new CliFolder({ 's.sql': `${failing}SELECT k FROM s EMIT CHANGES;` });
      const stdin = openInput();
      const [rows, errors] = [new WatchedOutput(), new WatchedOutput()];
      const streams = { stdin, onOutput: rows.onOutput, onErrorOutput: errors.onOutput };
      const running = folder.run(['run', 's.sql', '-i', 's=-'], streams);
      stdin.write('{"k":"a","v":1}\n');
      await errors.sees(told);
      stdin.end('{"k":"b","v":2}\n');
      const { code, out, err } = await running;
      expect(out).toBe('{"K":"a"}\n{"K":"b"}\n');
      expect(err.split('has failed')).toHaveLength(2);
      expect(code).toBe(1);
    });

    it('tells of one that was told of by another run', async () => {
      const folder = new CliFolder({ 's.sql': `${failing}${insert}` });
      await folder.run(['run', 's.sql', '--storage', 'log']);
      const { code, err } = await folder.run(['run', '--storage', 'log', '-e', 'SHOW TOPICS;']);
      expect(err).toBe(told);
      expect(code).toBe(1);
    });
  });

  it('refuses wrong command lines with 2', async () => {
    const folder = new CliFolder({ 's.sql': SCRIPT });
    const wrong = [
      ['run'],
      ['run', 'none.sql'],
      ['run', 's.sql', '--input', 'orders'],
      ['run', 's.sql', '--format', 'xml'],
      ['run', '-', '-i', 'orders=-'],
      ['run', 's.sql', '--partitions', '0'],
      ['walk'],
    ];
    for (const args of wrong) {
      const { code, err } = await folder.run(args);
      expect(code, args.join(' ')).toBe(2);
      expect(err).toContain('error');
    }
    expect((await folder.run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await folder.run(['run', '--help'])).code).toBe(0);
    const lost = await folder.run(['run', 's.sql', '-i', 'orders=gone.ndjson']);
    expect(lost.err).toContain('gone.ndjson: INVALID_FILE');
  });
});
