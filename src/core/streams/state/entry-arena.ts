/**
 * A hash table from keys' bytes to slots of one memory, in the order in which they were made: what a store needs of a Map,
 * without an object per entry.
 *
 * Index: open addressing with linear probing over pairs of int32, the hash and the slot's number; a hash that differs spares
 * the slot's look. Deleting moves back what was probed past the gap, so there are no tombstones.
 *
 * Slot, at a multiple of 8 bytes, little-endian; its number is its address by 8, and 0 is none:
 *
 *     size int32 (of the whole slot) | key length << 5, marks int32 | timestamp float64 | hash int32 | key | value, to the slot's end
 *
 * Memory grows by doubling. A slot is never used twice: one that is removed, or left for a larger one, stays until `compact`
 * moves the others together. The one that was left tells where to go on (in place of its hash), so that whoever noted its
 * number finds the entry, and that entries keep their order. Numbers hold until `compact`.
 */
import type { ByteSpans } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { Memory } from './packing.ts';

const SLOT_BYTES = 8;
const KEY_LENGTH_AT = 4;
const TIMESTAMP_AT = 8;
const HASH_AT = 16;
const KEY_AT = 20;
const MARK_BITS = 5;
/** Two marks for the one who keeps the arena. */
export const DIRTY = 1;
export const ASIDE = 2;
/** Not found any more. */
const REMOVED = 4;
/** Left for another slot. */
const LEFT = 8;
/** Taken for one that was left: its turn is that one's. */
const TAKEN = 16;
/** The first slot's number. */
const FIRST = 1;
const INITIAL_BYTES = 1 << 12;
const INITIAL_PLACES = 1 << 6;
/** Slots whose memory is fetched at once. One after another, each would be waited for. */
const FETCHED_AT_ONCE = 64;

export const NO_SLOT = 0;

export class EntryArena {
  memory = new Memory(new Uint8Array(INITIAL_BYTES));
  /** Pairs of hash and slot. */
  #index = new Int32Array(2 * INITIAL_PLACES);
  /** Number of the next slot. */
  #top = FIRST;
  /** In units of slots' numbers. */
  #wasted = 0;
  #count = 0;
  #compactions = 0;
  readonly #toFetch = new Int32Array(FETCHED_AT_ONCE);
  /** Keeps what is read only to be fetched from being left out. */
  protected fetched = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes in use, those that `compact` would win included. */
  get sizeBytes(): number {
    return this.#top * SLOT_BYTES + this.#index.byteLength;
  }

