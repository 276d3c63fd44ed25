/**
 * Sorts many keys by their bytes without comparing them in pairs: of the keys of one table the first bytes are mostly the same,
 * and a few after those tell nearly all of them apart.
 *
 * What all keys begin with is left out. The four bytes after it, as a number, with the key's index behind them are one double
 * each, which a typed array sorts by itself; keys that have these four in common are sorted among themselves in the same way.
 * Behind a key's end there are zeros, which stand before all other bytes, as a key stands before those that begin with it.
 */
import { compareBytes } from '../../common/bytes.ts';

const RANK_BYTES = 4;
/** A rank and an index make an integer that a double holds. */
const INDEXES = 2 ** 21;
/** Fewer are sorted faster by comparing. */
const FEW = 8;

/** The items in the order of their keys' bytes; `keys[i]` is that of `items[i]`. */
export function inKeyOrder<T>(items: readonly T[], keys: readonly Uint8Array[]): T[] {
  const order: number[] = [];
  const members = items.map((_, index) => index);
  sortInto(order, keys, members, true);
  return order.map((index) => items[index] as T);
}

/** @param byRank false: what tells these apart is not found by their ranks */
function sortInto(order: number[], keys: readonly Uint8Array[], members: number[], byRank: boolean): void {
  const count = members.length;
  if (!byRank || count <= FEW || count > INDEXES) {
    members.sort((a, b) => compareBytes(keys[a] as Uint8Array, keys[b] as Uint8Array));
    for (const member of members) order.push(member);
    return;
  }
  const start = commonLength(keys, members);
  const ranks = new Float64Array(count);
  for (let i = 0; i < count; i++) ranks[i] = rankAt(keys[members[i] as number] as Uint8Array, start) * INDEXES + i;
  ranks.sort();
  for (let from = 0, to = 0; from < count; from = to) {
    const end = (Math.floor((ranks[from] as number) / INDEXES) + 1) * INDEXES;
    while (to < count && (ranks[to] as number) < end) to++;
    const equal: number[] = [];
    for (let i = from; i < to; i++) equal.push(members[(ranks[i] as number) % INDEXES] as number);
    if (equal.length === 1) order.push(equal[0] as number);
    // All have one rank where one ends and others go on with zeros: then going on would lead nowhere.
    else sortInto(order, keys, equal, equal.length < count);
  }
}

/** How many bytes all of them begin with. */
function commonLength(keys: readonly Uint8Array[], members: readonly number[]): number {
  const first = keys[members[0] as number] as Uint8Array;
  let common = first.length;
  for (const member of members) {
    const key = keys[member] as Uint8Array;
    if (key.length < common) common = key.length;
    for (let i = 0; i < common; i++) if (key[i] !== first[i]) common = i;
  }
  return common;
}

/** The four bytes from `start` on as an unsigned number. */
function rankAt(key: Uint8Array, start: number): number {
  let rank = 0;
  for (let i = start; i < start + RANK_BYTES; i++) rank = rank * 256 + (i < key.length ? (key[i] as number) : 0);
  return rank;
}
