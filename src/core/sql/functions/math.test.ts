import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import { formatType, type SqlValue } from '../../common/sql-type.ts';
import { call, evaluate, NULL, type TypedValue } from './testing.ts';

const BIGINT_MAX = 9223372036854775807n;
const dec = (text: string): SqlValue => new ExactDecimal(text);
const text = (value: SqlValue): string => (Decimal.isDecimal(value) ? value.toFixed() : 'no DECIMAL');

describe('rounding', () => {
  it.each([
    [1.2, 1],
    [1.5, 2],
    [2.5, 3],
    [-1.5, -1],
    [-1.7, -2],
    [-0.2, 0],
    [0.49999999999999994, 0],
    [1e300, BIGINT_MAX],
    [Number.NaN, 0],
  ])('ROUND(%d) is %s', (value, expected) => {
    expect(evaluate('ROUND', ['DOUBLE', value])).toBe(expected);
  });

  it.each([
    [1.234567, 2, 1.23],
    [-1.5, 0, -1],
    [12345.678, -2, 12300],
    [1.005, 2, 1.01],
    [-0.04, 1, 0],
  ])('ROUND(%d, %d) is %d', (value, places, expected) => {
    expect(evaluate('ROUND', ['DOUBLE', value], ['INT', places])).toBe(expected);
  });

  it('rounds DECIMALs exactly, to their own type or to whole numbers', () => {
    const value: TypedValue = ['DECIMAL(33, 16)', dec('12345678987654321.2345678987654321')];
    const whole = call('ROUND', [value]);
    expect(formatType(whole.type)).toBe('DECIMAL(17, 0)');
    expect(text(whole.value)).toBe('12345678987654321');
    const ten = call('ROUND', [value, ['INT', 10]]);
    expect(formatType(ten.type)).toBe('DECIMAL(33, 16)');
    expect(text(ten.value)).toBe('12345678987654321.2345678988');
    expect(text(evaluate('ROUND', value, ['INT', -2]))).toBe('12345678987654300');
    expect(text(evaluate('ROUND', ['DECIMAL(2, 1)', dec('-1.5')]))).toBe('-1');
    expect(text(evaluate('TRUNC', ['DECIMAL(4, 2)', dec('-1.59')], ['INT', 1]))).toBe('-1.5');
  });

  it('truncates towards zero', () => {
    expect(evaluate('TRUNC', ['DOUBLE', -1.7])).toBe(-1);
    expect(evaluate('TRUNC', ['DOUBLE', 1.789], ['INT', 2])).toBe(1.78);
    expect(evaluate('TRUNC', ['BIGINT', BIGINT_MAX])).toBe(BIGINT_MAX);
  });

  it('refuses decimal places of what is no number, and ties of casts', () => {
    expect(() => evaluate('ROUND', ['DOUBLE', Number.NaN], ['INT', 2])).toThrowError(/NaN/);
    expect(() => evaluate('ROUND', ['INT', 5], ['INT', 2])).toThrowError(/ambiguous/);
  });
});

describe('absolute value, sign, floor, ceiling', () => {
  it('wraps where the type ends', () => {
    expect(evaluate('ABS', ['INT', -2147483648])).toBe(-2147483648);
    expect(evaluate('ABS', ['BIGINT', -(2n ** 63n)])).toBe(-(2n ** 63n));
    expect(evaluate('ABS', ['BIGINT', -(2n ** 60n)])).toBe(2n ** 60n);
    expect(text(evaluate('ABS', ['DECIMAL(2, 1)', dec('-3.2')]))).toBe('3.2');
  });

  it('keeps types', () => {
    expect(formatType(call('FLOOR', [['DECIMAL(2, 1)', dec('-1.1')]]).type)).toBe('DECIMAL(2, 1)');
    expect(text(evaluate('FLOOR', ['DECIMAL(2, 1)', dec('-1.1')]))).toBe('-2');
    expect(evaluate('CEIL', ['DOUBLE', 1.1])).toBe(2);
    expect(formatType(call('SIGN', [['BIGINT', -7]]).type)).toBe('INTEGER');
    expect(evaluate('SIGN', ['BIGINT', -(2n ** 60n)])).toBe(-1);
  });
});

