/**
 * How long a query takes from the opening of the engine to its first new record: with a snapshot of its state, and by replaying
 * the changelog alone. The state is one of ten thousand keys that changed as often as there are orders.
 */
import { MemoryStorage } from '../src/adapters/storage-memory.ts';
import type { Engine } from '../src/core/ksql/engine/engine.ts';
import { ORDERS } from './cases/sources.ts';
import { drain, load, openEngine, run } from './engine.ts';
import { median, timed, type ClockMs } from './measure.ts';
import type { Shop } from './orders.ts';

export interface StartUp {
  readonly changes: number;
  readonly snapshotMs: number;
  readonly replayMs: number;
  /** Replay over snapshot. */
  readonly ratio: number;
}

const QUERY = `CREATE TABLE RESULT AS SELECT CUSTOMER, COUNT(*) AS ORDERS, SUM(PRICE) AS TOTAL FROM ORDERS
  GROUP BY CUSTOMER EMIT CHANGES;`;
/** Each step commits, so that nearly each order is a change in the changelog. */
const STEP_RECORDS = 1_000;
const SNAPSHOT_RECORDS = 50_000;

export async function measureStartUp(shop: Shop, rounds: number, clock: ClockMs): Promise<StartUp> {
  const { storage, changes } = await fill(shop);
  const snapshotMs: number[] = [];
  const replayMs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const replay = await start(withoutSnapshots(storage), clock);
    const snapshot = await start(new MemoryStorage(storage.snapshot()), clock);
    if (round === 0) continue;
    replayMs.push(replay);
    snapshotMs.push(snapshot);
  }
  const [bySnapshot, byReplay] = [median(snapshotMs), median(replayMs)];
  return { changes, snapshotMs: bySnapshot, replayMs: byReplay, ratio: byReplay / bySnapshot };
}

/** A storage in which the query has processed every order. */
async function fill({ orders }: Shop): Promise<{ readonly storage: MemoryStorage; readonly changes: number }> {
  const storage = new MemoryStorage();
  const engine = await openEngine({ storage, snapshotRecords: SNAPSHOT_RECORDS });
  await load(engine, 'orders', orders);
  await run(engine, ORDERS);
  await run(engine, `SET 'ksql.streams.commit.interval.ms' = '0'; ${QUERY}`);
  while (await engine.step(STEP_RECORDS));
  const topics = await engine.broker.listTopics();
  const changelog = topics.find(({ topic }) => topic.endsWith('-changelog'));
  const changes = changelog?.partitions[0]?.highWatermark ?? 0;
  return { storage: new MemoryStorage(storage.snapshot()), changes };
}

function withoutSnapshots(storage: MemoryStorage): MemoryStorage {
  return new MemoryStorage(storage.snapshot().filter(({ key: [kind] }) => !String(kind).startsWith('snapshot-')));
}

/** Milliseconds until the query runs. */
async function start(storage: MemoryStorage, clock: ClockMs): Promise<number> {
  let engine: Engine | undefined;
  const { elapsedMs } = await timed(async () => {
    engine = await openEngine({ storage });
    await drain(engine);
  }, clock);
  await engine?.close();
  return elapsedMs;
}
