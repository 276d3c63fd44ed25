import { describe, expect, it } from 'vitest';
import type { Cell, ColumnInfo } from '../../protocol/api.ts';
import { columnWidthPx, gridColumns } from './columns.ts';

const column = (name: string, type: string): ColumnInfo => ({ name, type, role: 'value' });
const cell = (kind: Cell['kind'], text: string): Cell => ({ kind, text });

describe('columnWidthPx', () => {
  it('grows with the longest value and stays within its bounds', () => {
    const narrow = columnWidthPx('A', ['1']);
    const wide = columnWidthPx('A', ['1', '12345678901234']);
    expect(wide).toBeGreaterThan(narrow);
    expect(columnWidthPx('A', ['x'.repeat(1000)])).toBe(320);
  });
});

describe('gridColumns', () => {
  it('aligns numbers to the right by their values, or by their type while there are none', () => {
    const columns = [column('N', 'STRING'), column('S', 'STRING'), column('MIXED', 'BIGINT')];
    const rows = [
      [cell('number', '1'), cell('string', 'a'), cell('null', 'null')],
      [cell('null', 'null'), cell('number', '2'), cell('null', 'null')],
    ];
    expect(gridColumns(columns, rows).map((c) => c.align)).toEqual(['right', undefined, 'right']);
    expect(gridColumns([column('N', 'DECIMAL(4, 2)')], [])[0]?.align).toBe('right');
  });
});
