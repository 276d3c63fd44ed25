/** Outputs of `weir run`: the records of topics, a JSON object each, as inputs take them. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { WeirError } from '../../src/core/common/errors.ts';
import { toJsonNode, writeJson, type JsonNode } from '../../src/core/common/values/json-lossless.ts';
import { TopicBridge } from '../../src/library/records/topic-bridge.ts';
import { TopicReader } from '../../src/core/ksql/queries/topic-reader.ts';
import type { Weir } from '../../src/library/weir.ts';
import type { Io } from '../io.ts';
import type { Input } from './inputs.ts';

/** `record` with key, timestamp, partition and offset; `value` the value alone. */
export type OutputFormat = 'record' | 'value';

/** @throws WeirError UNKNOWN_TOPIC, INVALID_FILE when the file cannot be written */
export async function writeOutput(
  { target, file }: Input,
  format: OutputFormat,
  { engine }: Weir,
  io: Io,
): Promise<void> {
  const { catalog } = engine.planner;
  const topics = (await engine.broker.listTopics()).map(({ topic }) => topic);
  const topic = topics.includes(target)
    ? target
    : (catalog.source(target) ?? catalog.source(target.toUpperCase()))?.topic;
  if (topic === undefined) {
    throw new WeirError('UNKNOWN_TOPIC', `There is no topic ${target}, nor a stream or table of that name.`, {
      hint: `There are ${topics.filter((name) => !name.startsWith('_')).join(', ')}.`,
      details: { topic: target },
    });
  }
  const source = catalog.sources().findLast((known) => known.topic === topic);
  const bridge = new TopicBridge(topic, source, undefined, engine.registry);
  const lines = (await new TopicReader().read(topic, engine)).map((record) => {
    const described = bridge.describe(record);
    if (format === 'value') return writeJson(described.get('value') ?? null);
    const head = toJsonNode({ topic, partition: record.partition, offset: record.offset });
    return writeJson(new Map<string, JsonNode>([...(head as Map<string, JsonNode>), ...described]));
  });
  const text = lines.map((line) => `${line}\n`).join('');
  if (file === '-') {
    io.stdout.write(text);
    return;
  }
  try {
    writeFileSync(resolve(io.cwd, file), text);
  } catch (error) {
    throw new WeirError('INVALID_FILE', `${file} cannot be written: ${error instanceof Error ? error.message : ''}.`, {
      cause: error,
    });
  }
}
