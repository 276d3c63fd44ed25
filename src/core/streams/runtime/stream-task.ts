/**
 * A task: one subtopology over one partition of each of its topics, fed from the broker.
 *
 * Of its partitions' next records it takes the one with the smallest timestamp, so that the sides of a join advance
 * together. While a partition has nothing buffered but the broker has more of it, the task waits for the fetch
 * (max.task.idle.ms = 0); a partition that is caught up does not hold the others up.
 */
import type { StoreBuilder } from '../state/store-builder.ts';
import type { PartitionBuffer } from './partition-buffer.ts';
import { TakenOrder } from './taken-order.ts';
import type { TaskGraph } from './task-graph.ts';

export class StreamTask {
  readonly graph: TaskGraph;
  readonly partition: number;
  readonly buffers: readonly PartitionBuffer[];
  readonly logged: readonly StoreBuilder[];
  /** Records of its changelogs that are in no snapshot. */
  changesSinceSnapshot = 0;
  /** Undefined with one partition alone, whose order is that of its offsets. */
  readonly taken: TakenOrder | undefined;

  constructor(
    graph: TaskGraph,
    partition: number,
    buffers: readonly PartitionBuffer[],
    logged: readonly StoreBuilder[],
  ) {
    this.graph = graph;
    this.partition = partition;
    this.buffers = buffers;
    this.logged = logged;
    this.taken = buffers.length > 1 ? new TakenOrder() : undefined;
  }

  get taskId(): string {
    return this.graph.taskId;
  }

  /** Processes up to `budget` records, none of them later than `untilMs`. @returns how many */
  run(budget: number, untilMs: number): number {
    const { state } = this.graph;
    state.inProcess.task = state;
    const only = this.buffers.length === 1 ? this.buffers[0] : undefined;
    let processed = 0;
    if (only !== undefined) {
      for (; processed < budget; processed++) {
        const record = only.peek();
        if (record === undefined || record.timestamp > untilMs) break;
        only.processHead(record);
      }
      return processed;
    }
    for (; processed < budget; processed++) {
      const index = this.#next();
      const buffer = this.buffers[index];
      const record = buffer?.peek();
      if (buffer === undefined || record === undefined || record.timestamp > untilMs) break;
      this.taken?.push(index, buffer.headOffset);
      buffer.processHead(record);
    }
    return processed;
  }

  /** The timestamp of the record that is next: Infinity if there is none, -Infinity if a fetch has to be waited for. */
  nextTimestamp(): number {
    let best = Infinity;
    for (const buffer of this.buffers) {
      const record = buffer.peek();
      if (record !== undefined) best = Math.min(best, record.timestamp);
      else if (!buffer.isCaughtUp) return -Infinity;
    }
    return best;
  }

  /** Index of the buffer whose next record is the oldest; -1 if there is none, or one must be waited for. */
  #next(): number {
    const { buffers } = this;
    let best = -1;
    let bestTimestamp = Infinity;
    for (let i = 0; i < buffers.length; i++) {
      const buffer = buffers[i];
      const record = buffer?.peek();
      if (record === undefined) {
        if (buffer?.isCaughtUp === false) return -1;
      } else if (record.timestamp < bestTimestamp) {
        best = i;
        bestTimestamp = record.timestamp;
      }
    }
    return best;
  }
}
