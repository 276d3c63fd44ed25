/** Makes an empty workspace into what `export-workspace.ts` wrote. The queries are to be held back until it is done. */
import { WeirError } from '../../core/common/errors.ts';
import { parseJson } from '../../core/common/values/json-lossless.ts';
import { Producer } from '../../core/clients/producer.ts';
import type { Engine } from '../../core/ksql/engine/engine.ts';
import { executeScript, type ScriptFailure } from '../../core/ksql/engine/script.ts';
import { Session } from '../../core/ksql/engine/session.ts';
import { topicsOfStatements } from '../../library/records/declared-topics.ts';
import { objectOf } from '../../library/records/json-reading.ts';
import { readJsonRecords } from '../../library/records/json-record.ts';
import { TopicBridge } from '../../library/records/topic-bridge.ts';
import type { WorkspaceContent } from '../../protocol/api.ts';

/**
 * @throws WeirError of the first statement that fails, when the records for what was made before it are there; INVALID_FILE
 * for records that fit no topic
 */
export async function restoreWorkspace(engine: Engine, content: WorkspaceContent): Promise<void> {
  for (const definition of content.functions) await engine.addFunction(definition);
  for (const { name, partitions, cleanupPolicy } of content.topics) {
    await engine.createTopic(name, partitions, 1, { 'cleanup.policy': cleanupPolicy });
  }
  const script = content.statements.join('\n');
  // A test's topics are there before its statements.
  const known = new Set((await engine.broker.listTopics()).map(({ topic }) => topic));
  for (const [topic, partitions] of topicsOfStatements([script])) {
    if (!known.has(topic)) await engine.createTopic(topic, partitions ?? 1, 1);
  }
  const { outputs, errors } = await executeScript(engine, new Session(), script);
  const [failure] = errors;

  const bridges = new Map<string, TopicBridge>();
  const bridgeOf = (topic: string): TopicBridge | undefined => {
    const known = bridges.get(topic);
    if (known !== undefined) return known;
    const source = engine.planner.catalog.sources().find((s) => s.topic === topic && !s.isDerived);
    if (source === undefined && failure !== undefined) return undefined;
    if (source === undefined) {
      throw new WeirError('INVALID_FILE', `There are records for the topic ${topic}, and no stream or table over it.`, {
        details: { topic },
      });
    }
    const bridge = new TopicBridge(topic, source, undefined, engine.registry);
    bridges.set(topic, bridge);
    return bridge;
  };
  const producer = new Producer(engine.broker);
  for (const record of readJsonRecords(objectOf(parseJson(content.inputs)).get('inputs'))) {
    const bridge = bridgeOf(record.topic);
    if (bridge === undefined) continue;
    const topic = await producer.topic(record.topic);
    topic.append(
      bridge.keyBytes(record),
      bridge.valueBytes(record),
      record.timestampMs ?? engine.clock.nowMs(),
      record.headers ?? [],
    );
    if (producer.isFull) await producer.flush();
  }
  await producer.flush();
  if (failure !== undefined) throw stoppedAt(failure.statement === script ? undefined : outputs.length + 1, failure);
}

/**
 * The error, with where the workspace stopped: nobody sees its script.
 * @param number of the statement; undefined when they could not be read
 */
function stoppedAt(number: number | undefined, { error, statement, span }: ScriptFailure): WeirError {
  const { code, message, hint, details } = error;
  const line = statement.replaceAll(/\s+/g, ' ').trim();
  const shown = line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
  const place =
    number === undefined
      ? `The workspace's statements cannot be read, line ${span.line}:`
      : `The workspace stops at its statement ${number}, ${shown}`;
  return new WeirError(code, `${place} ${message}`, { hint, details, cause: error });
}

const MOST_SHOWN = 120;
