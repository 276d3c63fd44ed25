/** A thread of `pool.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { work, type WorkerTask } from './pool.ts';

for await (const result of work(workerData as WorkerTask)) parentPort?.postMessage(result);
