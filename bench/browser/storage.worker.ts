/**
 * In a worker of the browser: records through the broker into IndexedDB, against a bare loop that puts buffers of the same
 * size in transactions of the same number. Ours does more in its time: it builds the batches from records.
 */
import { deleteDB, openDB } from 'idb';
import { deleteIndexedDbStorage, IndexedDbStorage } from '../../src/adapters/storage-indexeddb.ts';
import { systemClock, systemScheduler } from '../../src/adapters/system-clock.ts';
import { Broker } from '../../src/core/broker/broker.ts';
import { RecordBatchBuilder } from '../../src/core/log/record-batch-builder.ts';
import type { StorageResult, StorageTask } from './protocol.ts';

const PARTITIONS = 5;
const BATCH_RECORDS = 1_000;
const VALUE_BYTES = 130;
const TOPIC = 'orders';
const OURS = 'bench-ours';
const BARE = 'bench-bare';

interface Written {
  readonly elapsedMs: number;
  /** Of one batch. */
  readonly batchBytes: number;
}

async function writeOurs(requests: number): Promise<Written> {
  const storage = await IndexedDbStorage.open(OURS);
  const broker = await Broker.open({ storage, clock: systemClock, scheduler: systemScheduler });
  await broker.createTopics([{ topic: TOPIC, partitions: PARTITIONS }]);
  const key = new TextEncoder().encode('customer_12345');
  const value = new Uint8Array(VALUE_BYTES).fill(97);
  const builder = new RecordBatchBuilder();
  let batchBytes = 0;
  const startMs = performance.now();
  for (let request = 0; request < requests; request++) {
    const batches = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (let i = 0; i < BATCH_RECORDS; i++) builder.append(key, value, startMs + i);
      const records = builder.build();
      batchBytes = records.length;
      batches.push({ topic: TOPIC, partition, records });
    }
    await broker.produce({ batches, durability: 'relaxed' });
  }
  const elapsedMs = performance.now() - startMs;
  await broker.close();
  await storage.close();
  await deleteIndexedDbStorage(OURS);
  return { elapsedMs, batchBytes };
}

async function writeBare(requests: number, batchBytes: number): Promise<Written> {
  const database = await openDB(BARE, 1, {
    upgrade: (created) => {
      created.createObjectStore('batches');
    },
  });
  const startMs = performance.now();
  for (let request = 0; request < requests; request++) {
    const transaction = database.transaction('batches', 'readwrite', { durability: 'relaxed' });
    for (let partition = 0; partition < PARTITIONS; partition++) {
      void transaction.store.put(new Uint8Array(batchBytes), [partition, request]);
    }
    await transaction.done;
  }
  const elapsedMs = performance.now() - startMs;
  database.close();
  await deleteDB(BARE);
  return { elapsedMs, batchBytes };
}

async function run({ records, rounds }: StorageTask): Promise<StorageResult> {
  const requests = Math.ceil(records / (PARTITIONS * BATCH_RECORDS));
  const oursMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const ours = await writeOurs(requests);
    const bare = await writeBare(requests, ours.batchBytes);
    if (round === 0) continue;
    oursMs.push(ours.elapsedMs);
    bareMs.push(bare.elapsedMs);
  }
  return { records: requests * PARTITIONS * BATCH_RECORDS, oursMs, bareMs };
}

addEventListener('message', (event: MessageEvent<StorageTask>) => {
  run(event.data).then(
    (result) => {
      postMessage(result);
    },
    (error: unknown) => {
      postMessage(String(error));
    },
  );
});
