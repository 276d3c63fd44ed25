/**
 * Each kind of store twice, in memory and in a scratch file, through the same changes: what they answer is the same, after
 * restarts from their changelogs and from dumps as well.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryScratch } from '../../../../adapters/scratch-memory.ts';
import { TextOutput } from '../../../common/text-output.ts';
import { Windowed } from '../../record.ts';
import { RowHash } from '../../row-hash.ts';
import { ChangelogTrim } from '../../runtime/changelog-trim.ts';
import { num, store, text, textKeys } from '../../testing.ts';
import { JoinMatches, type BufferedRow } from '../join-rows.ts';
import { joinWindowStoreBuilder, type JoinWindowStore } from '../join-window-store.ts';
import { keyValueStoreBuilder } from '../key-value-store.ts';
import { outerJoinStoreBuilder, type OuterJoinStore } from '../outer-join-store.ts';
import { sessionStoreBuilder, type MeteredSessionStore } from '../session-store.ts';
import type { Packing } from '../packing.ts';
import type { KeyValueStore } from '../store.ts';
import type { RuntimeStore, StoreBuilder } from '../store-builder.ts';
import { subscriptionStoreBuilder, type SubscriptionStore } from '../subscription-store.ts';
import { windowStoreBuilder, type MeteredWindowStore } from '../window-store.ts';
import { ScratchPages } from './scratch-pages.ts';

/** Stores that can be packed come to the scratch file from both. */
const PACKED_FROM_ENTRIES = 3;

const digits: Packing<number> = {
  marker: 255,
  sizeOf: (value) => (value > 6 ? -1 : 1),
  sizeAt: () => 1,
  pack: (value, { bytes }, at) => {
    bytes[at] = value;
  },
  unpack: ({ bytes }, at) => bytes[at] ?? 0,
};

/** A store with its changelog. */
class Kept<S> {
  readonly #builder: StoreBuilder;
  readonly #pages: ScratchPages | undefined;
  readonly #budgetBytes: number;
  readonly changelog: [Uint8Array, Uint8Array | null, number][] = [];
  readonly #trim = new ChangelogTrim();
  #startOffset = 0;
  #current: RuntimeStore;

  constructor(builder: StoreBuilder, budgetBytes: number | undefined) {
    this.#builder = builder;
    this.#pages = budgetBytes === undefined ? undefined : new ScratchPages(new MemoryScratch(), 128);
    this.#budgetBytes = budgetBytes ?? 0;
    this.#current = this.#build();
  }

  get store(): S & RuntimeStore {
    return this.#current as S & RuntimeStore;
  }

  commit(): void {
    const output = new TextOutput();
    // As in a batch, where a record stands behind the others.
    let keyStart = 0;
    let keyEnd = 0;
    let timestamp = 0;
    this.#current.flush({
      write: (key, value, at) => {
        this.changelog.push([key.slice(), value?.slice() ?? null, at]);
      },
      begin: (at) => {
        timestamp = at;
        keyStart = output.length;
        return output;
      },
      endKey: () => {
        keyEnd = output.length;
        return output;
      },
      end: (hasValue) => {
        const { buffer, length } = output;
        const key = buffer.slice(keyStart, keyEnd);
        this.changelog.push([key, hasValue ? buffer.slice(keyEnd, length) : null, timestamp]);
        return length - keyStart;
      },
    });
    this.#trimChangelog();
    this.#current.settle();
  }

  #trimChangelog(): void {
    const expiry = this.#current.expiry?.();
    if (expiry === undefined) return;
    this.#trim.mark(this.#startOffset + this.changelog.length, expiry);
    const startOffset = this.#trim.take(expiry) ?? this.#startOffset;
    this.changelog.splice(0, startOffset - this.#startOffset);
    this.#startOffset = startOffset;
  }

  restart(): void {
    this.#current.close();
    expect(this.#pages?.usedCount ?? 0).toBe(0);
    this.#current = this.#build();
    for (const [i, record] of this.changelog.entries()) {
      this.#current.restore(...record);
      if (i % 3 === 0) this.#current.settle();
    }
    this.#current.settle();
  }

  /** Begins anew from a dump, and then from a part of the changelog that the dump holds already. */
  reload(tail: number): void {
    const records = [...this.#current.dump()].map(({ key, value, timestamp }) => ({
      key: key.slice(),
      value: value.slice(),
      timestamp,
    }));
    const times = this.#current.saveTimes();
    this.#current.close();
    this.#current = this.#build();
    for (const { key, value, timestamp } of records) this.#current.restore(key, value, timestamp);
    this.#current.restoreTimes(times);
    for (const record of this.changelog.slice(-tail)) this.#current.restore(...record);
    this.#current.settle();
  }

  #build(): RuntimeStore {
    const spill = this.#pages === undefined ? undefined : { pages: this.#pages, budgetBytes: this.#budgetBytes };
    return this.#builder.build({ notesChanges: true, spill, packedFromEntries: PACKED_FROM_ENTRIES });
  }
}

