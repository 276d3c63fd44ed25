/**
 * The `qtt` suite: a case's statements go through the page's own entry; its queries are then driven one after another by
 * the synchronous driver, fed with the case's inputs or with what earlier queries wrote.
 */
import { MemoryScratch } from '../../src/adapters/scratch-memory.ts';
import type { JsonObject } from '../../src/core/common/values/json-lossless.ts';
import { executeScript } from '../../src/core/ksql/engine/script.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import { ScratchPages } from '../../src/core/streams/state/spill/scratch-pages.ts';
import { changelogTopic, internalTopicName, type Topology } from '../../src/core/streams/topology.ts';
import { readJsonRecords, type JsonRecord } from '../../src/library/records/json-record.ts';
import { TopicBridge } from '../../src/library/records/topic-bridge.ts';
import { firstProblem } from '../../src/library/testing/compare-records.ts';
import { describeError, judgeError } from '../../src/library/testing/expected-error.ts';
import { QueryDriver } from '../../src/library/testing/query-driver.ts';
import { listOf, objectOf, textOf } from '../../src/library/records/json-reading.ts';
import { processLive } from './live.ts';
import { checkPostConditions } from './post-conditions.ts';
import { parseLeniently } from '../../src/library/records/declared-topics.ts';
import { SourceHistory } from '../../src/library/records/source-history.ts';
import { TopicReader, type StoredRecord } from '../../src/core/ksql/queries/topic-reader.ts';
import {
  createTopics,
  declaredTopics,
  makesQuery,
  namesPartitions,
  openWorkbench,
  propertiesOf,
  registerSinkSchemas,
  type Workbench,
} from './workbench.ts';

/**
 * What processes the inputs: the synchronous driver, or the running engine (see `live.ts`), over topics of one partition
 * where a case says nothing of partitions. `spilled` is the driver, with every store in a scratch file.
 */
export type QttMode = 'driver' | 'spilled' | 'live' | 'restarting';

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
  readonly #inputs: readonly JsonRecord[];
  readonly #outputs: readonly JsonRecord[];
  readonly #history = new SourceHistory();
  readonly #internalTopics = new Set<string>();
  #bench: Workbench | undefined;

  constructor(body: JsonObject, mode: QttMode) {
    this.#mode = mode;
    this.#body = body;
    this.#statements = listOf(body.get('statements')).map((node) => textOf(node) ?? '');
    this.#inputs = readJsonRecords(body.get('inputs'));
    this.#outputs = readJsonRecords(body.get('outputs'));
  }

  get #isDriven(): boolean {
    return this.#mode === 'driver' || this.#mode === 'spilled';
  }

  async close(): Promise<void> {
    await this.#bench?.engine.close();
  }

  async run(): Promise<string | undefined> {
    const declared = declaredTopics(this.#body);
    const bench = await openWorkbench(propertiesOf(this.#body), !this.#isDriven, declared);
    this.#bench = bench;
    await createTopics(
      bench,
      this.#statements,
      this.#inputs.map((record) => record.topic),
      this.#isDriven || namesPartitions(this.#statements, declared) ? undefined : 1,
    );
    const { engine, topics } = bench;
    const driver = new QueryDriver({
      engine,
      topics,
      history: this.#history,
      inputs: this.#inputs,
      spill: this.#mode === 'spilled' ? { pages: new ScratchPages(new MemoryScratch()), budgetBytes: 0 } : undefined,
    });
    const stop =
      (await this.#execute(bench, driver)) ??
      (this.#isDriven ? this.#process(bench, driver) : await this.#processLive(bench, driver));
    const expected = this.#body.get('expectedException');
    if (expected !== undefined) return judge(objectOf(expected), stop);
    if (stop !== undefined) return `${stop.at} failed: ${describeError(stop.error)} [${stop.text}]`;
    if (!this.#isDriven) return this.#compareOutputs(bench, driver);
    return (
      this.#compareOutputs(bench, driver) ??
      (await checkPostConditions(objectOf(this.#body.get('post')), bench, this.#internalTopics))
    );
  }

  async #execute(bench: Workbench, driver: QueryDriver): Promise<Stop | undefined> {
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
        if (topic !== undefined && this.#isDriven) driver.write(topic, await reader.read(topic, engine));
      }
    }
    return undefined;
  }

  #process(bench: Workbench, driver: QueryDriver): Stop | undefined {
    for (const [index, query] of bench.engine.planner.queries().entries()) {
      try {
        const { topology, applicationId } = driver.run(query);
        this.#noteInternalTopics(topology, applicationId.replace(/_\d+$/, `_${index}`));
      } catch (error) {
        return { at: 'processing', error, text: query.id };
      }
    }
    return undefined;
  }

  async #processLive(bench: Workbench, driver: QueryDriver): Promise<Stop | undefined> {
    const { written, failure } = await processLive(bench, {
      inputs: this.#inputs,
      outputTopics: new Set(this.#outputs.map((record) => record.topic)),
      history: this.#history,
      restarts: this.#mode === 'restarting',
    });
    for (const [topic, records] of written)
      driver.write(topic, inExpectedOrder(this.#bridge(topic, bench), this.#expected(topic), records));
    return failure === undefined ? undefined : { at: 'processing', error: failure.error, text: failure.queryId };
  }

  /** Cases count queries, where the engine counts statements. */
  #noteInternalTopics(topology: Topology, applicationId: string): void {
    for (const { topic } of topology.internalTopics) this.#internalTopics.add(internalTopicName(applicationId, topic));
    for (const { name } of topology.stores)
      this.#internalTopics.add(internalTopicName(applicationId, changelogTopic(name)));
  }

  #compareOutputs(bench: Workbench, driver: QueryDriver): string | undefined {
    for (const topic of new Set(this.#outputs.map((record) => record.topic))) {
      const problem = firstProblem(this.#bridge(topic, bench), this.#expected(topic), driver.written(topic));
      if (problem !== undefined) return `${topic}: ${problem}`;
    }
    return undefined;
  }

  #expected(topic: string): readonly JsonRecord[] {
    return this.#outputs.filter((record) => record.topic === topic);
  }

  #bridge(topic: string, { topics, engine }: Workbench): TopicBridge {
    return new TopicBridge(topic, this.#history.written(topic), topics.get(topic), engine.registry);
  }
}

/**
 * The records of several partitions in the order in which they are expected, as far as each partition's own order allows:
 * a topic has no other.
 */
function inExpectedOrder(
  bridge: TopicBridge,
  expected: readonly JsonRecord[],
  records: readonly StoredRecord[],
): readonly StoredRecord[] {
  const partitions = new Set(records.map(({ partition }) => partition));
  const unread = [...partitions].map((partition) => records.filter((record) => record.partition === partition));
  const ordered: StoredRecord[] = [];
  for (const wanted of expected) {
    const fits = ([next]: readonly StoredRecord[]): boolean =>
      next !== undefined && bridge.compare(wanted, next) === undefined;
    const next = (unread.find(fits) ?? unread.find((rest) => rest.length > 0))?.shift();
    if (next !== undefined) ordered.push(next);
  }
  return [...ordered, ...unread.flat()];
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
