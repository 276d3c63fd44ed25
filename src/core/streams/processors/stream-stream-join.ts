/**
 * The windowed join of two streams (KStreamKStreamJoin).
 *
 * Each side keeps its rows in a buffer and looks up the other's: a left row at `t` matches right rows in `[t - before,
 * t + after]`, a right row at `t` left rows in `[t - after, t + before]`. Matches come out in the order of the other
 * row's time, each with the larger of the two timestamps.
 *
 * A row of a side that must come out even unmatched is, without the fix of KAFKA-10847 (`unmatched: 'eager'`), forwarded at
 * once when it finds nothing, even if a match follows later. With it, the row waits in a shared store until the join's
 * stream time (both sides') has passed its window and grace; whenever a record moves stream time, rows that waited
 * long enough come out first, by time, right side before left, then by key, with their own timestamps. A row whose
 * window lies wholly before stream time when it comes is forwarded at once, as in Kafka, although a match within the
 * grace period may follow.
 *
 * Kafka may let rows wait longer than that: since 3.8 it looks for them only once the last row that it saw at the last
 * look is over too. It keeps that time in memory alone and forgets it when it restarts, so here it has no part.
 *
 * A row without a key matches nothing: if it must come out even unmatched it does so at once (KIP-962), else it is dropped.
 */
import type { ValueJoiner } from '../dsl/api.ts';
import type { Processor, ProcessorContext, ProcessorTimes } from '../processor.ts';
import { NO_TIMESTAMP, Rec } from '../record.ts';
import { JoinMatches } from '../state/join-rows.ts';
import type { JoinWindowStore } from '../state/join-window-store.ts';
import type { OuterJoinStore } from '../state/outer-join-store.ts';
import type { JoinNote } from '../trace-note.ts';
import type { JoinWindows } from '../windows.ts';

export interface StreamJoinParts<K, V1, V2, R> {
  readonly windows: JoinWindows;
  readonly leftOuter: boolean;
  readonly rightOuter: boolean;
  readonly joiner: ValueJoiner<K, V1 | null, V2 | null, R | null>;
  readonly leftStore: string;
  readonly rightStore: string;
  /** Undefined: unmatched rows come out eagerly, or not at all. */
  readonly outerStore: string | undefined;
}

/** Puts a side's rows into its buffer (KStreamJoinWindow). */
export class JoinWindowProcessor<K, V> implements Processor<K, V> {
  readonly #storeName: string;
  #context!: ProcessorContext<K, V>;
  #store!: JoinWindowStore<K, V>;

  constructor(storeName: string) {
    this.#storeName = storeName;
  }

  init(context: ProcessorContext<K, V>): void {
    this.#context = context;
    this.#store = context.store(this.#storeName) as JoinWindowStore<K, V>;
  }

  process(record: Rec<K, V>): void {
    this.#context.forward(record);
    const { key, value } = record;
    if (key !== null && value !== null && !this.#store.put(key, value, record.timestamp)) {
      this.#context.drop('expired-in-store', record);
    }
  }
}

export class StreamStreamJoinProcessor<K, V1, V2, R> implements Processor<K, V1 | V2, K, R> {
  readonly #parts: StreamJoinParts<K, V1, V2, R>;
  readonly #isLeft: boolean;
  /** Whether this side's rows come out unmatched. */
  readonly #outer: boolean;
  readonly #beforeMs: number;
  readonly #afterMs: number;
  #context!: ProcessorContext<K, R>;
  #otherStore!: JoinWindowStore<K, V1 | V2>;
  #outerStore: OuterJoinStore<K, V1, V2> | undefined;
  /** Both sides share the left buffer, and on it the join's stream time. */
  #time!: JoinWindowStore<K, V1>;
  /** Filled anew for each record. */
  readonly #matches = new JoinMatches<V1 | V2>();

  constructor(parts: StreamJoinParts<K, V1, V2, R>, isLeft: boolean) {
    this.#parts = parts;
    this.#isLeft = isLeft;
    this.#outer = isLeft ? parts.leftOuter : parts.rightOuter;
    this.#beforeMs = isLeft ? parts.windows.beforeMs : parts.windows.afterMs;
    this.#afterMs = isLeft ? parts.windows.afterMs : parts.windows.beforeMs;
  }

  init(context: ProcessorContext<K, R>): void {
    this.#context = context;
    const { leftStore, rightStore, outerStore } = this.#parts;
    const left = context.store(leftStore) as JoinWindowStore<K, V1>;
    const right = context.store(rightStore);
    this.#otherStore = (this.#isLeft ? right : left) as JoinWindowStore<K, V1 | V2>;
    if (outerStore !== undefined) this.#outerStore = context.store(outerStore) as OuterJoinStore<K, V1, V2>;
    this.#time = left;
  }

