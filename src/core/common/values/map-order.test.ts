import { describe, expect, it } from 'vitest';
import type { SqlMap } from '../sql-type.ts';
import { orderedEntries, stringHash } from './map-order.ts';

const mapOf = (...keys: string[]): SqlMap => new Map(keys.map((key, i) => [key, i]));
const order = (...keys: string[]): unknown[] => orderedEntries(mapOf(...keys)).map(([key]) => key);

describe('the order of a HashMap', () => {
  it('hashes texts as Java does', () => {
    expect(stringHash('')).toBe(0);
    expect(stringHash('a')).toBe(97);
    expect(stringHash('hello')).toBe(99162322);
    expect(stringHash('polygenelubricants')).toBe(-2147483648);
  });

  it('walks the buckets', () => {
    expect(order('c', 'b', 'a')).toEqual(['a', 'b', 'c']);
    expect(order('d', 'c', 'b', 'a')).toEqual(['a', 'b', 'c', 'd']);
    expect(order('h', 'a')).toEqual(['h', 'a']);
  });

  it('keeps the order of arrival within a bucket, and for keys that are no texts', () => {
    expect(order('Aa', 'BB')).toEqual(['Aa', 'BB']);
    expect(order('BB', 'Aa')).toEqual(['BB', 'Aa']);
    expect(
      orderedEntries(
        new Map([
          [3, 'x'],
          [1, 'y'],
        ]),
      ),
    ).toEqual([
      [3, 'x'],
      [1, 'y'],
    ]);
    expect(orderedEntries(new Map())).toEqual([]);
  });
});
