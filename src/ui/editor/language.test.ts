import { describe, expect, it } from 'vitest';
import { diagnose, formatScript } from './language.ts';

describe('formatScript', () => {
  it('formats what parses and keeps comments, errors and the text between', () => {
    const text = '-- one\nselect  *   from a emit changes;\n\n  select b -- why\n from c;\nselekt x;  -- end\n';
    const formatted = formatScript(text);
    expect(formatted).toContain('-- one\nSELECT *');
    expect(formatted).toContain('\n\nSELECT b -- why\n FROM c;\nselekt x;  -- end\n');
    expect(formatScript(formatted)).toBe(formatted);
  });
});

describe('diagnose', () => {
  it('finds the errors of several statements, each with its place', () => {
    const problems = diagnose('SELECT * FRM a;\nSHOW TOPICS;\nCREATE STREM b;');
    expect(problems.map((problem) => problem.span.line)).toEqual([1, 3]);
    expect(diagnose('SHOW TOPICS;')).toEqual([]);
  });
});
