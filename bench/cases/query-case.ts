/**
 * A case that runs the engine as a user does: topics with record batches in them, the statements, then steps until nothing is
 * left to do. Measured is everything between the first fetch and the last commit.
 */
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { systemClock, systemScheduler } from '../../src/adapters/system-clock.ts';
import { Engine } from '../../src/core/ksql/engine/engine.ts';
import { executeScript } from '../../src/core/ksql/engine/execute.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import { RecordBatchBuilder } from '../../src/core/log/record-batch-builder.ts';
import type { HandResult } from '../hand/codec.ts';
import type { Records, Shop } from '../orders.ts';
import type { BenchCase } from './case.ts';

export interface QueryCase {
  readonly name: string;
  /** Topics, each of one partition. */
  readonly topics: (shop: Shop) => Readonly<Record<string, Records>>;
  /** Declares the sources. */
  readonly sources: string;
  /** The query; its sink is the stream or table RESULT. */
  readonly query: string;
  readonly hand: (shop: Shop) => HandResult;
}

const BATCH_RECORDS = 5_000;
const STEP_BUDGET = 20_000;

export function queryCase({ name, topics, sources, query, hand }: QueryCase): BenchCase {
  return {
    name,
    events: (shop) => Object.values(topics(shop)).reduce((sum, { count }) => sum + count, 0),
    hand,
    prepareOurs: async (shop) => {
      const engine = await Engine.open({
        storage: new MemoryStorage(),
        clock: systemClock,
        scheduler: systemScheduler,
        random: Math.random,
        onExpressionError: (_query, error) => {
          throw error;
        },
      });
      for (const [topic, records] of Object.entries(topics(shop))) await load(engine, topic, records);
      await run(engine, sources);
      await run(engine, query);
      return () => drain(engine);
    },
  };
}

async function load(engine: Engine, topic: string, records: Records): Promise<void> {
  await engine.createTopic(topic, 1, 1);
  const builder = new RecordBatchBuilder();
  for (let i = 0; i < records.count; i++) {
    builder.append(records.key(i), records.value(i), records.timestampsMs[i] ?? 0);
    if (builder.count === BATCH_RECORDS || i === records.count - 1) {
      await engine.broker.produce({ batches: [{ topic, partition: 0, records: builder.build() }] });
    }
  }
}

async function run(engine: Engine, sql: string): Promise<void> {
  const { errors } = await executeScript(engine, new Session({ 'auto.offset.reset': 'earliest' }), sql);
  for (const { error } of errors) throw error;
}

async function drain(engine: Engine): Promise<HandResult> {
  while (await engine.step(STEP_BUDGET));
  for (const { id } of engine.planner.queries()) {
    const { error } = engine.runner.status(id);
    if (error !== undefined) throw error;
  }
  const [sink] = await engine.broker.describeTopics(['RESULT']);
  const partition = sink?.partitions[0];
  await engine.close();
  return { records: partition?.highWatermark ?? 0, sizeBytes: partition?.sizeBytes ?? 0 };
}
