import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlValue } from '../../common/sql-type.ts';
import { stringFunctions } from './strings.ts';
import { caller, testContext } from './test-call.ts';

const call = caller(stringFunctions);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('text functions', () => {
  it.each<[string, SqlValue[], SqlValue]>([
    ['CHR', [75], 'K'],
    ['CHR', [99000], '\u{182b8}'],
    ['CHR', [-1], null],
    ['CHR', [0x110000], null],
    ['CHR', ['\\u597d'], '好'],
    ['CHR', ['\\ud820\\udeb8'], '\u{182b8}'],
    ['CHR', ['597d'], null],
    ['CONCAT', ['a', null, 'b'], 'ab'],
    ['CONCAT', [null, null], ''],
    ['CONCAT', [utf8('yes'), null, utf8('no')], utf8('yesno')],
    ['CONCAT_WS', ['-', 'a', null, 'b'], 'a-b'],
    ['CONCAT_WS', [null, 'a', 'b'], null],
    ['CONCAT_WS', [utf8('a'), utf8('b'), utf8(''), null, utf8('no')], utf8('baano')],
    ['ELT', [2, 'a', 'b'], 'b'],
    ['ELT', [2, 'a', null], null],
    ['ELT', [0, 'a'], null],
    ['ELT', [3, 'a', 'b'], null],
    ['FIELD', ['b', 'a', 'b'], 2],
    ['FIELD', ['c', 'a', null], 0],
    ['FIELD', [null, null], 0],
    ['INITCAP', ['the   Quick br0wn fOx'], 'The   Quick Br0wn Fox'],
    ['INITCAP', ['some_string '], 'Some_string '],
    ['INSTR', ['corporate floor', 'or'], 2],
    ['INSTR', ['no substring', 'or'], 0],
    ['INSTR', ['corporate floor', 'or', 4], 5],
    ['INSTR', ['short', 'or', 4], 0],
    ['INSTR', ['corporate floor', 'or', -4], 5],
    ['INSTR', ['corporate floor', 'or', -4, 2], 2],
    ['INSTR', ['corporate floor', 'or', 1, 3], 14],
    ['INSTR', ['corporate floor', 'or', 1, 4], 0],
    ['INSTR', ['short', 'or', -4], 0],
    ['INSTR', ['abc', 'a', -9], 0],
    ['INSTR', ['abc', 'a', 0], 0],
    ['INSTR', [null, 'a'], 0],
    ['LCASE', ['KafKa'], 'kafka'],
    ['UCASE', ['KafKa'], 'KAFKA'],
    ['LEN', ['ABC'], 3],
    ['LEN', [utf8('é')], 2],
    ['LEN', [null], null],
    ['LPAD', ['foo', 7, 'Bar'], 'BarBfoo'],
    ['LPAD', ['foo', 2, 'Bar'], 'fo'],
    ['LPAD', ['foo', -1, 'Bar'], null],
    ['LPAD', ['foo', 7, ''], null],
    ['LPAD', ['', 7, 'Bar'], 'BarBarB'],
    ['LPAD', [utf8('foo'), 7, utf8('Bar')], utf8('BarBfoo')],
    ['RPAD', ['foo', 7, 'Bar'], 'fooBarB'],
    ['RPAD', ['foo', 2, 'Bar'], 'fo'],
    ['RPAD', ['foo', 0, 'Bar'], ''],
    ['RPAD', [utf8('foo'), 2, utf8('Bar')], utf8('fo')],
    ['REPLACE', ['a.b.c', '.', '$&'], 'a$&b$&c'],
    ['REPLACE', ['abc', null, 'x'], null],
    ['SPLIT', ['..a..', '.'], ['', '', 'a', '', '']],
    ['SPLIT', ['', '.'], ['']],
    ['SPLIT', ['a.b', ''], ['a', '.', 'b']],
    ['SPLIT', ['', ''], ['']],
    ['SPLIT', [utf8('..a'), utf8('.')], [utf8(''), utf8(''), utf8('a')]],
    ['SPLIT', [utf8('a$$b$'), utf8('$$')], [utf8('a'), utf8('b$')]],
    ['SPLIT', [utf8(''), utf8('.')], [utf8('')]],
    ['SPLIT', [utf8('ab'), utf8('')], [utf8('a'), utf8('b')]],
    [
      'SPLIT_TO_MAP',
      ['a:1/b:2//a:3', '/', ':'],
      new Map([
        ['a', '3'],
        ['b', '2'],
      ]),
    ],
    ['SPLIT_TO_MAP', ['a:1/b:2', '&&', ':'], new Map([['a', '1/b']])],
    ['SPLIT_TO_MAP', ['a:1', '/', '='], new Map()],
    ['SPLIT_TO_MAP', ['a:1', '', ':'], null],
    ['SUBSTRING', ['some_string', 6], 'string'],
    ['SUBSTRING', ['short', 6], ''],
    ['SUBSTRING', ['some_string', 0, 2], 'so'],
    ['SUBSTRING', ['some_string', 6, 3], 'str'],
    ['SUBSTRING', ['some_string', -6, 3], 'str'],
    ['SUBSTRING', ['some', -9], 'some'],
    ['SUBSTRING', ['some', 2, -1], ''],
    ['SUBSTRING', ['some', 2, null], null],
    ['SUBSTRING', [utf8('another'), 6, 3], utf8('er')],
    ['TRIM', ['\t a\u00a0 \n'], 'a\u00a0'],
    ['UUID', [new Uint8Array(16)], '00000000-0000-0000-0000-000000000000'],
    ['UUID', [new Uint8Array(15)], null],
  ])('%s%j', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  it('makes UUIDs of version 4', () => {
    expect(call('UUID')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('names the function and the argument that it fails for', () => {
    expect(() => call('CONCAT_WS', 'a')).toThrow('CONCAT_WS');
    expect(() => call('CHR', '\\u12xy')).toThrow('\\u12xy');
  });

  it('counts from 0 in the legacy mode of SUBSTRING', () => {
    const legacy = caller(stringFunctions, {
      ...testContext,
      config: { 'ksql.functions.substring.legacy.args': 'true' },
    });
    expect(legacy('SUBSTRING', 'some_string', 5)).toBe('string');
    expect(legacy('SUBSTRING', 'some_string', 0, 4)).toBe('some');
    expect(() => legacy('SUBSTRING', 'some', 2, 9)).toThrow('from 2 to 9');
  });

  it('joins what was split', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.constantFrom(',', '::', ' '), (parts, delimiter) => {
        const text = parts.join(delimiter);
        const asBytes = call('SPLIT', utf8(text), utf8(delimiter));
        expect(call('SPLIT', text, delimiter)).toEqual(text.split(delimiter));
        expect(asBytes).toEqual(text.split(delimiter).map(utf8));
      }),
    );
  });

  it('pads to the length that was asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(50), fc.string({ minLength: 1 }), (text, length, padding) => {
        expect(call('LPAD', text, length, padding)).toHaveLength(length);
        expect(call('RPAD', text, length, padding)).toHaveLength(length);
      }),
    );
  });
});
