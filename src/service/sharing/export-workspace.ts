/**
 * A workspace as text, to be carried to another: its statements, its functions, and the records of the topics that no
 * query writes, as `input.json` of ksqlDB's test runner holds them. What queries write comes out of them again. What else
 * was inserted into such a topic does not travel, for nothing in the log tells the one from the other.
 */
import type { TopicDescription } from '../../core/broker/api.ts';
import { toJsonNode, writeJson, type JsonNode } from '../../core/common/values/json-lossless.ts';
import type { DataSource } from '../../core/ksql/catalog.ts';
import type { Engine } from '../../core/ksql/engine/engine.ts';
import { TopicBridge } from '../../library/records/topic-bridge.ts';
import { TopicReader, type StoredRecord } from '../../core/ksql/queries/topic-reader.ts';
import { runRecordsTest } from '../../library/testing/records-test.ts';
import type { ExportRequest, WorkspaceContent, WorkspaceExport, WorkspaceTopic } from '../../protocol/api.ts';
import { topicRole } from '../infos.ts';
import { workspaceScript } from './workspace-script.ts';

/** A topic of more records is not read at all: the budget is sure to be exceeded. */
const LEAST_RECORD_CHARS = 40;

export async function exportWorkspace(engine: Engine, request: ExportRequest): Promise<WorkspaceExport> {
  const statements = await workspaceScript(engine);
  const processingLog = engine.config.get('ksql.logging.processing.stream.name');
  const sources = engine.planner.catalog.sources().filter(({ name }) => name !== processingLog);
  const logTopic = engine.planner.catalog.source(processingLog)?.topic;
  const topics = (await engine.broker.listTopics()).filter(
    (topic) => topicRole(topic, engine) === 'user' && topic.topic !== logTopic,
  );
  const given: WorkspaceTopic[] = [];
  const notices: string[] = [];
  const inputs = new Collector(engine, request.maxRecordChars);
  const outputs = new Collector(engine, request.maxRecordChars);
  for (const topic of topics) {
    const over = sources.filter((source) => source.topic === topic.topic);
    const sink = over.find(({ name }) => engine.planner.writersOf(name).length > 0);
    const source = sink ?? over[0];
    if (source === undefined) {
      if (recordsIn(topic) > 0) notices.push(`${topic.topic} is left out: no stream or table reads it.`);
      continue;
    }
    if (sink !== undefined) {
      if (request.outputs && !(await outputs.add(topic, sink))) notices.push(tooLarge(topic));
      if (sink.isDerived) continue;
      given.push({ ...specOf(topic), records: 0 });
      if (recordsIn(topic) > 0)
        notices.push(`Of ${topic.topic} goes along what queries write to it, and nothing else.`);
      continue;
    }
    const isTaken = await inputs.add(topic, source);
    if (!isTaken) notices.push(tooLarge(topic));
    given.push({ ...specOf(topic), records: isTaken ? recordsIn(topic) : 0 });
  }
  const content: WorkspaceContent = {
    statements,
    functions: engine.library.definitions(),
    topics: given,
    inputs: listText('inputs', inputs.lines()),
  };
  if (!request.outputs) return { content, outputs: undefined, notices };
  const expected = listText('outputs', outputs.lines());
  if (content.functions.length > 0) {
    notices.push('A test runner knows none of the functions that you wrote: what uses them fails there.');
  } else {
    const failure = await runRecordsTest({
      statements: statements.join('\n\n'),
      inputs: content.inputs,
      outputs: expected,
    });
    if (failure !== undefined) notices.push(`Run anew, the test does not pass: ${failure.message}`);
  }
  return { content, outputs: expected, notices };
}

const specOf = (topic: TopicDescription): Omit<WorkspaceTopic, 'records'> => ({
  name: topic.topic,
  partitions: topic.partitions.length,
  cleanupPolicy: topic.config['cleanup.policy'],
});

const recordsIn = ({ partitions }: TopicDescription): number =>
  partitions.reduce((sum, { logStartOffset, highWatermark }) => sum + highWatermark - logStartOffset, 0);

const tooLarge = (topic: TopicDescription): string =>
  `The ${recordsIn(topic).toLocaleString('en')} records of ${topic.topic} are left out: they are too many.`;

function listText(member: 'inputs' | 'outputs', lines: readonly string[]): string {
  return lines.length === 0 ? `{"${member}": []}\n` : `{"${member}": [\n  ${lines.join(',\n  ')}\n]}\n`;
}

interface Line {
  readonly timestampMs: number;
  readonly text: string;
}

/** Records of topics as JSON, as long as they fit. Those of a partition keep their order; else the earlier comes first. */
class Collector {
  readonly #engine: Engine;
  #room: number;
  readonly #lanes: Line[][] = [];

  constructor(engine: Engine, room: number) {
    this.#engine = engine;
    this.#room = room;
  }

  /** @returns whether all of them fit; none are taken otherwise */
  async add(topic: TopicDescription, source: DataSource): Promise<boolean> {
    if (recordsIn(topic) * LEAST_RECORD_CHARS > this.#room) return false;
    const bridge = new TopicBridge(topic.topic, source, undefined, this.#engine.registry);
    const lanes = topic.partitions.map((): Line[] => []);
    let room = this.#room;
    for (const record of await new TopicReader().read(topic.topic, this.#engine)) {
      const text = recordText(topic.topic, bridge, record);
      room -= text.length;
      if (room < 0) return false;
      lanes[record.partition]?.push({ timestampMs: record.timestampMs, text });
    }
    this.#room = room;
    this.#lanes.push(...lanes);
    return true;
  }

  lines(): string[] {
    const next = this.#lanes.map(() => 0);
    const texts: string[] = [];
    for (;;) {
      let first: Line | undefined;
      let lane = 0;
      this.#lanes.forEach((lines, i) => {
        const line = lines[next[i] ?? 0];
        if (line === undefined || (first !== undefined && line.timestampMs >= first.timestampMs)) return;
        first = line;
        lane = i;
      });
      if (first === undefined) return texts;
      texts.push(first.text);
      next[lane] = (next[lane] ?? 0) + 1;
    }
  }
}

function recordText(topic: string, bridge: TopicBridge, record: StoredRecord): string {
  return writeJson(new Map<string, JsonNode>([['topic', toJsonNode(topic)], ...bridge.describe(record)]));
}
