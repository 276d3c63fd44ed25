/** Opening what was left behind: torn writes, flipped bits, checkpoints; over memory and over IndexedDB. */
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../adapters/manual-clock.ts';
import { FaultyStorage } from '../../adapters/storage-faulty.ts';
import { IndexedDbStorage } from '../../adapters/storage-indexeddb.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import { consumedBatches } from '../clients/fetched-records.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import { RecordBatchBuilder } from '../log/record-batch-builder.ts';
import type { StorageEntry, StoragePort } from '../ports/storage.ts';
import type { ProducedBatch, TopicConfig } from './api.ts';
import { Broker } from './broker.ts';

type Record3 = readonly [key: string | null, value: string | null, timestampMs?: number];

async function openBroker(storage: StoragePort, clock = new ManualClock(10_000)): Promise<Broker> {
  return Broker.open({ storage, clock, scheduler: clock, cacheBytes: 0 });
}

function batchOf(records: readonly Record3[]): Uint8Array {
  const builder = new RecordBatchBuilder(64);
  for (const [key, value, timestampMs = 100] of records) {
    builder.append(key === null ? null : encodeUtf8(key), value === null ? null : encodeUtf8(value), timestampMs);
  }
  return builder.build();
}

async function write(
  broker: Broker,
  topic: string,
  partition: number,
  ...records: readonly Record3[]
): Promise<ProducedBatch | undefined> {
  return (await broker.produce({ batches: [{ topic, partition, records: batchOf(records) }] })).batches[0];
}

/** `offset:value` of every record. */
async function contents(broker: Broker, topic: string, partition = 0): Promise<string[]> {
  const [description] = await broker.describeTopics([topic]);
  const found: string[] = [];
  let offset = description?.partitions[partition]?.logStartOffset ?? 0;
  for (;;) {
    const [fetched] = (await broker.fetch({ partitions: [{ topic, partition, offset }], maxBytes: 200 })).partitions;
    if (fetched === undefined || fetched.error !== null) return [fetched?.error?.code ?? 'nothing'];
    for (const { records, from } of consumedBatches(fetched, offset)) {
      for (let i = from; i < records.count; i++) {
        const value = records.value(i);
        found.push(`${records.offset(i)}:${value === null ? 'null' : decodeUtf8(value)}`);
      }
    }
    if (fetched.nextOffset === offset) return found;
    offset = fetched.nextOffset;
  }
}

