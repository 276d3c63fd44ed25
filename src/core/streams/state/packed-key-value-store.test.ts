/** A store of objects and one that packs them from a number of entries on, through the same changes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spansOf } from '../../common/testing.ts';
import { TextOutput } from '../../common/text-output.ts';
import { store, text } from '../testing.ts';
import { keyValueStoreBuilder } from './key-value-store.ts';
import { alsoPacked, type Packing } from './packing.ts';
import type { ChangelogSink, RuntimeStore } from './store-builder.ts';
import type { KeyValueStore } from './store.ts';

const LONGEST = 6;
const LAYOUT = 'texts';

/** Short texts, a byte per character after their length. */
const shortTexts: Packing<string> = {
  marker: 255,
  sizeOf: (value) => (value.length > LONGEST ? -1 : value.length + 1),
  pack: (value, { bytes }, at) => {
    bytes[at] = value.length;
    for (let i = 0; i < value.length; i++) bytes[at + 1 + i] = value.charCodeAt(i);
  },
  sizeAt: ({ bytes }, at) => 1 + (bytes[at] ?? 0),
  unpack: ({ bytes }, at) => String.fromCharCode(...bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0))),
};

const eitherWay = alsoPacked(text, shortTexts);
/** What a changelog's value says, packed or not. */
const said = (value: readonly number[] | Uint8Array | null): string | null =>
  value === null ? null : eitherWay.deserialize(Uint8Array.from(value));

type Line = readonly [key: readonly number[], value: readonly number[] | null, timestamp: number];

/** A changelog that is written in place, as a batch is. */
class Changelog implements ChangelogSink {
  readonly lines: Line[] = [];
  readonly #output = new TextOutput();
  #timestamp = 0;
  #keyEnd = 0;

  write(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.lines.push([[...key], value === null ? null : [...value], timestamp]);
  }
  begin(timestamp: number): TextOutput {
    this.#timestamp = timestamp;
    this.#output.reset();
    return this.#output;
  }
  endKey(): TextOutput {
    this.#keyEnd = this.#output.length;
    return this.#output;
  }
  end(hasValue: boolean): number {
    const { buffer, length } = this.#output;
    const value = hasValue ? buffer.slice(this.#keyEnd, length) : null;
    this.write(buffer.slice(0, this.#keyEnd), value, this.#timestamp);
    return length;
  }
}

class Kept {
  readonly changelog = new Changelog();
  /** Of this store and of the one that it swaps with. */
  #packedFromEntries: readonly [number, number];
  #store: RuntimeStore;

  constructor(packedFromEntries: number, orElse: number) {
    this.#packedFromEntries = [packedFromEntries, orElse];
    this.#store = this.#build();
  }

  get store(): KeyValueStore<string, string> & RuntimeStore {
    return this.#store as KeyValueStore<string, string> & RuntimeStore;
  }

  commit(): void {
    this.#store.flush(this.changelog);
    this.#store.settle();
  }

  /** Keys that are not of the store's layout are other keys' bytes. */
  expect(keys: readonly (string | null)[], isOfLayout: boolean): void {
    const bytes = keys.map((key) => (key === null ? null : text.serialize(isOfLayout ? key : `${key}a`)));
    const layout = isOfLayout ? LAYOUT : undefined;
    this.store.expect?.({ spans: spansOf([null, ...bytes]), from: 1, to: 1 + keys.length, keys, layout });
  }

  /** Goes on with the other kind of store, from the same changelog. */
  swap(): void {
    const [now, then] = this.#packedFromEntries;
    this.#packedFromEntries = [then, now];
    this.restart();
  }

  restart(): void {
    this.#store.close();
    this.#store = this.#build();
    for (const [key, value, timestamp] of this.changelog.lines) {
      this.#store.restore(Uint8Array.from(key), value === null ? null : Uint8Array.from(value), timestamp);
      this.#store.settle();
    }
  }

  /** All that can be seen of it. */
  look(): unknown {
    const dump = [...this.#store.dump()].map(({ key, value, timestamp }) => [[...key], said(value), timestamp]);
    const { store } = this;
    return {
      all: [...store.all()].map(({ key, value, timestamp }) => [key, value, timestamp]),
      range: [...store.range('b', 'd')].map(({ key, value, timestamp }) => [key, value, timestamp]),
      dump,
      entries: [store.approximateEntries(), store.size().entries],
      changelog: this.changelog.lines.map(([key, value, timestamp]) => [key, said(value), timestamp]),
    };
  }

  #build(): RuntimeStore {
    const [packedFromEntries] = this.#packedFromEntries;
    const keySerde = { ...text, layout: LAYOUT };
    const options = { ...store('s', text), keySerde, packing: shortTexts, logging: true };
    return keyValueStoreBuilder(options).build({ notesChanges: true, packedFromEntries });
  }
}

const NEVER = Infinity;
const KEYS = ['', 'a', 'b', 'c', 'd', 'e', 'a longer key'];
const action = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      key: fc.constantFrom(...KEYS),
      value: fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: LONGEST + 3 }), { freq: 3 }),
      time: fc.nat(99),
      isReadBefore: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      expected: fc.array(fc.option(fc.constantFrom(...KEYS, 'not there'))),
      isOfLayout: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.constant('commit' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
  { weight: 1, arbitrary: fc.constant('swap' as const) },
);

