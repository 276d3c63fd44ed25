/**
 * The `qtt` suite: a case's statements go through the page's own entry; its queries are then driven one after another by
 * the synchronous driver, fed with the case's inputs or with what earlier queries wrote.
 */
import { writeJson, type JsonObject } from '../../src/core/common/values/json-lossless.ts';
import { executeScript } from '../../src/core/ksql/engine/execute.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import type { PersistentQuery } from '../../src/core/ksql/persistent-query.ts';
import { TopologyDriver } from '../../src/core/streams/runtime/driver.ts';
import { changelogTopic, internalTopicName, type Topology } from '../../src/core/streams/topology.ts';
import { caseRecords, TopicBridge, type ActualRecord, type CaseRecord } from './case-records.ts';
import { describeError, judgeError } from './expected-error.ts';
import { listOf, objectOf, textOf } from './json.ts';
import { processLive } from './live.ts';
import { checkPostConditions } from './post-conditions.ts';
import {
  createTopics,
  declaredTopics,
  makesQuery,
  openWorkbench,
  parseLeniently,
  propertiesOf,
  registerSinkSchemas,
  SourceHistory,
  TopicReader,
  type Workbench,
} from './workbench.ts';

/** What processes the inputs: the synchronous driver, or the running engine over topics of one partition where a case leaves that open (see `live.ts`). */
export type QttMode = 'driver' | 'live' | 'restarting';

/** @returns why the case fails; undefined when it passes */
export async function runQttCase(body: JsonObject, mode: QttMode = 'driver'): Promise<string | undefined> {
  const run = new QttRun(body, mode);
  try {
    return await run.run();
  } finally {
    await run.close();
  }
}

/** Where a case stopped. */
interface Stop {
  readonly at: 'statement' | 'processing';
  readonly error: unknown;
  readonly text: string;
}

class QttRun {
  readonly #mode: QttMode;
  readonly #body: JsonObject;
  readonly #statements: readonly string[];
  readonly #inputs: readonly CaseRecord[];
  readonly #outputs: readonly CaseRecord[];
  readonly #history = new SourceHistory();
  readonly #written = new Map<string, ActualRecord[]>();
  readonly #internalTopics = new Set<string>();
  #bench: Workbench | undefined;

  constructor(body: JsonObject, mode: QttMode) {
    this.#mode = mode;
    this.#body = body;
    this.#statements = listOf(body.get('statements')).map((node) => textOf(node) ?? '');
    this.#inputs = caseRecords(body.get('inputs'));
    this.#outputs = caseRecords(body.get('outputs'));
  }

  async close(): Promise<void> {
    await this.#bench?.engine.close();
  }

