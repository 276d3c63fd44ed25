import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResultRow } from '../protocol/api.ts';
import { packRows } from '../protocol/row-block.ts';
import { RowLog } from './row-log.ts';

const row = (offset: number): ResultRow => ({ kind: '+I', key: null, cells: [], timestampMs: 0, offset });
const read = (log: RowLog): (number | undefined)[] =>
  Array.from({ length: log.size }, (_, age) => log.newest(age)?.offset);

describe('RowLog', () => {
  it('keeps the newest rows, newest first, however they were cut into blocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat({ max: 12 })), (capacity, sizes) => {
        const log = new RowLog(capacity);
        const all: number[] = [];
        for (const size of sizes) {
          const offsets = Array.from({ length: size }, (_, i) => all.length + i);
          all.push(...offsets);
          log.push(packRows(offsets.map(row), 0));
        }
        expect(read(log)).toEqual(all.slice(-capacity).reverse());
      }),
    );
  });

  it('has nothing beyond its ends', () => {
    const log = new RowLog(2);
    expect(log.newest(0)).toBeUndefined();
    log.push(packRows([row(1)], 0));
    expect(log.newest(-1)).toBeUndefined();
    expect(log.newest(1)).toBeUndefined();
  });

  it('is still where a snapshot was taken', () => {
    const log = new RowLog(2);
    log.push(packRows([row(1), row(2)], 0));
    const then = log.snapshot();
    log.push(packRows([row(3), row(4), row(5)], 0));
    expect([read(then), read(log)]).toEqual([
      [2, 1],
      [5, 4],
    ]);
  });
});
