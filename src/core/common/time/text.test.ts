import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../testing.ts';
import { formatDate, formatTime, formatTimestamp, parseDate, parseTime, parseTimestamp } from './text.ts';

const code = (run: () => unknown): string => refusal(run).code;

describe('timestamps as text', () => {
  it('prints milliseconds always', () => {
    expect(formatTimestamp(0)).toBe('1970-01-01T00:00:00.000');
    expect(formatTimestamp(1651182287943)).toBe('2022-04-28T21:44:47.943');
    expect(formatTimestamp(-1)).toBe('1969-12-31T23:59:59.999');
  });

  it('reads any beginning', () => {
    const jan = Date.UTC(2018, 0, 1);
    for (const text of [
      '2018',
      '2018-01',
      '2018-01-01',
      '2018-01-01T',
      '2018-01-01T00',
      '2018-01-01T00:00:00',
      ' 2018 ',
    ]) {
      expect(parseTimestamp(text), text).toBe(jan);
    }
    expect(parseTimestamp('2018-01-01T10')).toBe(jan + 10 * 3_600_000);
    expect(parseTimestamp('2018-01-01T10:2')).toBe(jan + (10 * 60 + 20) * 60_000);
    expect(parseTimestamp('2018-01T10:20')).toBe(jan + (10 * 60 + 20) * 60_000);
    expect(parseTimestamp('2018-01-01T00:00:01.5')).toBe(jan + 1500);
  });

  it('reads zones', () => {
    const jan = Date.UTC(2019, 0, 1);
    expect(parseTimestamp('2019-01-01T00:00:00.000Z')).toBe(jan);
    expect(parseTimestamp('2019-01-01T00:00:00+0445')).toBe(jan - (4 * 60 + 45) * 60_000);
    expect(parseTimestamp('2019-01-01T00:00:00.000-08:00')).toBe(jan + 8 * 3_600_000);
    expect(parseTimestamp('2019-01-01T00+1')).toBe(jan - 3_600_000);
  });

  it('refuses other text and names it', () => {
    for (const text of [
      '',
      'yesterday',
      '2018-13',
      '2018-00-01',
      '2018-01-32',
      '2018-01-01 10:00',
      '2018-01-01T25',
      '2018-01-01T10:60',
      '2018-01-01T10:00:00.0000',
      '2018-01-01T10+99',
    ]) {
      expect(
        code(() => parseTimestamp(text)),
        text,
      ).toBe('INVALID_TIMESTAMP');
    }
    expect(() => parseTimestamp('soon')).toThrow("'soon'");
  });

  it('takes a day beyond a short month for its last, and midnight at either end', () => {
    expect(formatTimestamp(parseTimestamp('2019-02-31'))).toBe('2019-02-28T00:00:00.000');
    expect(formatTimestamp(parseTimestamp('2019-02-28T24:00'))).toBe('2019-03-01T00:00:00.000');
  });

  it('gives back what was printed', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 8_000_000_000_000_000 }), (ms) => {
        expect(parseTimestamp(formatTimestamp(ms))).toBe(ms);
      }),
    );
  });

  it('agrees with the language where that can print the year', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 253_402_300_799_999 }), (ms) => {
        expect(`${formatTimestamp(ms)}Z`).toBe(new Date(ms).toISOString());
      }),
    );
  });
});

describe('dates as text', () => {
  it('prints and reads', () => {
    expect(formatDate(17662)).toBe('2018-05-11');
    expect(parseDate('2018-05-11')).toBe(17662);
    expect(parseDate('2018')).toBe(parseDate('2018-01-01'));
    expect(formatDate(parseDate('-0044-03-15'))).toBe('-0044-03-15');
    expect(formatDate(parseDate('+12345-03-15'))).toBe('+12345-03-15');
  });

  it('refuses other text', () => {
    for (const text of ['', '2018-2-1', '2018-02-30', '18-02-03', '2018-02-03T00:00']) {
      expect(
        code(() => parseDate(text)),
        text,
      ).toBe('INVALID_DATE');
    }
  });

  it('gives back any day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000_000, max: 5_000_000 }), (d) => {
        expect(parseDate(formatDate(d))).toBe(d);
      }),
    );
  });
});

describe('times as text', () => {
  it('prints whole seconds, and only if there are any', () => {
    expect(formatTime(0)).toBe('00:00');
    expect(formatTime(65_999)).toBe('00:01:05');
    expect(formatTime(86_399_000)).toBe('23:59:59');
  });

  it('reads', () => {
    expect(parseTime('23:59')).toBe(86_340_000);
    expect(parseTime('00:00:00.123456789')).toBe(123);
    for (const text of ['24:00', '1:00', '10:60', '10:00:60', '10', 'noon'])
      expect(
        code(() => parseTime(text)),
        text,
      ).toBe('INVALID_TIME');
  });
});