/** Changes the stored bytes of one batch. */
async function damage(
  storage: StoragePort,
  topicId: number,
  partition: number,
  index: number,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<StorageEntry> {
  const range = { lower: ['batch', topicId, partition], upper: ['batch', topicId, partition + 1] };
  const entry = (await storage.scan(range, { limit: 100 }))[index];
  if (entry === undefined) throw new Error('no such batch');
  await storage.apply({ puts: [{ key: entry.key, value: change(entry.value.slice()) }] }, 'strict');
  return entry;
}

const flip =
  (at: number) =>
  (bytes: Uint8Array): Uint8Array => {
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    return bytes;
  };

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const STORAGES: Record<
  string,
  { open: () => Promise<StoragePort>; reopen: (storage: StoragePort) => Promise<StoragePort> }
> = {
  memory: {
    open: async () => new MemoryStorage(),
    reopen: async (storage) => new MemoryStorage(storage instanceof MemoryStorage ? storage.snapshot() : []),
  },
  indexeddb: {
    open: () => IndexedDbStorage.open('w'),
    reopen: async (storage) => {
      await storage.close();
      return IndexedDbStorage.open('w');
    },
  },
};

describe.each(Object.entries(STORAGES))('recovery over %s', (_, { open, reopen }) => {
  it('takes a torn write off the end, says so, and goes on from there', async () => {
    const storage = await open();
    const broker = await openBroker(storage);
    const [topic] = await broker.createTopics([{ topic: 't', partitions: 2 }]);
    await write(broker, 't', 0, ['k', 'a'], ['k', 'b']);
    await write(broker, 't', 0, ['k', 'torn'], ['k', 'off']);
    await write(broker, 't', 1, ['k', 'other']);
    await damage(storage, topic?.topicId ?? -1, 0, 1, (bytes) => bytes.slice(0, bytes.length - 5));
    const again = await openBroker(await reopen(storage));
    expect(again.recovery.truncations).toMatchObject([{ topic: 't', partition: 0, logEndOffset: 2 }]);
    expect(again.recovery.failures).toEqual([]);
    expect(await contents(again, 't', 0)).toEqual(['0:a', '1:b']);
    expect(await contents(again, 't', 1)).toEqual(['0:other']);
    expect((await write(again, 't', 0, ['k', 'next']))?.baseOffset).toBe(2);
    expect(await contents(again, 't', 0)).toEqual(['0:a', '1:b', '2:next']);
  });

  it('refuses a damaged batch by topic, partition and offset, and lets the rest work', async () => {
    const storage = await open();
    const broker = await openBroker(storage);
    const [topic] = await broker.createTopics([{ topic: 't', partitions: 2 }]);
    await write(broker, 't', 0, ['k', 'a']);
    await write(broker, 't', 0, ['k', 'b'], ['k', 'c']);
    await write(broker, 't', 0, ['k', 'd']);
    await write(broker, 't', 1, ['k', 'other']);
    await damage(storage, topic?.topicId ?? -1, 0, 1, flip(70));
    const again = await openBroker(await reopen(storage));
    expect(again.recovery.failures).toMatchObject([
      { code: 'CORRUPT_BATCH', details: { topic: 't', partition: 0, offset: 1 } },
    ]);
    expect(again.recovery.failures[0]?.message).toContain('offset 1 of t-0');
    expect(await contents(again, 't', 0)).toEqual(['CORRUPT_BATCH']);
    await expect(write(again, 't', 0, ['k', 'x'])).rejects.toMatchObject({ code: 'CORRUPT_BATCH' });
    expect((await again.describeTopics(['t']))[0]?.partitions[0]?.error?.code).toBe('CORRUPT_BATCH');
    expect(await contents(again, 't', 1)).toEqual(['0:other']);
    expect((await write(again, 't', 1, ['k', 'y']))?.baseOffset).toBe(1);
    await again.deleteTopics(['t']);
    await again.createTopics([{ topic: 't', partitions: 1 }]);
    expect((await write(again, 't', 0, ['k', 'new']))?.baseOffset).toBe(0);
  });

  it('notices damage that happens while it runs', async () => {
    const storage = await open();
    const broker = await openBroker(storage);
    const [topic] = await broker.createTopics([{ topic: 't', partitions: 1 }]);
    await write(broker, 't', 0, ['k', 'a']);
    await damage(storage, topic?.topicId ?? -1, 0, 0, flip(66));
    expect(await contents(broker, 't')).toEqual(['CORRUPT_BATCH']);
  });

  it('keeps the log start, the log end and the producers across deletion, retention and opening', async () => {
    const storage = await open();
    const clock = new ManualClock(10_000);
    const broker = await openBroker(storage, clock);
    await broker.createTopics([{ topic: 't', partitions: 1, config: { 'retention.ms': 1_000 } }]);
    await write(broker, 't', 0, ['k', 'a', 9_000], ['k', 'b', 9_100], ['k', 'c', 9_200]);
    await write(broker, 't', 0, ['k', 'd', 9_300]);
    await broker.deleteRecords([{ topic: 't', partition: 0, beforeOffset: 1 }]);
    expect(await contents(broker, 't')).toEqual(['1:b', '2:c', '3:d']);
    await expect(broker.deleteRecords([{ topic: 't', partition: 0, beforeOffset: 9 }])).rejects.toMatchObject({
      code: 'OFFSET_OUT_OF_RANGE',
    });
    const again = await openBroker(await reopen(storage), clock);
    expect(await contents(again, 't')).toEqual(['1:b', '2:c', '3:d']);
    const [before] = (await again.fetch({ partitions: [{ topic: 't', partition: 0, offset: 0 }] })).partitions;
    expect(before?.error?.code).toBe('OFFSET_OUT_OF_RANGE');
    clock.advance(10_000);
    await again.clean();
    expect((await again.describeTopics(['t']))[0]?.partitions[0]).toMatchObject({
      logStartOffset: 4,
      logEndOffset: 4,
      sizeBytes: 0,
      batchCount: 0,
    });
    expect((await write(again, 't', 0, ['k', 'e', 20_000]))?.baseOffset).toBe(4);
    expect(await contents(again, 't')).toEqual(['4:e']);
  });

  it('compacts to the newest record of each key, at its own offset', async () => {
    const storage = await open();
    const clock = new ManualClock(1_000_000);
    const broker = await openBroker(storage, clock);
    const config: Partial<TopicConfig> = { 'cleanup.policy': 'compact', 'delete.retention.ms': 1_000 };
    await broker.createTopics([{ topic: 't', partitions: 1, config }]);
    await write(broker, 't', 0, ['a', '1'], ['b', '1'], ['a', '2']);
    await write(broker, 't', 0, ['a', '3']);
    await write(broker, 't', 0, ['c', '1'], ['old', null, 10], ['new', null, 999_999], [null, 'no key'], ['b', '2']);
    await write(broker, 't', 0, ['a', '4'], ['a', '5']);
    await broker.clean();
    const kept = ['4:1', '6:null', '7:no key', '8:2', '9:4', '10:5'];
    expect(await contents(broker, 't')).toEqual(kept);
    const described = (await broker.describeTopics(['t']))[0]?.partitions[0];
    expect(described?.batchCount).toBe(2);
    const again = await openBroker(await reopen(storage), clock);
    expect(await contents(again, 't')).toEqual(kept);
    expect((await again.describeTopics(['t']))[0]?.partitions[0]).toEqual(described);
    expect((await write(again, 't', 0, ['z', 'z']))?.baseOffset).toBe(11);
  });
});

describe('recovery', () => {
  it('opens a long log from its checkpoint, with all that it knew', { timeout: 60_000 }, async () => {
    const storage = new MemoryStorage();
    const clock = new ManualClock(10_000);
    const broker = await openBroker(storage, clock);
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    const { producerId, producerEpoch } = await broker.initProducerId({});
    const send = async (target: Broker, sequence: number, sizeBytes: number): Promise<ProducedBatch | undefined> => {
      const builder = new RecordBatchBuilder(sizeBytes + 100);
      builder.append(null, new Uint8Array(sizeBytes), 1_000 + sequence);
      const records = builder.build({ producer: { producerId, producerEpoch, baseSequence: sequence } });
      return (await target.produce({ batches: [{ topic: 't', partition: 0, records }] })).batches[0];
    };
    for (let sequence = 0; sequence < 20; sequence++) await send(broker, sequence, 1_000_000);
    const reads: number[] = [];
    const reopened = new MemoryStorage(storage.snapshot());
    const scan = reopened.scan.bind(reopened);
    reopened.scan = async (range, options) => {
      const entries = await scan(range, options);
      reads.push(entries.length);
      return entries;
    };
    const again = await openBroker(reopened, clock);
    expect(reads.reduce((sum, count) => sum + count, 0)).toBeLessThan(15);
    expect((await again.describeTopics(['t']))[0]?.partitions[0]).toMatchObject({ logEndOffset: 20, batchCount: 20 });
    expect((await send(again, 19, 1_000_000))?.isDuplicate).toBe(true);
    expect((await send(again, 20, 10))?.baseOffset).toBe(20);
    const at = { timestampMs: 1_013 };
    const [found] = (await again.listOffsets({ partitions: [{ topic: 't', partition: 0, at }] })).partitions;
    expect(found).toMatchObject({ offset: 13, timestampMs: 1_013 });
  });

  it('commits outputs, changelog and offsets together, wherever the power fails', async () => {
    const commits = 4;
    for (const fault of ['crash-before', 'crash-after'] as const) {
      for (let crashAt = 0; crashAt <= commits + 2; crashAt++) {
        const disk = new MemoryStorage();
        const faulty = new FaultyStorage(disk, (_, index) => (index === crashAt ? fault : 'none'));
        let acknowledged = 0;
        try {
          const broker = await openBroker(faulty);
          await broker.createTopics([
            { topic: 'in', partitions: 1 },
            { topic: 'out', partitions: 2 },
          ]);
          for (let step = 0; step < commits; step++) {
            await broker.commit({
              batches: [0, 1].map((partition) => ({
                topic: 'out',
                partition,
                records: batchOf([['k', String(step)]]),
              })),
              offsets: [{ groupId: 'g', partitions: [{ topic: 'in', partition: 0, offset: step + 1 }] }],
            });
            acknowledged++;
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORAGE_FAILED' });
        }
        expect(faulty.hasCrashed).toBe(crashAt < commits + 2);
        const again = await openBroker(disk);
        if ((await again.listTopics()).every(({ topic }) => topic !== 'out')) {
          expect(acknowledged).toBe(0);
          continue;
        }
        const [committed] = (await again.offsetFetch({ groupId: 'g', partitions: [{ topic: 'in', partition: 0 }] }))
          .partitions;
        const done = Math.max(0, committed?.offset ?? -1);
        expect([acknowledged, acknowledged + 1]).toContain(done);
        const expected = Array.from({ length: done }, (_, step) => `${step}:${step}`);
        expect(await contents(again, 'out', 0)).toEqual(expected);
        expect(await contents(again, 'out', 1)).toEqual(expected);
      }
    }
  });

  it('refuses a workspace whose metadata log is damaged, rather than losing its topics', async () => {
    const storage = new MemoryStorage();
    const broker = await openBroker(storage);
    await broker.createTopics([{ topic: 't', partitions: 1 }]);
    await damage(storage, 0, 0, 0, flip(80));
    await expect(openBroker(new MemoryStorage(storage.snapshot()))).rejects.toMatchObject({
      code: 'CORRUPT_BATCH',
      details: { topic: '__cluster_metadata', partition: 0, offset: 0 },
    });
  });

  it('compacts as a map would, whatever was written', async () => {
    const record = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.constantFrom('1', '2'), { freq: 4 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
        async (batches) => {
          const broker = await openBroker(new MemoryStorage());
          await broker.createTopics([{ topic: 't', partitions: 1, config: { 'cleanup.policy': 'compact' } }]);
          for (const batch of batches) await write(broker, 't', 0, ...batch);
          const newest = new Map<string, number>();
          batches.flat().forEach(([key], offset) => newest.set(key, offset));
          const active = batches.flat().length - (batches.at(-1)?.length ?? 0);
          const expected = batches
            .flat()
            .map(([key, value], offset) => ({ key, text: `${offset}:${value ?? 'null'}`, offset }))
            .filter(({ key, offset }) => offset >= active || newest.get(key) === offset)
            .map(({ text }) => text);
          for (let time = 0; time < 2; time++) {
            await broker.clean();
            expect(await contents(broker, 't')).toEqual(expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
