import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitted,
  formatClock,
  formatShortSpan,
  formatSpan,
  moved,
  msAt,
  revealed,
  ticks,
  xOf,
  zoomed,
  type TimeRange,
} from './scale.ts';

const ranges = fc
  .record({ fromMs: fc.integer({ min: 0, max: 2e12 }), span: fc.integer({ min: 1_000, max: 1e10 }) })
  .map(({ fromMs, span }): TimeRange => ({ fromMs, toMs: fromMs + span }));

describe('a range of time', () => {
  it('has a pixel for each time and a time for each pixel', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 400, noNaN: true }), (range, x) => {
        expect(xOf(msAt(x, range, 400), range, 400)).toBeCloseTo(x, 3);
      }),
    );
  });

  it('that is fitted shows all, with room at both ends; a single time as well', () => {
    expect(fitted({ fromMs: 1_000, toMs: 2_000 })).toEqual({ fromMs: 940, toMs: 2_060 });
    const one = fitted({ fromMs: 5_000, toMs: 5_000 });
    expect(one.fromMs).toBeLessThan(5_000);
    expect(one.toMs).toBeGreaterThan(5_000);
  });

  it('keeps the time under the pointer where it is when it is zoomed', () => {
    const domain = { fromMs: 0, toMs: 100_000 };
    const range = { fromMs: 20_000, toMs: 60_000 };
    const closer = zoomed(range, 0.5, 30_000, domain);
    expect(closer.toMs - closer.fromMs).toBe(20_000);
    expect(xOf(30_000, closer, 400)).toBeCloseTo(xOf(30_000, range, 400));
  });

  it('never leaves all that there is out of sight, whatever is done to it', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.integer({ min: -1e11, max: 1e11 }),
        (domain, factor, by) => {
          const range = moved(zoomed(fitted(domain), factor, domain.fromMs, domain), by, domain);
          expect(range.fromMs).toBeLessThan(domain.toMs);
          expect(range.toMs).toBeGreaterThan(domain.fromMs);
        },
      ),
    );
  });

  it('follows the cursor, and stays where it is while the cursor is in sight', () => {
    const range = { fromMs: 0, toMs: 1_000 };
    expect(revealed(range, 500)).toBe(range);
    for (const ms of [-5_000, 999, 80_000]) {
      const next = revealed(range, ms);
      expect(next.toMs - next.fromMs).toBe(1_000);
      expect(ms).toBeGreaterThan(next.fromMs);
      expect(ms).toBeLessThan(next.toMs);
    }
  });
});

describe('ticks', () => {
  it('are round, in sight, and apart', () => {
    fc.assert(
      fc.property(ranges, (range) => {
        const found = ticks(range, 400, 84);
        expect(found.length).toBeLessThanOrEqual(5);
        for (const [i, { ms }] of found.entries()) {
          expect(ms).toBeGreaterThanOrEqual(range.fromMs);
          expect(ms).toBeLessThanOrEqual(range.toMs);
          const before = found[i - 1];
          if (before !== undefined) expect(xOf(ms, range, 400) - xOf(before.ms, range, 400)).toBeGreaterThan(83.9);
        }
      }),
    );
  });

  it('name a day where it begins', () => {
    const fromMs = Date.UTC(2024, 0, 1, 22);
    const labels = ticks({ fromMs, toMs: fromMs + 4 * 3_600_000 }, 500, 84).map(({ label }) => label);
    expect(labels).toEqual(['22:00', '23:00', '2024-01-02 00:00', '01:00', '02:00']);
  });
});

it('prints times and spans as finely as they are', () => {
  const ms = Date.UTC(2023, 10, 14, 22, 13, 20);
  expect([formatClock(ms), formatClock(ms + 250), formatClock(ms, 60_000)]).toEqual([
    '22:13:20',
    '22:13:20.250',
    '22:13',
  ]);
  expect([0, 250, 1_500, 12_000, 90_000, 7_200_000, 86_400_000 + 3_600_000].map(formatSpan)).toEqual([
    '0 s',
    '250 ms',
    '1.5 s',
    '12 s',
    '1 min 30 s',
    '2 h',
    '1 d 1 h',
  ]);
  expect([250, 1_500, 88_000, 150_000, 93_600_000].map(formatShortSpan)).toEqual([
    '250 ms',
    '1.5 s',
    '88 s',
    '2.5 min',
    '26 h',
  ]);
});
