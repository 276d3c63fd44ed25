/**
 * The order in which the reference walks a map's entries. Its maps are `java.util.HashMap`s, made for as many entries as
 * they hold, so that the order follows from the keys' hash codes: the table has the smallest power of two of buckets of
 * which the entries fill at most three quarters; a key's bucket is `(h ^ h >>> 16) mod buckets`, h being
 * `String.hashCode`; within a bucket entries stand in the order in which they came.
 *
 * Where a result depends on the order of a map (REDUCE, MAP_KEYS, MAP_VALUES, ENTRIES), this order makes it the
 * reference's. Maps whose keys are no texts are walked in the order in which the entries came.
 */
import type { SqlMap, SqlValue } from '../sql-type.ts';

export type MapEntry = [key: SqlValue, value: SqlValue];

/** The entries in the reference's order, as a list of its own. */
export function orderedEntries(map: SqlMap): MapEntry[] {
  const entries = [...map];
  if (entries.length < 2) return entries;
  let buckets = 2;
  while (entries.length > buckets * 0.75) buckets *= 2;
  const placed: { readonly bucket: number; readonly entry: MapEntry }[] = [];
  for (const entry of entries) {
    const key = entry[0];
    if (typeof key !== 'string') return entries;
    const hash = stringHash(key);
    placed.push({ bucket: (hash ^ (hash >>> 16)) & (buckets - 1), entry });
  }
  return placed.sort((a, b) => a.bucket - b.bucket).map((p) => p.entry);
}

/** `String.hashCode` */
export function stringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0;
  return hash;
}