  async run(): Promise<string | undefined> {
    const bench = await openWorkbench(propertiesOf(this.#body), this.#mode !== 'driver', declaredTopics(this.#body));
    this.#bench = bench;
    await createTopics(
      bench,
      this.#statements,
      this.#inputs.map((record) => record.topic),
      this.#mode === 'driver' ? undefined : 1,
    );
    const stop =
      (await this.#execute(bench)) ?? (this.#mode === 'driver' ? this.#process(bench) : await this.#processLive(bench));
    const expected = this.#body.get('expectedException');
    if (expected !== undefined) return judge(objectOf(expected), stop);
    if (stop !== undefined) return `${stop.at} failed: ${describeError(stop.error)} [${stop.text}]`;
    if (this.#mode !== 'driver') return this.#compareOutputs(bench);
    return (
      this.#compareOutputs(bench) ??
      (await checkPostConditions(objectOf(this.#body.get('post')), bench, this.#internalTopics))
    );
  }

  async #execute(bench: Workbench): Promise<Stop | undefined> {
    const { engine } = bench;
    const session = new Session();
    const reader = new TopicReader();
    for (const sql of this.#statements) {
      if (makesQuery(sql)) await registerSinkSchemas(bench);
      const { errors } = await executeScript(engine, session, sql);
      const [first] = errors;
      if (first !== undefined) return { at: 'statement', error: first.error, text: sql };
      this.#history.note(engine.planner.catalog.sources());
      for (const { statement } of parseLeniently(sql)) {
        if (statement.kind !== 'insertValues') continue;
        const topic = engine.planner.catalog.source(statement.target.name)?.topic;
        if (topic !== undefined && this.#mode === 'driver') this.#write(topic, await reader.read(topic, engine));
      }
    }
    return undefined;
  }

  #process(bench: Workbench): Stop | undefined {
    for (const [index, query] of bench.engine.planner.queries().entries()) {
      try {
        this.#runQuery(query, index, bench);
      } catch (error) {
        return { at: 'processing', error, text: query.id };
      }
    }
    return undefined;
  }

  async #processLive(bench: Workbench): Promise<Stop | undefined> {
    const { written, failure } = await processLive(bench, {
      inputs: this.#inputs,
      outputTopics: new Set(this.#outputs.map((record) => record.topic)),
      history: this.#history,
      restarts: this.#mode === 'restarting',
    });
    for (const [topic, records] of written) this.#write(topic, records);
    return failure === undefined ? undefined : { at: 'processing', error: failure.error, text: failure.queryId };
  }

  #runQuery(query: PersistentQuery, index: number, bench: Workbench): void {
    const { topology, applicationId } = query.build(() => undefined);
    this.#noteInternalTopics(topology, applicationId.replace(/_\d+$/, `_${index}`));
    const driver = new TopologyDriver(topology, { applicationId, onUndeserializable: () => undefined });
    const sources = [
      ...new Set(topology.nodes.flatMap((node) => (node.kind === 'source' && !node.internal ? node.topics : []))),
    ];
    const given = new Set(this.#inputs.map((record) => record.topic));
    const bridges = new Map<string, TopicBridge>();
    const collect = (): void => {
      for (const topic of driver.writtenTopics) {
        const records = driver.read(topic);
        this.#write(
          topic,
          records.map((record) => ({ ...record, timestampMs: record.timestamp })),
        );
      }
    };
    for (const record of this.#inputs) {
      if (!sources.includes(record.topic)) continue;
      let bridge = bridges.get(record.topic);
      if (bridge === undefined) {
        bridge = new TopicBridge(
          record.topic,
          this.#history.declared(record.topic),
          bench.topics.get(record.topic),
          bench.engine.registry,
        );
        bridges.set(record.topic, bridge);
      }
      driver.pipe(record.topic, {
        key: bridge.keyBytes(record),
        value: bridge.valueBytes(record),
        timestamp: record.timestampMs ?? 0,
        headers: record.headers ?? [],
      });
      collect();
    }
    for (const topic of sources) {
      if (given.has(topic)) continue;
      for (const { key, value, timestampMs, headers } of [...(this.#written.get(topic) ?? [])]) {
        driver.pipe(topic, { key, value, timestamp: timestampMs, headers });
        collect();
      }
    }
    driver.close();
  }

  #write(topic: string, records: readonly ActualRecord[]): void {
    const written = this.#written.get(topic);
    if (written === undefined) this.#written.set(topic, [...records]);
    else written.push(...records);
  }

  /** Cases count queries, where the engine counts statements. */
  #noteInternalTopics(topology: Topology, applicationId: string): void {
    for (const { topic } of topology.internalTopics) this.#internalTopics.add(internalTopicName(applicationId, topic));
    for (const { name } of topology.stores)
      this.#internalTopics.add(internalTopicName(applicationId, changelogTopic(name)));
  }

  #compareOutputs(bench: Workbench): string | undefined {
    for (const topic of new Set(this.#outputs.map((record) => record.topic))) {
      const expected = this.#outputs.filter((record) => record.topic === topic);
      const actual = this.#written.get(topic) ?? [];
      const bridge = new TopicBridge(
        topic,
        this.#history.written(topic),
        bench.topics.get(topic),
        bench.engine.registry,
      );
      for (const [i, wanted] of expected.entries()) {
        const record = actual[i];
        if (record === undefined)
          return `${topic} has ${actual.length} records, and ${expected.length} are expected: nothing for ${show(wanted)}`;
        const problem = bridge.compare(wanted, record);
        if (problem !== undefined) return `record ${i} of ${topic}: ${problem}`;
      }
      const extra = actual[expected.length];
      if (extra !== undefined)
        return `${topic} has ${actual.length} records, and ${expected.length} are expected: one too many is ${bridge.show(extra)}`;
    }
    return undefined;
  }
}

function judge(expected: JsonObject, stop: Stop | undefined): string | undefined {
  const message = textOf(expected.get('message')) ?? '';
  if (stop === undefined) return `an error is expected: ${message}`;
  const at =
    textOf(expected.get('type'))?.startsWith('org.apache.kafka.streams.') === true ? 'processing' : 'statement';
  const problem = judgeError(stop.error, message);
  if (problem !== undefined) return `wrong error (${message.split('\n')[0] ?? ''}): ${problem}`;
  if (stop.at !== at) return `the error is expected at a ${at}, and came at a ${stop.at}: ${describeError(stop.error)}`;
  return undefined;
}

function show({ key, value }: CaseRecord): string {
  return `${writeJson(key)} -> ${writeJson(value)}`;
}
