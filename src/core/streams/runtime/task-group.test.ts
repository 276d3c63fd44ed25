import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../../adapters/storage-memory.ts';
import { Broker } from '../../broker/broker.ts';
import { consumedBatches } from '../../clients/fetched-records.ts';
import { Producer } from '../../clients/producer.ts';
import { StreamsBuilder } from '../dsl/streams-builder.ts';
import { stringToString, text, textKeys } from '../testing.ts';
import { joinWindows } from '../windows.ts';
import { StreamsInstance } from './instance.ts';

const HOUR_MS = 3_600_000;
const PARTITIONS = 3;
const RECORDS = 600;

async function openBroker(topics: readonly string[]): Promise<Broker> {
  const clock = new ManualClock(1_000);
  const broker = await Broker.open({ storage: new MemoryStorage(), clock, scheduler: clock });
  await broker.createTopics(topics.map((topic) => ({ topic, partitions: PARTITIONS })));
  return broker;
}

/** A record an hour, over all keys in turn. */
async function fill(broker: Broker, topic: string, keys: readonly string[]): Promise<void> {
  const producer = new Producer(broker);
  const target = await producer.topic(topic);
  for (let i = 0; i < RECORDS; i++) {
    target.append(text.serialize(keys[i % keys.length] ?? ''), text.serialize('shared'), i * HOUR_MS);
  }
  await producer.flush();
}

async function timesIn(broker: Broker, topic: string, partition: number): Promise<number[]> {
  const times: number[] = [];
  for (let offset = 0; ;) {
    const { partitions } = await broker.fetch({ partitions: [{ topic, partition, offset }] });
    const [fetched] = partitions;
    if (fetched === undefined || fetched.batches.length === 0) return times;
    for (const { records, from } of consumedBatches(fetched, offset)) {
      for (let i = from; i < records.count; i++) times.push(records.timestampMs(i));
    }
    offset = fetched.nextOffset;
  }
}

async function drain(instance: StreamsInstance, budget: number): Promise<void> {
  while (await instance.step(budget));
  if (instance.error !== undefined) throw instance.error;
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('task groups', () => {
  it.each([1, 7, 250, 10_000])(
    'write to a repartition topic in order of time, %d records at a time',
    async (budget) => {
      const broker = await openBroker(['in', 'out']);
      await fill(broker, 'in', KEYS);
      const builder = new StreamsBuilder();
      builder
        .stream('in', stringToString)
        .selectKey((_key, value) => value ?? '')
        .repartition({ ...stringToString, name: 'by-value' })
        .to('out', stringToString);
      const instance = await StreamsInstance.open({ broker, topology: builder.build(), applicationId: 'app' });
      await drain(instance, budget);
      const counts = await Promise.all([0, 1, 2].map((partition) => timesIn(broker, 'out', partition)));
      const times = counts.flat();
      expect(times).toEqual(Array.from({ length: RECORDS }, (_, i) => i * HOUR_MS));
    },
  );

  it.each([
    [1, 0],
    [50, 0],
    [10_000, 0],
    [1, 60],
    [50, 60],
    [7, 10_000],
  ])(
    'hold a join back until its repartitioned side has come, %d records at a time, %d steps to a commit',
    async (budget, stepsToCommit) => {
      const broker = await openBroker(['left', 'right', 'out']);
      await fill(broker, 'left', KEYS);
      await fill(broker, 'right', ['shared']);
      const builder = new StreamsBuilder();
      const right = builder.stream('right', stringToString);
      const joined = { keys: textKeys, keySerde: text, leftSerde: text, rightSerde: text };
      builder
        .stream('left', stringToString)
        .selectKey((_key, value) => value ?? '')
        .join(right, (a, b) => `${a}${b}`, joinWindows(0, 0, 0), joined)
        .to('out', stringToString);
      const clock = new ManualClock(0);
      const commitInterval = { ms: stepsToCommit, clock };
      const topology = builder.build();
      const instance = await StreamsInstance.open({ broker, topology, applicationId: 'app', commitInterval });
      while (await instance.step(budget)) clock.advance(1);
      expect(instance.error).toBeUndefined();
      // Of each pair the record that comes first finds no match yet; none is late.
      expect(instance.counts().skipped).toEqual({ 'no-match': RECORDS });
      const times = (await Promise.all([0, 1, 2].map((partition) => timesIn(broker, 'out', partition)))).flat();
      expect(times).toHaveLength(RECORDS);
    },
  );
});
