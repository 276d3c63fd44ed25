/**
 * COUNT_DISTINCT: exact while few, HyperLogLog when many (Flajolet et al., 2007).
 *
 * State: ARRAY<INTEGER>, in one of two forms that its length tells apart.
 *
 *   sparse (even length)   hash high, hash low, ...   one pair for each different value, at most 341 pairs
 *   dense (683 ints)       4,096 registers of 5 bits, six to an integer, the first in the lowest bits
 *
 * A value's 64-bit hash is the pair of two 32-bit murmur-style hashes of its identity. Dense: the low 12 bits of the
 * first choose the register, which keeps the greatest number of leading zeros plus one that the second hash showed.
 * The estimate is the bias-corrected harmonic mean, or linear counting while many registers are empty; its standard
 * error is 1.04 / sqrt(4096) = 1.6 %. Sparse states are exact but for collisions of 64-bit hashes. NULLs don't count.
 */
import { array, BIGINT, INTEGER, type SqlValue } from '../../common/sql-type.ts';
import { keyOf, type ValueKey } from '../../common/values/key.ts';
import type { BoundAggregate } from './function.ts';

const REGISTERS = 4096;
const PER_INT = 6;
const DENSE_LENGTH = Math.ceil(REGISTERS / PER_INT);
const MAX_SPARSE_LENGTH = DENSE_LENGTH - 1;

type State = number[];

export const countDistinct: BoundAggregate = {
  stateType: array(INTEGER),
  returnType: BIGINT,
  initial: () => [],
  add: (state, [value = null]) => {
    if (value === null) return state;
    const text = textOf(keyOf(value));
    return addHash(state as State, hash32(text, 0x9747b28c), hash32(text, 0x3c6ef372));
  },
  merge: (a, b) => {
    let merged = (a as State).slice();
    const other = b as State;
    if (isDense(other)) {
      if (!isDense(merged)) merged = toDense(merged);
      for (let i = 0; i < REGISTERS; i++) raise(merged, i, registerAt(other, i));
      return merged;
    }
    for (let i = 0; i < other.length; i += 2) merged = addHash(merged, other[i] ?? 0, other[i + 1] ?? 0);
    return merged;
  },
  result: (state) => estimate(state as State),
};

const isDense = (state: State): boolean => state.length === DENSE_LENGTH;

function addHash(state: State, high: number, low: number): State {
  if (isDense(state)) {
    raise(state, high & (REGISTERS - 1), rank(low));
    return state;
  }
  for (let i = 0; i < state.length; i += 2) if (state[i] === high && state[i + 1] === low) return state;
  if (state.length + 2 <= MAX_SPARSE_LENGTH) {
    state.push(high, low);
    return state;
  }
  return addHash(toDense(state), high, low);
}

function toDense(sparse: State): State {
  const dense = new Array<number>(DENSE_LENGTH).fill(0);
  for (let i = 0; i < sparse.length; i += 2) raise(dense, (sparse[i] ?? 0) & (REGISTERS - 1), rank(sparse[i + 1] ?? 0));
  return dense;
}

/** Leading zeros plus one, at most 31: what five bits hold. */
const rank = (hash: number): number => Math.min(31, Math.clz32(hash) + 1);

function registerAt(dense: State, register: number): number {
  return ((dense[Math.floor(register / PER_INT)] ?? 0) >>> ((register % PER_INT) * 5)) & 31;
}

function raise(dense: State, register: number, value: number): void {
  if (registerAt(dense, register) >= value) return;
  const at = Math.floor(register / PER_INT);
  const shift = (register % PER_INT) * 5;
  dense[at] = ((dense[at] ?? 0) & ~(31 << shift)) | (value << shift);
}

function estimate(state: State): SqlValue {
  if (!isDense(state)) return state.length / 2;
  let sum = 0;
  let empty = 0;
  for (let i = 0; i < REGISTERS; i++) {
    const register = registerAt(state, i);
    sum += 2 ** -register;
    if (register === 0) empty++;
  }
  const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
  return Math.round(raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw);
}

const textOf = (key: ValueKey): string => (typeof key === 'string' ? key : String(key));

/** Murmur3's mixing, over UTF-16 code units. */
function hash32(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    let unit = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    unit = (unit << 15) | (unit >>> 17);
    hash ^= Math.imul(unit, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
