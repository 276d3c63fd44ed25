/** What an aggregation in windows did with its last records, and the windows that it touched last. */
import type { SqlValue } from '../../common/sql-type.ts';
import type { DropReason } from '../../streams/processor.ts';
import { NO_TIMESTAMP, type Window, type Windowed } from '../../streams/record.ts';
import type { TraceEvent, Tracer } from '../../streams/runtime/tracer.ts';
import type { WindowNote } from '../../streams/trace-note.ts';
import type { WindowOperator } from '../lowering/operators.ts';
import { keyId, NOT_KEPT, RecordRing, taskPartition, type KeyFilter, type RecordedBase } from './recorder.ts';
import type { SqlKey, StreamKey } from '../lowering/keys.ts';

export const MAX_WINDOWS = 2_000;
const FORGOTTEN_AT_ONCE = 200;

export interface WindowRecord extends RecordedBase {
  /** The operator's stream time with this record, in ms; -1 before the first that counts. */
  streamTimeMs: number;
  readonly windows: { readonly window: Window; readonly accepted: boolean }[];
  /** Sessions that it made into one; 0 unless they were several. */
  merged: number;
  /** Why it went into no window, other than for being late. */
  dropped: DropReason | undefined;
}

export interface RecordedWindow {
  readonly key: SqlKey;
  readonly window: Window;
  readonly task: number;
  /** Records that were seen going into it; undefined when it was filled before anybody looked. */
  records: number | undefined;
  state: readonly SqlValue[];
  changedAt: number;
}

export class WindowRecorder implements Tracer {
  readonly operator: WindowOperator;
  readonly ring = new RecordRing<WindowRecord>();
  /** In ms, by task. */
  readonly streamTimes = new Map<number, number>();
  late = 0;
  /** The last touched last. */
  readonly #windows = new Map<string, RecordedWindow>();
  #current: WindowRecord | undefined;
  readonly #keeps: KeyFilter | undefined;

  constructor(operator: WindowOperator, keeps?: KeyFilter) {
    this.operator = operator;
    this.#keeps = keeps;
  }

  trace(event: TraceEvent): void {
    if (event.verdict === 'enter') {
      const streamTimeMs = this.streamTimes.get(taskPartition(event.taskId)) ?? NO_TIMESTAMP;
      this.#current = this.ring.add(
        (base) => ({
          seq: base.seq,
          task: base.task,
          topic: base.topic,
          partition: base.partition,
          offset: base.offset,
          timestampMs: base.timestampMs,
          key: base.key,
          changedAt: base.changedAt,
          streamTimeMs,
          windows: [],
          merged: 0,
          dropped: undefined,
        }),
        event,
        this.#keeps === undefined || this.#keeps(event.record.key as StreamKey | null),
      );
      return;
    }
    const record = this.#current;
    if (record === undefined) return;
    if (event.note?.kind === 'window') this.#noteWindow(record, event.note);
    else if (event.verdict === 'drop' && event.reason !== 'late') record.dropped = event.reason;
  }

  windows(): IterableIterator<RecordedWindow> {
    return this.#windows.values();
  }

  /** Windows that were changed last before this one are kept no more; nor are sessions that went up in another. */
  get oldestWindowChange(): number {
    for (const { changedAt } of this.#windows.values()) return changedAt;
    return this.ring.changes;
  }

  /** What the store holds is right; what was seen may be less than what there was. */
  addStored(task: number, stored: { readonly key: Windowed<SqlKey>; readonly value: readonly SqlValue[] }): void {
    const { key, window } = stored.key;
    if (this.#keeps?.(key) === false) return;
    const known = this.#windows.get(windowId(key, window));
    if (known === undefined) this.#put(key, window, task, undefined, stored.value);
    else known.state = stored.value;
  }

  #noteWindow(record: WindowRecord, note: WindowNote): void {
    const { window, accepted, streamTimeMs, replaced } = note;
    this.streamTimes.set(record.task, streamTimeMs);
    if (record.seq === NOT_KEPT) return;
    if (!accepted && record.windows.every((w) => w.accepted)) this.late++;
    record.streamTimeMs = streamTimeMs;
    record.windows.push({ window, accepted });
    if (!accepted) return;
    const key = record.key as SqlKey;
    const id = windowId(key, window);
    let records: number | undefined = 1;
    for (const old of new Set([...replaced.map((one) => windowId(key, one)), id])) {
      const known = this.#windows.get(old);
      if (known === undefined) continue;
      this.#windows.delete(old);
      records = sum(records, known.records);
    }
    if (replaced.length > 1) record.merged = replaced.length;
    this.#put(key, window, record.task, records, note.aggregate as readonly SqlValue[]);
  }

  #put(key: SqlKey, window: Window, task: number, records: number | undefined, state: readonly SqlValue[]): void {
    const changedAt = this.ring.nextChange();
    this.#windows.set(windowId(key, window), { key, window, task, records, state, changedAt });
    if (this.#windows.size <= MAX_WINDOWS) return;
    // Many at once: to find a Map's first entry passes over all that were deleted before it.
    let left = FORGOTTEN_AT_ONCE;
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest);
      if (--left === 0) return;
    }
  }
}

function windowId(key: SqlKey, { startMs, endMs }: Window): string {
  return `${keyId(key)}@${startMs}-${endMs}`;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
