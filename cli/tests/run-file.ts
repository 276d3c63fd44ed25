/** Runs the tests of a file. What it gives can be sent between threads. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { WeirError } from '../../src/core/common/errors.ts';
import type { TopicDifference } from '../../src/library/testing/compare-records.ts';
import { runRecordsTest } from '../../src/library/testing/records-test.ts';
import { runSqlTest, type TestFailure } from '../../src/library/testing/sql-test.ts';
import { splitTests } from '../../src/library/testing/sql-test-file.ts';
import type { WireError } from '../../src/protocol/api.ts';
import { toWire } from '../../src/protocol/wire-error.ts';
import type { TestFile } from './discover.ts';

export interface TestResult {
  readonly name: string;
  /** Where it begins in its file. */
  readonly line: number;
  readonly durationMs: number;
  readonly failure: Failure | undefined;
}

export interface Failure {
  readonly message: string;
  readonly error: WireError | undefined;
  readonly differences: readonly TopicDifference[];
  readonly notes: readonly string[];
}

export interface FileResult {
  readonly path: string;
  readonly tests: readonly TestResult[];
}

export interface RunOptions {
  readonly cwd: string;
  /** A regular expression for the names of tests, or of their files. */
  readonly grep: string | undefined;
  readonly config: Readonly<Record<string, string>>;
}

export async function runTestFile({ kind, path }: TestFile, options: RunOptions): Promise<FileResult> {
  const file = resolve(options.cwd, path);
  const wants = (name: string): boolean => {
    if (options.grep === undefined) return true;
    const pattern = new RegExp(options.grep, 'i');
    return pattern.test(name) || pattern.test(path);
  };
  if (kind === 'records') {
    const name = basename(dirname(file));
    return { path, tests: wants(name) ? [await timed(name, 1, () => recordsTest(file, options))] : [] };
  }
  const readScript = (name: string): string | undefined => {
    const script = join(dirname(file), name);
    return existsSync(script) ? readFileSync(script, 'utf8') : undefined;
  };
  const tests: TestResult[] = [];
  for (const test of splitTests(readFileSync(file, 'utf8'), basename(path))) {
    if (!wants(test.name)) continue;
    tests.push(await timed(test.name, test.line, () => runSqlTest(test, { readScript, config: options.config })));
  }
  return { path, tests };
}

function recordsTest(file: string, options: RunOptions): Promise<TestFailure | undefined> {
  const folder = dirname(file);
  const input = join(folder, 'input.json');
  const test = {
    statements: readFileSync(file, 'utf8'),
    inputs: existsSync(input) ? readFileSync(input, 'utf8') : undefined,
    outputs: readFileSync(join(folder, 'output.json'), 'utf8'),
  };
  return runRecordsTest(test, options.config);
}

async function timed(name: string, line: number, run: () => Promise<TestFailure | undefined>): Promise<TestResult> {
  const startedMs = performance.now();
  let failure: Failure | undefined;
  try {
    const found = await run();
    if (found !== undefined) {
      const error = found.error instanceof WeirError ? toWire(found.error) : undefined;
      failure = { message: found.message, error, differences: found.differences ?? [], notes: found.notes ?? [] };
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    failure = { message, error: error instanceof WeirError ? toWire(error) : undefined, differences: [], notes: [] };
  }
  return { name, line, durationMs: performance.now() - startedMs, failure };
}
