/**
 * A simulation of transactions under crashes: processors copy `input` to two outputs with the producer and consumer that any
 * program has, in transactions of several requests, some of which they abort. A crash may come anywhere; the next life begins
 * with a producer of the same transactional id.
 *
 * The checker reads with `read_committed` and knows what was in the input: each output holds exactly the inputs before the
 * committed offset, in their order, whatever was aborted, lost or fenced in between.
 */
import { ManualClock } from '../../src/adapters/manual-clock.ts';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { Broker } from '../../src/core/broker/broker.ts';
import { Consumer } from '../../src/core/clients/consumer.ts';
import { Producer } from '../../src/core/clients/producer.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import { Random } from '../../src/core/common/random.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/core/common/utf8.ts';
import { type FaultRates, SimulatedStorage } from './simulated-storage.ts';

const INPUT = 'input';
const OUTPUTS = ['first', 'second'] as const;
const INPUT_RECORDS = 60;

export interface TransactionSimulationResult {
  readonly crashes: number;
  readonly aborts: number;
  readonly copied: number;
}

/** @param partitions as many processors, each with a partition and a transactional id of its own */
export async function simulateTransactions(
  seed: number,
  partitions: number,
  rates: FaultRates,
): Promise<TransactionSimulationResult> {
  const random = new Random(seed);
  const disk = new MemoryStorage();
  const clock = new ManualClock(1_700_000_000_000);
  const open = (storage: SimulatedStorage | MemoryStorage): Promise<Broker> =>
    Broker.open({ storage, clock, scheduler: clock, cacheBytes: 2_000 });
  const result = { crashes: 0, aborts: 0, copied: 0 };
  await fill(await open(new SimulatedStorage(disk, random, { crash: 0, quota: 0 })), partitions);
  for (let life = 0; life < 12; life++) {
    const storage = new SimulatedStorage(disk, random, rates);
    try {
      const broker = await open(storage);
      const copies = Array.from({ length: partitions }, (_, partition) => copy(broker, partition, random));
      for (const aborts of await Promise.all(copies)) result.aborts += aborts;
    } catch (error) {
      if (!storage.hasCrashed) throw error;
      result.crashes++;
    }
    // The other processors' promises are still on their way; the dead storage lets none of them write.
    for (let turns = 0; turns < 300; turns++) await Promise.resolve();
    clock.advance(5_000);
    const copied = await check(
      await open(new MemoryStorage(disk.snapshot())),
      partitions,
      `seed ${seed}, life ${life}`,
    );
    if (copied < result.copied) throw new Error(`seed ${seed}, life ${life}: committed work was lost`);
    result.copied = copied;
  }
  return result;
}

async function fill(broker: Broker, partitions: number): Promise<void> {
  await broker.createTopics([INPUT, ...OUTPUTS].map((topic) => ({ topic, partitions })));
  const producer = new Producer(broker, { batchBytes: 200 });
  const input = await producer.topic(INPUT);
  for (let partition = 0; partition < partitions; partition++) {
    for (let i = 0; i < INPUT_RECORDS; i++) input.appendTo(partition, null, encodeUtf8(String(i)), i);
  }
  await producer.flush();
}

/** Copies until the input ends or the broker's life does; returns how many transactions it aborted. */
async function copy(broker: Broker, partition: number, random: Random): Promise<number> {
  const groupId = `copier-${partition}`;
  const producer = new Producer(broker, { transactionalId: groupId });
  await untilThereIsRoom(() => producer.initTransactions());
  const outputs = await Promise.all(OUTPUTS.map((topic) => producer.topic(topic)));
  let aborts = 0;
  for (let round = 0; round < 8; round++) {
    // A new consumer begins at the committed offset, as it must after an abort.
    const consumer = new Consumer(broker, { clientId: groupId, groupId, autoOffsetReset: 'earliest', maxBytes: 150 });
    consumer.assign([{ topic: INPUT, partition }]);
    try {
      producer.beginTransaction();
      for (let polls = 1 + random.nextInt(3); polls > 0; polls--) {
        for (const { records, from } of await consumer.poll()) {
          for (let i = from; i < records.count; i++) {
            for (const output of outputs) output.appendTo(partition, null, records.value(i), records.timestampMs(i));
          }
        }
        if (random.chance(0.5)) await producer.flush();
        if (random.chance(0.5)) await producer.sendOffsetsToTransaction({ groupId, partitions: consumer.positions() });
      }
      if (random.chance(0.3)) {
        aborts++;
        await producer.abortTransaction();
        continue;
      }
      await producer.sendOffsetsToTransaction({ groupId, partitions: consumer.positions() });
      await producer.commitTransaction();
    } catch (error) {
      if (!(error instanceof WeirError) || error.code !== 'STORAGE_QUOTA') throw error;
      aborts++;
      await untilThereIsRoom(() => producer.abortTransaction());
    }
  }
  return aborts;
}

async function untilThereIsRoom(request: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof WeirError) || error.code !== 'STORAGE_QUOTA') throw error;
    }
  }
}

/** Returns how many records are copied for good. */
async function check(broker: Broker, partitions: number, where: string): Promise<number> {
  let copied = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const { partitions: offsets } = await broker.offsetFetch({ groupId: `copier-${partition}` });
    const committed = Math.max(0, offsets[0]?.offset ?? 0);
    const expected = Array.from({ length: committed }, (_, i) => String(i)).join();
    for (const topic of OUTPUTS) {
      const actual = (await readCommitted(broker, topic, partition)).join();
      if (actual !== expected) {
        throw new Error(`${where}: ${topic}-${partition} is ${actual}, and ${expected} is committed`);
      }
    }
    copied += committed;
  }
  await broker.close();
  return copied;
}

async function readCommitted(broker: Broker, topic: string, partition: number): Promise<string[]> {
  const consumer = new Consumer(broker, {
    clientId: 'checker',
    autoOffsetReset: 'earliest',
    isolationLevel: 'read_committed',
    maxBytes: 300,
  });
  consumer.assign([{ topic, partition }]);
  const texts: string[] = [];
  for (let position = -1, last = -2; position !== last;) {
    for (const { records, from } of await consumer.poll()) {
      for (let i = from; i < records.count; i++) texts.push(decodeUtf8(records.value(i) ?? new Uint8Array()));
    }
    last = position;
    position = await consumer.position({ topic, partition });
  }
  return texts;
}
