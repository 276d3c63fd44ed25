/**
 * Runs one test of an SQL test script, on an engine of its own in memory: the clock stands still, every topic that a
 * CREATE STREAM or CREATE TABLE names is there, with one partition unless the statement says how many, and after each statement the queries come to rest,
 * so that ASSERT VALUES sees records in the order in which they came about.
 */
import { ManualClock } from '../../adapters/manual-clock.ts';
import { Random } from '../../core/common/random.ts';
import type { Statement } from '../../core/sql/ast.ts';
import type { SqlFunction } from '../../core/sql/functions/function.ts';
import { declaredSource } from '../records/declared-topics.ts';
import { Weir } from '../weir.ts';
import type { TopicDifference } from './compare-records.ts';
import { describeError, judgeError } from './expected-error.ts';
import type { SqlTest } from './sql-test-file.ts';

/** Why a test failed. */
export interface TestFailure {
  readonly message: string;
  /** What was thrown, with its position in the file; undefined when the failure is that nothing was. */
  readonly error: unknown;
  /** For tests that compare records: the topics that are not as expected. */
  readonly differences?: readonly TopicDifference[] | undefined;
  /** What else may explain it: problems of queries with records. */
  readonly notes?: readonly string[] | undefined;
}

export interface SqlTestOptions {
  readonly functions?: readonly SqlFunction[] | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** The text of a script that RUN SCRIPT names, undefined when there is none. */
  readonly readScript: (path: string) => string | undefined;
}

/** What the clock says in tests: 2024-01-01T00:00:00Z. */
export const TEST_NOW_MS = Date.UTC(2024, 0, 1);

const MOST_NOTES = 3;

/** @returns undefined when the test passes */
export async function runSqlTest(test: SqlTest, options: SqlTestOptions): Promise<TestFailure | undefined> {
  const clock = new ManualClock(TEST_NOW_MS);
  const random = new Random(1);
  const notes: string[] = [];
  const makeTopic = async (statement: Statement): Promise<void> => {
    const source = declaredSource(statement);
    if (source === undefined || source.isDerived || source.partitions !== undefined) return;
    const existing = await weir.engine.broker.listTopics();
    if (!existing.some(({ topic }) => topic === source.topic)) await weir.engine.createTopic(source.topic, 1, 1);
  };
  const weir = await Weir.open({
    clock,
    scheduler: clock,
    random: () => random.nextDouble(),
    functions: options.functions,
    config: options.config,
    onRecordError: (queryId, error) => {
      if (notes.length < MOST_NOTES) notes.push(`${queryId} had a problem with a record: ${describeError(error)}`);
    },
    // Nothing comes about by itself when all queries are at rest.
    pause: (ms) => clock.advance(ms),
    beforeStatement: makeTopic,
    readScript: (path) => options.readScript(path) ?? scriptInComments(test.script),
  });
  try {
    for await (const _ of weir.statements(test.script)) await weir.drain();
    await weir.drain();
  } catch (error) {
    const failure = judge(test, error);
    return failure === undefined ? undefined : { ...failure, notes };
  } finally {
    await weir.close();
  }
  if (!test.fails) return undefined;
  const expected = [test.expectedError, test.expectedMessage].filter((text) => text !== '').join(': ');
  return { message: `An error is expected, and none came: ${expected}`, error: undefined, notes };
}

function judge(test: SqlTest, error: unknown): TestFailure | undefined {
  const message = test.fails ? judgeError(error, test.expectedMessage, test.expectedError) : describeError(error);
  return message === undefined ? undefined : { message, error };
}

/** A test may hold the script that it runs, in comments after `-- contents of script:`. */
function scriptInComments(script: string): string | undefined {
  const contents = /^--\s*contents of script:.*\n((?:--.*\n?)+)/im.exec(script)?.[1];
  return contents?.replace(/^--/gm, '');
}
