import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  offsetAt,
  revealed,
  scrolled,
  shortGroup,
  visibleRange,
  xOf,
  type LaneGeometry,
  type LaneView,
} from './lane-layout.ts';

const GEOMETRY: LaneGeometry = { left: 30, right: 430, cellWidth: 20 };
const view = (highWatermark: number, viewEnd?: number, logStartOffset = 0): LaneView => ({
  highWatermark,
  viewEnd,
  logStartOffset,
});

const views = fc
  .record({ start: fc.nat(500), length: fc.nat(5000), back: fc.nat(5000) })
  .map(({ start, length, back }) => {
    const highWatermark = start + length;
    const end = highWatermark - back;
    return view(highWatermark, end >= highWatermark || end < start ? undefined : end, start);
  });

describe('a lane', () => {
  it('has the newest record at the right edge and the high watermark behind it', () => {
    expect(xOf(100, view(100), GEOMETRY)).toBe(430);
    expect(offsetAt(429, view(100), GEOMETRY)).toBe(99);
    expect(offsetAt(409, view(100), GEOMETRY)).toBe(98);
    expect(visibleRange(view(100), GEOMETRY)).toEqual({ first: 80, end: 100 });
    expect(visibleRange(view(5), GEOMETRY)).toEqual({ first: 0, end: 5 });
  });

  it('finds the offset at each cell that it places', () => {
    fc.assert(
      fc.property(views, (lane) => {
        const { first, end } = visibleRange(lane, GEOMETRY);
        for (let offset = first; offset < end; offset++) {
          const x = xOf(offset, lane, GEOMETRY) + GEOMETRY.cellWidth / 2;
          if (x >= GEOMETRY.left) expect(offsetAt(x, lane, GEOMETRY)).toBe(offset);
        }
      }),
    );
  });

  it('has nothing beside the log', () => {
    expect(offsetAt(31, view(5), GEOMETRY)).toBeUndefined();
    expect(offsetAt(10, view(500), GEOMETRY)).toBeUndefined();
    expect(offsetAt(430, view(500), GEOMETRY)).toBeUndefined();
  });

  it('follows again when it is scrolled to the newest, and stops at the log start', () => {
    expect(scrolled(view(100), -10, GEOMETRY)).toBe(90);
    expect(scrolled(view(100, 90), 10, GEOMETRY)).toBeUndefined();
    expect(scrolled(view(100, 90), -1000, GEOMETRY)).toBe(20);
    expect(scrolled(view(10), -5, GEOMETRY)).toBeUndefined();
  });

  it('brings any offset of the log into sight', () => {
    fc.assert(
      fc.property(views, fc.double({ min: 0, max: 0.999, noNaN: true }), (lane, share) => {
        if (lane.highWatermark === lane.logStartOffset) return;
        const offset = lane.logStartOffset + Math.floor(share * (lane.highWatermark - lane.logStartOffset));
        const shown = visibleRange({ ...lane, viewEnd: revealed(lane, offset, GEOMETRY) }, GEOMETRY);
        expect(offset).toBeGreaterThanOrEqual(shown.first);
        expect(offset).toBeLessThan(shown.end);
      }),
    );
  });
});

describe('shortGroup', () => {
  it('keeps the query id', () => {
    expect(shortGroup('_confluent-ksql-default_query_CTAS_X_5')).toBe('CTAS_X_5');
    expect(shortGroup('my-app')).toBe('my-app');
  });
});
