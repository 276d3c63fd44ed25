/** Which tables' rows are held as bytes in a store's memory, see `serde/packed-row.ts`. */
import type { Row, SqlType } from '../../common/sql-type.ts';
import type { Column } from '../../common/schema.ts';
import { MOST_FIELDS, PackedRows } from '../../serde/packed-row.ts';
import type { Packing } from '../../streams/state/packing.ts';
import { SCALAR_KINDS } from './keys.ts';

/**
 * Undefined: entries of these types are better kept as objects. Keys whose identity is not that of their bytes in each
 * format, as 0 and -0 are, cannot be told by them. Arrays and maps are what aggregates fill in place.
 */
export function rowPacking(
  key: readonly Column[],
  value: readonly { readonly type: SqlType }[],
): Packing<Row> | undefined {
  const canBe = key.every(({ type }) => isToldByBytes(type)) && value.every(({ type }) => isPackable(type));
  return canBe ? new PackedRows(value.length) : undefined;
}

function isToldByBytes({ kind }: SqlType): boolean {
  return kind !== 'DOUBLE' && SCALAR_KINDS.has(kind);
}

function isPackable(type: SqlType): boolean {
  if (type.kind !== 'STRUCT') return SCALAR_KINDS.has(type.kind);
  return type.fields.length <= MOST_FIELDS && type.fields.every((field) => isPackable(field.type));
}
