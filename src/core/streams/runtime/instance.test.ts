import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../../adapters/storage-memory.ts';
import { Broker } from '../../broker/broker.ts';
import { Producer } from '../../clients/producer.ts';
import { EMPTY_BYTES } from '../../common/bytes.ts';
import { partitionForKey } from '../../common/murmur2.ts';
import { consumedBatches } from '../../clients/fetched-records.ts';
import { StreamsBuilder } from '../dsl/streams-builder.ts';
import { sessionWindowedSerde, timeWindowedSerde } from '../serde.ts';
import { num, store, stringToNumber, stringToString, text, textKeys } from '../testing.ts';
import type { Topology } from '../topology.ts';
import type { KeyValueStore } from '../state/store.ts';
import { joinWindows, sessionWindows, timeWindows } from '../windows.ts';
import { TopologyDriver } from './driver.ts';
import { StreamsInstance } from './instance.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Input {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | number | null;
  readonly time: number;
}

async function openBroker(storage = new MemoryStorage()): Promise<Broker> {
  const clock = new ManualClock(1_000);
  return Broker.open({ storage, clock, scheduler: clock });
}

async function produce(broker: Broker, inputs: readonly Input[]): Promise<void> {
  const producer = new Producer(broker);
  for (const { topic, key, value, time } of inputs) {
    const target = await producer.topic(topic);
    const valueBytes = value === null ? null : encoder.encode(JSON.stringify(value));
    target.append(key === null ? null : text.serialize(key), valueBytes, time);
  }
  await producer.flush();
}