  saveTimes(): ProcessorTimes {
    return { streamTimeMs: this.#time.joinTimeMs };
  }

  restoreTimes(times: ProcessorTimes): void {
    this.#time.joinTimeMs = Math.max(this.#time.joinTimeMs, times['streamTimeMs'] ?? NO_TIMESTAMP);
  }

  process(record: Rec<K, V1 | V2>): void {
    const { key, value, timestamp } = record;
    const time = this.#time;
    if (timestamp > time.joinTimeMs) time.joinTimeMs = timestamp;
    if (value === null || (key === null && !this.#outer)) {
      this.#context.drop(key === null ? 'null-join-key' : 'null-value', record);
      return;
    }
    if (key === null) {
      if (this.#context.isTraced) this.#note(record, 'alone', 0);
      this.#context.forward(record.withValue(this.#joinValues(null, value, null)));
      return;
    }
    const outerStore = this.#outerStore;
    if (outerStore !== undefined && timestamp === time.joinTimeMs) this.#emitUnmatched(outerStore, record);

    const fromMs = Math.max(0, timestamp - this.#beforeMs);
    const toMs = Math.max(0, timestamp + this.#afterMs);
    const matches = this.#matches;
    this.#otherStore.fetch(key, fromMs, toMs, matches);
    const { count, values, timestamps } = matches;
    for (let i = 0; i < count; i++) {
      const matchMs = timestamps[i] as number;
      const other = values[i] as V1 | V2;
      if (outerStore !== undefined) outerStore.remove(!this.#isLeft, key, matchMs);
      const matchedAt = matchMs > timestamp ? matchMs : timestamp;
      this.#context.forward(new Rec(key, this.#joinValues(key, value, other), matchedAt, record.headers));
    }
    if (count > 0) {
      if (this.#context.isTraced) this.#note(record, 'matched', count);
      return;
    }
    if (!this.#outer) {
      this.#dropUnmatched(record, fromMs, toMs);
    } else if (outerStore === undefined || toMs < time.joinTimeMs) {
      if (this.#context.isTraced) this.#note(record, 'alone', 0);
      this.#context.forward(new Rec(key, this.#joinValues(key, value, null), timestamp, record.headers));
    } else {
      if (this.#context.isTraced) this.#note(record, 'waiting', 0);
      outerStore.put(this.#isLeft, key, timestamp, value);
    }
  }

  #dropUnmatched(record: Rec<K, V1 | V2>, fromMs: number, toMs: number): void {
    if (!this.#context.isTraced) {
      this.#context.drop('no-match', record);
      return;
    }
    this.#note(record, 'none', 0);
    this.#context.drop('no-match', record, () => `No row of the other side in [${fromMs}, ${toMs}] yet.`);
  }

  #note(record: Rec<K, V1 | V2>, outcome: JoinNote['outcome'], matchCount: number): void {
    const matches = this.#matches.timestamps.slice(0, matchCount);
    const streamTimeMs = this.#time.joinTimeMs;
    this.#context.note({ kind: 'join', isLeft: this.#isLeft, streamTimeMs, matches, outcome }, record);
  }

  #joinValues(key: K | null, own: V1 | V2, other: V1 | V2 | null): R | null {
    // This side's values are of its type: the topology connects left rows to the left processor only.
    return this.#isLeft
      ? this.#parts.joiner(key, own as V1, other as V2 | null)
      : this.#parts.joiner(key, other as V1 | null, own as V2);
  }

  #emitUnmatched(store: OuterJoinStore<K, V1, V2>, record: Rec<K, V1 | V2>): void {
    const { windows, joiner } = this.#parts;
    const streamTimeMs = this.#time.joinTimeMs;
    const leftLimitMs = streamTimeMs - windows.afterMs - windows.graceMs;
    const rightLimitMs = streamTimeMs - windows.beforeMs - windows.graceMs;
    for (;;) {
      const row = store.peekBefore(leftLimitMs, rightLimitMs);
      if (row === undefined) return;
      for (const value of row.values) {
        const result = row.isLeft ? joiner(row.key, value as V1, null) : joiner(row.key, null, value as V2);
        this.#context.forward(new Rec(row.key, result, row.timestamp, record.headers));
      }
      if (this.#context.isTraced) {
        const { isLeft, key, timestamp: timestampMs } = row;
        this.#context.note({ kind: 'unmatched', isLeft, key, timestampMs, streamTimeMs }, record);
      }
      store.remove(row.isLeft, row.key, row.timestamp);
    }
  }
}
