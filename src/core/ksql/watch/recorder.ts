/**
 * The last records that met an operator with windows, in the order in which it took them. What became of a record may
 * change later on (a partner comes, a row leaves alone), so each carries the number of its last change, and a reader asks
 * for what changed since the number that it saw last.
 */
import { rowKey } from '../../common/values/key.ts';
import type { TraceEvent } from '../../streams/runtime/tracer.ts';
import { columnsOf, windowOf, type StreamKey } from '../lowering/keys.ts';

export const MAX_RECORDS = 2_000;

/** Whether records of that key are kept; all are where there is none. */
export type KeyFilter = (key: StreamKey | null) => boolean;

/** The number of a record that is not kept: others may have to do with it while it is under way. */
export const NOT_KEPT = -1;

export interface RecordedBase {
  /** Counts the operator's records; `NOT_KEPT` of one that the filter leaves out. */
  readonly seq: number;
  /** Of the task that took it. */
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: StreamKey | null;
  changedAt: number;
}

export class RecordRing<R extends RecordedBase> {
  /** By their numbers, around. */
  readonly #records: R[] = [];
  readonly #onForget: (record: R) => void;
  #seq = 0;
  #changes = 0;

  constructor(onForget: (record: R) => void = () => undefined) {
    this.#onForget = onForget;
  }

  /** Records since the start, those that were forgotten included. */
  get total(): number {
    return this.#seq;
  }

  /** Number of the last change; 0 before the first. */
  get changes(): number {
    return this.#changes;
  }

  get oldestSeq(): number {
    return this.#seq - this.#records.length;
  }

  /**
   * @param make gives the record its own fields: written out and not spread, for a flood passes here
   * @param isKept false: the record is made, but is no part of the ring
   */
  add(make: (base: RecordedBase) => R, event: TraceEvent, isKept: boolean): R {
    const { topic, partition, offset, record } = event;
    const recorded = make({
      seq: isKept ? this.#seq : NOT_KEPT,
      task: taskPartition(event.taskId),
      topic,
      partition,
      offset,
      timestampMs: record.timestamp,
      key: record.key as StreamKey | null,
      changedAt: ++this.#changes,
    });
    if (!isKept) return recorded;
    const at = this.#seq++ % MAX_RECORDS;
    const forgotten = this.#records[at];
    this.#records[at] = recorded;
    if (forgotten !== undefined) this.#onForget(forgotten);
    return recorded;
  }

  touch(record: R): void {
    record.changedAt = this.nextChange();
  }

  nextChange(): number {
    return ++this.#changes;
  }

  /** Oldest first. */
  changedSince(change: number): readonly R[] {
    const changed: R[] = [];
    for (let seq = this.oldestSeq; seq < this.#seq; seq++) {
      const record = this.#records[seq % MAX_RECORDS];
      if (record !== undefined && record.changedAt > change) changed.push(record);
    }
    return changed;
  }
}

/** `1_3` is the task of subtopology 1 for partition 3. */
export function taskPartition(taskId: string): number {
  return Number(taskId.slice(taskId.indexOf('_') + 1));
}

export function keyId(key: StreamKey): string {
  const window = windowOf(key);
  const id = rowKey(columnsOf(key));
  return window === undefined ? id : `${id}@${window.startMs}-${window.endMs}`;
}