const hex = (bytes: Uint8Array | null): string =>
  bytes === null ? 'null' : [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** All records of a topic, partition by partition. */
async function records(broker: Broker, topic: string): Promise<string[]> {
  const [description] = await broker.describeTopics([topic]);
  const found: string[] = [];
  for (const { partition } of description?.partitions ?? []) {
    let offset = 0;
    for (;;) {
      const { partitions } = await broker.fetch({ partitions: [{ topic, partition, offset }] });
      const fetched = partitions[0];
      if (fetched === undefined || fetched.batches.length === 0) break;
      for (const { records: columns, from } of consumedBatches(fetched, offset)) {
        for (let i = from; i < columns.count; i++) {
          found.push(`${hex(columns.key(i))}:${hex(columns.value(i))}@${columns.timestampMs(i)}`);
        }
      }
      offset = fetched.nextOffset;
    }
  }
  return found;
}

const show = (line: string): string =>
  line.replace(/([0-9a-f]{2})+(?=[:@])/g, (bytes) =>
    decoder.decode(Uint8Array.from(bytes.match(/../g) ?? [], (byte) => parseInt(byte, 16))).replaceAll('"', ''),
  );

async function drain(instance: StreamsInstance, budget = 1000): Promise<void> {
  while (await instance.step(budget));
  if (instance.error !== undefined) throw instance.error;
}

function wordCount(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('lines', stringToString)
    .flatMapValues((_key, line) => (line ?? '').split(' '))
    .groupBy((_key, word) => word, { ...stringToString, name: 'words' })
    .count(store('counts', num))
    .toStream()
    .to('counted', stringToNumber);
  return builder.build();
}

const lines = (...values: string[]): Input[] =>
  values.map((value, index) => ({ topic: 'lines', key: `k${index}`, value, time: index }));

describe('an application over a broker', () => {
  it('repartitions, counts, and answers look-ups from the task that has the key', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 'lines', partitions: 3 },
      { topic: 'counted', partitions: 2 },
    ]);
    await produce(broker, lines('a b', 'a', 'c a', 'b'));
    const instance = await StreamsInstance.open({ broker, topology: wordCount(), applicationId: 'app' });
    await drain(instance, 2);
    expect(instance.tasks.map(({ taskId }) => taskId)).toEqual(['0_0', '0_1', '0_2', '1_0', '1_1', '1_2']);
    const rows = instance
      .stores('counts')
      .flatMap((kept) => [...(kept as KeyValueStore<string, number> & typeof kept).all()])
      .map(({ key, value }) => `${key}=${value}`);
    expect(rows.sort()).toEqual(['a=3', 'b=2', 'c=1']);
    expect(instance.counts()).toEqual({ consumed: 10, produced: 12, lag: 0, skipped: {} });
    const counted = (await records(broker, 'counted')).map((line) => show(line).replace(/@.*/, ''));
    expect(counted.sort()).toEqual(['a:1', 'a:2', 'a:3', 'b:1', 'b:2', 'c:1']);
    expect((await records(broker, 'app-counts-changelog')).length).toBeLessThanOrEqual(6);
    expect(() => instance.stores('nope')).toThrow(/no store nope/);
  });

  it('goes on after a restart as if nothing had happened', async () => {
    const storage = new MemoryStorage();
    let broker = await openBroker(storage);
    await broker.createTopics([
      { topic: 'lines', partitions: 1 },
      { topic: 'counted', partitions: 1 },
    ]);
    await produce(broker, lines('a', 'b a', 'a'));
    await drain(await StreamsInstance.open({ broker, topology: wordCount(), applicationId: 'app' }));
    broker = await openBroker(storage);
    await produce(broker, lines('a', 'c'));
    const instance = await StreamsInstance.open({ broker, topology: wordCount(), applicationId: 'app' });
    expect(instance.state).toBe('RESTORING');
    expect(() => instance.stores('counts')).toThrow(/RESTORING/);
    await drain(instance);
    const counted = (await records(broker, 'counted')).map((line) => show(line).replace(/@.*/, ''));
    expect(counted).toEqual(['a:1', 'b:1', 'a:2', 'a:3', 'a:4', 'c:1']);
    await instance.destroy();
    expect((await broker.listTopics()).map(({ topic }) => topic).filter((topic) => topic.startsWith('app-'))).toEqual(
      [],
    );
  });

  describe('with a commit interval', () => {
    const open = async (broker: Broker, clock: ManualClock): Promise<StreamsInstance> =>
      StreamsInstance.open({ broker, topology: wordCount(), applicationId: 'app', commitInterval: { ms: 50, clock } });
    const filled = async (storage: MemoryStorage): Promise<Broker> => {
      const broker = await openBroker(storage);
      await broker.createTopics([
        { topic: 'lines', partitions: 1 },
        { topic: 'counted', partitions: 1 },
      ]);
      await produce(broker, lines('a a', 'a', 'a b', 'a'));
      return broker;
    };
    const ALL = ['a:1', 'a:2', 'a:3', 'a:4', 'b:1', 'a:5'];
    const counted = async (broker: Broker): Promise<readonly string[]> =>
      (await records(broker, 'counted')).map((line) => show(line).replace(/@.*/, ''));

    it('commits several steps together, a changed entry once', async () => {
      const broker = await filled(new MemoryStorage());
      const instance = await open(broker, new ManualClock(0));
      await drain(instance, 1);
      expect(await counted(broker)).toEqual(ALL);
      expect((await records(broker, 'app-counts-changelog')).map(show)).toEqual(['a:5@3', 'b:1@2']);
    });

    it('commits when the time has come, and when it is told to', async () => {
      const clock = new ManualClock(0);
      const broker = await filled(new MemoryStorage());
      const instance = await open(broker, clock);
      const repartitioned = async (): Promise<number> => (await records(broker, 'app-words-repartition')).length;
      await instance.step(1);
      clock.advance(49);
      await instance.step(1);
      expect([instance.isUncommitted, await repartitioned()]).toEqual([true, 0]);
      clock.advance(1);
      await instance.step(1);
      expect([instance.isUncommitted, await repartitioned()]).toEqual([false, 5]);
      await drain(instance, 1);
      await produce(broker, lines('c', 'c'));
      await instance.step(1);
      expect(instance.isUncommitted).toBe(true);
      expect(await instance.commit()).toBe(true);
      expect([instance.isUncommitted, await repartitioned()]).toEqual([false, 7]);
      expect(await instance.commit()).toBe(false);
    });

    it('neither loses nor repeats what was processed when it ends before its commit', async () => {
      const broker = await filled(new MemoryStorage());
      const clock = new ManualClock(0);
      for (let steps = 1; steps <= 4; steps++) {
        const instance = await open(broker, clock);
        for (let i = 0; i < steps; i++) await instance.step(1);
        await instance.close();
      }
      await drain(await open(broker, clock), 1);
      expect(await counted(broker)).toEqual(ALL);
    });
  });

  it('stops at a failing record with what was committed before it', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 'in', partitions: 1 },
      { topic: 'out', partitions: 1 },
    ]);
    const topology = (limit: number): Topology => {
      const builder = new StreamsBuilder();
      builder
        .stream('in', stringToNumber)
        .peek((_key, value) => {
          if ((value ?? 0) > limit) throw new Error(`${value} is too much`);
        })
        .to('out', stringToNumber);
      return builder.build();
    };
    await produce(
      broker,
      [1, 2, 9, 3].map((value) => ({ topic: 'in', key: 'k', value, time: value })),
    );
    const instance = await StreamsInstance.open({ broker, topology: topology(5), applicationId: 'app' });
    while (await instance.step(1));
    expect(instance.state).toBe('ERROR');
    expect(instance.error).toMatchObject({ code: 'PROCESSING_FAILED' });
    expect(instance.error?.message).toContain('9 is too much');
    expect((await records(broker, 'out')).map(show)).toEqual(['k:1@1', 'k:2@2']);
    await drain(await StreamsInstance.open({ broker, topology: topology(10), applicationId: 'app' }));
    expect((await records(broker, 'out')).map(show)).toEqual(['k:1@1', 'k:2@2', 'k:9@9', 'k:3@3']);
  });

  it('skips what it cannot read, tells where, and commits past it', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 'in', partitions: 1 },
      { topic: 'out', partitions: 1 },
    ]);
    const builder = new StreamsBuilder();
    builder
      .stream('in', { keySerde: text, valueSerde: timeWindowedSerde(text, 1) })
      .mapValues(() => 'read')
      .to('out', stringToString);
    const told: string[] = [];
    await produce(broker, [{ topic: 'in', key: 'k', value: 'short', time: 1 }]);
    const instance = await StreamsInstance.open({
      broker,
      topology: builder.build(),
      applicationId: 'app',
      onUndeserializable: ({ error, topic, partition, offset }) =>
        told.push(`${error.code} ${topic}-${partition}@${offset}`),
    });
    await drain(instance);
    expect(told).toEqual(['DESERIALIZATION in-0@0']);
    expect(instance.counts()).toEqual({ consumed: 0, produced: 0, lag: 0, skipped: { undeserializable: 1 } });
    const { partitions } = await broker.offsetFetch({ groupId: 'app' });
    expect(partitions).toMatchObject([{ topic: 'in', offset: 1 }]);
  });

  it('refuses to join topics of different partitions and names both', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 'left', partitions: 2 },
      { topic: 'right', partitions: 3 },
      { topic: 'out', partitions: 1 },
    ]);
    const open = StreamsInstance.open({ broker, topology: everything(), applicationId: 'app' });
    await expect(open).rejects.toMatchObject({
      code: 'INVALID_TOPOLOGY',
      message: expect.stringContaining('right has 3') as string,
    });
  });

  it('joins by foreign key between tables of different partitions', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 'left', partitions: 3 },
      { topic: 'right', partitions: 2 },
      { topic: 'out', partitions: 1 },
    ]);
    const builder = new StreamsBuilder();
    const right = builder.table('right', stringToString, { keys: textKeys });
    builder
      .table('left', stringToString, { keys: textKeys })
      .foreignKeyJoin(
        right,
        (_key, value) => value,
        (l, r) => `${l}+${r}`,
        {
          name: 'fk',
          keys: textKeys,
          keySerde: text,
          leftSerde: text,
          foreignKeys: textKeys,
          foreignKeySerde: text,
          rightSerde: text,
        },
      )
      .toStream()
      .to('out', stringToString);
    const ids = Array.from({ length: 20 }, (_, index) => index);
    await produce(broker, [
      ...ids.map((id) => ({ topic: 'left', key: `l${id}`, value: `r${id % 5}`, time: id })),
      ...[0, 1, 2, 3].map((id) => ({ topic: 'right', key: `r${id}`, value: `R${id}`, time: 100 + id })),
    ]);
    const instance = await StreamsInstance.open({ broker, topology: builder.build(), applicationId: 'app' });
    await drain(instance, 3);
    const last = new Map((await records(broker, 'out')).map((line) => show(line).split(/[:@]/) as [string, string]));
    const expected = ids.filter((id) => id % 5 < 4).map((id) => [`l${id}`, `r${id % 5}+R${id % 5}`]);
    expect([...last].sort()).toEqual(expected.sort());
    const topics = await broker.describeTopics([
      'app-fk-SUBSCRIPTION-REGISTRATION-topic',
      'app-fk-SUBSCRIPTION-RESPONSE-topic',
    ]);
    expect(topics.map(({ partitions }) => partitions.length)).toEqual([2, 3]);
  });

  it('keeps nothing of a transient query', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 'lines', partitions: 1 },
      { topic: 'counted', partitions: 1 },
    ]);
    const topics = async (): Promise<string[]> => (await broker.listTopics()).map(({ topic }) => topic);
    const before = await topics();
    await produce(broker, lines('a', 'a'));
    const instance = await StreamsInstance.open({
      broker,
      topology: wordCount(),
      applicationId: 'app',
      isTransient: true,
    });
    await drain(instance);
    expect(await topics()).not.toContain('app-counts-changelog');
    await instance.destroy();
    expect(await topics()).toEqual(before);
    expect((await broker.offsetFetch({ groupId: 'app' })).partitions).toEqual([]);
  });

  it('sends all windows of a key to the partition that the key alone goes to', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 'in', partitions: 1 },
      { topic: 'out', partitions: 3 },
    ]);
    const builder = new StreamsBuilder();
    builder
      .stream('in', stringToString)
      .groupByKey(stringToString)
      .windowedBy(timeWindows(10, 10, 100))
      .count(store('counts', num))
      .toStream()
      .to('out', { keySerde: timeWindowedSerde(text, 10), valueSerde: num });
    const keys = ['a', 'b', 'c', 'd', 'e'];
    await produce(
      broker,
      [0, 10, 20].flatMap((time) => keys.map((key) => ({ topic: 'in', key, value: 'x', time }))),
    );
    await drain(await StreamsInstance.open({ broker, topology: builder.build(), applicationId: 'app' }));
    const [out] = await broker.describeTopics(['out']);
    const expected = [0, 0, 0];
    for (const key of keys) {
      const partition = partitionForKey(text.serialize(key) ?? EMPTY_BYTES, 3);
      expected[partition] = (expected[partition] ?? 0) + 3;
    }
    expect(out?.partitions.map(({ highWatermark }) => highWatermark)).toEqual(expected);
  });

  it('takes the oldest record of its partitions first', async () => {
    const broker = await openBroker();
    await broker.createTopics(['left', 'right', 'out'].map((topic) => ({ topic, partitions: 1 })));
    const builder = new StreamsBuilder();
    builder.stream('left', stringToString).merge(builder.stream('right', stringToString)).to('out', stringToString);
    await produce(broker, [
      { topic: 'left', key: 'l', value: 'x', time: 5 },
      { topic: 'left', key: 'l', value: 'x', time: 7 },
      { topic: 'right', key: 'r', value: 'x', time: 6 },
      { topic: 'right', key: 'r', value: 'x', time: 2 },
    ]);
    await drain(await StreamsInstance.open({ broker, topology: builder.build(), applicationId: 'app' }));
    expect((await records(broker, 'out')).map(show)).toEqual(['l:x@5', 'r:x@6', 'r:x@2', 'l:x@7']);
  });
});

