/** Functions of maps. Entries are listed in the order of `map-order.ts`; a NULL map makes the result NULL. */
import type { SqlMap, SqlValue } from '../../common/sql-type.ts';
import { orderedEntries } from '../../common/values/map-order.ts';
import type { SqlFunction } from './function.ts';
import { example, lenient, scalar, strict } from './signature.ts';

const MAP = 'MAP';

function entries(map: SqlMap, inOrder: boolean): SqlValue[] {
  const list: SqlValue[][] = orderedEntries(map);
  if (inOrder) list.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0));
  return list;
}

function zip(keys: readonly SqlValue[], values: readonly SqlValue[]): SqlMap {
  const map: SqlMap = new Map();
  const size = Math.min(keys.length, values.length);
  for (let i = 0; i < size; i++) map.set(keys[i] ?? null, values[i] ?? null);
  return map;
}

export const mapFunctions: readonly SqlFunction[] = [
  scalar(
    'AS_MAP',
    MAP,
    'A map from the elements of one array to those at the same positions of another; what one has more is left out.',
    [example("AS_MAP(ARRAY['a', 'b'], ARRAY[1, 2])", '{a=1, b=2}')],
    [strict('keys ARRAY<STRING>, values ARRAY<T> -> MAP<STRING, T>', zip)],
  ),
  scalar(
    'ENTRIES',
    MAP,
    'The entries of a map as an array of structs with fields K and V, in the order of the keys if wanted.',
    [example("ENTRIES(MAP('b' := 2, 'a' := 1), true)", '[Struct{K=a,V=1}, Struct{K=b,V=2}]')],
    ['INT', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'STRING'].map((type) =>
      strict(`map MAP<STRING, ${type}>, sorted BOOLEAN -> ARRAY<STRUCT<K STRING, V ${type}>>`, entries),
    ),
  ),
  scalar(
    'MAP_KEYS',
    MAP,
    'The keys of a map.',
    [example("MAP_KEYS(MAP('a' := 1, 'b' := 2))", '[a, b]')],
    [strict('map MAP<STRING, T> -> ARRAY<STRING>', (map: SqlMap) => orderedEntries(map).map(([key]) => key))],
  ),
  scalar(
    'MAP_VALUES',
    MAP,
    'The values of a map.',
    [example("MAP_VALUES(MAP('a' := 1, 'b' := 2))", '[1, 2]')],
    [strict('map MAP<STRING, T> -> ARRAY<T>', (map: SqlMap) => orderedEntries(map).map(([, value]) => value))],
  ),
  scalar(
    'MAP_UNION',
    MAP,
    'The entries of two maps; where both have a key, the second counts. A NULL map counts as empty unless both are NULL.',
    [example("MAP_UNION(MAP('a' := 1, 'b' := 2), MAP('b' := 3))", '{a=1, b=3}')],
    [
      lenient(
        'map1 MAP<STRING, T>, map2 MAP<STRING, T> -> MAP<STRING, T>',
        (map1: SqlMap | null, map2: SqlMap | null) =>
          map1 === null ? map2 : map2 === null ? map1 : new Map([...map1, ...map2]),
      ),
    ],
  ),
];
