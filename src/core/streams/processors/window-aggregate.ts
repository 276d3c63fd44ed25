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
import type { Processor, ProcessorContext, ProcessorTimes } from '../processor.ts';
import { Change, NO_TIMESTAMP, Rec, Windowed } from '../record.ts';
import type { MeteredWindowStore } from '../state/window-store.ts';
import { firstWindowStart, type TimeWindows } from '../windows.ts';
import { StoredTable, type AggregateParts } from './aggregate.ts';
import { windowStoreGetter } from './store-getter.ts';
import type { ValueGetterSupplier } from './table.ts';

export class WindowAggregate<K, V, A> extends StoredTable<Windowed<K>, A> {
  readonly #parts: AggregateParts<K, V, A>;
  readonly #windows: TimeWindows;
  readonly #emit: EmitStrategy;

  constructor(parts: AggregateParts<K, V, A>, windows: TimeWindows, emit: EmitStrategy) {
    super();
    this.#parts = parts;
    this.#windows = windows;
    this.#emit = emit;
  }

  readonly supplier = (): Processor<K, V, Windowed<K>, Change<A>> =>
    new WindowAggregateProcessor(this.#parts, this.#windows, this.#emit, this.sendOldValues);

  view(): ValueGetterSupplier<Windowed<K>, A> {
    return windowStoreGetter(this.#parts.storeName);
  }
}

class WindowAggregateProcessor<K, V, A> implements Processor<K, V, Windowed<K>, Change<A>> {
  readonly #parts: AggregateParts<K, V, A>;
  readonly #windows: TimeWindows;
  readonly #emitFinal: boolean;
  readonly #sendOldValues: boolean;
  readonly #copy: ((aggregate: A) => A) | undefined;
  #context!: ProcessorContext<Windowed<K>, Change<A>>;
  #store!: MeteredWindowStore<K, A>;
  #streamTimeMs = NO_TIMESTAMP;
  #lastCloseMs: number | undefined;

  constructor(parts: AggregateParts<K, V, A>, windows: TimeWindows, emit: EmitStrategy, sendOldValues: boolean) {
    this.#parts = parts;
    this.#windows = windows;
    this.#emitFinal = emit === 'onWindowClose';
    this.#sendOldValues = sendOldValues;
    this.#copy = sendOldValues ? parts.copy : undefined;
  }

  init(context: ProcessorContext<Windowed<K>, Change<A>>): void {
    this.#context = context;
    this.#store = context.store(this.#parts.storeName) as MeteredWindowStore<K, A>;
  }

  saveTimes(): ProcessorTimes {
    return { streamTimeMs: this.#streamTimeMs, lastCloseMs: this.#lastCloseMs ?? NO_TIMESTAMP };
  }

  restoreTimes(times: ProcessorTimes): void {
    this.#streamTimeMs = times['streamTimeMs'] ?? NO_TIMESTAMP;
    const lastCloseMs = times['lastCloseMs'] ?? NO_TIMESTAMP;
    this.#lastCloseMs = lastCloseMs === NO_TIMESTAMP ? undefined : lastCloseMs;
  }

  process(record: Rec<K, V>): void {
    const { key, value, timestamp } = record;
    if (key === null || value === null) {
      this.#context.drop(key === null ? 'null-key' : 'null-value', record);
      return;
    }
    if (timestamp > this.#streamTimeMs) this.#streamTimeMs = timestamp;
    const { sizeMs, advanceMs, graceMs } = this.#windows;
    const closeMs = this.#streamTimeMs - graceMs;
    for (let startMs = firstWindowStart(this.#windows, timestamp); startMs <= timestamp; startMs += advanceMs) {
      if (startMs + sizeMs > closeMs) this.#update(key, value, record, startMs);
      else this.#dropLate(record, startMs, closeMs);
    }
    if (this.#emitFinal) this.#emitClosed(record, closeMs);
  }

  #update(key: K, value: V, record: Rec<K, V>, startMs: number): void {
    const present = this.#store.fetch(key, startMs);
    let { timestamp } = record;
    let oldAggregate: A | null = null;
    let base: A;
    if (present === undefined) {
      base = this.#parts.initializer();
    } else {
      oldAggregate = present.value;
      base = this.#copy === undefined ? oldAggregate : this.#copy(oldAggregate);
      if (present.timestamp > timestamp) timestamp = present.timestamp;
    }
    const newAggregate = this.#parts.add(key, value, base, record);
    let entry = present;
    if (entry === undefined) entry = this.#store.add(key, newAggregate, timestamp, startMs);
    else this.#store.replace(entry, newAggregate, timestamp);
    if (this.#context.isTraced) this.#note(record, startMs, true, newAggregate);
    if (this.#emitFinal) return;
    const windowed = entry?.key ?? new Windowed(key, { startMs, endMs: startMs + this.#windows.sizeMs });
    const change = new Change(newAggregate, this.#sendOldValues ? oldAggregate : null);
    this.#context.forward(new Rec(windowed, change, timestamp, record.headers));
  }

  #dropLate(record: Rec<K, V>, startMs: number, closeMs: number): void {
    if (this.#context.isTraced) this.#note(record, startMs, false, null);
    this.#context.drop('late', record, () => describeLate(startMs, startMs + this.#windows.sizeMs, closeMs));
  }

  #note(record: Rec<K, V>, startMs: number, accepted: boolean, aggregate: A | null): void {
    const window = { startMs, endMs: startMs + this.#windows.sizeMs };
    const streamTimeMs = this.#streamTimeMs;
    this.#context.note({ kind: 'window', window, accepted, streamTimeMs, replaced: [], aggregate }, record);
  }

  #emitClosed(record: Rec<K, V>, closeMs: number): void {
    const last = this.#lastCloseMs;
    const toMs = closeMs - this.#windows.sizeMs;
    if (toMs < 0 || (last !== undefined && last >= closeMs)) return;
    const fromMs = last === undefined ? 0 : Math.max(0, last - this.#windows.sizeMs) + 1;
    this.#lastCloseMs = closeMs;
    // Windows start at multiples of the advance: mostly none has closed.
    const { advanceMs } = this.#windows;
    if (Math.floor(toMs / advanceMs) * advanceMs < fromMs) return;
    for (const entry of this.#store.fetchAllByKey(fromMs, toMs)) {
      this.#context.forward(new Rec(entry.key, new Change<A>(entry.value, null), entry.timestamp, record.headers));
    }
  }
}

export function describeLate(startMs: number, endMs: number, closeMs: number): string {
  return `The window [${startMs}, ${endMs}) is closed: windows that end at or before ${closeMs} take no more records.`;
}
