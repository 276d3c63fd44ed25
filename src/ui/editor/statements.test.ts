import { describe, expect, it } from 'vitest';
import { currentPart, spanAt, statementRanges } from './statements.ts';

const TEXT = `-- first; not here
SELECT ';' FROM a;  -- tail
/* b; */ SELECT 2
  FROM b;
SHOW TOPICS`;
const parts = (text: string): string[] => statementRanges(text).map((r) => text.slice(r.start, r.end));
const at = (cursor: number): string | undefined => currentPart(TEXT, { start: cursor, end: cursor })?.text;

describe('statementRanges', () => {
  it('splits at semicolons outside of texts and comments', () => {
    expect(parts(TEXT)).toEqual(["SELECT ';' FROM a;", 'SELECT 2\n  FROM b;', 'SHOW TOPICS']);
  });
  it('has nothing for a text of comments and blanks', () => {
    expect(parts('-- x\n  ;; /* y */')).toEqual([]);
    expect(parts('')).toEqual([]);
  });
  it('takes an unclosed quote to the end', () => {
    expect(parts("SELECT 'a; b")).toEqual(["SELECT 'a; b"]);
  });
});

describe('currentPart', () => {
  it('finds the statement at, behind, before the cursor', () => {
    expect(at(0)).toBe("SELECT ';' FROM a;");
    expect(at(TEXT.indexOf('FROM a'))).toBe("SELECT ';' FROM a;");
    expect(at(TEXT.indexOf('-- tail') + 3)).toBe("SELECT ';' FROM a;");
    expect(at(TEXT.indexOf('FROM b'))).toBe('SELECT 2\n  FROM b;');
    expect(at(TEXT.length)).toBe('SHOW TOPICS');
  });
  it('prefers a selection that is not blank', () => {
    expect(currentPart(TEXT, { start: 26, end: 33 })?.text).toBe(TEXT.slice(26, 33));
    expect(currentPart('SHOW TOPICS;  ', { start: 12, end: 14 })?.text).toBe('SHOW TOPICS;');
  });
  it('has nothing to run in an empty text', () => {
    expect(currentPart('  \n', { start: 0, end: 0 })).toBeUndefined();
  });
});

describe('spanAt', () => {
  it('counts lines and columns from one', () => {
    expect(spanAt('ab\ncd', 3, 5)).toEqual({ offset: 3, length: 2, line: 2, column: 1 });
    expect(spanAt('ab\ncd', 1, 2)).toEqual({ offset: 1, length: 1, line: 1, column: 2 });
  });
});