describe('a packed store', () => {
  it('answers and logs as one of objects does', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), fc.constantFrom(0, 3), (actions, packedFromEntries) => {
        const objects = new Kept(NEVER, packedFromEntries);
        const packed = new Kept(packedFromEntries, NEVER);
        for (const act of actions) {
          for (const kept of [objects, packed]) {
            if (act === 'commit') kept.commit();
            else if (act === 'restart') kept.restart();
            else if (act === 'swap') kept.swap();
            else if ('expected' in act) kept.expect(act.expected, act.isOfLayout);
            else {
              if (act.isReadBefore) kept.store.get(act.key);
              kept.store.put(act.key, act.value, act.time);
            }
          }
          for (const key of KEYS) {
            const [wanted, found] = [objects.store.get(key), packed.store.get(key)];
            expect([found?.value, found?.timestamp]).toEqual([wanted?.value, wanted?.timestamp]);
          }
        }
        expect(packed.look()).toEqual(objects.look());
      }),
    );
  });

  it('gives the memory of entries back that are gone', () => {
    const { store } = new Kept(0, NEVER);
    store.settle();
    for (let i = 0; i < 1_000; i++) store.put(`key ${i}`, 'value', i);
    store.flush(new Changelog());
    store.settle();
    const { memoryBytes } = store.size();
    for (let i = 0; i < 1_000; i++) if (i % 10 !== 0) store.put(`key ${i}`, null, i);
    store.flush(new Changelog());
    store.settle();
    expect(store.size().memoryBytes).toBeLessThan(memoryBytes / 2);
    expect([...store.all()].map(({ key }) => key)).toEqual(Array.from({ length: 100 }, (_, i) => `key ${i * 10}`));
    expect(store.get('key 990')).toEqual({ value: 'value', timestamp: 990 });
  });

  it('counts the values that are not packed', () => {
    const { store } = new Kept(0, NEVER);
    store.settle();
    const { memoryBytes } = store.size();
    store.put('a', 'x'.repeat(10_000), 1);
    store.flush(new Changelog());
    expect(store.size().memoryBytes).toBeGreaterThan(memoryBytes + 10_000);
    store.put('a', 'x', 2);
    store.flush(new Changelog());
    expect(store.size().memoryBytes).toBeLessThan(memoryBytes + 100);
  });

  it('gives each reader a value of its own', () => {
    const pairs: Packing<number[]> = {
      marker: 255,
      sizeAt: () => 16,
      sizeOf: () => 16,
      pack: ([a = 0, b = 0], { view }, at) => {
        view.setFloat64(at, a);
        view.setFloat64(at + 8, b);
      },
      unpack: ({ view }, at) => [view.getFloat64(at), view.getFloat64(at + 8)],
    };
    const valueSerde = { serialize: () => new Uint8Array(1), deserialize: () => [0, 0] };
    const options = { ...store('s', valueSerde), packing: pairs, logging: true };
    const packed = keyValueStoreBuilder(options).build({ notesChanges: true, packedFromEntries: 0 });
    packed.settle();
    const table = packed as RuntimeStore & KeyValueStore<string, number[]>;
    table.put('a', [1, 2], 5);
    const read = table.get('a')?.value ?? [];
    read[0] = 7;
    expect(table.get('a')?.value).toEqual([1, 2]);
    table.put('a', read, 6);
    expect(table.get('a')).toEqual({ value: [7, 2], timestamp: 6 });
  });
});
