/** What the recorders of all operators have in common: which records they keep, and what they know of each. */
import { rowKey } from '../../common/values/key.ts';
import type { DropReason } from '../../streams/processor.ts';
import type { TraceEvent, Tracer } from '../../streams/runtime/tracer.ts';
import { columnsOf, windowOf, type StreamKey } from '../lowering/keys.ts';
import type { Operator } from '../lowering/operators.ts';
import { RecordRing } from './record-ring.ts';

/** Whether records of that key are kept; all are where there is none. */
export type KeyFilter = (key: StreamKey | null) => boolean;

/** The number of a record that is not kept: others may have to do with it while it is under way. */
export const NOT_KEPT = -1;

/** Where a record came from, and what the recorder knows it by. */
export interface Taken {
  /** Counts the operator's records; `NOT_KEPT` of one that the filter leaves out. */
  readonly seq: number;
  /** The partition of the task that took it. */
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: StreamKey | null;
  readonly changedAt: number;
}

/** A record with its fate. Fields are written out and not spread, for a flood passes here. */
export class Recorded implements Taken {
  readonly seq: number;
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: StreamKey | null;
  changedAt: number;
  /** Why it was not looked at; being late is no such reason. */
  dropped: DropReason | undefined;

  constructor(taken: Taken) {
    this.seq = taken.seq;
    this.task = taken.task;
    this.topic = taken.topic;
    this.partition = taken.partition;
    this.offset = taken.offset;
    this.timestampMs = taken.timestampMs;
    this.key = taken.key;
    this.changedAt = taken.changedAt;
  }
}

/** Hears of an operator's records, and keeps the last of them. */
export abstract class OperatorRecorder<O extends Operator, R extends Recorded> implements Tracer {
  readonly operator: O;
  readonly ring = new RecordRing<R>((record) => this.forget(record));
  /** In ms, by task. A table's lookups do not ask for stream time. */
  readonly streamTimes = new Map<number, number>();
  /** Records that came too late. */
  late = 0;
  readonly #keeps: KeyFilter | undefined;

  /** @param keeps of a join that looks up tables it is asked for the key at which the sides meet */
  constructor(operator: O, keeps?: KeyFilter) {
    this.operator = operator;
    this.#keeps = keeps;
  }

  abstract trace(event: TraceEvent): void;

  protected isKept(key: StreamKey | null): boolean {
    return this.#keeps === undefined || this.#keeps(key);
  }

  /** One that the filter leaves out is made, but is no part of the ring. */
  protected add(event: TraceEvent, key: StreamKey | null, make: (taken: Taken) => R): R {
    const { topic, partition, offset } = event;
    const isKept = this.isKept(key);
    const record = make({
      seq: isKept ? this.ring.total : NOT_KEPT,
      task: this.taskOf(event),
      topic,
      partition,
      offset,
      timestampMs: event.record.timestamp,
      key,
      changedAt: this.ring.nextChange(),
    });
    if (isKept) this.ring.add(record);
    return record;
  }

  /** `1_3` is the task of subtopology 1 for partition 3. */
  protected taskOf({ taskId }: TraceEvent): number {
    return Number(taskId.slice(taskId.indexOf('_') + 1));
  }

  /** It is no part of the ring any more. */
  protected forget(_record: R): void {}
}

export function keyOf({ record }: TraceEvent): StreamKey | null {
  return record.key as StreamKey | null;
}

export function keyId(key: StreamKey): string {
  const window = windowOf(key);
  const id = rowKey(columnsOf(key));
  return window === undefined ? id : `${id}@${window.startMs}-${window.endMs}`;
}
