import { describe, expect, it } from 'vitest';
import { Producer } from '../../src/core/clients/producer.ts';
import { encodeUtf8 } from '../../src/core/common/utf8.ts';
import { TestBench } from './test-bench.ts';

describe('queries over transactions', () => {
  it('process what is committed, in time, and nothing that is aborted', async () => {
    const bench = await TestBench.open();
    await bench.run(`
      CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, VALUE_FORMAT = 'JSON');
      CREATE TABLE T AS SELECT K, COUNT(*) AS N, SUM(V) AS TOTAL FROM S GROUP BY K;`);
    const producer = new Producer(bench.engine.broker, { transactionalId: 'loader' });
    await producer.initTransactions();
    const topic = await producer.topic('s');
    const write = async (v: number): Promise<void> => {
      topic.append(encodeUtf8('a'), encodeUtf8(JSON.stringify({ V: v })), v);
      await producer.flush();
      await bench.settle();
    };
    const total = async (): Promise<string> => JSON.stringify((await bench.rows('SELECT N, TOTAL FROM T;')).rows);
    producer.beginTransaction();
    await write(1);
    await write(2);
    expect(await total()).toBe('[]');
    await producer.commitTransaction();
    await bench.settle();
    expect(await total()).toBe('[[2,3]]');
    producer.beginTransaction();
    await write(100);
    await producer.abortTransaction();
    producer.beginTransaction();
    await write(4);
    await producer.commitTransaction();
    await bench.settle();
    expect(await total()).toBe('[[3,7]]');
    await bench.reopen();
    await bench.settle();
    expect(await total()).toBe('[[3,7]]');
  });
});
