import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import type { BrokerEvent, IsolationLevel, TransactionalProducer } from '../broker/api.ts';
import { Broker } from '../broker/broker.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import { buildControlBatch } from '../log/control-record.ts';
import { RecordBatchBuilder } from '../log/record-batch-builder.ts';
import { Consumer } from './consumer.ts';
import { Producer } from './producer.ts';
import type { TopicAccumulator } from './record-accumulator.ts';

interface Setup {
  readonly broker: Broker;
  readonly clock: ManualClock;
  readonly storage: MemoryStorage;
}

async function setUp(): Promise<Setup> {
  const clock = new ManualClock(1_000);
  const storage = new MemoryStorage();
  const broker = await Broker.open({ storage, clock, scheduler: clock });
  await broker.createTopics([
    { topic: 'a', partitions: 1 },
    { topic: 'b', partitions: 1 },
  ]);
  return { broker, clock, storage };
}

interface Writer {
  readonly producer: Producer;
  readonly a: TopicAccumulator;
  readonly b: TopicAccumulator;
}

async function writerOf(broker: Broker, transactionTimeoutMs?: number): Promise<Writer> {
  const producer = new Producer(broker, { transactionalId: 'writer', transactionTimeoutMs });
  await producer.initTransactions();
  return { producer, a: await producer.topic('a'), b: await producer.topic('b') };
}

const append = (target: TopicAccumulator, text: string): number => target.append(null, encodeUtf8(text), 1);

async function read(broker: Broker, topic: string, isolationLevel: IsolationLevel): Promise<string[]> {
  const consumer = new Consumer(broker, { clientId: 'c', autoOffsetReset: 'earliest', isolationLevel });
  consumer.assign([{ topic, partition: 0 }]);
  const texts: string[] = [];
  for (const { records, from } of await consumer.poll()) {
    for (let i = from; i < records.count; i++) texts.push(decodeUtf8(records.value(i) ?? new Uint8Array()));
  }
  return texts;
}

const committed = async (broker: Broker): Promise<string[][]> => [
  await read(broker, 'a', 'read_committed'),
  await read(broker, 'b', 'read_committed'),
];

async function offsetOf(broker: Broker, groupId = 'g'): Promise<number | undefined> {
  return (await broker.offsetFetch({ groupId, partitions: [{ topic: 'a', partition: 0 }] })).partitions[0]?.offset;
}

const send = (producer: Producer, offset: number): Promise<void> =>
  producer.sendOffsetsToTransaction({ groupId: 'g', partitions: [{ topic: 'a', partition: 0, offset }] });

