/**
 * The `sql` suite: test scripts. `--@test` starts a test of its own engine; `--@expected.error` and `--@expected.message`
 * say that it has to fail. Statements are executed one by one, and the running queries come to rest after each, so that
 * ASSERT VALUES sees records in the order in which they came about.
 *
 * RUN SCRIPT finds its script beside the suite's file, or in the test itself, in comments after `-- contents of script:`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { executeStatement } from '../../src/core/ksql/engine/execute.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import { parseScript, type ParsedStatement } from '../../src/core/sql/parse.ts';
import { assertValues } from './assert-values.ts';
import type { ActualRecord } from './case-records.ts';
import { describeError, judgeError } from './expected-error.ts';
import { openWorkbench, TopicReader, topicsOfStatements, type Workbench } from './workbench.ts';

export interface SqlCase {
  readonly file: string;
  readonly name: string;
  readonly script: string;
  readonly fails: boolean;
  readonly expectedMessage: string;
  /** Where scripts that it runs are looked for. */
  readonly folder: string;
}

/** The tests of a file. Directives before any statement belong together: the last name counts. */
export function loadSqlCases(path: string): readonly SqlCase[] {
  return splitTests(readFileSync(path, 'utf8')).map((test) => ({
    ...test,
    file: basename(path),
    folder: dirname(path),
  }));
}

export function splitTests(text: string): readonly Omit<SqlCase, 'file' | 'folder'>[] {
  const tests: { name: string; lines: string[]; fails: boolean; expectedMessage: string; hasStatements: boolean }[] =
    [];
  for (const line of text.split(/\r?\n/)) {
    const directive = /^\s*--@([\w.]+):\s*(.*?)\s*$/.exec(line);
    const current = tests.at(-1);
    if (directive?.[1] === 'test') {
      if (current !== undefined && !current.hasStatements) tests.pop();
      tests.push({ name: directive[2] ?? '', lines: [], fails: false, expectedMessage: '', hasStatements: false });
    } else if (current !== undefined && directive?.[1] === 'expected.error') current.fails = true;
    else if (current !== undefined && directive?.[1] === 'expected.message') {
      current.fails = true;
      current.expectedMessage = directive[2] ?? '';
    } else if (current !== undefined) {
      current.lines.push(line);
      if (line.trim() !== '' && !line.trim().startsWith('--')) current.hasStatements = true;
    }
  }
  return tests.map(({ name, lines, fails, expectedMessage }) => ({
    name,
    script: lines.join('\n'),
    fails,
    expectedMessage,
  }));
}

/** @returns why the test fails; undefined when it passes */
export async function runSqlCase(test: SqlCase): Promise<string | undefined> {
  const bench = await openWorkbench({}, true, []);
  try {
    const error = await failureOf(() => new SqlRun(bench, test).run());
    if (!test.fails) return error === undefined ? undefined : describeError(error.error);
    if (error === undefined) return `an error is expected: ${test.expectedMessage}`;
    return judgeError(error.error, test.expectedMessage);
  } finally {
    await bench.engine.close();
  }
}

async function failureOf(task: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await task();
    return undefined;
  } catch (error) {
    return { error };
  }
}

const STEP_RECORDS = 10_000;

class SqlRun {
  readonly #bench: Workbench;
  readonly #test: SqlCase;
  readonly #session = new Session();
  readonly #reader: TopicReader;
  /** Records that no ASSERT VALUES has taken yet. */
  readonly #unread = new Map<string, ActualRecord[]>();

  constructor(bench: Workbench, test: SqlCase) {
    this.#bench = bench;
    this.#test = test;
    this.#reader = new TopicReader();
  }

  run(): Promise<void> {
    return this.#runScript(this.#test.script);
  }

  async #runScript(sql: string): Promise<void> {
    for (const topic of topicsOfStatements([sql]).keys()) await this.#bench.engine.createTopic(topic, 1, 1);
    const { statements, errors } = parseScript(sql, { testStatements: true, variables: this.#session.variables() });
    if (errors[0] !== undefined) throw errors[0];
    for (const parsed of statements) await this.#runStatement(parsed);
  }

  async #runStatement(parsed: ParsedStatement): Promise<void> {
    const { engine } = this.#bench;
    const { statement } = parsed;
    if (statement.kind === 'runScript') {
      await this.#runScript(this.#scriptAt(statement.path));
      return;
    }
    if (statement.kind === 'assertValues') {
      const topic = engine.planner.catalog.require(statement.target.name).topic;
      assertValues(statement, this.#unread.get(topic)?.shift(), engine, this.#session);
      return;
    }
    await engine.exclusively(() => executeStatement(engine, this.#session, parsed));
    while (await engine.step(STEP_RECORDS));
    for (const topic of new Set(engine.planner.catalog.sources().map((source) => source.topic))) {
      this.#unread.set(topic, [...(this.#unread.get(topic) ?? []), ...(await this.#reader.read(topic, engine))]);
    }
  }

  #scriptAt(path: string): string {
    const file = join(this.#test.folder, path);
    if (existsSync(file)) return readFileSync(file, 'utf8');
    const contents = /^--\s*contents of script:.*\n((?:--.*\n?)+)/im.exec(this.#test.script)?.[1];
    if (contents === undefined) throw new Error(`there is no script ${file}`);
    return contents.replace(/^--/gm, '');
  }
}
