/** What an aggregation in windows did with its last records, and the windows that it touched last. */
import type { SqlValue } from '../../common/sql-type.ts';
import { NO_TIMESTAMP, type Window, type Windowed } from '../../streams/record.ts';
import type { TraceEvent } from '../../streams/runtime/tracer.ts';
import type { WindowNote } from '../../streams/trace-note.ts';
import type { SqlKey } from '../lowering/keys.ts';
import type { WindowOperator } from '../lowering/operators.ts';
import { keyId, keyOf, NOT_KEPT, OperatorRecorder, Recorded, type Taken } from './recorder.ts';

export const MAX_WINDOWS = 2_000;
const FORGOTTEN_AT_ONCE = 200;

export class WindowRecord extends Recorded {
  /** The operator's stream time with this record, in ms; -1 before the first that counts. */
  streamTimeMs: number;
  readonly windows: { readonly window: Window; readonly accepted: boolean }[] = [];
  /** Sessions that it made into one; 0 unless they were several. */
  merged = 0;

  constructor(taken: Taken, streamTimeMs: number) {
    super(taken);
    this.streamTimeMs = streamTimeMs;
  }
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

export class WindowRecorder extends OperatorRecorder<WindowOperator, WindowRecord> {
  /** The last touched last. */
  readonly #windows = new Map<string, RecordedWindow>();
  #current: WindowRecord | undefined;

  trace(event: TraceEvent): void {
    if (event.verdict === 'enter') {
      this.#current = this.add(
        event,
        keyOf(event),
        (taken) => new WindowRecord(taken, this.streamTimes.get(taken.task) ?? NO_TIMESTAMP),
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
    if (!this.isKept(key)) return;
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
