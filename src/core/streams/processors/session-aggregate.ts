/**
 * Aggregation per key and session (KStreamSessionWindowAggregate).
 *
 * A record opens a session `[t, t]` and swallows the key's sessions that lie within the inactivity gap: their aggregates
 * merge, each of them is deleted (a tombstone comes out per swallowed session, oldest first), then the merged
 * session's result comes out. A result's timestamp is its session's end, and it has no headers: a session is not one
 * record's. (EMIT FINAL has those of the record that closes it, as in Kafka.) The record is late if even the merged
 * session ended before the close time (stream time less grace and gap).
 */
import type { EmitStrategy, SessionMerger } from '../dsl/api.ts';
import type { Processor } from '../processor.ts';
import { Change, NO_HEADERS, Rec, Windowed } from '../record.ts';
import type { MeteredSessionStore } from '../state/session-store.ts';
import type { SessionEntry } from '../state/store.ts';
import type { SessionWindows } from '../windows.ts';
import { AggregateTable, type AggregateParts } from './aggregation.ts';
import { sessionStoreGetter } from './store-getter.ts';
import type { TableProcessor } from './table.ts';
import { WindowedAggregateProcessor } from './windowed-aggregation.ts';

export interface SessionAggregateParts<K, V, A> extends AggregateParts<K, V, A> {
  readonly merge: SessionMerger<K, A>;
}

export function sessionAggregate<K, V, A>(
  parts: SessionAggregateParts<K, V, A>,
  windows: SessionWindows,
  emit: EmitStrategy,
): TableProcessor<Windowed<K>, A> {
  return new AggregateTable(
    sessionStoreGetter<K, A>(parts.storeName),
    (sendOldValues) => new SessionAggregateProcessor(parts, windows, emit, sendOldValues),
  );
}

class SessionAggregateProcessor<K, V, A>
  extends WindowedAggregateProcessor<K, V, A, MeteredSessionStore<K, A>>
  implements Processor<K, V, Windowed<K>, Change<A>>
{
  readonly #windows: SessionWindows;
  readonly #merge: SessionMerger<K, A>;

  constructor(
    parts: SessionAggregateParts<K, V, A>,
    windows: SessionWindows,
    emit: EmitStrategy,
    sendOldValues: boolean,
  ) {
    super(parts, emit, sendOldValues);
    this.#windows = windows;
    this.#merge = parts.merge;
  }

  process(record: Rec<K, V>): void {
    const { key, value, timestamp } = record;
    if (key === null || value === null) {
      this.context.drop(key === null ? 'null-key' : 'null-value', record);
      return;
    }
    if (timestamp > this.streamTimeMs) this.streamTimeMs = timestamp;
    const { inactivityGapMs, graceMs } = this.#windows;
    const closeMs = this.streamTimeMs - graceMs - inactivityGapMs;

    const { initializer, add } = this.parts;
    const merge = this.#merge;
    const copy = this.copy;
    const merged = this.store.findSessions(key, timestamp - inactivityGapMs, timestamp + inactivityGapMs);
    let aggregate = initializer();
    let startMs = timestamp;
    let endMs = timestamp;
    for (let i = 0; i < merged.length; i++) {
      const session = merged[i] as SessionEntry<K, A>;
      aggregate = merge(key, aggregate, copy === undefined ? session.value : copy(session.value));
      const { window } = session.key;
      if (window.startMs < startMs) startMs = window.startMs;
      if (window.endMs > endMs) endMs = window.endMs;
    }
    if (endMs < closeMs) {
      this.dropLate(record, startMs, endMs, closeMs);
    } else {
      if (startMs !== timestamp || endMs !== timestamp) {
        for (let i = 0; i < merged.length; i++) {
          const session = merged[i] as SessionEntry<K, A>;
          this.store.put(session.key, null);
          this.#forward(session.key, null, session.value);
        }
      }
      aggregate = add(key, value, aggregate, record);
      const windowed = new Windowed(key, { startMs, endMs });
      this.store.put(windowed, aggregate);
      if (this.context.isTraced) {
        const replaced = merged.map((session) => session.key.window);
        this.note(record, windowed.window, true, replaced, aggregate);
      }
      this.#forward(windowed, aggregate, null);
    }
    if (this.emitFinal) this.#emitClosed(record, closeMs);
  }

  #forward(key: Windowed<K>, newValue: A | null, oldValue: A | null): void {
    if (this.emitFinal) return;
    const change = new Change(newValue, this.sendOldValues ? oldValue : null);
    this.context.forward(new Rec(key, change, key.window.endMs, NO_HEADERS));
  }

  #emitClosed(record: Rec<K, V>, closeMs: number): void {
    const last = this.lastCloseMs;
    const toMs = closeMs - 1;
    if (toMs < 0 || (last !== undefined && last >= closeMs)) return;
    this.lastCloseMs = closeMs;
    for (const { key, value } of this.store.findEndedBetween(last ?? 0, toMs)) {
      this.context.forward(new Rec(key, new Change<A>(value, null), key.window.endMs, record.headers));
    }
  }

  protected describeLate(startMs: number, endMs: number, closeMs: number): string {
    return `The session [${startMs}, ${endMs}] is closed: sessions that ended before ${closeMs} take no more records.`;
  }
}
