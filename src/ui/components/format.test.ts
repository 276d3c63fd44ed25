import { describe, expect, it } from 'vitest';
import { formatBytes, formatCompact, formatRate, formatTime, plural, shorten, shortenMiddle } from './format.ts';

describe('format', () => {
  it('shortens counts', () => {
    expect([0, 999, 1234, 56_789, 234_567, 1_234_567].map(formatCompact)).toEqual([
      '0',
      '999',
      '1.23k',
      '56.8k',
      '235k',
      '1.23M',
    ]);
  });
  it('prints sizes in binary units', () => {
    expect([0, 1023, 1024, 10 * 1024 * 1024].map(formatBytes)).toEqual(['0 B', '1023 B', '1.00 KiB', '10.0 MiB']);
  });
  it('prints rates', () => {
    expect([0, 0.5, 1500].map(formatRate)).toEqual(['0/s', '0.5/s', '1.50k/s']);
  });
  it('prints times in UTC and leaves what no date can hold', () => {
    expect(formatTime(978_309_620_000)).toBe('2001-01-01 00:40:20.000');
    expect(formatTime(9e18)).toBe('9000000000000000000');
  });
  it('counts things in words', () => {
    expect([plural(1, 'row'), plural(1200, 'row'), plural(2, 'query', 'queries')]).toEqual([
      '1 row',
      '1,200 rows',
      '2 queries',
    ]);
  });
  it('makes one line of a statement', () => {
    expect(shorten('SELECT *\n  FROM a', 40)).toBe('SELECT * FROM a');
    expect(shorten('SELECT abcdef', 10)).toBe('SELECT ab…');
  });
});

describe('shortenMiddle', () => {
  it('keeps both ends of a long name', () => {
    expect(shortenMiddle('Aggregate-GroupBy-repartition', 13)).toBe('Aggreg…tition');
    expect(shortenMiddle('orders', 6)).toBe('orders');
  });
});
