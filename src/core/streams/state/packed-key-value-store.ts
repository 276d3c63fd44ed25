/**
 * A key-value store whose entries are bytes in an arena, for values that can be packed: with a million keys there are no
 * millions of objects for the collector to mark and for the processor to fetch one after another.
 *
 * A key is told by the bytes of its serde, as on disk and in the changelog, where they are written as they stand. `get` unpacks
 * a value of its own, which its caller may change and `put` back. Values are written as they stand, too. Those that are
 * better not packed, as those with long texts, are kept as they are, beside the arena, and serialized.
 *
 * An entry is marked dirty at its first change after a commit and written once at the next, however often it changed.
 */
import { BackOff } from '../../common/back-off.ts';
import { EMPTY_BYTES } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { TextOutput } from '../../common/text-output.ts';
import type { ValueAndTimestamp } from '../record.ts';
import { writeWith, type KeyAdapter, type Serde } from '../serde.ts';
import { ASIDE, DIRTY, EntryArena, NO_SLOT } from './entry-arena.ts';
import { ExpectedSlots, type ExpectedKeys } from './expected-keys.ts';
import type { Packing } from './packing.ts';
import type { InnerStore } from './stacked-store.ts';
import { ENTRY_OVERHEAD_BYTES, type ChangelogRecord, type ChangelogSink, type StoreSize } from './store-builder.ts';
import type { KeyValueEntry, KeyValueStore } from './store.ts';
import { sortedRange } from './sorted.ts';

export interface PackedStoreOptions<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
}

/** A value that is not packed. */
interface Aside<V> {
  value: V;
  /** Serialized, with its key, as of the last flush. */
  sizeBytes: number;
}

/**
 * With fewer entries than this objects cost less, of which enough are in the processor's cache, than packing and unpacking:
 * at 100,000 entries both cost the same.
 */
export const PACKED_FROM_ENTRIES = 1 << 17;

/** Of so many expected keys one has to be there, or they are another store's and no more are fetched for a while. */
const WORTHWHILE = 8;

export class PackedKeyValueStore<K, V> implements KeyValueStore<K, V>, InnerStore {
  readonly name: string;
  readonly kind = 'key-value';
  readonly isSpilled = false;
  readonly isOfObjects = false;
  readonly #options: PackedStoreOptions<K, V>;
  readonly #packing: Packing<V>;
  readonly #notesChanges: boolean;
  readonly #key = new TextOutput(256);
  #arena = new EntryArena();
  readonly #aside = new Map<number, Aside<V>>();
  #asideBytes = 0;
  #dirty: number[] = [];
  /** The key that was looked up last and its slot: it is often put next. */
  #lastKey: K | undefined;
  #lastSlot = NO_SLOT;
  readonly #expecting = new BackOff();
  readonly #expected = new ExpectedSlots();

