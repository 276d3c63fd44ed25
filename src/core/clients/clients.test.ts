import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import type { TopicPartition } from '../broker/api.ts';
import { Broker } from '../broker/broker.ts';
import { EMPTY_BYTES } from '../common/bytes.ts';
import { WeirError } from '../common/errors.ts';
import { partitionForKey } from '../common/murmur2.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import { decodeRecords } from '../log/record-columns.ts';
import { Admin } from './admin.ts';
import { rangeAssignor, roundRobinAssignor } from './assignors.ts';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts';
import { type ConsumedBatch, Consumer, type ConsumerOptions } from './consumer.ts';
import { Producer } from './producer.ts';
import { RecordAccumulator } from './record-accumulator.ts';

interface Setup {
  readonly broker: Broker;
  readonly clock: ManualClock;
}

async function setUp(topics: Record<string, number> = { t: 4 }): Promise<Setup> {
  const clock = new ManualClock(1_000);
  const broker = await Broker.open({ storage: new MemoryStorage(), clock, scheduler: clock });
  await broker.createTopics(Object.entries(topics).map(([topic, partitions]) => ({ topic, partitions })));
  return { broker, clock };
}

function textsOf(batches: readonly ConsumedBatch[]): string[] {
  return batches.flatMap(({ records, from }) => {
    const texts: string[] = [];
    for (let i = from; i < records.count; i++) texts.push(decodeUtf8(records.value(i) ?? new Uint8Array()));
    return texts;
  });
}

async function send(broker: Broker, topic: string, ...texts: readonly string[]): Promise<void> {
  const producer = new Producer(broker);
  const target = await producer.topic(topic);
  for (const text of texts) target.append(encodeUtf8(text), encodeUtf8(text), 5);
  await producer.flush();
}

/** A newcomer's poll waits for the others to join again, which they do in theirs. */
async function pollTogether(newcomer: Consumer, other: Consumer): Promise<void> {
  let isDone = false;
  const poll = newcomer.poll().finally(() => {
    isDone = true;
  });
  while (!isDone) await other.poll();
  await poll;
}

const consumerOf = (broker: Broker, options: Partial<ConsumerOptions> = {}): Consumer =>
  new Consumer(broker, { clientId: 'c', groupId: 'g', autoOffsetReset: 'earliest', ...options });

describe('record accumulator', () => {
  it('sends a key where Kafka does, and rotates the partition of null keys with each batch', () => {
    const accumulator = new RecordAccumulator();
    const topic = accumulator.topic('t', 3);
    const key = encodeUtf8('some key');
    expect(topic.append(key, null, 1)).toBe(partitionForKey(key, 3));
    accumulator.drain();
    const sticky: number[] = [];
    for (let batch = 0; batch < 4; batch++) {
      sticky.push(topic.append(null, key, 1), topic.append(null, key, 1));
      accumulator.drain();
    }
    expect(sticky).toEqual([0, 0, 1, 1, 2, 2, 0, 0]);
  });

  it('takes records that are written in place, and lets the first bytes of a key decide where they go', () => {
    const accumulator = new RecordAccumulator();
    const topic = accumulator.topic('t', 7);
    const expected = new Map<number, string[]>();
    for (let i = 0; i < 50; i++) {
      const base = encodeUtf8(`key ${i}`);
      const written = encodeUtf8(`key ${i}/`);
      const partition = topic.partitionOf(written, base.length);
      expect(partition).toBe(partitionForKey(base, 7));
      topic.begin(partition, i).raw(written);
      topic.endKey(true).raw(encodeUtf8('window'));
      expect(topic.end(true)).toBe(written.length + 6);
      expected.set(partition, [...(expected.get(partition) ?? []), `key ${i}/=window`]);
    }
    const sent = new Map<number, string[]>();
    for (const { partition, records } of accumulator.drain()) {
      const columns = decodeRecords(records);
      const texts = [...columns.offsetDeltas].map(
        (_, at) => `${decodeUtf8(columns.key(at) ?? EMPTY_BYTES)}=${decodeUtf8(columns.value(at) ?? EMPTY_BYTES)}`,
      );
      sent.set(partition, texts);
    }
    expect(sent).toEqual(expected);
  });

  it('closes a batch that is full and forgets nothing', () => {
    const accumulator = new RecordAccumulator({ batchBytes: 500 });
    const topic = accumulator.topic('t', 1);
    for (let i = 0; i < 100; i++) topic.append(null, new Uint8Array(50), i);
    expect(accumulator.bufferedBytes).toBeGreaterThan(5_000);
    const batches = accumulator.drain();
    expect(batches.length).toBeGreaterThan(10);
    expect(accumulator.bufferedBytes).toBe(0);
    expect(accumulator.drain()).toEqual([]);
  });
});

