import type { SqlValue } from '../../common/sql-type.ts';

/** A copy that shares nothing that an aggregate could change in place. */
export function copyValue(value: SqlValue): SqlValue {
  if (Array.isArray(value)) return value.map(copyValue);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, copyValue(v)]));
  return value;
}
