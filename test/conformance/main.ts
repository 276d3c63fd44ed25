/**
 * Runs golden cases of the dialect from a folder: `npm run conformance -- DIR`.
 *
 *     DIR              a folder named qtt, rqtt or sql, or one that contains such folders at any depth
 *     --json FILE      details of each case
 *     --grep TEXT      only cases whose name or file contains TEXT
 *     --verbose        the reason of each failure
 *     --live           qtt: process the inputs by the running engine instead of the synchronous driver
 *     --restart        the same, and the engine is closed and opened again before each input
 *     --spilled        qtt: every state store lies in a scratch file
 *     --min N          fail when fewer cases pass (with one suite), --min qtt=N for each suite
 *
 * The exit code tells whether the run itself worked and the floors were reached, not whether every case passed.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { filesOf, findSuites, loadJsonCases, SUITES, type SuiteFolder, type SuiteName } from './load-cases.ts';
import { runQttCase, type QttMode } from './qtt.ts';
import { runRqttCase, skippedEntries } from './rqtt.ts';
import { loadSqlCases, runSqlCase } from './sql.ts';
import { count, fileLine, totalLine, type CaseResult } from './report.ts';

interface RunnableCase {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Why it fails, or undefined. */
  readonly run: () => Promise<string | undefined>;
}

function casesOf(suite: SuiteName, path: string, mode: QttMode): readonly RunnableCase[] {
  switch (suite) {
    case 'qtt':
      return loadJsonCases(path).map(({ name, body, isEnabled }) => ({
        name,
        isEnabled,
        run: () => runQttCase(body, mode),
      }));
    case 'rqtt':
      return loadJsonCases(path).flatMap(({ name, body, isEnabled }) => [
        { name, isEnabled, run: () => runRqttCase(body) },
        ...Array.from({ length: skippedEntries(body) }, (_, i) => ({
          name: `${name} (binary response ${i + 1})`,
          isEnabled: false,
          run: async () => undefined,
        })),
      ]);
    case 'sql':
      return loadSqlCases(path).map((test) => ({ name: test.name, isEnabled: true, run: () => runSqlCase(test) }));
  }
}

/** A file that cannot be read is a case that fails. */
function readableCases(suite: SuiteName, path: string, mode: QttMode): readonly RunnableCase[] {
  try {
    return casesOf(suite, path, mode);
  } catch (error) {
    const reason = `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return [{ name: basename(path), isEnabled: true, run: async () => reason }];
  }
}

async function runCase(suite: SuiteName, file: string, runnable: RunnableCase): Promise<CaseResult> {
  const start = performance.now();
  const result = (verdict: CaseResult['verdict'], reason?: string): CaseResult => {
    return { suite, file, name: runnable.name, verdict, reason, durationMs: performance.now() - start };
  };
  if (!runnable.isEnabled) return result('skipped', 'not enabled');
  try {
    const reason = await runnable.run();
    return reason === undefined ? result('passed') : result('failed', reason);
  } catch (error) {
    return result(
      'failed',
      `the runner crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

interface Options {
  readonly mode: QttMode;
  readonly grep: string | undefined;
  readonly isVerbose: boolean;
}

async function runSuite({ suite, path }: SuiteFolder, options: Options): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const filePath of filesOf(path, suite === 'sql' ? '.sql' : '.json')) {
    const file = basename(filePath);
    const { grep } = options;
    const chosen = readableCases(suite, filePath, options.mode).filter(
      ({ name }) => grep === undefined || name.includes(grep) || file.includes(grep),
    );
    if (chosen.length === 0) continue;
    const ofFile: CaseResult[] = [];
    for (const runnable of chosen) ofFile.push(await runCase(suite, file, runnable));
    console.log(fileLine(`${suite}/${file}`, ofFile));
    if (options.isVerbose) {
      for (const { name, verdict, reason } of ofFile)
        if (verdict === 'failed') console.log(`     ${name}\n       ${reason ?? ''}`);
    }
    results.push(...ofFile);
  }
  return results;
}

/** `700` for the only suite, or `qtt=700`. */
function floors(texts: readonly string[], suites: readonly SuiteName[]): ReadonlyMap<SuiteName, number> {
  const found = new Map<SuiteName, number>();
  for (const text of texts) {
    const [left = '', right] = text.split('=');
    const suite =
      right === undefined ? (suites.length === 1 ? suites[0] : undefined) : SUITES.find((name) => name === left);
    const floor = Number(right ?? left);
    if (suite === undefined || !Number.isInteger(floor))
      throw new Error(`--min ${text}: expected N for a single suite, or SUITE=N`);
    found.set(suite, floor);
  }
  return found;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      grep: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      restart: { type: 'boolean', default: false },
      spilled: { type: 'boolean', default: false },
      min: { type: 'string', multiple: true, default: [] },
    },
  });
  const folders = positionals.flatMap(findSuites);
  if (folders.length === 0)
    throw new Error(
      'Usage: npm run conformance -- DIR [--json FILE] [--grep TEXT] [--verbose] [--min N | --min SUITE=N ...]',
    );
  const suites = [...new Set(folders.map(({ suite }) => suite))];
  const minimum = floors(values.min, suites);
  const mode: QttMode = values.restart ? 'restarting' : values.live ? 'live' : values.spilled ? 'spilled' : 'driver';
  const results: CaseResult[] = [];
  for (const folder of folders)
    results.push(...(await runSuite(folder, { grep: values.grep, isVerbose: values.verbose, mode })));
  for (const suite of suites) {
    const ofSuite = results.filter((result) => result.suite === suite);
    console.log(totalLine(suite, ofSuite));
  }
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      JSON.stringify(
        results.map((r) => ({ ...r, passed: r.verdict === 'passed' })),
        undefined,
        1,
      ),
    );
  }
  let exitCode = 0;
  for (const [suite, floor] of minimum) {
    const passed = count(
      results.filter((result) => result.suite === suite),
      'passed',
    );
    if (passed >= floor) continue;
    console.error(`${suite}: ${passed} passed, fewer than the floor of ${floor}`);
    exitCode = 1;
  }
  return exitCode;
}

process.exitCode = await main();
