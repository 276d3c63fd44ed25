/**
 * Keys of records in flight: the values of the key columns, in a window where the source or aggregation is windowed.
 */
import { keyOf, rowKey } from '../../common/values/key.ts';
import { comparatorOf, isComparable } from '../../common/values/compare.ts';
import type { Row, SqlType, SqlValue } from '../../common/sql-type.ts';
import { Windowed } from '../../streams/record.ts';
import { windowedKeys, type KeyAdapter, type KeyId } from '../../streams/serde.ts';

/** The key columns' values. */
export type SqlKey = readonly SqlValue[];
export type StreamKey = SqlKey | Windowed<SqlKey>;

/** Types whose values are JavaScript's own scalars. */
export const SCALAR_KINDS: ReadonlySet<SqlType['kind']> = new Set([
  'BOOLEAN',
  'INTEGER',
  'BIGINT',
  'DOUBLE',
  'VARCHAR',
  'DATE',
  'TIME',
  'TIMESTAMP',
]);

/** Identity and order of unwindowed keys. A lone scalar column is its own identity. */
export function sqlKeys(types: readonly SqlType[]): KeyAdapter<SqlKey> {
  const compare = comparatorOfKeys(types);
  const ordered = compare === undefined ? {} : { compare };
  const [only] = types;
  if (types.length === 1 && only !== undefined && SCALAR_KINDS.has(only.kind)) {
    return { id: scalarId, ...ordered };
  }
  return types.length === 1
    ? { id: (key) => keyOf(key[0] ?? null) ?? NULL_ID, ...ordered }
    : { id: (key) => rowKey(key), ...ordered };
}

/** Column by column, nulls first; undefined when a column's type has no order. */
function comparatorOfKeys(types: readonly SqlType[]): ((a: SqlKey, b: SqlKey) => number) | undefined {
  if (!types.every(isComparable)) return undefined;
  const comparators = types.map(comparatorOf);
  return (a, b) => {
    for (const [i, comparator] of comparators.entries()) {
      const left = a[i] ?? null;
      const right = b[i] ?? null;
      const order =
        left === null || right === null ? Number(left !== null) - Number(right !== null) : comparator(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
}

const NULL_ID = '\u0000null';

function scalarId(key: SqlKey): KeyId {
  const value = key[0];
  return value === null || value === undefined ? NULL_ID : (value as KeyId);
}

export function streamKeys(types: readonly SqlType[], windowed: boolean): KeyAdapter<StreamKey> {
  const plain = sqlKeys(types);
  return windowed ? windowedKeys(plain) : plain;
}

export function columnsOf(key: StreamKey): SqlKey {
  return key instanceof Windowed ? key.key : key;
}

export function windowOf(key: StreamKey | null): { readonly startMs: number; readonly endMs: number } | undefined {
  return key instanceof Windowed ? key.window : undefined;
}

/** A key of values, or no key when its only column is null. */
export function keyOrNull(values: Row): SqlKey | null {
  return values.length === 0 || (values.length === 1 && values[0] === null) ? null : values;
}
