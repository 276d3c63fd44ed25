import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('nearest names', () => {
  it('counts insertions, deletions, replacements and swaps', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('LCASE', 'LACSE')).toBe(1);
    expect(editDistance('same', 'same')).toBe(0);
  });

  it('lists the nearest first, without case, and nothing far away', () => {
    const names = ['COUNT', 'CONCAT', 'COUNT_DISTINCT', 'LCASE', 'UCASE'];
    expect(nearest('cuont', names)).toEqual(['COUNT']);
    expect(nearest('ucasee', names)).toEqual(['UCASE', 'LCASE']);
    expect(nearest('xyz', names)).toEqual([]);
    expect(nearest('y', ['D', 'X', 'Y'])).toEqual(['Y']);
    expect(nearest('case', names, 1)).toEqual(['LCASE']);
  });
});