/** One topology with every kind of store: windows, sessions, joins with waiting rows, suppression, tables. */
function everything(): Topology {
  const builder = new StreamsBuilder();
  const left = builder.stream('left', stringToNumber);
  const right = builder.stream('right', stringToNumber);
  const add = (_key: string, value: number, sum: number): number => sum + value;
  const zero = (): number => 0;
  const windowedSerde = timeWindowedSerde(text, 10);
  left
    .outerJoin(right, (_key, l, r) => `${l}+${r}`, joinWindows(5, 5, 5), {
      name: 'join',
      keys: textKeys,
      keySerde: text,
      leftSerde: num,
      rightSerde: num,
    })
    .to('out', stringToString);
  left
    .groupByKey(stringToNumber)
    .windowedBy(timeWindows(10, 5, 5))
    .emitStrategy('onWindowClose')
    .aggregate(zero, add, store('final', num))
    .toStream()
    .to('out', { keySerde: windowedSerde, valueSerde: num });
  right
    .groupByKey(stringToNumber)
    .windowedBySession(sessionWindows(5, 10))
    .aggregate(zero, add, (_key, a, b) => a + b, store('sessions', num))
    .toStream()
    .to('out', { keySerde: sessionWindowedSerde(text), valueSerde: num });
  right
    .toTable(store('latest', num))
    .join(left.groupByKey(stringToNumber).aggregate(zero, add, store('sums', num)), (_key, r, sum) => r * 1000 + sum)
    .groupBy((_key, value) => ['all', value], { ...stringToNumber, name: 'all' })
    .aggregate(zero, add, (_key, value, sum) => sum - value, store('all', num))
    .toStream()
    .to('out', stringToNumber);
  return builder.build();
}

