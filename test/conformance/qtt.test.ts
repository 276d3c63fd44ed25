import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/core/common/values/json-lossless.ts';
import { objectOf } from '../../src/library/records/json-reading.ts';
import { runQttCase, type QttMode } from './qtt.ts';
import { runRqttCase } from './rqtt.ts';

const qtt = (body: object, mode?: QttMode) => runQttCase(objectOf(parseJson(JSON.stringify(body))), mode);
const rqtt = (body: object) => runRqttCase(objectOf(parseJson(JSON.stringify(body))));

const SOURCE = "CREATE STREAM src (k STRING KEY, v INT) WITH (kafka_topic='in', value_format='JSON');";
const statements = [SOURCE, 'CREATE STREAM out AS SELECT k, v * 2 AS d FROM src;'];
const inputs = [
  { topic: 'in', key: 'a', value: { v: 1 }, timestamp: 5 },
  { topic: 'in', key: 'b', value: { V: null } },
];
const outputs = [
  { topic: 'OUT', key: 'a', value: { D: 2.0 }, timestamp: 5 },
  { topic: 'OUT', key: 'b', value: { d: null }, timestamp: 0 },
];

describe('qtt', () => {
  it('passes when every record is as expected', async () => {
    expect(await qtt({ statements, inputs, outputs })).toBeUndefined();
  });

  it('tells values, keys, timestamps, missing and additional records apart', async () => {
    const [first, second] = outputs;
    expect(await qtt({ statements, inputs, outputs: [{ ...first, value: { D: 3 } }, second] })).toContain('value');
    expect(await qtt({ statements, inputs, outputs: [{ ...first, key: 'c' }, second] })).toContain('key');
    expect(await qtt({ statements, inputs, outputs: [{ ...first, timestamp: 6 }, second] })).toContain('timestamp');
    expect(await qtt({ statements, inputs, outputs: [first] })).toContain('one too many');
    expect(await qtt({ statements, inputs, outputs: [...outputs, first] })).toContain('nothing for');
    expect(await qtt({ statements, inputs, outputs: [first, { ...second, value: { D: null, X: 1 } }] })).toContain(
      'value',
    );
    expect(await qtt({ statements, inputs, outputs: [first, { ...second, value: null }] })).toContain('value');
  });

  it('feeds a query with what earlier ones and INSERT VALUES wrote', async () => {
    const chained = [
      ...statements,
      'CREATE STREAM last AS SELECT k, d + 1 AS e FROM out;',
      "INSERT INTO src (k, v) VALUES ('z', 4);",
    ];
    expect(await qtt({ statements: chained, outputs: [{ topic: 'LAST', key: 'z', value: { E: 9 } }] })).toBeUndefined();
  });

  it('gives topics four partitions in a running engine too, where the case names a number for another', async () => {
    const joined = [
      "CREATE TABLE a (id INT PRIMARY KEY, v INT) WITH (kafka_topic='a', value_format='JSON');",
      "CREATE TABLE b (id INT PRIMARY KEY, w INT) WITH (kafka_topic='b', value_format='JSON');",
      'CREATE TABLE c WITH (PARTITIONS=4) AS SELECT id, v FROM a;',
      'CREATE TABLE d AS SELECT c.id, v, w FROM c JOIN b ON c.id = b.id;',
    ];
    const rows = [
      { topic: 'a', key: 7, value: { V: 1 } },
      { topic: 'b', key: 7, value: { W: 2 } },
    ];
    const joins = [{ topic: 'D', key: 7, value: { V: 1, W: 2 } }];
    for (const mode of ['driver', 'live', 'restarting'] as const)
      expect(await qtt({ statements: joined, inputs: rows, outputs: joins }, mode)).toBeUndefined();
  });

  it('asks for the order of records only within a partition', async () => {
    const exploded = [
      "CREATE STREAM src (k STRING KEY, v ARRAY<INT>) WITH (kafka_topic='in', value_format='JSON', partitions=8);",
      'CREATE STREAM ids AS SELECT k, EXPLODE(v) AS id FROM src;',
      'CREATE STREAM out AS SELECT id, k FROM ids PARTITION BY id;',
    ];
    const ids = Array.from({ length: 12 }, (_, i) => i);
    const records = ids.map((id) => ({ topic: 'OUT', key: id, value: { K: 'a' } }));
    const given = [{ topic: 'in', key: 'a', value: { V: ids } }];
    expect(await qtt({ statements: exploded, inputs: given, outputs: records }, 'live')).toBeUndefined();
    const missing = { statements: exploded, inputs: given, outputs: records.slice(0, -1) };
    expect(await qtt(missing, 'live')).toContain('one too many');
    const doubled = { statements: exploded, inputs: given, outputs: [...records, records[0]] };
    expect(await qtt(doubled, 'live')).toContain('nothing for');
  });

  it('judges expected errors', async () => {
    const bad = [SOURCE, 'CREATE STREAM out AS SELECT k, nope FROM src;'];
    expect(await qtt({ statements: bad, expectedException: { message: "column 'NOPE'" } })).toBeUndefined();
    expect(await qtt({ statements: bad, expectedException: { message: "column 'OTHER'" } })).toContain('<OTHER>');
    expect(await qtt({ statements, expectedException: { message: 'any' } })).toContain('an error is expected');
    expect(await qtt({ statements: bad })).toContain('statement failed');
  });

  it('checks sources and topics', async () => {
    const source = {
      name: 'OUT',
      type: 'stream',
      schema: 'K STRING KEY, D INT',
      keyFormat: { format: 'KAFKA' },
      valueFormat: 'JSON',
    };
    const post = (change: object, topics: object = {}) => ({
      statements,
      post: { sources: [{ ...source, ...change }], topics },
    });
    expect(await qtt(post({}))).toBeUndefined();
    expect(await qtt(post({ type: 'table' }))).toContain('STREAM');
    expect(await qtt(post({ schema: 'K STRING KEY, D BIGINT' }))).toContain('schema');
    expect(await qtt(post({ valueFormat: 'AVRO' }))).toContain('value format');
    expect(await qtt(post({}, { topics: [{ name: 'OUT', partitions: 4 }] }))).toBeUndefined();
    expect(await qtt(post({}, { topics: [{ name: 'OUT', partitions: 5 }] }))).toContain('partitions');
    expect(await qtt(post({}, { blacklist: 'O.*' }))).toContain('must not exist');
    expect(await qtt(post({}, { blacklist: '.*-repartition' }))).toBeUndefined();
  });

  it('refuses the statements of test scripts', async () => {
    expect(await qtt({ statements: ["RUN SCRIPT 'x';"], expectedException: { message: "'RUN'" } })).toBeUndefined();
  });
});