type Action<C> =
  | { readonly do: 'change'; readonly change: C }
  | { readonly do: 'commit' }
  | { readonly do: 'restart' }
  | { readonly do: 'reload'; readonly tail: number };

function checkSame<S, C>(
  builder: StoreBuilder,
  change: fc.Arbitrary<C>,
  apply: (store: S, change: C) => unknown,
  look: (store: S & RuntimeStore) => unknown,
  examples: [Action<C>[], number][] = [],
): void {
  const action: fc.Arbitrary<Action<C>> = fc.oneof(
    { weight: 12, arbitrary: change.map((c) => ({ do: 'change' as const, change: c })) },
    { weight: 4, arbitrary: fc.constant({ do: 'commit' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const), tail: fc.nat(8) }) },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), fc.constantFrom(0, 500, 2_000), (actions, budgetBytes) => {
      const inMemory = new Kept<S>(builder, undefined);
      const spilled = new Kept<S>(builder, budgetBytes);
      for (const act of actions) {
        if (act.do === 'change') {
          expect(apply(spilled.store, act.change)).toEqual(apply(inMemory.store, act.change));
        } else {
          for (const kept of [inMemory, spilled]) {
            kept.commit();
            if (act.do === 'restart') kept.restart();
            if (act.do === 'reload') kept.reload(act.tail);
          }
          const size = spilled.store.size();
          if (budgetBytes === 0 && size.entries > 0) expect(size.spilledBytes).toBeGreaterThan(0);
        }
        expect(look(spilled.store)).toEqual(look(inMemory.store));
        expect(spilled.store.approximateEntries()).toBe(inMemory.store.approximateEntries());
      }
    }),
    { examples },
  );
}

const windows = (): StoreBuilder =>
  windowStoreBuilder({ ...store('s', num), windowSizeMs: 10, retentionMs: 40, visibleMs: 39, logging: true });
const sorted = (lines: readonly string[]): readonly string[] => [...lines].sort();
const key = fc.constantFrom('', 'a', 'b', 'aa', 'ab', 'b\u0000');
const KEYS = ['', 'a', 'b', 'aa', 'ab', 'b\u0000'];
const time = fc.nat(120);