const inputs = fc.array(
  fc.record({
    topic: fc.constantFrom('left', 'right'),
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.integer({ min: 1, max: 9 }),
    time: fc.nat(60),
  }),
  { maxLength: 30 },
);

/** Two subtopologies write to the same topic, each in its order: the total's and the other's. */
function bySubtopology(lines: readonly string[]): string[][] {
  const total = /^22616c6c22:/;
  return [lines.filter((line) => total.test(line)), lines.filter((line) => !total.test(line))];
}

describe('crash and restore', () => {
  const run = async (given: readonly Input[], crashes: readonly number[], budget: number): Promise<string[]> => {
    const storage = new MemoryStorage();
    let broker = await openBroker(storage);
    await broker.createTopics(['left', 'right', 'out'].map((topic) => ({ topic, partitions: 1 })));
    await produce(broker, given);
    const topology = everything();
    const open = (): Promise<StreamsInstance> => StreamsInstance.open({ broker, topology, applicationId: 'app' });
    let instance = await open();
    for (let step = 0; await instance.step(budget); step++) {
      if (!crashes.includes(step)) continue;
      broker = await openBroker(storage);
      instance = await open();
    }
    if (instance.error !== undefined) throw instance.error;
    return records(broker, 'out');
  };

  it('gives the same output as an uninterrupted run, whenever it happens', async () => {
    const crashes = fc.uniqueArray(fc.nat(40), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(inputs, crashes, fc.integer({ min: 1, max: 4 }), async (given, at, budget) => {
        expect(bySubtopology(await run(given, at, budget))).toEqual(bySubtopology(await run(given, [], budget)));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same output as the synchronous driver, when records come in order of time', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (given) => {
        const ordered = given
          .toSorted((a, b) => a.time - b.time)
          // One time each, so that which topic comes first is no matter of taste.
          .map((record, index) => ({ ...record, time: record.time * 100 + index }));
        const driver = new TopologyDriver(everything(), { applicationId: 'app' });
        for (const { topic, key, value, time } of ordered) {
          driver.pipe(topic, { key: text.serialize(key), value: num.serialize(value), timestamp: time });
        }
        const expected = driver
          .read('out')
          .map(({ key, value, timestamp }) => `${hex(key)}:${hex(value)}@${timestamp}`);
        expect(bySubtopology(await run(ordered, [], 3))).toEqual(bySubtopology(expected));
      }),
      { numRuns: 30 },
    );
  });
});