describe('powers and logarithms', () => {
  it.each([
    ['EXP', -1, 0.36787944117144233],
    ['EXP', 3, 20.085536923187668],
    ['CBRT', 3, 1.4422495703074083],
    ['SQRT', -3, Number.NaN],
    ['LN', 0, -Infinity],
    ['COT', 0, Infinity],
  ])('%s(%d) is %d', (name, value, expected) => {
    expect(evaluate(name, ['INT', value])).toBe(expected);
    expect(evaluate(name, ['BIGINT', value])).toBe(expected);
    expect(evaluate(name, ['DOUBLE', value])).toBe(expected);
  });

  it.each([
    [15, 13, 0.9471572411831843],
    [15, 0, -Infinity],
    [15, -13, Number.NaN],
    [-15, 13, Number.NaN],
    [1, 13, Number.NaN],
  ])('LOG(%d, %d) is %d', (base, value, expected) => {
    expect(evaluate('LOG', ['DOUBLE', base], ['DOUBLE', value])).toBe(expected);
  });

  it('POWER of integers is a DOUBLE', () => {
    expect(evaluate('POWER', ['INT', 15], ['INT', 13])).toBe(1.946195068359375e15);
    expect(evaluate('POWER', ['INT', 0], ['INT', 0])).toBe(1);
  });
});

describe('GREATEST and LEAST', () => {
  it('pass NULLs over', () => {
    expect(evaluate('GREATEST', ['INT', null], ['INT', 3], NULL, ['INT', 7])).toBe(7);
    expect(evaluate('LEAST', ['STRING', 'b'], ['STRING', 'B'])).toBe('B');
    expect(evaluate('LEAST', ['INT', null])).toBe(null);
  });

  it('compare across the ends of safe integers', () => {
    expect(evaluate('GREATEST', ['BIGINT', BIGINT_MAX], ['BIGINT', 5])).toBe(BIGINT_MAX);
    expect(evaluate('LEAST', ['BIGINT', -(2n ** 63n)], ['BIGINT', -5])).toBe(-(2n ** 63n));
  });

  it('widen DECIMALs', () => {
    const { type, value } = call('GREATEST', [['DECIMAL(4, 2)', dec('9.75')], ['DECIMAL(5, 1)', dec('10.5')], NULL]);
    expect(formatType(type)).toBe('DECIMAL(6, 2)');
    expect(text(value)).toBe('10.5');
  });

  it('refuse what ties, and texts among numbers', () => {
    expect(() => evaluate('GREATEST', ['INT', 1], ['BIGINT', 1])).toThrowError(/\(INTEGER, BIGINT\)/);
    expect(() => evaluate('LEAST', ['STRING', 'a'], ['INT', 1])).toThrowError(/\(STRING, INTEGER\)/);
    expect(() => evaluate('GREATEST')).toThrowError(/GREATEST.*\(\)/);
  });
});

describe('GEO_DISTANCE', () => {
  const london: TypedValue[] = [
    ['DOUBLE', 51.5257],
    ['DOUBLE', -0.1122],
  ];
  const paloAlto: TypedValue[] = [
    ['DOUBLE', 37.4439],
    ['DOUBLE', -122.1663],
  ];

  it('measures in kilometres or miles', () => {
    expect(evaluate('GEO_DISTANCE', ...paloAlto, ...london)).toBe(8634.659796579544);
    expect(evaluate('GEO_DISTANCE', ...paloAlto, ...london, ['STRING', 'mi'])).toBe(5365.659729188262);
    expect(evaluate('GEO_DISTANCE', ...paloAlto, ...london, ['STRING', null])).toBe(8634.659796579544);
  });

  it('refuses what is not on the earth', () => {
    expect(() => evaluate('GEO_DISTANCE', ['DOUBLE', 91], ['DOUBLE', 0], ...london)).toThrowError(/latitude.*91/);
    expect(() => evaluate('GEO_DISTANCE', ...paloAlto, ...london, ['STRING', 'feet'])).toThrowError(/'feet'/);
  });
});
