import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spansOf } from '../../common/testing.ts';
import { encodeUtf8 } from '../../common/utf8.ts';
import { DIRTY, EntryArena, NO_SLOT } from './entry-arena.ts';

/** An arena beside the Map that it stands for: of each key its timestamp and how many bytes its value has, all of them alike. */
class Kept {
  readonly arena = new EntryArena();
  readonly model = new Map<string, { timestamp: number; valueBytes: number }>();
  /** Slots of the keys, as they were noted first. */
  readonly noted = new Map<string, number>();

  put(key: string, valueBytes: number, timestamp: number): void {
    const bytes = encodeUtf8(key);
    const found = this.arena.find(bytes, bytes.length);
    const slot =
      found === NO_SLOT ? this.arena.add(bytes, bytes.length, valueBytes) : this.arena.resized(found, valueBytes);
    if (found === NO_SLOT) {
      this.arena.setMark(slot, DIRTY, true);
      this.noted.set(key, slot);
    }
    this.arena.setTimestamp(slot, timestamp);
    const at = this.arena.valueAt(slot);
    this.arena.memory.bytes.fill(timestamp, at, at + valueBytes);
    const present = this.model.get(key);
    if (present === undefined) this.model.set(key, { timestamp, valueBytes });
    else Object.assign(present, { timestamp, valueBytes });
  }

  remove(key: string): void {
    const bytes = encodeUtf8(key);
    const slot = this.arena.find(bytes, bytes.length);
    if (slot === NO_SLOT) return;
    this.arena.remove(slot);
    expect(this.arena.isRemoved(slot)).toBe(true);
    expect(this.arena.key(slot)).toEqual(bytes);
    this.model.delete(key);
    this.noted.delete(key);
  }

  compact(): void {
    const moved = new Map<number, number>();
    const before = new Map([...this.noted].map(([key, slot]) => [key, this.arena.follow(slot)]));
    this.arena.compact((from, to) => moved.set(from, to));
    for (const [key, slot] of before) this.noted.set(key, moved.get(slot) ?? NO_SLOT);
    expect(this.arena.isWasteful).toBe(false);
  }

  check(): void {
    const { arena } = this;
    expect(arena.count).toBe(this.model.size);
    const keys = ['not there', ...this.model.keys(), 'nor this one'].map(encodeUtf8);
    const slots = new Int32Array(keys.length);
    expect(arena.findAll(spansOf(keys), 0, keys.length, slots)).toBe(this.model.size);
    expect([...slots]).toEqual(keys.map((key) => arena.find(key, key.length)));
    const decoder = new TextDecoder();
    const seen = [...arena.slots()].map((slot) => {
      const at = arena.valueAt(slot);
      const key = decoder.decode(arena.key(slot));
      const valueBytes = this.model.get(key)?.valueBytes ?? 0;
      const value = [...arena.memory.bytes.subarray(at, at + valueBytes)];
      expect(arena.find(encodeUtf8(key), arena.keyLength(slot))).toBe(slot);
      expect(arena.follow(this.noted.get(key) ?? NO_SLOT)).toBe(slot);
      expect(arena.isMarked(slot, DIRTY)).toBe(true);
      return [key, arena.timestamp(slot), value];
    });
    const wanted = [...this.model].map(([key, { timestamp, valueBytes }]) => [
      key,
      timestamp,
      new Array<number>(valueBytes).fill(timestamp),
    ]);
    expect(seen).toEqual(wanted);
  }
}

it('holds what a Map holds, in its order, through growth, removals and moves', () => {
  const key = fc.oneof(
    fc.nat(12).map((i) => `k${i}`),
    fc.string({ maxLength: 9 }),
  );
  const action = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constant('put' as const), key, fc.nat(40), fc.nat(255)) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('remove' as const), key) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('compact' as const)) },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 150 }), (actions) => {
      const kept = new Kept();
      for (const act of actions) {
        if (act[0] === 'put') kept.put(act[1], act[2], act[3]);
        else if (act[0] === 'remove') kept.remove(act[1]);
        else kept.compact();
      }
      kept.check();
    }),
  );
});

it('finds each of many keys, and none of those removed', () => {
  const kept = new Kept();
  for (let i = 0; i < 1_500; i++) kept.put(`key ${i}`, i % 30, i % 256);
  for (let i = 0; i < 1_500; i++) if (i % 3 !== 0) kept.remove(`key ${i}`);
  expect(kept.arena.isWasteful).toBe(true);
  kept.check();
  const { sizeBytes } = kept.arena;
  kept.compact();
  expect(kept.arena.sizeBytes).toBeLessThan(sizeBytes / 2);
  kept.check();
  const absent = encodeUtf8('key 1');
  expect(kept.arena.find(absent, absent.length)).toBe(NO_SLOT);
});

it('is not moved together while its slots are gone through', () => {
  const kept = new Kept();
  kept.put('a', 1, 1);
  kept.put('b', 1, 1);
  const slots = kept.arena.slots();
  slots.next();
  kept.compact();
  expect(() => slots.next()).toThrow('gone through');
});
