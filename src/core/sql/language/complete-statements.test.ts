import { describe, expect, it } from 'vitest';
import { completeStatements, onOneLine } from './complete-statements.ts';

describe('complete statements', () => {
  it.each([
    ['', 0, undefined, false],
    ['  -- a; b\n', 0, undefined, false],
    ['SELECT a', 0, undefined, true],
    ['SELECT a; -- b', 9, undefined, false],
    ['a; b;c', 5, undefined, true],
    [`SELECT ';`, 0, "'", true],
    [`a; SELECT 'b\nc;`, 2, "'", true],
    [`SELECT 'b\nc';`, 13, undefined, false],
    ['SELECT `a;\n;', 0, '`', true],
    ['SELECT "a;\n;', 0, '"', true],
    ['SELECT /* ;\n;', 0, '/*', true],
    ['/* ; */ a;', 10, undefined, false],
    ['SELECT ü ?; b', 11, undefined, true],
  ] as const)('of %j end at %i', (text, end, unclosed, hasRest) => {
    expect(completeStatements(text)).toEqual({ end, unclosed, hasRest });
  });

  it('stand on one line where that changes nothing', () => {
    expect(onOneLine('SELECT a,\r\n    b\nFROM c;\n')).toBe('SELECT a, b FROM c;');
    expect(onOneLine('SELECT a /* b\nc */ FROM d;')).toBe('SELECT a /* b c */ FROM d;');
    expect(onOneLine('SELECT a -- b\nFROM c;')).toBeUndefined();
    expect(onOneLine("SELECT 'a\nb';")).toBeUndefined();
  });
});
