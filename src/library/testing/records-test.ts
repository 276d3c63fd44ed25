/**
 * A test in the layout of ksqlDB's test runner: statements, records that come in, and the records that have to come out.
 *
 *     input.json     {"inputs": [{"topic": "orders", "timestamp": 0, "key": "a", "value": {"PRICE": 3.5}}, ...]}
 *     output.json    {"outputs": [{"topic": "BIG_ORDERS", "timestamp": 0, "key": "a", "value": {"PRICE": 3.5}}, ...]}
 *
 * The topics that the statements name are there, with one partition unless they say how many. `query-driver.ts` says how the
 * queries run. Every topic that the outputs name has to hold exactly these records, in this order; a record's timestamp
 * counts where it is given.
 */
import { ManualClock } from '../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../adapters/storage-memory.ts';
import { WeirError } from '../../core/common/errors.ts';
import { Random } from '../../core/common/random.ts';
import { parseJson, type JsonNode } from '../../core/common/values/json-lossless.ts';
import { Engine } from '../../core/ksql/engine/engine.ts';
import { executeScript } from '../../core/ksql/engine/script.ts';
import { Session } from '../../core/ksql/engine/session.ts';
import { topicsOfStatements } from '../records/declared-topics.ts';
import { readJsonRecords, type JsonRecord } from '../records/json-record.ts';
import { objectOf } from '../records/json-reading.ts';
import { SourceHistory } from '../records/source-history.ts';
import { TopicBridge } from '../records/topic-bridge.ts';
import { TopicReader } from '../../core/ksql/queries/topic-reader.ts';
import { firstProblem, linesOf } from './compare-records.ts';
import { describeError } from './expected-error.ts';
import { QueryDriver } from './query-driver.ts';
import { TEST_NOW_MS, type TestFailure } from './sql-test.ts';

export interface RecordsTest {
  readonly statements: string;
  /** The text of `input.json`; none when the statements insert what comes in. */
  readonly inputs: string | undefined;
  /** The text of `output.json`. */
  readonly outputs: string;
}

/**
 * @param config server properties
 * @returns undefined when the test passes
 */
export async function runRecordsTest(
  test: RecordsTest,
  config: Readonly<Record<string, string>> = {},
): Promise<TestFailure | undefined> {
  const inputs = test.inputs === undefined ? [] : recordsOf(test.inputs, 'inputs', 'input.json');
  const outputs = recordsOf(test.outputs, 'outputs', 'output.json');
  const clock = new ManualClock(TEST_NOW_MS);
  const random = new Random(1);
  const engine = await Engine.open({
    storage: new MemoryStorage(),
    clock,
    scheduler: clock,
    random: () => random.nextDouble(),
    config: { 'auto.offset.reset': 'earliest', ...config },
    runQueries: false,
  });
  try {
    return await run(engine, clock, test.statements, inputs, outputs);
  } catch (error) {
    return { message: describeError(error), error };
  } finally {
    await engine.close();
  }
}

async function run(
  engine: Engine,
  clock: ManualClock,
  statements: string,
  inputs: readonly JsonRecord[],
  outputs: readonly JsonRecord[],
): Promise<TestFailure | undefined> {
  const named = topicsOfStatements([statements]);
  const inputTopics = new Set(inputs.map((record) => record.topic));
  for (const topic of new Set([...named.keys(), ...inputTopics])) {
    await engine.createTopic(topic, named.get(topic) ?? 1, 1);
  }
  const { errors } = await executeScript(engine, new Session(), statements, {
    pause: async (ms) => clock.advance(ms),
  });
  if (errors[0] !== undefined) throw errors[0].error;

  const history = new SourceHistory();
  history.note(engine.planner.catalog.sources());
  const driver = new QueryDriver({ engine, history, inputs });
  const reader = new TopicReader();
  for (const { topic } of engine.planner.catalog.sources()) driver.write(topic, await reader.read(topic, engine));
  for (const query of engine.planner.queries()) driver.run(query);

  const failures = [...new Set(outputs.map((record) => record.topic))].flatMap((topic) => {
    const expected = outputs.filter((record) => record.topic === topic);
    const bridge = new TopicBridge(topic, history.written(topic), undefined, engine.registry);
    const problem = firstProblem(bridge, expected, driver.written(topic));
    if (problem === undefined) return [];
    return [{ problem: `${topic}: ${problem}`, difference: linesOf(topic, bridge, expected, driver.written(topic)) }];
  });
  if (failures.length === 0) return undefined;
  return {
    message: failures.map(({ problem }) => problem).join('\n'),
    error: undefined,
    differences: failures.map(({ difference }) => difference),
  };
}

/** @throws WeirError INVALID_FILE */
function recordsOf(text: string, member: 'inputs' | 'outputs', fileName: string): readonly JsonRecord[] {
  let json: JsonNode;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new WeirError('INVALID_FILE', `${fileName} is no JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
  const records = objectOf(json).get(member);
  if (!Array.isArray(records)) {
    throw new WeirError('INVALID_FILE', `${fileName} has no list of ${member}.`, {
      hint: `It is an object with the member "${member}", a list of records.`,
    });
  }
  return readJsonRecords(records);
}
