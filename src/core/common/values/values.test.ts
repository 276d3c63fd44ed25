import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeBigint, parseBigint, parseInteger } from './bigint.ts';
import { decimalToString, ExactDecimal, fromUnscaled, parseDecimal, unscaled } from './decimal-text.ts';
import { doubleToString, parseDouble } from './double-text.ts';
import { fromJsonNode, JsonNumber, parseJson, sameJson, sameNumber, toJsonNode, writeJson } from './json-lossless.ts';

describe('doubleToString', () => {
  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [-1, '-1.0'],
    [100, '100.0'],
    [9999999, '9999999.0'],
    [1e7, '1.0E7'],
    [-12345678, '-1.2345678E7'],
    [1.5e10, '1.5E10'],
    [123456789012, '1.23456789012E11'],
    [0.001, '0.001'],
    [0.0009999, '9.999E-4'],
    [0.1, '0.1'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1 / 3, '0.3333333333333333'],
    [9999999.999, '9999999.999'],
    [1e-5, '1.0E-5'],
    [1e21, '1.0E21'],
    [1e100, '1.0E100'],
    [2 ** 53, '9.007199254740992E15'],
    [2 ** 62, '4.6116860184273879E18'],
    [2681447534367114240, '2.6814475343671142E18'],
    [-1958642640374238000, '-1.95864264037423795E18'],
    [53916191474798850, '5.3916191474798848E16'],
    [5e22, '4.9999999999999996E22'],
    [8.88e22, '8.880000000000001E22'],
    [2 ** -24, '5.9604644775390625E-8'],
    [-(2 ** -25), '-2.9802322387695312E-8'],
    [1e-323, '1.0E-323'],
    [1.5e300, '1.5E300'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
    [Number.MIN_VALUE, '4.9E-324'],
    [2.2250738585072014e-308, '2.2250738585072014E-308'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [-Infinity, '-Infinity'],
  ])('prints %d as %s', (value, text) => {
    expect(doubleToString(value)).toBe(text);
  });

  it('reads back as the same double', () => {
    fc.assert(fc.property(fc.double(), (value) => Object.is(parseDouble(doubleToString(value)), value)));
  });
});

describe('parseDouble', () => {
  it.each([
    [' 1.5 ', 1.5],
    ['1d', 1],
    ['1.5f', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['+1e3', 1000],
    ['-Infinity', -Infinity],
    ['NaN', NaN],
    ['-NaN', NaN],
    ['0x1.8p1', 3],
  ])('reads %s', (text, value) => {
    expect(parseDouble(text)).toBe(value);
  });

  it.each(['', ' ', '.', 'e5', '1e', 'infinity', 'nan', '0x1', '1_000', '1,5', '--1', 'd'])('refuses "%s"', (text) => {
    expect(parseDouble(text)).toBeUndefined();
  });
});

describe('bigint', () => {
  it('has one representation for each value', () => {
    expect(normalizeBigint(5n)).toBe(5);
    expect(normalizeBigint(2n ** 53n - 1n)).toBe(Number.MAX_SAFE_INTEGER);
    expect(normalizeBigint(2n ** 53n)).toBe(2n ** 53n);
    expect(normalizeBigint(2n ** 63n)).toBe(-(2n ** 63n));
  });

  it('parses as Java does', () => {
    expect(parseBigint('9223372036854775807')).toBe(9223372036854775807n);
    expect(parseBigint('-9223372036854775808')).toBe(-9223372036854775808n);
    expect(parseBigint('9223372036854775808')).toBeUndefined();
    expect(parseBigint('+7')).toBe(7);
    expect(Object.is(parseBigint('-0'), 0)).toBe(true);
    expect(parseBigint('1.0')).toBeUndefined();
    expect(parseBigint('')).toBeUndefined();
    expect(parseInteger('2147483647')).toBe(2147483647);
    expect(parseInteger('2147483648')).toBeUndefined();
    expect(parseInteger(' 1')).toBeUndefined();
  });
});

describe('decimal text', () => {
  it('prints at the scale of the type', () => {
    expect(decimalToString(new ExactDecimal('10.1'), 2)).toBe('10.10');
    expect(decimalToString(new ExactDecimal('-0'), 3)).toBe('0.000');
    expect(decimalToString(new ExactDecimal('1e-7'), 7)).toBe('0.0000001');
    expect(decimalToString(new ExactDecimal('12345678901234567890123456789012345678'), 0)).toBe(
      '12345678901234567890123456789012345678',
    );
  });

  it('round-trips the unscaled value', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 38 }), (n, scale) => {
        expect(unscaled(fromUnscaled(n, scale), scale)).toBe(n);
      }),
    );
  });

  it('reads what BigDecimal reads', () => {
    expect(parseDecimal('1E+3')?.toFixed()).toBe('1000');
    expect(parseDecimal('.5')?.toFixed()).toBe('0.5');
    for (const text of ['', 'NaN', 'Infinity', '0x10', ' 1', '1 ', '1e']) expect(parseDecimal(text)).toBeUndefined();
  });
});

describe('lossless JSON', () => {
  it('agrees with JSON.parse but for digits', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const node = parseJson(text);
        expect(fromJsonNode(node)).toEqual(fromJsonNode(toJsonNode(JSON.parse(text))));
        expect(sameJson(parseJson(writeJson(node)), node)).toBe(true);
        expect(sameJson(parseJson(writeJson(node, 2)), node)).toBe(true);
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '0',
      '1.',
      'null',
      'tru',
      '"',
      '\\',
      ' ',
    );
    const accepts = (parse: () => unknown): boolean => {
      try {
        parse();
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return false;
      }
    };
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect(accepts(() => parseJson(text))).toBe(accepts(() => JSON.parse(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps digits and order', () => {
    const text = '{"10":9223372036854775807,"9":10.1234512345123451234,"__proto__":[1.10,1e400]}';
    expect(writeJson(parseJson(text))).toBe(text);
  });

  it('compares numbers by value', () => {
    expect(sameNumber('1.0', '1')).toBe(true);
    expect(sameNumber('1e2', '100')).toBe(true);
    expect(sameNumber('-0', '0.00')).toBe(true);
    expect(sameNumber('9223372036854775807', '9223372036854775808')).toBe(false);
    expect(sameJson(new JsonNumber('1'), '1')).toBe(false);
  });
});
