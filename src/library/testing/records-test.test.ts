import { describe, expect, it } from 'vitest';
import { runRecordsTest } from './records-test.ts';

const STATEMENTS = `CREATE STREAM orders (item VARCHAR KEY, price DOUBLE) WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON');
  CREATE STREAM dear AS SELECT * FROM orders WHERE price > 3;
  CREATE TABLE totals AS SELECT item, COUNT(*) AS n FROM dear WINDOW TUMBLING (SIZE 1 SECOND) GROUP BY item;`;

const order = (timestamp: number, key: string, PRICE: number) => ({
  topic: 'orders',
  timestamp,
  key,
  value: { PRICE },
});
const INPUTS = [order(0, 'tea', 3.5), order(1, 'jam', 2), order(1_500, 'tea', 4)];
const DEAR = [
  { topic: 'DEAR', timestamp: 0, key: 'tea', value: { PRICE: 3.5 } },
  { topic: 'DEAR', key: 'tea', value: { PRICE: 4 } },
];
const TOTALS = [
  { topic: 'TOTALS', timestamp: 0, key: 'tea', value: { N: 1 }, window: { start: 0, end: 1000, type: 'time' } },
  { topic: 'TOTALS', key: 'tea', value: { N: 1 }, window: { start: 1000, end: 2000, type: 'time' } },
];

const run = (outputs: readonly unknown[], inputs: unknown = INPUTS, statements = STATEMENTS) =>
  runRecordsTest({ statements, inputs: JSON.stringify({ inputs }), outputs: JSON.stringify({ outputs }) });

describe('runRecordsTest', () => {
  it('passes when every named topic holds these records: chained queries, windows', async () => {
    expect(await run([...DEAR, ...TOTALS])).toBeUndefined();
  });

  it('says what differs, and shows both sides with the same lines for what is the same', async () => {
    const failure = await run([DEAR[0], { ...DEAR[1], value: { PRICE: 5 } }, { ...DEAR[1], value: { PRICE: 6 } }]);
    expect(failure?.message).toBe('DEAR: record 1: value {"PRICE":4.0} instead of {"PRICE":5}');
    expect(failure?.differences).toEqual([
      {
        topic: 'DEAR',
        expected: [
          '{"key":"tea","value":{"PRICE":3.5},"timestamp":0}',
          '{"key":"tea","value":{"PRICE":5}}',
          '{"key":"tea","value":{"PRICE":6}}',
        ],
        actual: [
          '{"key":"tea","value":{"PRICE":3.5},"timestamp":0}',
          '{"key":"tea","value":{"PRICE":4.0},"timestamp":1500}',
        ],
      },
    ]);
  });

  it('counts records: too few and too many', async () => {
    expect((await run([...DEAR, DEAR[1]]))?.message).toContain('there are 2 records, and 3 are expected');
    expect((await run([DEAR[0]]))?.message).toContain('one too many is {"key":"tea"');
    expect(
      (await run([TOTALS[0], { ...TOTALS[1], window: { start: 0, end: 1000, type: 'time' } }]))?.message,
    ).toContain('window');
  });

  it('takes INSERT VALUES for inputs', async () => {
    const statements = `${STATEMENTS} INSERT INTO orders (item, price, ROWTIME) VALUES ('tea', 3.5, 0);`;
    const outputs = JSON.stringify({ outputs: [DEAR[0], TOTALS[0]] });
    expect(await runRecordsTest({ statements, inputs: undefined, outputs })).toBeUndefined();
  });

  it('fails with the error of a statement, and refuses files that are no lists of records', async () => {
    const failure = await run(DEAR, INPUTS, 'CREATE STREAM s AS SELECT * FROM nothing;');
    expect(failure?.error).toMatchObject({ code: 'UNKNOWN_SOURCE', span: { line: 1 } });
    const broken = runRecordsTest({ statements: STATEMENTS, inputs: undefined, outputs: '{"outputs": 1}' });
    await expect(broken).rejects.toMatchObject({ code: 'INVALID_FILE' });
    await expect(
      runRecordsTest({ statements: STATEMENTS, inputs: '{', outputs: '{"outputs": []}' }),
    ).rejects.toMatchObject({ code: 'INVALID_FILE' });
  });
});
