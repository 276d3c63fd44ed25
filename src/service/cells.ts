/** Values as the page shows them. */
import { formatDate, formatTime, formatTimestamp } from '../core/common/time/text.ts';
import type { SqlType, SqlValue } from '../core/common/sql-type.ts';
import { decimalToString } from '../core/common/values/decimal-text.ts';
import { doubleToString } from '../core/common/values/double-text.ts';
import { textConverter } from '../core/ksql/expressions/value-text.ts';
import { Decimal } from 'decimal.js';
import { encodeBase64 } from '../core/common/base64.ts';
import type { OutputColumn } from '../core/ksql/output.ts';
import { formatType } from '../core/common/sql-type.ts';
import type { Cell, ColumnInfo } from '../protocol/api.ts';

const NULL_CELL: Cell = { kind: 'null', text: 'NULL' };

export function cellOf(value: SqlValue, type: SqlType): Cell {
  if (value === null) return NULL_CELL;
  switch (type.kind) {
    case 'BOOLEAN':
      return { kind: 'boolean', text: String(value as boolean) };
    case 'INTEGER':
    case 'BIGINT':
      return { kind: 'number', text: String(value as number | bigint) };
    case 'DOUBLE':
      return { kind: 'number', text: doubleToString(Number(value)) };
    case 'DECIMAL':
      return { kind: 'number', text: value instanceof Decimal ? decimalToString(value, type.scale) : String(value as number) };
    case 'VARCHAR':
      return { kind: 'string', text: String(value as string) };
    case 'BYTES':
      return { kind: 'bytes', text: value instanceof Uint8Array ? encodeBase64(value) : '' };
    case 'DATE':
      return { kind: 'time', text: formatDate(Number(value)) };
    case 'TIME':
      return { kind: 'time', text: formatTime(Number(value)) };
    case 'TIMESTAMP':
      return { kind: 'time', text: formatTimestamp(Number(value)) };
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return { kind: 'nested', text: textConverter(type)(value) };
  }
}

export function cellsOf(row: readonly SqlValue[], columns: readonly OutputColumn[]): readonly Cell[] {
  return columns.map((column, i) => cellOf(row[i] ?? null, column.type));
}

export function columnInfo(column: OutputColumn): ColumnInfo {
  return { name: column.name, type: formatType(column.type), role: column.role };
}
