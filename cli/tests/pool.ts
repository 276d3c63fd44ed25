/**
 * Runs test files, on several threads where that pays. The threads share a counter: each takes the file that is next, so none
 * waits for another, and no messages go back and forth but results.
 *
 * A thread has to load the engine first, in which time this one runs dozens of tests. So it begins alone, and others join when
 * what is left would take longer than that. What counts is the processor's time: where others keep the machine busy, one more
 * thread helps nobody.
 */
import { availableParallelism } from 'node:os';
import { setImmediate as breathe } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { TestFile } from './discover.ts';
import { runTestFile, type FileResult, type RunOptions } from './run-file.ts';

export interface WorkerTask {
  readonly files: readonly TestFile[];
  readonly options: RunOptions;
  /** One int32: the index of the next file. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

const STARTUP_MS = 600;
/** So many take longer than the rest, for the engine's code is compiled meanwhile. */
const COLD_FILES = 4;

/**
 * @param jobs threads; undefined: as many as pay
 * @param report called in the order of the files
 */
export async function runTestFiles(
  files: readonly TestFile[],
  options: RunOptions,
  jobs: number | undefined,
  report: (result: FileResult) => void,
): Promise<void> {
  const task: WorkerTask = { files, options, next: new Int32Array(new SharedArrayBuffer(4)) };
  const results = new Map<number, FileResult>();
  let reported = 0;
  const take = (index: number, result: FileResult): void => {
    results.set(index, result);
    for (let ready = results.get(reported); ready !== undefined; ready = results.get(reported)) {
      report(ready);
      results.delete(reported++);
    }
  };
  const workers: Promise<void>[] = [];
  const hire = (count: number): void => {
    while (WORKER !== undefined && workers.length < count) workers.push(runWorker(WORKER, task, take));
  };
  const threads = Math.min(jobs ?? availableParallelism(), files.length);
  if (jobs !== undefined) hire(threads - 1);
  let own = 0;
  let warmSinceMs = 0;
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  for await (const [index, result] of work(task)) {
    take(index, result);
    own++;
    if (own === COLD_FILES) warmSinceMs = cpuMs();
    const left = files.length - index - 1;
    const leftMs = (left * (cpuMs() - warmSinceMs)) / (own - COLD_FILES);
    if (jobs === undefined && own >= 2 * COLD_FILES && leftMs > 2 * STARTUP_MS) hire(threads - 1);
  }
  await Promise.all(workers);
}

/** Takes files until there are none. */
export async function* work({ files, options, next }: WorkerTask): AsyncGenerator<readonly [number, FileResult]> {
  for (;;) {
    const index = Atomics.add(next, 0, 1);
    const file = files[index];
    if (file === undefined) return;
    yield [index, await runTestFile(file, options)];
    // Lets messages of other threads, and Ctrl-C, come through.
    await breathe();
  }
}

/** From source everything runs on this thread: a worker is a file of the bundle. */
const WORKER = import.meta.url.endsWith('.ts') ? undefined : new URL('./test-worker.js', import.meta.url);

function runWorker(url: URL, task: WorkerTask, take: (index: number, result: FileResult) => void): Promise<void> {
  const worker = new Worker(url, { workerData: task });
  return new Promise((resolve, reject) => {
    worker.on('message', ([index, result]: readonly [number, FileResult]) => take(index, result));
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A test thread ended with ${code}.`))));
  });
}