  /** @param entries what it holds to begin with, none of which is to be flushed */
  constructor(
    options: PackedStoreOptions<K, V>,
    packing: Packing<V>,
    notesChanges: boolean,
    entries: Iterable<KeyValueEntry<K, V>>,
  ) {
    this.name = options.name;
    this.#options = options;
    this.#packing = packing;
    this.#notesChanges = notesChanges;
    for (const { key, value, timestamp } of entries) {
      const slot = this.#find(key);
      const to = this.#change(slot, this.#key.buffer, this.#key.length, value, timestamp);
      if (this.#aside.has(to)) this.#resize(to, this.#key.length + (options.valueSerde.serialize(value)?.length ?? 0));
    }
    this.#forget();
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    const slot = this.#find(key);
    return slot === NO_SLOT ? undefined : { value: this.#value(slot), timestamp: this.#arena.timestamp(slot) };
  }

  put(key: K, value: V | null, timestamp: number): void {
    const slot = key === this.#lastKey ? this.#lastSlot : this.#find(key);
    const changed = this.#change(slot, this.#key.buffer, this.#key.length, value, timestamp);
    if (value === null) this.#forget();
    else this.#lastSlot = changed;
    if (!this.#notesChanges || changed === NO_SLOT || this.#arena.isMarked(changed, DIRTY)) return;
    this.#arena.setMark(changed, DIRTY, true);
    this.#dirty.push(changed);
  }

  expect({ spans, from, to, keys, layout }: ExpectedKeys): void {
    this.#expected.clear();
    if (this.#expecting.isOff()) return;
    const slots = this.#expected.begin(keys, to - from);
    const found = this.#arena.findAll(spans, from, to, slots);
    this.#expecting.judge(found * WORTHWHILE >= to - from);
    // Their bytes may be another key's here.
    if (layout === undefined || layout !== this.#options.keySerde.layout) this.#expected.clear();
  }

  *all(): IterableIterator<KeyValueEntry<K, V>> {
    for (const slot of this.#arena.slots()) yield this.#entry(slot);
  }

  range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>> {
    const { keys } = this.#options;
    assert(keys.compare !== undefined, `the keys of store ${this.name} have an order`);
    return sortedRange(this.all(), (a, b) => keys.compare?.(a, b) ?? 0, from, to).values();
  }

  approximateEntries(): number {
    return this.#arena.count;
  }

  size(): StoreSize {
    const asideBytes = this.#asideBytes + this.#aside.size * ENTRY_OVERHEAD_BYTES;
    return { entries: this.#arena.count, memoryBytes: this.#arena.sizeBytes + asideBytes, spilledBytes: 0 };
  }

  flush(sink: ChangelogSink): void {
    const dirty = this.#dirty;
    let fetched = 0;
    for (let i = 0; i < dirty.length; i++) {
      if (i === fetched) fetched = this.#arena.fetch(dirty, i, dirty.length);
      this.#write(this.#arena.follow(dirty[i] as number), sink);
    }
    this.#dirty = [];
  }

  settle(): void {
    if (!this.#arena.isWasteful || this.#dirty.length > 0) return;
    const aside = new Map(this.#aside);
    this.#aside.clear();
    this.#arena.compact((from, to) => {
      const value = aside.get(from);
      if (value !== undefined) this.#aside.set(to, value);
    });
    this.#forget();
    this.#expected.clear();
  }

  *dump(): IterableIterator<ChangelogRecord> {
    const arena = this.#arena;
    for (const slot of arena.slots()) {
      const isPacked = !arena.isMarked(slot, ASIDE);
      const value = isPacked ? this.#packedBytes(slot) : this.#options.valueSerde.serialize(this.#value(slot));
      yield { key: arena.key(slot), value: value ?? EMPTY_BYTES, timestamp: arena.timestamp(slot) };
    }
  }

  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.#forget();
    if (value !== null && value[0] === this.#packing.marker) {
      this.#restorePacked(key, value, timestamp);
      return;
    }
    const restored = value === null ? null : this.#options.valueSerde.deserialize(value);
    const slot = this.#change(this.#arena.find(key, key.length), key, key.length, restored, timestamp);
    this.#resize(slot, key.length + (value?.length ?? 0));
  }

  close(): void {
    this.#arena = new EntryArena();
    this.#aside.clear();
    this.#asideBytes = 0;
    this.#dirty = [];
    this.#forget();
    this.#expected.clear();
  }

  /** Leaves the key's bytes in `#key` if it has no slot. */
  #find(key: K): number {
    const expected = this.#expected.take(key);
    if (expected !== NO_SLOT && this.#arena.isCurrent(expected)) {
      this.#lastKey = key;
      this.#lastSlot = expected;
      return expected;
    }
    const output = this.#key;
    this.#forget();
    output.reset();
    writeWith(this.#options.keySerde, key, output);
    const slot = this.#arena.find(output.buffer, output.length);
    this.#lastKey = key;
    this.#lastSlot = slot;
    return slot;
  }

  #forget(): void {
    this.#lastKey = undefined;
    this.#lastSlot = NO_SLOT;
  }

  /** @returns the slot that was written or removed; `NO_SLOT` when there was nothing to remove */
  #change(slot: number, key: Uint8Array, keyLength: number, value: V | null, timestamp: number): number {
    const arena = this.#arena;
    if (value === null) {
      if (slot === NO_SLOT) return NO_SLOT;
      arena.remove(slot);
      arena.setTimestamp(slot, timestamp);
      this.#takeBack(slot);
      return slot;
    }
    const sizeBytes = this.#packing.sizeOf(value);
    const to = this.#roomFor(slot, key, keyLength, Math.max(0, sizeBytes));
    arena.setTimestamp(to, timestamp);
    if (sizeBytes >= 0) {
      this.#packing.pack(value, arena.memory, arena.valueAt(to));
    } else {
      this.#aside.set(to, { value, sizeBytes: 0 });
      arena.setMark(to, ASIDE, true);
    }
    return to;
  }

  /** The slot for a value of so many bytes, which is not aside. */
  #roomFor(slot: number, key: Uint8Array, keyLength: number, sizeBytes: number): number {
    const arena = this.#arena;
    if (slot === NO_SLOT) return arena.add(key, keyLength, sizeBytes);
    if (arena.isMarked(slot, ASIDE)) {
      this.#takeBack(slot);
      arena.setMark(slot, ASIDE, false);
    }
    return arena.resized(slot, sizeBytes);
  }

  #restorePacked(key: Uint8Array, value: Uint8Array, timestamp: number): void {
    const arena = this.#arena;
    const slot = this.#roomFor(arena.find(key, key.length), key, key.length, value.length - 1);
    arena.setTimestamp(slot, timestamp);
    arena.memory.bytes.set(value.subarray(1), arena.valueAt(slot));
  }

  /** A value as it stands in the changelog. */
  #packedBytes(slot: number): Uint8Array {
    const { memory } = this.#arena;
    const at = this.#arena.valueAt(slot);
    const sizeBytes = this.#packing.sizeAt(memory, at);
    const bytes = new Uint8Array(1 + sizeBytes);
    bytes[0] = this.#packing.marker;
    bytes.set(memory.bytes.subarray(at, at + sizeBytes), 1);
    return bytes;
  }

  #takeBack(slot: number): void {
    this.#resize(slot, 0);
    this.#aside.delete(slot);
  }

