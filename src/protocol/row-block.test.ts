import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellKind } from './cell.ts';
import type { ResultRow, RowKind } from './rows.ts';
import { packRows, rowOf } from './row-block.ts';

const cell = fc.record({
  kind: fc.constantFrom<CellKind>('null', 'boolean', 'number', 'string', 'bytes', 'time', 'nested'),
  text: fc.string({ unit: 'binary' }),
});
const place = fc.option(fc.nat(), { nil: undefined });
const rows = fc.nat({ max: 4 }).chain((cellCount) =>
  fc.record({
    cellCount: fc.constant(cellCount),
    rows: fc.array(
      fc.record<ResultRow>({
        kind: fc.constantFrom<RowKind>('+I', '-U', '+U', '-D'),
        key: fc.option(fc.string()),
        cells: fc.array(cell, { minLength: cellCount, maxLength: cellCount }),
        timestampMs: fc.maxSafeInteger(),
        partition: place,
        offset: place,
      }),
    ),
  }),
);

describe('row blocks', () => {
  it('give back the rows that were packed, after a clone', () => {
    fc.assert(
      fc.property(rows, ({ cellCount, rows: packed }) => {
        const block = structuredClone(packRows(packed, cellCount));
        expect(packed.map((_, i) => rowOf(block, i))).toEqual(packed);
      }),
    );
  });

  it('refuse a row of another width', () => {
    const row: ResultRow = { kind: '+I', key: null, cells: [], timestampMs: 0 };
    expect(() => packRows([row], 1)).toThrow(RangeError);
  });
});
