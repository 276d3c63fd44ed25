/** What aggregations in windows and in sessions have in common: their times, and what they tell of a record. */
import type { EmitStrategy } from '../dsl/api.ts';
import type { ProcessorTimes } from '../processor.ts';
import { NO_TIMESTAMP, type Rec, type Window, type Windowed } from '../record.ts';
import type { StateStore } from '../state/store.ts';
import { AggregateProcessor, type AggregateParts } from './aggregation.ts';

export abstract class WindowedAggregateProcessor<K, V, A, S extends StateStore> extends AggregateProcessor<
  K,
  V,
  A,
  Windowed<K>,
  S
> {
  protected readonly emitFinal: boolean;
  /** The processor's own. */
  protected streamTimeMs = NO_TIMESTAMP;
  /** Up to where closed windows have come out; undefined before the first. */
  protected lastCloseMs: number | undefined;

  constructor(parts: AggregateParts<K, V, A>, emit: EmitStrategy, sendOldValues: boolean) {
    super(parts, sendOldValues);
    this.emitFinal = emit === 'onWindowClose';
  }

  saveTimes(): ProcessorTimes {
    return { streamTimeMs: this.streamTimeMs, lastCloseMs: this.lastCloseMs ?? NO_TIMESTAMP };
  }

  restoreTimes(times: ProcessorTimes): void {
    this.streamTimeMs = times['streamTimeMs'] ?? NO_TIMESTAMP;
    const lastCloseMs = times['lastCloseMs'] ?? NO_TIMESTAMP;
    this.lastCloseMs = lastCloseMs === NO_TIMESTAMP ? undefined : lastCloseMs;
  }

  /** The window is closed: those before `closeMs` take no more records. */
  protected abstract describeLate(startMs: number, endMs: number, closeMs: number): string;

  protected dropLate(record: Rec<K, V>, startMs: number, endMs: number, closeMs: number): void {
    if (this.context.isTraced) this.note(record, { startMs, endMs }, false, [], null);
    this.context.drop('late', record, () => this.describeLate(startMs, endMs, closeMs));
  }

  /** To be called when a tracer listens. */
  protected note(
    record: Rec<K, V>,
    window: Window,
    accepted: boolean,
    replaced: readonly Window[],
    aggregate: A | null,
  ): void {
    const { streamTimeMs } = this;
    this.context.note({ kind: 'window', window, accepted, streamTimeMs, replaced, aggregate }, record);
  }
}
