/** How wide a column is: as wide as its title and the first values need, within bounds. */
import type { Cell, CellKind, ColumnInfo } from '../../protocol/api.ts';
import type { GridColumn } from './DataGrid.tsx';

const CHAR_PX = 7.85;
/** A title stands in the page's font, whose capitals are wider. */
const TITLE_CHAR_PX = 8.4;
const PADDING_PX = 22;
/** Of the mark before a key. */
const KEY_MARK_PX = 13;
const MIN_PX = 64;
const MAX_PX = 320;
const SAMPLE_ROWS = 60;

export function columnWidthPx(title: string, values: readonly string[]): number {
  const titlePx = title.length * TITLE_CHAR_PX;
  const valuePx = Math.max(0, ...values.map((value) => value.length)) * CHAR_PX;
  return Math.round(Math.min(MAX_PX, Math.max(MIN_PX, Math.max(titlePx, valuePx) + PADDING_PX)));
}

const NUMERIC = /^(INTEGER|INT|BIGINT|DOUBLE|DECIMAL)/;

export function gridColumns(columns: readonly ColumnInfo[], rows: readonly (readonly Cell[])[]): readonly GridColumn[] {
  const sample = rows.slice(0, SAMPLE_ROWS);
  return columns.map((column, i) => {
    const kinds = new Set<CellKind>(sample.flatMap((row) => row[i]?.kind ?? []));
    kinds.delete('null');
    const numeric = kinds.size === 0 ? NUMERIC.test(column.type) : kinds.size === 1 && kinds.has('number');
    return {
      id: `${i}`,
      title: column.name,
      note: column.type === '' ? undefined : column.type,
      widthPx:
        columnWidthPx(
          column.name,
          sample.map((row) => row[i]?.text ?? ''),
        ) + (column.role === 'key' ? KEY_MARK_PX : 0),
      align: numeric ? 'right' : undefined,
    };
  });
}
