/**
 * The inputs of a `qtt` case through the running engine: produced one after another, each processed to its end over the
 * partitioned log, so that the outputs come in the order of the synchronous driver's. With `restarts` the engine is closed
 * and opened again on what it has stored before each input: what queries remember has to come back from their topics.
 */
import { Producer } from '../../src/core/clients/producer.ts';
import type { Engine } from '../../src/core/ksql/engine/engine.ts';
import type { JsonRecord } from '../../src/library/records/json-record.ts';
import { TopicBridge } from '../../src/library/records/topic-bridge.ts';
import { TopicReader, type StoredRecord } from '../../src/core/ksql/queries/topic-reader.ts';
import type { SourceHistory } from '../../src/library/records/source-history.ts';
import { reopen, type Workbench } from './workbench.ts';

const STEP_RECORDS = 1_000;

export interface LiveCase {
  readonly inputs: readonly JsonRecord[];
  /** The topics whose records are asked for. */
  readonly outputTopics: ReadonlySet<string>;
  readonly history: SourceHistory;
  readonly restarts: boolean;
}

export interface LiveResult {
  /** What was written to the output topics, inputs left out. */
  readonly written: ReadonlyMap<string, readonly StoredRecord[]>;
  readonly failure: { readonly queryId: string; readonly error: unknown } | undefined;
}

export async function processLive(
  bench: Workbench,
  { inputs, outputTopics, history, restarts }: LiveCase,
): Promise<LiveResult> {
  const written = new Map<string, StoredRecord[]>();
  const given = new Set<string>();
  const reader = new TopicReader();
  const settle = async (): Promise<LiveResult['failure']> => {
    const { engine } = bench;
    while (await engine.step(STEP_RECORDS));
    for (const topic of outputTopics) {
      if (!given.has(topic)) written.set(topic, [...(written.get(topic) ?? []), ...(await reader.read(topic, engine))]);
    }
    return failureOf(engine);
  };
  let failure = await settle();
  for (const record of inputs) {
    if (failure !== undefined) break;
    if (restarts) await reopen(bench);
    given.add(record.topic);
    await produce(record, bench, history);
    failure = await settle();
  }
  return { written, failure };
}

async function produce(record: JsonRecord, { engine, topics }: Workbench, history: SourceHistory): Promise<void> {
  const { topic, timestampMs = 0, headers = [] } = record;
  const bridge = new TopicBridge(topic, history.declared(topic), topics.get(topic), engine.registry);
  const [key, value] = [bridge.keyBytes(record), bridge.valueBytes(record)];
  await engine.flushSchemas();
  const producer = new Producer(engine.broker);
  (await producer.topic(topic)).append(
    key,
    value,
    timestampMs,
    headers.map((header) => ({ ...header })),
  );
  await producer.flush();
}

/** The first query that has ended in an error. */
function failureOf(engine: Engine): LiveResult['failure'] {
  for (const { id } of engine.planner.queries()) {
    const { error } = engine.runner.status(id);
    if (error !== undefined) return { queryId: id, error };
  }
  return undefined;
}
