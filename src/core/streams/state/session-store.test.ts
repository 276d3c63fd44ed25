import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextOutput } from '../../common/text-output.ts';
import { Windowed } from '../record.ts';
import { num, store } from '../testing.ts';
import { sessionStoreBuilder, type MeteredSessionStore } from './session-store.ts';
import type { ChangelogSink } from './store-builder.ts';

type Store = MeteredSessionStore<string, number>;

const open = (): Store =>
  sessionStoreBuilder({ ...store('s', num), retentionMs: 1_000_000, logging: true }).build({
    notesChanges: true,
  }) as Store;

/** Counts what is written: values and tombstones. */
class Counting implements ChangelogSink {
  values = 0;
  tombstones = 0;
  readonly #output = new TextOutput();

  write(_key: Uint8Array, value: Uint8Array | null): number {
    return this.end(value !== null);
  }
  begin(): TextOutput {
    this.#output.reset();
    return this.#output;
  }
  endKey(): TextOutput {
    return this.#output;
  }
  end(hasValue: boolean): number {
    if (hasValue) this.values++;
    else this.tombstones++;
    return this.#output.length;
  }
}

describe('session store', () => {
  it('finds what ended in ranges that follow one another as a look at everything does, however much was deleted', () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      startMs: fc.nat(300),
      length: fc.nat(20),
      isPut: fc.boolean(),
    });
    const round = fc.record({ changes: fc.array(change, { maxLength: 20 }), stepMs: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 12 }), (rounds) => {
        const sessions = open();
        const model = new Map<string, { key: string; startMs: number; endMs: number }>();
        let askedToMs = -1;
        for (const { changes, stepMs } of rounds) {
          for (const { key, startMs, length, isPut } of changes) {
            const window = { startMs: startMs + askedToMs + 1, endMs: startMs + askedToMs + 1 + length };
            sessions.put(new Windowed(key, window), isPut ? 1 : null);
            const id = `${key}/${window.startMs}/${window.endMs}`;
            if (isPut) model.set(id, { key, ...window });
            else model.delete(id);
          }
          const found = sessions.findEndedBetween(askedToMs + 1, askedToMs + stepMs);
          const expected = [...model.values()]
            .filter(({ endMs }) => endMs > askedToMs && endMs <= askedToMs + stepMs)
            .sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs || (a.key < b.key ? -1 : 1));
          expect(found.map(({ key: { key, window } }) => ({ key, ...window }))).toEqual(expected);
          askedToMs += stepMs;
        }
        expect(sessions.approximateEntries()).toBe(model.size);
      }),
    );
  });

  it('keeps one session per key through thousands of merges, and forgets it when its time is over', () => {
    const sessions = open();
    for (let i = 1; i <= 5_000; i++) {
      sessions.put(new Windowed('a', { startMs: 0, endMs: i - 1 }), null);
      sessions.put(new Windowed('a', { startMs: 0, endMs: i }), i);
    }
    expect([...sessions.fetchKey('a')].map(({ value }) => value)).toEqual([5_000]);
    sessions.put(new Windowed('b', { startMs: 2_000_000, endMs: 2_000_000 }), 1);
    sessions.put(new Windowed('b', { startMs: 2_000_001, endMs: 2_000_001 }), 1);
    expect(sessions.approximateEntries()).toBe(2);
  });

  it('does not find sessions that are as old as the retention, whichever way one looks', () => {
    const sessions = open();
    for (const endMs of [0, 1, 1_000_000]) sessions.put(new Windowed('a', { startMs: endMs, endMs }), endMs);
    expect([...sessions.all()].map(({ value }) => value)).toEqual([1, 1_000_000]);
    expect(sessions.fetchKey('a').map(({ value }) => value)).toEqual([1, 1_000_000]);
    expect([sessions.fetchSession('a', 0, 0), sessions.fetchSession('a', 1, 1)]).toEqual([undefined, 1]);
  });

  it('tells the changelog nothing of sessions that came and went between two commits', () => {
    const sessions = open();
    sessions.put(new Windowed('a', { startMs: 0, endMs: 0 }), 1);
    const first = new Counting();
    sessions.flush(first);
    for (let i = 1; i <= 3; i++) {
      sessions.put(new Windowed('a', { startMs: 0, endMs: i - 1 }), null);
      sessions.put(new Windowed('a', { startMs: 0, endMs: i }), 1);
    }
    const second = new Counting();
    sessions.flush(second);
    expect([first.values, first.tombstones, second.values, second.tombstones]).toEqual([1, 0, 1, 1]);
  });
});
