import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff.ts';

const shown = (before: string, after: string): string[] =>
  lineDiff(before, after).map(({ kind, text }) => ({ same: ' ', added: '+', removed: '-' })[kind] + text);

describe('lineDiff', () => {
  it('shows what was taken away before what was put in its place', () => {
    expect(shown('a\nb\nc', 'a\nx\nc\nd')).toEqual([' a', '-b', '+x', ' c', '+d']);
    expect(shown('a', 'a')).toEqual([' a']);
    expect(shown('a\nb', 'b\na')).toHaveLength(3);
  });

  it('holds both texts, and keeps as much as they share', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = lineDiff(a.join('\n'), b.join('\n'));
        const without = (kind: string): string[] => lines.filter((l) => l.kind !== kind).map((l) => l.text);
        expect(without('added')).toEqual(a);
        expect(without('removed')).toEqual(b);
        expect(lines.filter((l) => l.kind === 'same')).toHaveLength(commonLength(a, b));
      }),
    );
  });
});

/** The longest common subsequence, by trying all. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  if (a[0] === b[0]) return 1 + commonLength(a.slice(1), b.slice(1));
  return Math.max(commonLength(a.slice(1), b), commonLength(a, b.slice(1)));
}