  /** The slot of the key `bytes[0, length)`, or `NO_SLOT`. */
  find(bytes: Uint8Array, length: number): number {
    const index = this.#index;
    const mask = index.length - 2;
    const hash = hashOf(bytes, 0, length);
    for (let place = (hash << 1) & mask; ; place = (place + 2) & mask) {
      const slot = index[place + 1] as number;
      if (slot === NO_SLOT) return NO_SLOT;
      if (index[place] === hash && this.#hasKey(slot, bytes, 0, length)) return slot;
    }
  }

  /**
   * Has the slots of the keys `[from, to)` in the processor's cache when they are looked up next. The look-ups themselves would
   * each wait for their memory.
   *
   * @param found gets each key's slot, or `NO_SLOT`
   * @returns how many of the keys have a slot
   */
  findAll({ bytes, starts, lengths }: ByteSpans, from: number, to: number, found: Int32Array): number {
    const slots = this.#toFetch;
    let count = 0;
    for (let start = from; start < to; start += FETCHED_AT_ONCE) {
      const fetched = Math.min(FETCHED_AT_ONCE, to - start);
      for (let i = 0; i < fetched; i++) {
        slots[i] = hashOf(bytes, starts[start + i] as number, lengths[start + i] as number);
      }
      for (let i = 0; i < fetched; i++) slots[i] = this.#slotOf(slots[i] as number);
      this.fetch(slots, 0, fetched);
      for (let i = 0; i < fetched; i++) {
        const slot = slots[i] as number;
        const isIts = this.#hasKey(slot, bytes, starts[start + i] as number, lengths[start + i] as number);
        found[start - from + i] = isIts ? slot : NO_SLOT;
        if (isIts) count++;
      }
    }
    return count;
  }

  /** Has the slots `[from, to)` of a list in the processor's cache. @returns where to go on, for not too many are fetched at once */
  fetch(slots: ArrayLike<number>, from: number, to: number): number {
    const { view } = this.memory;
    const end = Math.min(to, from + FETCHED_AT_ONCE);
    let sum = 0;
    for (let i = from; i < end; i++) {
      const slot = slots[i] as number;
      if (slot !== NO_SLOT) sum ^= view.getInt32(slot * SLOT_BYTES + this.#slotBytes(slot) - 4, true);
    }
    this.fetched = sum;
    return end;
  }

  /** Makes the slot of a key that has none, with room for so many bytes of value. */
  add(bytes: Uint8Array, length: number, valueBytes: number): number {
    if ((this.#count + 1) * 4 > this.#index.length) this.#growIndex();
    const slot = this.#allot(length, valueBytes);
    const { memory } = this;
    const at = slot * SLOT_BYTES;
    const hash = hashOf(bytes, 0, length);
    memory.view.setInt32(at + KEY_LENGTH_AT, length << MARK_BITS, true);
    memory.view.setInt32(at + HASH_AT, hash, true);
    for (let i = 0; i < length; i++) memory.bytes[at + KEY_AT + i] = bytes[i] as number;
    place(this.#index, hash, slot);
    this.#count++;
    return slot;
  }

  /** The slot itself where it has room for so many bytes of value, else a larger one in its place, with key and marks. */
  resized(slot: number, valueBytes: number): number {
    const at = slot * SLOT_BYTES;
    const length = this.keyLength(slot);
    const sizeBytes = this.#slotBytes(slot);
    if (KEY_AT + length + valueBytes <= sizeBytes) return slot;
    const larger = this.#allot(length, valueBytes);
    const { bytes, view } = this.memory;
    bytes.copyWithin(larger * SLOT_BYTES + KEY_LENGTH_AT, at + KEY_LENGTH_AT, at + KEY_AT + length);
    this.setMark(larger, TAKEN, true);
    this.#index[this.#placeOf(slot) + 1] = larger;
    this.setMark(slot, LEFT, true);
    view.setInt32(at + HASH_AT, larger, true);
    this.#wasted += sizeBytes / SLOT_BYTES;
    return larger;
  }

  /** The key is not found any more. Its slot can be read until `compact`. */
  remove(slot: number): void {
    const index = this.#index;
    const mask = index.length - 2;
    let gap = this.#placeOf(slot);
    for (let next = (gap + 2) & mask; index[next + 1] !== NO_SLOT; next = (next + 2) & mask) {
      const home = ((index[next] as number) << 1) & mask;
      // It stays where it is unless the gap lies on its way from its home.
      if (((next - home) & mask) < ((next - gap) & mask)) continue;
      index[gap] = index[next] as number;
      index[gap + 1] = index[next + 1] as number;
      gap = next;
    }
    index[gap + 1] = NO_SLOT;
    this.setMark(slot, REMOVED, true);
    this.#wasted += this.#slotBytes(slot) / SLOT_BYTES;
    this.#count--;
  }

  /** Where the entry of a slot is now. */
  follow(slot: number): number {
    let now = slot;
    while (this.isMarked(now, LEFT)) now = this.memory.view.getInt32(now * SLOT_BYTES + HASH_AT, true);
    return now;
  }

  keyAt(slot: number): number {
    return slot * SLOT_BYTES + KEY_AT;
  }

  keyLength(slot: number): number {
    return this.memory.view.getInt32(slot * SLOT_BYTES + KEY_LENGTH_AT, true) >> MARK_BITS;
  }

  /** Where the value's bytes are. */
  valueAt(slot: number): number {
    return this.keyAt(slot) + this.keyLength(slot);
  }

  /** The key's bytes, a view that never changes. */
  key(slot: number): Uint8Array {
    const at = this.keyAt(slot);
    return this.memory.bytes.subarray(at, at + this.keyLength(slot));
  }

  timestamp(slot: number): number {
    return this.memory.view.getFloat64(slot * SLOT_BYTES + TIMESTAMP_AT, true);
  }

  setTimestamp(slot: number, timestamp: number): void {
    this.memory.view.setFloat64(slot * SLOT_BYTES + TIMESTAMP_AT, timestamp, true);
  }

  isMarked(slot: number, mark: number): boolean {
    return (this.memory.view.getInt32(slot * SLOT_BYTES + KEY_LENGTH_AT, true) & mark) !== 0;
  }

  setMark(slot: number, mark: number, isSet: boolean): void {
    const at = slot * SLOT_BYTES + KEY_LENGTH_AT;
    const word = this.memory.view.getInt32(at, true);
    this.memory.view.setInt32(at, isSet ? word | mark : word & ~mark, true);
  }

  isRemoved(slot: number): boolean {
    return this.isMarked(slot, REMOVED);
  }

  /** Whether the slot is still its key's. */
  isCurrent(slot: number): boolean {
    return !this.isMarked(slot, REMOVED | LEFT);
  }

  /** The slots in the order in which their keys were added. What is added meanwhile is not among them. */
  *slots(): IterableIterator<number> {
    const compactions = this.#compactions;
    const end = this.#top;
    for (let slot = FIRST; slot < end;) {
      assert(compactions === this.#compactions, 'slots are not moved together while they are gone through');
      const next = slot + this.#slotBytes(slot) / SLOT_BYTES;
      if (!this.isMarked(slot, TAKEN)) {
        const now = this.follow(slot);
        if (!this.isRemoved(now)) yield now;
      }
      slot = next;
    }
  }

  /** Whether more is wasted than used. */
  get isWasteful(): boolean {
    return this.#wasted * 2 > this.#top && this.#top * SLOT_BYTES > INITIAL_BYTES;
  }

  /** Moves the slots together, in their order. @param moved hears of each slot's old and new number */
  compact(moved: (from: number, to: number) => void): void {
    const { bytes, view } = this.memory;
    const sizeBytes = (this.#top - this.#wasted) * SLOT_BYTES;
    const memory = new Memory(new Uint8Array(Math.max(INITIAL_BYTES, sizeBytes * 2)));
    const index = new Int32Array(Math.max(2 * INITIAL_PLACES, indexLength(this.#count)));
    let to = FIRST;
    for (const slot of this.slots()) {
      const at = slot * SLOT_BYTES;
      const length = this.#slotBytes(slot);
      memory.bytes.set(bytes.subarray(at, at + length), to * SLOT_BYTES);
      memory.view.setInt32(to * SLOT_BYTES + KEY_LENGTH_AT, view.getInt32(at + KEY_LENGTH_AT, true) & ~TAKEN, true);
      place(index, view.getInt32(at + HASH_AT, true), to);
      moved(slot, to);
      to += length / SLOT_BYTES;
    }
    this.memory = memory;
    this.#index = index;
    this.#top = to;
    this.#wasted = 0;
    this.#compactions++;
  }

  #slotBytes(slot: number): number {
    return this.memory.view.getInt32(slot * SLOT_BYTES, true);
  }

  #allot(keyLength: number, valueBytes: number): number {
    const slot = this.#top;
    const units = Math.ceil((KEY_AT + keyLength + valueBytes) / SLOT_BYTES);
    const end = (slot + units) * SLOT_BYTES;
    if (end > this.memory.bytes.length) {
      const larger = new Memory(new Uint8Array(Math.max(end, this.memory.bytes.length * 2)));
      larger.bytes.set(this.memory.bytes);
      this.memory = larger;
    }
    this.memory.view.setInt32(slot * SLOT_BYTES, units * SLOT_BYTES, true);
    this.#top = slot + units;
    return slot;
  }

  #hasKey(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    const { memory } = this;
    if (slot === NO_SLOT || this.keyLength(slot) !== length) return false;
    const at = slot * SLOT_BYTES + KEY_AT;
    for (let i = 0; i < length; i++) if (memory.bytes[at + i] !== bytes[start + i]) return false;
    return true;
  }

  /** The first slot with the hash: hardly ever another key's. */
  #slotOf(hash: number): number {
    const index = this.#index;
    const mask = index.length - 2;
    let at = (hash << 1) & mask;
    while (index[at] !== hash && index[at + 1] !== NO_SLOT) at = (at + 2) & mask;
    return index[at + 1] as number;
  }

  #placeOf(slot: number): number {
    const index = this.#index;
    const mask = index.length - 2;
    let at = (this.memory.view.getInt32(slot * SLOT_BYTES + HASH_AT, true) << 1) & mask;
    while (index[at + 1] !== slot) at = (at + 2) & mask;
    return at;
  }

  #growIndex(): void {
    const old = this.#index;
    const index = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const slot = old[at + 1] as number;
      if (slot !== NO_SLOT) place(index, old[at] as number, slot);
    }
    this.#index = index;
  }
}

/** A power of two that leaves half of the places free. */
function indexLength(count: number): number {
  return 2 ** Math.ceil(Math.log2((count + 1) * 4));
}

function place(index: Int32Array, hash: number, slot: number): void {
  const mask = index.length - 2;
  let at = (hash << 1) & mask;
  while (index[at + 1] !== NO_SLOT) at = (at + 2) & mask;
  index[at] = hash;
  index[at + 1] = slot;
}

/** Murmur3's mixing, four bytes at a time. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  let hash = length;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    hash = mixed(hash, word);
  }
  let rest = 0;
  for (; i < end; i++) rest = (rest << 8) | (bytes[i] as number);
  hash = mixed(hash, rest);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mixed(hash: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51);
  const turned = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}