describe('rqtt', () => {
  const table = [SOURCE, 'CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM src GROUP BY k;'];
  const pull = (responses: readonly object[]) => ({
    statements: [...table, "SELECT * FROM t WHERE k = 'a';"],
    inputs,
    responses: [{ admin: {} }, { admin: {} }, { query: responses }],
  });

  it('compares schema and rows', async () => {
    const header = { header: { schema: '`K` STRING KEY, `N` BIGINT' } };
    const row = { row: { columns: ['a', 1] } };
    expect(await rqtt(pull([header, row]))).toBeUndefined();
    expect(await rqtt(pull([{ header: { schema: '`K` STRING' } }, row]))).toContain('schema');
    expect(await rqtt(pull([header]))).toContain('rows too many');
    expect(await rqtt(pull([header, { row: { columns: ['a', 2] } }]))).toContain('no row');
  });

  it('answers push queries up to their limit', async () => {
    const push = (limit: number) => ({
      statements: [SOURCE, `SELECT v FROM src EMIT CHANGES LIMIT ${limit};`],
      inputs: inputs.slice(0, 1),
      responses: [{ admin: {} }, { query: [{ row: { columns: [1] } }, { finalMessage: 'Limit Reached' }] }],
    });
    expect(await rqtt(push(1))).toBeUndefined();
    expect(await rqtt(push(2))).toContain('the limit is not reached');
  });
});