describe('a transactional producer', () => {
  it('makes records and offsets visible together', async () => {
    const { broker } = await setUp();
    const { producer, a, b } = await writerOf(broker);
    producer.beginTransaction();
    append(a, 'one');
    await producer.flush();
    append(b, 'two');
    await producer.flush();
    await send(producer, 7);
    expect(await committed(broker)).toEqual([[], []]);
    expect(await read(broker, 'a', 'read_uncommitted')).toEqual(['one']);
    expect(await offsetOf(broker)).toBe(-1);
    const events: BrokerEvent[] = [];
    await broker.subscribe((event) => events.push(event));
    await producer.commitTransaction();
    expect(await committed(broker)).toEqual([['one'], ['two']]);
    expect(await offsetOf(broker)).toBe(7);
    // All of it is one commit of the storage.
    expect(events).toHaveLength(1);
    expect(events[0]?.offsets).toEqual([{ groupId: 'g', partitions: [{ topic: 'a', partition: 0, offset: 7 }] }]);
  });

  it('leaves nothing of an aborted transaction to readers of committed records', async () => {
    const { broker } = await setUp();
    const { producer, a, b } = await writerOf(broker);
    for (const [text, ends] of [
      ['first', 'commit'],
      ['never', 'abort'],
      ['last', 'commit'],
    ] as const) {
      producer.beginTransaction();
      append(a, `${text} a`);
      append(b, `${text} b`);
      await producer.flush();
      await send(producer, text === 'first' ? 1 : 2);
      append(a, `${text} late`);
      if (ends === 'commit') await producer.commitTransaction();
      else await producer.abortTransaction();
      if (text === 'never') expect(await offsetOf(broker)).toBe(1);
    }
    expect(await committed(broker)).toEqual([
      ['first a', 'first late', 'last a', 'last late'],
      ['first b', 'last b'],
    ]);
    expect(await read(broker, 'a', 'read_uncommitted')).toContain('never a');
    expect(await offsetOf(broker)).toBe(2);
  });

  it('holds the last stable offset at its first record', async () => {
    const { broker } = await setUp();
    const { producer, a } = await writerOf(broker);
    producer.beginTransaction();
    append(a, 'open');
    await producer.flush();
    const plain = new Producer(broker);
    append(await plain.topic('a'), 'plain');
    await plain.flush();
    const describe = async (): Promise<object | undefined> => (await broker.describeTopics(['a']))[0]?.partitions[0];
    expect(await describe()).toMatchObject({ lastStableOffset: 0, highWatermark: 2 });
    await producer.commitTransaction();
    // The marker is a record as well.
    expect(await describe()).toMatchObject({ lastStableOffset: 3, highWatermark: 3 });
    expect(await read(broker, 'a', 'read_committed')).toEqual(['open', 'plain']);
  });

  it('goes on after transactions in which nothing was written', async () => {
    const { broker } = await setUp();
    const { producer, a } = await writerOf(broker);
    producer.beginTransaction();
    await producer.commitTransaction();
    producer.beginTransaction();
    append(a, 'dropped');
    await producer.abortTransaction();
    producer.beginTransaction();
    append(a, 'kept');
    await producer.commitTransaction();
    expect(await read(broker, 'a', 'read_uncommitted')).toEqual(['kept']);
  });

  it('fences the producer before it, and aborts what that one left open', async () => {
    const { broker } = await setUp();
    const zombie = await writerOf(broker);
    zombie.producer.beginTransaction();
    append(zombie.a, 'zombie');
    await zombie.producer.flush();
    const heir = await writerOf(broker);
    append(zombie.a, 'too late');
    await expect(zombie.producer.flush()).rejects.toMatchObject({ code: 'PRODUCER_FENCED' });
    await expect(zombie.producer.abortTransaction()).rejects.toMatchObject({ code: 'PRODUCER_FENCED' });
    heir.producer.beginTransaction();
    append(heir.a, 'heir');
    await heir.producer.commitTransaction();
    expect(await committed(broker)).toEqual([['heir'], []]);
  });

  it('is aborted and fenced when its transaction is open for too long', async () => {
    const { broker, clock } = await setUp();
    const { producer, a } = await writerOf(broker, 15_000);
    producer.beginTransaction();
    append(a, 'slow');
    await producer.flush();
    const stable = async (): Promise<number | undefined> =>
      (await broker.describeTopics(['a']))[0]?.partitions[0]?.lastStableOffset;
    clock.advance(10_000);
    await Promise.resolve();
    expect(await stable()).toBe(0);
    clock.advance(10_000);
    await broker.offsetCommit({ groupId: 'other', partitions: [] });
    expect(await stable()).toBe(2);
    await expect(producer.commitTransaction()).rejects.toMatchObject({ code: 'PRODUCER_FENCED' });
    expect(await read(broker, 'a', 'read_committed')).toEqual([]);
  });

  it('finds its transaction open after a restart, and ends it', async () => {
    const { broker, storage } = await setUp();
    const { producer, a, b } = await writerOf(broker);
    producer.beginTransaction();
    append(a, 'done');
    await producer.commitTransaction();
    producer.beginTransaction();
    append(b, 'half');
    await producer.flush();
    await send(producer, 3);

    const clock = new ManualClock(5_000);
    const again = await Broker.open({ storage: new MemoryStorage(storage.snapshot()), clock, scheduler: clock });
    expect(await committed(again)).toEqual([['done'], []]);
    expect((await again.describeTopics(['b']))[0]?.partitions[0]?.lastStableOffset).toBe(0);
    const heir = await writerOf(again);
    heir.producer.beginTransaction();
    append(heir.b, 'whole');
    await heir.producer.commitTransaction();
    expect(await committed(again)).toEqual([['done'], ['whole']]);
    expect(await offsetOf(again)).toBe(-1);
  });

  it('keeps no offsets of a topic that was deleted while the transaction was open', async () => {
    const { broker } = await setUp();
    const { producer, a, b } = await writerOf(broker);
    producer.beginTransaction();
    append(a, 'gone');
    append(b, 'stays');
    await producer.flush();
    await send(producer, 1);
    await broker.deleteTopics(['a']);
    await broker.createTopics([{ topic: 'a', partitions: 1 }]);
    await producer.commitTransaction();
    expect(await committed(broker)).toEqual([[], ['stays']]);
    expect(await offsetOf(broker)).toBe(-1);
  });

  it('says what is wrong with the order of its calls', async () => {
    const { broker } = await setUp();
    const code = 'INVALID_TRANSACTION_STATE';
    await expect(new Producer(broker).initTransactions()).rejects.toMatchObject({ code });
    const unready = new Producer(broker, { transactionalId: 't' });
    expect(() => unready.beginTransaction()).toThrowError(/initTransactions/);
    const { producer, a } = await writerOf(broker);
    await expect(producer.commitTransaction()).rejects.toMatchObject({ code });
    append(a, 'outside');
    await expect(producer.flush()).rejects.toMatchObject({ code });
    producer.beginTransaction();
    expect(() => producer.beginTransaction()).toThrowError(/open already/);
  });
});

describe('the broker', () => {
  it.each([true, false])('takes markers and transactional batches from nobody else, sealed: %s', async (isSealed) => {
    const { broker } = await setUp();
    const transactionalId = 'mine';
    const identity = await broker.initProducerId({ transactionalId });
    const transaction: TransactionalProducer = { transactionalId, ...identity };
    const batch = (isTransactional: boolean, producerId = identity.producerId): Uint8Array => {
      const builder = new RecordBatchBuilder();
      builder.append(null, encodeUtf8('x'), 1);
      return builder.build({ isSealed, producer: { ...identity, producerId, baseSequence: 0, isTransactional } });
    };
    const produce = (records: Uint8Array, of?: TransactionalProducer): Promise<unknown> =>
      broker.produce({ batches: [{ topic: 'a', partition: 0, records, isSealed }], transaction: of });
    const invalid = { code: 'INVALID_TRANSACTION_STATE' };
    await expect(produce(buildControlBatch('commit', identity, 1))).rejects.toMatchObject({ code: 'INVALID_RECORD' });
    await expect(produce(batch(true))).rejects.toMatchObject(invalid);
    await expect(produce(batch(false), transaction)).rejects.toMatchObject(invalid);
    await expect(produce(batch(true, 99), transaction)).rejects.toMatchObject(invalid);
    await expect(produce(batch(true), { ...transaction, transactionalId: 'other' })).rejects.toMatchObject(invalid);
    await expect(broker.endTransaction({ transaction, outcome: 'commit' })).rejects.toMatchObject(invalid);
    await expect(broker.deleteTopics(['__transaction_state'])).rejects.toMatchObject({ code: 'INVALID_TOPIC' });
    expect((await broker.describeTopics(['a']))[0]?.partitions[0]?.highWatermark).toBe(0);
  });
});