  /** Notes how large a value aside is now. */
  #resize(slot: number, sizeBytes: number): void {
    const aside = this.#aside.get(slot);
    if (aside === undefined) return;
    this.#asideBytes += sizeBytes - aside.sizeBytes;
    aside.sizeBytes = sizeBytes;
  }

  #value(slot: number): V {
    const arena = this.#arena;
    if (!arena.isMarked(slot, ASIDE)) return this.#packing.unpack(arena.memory, arena.valueAt(slot));
    const aside = this.#aside.get(slot);
    assert(aside !== undefined, `a value of ${this.name} is in its arena or beside it`);
    return aside.value;
  }

  #entry(slot: number): KeyValueEntry<K, V> {
    const key = this.#options.keySerde.deserialize(this.#arena.key(slot));
    assert(key !== null, `an entry of ${this.name} has a key`);
    return { key, value: this.#value(slot), timestamp: this.#arena.timestamp(slot) };
  }

  #write(slot: number, sink: ChangelogSink): void {
    const arena = this.#arena;
    arena.setMark(slot, DIRTY, false);
    sink.begin(arena.timestamp(slot)).stretch(arena.memory.bytes, arena.keyAt(slot), arena.keyLength(slot));
    const out = sink.endKey();
    if (arena.isRemoved(slot)) {
      sink.end(false);
    } else if (arena.isMarked(slot, ASIDE)) {
      writeWith(this.#options.valueSerde, this.#value(slot), out);
      this.#resize(slot, sink.end(true));
    } else {
      const at = arena.valueAt(slot);
      out.byte(this.#packing.marker);
      out.stretch(arena.memory.bytes, at, this.#packing.sizeAt(arena.memory, at));
      sink.end(true);
    }
  }
}
