import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import { WeirError } from '../common/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import { findBatchDefect } from '../log/record-batch.ts';
import { RecordBatchBuilder } from '../log/record-batch-builder.ts';
import { decodeRecords } from '../log/record-columns.ts';
import type { BrokerEvent, FetchedPartition } from './api.ts';
import { Broker, type BrokerOptions } from './broker.ts';

async function openBroker(storage = new MemoryStorage(), options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const clock = new ManualClock(1_700_000_000_000);
  return Broker.open({ storage, clock, scheduler: clock, ...options });
}

function batchOf(...values: readonly string[]): Uint8Array {
  const builder = new RecordBatchBuilder(64);
  values.forEach((value, index) => builder.append(encodeUtf8(`k${value}`), encodeUtf8(value), 1_000 + index));
  return builder.build();
}

function valuesOf(fetched: FetchedPartition | undefined, from = 0): string[] {
  const values: string[] = [];
  for (const batch of fetched?.batches ?? []) {
    const records = decodeRecords(batch);
    for (let i = records.firstIndexAt(from); i < records.count; i++)
      values.push(decodeUtf8(records.value(i) ?? new Uint8Array()));
  }
  return values;
}

async function readAll(broker: Broker, topic: string, partition = 0): Promise<string[]> {
  const { partitions } = await broker.fetch({ partitions: [{ topic, partition, offset: 0 }] });
  return valuesOf(partitions[0]);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof WeirError ? error.code : String(error)),
  );
}

