/** The engine as a user has it: topics with record batches in them, statements, then steps until nothing is left to do. */
import { MemoryStorage } from '../src/adapters/storage-memory.ts';
import { systemClock, systemScheduler } from '../src/adapters/system-clock.ts';
import { Engine } from '../src/core/ksql/engine/engine.ts';
import type { EngineOptions } from '../src/core/ksql/engine/options.ts';
import { executeScript } from '../src/core/ksql/engine/script.ts';
import { Session } from '../src/core/ksql/engine/session.ts';
import { RecordBatchBuilder } from '../src/core/log/record-batch-builder.ts';
import type { HandResult } from './hand/codec.ts';
import type { Records } from './orders.ts';

const BATCH_RECORDS = 5_000;
const STEP_BUDGET = 20_000;

export function openEngine(options: Partial<EngineOptions> = {}): Promise<Engine> {
  return Engine.open({
    storage: new MemoryStorage(),
    clock: systemClock,
    scheduler: systemScheduler,
    random: Math.random,
    onExpressionError: (_query, error) => {
      throw error;
    },
    ...options,
  });
}

/** Writes the records to a topic, which is made with one partition if it is not there. */
export async function load(engine: Engine, topic: string, records: Records): Promise<void> {
  const topics = await engine.broker.listTopics();
  if (!topics.some((one) => one.topic === topic)) await engine.createTopic(topic, 1, 1);
  const builder = new RecordBatchBuilder();
  for (let i = 0; i < records.count; i++) {
    builder.append(records.key(i), records.value(i), records.timestampsMs[i] ?? 0);
    if (builder.count === BATCH_RECORDS || i === records.count - 1) {
      await engine.broker.produce({ batches: [{ topic, partition: 0, records: builder.build() }] });
    }
  }
}

/** Runs statements; sources are read from their beginning. */
export async function run(engine: Engine, sql: string): Promise<void> {
  const { errors } = await executeScript(engine, new Session({ 'auto.offset.reset': 'earliest' }), sql);
  for (const { error } of errors) throw error;
}

/** Everything between the first fetch and the last commit. */
export async function drain(engine: Engine): Promise<void> {
  while (await engine.step(STEP_BUDGET));
  for (const { id } of engine.planner.queries()) {
    const { error } = engine.runner.status(id);
    if (error !== undefined) throw error;
  }
}

/** What is in the topic RESULT. */
export async function resultOf(engine: Engine): Promise<HandResult> {
  const [sink] = await engine.broker.describeTopics(['RESULT']);
  const partition = sink?.partitions[0];
  return { records: partition?.highWatermark ?? 0, sizeBytes: partition?.sizeBytes ?? 0 };
}
