import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLike } from './like.ts';

/** LIKE by definition, one step at a time. */
function like(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('%')) return like(text, pattern.slice(1)) || (text !== '' && like(text.slice(1), pattern));
  return text !== '' && (pattern.startsWith('_') || pattern[0] === text[0]) && like(text.slice(1), pattern.slice(1));
}

describe('LIKE', () => {
  it.each<[string, string, boolean]>([
    ['barfoobaz', '%foo%', true],
    ['foo', 'foo', true],
    ['bar', 'foo', false],
    ['foo', 'f_o', true],
    ['foobar', '%oba%', true],
    ['foobar', 'foo%', true],
    ['foobar', '%bar', true],
    ['ab', 'ab%b', false],
    ['aab', '%a_', true],
    ['', '%', true],
    ['', '_', false],
    ['', '', true],
    ['a\nb', 'a%b', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['FOO', 'foo', false],
  ])('%j LIKE %j', (text, pattern, expected) => {
    expect(compileLike(pattern)(text)).toBe(expected);
  });

  it('escapes', () => {
    const percent = compileLike('!%', '!');
    expect(percent('%')).toBe(true);
    expect(percent('x')).toBe(false);
    expect(compileLike('!!_', '!')('!x')).toBe(true);
    expect(compileLike('a!', '!')('a!')).toBe(true);
    expect(() => compileLike('a', 'xy')).toThrow("'xy'");
  });

  it('agrees with the definition', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 7 });
    fc.assert(
      fc.property(text, pattern, (t, p) => {
        expect(compileLike(p)(t)).toBe(like(t, p));
      }),
      { numRuns: 2000 },
    );
  });
});