describe('Broker', () => {
  it('seals the batches whose checksum was left to it, and refuses those that are cut off', async () => {
    const broker = await openBroker();
    await broker.createTopics([
      { topic: 't', partitions: 1 },
      { topic: 'timed', partitions: 1, config: { 'message.timestamp.type': 'LogAppendTime' } },
    ]);
    const unsealed = (): Uint8Array => {
      const builder = new RecordBatchBuilder();
      builder.append(encodeUtf8('k'), encodeUtf8('a'), 1_000);
      return builder.build({ isSealed: false });
    };
    expect(findBatchDefect(unsealed())).toMatchObject({ kind: 'corrupt' });
    for (const topic of ['t', 'timed']) {
      const produce = (records: Uint8Array, isSealed: boolean): Promise<string> =>
        codeOf(broker.produce({ batches: [{ topic, partition: 0, records, isSealed }] }));
      expect(await produce(unsealed(), false)).toBe('resolved');
      const { partitions } = await broker.fetch({ partitions: [{ topic, partition: 0, offset: 0 }] });
      expect(partitions[0]?.batches.map(findBatchDefect)).toEqual([null]);
      expect(await produce(unsealed(), true)).toBe('INVALID_RECORD');
      expect(await produce(unsealed().subarray(0, 65), false)).toBe('INVALID_RECORD');
      expect(await produce(unsealed().subarray(0, 40), false)).toBe('INVALID_RECORD');
    }
  });

  it('appends, assigns offsets and reads back from any offset', async () => {
    const broker = await openBroker();
    await broker.createTopics([{ topic: 'orders', partitions: 2 }]);
    const first = await broker.produce({
      batches: [{ topic: 'orders', partition: 0, records: batchOf('a', 'b', 'c') }],
    });
    expect(first.batches).toEqual([
      { topic: 'orders', partition: 0, baseOffset: 0, lastOffset: 2, isDuplicate: false },
    ]);
    await broker.produce({
      batches: [
        { topic: 'orders', partition: 0, records: batchOf('d') },
        { topic: 'orders', partition: 1, records: batchOf('x') },
      ],
    });
    expect(await readAll(broker, 'orders')).toEqual(['a', 'b', 'c', 'd']);
    const { partitions } = await broker.fetch({ partitions: [{ topic: 'orders', partition: 0, offset: 1 }] });
    expect(valuesOf(partitions[0], 1)).toEqual(['b', 'c', 'd']);
    expect(partitions[0]?.nextOffset).toBe(4);
    expect(partitions[0]?.highWatermark).toBe(4);
  });

  it('finds everything again when it is opened over the same storage', async () => {
    const storage = new MemoryStorage();
    const broker = await openBroker(storage);
    await broker.createTopics([{ topic: 'orders', partitions: 1, config: { 'retention.ms': 5 } }]);
    await broker.commit({
      batches: [{ topic: 'orders', partition: 0, records: batchOf('a', 'b') }],
      offsets: [{ groupId: 'g', partitions: [{ topic: 'orders', partition: 0, offset: 1, metadata: 'm' }] }],
    });
    const again = await openBroker(new MemoryStorage(storage.snapshot()));
    expect(await readAll(again, 'orders')).toEqual(['a', 'b']);
    const { partitions } = await again.offsetFetch({ groupId: 'g' });
    expect(partitions).toMatchObject([{ topic: 'orders', partition: 0, offset: 1, metadata: 'm' }]);
    expect((await again.describeTopics(['orders']))[0]?.config['retention.ms']).toBe(5);
    expect(again.recovery).toMatchObject({ truncations: [], failures: [], isNew: false });
  });

  it('writes a commit in one storage batch and refuses it whole', async () => {
    const storage = new MemoryStorage();
    let applies = 0;
    const apply = storage.apply.bind(storage);
    storage.apply = (batch, durability) => {
      applies++;
      return apply(batch, durability);
    };
    const broker = await openBroker(storage);
    await broker.createTopics([{ topic: 'out', partitions: 2 }]);
    applies = 0;
    await broker.commit({
      batches: [
        { topic: 'out', partition: 0, records: batchOf('a') },
        { topic: 'out', partition: 1, records: batchOf('b') },
      ],
      offsets: [{ groupId: 'g', partitions: [{ topic: 'out', partition: 0, offset: 7 }] }],
    });
    expect(applies).toBe(1);
    const refused = broker.commit({
      batches: [{ topic: 'out', partition: 0, records: batchOf('never') }],
      offsets: [{ groupId: 'g', partitions: [{ topic: 'missing', partition: 0, offset: 8 }] }],
    });
    expect(await codeOf(refused)).toBe('UNKNOWN_TOPIC');
    expect(await readAll(broker, 'out')).toEqual(['a']);
    expect((await broker.offsetFetch({ groupId: 'g' })).partitions[0]?.offset).toBe(7);
    expect(applies).toBe(1);
  });

  it('coalesces what comes in while a storage batch is on its way', async () => {
    const storage = new MemoryStorage();
    let applies = 0;
    const apply = storage.apply.bind(storage);
    storage.apply = async (batch, durability) => {
      applies++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      await apply(batch, durability);
    };
    const broker = await openBroker(storage);
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    applies = 0;
    const names = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all(
      names.map((name) => broker.produce({ batches: [{ topic: 't', partition: 0, records: batchOf(name) }] })),
    );
    expect(applies).toBeLessThan(5);
    expect(await readAll(broker, 't')).toEqual(names);
  });

  it('keeps nothing of a write that storage refuses, and goes on', async () => {
    const storage = new MemoryStorage();
    const broker = await openBroker(storage);
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    const apply = storage.apply.bind(storage);
    storage.apply = async (batch, durability) => {
      if (batch.puts.some(({ value }) => value.length > 500))
        throw new WeirError('STORAGE_QUOTA', 'The storage is full.');
      await apply(batch, durability);
    };
    const large = broker.produce({ batches: [{ topic: 't', partition: 0, records: batchOf('x'.repeat(600)) }] });
    const small = broker.produce({ batches: [{ topic: 't', partition: 0, records: batchOf('small') }] });
    expect(await codeOf(large)).toBe('STORAGE_QUOTA');
    expect((await small).batches[0]?.baseOffset).toBe(0);
    expect(await readAll(broker, 't')).toEqual(['small']);
  });

  it('tells subscribers once per storage batch, when it is readable', async () => {
    const broker = await openBroker();
    const events: BrokerEvent[] = [];
    const unsubscribe = await broker.subscribe((event) => events.push(event));
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    await broker.produce({ batches: [{ topic: 't', partition: 0, records: batchOf('a', 'b') }] });
    unsubscribe();
    await broker.produce({ batches: [{ topic: 't', partition: 0, records: batchOf('c') }] });
    expect(events.flatMap((event) => event.topics)).toEqual([{ kind: 'created', topic: 't' }]);
    expect(events.flatMap((event) => event.appended).filter(({ topic }) => topic === 't')).toEqual([
      { topic: 't', partition: 0, highWatermark: 2, lastStableOffset: 2, logStartOffset: 0 },
    ]);
  });

  it('lets a fetch wait for data, until its time is up', async () => {
    const clock = new ManualClock(0);
    const broker = await Broker.open({ storage: new MemoryStorage(), clock, scheduler: clock });
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    const request = { partitions: [{ topic: 't', partition: 0, offset: 0 }], maxWaitMs: 100 };
    const waiting = broker.fetch(request);
    await broker.produce({ batches: [{ topic: 't', partition: 0, records: batchOf('a') }] });
    expect(valuesOf((await waiting).partitions[0])).toEqual(['a']);
    const inVain = broker.fetch({ ...request, partitions: [{ topic: 't', partition: 0, offset: 1 }] });
    clock.advance(100);
    expect((await inVain).partitions[0]?.batches).toEqual([]);
  });

  it('pages a long read and reads back what the cache has dropped', async () => {
    const broker = await openBroker(new MemoryStorage(), { cacheBytes: 1_000 });
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    const expected: string[] = [];
    for (let i = 0; i < 100; i++) {
      const value = `${i}`.padEnd(50, '.');
      expected.push(value);
      await broker.produce({ batches: [{ topic: 't', partition: 0, records: batchOf(value) }] });
    }
    const seen: string[] = [];
    let pages = 0;
    for (let offset = 0; offset < 100; pages++) {
      const { partitions } = await broker.fetch({ partitions: [{ topic: 't', partition: 0, offset }], maxBytes: 700 });
      const fetched = partitions[0];
      seen.push(...valuesOf(fetched, offset));
      offset = fetched?.nextOffset ?? Infinity;
    }
    expect(seen).toEqual(expected);
    expect(pages).toBeGreaterThan(10);
  });

  it('finds offsets by time', async () => {
    const broker = await openBroker();
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    for (const start of [100, 50, 300]) {
      const builder = new RecordBatchBuilder();
      for (let i = 0; i < 10; i++) builder.append(null, encodeUtf8('v'), start + i);
      await broker.produce({ batches: [{ topic: 't', partition: 0, records: builder.build() }] });
    }
    const at = async (timestampMs: number): Promise<number | undefined> =>
      (await broker.listOffsets({ partitions: [{ topic: 't', partition: 0, at: { timestampMs } }] })).partitions[0]
        ?.offset;
    expect(await at(0)).toBe(0);
    expect(await at(105)).toBe(5);
    expect(await at(110)).toBe(20);
    expect(await at(309)).toBe(29);
    expect(await at(310)).toBe(-1);
  });

  it('forgets the offsets of a deleted topic, so that its name can be used anew', async () => {
    const storage = new MemoryStorage();
    const broker = await openBroker(storage);
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    await broker.commit({
      batches: [{ topic: 't', partition: 0, records: batchOf('old') }],
      offsets: [{ groupId: 'g', partitions: [{ topic: 't', partition: 0, offset: 1 }] }],
    });
    await broker.deleteTopics(['t']);
    expect(await codeOf(broker.describeTopics(['t']))).toBe('UNKNOWN_TOPIC');
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    expect(await readAll(broker, 't')).toEqual([]);
    const again = await openBroker(new MemoryStorage(storage.snapshot()));
    expect(await readAll(again, 't')).toEqual([]);
    expect((await again.offsetFetch({ groupId: 'g' })).partitions).toEqual([]);
  });

  it('refuses what is wrong by its own code', async () => {
    const broker = await openBroker();
    await broker.createTopics([{ topic: 't', partitions: 1, config: { 'max.message.bytes': 200 } }]);
    expect(await codeOf(broker.createTopics([{ topic: 't', partitions: 1 }]))).toBe('TOPIC_EXISTS');
    expect(await codeOf(broker.createTopics([{ topic: 'a b', partitions: 1 }]))).toBe('INVALID_TOPIC');
    expect(await codeOf(broker.createTopics([{ topic: 'u', partitions: 0 }]))).toBe('INVALID_TOPIC');
    const produce = (topic: string, partition: number, records: Uint8Array): Promise<string> =>
      codeOf(broker.produce({ batches: [{ topic, partition, records }] }));
    expect(await produce('u', 0, batchOf('a'))).toBe('UNKNOWN_TOPIC');
    expect(await produce('t', 1, batchOf('a'))).toBe('UNKNOWN_PARTITION');
    expect(await produce('t', 0, batchOf('a'.repeat(300)))).toBe('RECORD_TOO_LARGE');
    const damaged = batchOf('a');
    damaged[70] = (damaged[70] ?? 0) ^ 1;
    expect(await produce('t', 0, damaged)).toBe('INVALID_RECORD');
    const beyond = await broker.fetch({ partitions: [{ topic: 't', partition: 0, offset: 5 }] });
    expect(beyond.partitions[0]?.error?.code).toBe('OFFSET_OUT_OF_RANGE');
    await broker.close();
    expect(await codeOf(broker.listTopics())).toBe('STORAGE_CLOSED');
    expect(await produce('t', 0, batchOf('a'))).toBe('STORAGE_CLOSED');
  });

  it('answers a repeated batch of an idempotent producer with its first offsets', async () => {
    const broker = await openBroker();
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    const { producerId, producerEpoch } = await broker.initProducerId({});
    const send = async (value: string, baseSequence: number, epoch = producerEpoch): Promise<string | number> => {
      const builder = new RecordBatchBuilder();
      builder.append(null, encodeUtf8(value), 0);
      const records = builder.build({ producer: { producerId, producerEpoch: epoch, baseSequence } });
      try {
        const { batches } = await broker.produce({ batches: [{ topic: 't', partition: 0, records }] });
        return batches[0]?.isDuplicate === true
          ? `duplicate of ${batches[0].baseOffset}`
          : (batches[0]?.baseOffset ?? 'none');
      } catch (error) {
        return error instanceof WeirError ? error.code : 'other';
      }
    };
    expect(await send('a', 0)).toBe(0);
    expect(await send('b', 1)).toBe(1);
    expect(await send('b', 1)).toBe('duplicate of 1');
    expect(await send('d', 3)).toBe('OUT_OF_ORDER_SEQUENCE');
    expect(await send('c', 0, producerEpoch + 1)).toBe(2);
    expect(await send('z', 2)).toBe('PRODUCER_FENCED');
    expect(await readAll(broker, 't')).toEqual(['a', 'b', 'c']);
    expect((await broker.initProducerId({})).producerId).not.toBe(producerId);
  });
});
