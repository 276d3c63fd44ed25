import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../common/testing.ts';
import type { SqlValue } from '../../common/sql-type.ts';
import { JavaPattern } from './java-regex.ts';
import { regexpFunctions } from './regexp.ts';
import { caller } from './test-call.ts';

const call = caller(regexpFunctions);
const all = (pattern: string, text: string): string[] =>
  Array.from(new JavaPattern(pattern).matches(text), (m) => m.group(0) ?? '');

const codeOf = (pattern: string): string => refusal(() => new JavaPattern(pattern)).code;

describe('functions of regular expressions', () => {
  it.each<[string, SqlValue[], SqlValue]>([
    ['REGEXP_EXTRACT', ['test.', 'some_test_string'], 'test_'],
    ['REGEXP_EXTRACT', ['test.', 'anothertest'], null],
    ['REGEXP_EXTRACT', ['(.*) (.*)', 'steven zhang', 2], 'zhang'],
    ['REGEXP_EXTRACT', ['(.*) (.*)', 'agavra', 2], null],
    ['REGEXP_EXTRACT', ['(a)|(b)', 'b', 1], null],
    ['REGEXP_EXTRACT', ['a', 'a', 1], null],
    ['REGEXP_EXTRACT', ['a', null], null],
    ['REGEXP_EXTRACT_ALL', ['test.', 'some_test_string_testabab'], ['test_', 'testa']],
    ['REGEXP_EXTRACT_ALL', ['(\\w+) (\\w*)', 'apurva mehta agavra ', 2], ['mehta', '']],
    ['REGEXP_EXTRACT_ALL', ['x', 'nothing'], []],
    ['REGEXP_EXTRACT_ALL', ['x', 'nothing', 1], null],
    ['REGEXP_REPLACE', ['foobar', '(?<v>[aeiou]+)', '<${v}$1>'], 'f<oooo>b<aa>r'],
    ['REGEXP_REPLACE', ['aaa', 'a', '\\$0'], '$0$0$0'],
    ['REGEXP_REPLACE', ['ab', '(a)', '$12'], 'a2b'],
    ['REGEXP_REPLACE', ['ab', 'x*', '-'], '-a-b-'],
    ['REGEXP_SPLIT_TO_ARRAY', ['a1b22c', '[0-9]+'], ['a', 'b', 'c']],
    ['REGEXP_SPLIT_TO_ARRAY', [',a,,', ','], ['', 'a', '', '']],
    ['REGEXP_SPLIT_TO_ARRAY', ['abc', ''], ['a', 'b', 'c']],
    ['REGEXP_SPLIT_TO_ARRAY', ['axbxx', 'x*'], ['a', '', 'b']],
    ['REGEXP_SPLIT_TO_ARRAY', ['', ','], ['']],
  ])('%s%j', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  it('names what it cannot do', () => {
    expect(() => call('REGEXP_REPLACE', 'a', 'a', '$1')).toThrow("'$1'");
    expect(() => call('REGEXP_EXTRACT', '(', 'a')).toThrow("'('");
    expect(() => call('REGEXP_EXTRACT', 'a', 'a', -1)).toThrow('group -1');
  });
});

describe("Java's regular expressions", () => {
  it.each<[string, string, string[]]>([
    ['\\s+', 'a\u000b b\u00a0', ['\u000b ']],
    ['\\h', 'a\u00a0\n', ['\u00a0']],
    ['\\R', 'a\r\nb\u2028', ['\r\n', '\u2028']],
    ['a.c', 'a\rc a\u2028c abc', ['abc']],
    ['(?s)a.c', 'a\nc', ['a\nc']],
    ['[a-z&&[^aeiou]]+', 'streaming', ['str', 'm', 'ng']],
    ['[a-c[x-z]]+', 'axbyd', ['axby']],
    ['[^a-c[x-z]]+', 'axdy', ['d']],
    ['[\\w&&[^\\d]]+', 'ab12_', ['ab', '_']],
    ['[]a]+', ']a', [']a']],
    ['[a\\-z]+', 'a-z', ['a-z']],
    ['[a-]+', 'a-', ['a-']],
    ['\\Qa.b\\E+', 'a.bb axb', ['a.bb']],
    ['\\u0041\\x42\\x{43}\\0104\\cE', 'ABCD\u0005', ['ABCD\u0005']],
    ['\\p{Alpha}+|\\p{Punct}', 'ab.é', ['ab', '.']],
    ['\\p{IsGreek}+', 'aΕλλ', ['Ελλ']],
    ['\\p{Lu}\\P{L}', 'É1a', ['É1']],
    ['[^\\p{L}]+', 'a12b', ['12']],
    ['(?x) a b # c\n c', 'abc', ['abc']],
    ['(?i)AB(?-i)C', 'abC abc', ['abC']],
    ['(?i:a)b', 'Ab AB', ['Ab']],
    ['(?i)[a-c]+', 'aBcD', ['aBc']],
    ['(?i)[^a-c]+', 'aBcD', ['D']],
    ['(?i)[x[^a]]+', 'aAbX', ['bX']],
    ['(?i)\\p{Lower}+\\p{Lu}', 'aBc', ['aBc']],
    ['(?i)\\QaB\\E+\\x41', 'AbBa', ['AbBa']],
    ['(?i)é|k|[é]', 'É\u212aé', ['é']],
    ['(?iu)é|k', 'É\u212aé', ['É', '\u212a', 'é']],
    ['(?iu:é)(?i)é', 'Éé ÉÉ', ['Éé']],
    ['(?md)^a$', 'a\rb\na', ['a']],
    ['(?m)^.$', 'a\nb', ['a', 'b']],
    ['a$', 'a\n', ['a']],
    ['\\s*$', 'a\n', ['\n', '']],
    ['b\\Z', 'b\r\n', ['b']],
    ['b\\z', 'b\n', []],
    ['^a|b', 'ab', ['a', 'b']],
    ['\\.\\-\\/\\"', '.-/"', ['.-/"']],
    ['(a|ab)(c|bcd)', 'abcd', ['abcd']],
    ['a{2,3}?', 'aaa', ['aa']],
    ['\\bfoo\\b', 'foo food', ['foo']],
    ['x*', 'ax', ['', 'x', '']],
  ])('%s in %j', (pattern, text, expected) => {
    expect(all(pattern, text)).toEqual(expected);
  });

  it.each(['(?=a)', '(?<!a)', '(a)\\1', 'a++', '(?>a)', '\\G', '(?<n>a)\\k<n>', '\\p{InGreek}'])(
    'refuses %s',
    (pattern) => {
      expect(codeOf(pattern)).toBe('UNSUPPORTED_REGEX');
    },
  );

  it.each(['(', ')', '[a', '*', 'a{', '\\', '\\y', '[z-a]', '(?j)', '\\p', 'a**'])(
    'knows that %s is wrong',
    (pattern) => {
      expect(codeOf(pattern)).toBe('INVALID_REGEX');
    },
  );

  it('refuses lines that end otherwise than RE2 knows, rather than miss one', () => {
    expect(() => all('(?m)^b', 'a\rb')).toThrow('flag m');
    expect(all('(?m)^b', 'a\nb')).toEqual(['b']);
  });

  it('begins no line behind the last one', () => {
    expect(all('(?m)^', 'a\nb\n')).toEqual(['', '']);
    expect(all('(?m)^', '')).toEqual([]);
    expect(all('(?m)^|$', 'a\n')).toEqual(['', '', '']);
    expect(all('(?m)^a', 'a\n')).toEqual(['a']);
    expect(() => all('(?m)\\n^', 'a\n')).toThrow('flag m');
  });

  it('refuses texts on which Java would see other words, ends or breaks', () => {
    expect(() => all('\\bé', 'é')).toThrow('not of ASCII');
    expect(all('\\bcafe\\b', 'cafe – now')).toEqual(['cafe']);
    expect(() => all('a$\\s', 'a\n')).toThrow('something follows');
    expect(all('a$\\s?', 'a')).toEqual(['a']);
    expect(() => all('\\R{2}', '\r\n')).toThrow('repeated');
    expect(() => all('\\R?\\n', '\r\n')).toThrow('repeated');
    expect(() => all('\\s*?$', '\n')).toThrow('behind a choice');
    expect(() => all('(?:|\\n)$', 'a\n')).toThrow('behind a choice');
    expect(all('a*?b$', 'aab\n')).toEqual(['aab']);
    expect(() => all('(a$|\\r).*', 'a\n')).toThrow('something follows');
    expect(() => all('(a$|\\r)+', 'a\r')).toThrow('something follows');
    expect(all('\\R', '\r\n\n')).toEqual(['\r\n', '\n']);
    expect(all('(?d)a$', 'a\r')).toEqual([]);
  });

  it('takes time linear in the text for any pattern', () => {
    expect(all('(a*)*b', 'a'.repeat(5000))).toEqual([]);
  });

  it("agrees with the language's own engine where the two mean the same", () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '\\w', '(?:ab)');
    const repeated = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '*?', '{1,2}')).map(([a, q]) => a + q);
    fc.assert(
      fc.property(
        fc.array(repeated, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }),
        (parts, text) => {
          const source = parts.join('');
          expect(all(source, text)).toEqual(Array.from(text.matchAll(new RegExp(source, 'g')), (m) => m[0]));
        },
      ),
    );
  });
});