describe('spilled stores answer as stores in memory do', () => {
  it.each([
    ['key-value', undefined],
    ['key-value, packed', digits],
  ])('%s', (_name, packing) => {
    const builder = keyValueStoreBuilder({ ...store('s', num), packing, logging: true });
    type Store = KeyValueStore<string, number>;
    const change = fc.record({ key, value: fc.option(fc.nat(9)), time });
    checkSame<Store, { key: string; value: number | null; time: number }>(
      builder,
      change,
      (s, c) => {
        s.put(c.key, c.value, c.time);
      },
      (s) => [
        sorted([...s.all()].map((e) => `${e.key}=${e.value}@${e.timestamp}`)),
        [...s.range('a', 'b')].map((e) => `${e.key}=${e.value}`),
        KEYS.map((k) => s.get(k)?.value),
      ],
    );
  });

  it('window', () => {
    const builder = windows();
    type Store = MeteredWindowStore<string, number>;
    const change = fc.record({ key, value: fc.option(fc.nat(9), { freq: 9 }), time, replaces: fc.boolean() });
    const show = (e: { key: Windowed<string>; value: number; timestamp: number }): string =>
      `${e.key.key}@${e.key.window.startMs}-${e.key.window.endMs}=${e.value}@${e.timestamp}`;
    checkSame<Store, { key: string; value: number | null; time: number; replaces: boolean }>(
      builder,
      change,
      (s, c) => {
        const startMs = c.time - (c.time % 10);
        const present = s.fetch(c.key, startMs);
        if (present !== undefined && c.value !== null && c.replaces) s.replace(present, c.value, c.time);
        else s.put(c.key, c.value, c.time, startMs);
        return s.metrics.expired;
      },
      (s) => [
        sorted([...s.all()].map(show)),
        s.fetchAllByKey(20, 60).map((e) => show({ ...e, key: e.key })),
        KEYS.map((k) => [...s.fetchRange(k, 15, 90)].map(show)),
        [...s.fetchAll(30, 50)].map((e) => e.key.window.startMs),
      ],
    );
  });

  it('session', () => {
    const builder = sessionStoreBuilder({ ...store('s', num), retentionMs: 40, logging: true });
    type Store = MeteredSessionStore<string, number>;
    const change = fc.record({
      key,
      value: fc.option(fc.nat(9), { freq: 2 }),
      time,
      length: fc.nat(15),
      pick: fc.nat(3),
    });
    const show = (e: { key: Windowed<string>; value: number }): string =>
      `${e.key.key}@${e.key.window.startMs}-${e.key.window.endMs}=${e.value}`;
    type Change = { key: string; value: number | null; time: number; length: number; pick: number };
    const session = (startMs: number, endMs: number): Action<Change> => ({
      do: 'change',
      change: { key: '', value: 0, time: startMs, length: endMs - startMs, pick: 0 },
    });
    checkSame<Store, Change>(
      builder,
      change,
      (s, c) => {
        const present = [...s.fetchKey(c.key)];
        const picked = present[c.pick % Math.max(1, present.length)];
        if (c.value === null && picked !== undefined) s.put(picked.key, null);
        else s.put(new Windowed(c.key, { startMs: c.time, endMs: c.time + c.length }), c.value);
        return s.metrics.expired;
      },
      (s) => [
        sorted([...s.all()].map(show)),
        KEYS.map((k) => [...s.findSessions(k, 30, 70)].map(show)),
        s
          .findEndedBetween(0, 1_000)
          .filter((e) => [...s.fetchKey(e.key.key)].length > 0)
          .map(show),
        KEYS.map((k) => s.fetchSession(k, 40, 45)),
      ],
      [[[session(0, 0), session(40, 41), { do: 'reload', tail: 0 }, { do: 'restart' }], 0]],
    );
  });

  it('join window', () => {
    const builder = joinWindowStoreBuilder({ ...store('s', text), retentionMs: 40, logging: true });
    type Store = JoinWindowStore<string, string>;
    const change = fc.record({ key, value: fc.string({ maxLength: 3 }), time });
    const show = (row: BufferedRow<string, string>): string => `${row.key}=${row.value}@${row.timestamp}`;
    checkSame<Store, { key: string; value: string; time: number }>(
      builder,
      change,
      (s, c) => s.put(c.key, c.value, c.time),
      (s) => [
        KEYS.map((k) => {
          const out = new JoinMatches<string>();
          s.fetch(k, 25, 95, out);
          return [out.values.slice(0, out.count), out.timestamps.slice(0, out.count)];
        }),
        sorted([...s.all()].map(show)),
      ],
    );
  });

  it('outer join', () => {
    const builder = outerJoinStoreBuilder({
      name: 's',
      keys: textKeys,
      keySerde: text,
      leftSerde: text,
      rightSerde: num,
      retentionMs: 40,
      logging: true,
    });
    type Store = OuterJoinStore<string, string, number>;
    const change = fc.record({
      key,
      isLeft: fc.boolean(),
      time,
      kind: fc.constantFrom('put', 'put', 'match', 'close'),
    });
    checkSame<Store, { key: string; isLeft: boolean; time: number; kind: string }>(
      builder,
      change,
      (s, c) => {
        if (c.kind === 'put') s.put(c.isLeft, c.key, c.time, c.isLeft ? `v${c.time}` : c.time);
        else if (c.kind === 'match') s.remove(c.isLeft, c.key, c.time);
        else {
          const seen: unknown[] = [];
          for (let row = s.peekBefore(c.time, c.time - 5); row !== undefined; row = s.peekBefore(c.time, c.time - 5)) {
            seen.push([row.isLeft, row.key, row.timestamp, row.values]);
            s.remove(row.isLeft, row.key, row.timestamp);
          }
          return seen;
        }
        return undefined;
      },
      (s) => {
        const row = s.peekBefore(1_000, 1_000);
        return row && [row.isLeft, row.key, row.timestamp, row.values];
      },
    );
  });

  it('subscriptions', () => {
    const builder = subscriptionStoreBuilder({
      name: 's',
      keys: textKeys,
      keySerde: text,
      foreignKeys: textKeys,
      foreignKeySerde: text,
      logging: true,
    });
    type Store = SubscriptionStore<string, string>;
    const change = fc.record({ key, foreign: key, ends: fc.boolean(), partition: fc.nat(3), time });
    checkSame<Store, { key: string; foreign: string; ends: boolean; partition: number; time: number }>(
      builder,
      change,
      (s, c) => {
        const hash = c.partition === 0 ? null : new RowHash(c.time, ~c.time, 0, c.partition);
        if (c.ends) s.remove(c.foreign, c.key, c.time);
        else s.put(c.foreign, c.key, hash, c.partition, c.time);
      },
      (s) => KEYS.map((k) => s.subscriptions(k).map((e) => [e.primaryKey, e.hash, e.partition])),
    );
  });
});

describe('what comes and goes between two commits leaves nothing in the changelog', () => {
  it('windows', () => {
    const builder = windows();
    const kept = new Kept<MeteredWindowStore<string, number>>(builder, undefined);
    for (let startMs = 0; startMs <= 1_000; startMs += 10) kept.store.put('a', startMs, startMs, startMs);
    kept.commit();
    expect(kept.changelog).toHaveLength(5);
  });

  it('rows of a join', () => {
    const builder = joinWindowStoreBuilder({ ...store('s', text), retentionMs: 40, logging: true });
    const kept = new Kept<JoinWindowStore<string, string>>(builder, undefined);
    for (let timestamp = 0; timestamp <= 1_000; timestamp++) kept.store.put('a', 'row', timestamp);
    kept.commit();
    expect(kept.changelog.length).toBeGreaterThan(40);
    expect(kept.changelog.length).toBeLessThan(80);
  });
});
