/** `weir test`: SQL test scripts, and tests in the layout of ksqlDB's test runner. */
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { watch } from 'chokidar';
import { EXIT, print, UsageError, warn, type Io } from '../io.ts';
import { pair } from '../open.ts';
import { kindOf } from '../sql-files.ts';
import { discover, partsOf, type TestFile } from '../tests/discover.ts';
import { runTestFiles } from '../tests/pool.ts';
import { countTests, junitReport, reportFile, reportTotal } from '../tests/report.ts';
import type { FileResult, RunOptions } from '../tests/run-file.ts';

export interface TestOptions {
  readonly grep: string | undefined;
  readonly junit: string | undefined;
  readonly jobs: number | undefined;
  readonly watch: boolean;
  readonly set: readonly string[];
}

export async function test(paths: readonly string[], options: TestOptions, io: Io): Promise<number> {
  const run: RunOptions = {
    cwd: io.cwd,
    grep: checkedPattern(options.grep),
    config: Object.fromEntries(options.set.map((text) => pair(text, '--set'))),
  };
  const given = paths.length === 0 ? ['.'] : paths;
  const files = await discover(given, io);
  if (files.length === 0 && !options.watch) {
    throw new UsageError(
      `There are no tests in ${given.join(', ')}: no SQL file with --@test or ASSERT, no folder with statements.sql and output.json.`,
    );
  }
  const failed = await runOnce(files, run, options, io);
  if (!options.watch) return failed > 0 ? EXIT.FAILED : EXIT.OK;
  await watchFiles(given, files, run, options, io);
  return EXIT.OK;
}

const WRITE_EVERY_MS = 100;

/** @returns how many tests failed. @throws UsageError when there was none to run */
async function runOnce(files: readonly TestFile[], run: RunOptions, options: TestOptions, io: Io): Promise<number> {
  const startedMs = performance.now();
  const results: FileResult[] = [];
  // A write to a pipe lets the reader run first: a line at a time would cost more than the tests.
  let writtenMs = startedMs;
  io.stdout.cork();
  try {
    await runTestFiles(files, run, options.jobs, (result) => {
      if (result.tests.length === 0) return;
      results.push(result);
      reportFile(result, io);
      if (performance.now() - writtenMs < WRITE_EVERY_MS) return;
      writtenMs = performance.now();
      io.stdout.uncork();
      io.stdout.cork();
    });
  } finally {
    io.stdout.uncork();
  }
  const elapsedMs = performance.now() - startedMs;
  const count = countTests(results);
  if (count.passed + count.failed === 0 && !options.watch) {
    throw new UsageError(options.grep === undefined ? 'The files hold no tests.' : `No test matches ${options.grep}.`);
  }
  reportTotal(count, elapsedMs, io);
  if (options.junit !== undefined) {
    writeFileSync(resolve(io.cwd, options.junit), junitReport(results, elapsedMs, io));
  }
  return count.failed;
}

/** Runs a test again when a file of it changes; all of them when another does, for it may be a script that they run. */
async function watchFiles(
  paths: readonly string[],
  known: readonly TestFile[],
  run: RunOptions,
  options: TestOptions,
  io: Io,
): Promise<void> {
  // A pattern is watched by what it stands for.
  const watched = [...paths, ...known.flatMap(partsOf)]
    .map((path) => resolve(io.cwd, path))
    .filter((path) => kindOf(path) !== undefined);
  const watcher = watch([...watched, ...watched.flatMap(filesBeside)], {
    ignoreInitial: true,
    ignored: /node_modules|\.git\b/,
    awaitWriteFinish: { stabilityThreshold: 30, pollInterval: 10 },
  });
  let files = known;
  const changed = new Set<string>();
  let running: Promise<void> | undefined;
  const again = async (): Promise<void> => {
    while (changed.size > 0 && !io.interrupted.aborted) {
      const paths_ = [...changed];
      changed.clear();
      print(io, `\n${io.colors.cyan(paths_.join(', '))} changed`);
      try {
        files = await discover(paths, io);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        warn(io, error.message);
        continue;
      }
      const touched = files.filter((file) => partsOf(file).some((part) => paths_.includes(part)));
      const isOther = paths_.some((path) => !files.some((file) => partsOf(file).includes(path)));
      await runOnce(isOther ? files : touched, run, options, io);
    }
  };
  watcher.on('all', (_event, path) => {
    if (!IS_WATCHED.test(path)) return;
    changed.add(relative(io.cwd, path));
    running ??= again().finally(() => {
      running = undefined;
    });
  });
  const interrupted = new Promise<void>((resolve) => {
    if (io.interrupted.aborted) resolve();
    else io.interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
  const ready = new Promise<void>((resolve) => watcher.once('ready', resolve));
  await Promise.race([ready, interrupted]);
  print(io, io.colors.dim('\nWaiting for changes; Ctrl-C ends.'));
  await interrupted;
  await running;
  await watcher.close();
}

/** The scripts and records in the folder of a file. */
function filesBeside(path: string): readonly string[] {
  if (kindOf(path) !== 'file') return [];
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((name) => IS_WATCHED.test(name))
    .map((name) => join(folder, name));
}

const IS_WATCHED = /\.(sql|json)$/;

function checkedPattern(text: string | undefined): string | undefined {
  try {
    if (text !== undefined) new RegExp(text, 'i');
    return text;
  } catch (error) {
    throw new UsageError(`--grep ${text ?? ''}: ${error instanceof Error ? error.message : 'no regular expression'}`);
  }
}
