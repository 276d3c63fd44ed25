import { describe, expect, it } from 'vitest';
import { logQuery } from '../../src/core/ksql/processing-log/entry.ts';
import { TestBench } from './test-bench.ts';

const CONFIG = {
  'ksql.logging.processing.topic.auto.create': 'true',
  'ksql.logging.processing.stream.auto.create': 'true',
};
const CREATE = `CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, VALUE_FORMAT = 'JSON');`;
const insert = (k: string, v: number) => `INSERT INTO S (K, V) VALUES ('${k}', ${v});`;
const bytes = (text: string) => new TextEncoder().encode(text);

const open = () => TestBench.open({ 'auto.offset.reset': 'earliest' }, CONFIG);

async function entries(bench: TestBench, columns = 'LEVEL, LOGGER, MESSAGE->TYPE') {
  return (await bench.rows(`SELECT ${columns} FROM KSQL_PROCESSING_LOG;`)).rows;
}

describe('the processing log', () => {
  it('is a stream of ksqlDB’s columns, listed, and empty while nothing fails', async () => {
    const bench = await open();
    expect((await bench.rows('SHOW STREAMS;')).rows).toEqual([
      ['KSQL_PROCESSING_LOG', 'default_ksql_processing_log', 'KAFKA', 'JSON', 'no'],
    ]);
    const described = (await bench.rows('DESCRIBE KSQL_PROCESSING_LOG;')).rows;
    expect(described.map(([name]) => name)).toEqual(['LOGGER', 'LEVEL', 'TIME', 'MESSAGE']);
    await bench.run(
      `${CREATE} CREATE STREAM OUT AS SELECT K, V FROM S WHERE V > 0; ${insert('a', 1)} ${insert('b', 0)}`,
    );
    expect(await entries(bench)).toEqual([]);
  });

  it('tells of a record that cannot be read: the error, where it is, and its bytes', async () => {
    const bench = await open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT * FROM S; ${insert('a', 1)}`);
    await bench.engine.produce('s', bytes('b'), bytes('{"V": oops'), 5);
    await bench.settle();
    const columns = `LEVEL, LOGGER, TIME, MESSAGE->TYPE, MESSAGE->deserializationError->target,
      MESSAGE->deserializationError->\`topic\`, MESSAGE->deserializationError->PARTITION,
      MESSAGE->deserializationError->OFFSET,
      FROM_BYTES(TO_BYTES(MESSAGE->deserializationError->recordB64, 'base64'), 'utf8')`;
    expect(await entries(bench, columns)).toEqual([
      [
        'ERROR',
        'processing.CSAS_OUT_2.KsqlTopic.Source.deserializer',
        1_700_000_000_000,
        0,
        'value',
        's',
        0,
        1,
        '{"V": oops',
      ],
    ]);
    const [[message] = []] = await entries(bench, 'MESSAGE->deserializationError->errorMessage');
    expect(message).toContain("topic 's'");
  });

  it('tells of expressions that fail, with the step, the row and its place', async () => {
    const bench = await open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT K, 10 / V AS Q FROM S WHERE 7 / V > 0; ${insert('a', 0)}
      CREATE STREAM P AS SELECT K, 10 / V AS Q FROM S;`);
    const error = 'MESSAGE->recordProcessingError';
    const columns = `LOGGER, ${error}->record, ${error}->\`topic\`, ${error}->PARTITION, ${error}->OFFSET`;
    expect(await entries(bench, columns)).toEqual([
      ['processing.CSAS_OUT_2.WhereFilter', '{"V":0,"K":"a"}', 's', 0, 0],
      ['processing.CSAS_P_3.Project', '{"V":0,"K":"a"}', 's', 0, 0],
    ]);
    expect(await entries(bench, `${error}->errorMessage`)).toEqual([
      [expect.stringMatching(/7 \/ .*: Division by zero/)],
      [expect.stringMatching(/^Q: Division by zero/)],
    ]);
  });

  it('warns of late records, and of those without a key', async () => {
    const bench = await open();
    await bench.run(`${CREATE} CREATE TABLE T AS SELECT K, COUNT(*) AS N FROM S
      WINDOW TUMBLING (SIZE 1 SECOND, GRACE PERIOD 0 SECONDS) GROUP BY K;
      INSERT INTO S (ROWTIME, K, V) VALUES (10000, 'a', 1); INSERT INTO S (ROWTIME, K, V) VALUES (500, 'a', 2);
      INSERT INTO S (ROWTIME, V) VALUES (10000, 3);`);
    const error = 'MESSAGE->recordProcessingError';
    const rows = await entries(bench, `LEVEL, ${error}->errorMessage, ${error}->record, ${error}->OFFSET`);
    expect(rows).toEqual([
      ['WARN', expect.stringContaining('too late'), expect.stringContaining('"a"'), 1],
      ['WARN', expect.stringContaining('key is null'), expect.any(String), 2],
    ]);
  });

  it('tells why a query stopped, once, and that of a repeated step nothing is told twice', async () => {
    const bench = await open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT K, 10 / V AS Q FROM S; ${insert('a', 0)}`);
    expect(await entries(bench)).toHaveLength(1);
    await bench.execute(insert('b', 0));
    let writes = 0;
    bench.fault = () => (writes++ === 0 ? 'quota' : 'none');
    await bench.settle();
    expect(bench.engine.runner.status('CSAS_OUT_2').state).toBe('ERROR');
    expect(await entries(bench)).toEqual([
      ['ERROR', 'processing.CSAS_OUT_2.Project', 1],
      ['ERROR', 'processing.CSAS_OUT_2', 2],
    ]);
    await bench.run('RESUME CSAS_OUT_2;');
    expect(await entries(bench)).toHaveLength(3);
  });

  it('tells which side of which topic could not be written, and of which record', async () => {
    const bench = await open();
    await bench.run(`${CREATE}
      CREATE STREAM P WITH (VALUE_FORMAT = 'PROTOBUF') AS SELECT K, ARRAY[NULL, V] AS A FROM S; ${insert('a', 1)}`);
    expect(bench.engine.runner.status('CSAS_P_2').state).toBe('ERROR');
    const error = 'MESSAGE->serializationError';
    expect(
      await entries(bench, `LOGGER, MESSAGE->TYPE, ${error}->target, ${error}->\`topic\`, ${error}->cause`),
    ).toEqual([['processing.CSAS_P_2.serializer', 3, 'value', 'P', ['The record in process: s-0@0.']]]);
  });

  it('survives being opened again, and a crash loses and repeats nothing', async () => {
    const bench = await open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT K, 10 / V AS Q FROM S; ${insert('a', 0)}`);
    const before = await entries(bench, 'LOGGER, TIME, MESSAGE');
    await bench.reopen();
    expect(await entries(bench, 'LOGGER, TIME, MESSAGE')).toEqual(before);
    await bench.execute(insert('b', 0));
    bench.fault = () => 'crash-after';
    await bench.settle();
    await bench.reopen();
    await bench.settle();
    expect(await entries(bench)).toHaveLength(2);
    expect(bench.engine.skippedCommands).toEqual([]);
  });

  it('tells a hundred failures of a commit one by one, and counts the rest', async () => {
    const bench = await open();
    await bench.run(CREATE);
    await bench.execute(Array.from({ length: 250 }, (_, i) => insert(`k${i}`, 0)).join(' '));
    await bench.run('CREATE STREAM OUT AS SELECT K, 10 / V AS Q FROM S;');
    const rows = await entries(bench, 'MESSAGE->recordProcessingError->errorMessage');
    expect(rows).toHaveLength(101);
    expect(rows.at(-1)?.[0]).toContain('150 more records');
  });

  it('is not fed by queries that read it, be it through others', async () => {
    const bench = await open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT K, 10 / V AS Q FROM S;
      CREATE STREAM L AS SELECT LOGGER, MESSAGE->TYPE / 0 AS X FROM KSQL_PROCESSING_LOG;
      CREATE STREAM M AS SELECT LOGGER, 1 / (LEN(LOGGER) * 0) AS Y FROM L; ${insert('a', 0)}`);
    expect(await entries(bench, 'LOGGER')).toEqual([['processing.CSAS_OUT_2.Project']]);
    expect((await bench.rows('SELECT LOGGER FROM M;')).rows).toHaveLength(1);
    expect(bench.failures.some(({ queryId }) => queryId === 'CSAS_M_4')).toBe(true);
  });

  it('takes what push queries tell as well', async () => {
    const bench = await open();
    await bench.run(`${CREATE} ${insert('a', 0)}`);
    const subscription = await bench.subscribe('SELECT 10 / V AS Q FROM S EMIT CHANGES;');
    await bench.settle();
    expect(await entries(bench, 'LOGGER')).toEqual([[`processing.${subscription.id}.Project`]]);
  });

  it('is shown by a query that takes entries of any type, and bytes that are no text', async () => {
    const bench = await open();
    await bench.run(`${CREATE} CREATE STREAM OUT AS SELECT K, 10 / V AS Q FROM S; ${insert('a', 0)}`);
    await bench.engine.produce('s', null, new Uint8Array([0xff, 0x41]), 5);
    await bench.settle();
    const subscription = await bench.subscribe(logQuery('KSQL_PROCESSING_LOG'));
    await bench.settle();
    expect(subscription.columns.map(({ name }) => name)).toEqual([
      ...['LEVEL', 'LOGGER', 'ERROR', 'TOPIC', 'PARTITION', 'OFFSET', 'RECORD'],
    ]);
    expect(subscription.take().map(({ row }) => row.slice(3))).toEqual([
      ['s', 0, 0, '{"V":0,"K":"a"}'],
      ['s', 0, 1, '\ufffdA'],
    ]);
  });

  it('can be dropped, and is there again when the engine is opened again', async () => {
    const bench = await open();
    await bench.run('DROP STREAM KSQL_PROCESSING_LOG;');
    expect((await bench.fails('SELECT * FROM KSQL_PROCESSING_LOG;')).code).toBe('UNKNOWN_SOURCE');
    await bench.reopen();
    expect(await entries(bench)).toEqual([]);
  });
});