describe('producer', () => {
  it('keeps what a failed flush could not write, and writes it once', async () => {
    const { broker } = await setUp({ t: 1 });
    // The first write goes through, and its acknowledgement is lost on the way.
    const produce = broker.produce.bind(broker);
    let isFailing = true;
    broker.produce = async (request) => {
      const copies = request.batches.map((batch) => ({ ...batch, records: batch.records.slice() }));
      const response = await produce({ ...request, batches: copies });
      if (isFailing) throw new WeirError('STORAGE_FAILED', 'unknown outcome');
      return response;
    };
    const producer = new Producer(broker, { isIdempotent: true });
    const topic = await producer.topic('t');
    topic.append(null, encodeUtf8('a'), 1);
    await expect(producer.flush()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(producer.bufferedBytes).toBeGreaterThan(0);
    isFailing = false;
    topic.append(null, encodeUtf8('b'), 2);
    expect((await producer.flush()).map(({ isDuplicate }) => isDuplicate)).toEqual([true, false]);
    expect(producer.bufferedBytes).toBe(0);
    const consumer = consumerOf(broker);
    consumer.assign([{ topic: 't', partition: 0 }]);
    expect(textsOf(await consumer.poll())).toEqual(['a', 'b']);
  });
});

describe('consumer', () => {
  it('reads on from the committed offset', async () => {
    const { broker } = await setUp({ t: 1 });
    await send(broker, 't', 'a', 'b', 'c');
    const first = consumerOf(broker);
    first.assign([{ topic: 't', partition: 0 }]);
    expect(textsOf(await first.poll())).toEqual(['a', 'b', 'c']);
    await first.commit([{ topic: 't', partition: 0, offset: 2 }]);
    const second = consumerOf(broker);
    second.assign([{ topic: 't', partition: 0 }]);
    expect(textsOf(await second.poll())).toEqual(['c']);
    expect(await second.position({ topic: 't', partition: 0 })).toBe(3);
    second.seek({ topic: 't', partition: 0 }, 1);
    expect(textsOf(await second.poll())).toEqual(['b', 'c']);
    await second.seekToBeginning();
    second.pause([{ topic: 't', partition: 0 }]);
    expect(await second.poll()).toEqual([]);
    second.resume([{ topic: 't', partition: 0 }]);
    expect(textsOf(await second.poll())).toEqual(['a', 'b', 'c']);
    const { partitions } = await new Admin(broker).groupLag('g');
    expect(partitions).toMatchObject([{ committedOffset: 2, logEndOffset: 3, lag: 1 }]);
  });

  it('begins at the end unless told otherwise, and starts anew when its offset is gone', async () => {
    const { broker } = await setUp({ t: 1 });
    await send(broker, 't', 'a');
    const late = consumerOf(broker, { autoOffsetReset: 'latest' });
    late.assign([{ topic: 't', partition: 0 }]);
    expect(await late.poll()).toEqual([]);
    const lost = consumerOf(broker);
    lost.assign([{ topic: 't', partition: 0 }]);
    lost.seek({ topic: 't', partition: 0 }, 99);
    expect(await lost.poll()).toEqual([]);
    expect(textsOf(await lost.poll())).toEqual(['a']);
    const strict = consumerOf(broker, { autoOffsetReset: 'none' });
    strict.assign([{ topic: 't', partition: 0 }]);
    await expect(strict.poll()).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' });
  });

  it('shares the partitions of a group, and takes over those of a member that leaves or goes silent', async () => {
    const { broker, clock } = await setUp({ t: 4 });
    const sizes = (...consumers: readonly Consumer[]): number[] => consumers.map((each) => each.assignment().length);
    const one = consumerOf(broker, { clientId: 'one', sessionTimeoutMs: 100 });
    const two = consumerOf(broker, { clientId: 'two', sessionTimeoutMs: 100 });
    one.subscribe(['t']);
    two.subscribe(['t']);
    await one.poll();
    expect(sizes(one)).toEqual([4]);
    await pollTogether(two, one);
    expect(sizes(one, two)).toEqual([2, 2]);
    expect((await broker.describeGroup('g')).state).toBe('Stable');
    const all = [...one.assignment(), ...two.assignment()].map(({ partition }) => partition);
    expect(all.sort()).toEqual([0, 1, 2, 3]);

    await two.close();
    await one.poll();
    expect(sizes(one)).toEqual([4]);

    const three = consumerOf(broker, { clientId: 'three', sessionTimeoutMs: 100 });
    three.subscribe(['t']);
    await pollTogether(three, one);
    expect(sizes(one, three)).toEqual([2, 2]);
    clock.advance(60);
    await three.poll();
    clock.advance(60);
    await three.poll();
    expect(sizes(three)).toEqual([4]);
    // The silent one is a zombie now: its commit is refused, and it has to join again.
    await expect(one.commit([{ topic: 't', partition: 0, offset: 1 }])).rejects.toMatchObject({
      code: 'UNKNOWN_MEMBER',
    });
    await pollTogether(one, three);
    expect(sizes(one, three)).toEqual([2, 2]);
  });

  it('refuses a member that shares no protocol, and the deletion of a group with members', async () => {
    const { broker } = await setUp({ t: 1 });
    const one = consumerOf(broker);
    one.subscribe(['t']);
    await one.poll();
    await one.commit([{ topic: 't', partition: 0, offset: 0 }]);
    const other = consumerOf(broker, { assignors: [roundRobinAssignor] });
    other.subscribe(['t']);
    await expect(other.poll()).rejects.toMatchObject({ code: 'INCONSISTENT_GROUP_PROTOCOL' });
    await expect(broker.deleteGroup('g')).rejects.toMatchObject({ code: 'GROUP_NOT_EMPTY' });
    await one.close();
    expect((await broker.listGroups()).map(({ groupId, state }) => [groupId, state])).toEqual([['g', 'Empty']]);
    const forgotten: unknown[] = [];
    await broker.subscribe(({ offsets }) => forgotten.push(...offsets));
    await broker.deleteGroup('g');
    expect(await broker.listGroups()).toEqual([]);
    expect(forgotten).toEqual([{ groupId: 'g', partitions: [{ topic: 't', partition: 0, offset: -1 }] }]);
  });
});

describe('assignors', () => {
  const members = fc.uniqueArray(
    fc.record({ memberId: fc.constantFrom('a', 'b', 'c', 'd', 'e'), topics: fc.subarray(['x', 'y', 'z']) }),
    { selector: ({ memberId }) => memberId, minLength: 1 },
  );
  const counts = fc.record({ x: fc.nat(7), y: fc.nat(7), z: fc.nat(7) }).map((each) => new Map(Object.entries(each)));

  it.each([rangeAssignor, roundRobinAssignor])('$name gives each partition to one subscriber', (assignor) => {
    fc.assert(
      fc.property(members, counts, (group, partitionCounts) => {
        const assignment = assignor.assign(group, partitionCounts);
        const dealt = new Map<string, string>();
        for (const [memberId, partitions] of assignment) {
          for (const { topic, partition } of partitions) {
            expect(dealt.has(`${topic}-${partition}`)).toBe(false);
            expect(group.find((member) => member.memberId === memberId)?.topics).toContain(topic);
            dealt.set(`${topic}-${partition}`, memberId);
          }
        }
        let expected = 0;
        for (const [topic, count] of partitionCounts)
          if (group.some(({ topics }) => topics.includes(topic))) expected += count;
        expect(dealt.size).toBe(expected);
      }),
    );
  });

  it('speak the protocol that kafkajs speaks', () => {
    const require = createRequire(import.meta.url);
    const { MemberMetadata, MemberAssignment } = require('kafkajs/src/consumer/assignerProtocol') as {
      MemberMetadata: {
        encode(metadata: { version: number; topics: readonly string[] }): Buffer;
        decode(bytes: Buffer): { readonly topics: readonly string[] };
      };
      MemberAssignment: {
        encode(assignment: { version: number; assignment: Record<string, readonly number[]> }): Buffer;
        decode(bytes: Buffer): { readonly assignment: Record<string, readonly number[]> };
      };
    };
    const topics = ['orders', 'größe'];
    expect(Buffer.from(encodeSubscription(topics)).equals(MemberMetadata.encode({ version: 0, topics }))).toBe(true);
    expect(decodeSubscription(MemberMetadata.encode({ version: 0, topics })).topics).toEqual(topics);
    const partitions: TopicPartition[] = [
      { topic: 'a', partition: 0 },
      { topic: 'a', partition: 2 },
      { topic: 'b', partition: 1 },
    ];
    expect(MemberAssignment.decode(Buffer.from(encodeAssignment(partitions))).assignment).toEqual({
      a: [0, 2],
      b: [1],
    });
    expect(
      decodeAssignment(MemberAssignment.encode({ version: 0, assignment: { a: [0, 2], b: [1] } })).partitions,
    ).toEqual(partitions);
  });
});
