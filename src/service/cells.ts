/** Values as the page shows them. */
import type { SqlType, SqlValue } from '../core/common/sql-type.ts';
import { textConverter } from '../core/ksql/expressions/value-text.ts';
import { encodeBase64 } from '../core/common/base64.ts';
import type { OutputColumn } from '../core/ksql/output.ts';
import { formatType } from '../core/common/sql-type.ts';
import type { Cell, CellKind, ColumnInfo } from '../protocol/api.ts';

const NULL_CELL: Cell = { kind: 'null', text: 'NULL' };

export function cellOf(value: SqlValue, type: SqlType): Cell {
  if (value === null) return NULL_CELL;
  if (type.kind === 'BYTES') return { kind: 'bytes', text: value instanceof Uint8Array ? encodeBase64(value) : '' };
  const text = type.kind === 'VARCHAR' && typeof value === 'string' ? value : textConverter(type)(value);
  return { kind: KINDS[type.kind], text };
}

const KINDS: Readonly<Record<SqlType['kind'], CellKind>> = {
  BOOLEAN: 'boolean',
  INTEGER: 'number',
  BIGINT: 'number',
  DOUBLE: 'number',
  DECIMAL: 'number',
  VARCHAR: 'string',
  BYTES: 'bytes',
  DATE: 'time',
  TIME: 'time',
  TIMESTAMP: 'time',
  ARRAY: 'nested',
  MAP: 'nested',
  STRUCT: 'nested',
};

export function cellsOf(row: readonly SqlValue[], columns: readonly OutputColumn[]): readonly Cell[] {
  return columns.map((column, i) => cellOf(row[i] ?? null, column.type));
}

/** A key's columns as text, in the form in which a record's key is shown: alone as it is, several as a JSON object. */
export function keyText(
  key: readonly SqlValue[] | null,
  columns: readonly { readonly name: string; readonly type: SqlType }[],
): string | null {
  const [only] = columns;
  if (key === null || only === undefined) return null;
  if (columns.length === 1) return cellOf(key[0] ?? null, only.type).text;
  const fields = columns.map(({ name, type }, i) => {
    const { kind, text } = cellOf(key[i] ?? null, type);
    const value = kind === 'null' ? 'null' : kind === 'number' || kind === 'boolean' ? text : JSON.stringify(text);
    return `${JSON.stringify(name)}:${value}`;
  });
  return `{${fields.join(',')}}`;
}

export function columnInfo(column: OutputColumn): ColumnInfo {
  return { name: column.name, type: formatType(column.type), role: column.role };
}
