/**
 * Aggregation per key and time window (KStreamWindowAggregate).
 *
 * A record goes into every window that contains its timestamp, earliest first, as long as the window's end lies beyond the
 * close time (stream time less grace); for closed windows it is late, and counted. The stream time is the processor's own.
 * A result's timestamp is the largest of the records in the window.
 *
 * `onWindowClose` emits nothing while windows fill. When the close time moves on, the windows that it closed (those that
 * start in `(last close - size, close - size]`) come out in the order of their start, then of their key's bytes.
 */
import type { EmitStrategy } from '../dsl/api.ts';
import type { Processor } from '../processor.ts';
import { Change, Rec, Windowed } from '../record.ts';
import type { MeteredWindowStore } from '../state/window-store.ts';
import { firstWindowStart, type TimeWindows } from '../windows.ts';
import { AggregateTable, type AggregateParts } from './aggregation.ts';
import { windowStoreGetter } from './store-getter.ts';
import type { TableProcessor } from './table.ts';
import { WindowedAggregateProcessor } from './windowed-aggregation.ts';

export function windowAggregate<K, V, A>(
  parts: AggregateParts<K, V, A>,
  windows: TimeWindows,
  emit: EmitStrategy,
): TableProcessor<Windowed<K>, A> {
  return new AggregateTable(
    windowStoreGetter<K, A>(parts.storeName),
    (sendOldValues) => new WindowAggregateProcessor(parts, windows, emit, sendOldValues),
  );
}

class WindowAggregateProcessor<K, V, A>
  extends WindowedAggregateProcessor<K, V, A, MeteredWindowStore<K, A>>
  implements Processor<K, V, Windowed<K>, Change<A>>
{
  readonly #windows: TimeWindows;

  constructor(parts: AggregateParts<K, V, A>, windows: TimeWindows, emit: EmitStrategy, sendOldValues: boolean) {
    super(parts, emit, sendOldValues);
    this.#windows = windows;
  }

  process(record: Rec<K, V>): void {
    const { key, value, timestamp } = record;
    if (key === null || value === null) {
      this.context.drop(key === null ? 'null-key' : 'null-value', record);
      return;
    }
    if (timestamp > this.streamTimeMs) this.streamTimeMs = timestamp;
    const { sizeMs, advanceMs, graceMs } = this.#windows;
    const closeMs = this.streamTimeMs - graceMs;
    for (let startMs = firstWindowStart(this.#windows, timestamp); startMs <= timestamp; startMs += advanceMs) {
      if (startMs + sizeMs > closeMs) this.#update(key, value, record, startMs);
      else this.dropLate(record, startMs, startMs + sizeMs, closeMs);
    }
    if (this.emitFinal) this.#emitClosed(record, closeMs);
  }

  #update(key: K, value: V, record: Rec<K, V>, startMs: number): void {
    const present = this.store.fetch(key, startMs);
    let { timestamp } = record;
    let oldAggregate: A | null = null;
    let base: A;
    if (present === undefined) {
      base = this.parts.initializer();
    } else {
      oldAggregate = present.value;
      base = this.copy === undefined ? oldAggregate : this.copy(oldAggregate);
      if (present.timestamp > timestamp) timestamp = present.timestamp;
    }
    const newAggregate = this.parts.add(key, value, base, record);
    let entry = present;
    if (entry === undefined) entry = this.store.add(key, newAggregate, timestamp, startMs);
    else this.store.replace(entry, newAggregate, timestamp);
    const endMs = startMs + this.#windows.sizeMs;
    if (this.context.isTraced) this.note(record, { startMs, endMs }, true, [], newAggregate);
    if (this.emitFinal) return;
    const windowed = entry?.key ?? new Windowed(key, { startMs, endMs });
    const change = new Change(newAggregate, this.sendOldValues ? oldAggregate : null);
    this.context.forward(new Rec(windowed, change, timestamp, record.headers));
  }

  #emitClosed(record: Rec<K, V>, closeMs: number): void {
    const last = this.lastCloseMs;
    const toMs = closeMs - this.#windows.sizeMs;
    if (toMs < 0 || (last !== undefined && last >= closeMs)) return;
    const fromMs = last === undefined ? 0 : Math.max(0, last - this.#windows.sizeMs) + 1;
    this.lastCloseMs = closeMs;
    // Windows start at multiples of the advance: mostly none has closed.
    const { advanceMs } = this.#windows;
    if (Math.floor(toMs / advanceMs) * advanceMs < fromMs) return;
    for (const entry of this.store.fetchAllByKey(fromMs, toMs)) {
      this.context.forward(new Rec(entry.key, new Change<A>(entry.value, null), entry.timestamp, record.headers));
    }
  }

  protected describeLate(startMs: number, endMs: number, closeMs: number): string {
    return `The window [${startMs}, ${endMs}) is closed: windows that end at or before ${closeMs} take no more records.`;
  }
}
