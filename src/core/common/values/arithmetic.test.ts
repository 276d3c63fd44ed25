import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BIGINT, decimal, DOUBLE, formatType, INTEGER } from '../sql-type.ts';
import { normalizeBigint, toBigint, type Bigint64 } from './bigint.ts';
import { ExactDecimal } from './decimal-text.ts';
import {
  add,
  decimalOf,
  ensureFit,
  resultType,
  setScale,
  subtract,
  widen,
  type ArithmeticOperator,
} from './decimal.ts';
import { abs64, add64, subtract64, toInt64 } from './int64.ts';

const dec = (text: string): InstanceType<typeof ExactDecimal> => new ExactDecimal(text);

describe('DECIMAL', () => {
  it.each<[ArithmeticOperator, string]>([
    ['+', 'DECIMAL(5, 2)'],
    ['-', 'DECIMAL(5, 2)'],
    ['*', 'DECIMAL(9, 4)'],
    ['/', 'DECIMAL(11, 7)'],
    ['%', 'DECIMAL(4, 2)'],
  ])('DECIMAL(4, 2) %s DECIMAL(4, 2) is %s', (operator, expected) => {
    expect(formatType(resultType(operator, decimal(4, 2), decimal(4, 2)))).toBe(expected);
  });

  it('takes the wider part of each side', () => {
    expect(formatType(resultType('+', decimal(10, 0), decimal(4, 3)))).toBe('DECIMAL(14, 3)');
    expect(formatType(resultType('%', decimal(10, 0), decimal(4, 3)))).toBe('DECIMAL(4, 3)');
    expect(formatType(widen(decimal(10, 0), decimal(4, 3)))).toBe('DECIMAL(13, 3)');
    expect([INTEGER, BIGINT, DOUBLE].map(decimalOf)).toEqual([decimal(10, 0), decimal(19, 0), undefined]);
  });

  it('computes exactly', () => {
    const a = dec('12345678901234567890.12345678901234567890');
    expect(add(a, dec('0.00000000000000000001')).toFixed()).toBe('12345678901234567890.12345678901234567891');
    expect(subtract(a, a).isZero()).toBe(true);
  });

  it('rounds to scales on both sides of the point', () => {
    expect(setScale(dec('1.25'), 1).toFixed()).toBe('1.3');
    expect(setScale(dec('-1.25'), 1).toFixed()).toBe('-1.3');
    expect(setScale(dec('1.29'), 1, 'DOWN').toFixed()).toBe('1.2');
    expect(setScale(dec('150'), -2).toFixed()).toBe('200');
    expect(setScale(dec('-1.21'), 1, 'FLOOR').toFixed()).toBe('-1.3');
  });

  it('fits or refuses', () => {
    expect(ensureFit(dec('99.994'), decimal(4, 2)).toFixed()).toBe('99.99');
    expect(() => ensureFit(dec('99.995'), decimal(4, 2))).toThrowError(/99.995.*DECIMAL\(4, 2\)/);
    expect(ensureFit(dec('0'), decimal(1, 1)).toFixed()).toBe('0');
  });
});

describe('BIGINT', () => {
  const int64 = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
    fc.bigInt({ min: -10n, max: 10n }),
  );

  it('wraps at 64 bits and keeps one form for each value', () => {
    const is = (actual: Bigint64, expected: bigint): void => {
      expect(actual).toBe(normalizeBigint(expected));
    };
    fc.assert(
      fc.property(int64, int64, (x, y) => {
        const [a, b] = [normalizeBigint(x), normalizeBigint(y)];
        is(add64(a, b), x + y);
        is(subtract64(a, b), x - y);
        is(abs64(a), x < 0n ? -x : x);
        expect(toBigint(subtract64(add64(a, b), b))).toBe(x);
      }),
    );
  });

  it('takes doubles as Java casts them', () => {
    expect(toInt64(-0)).toBe(0);
    expect(Object.is(toInt64(-0.5), 0)).toBe(true);
    expect(toInt64(2.9)).toBe(2);
    expect(toInt64(2 ** 60)).toBe(2n ** 60n);
    expect(toInt64(1e300)).toBe(2n ** 63n - 1n);
    expect(toInt64(-Infinity)).toBe(-(2n ** 63n));
    expect(toInt64(Number.NaN)).toBe(0);
  });
});
