import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array, BIGINT, BOOLEAN, BYTES, decimal, DOUBLE, VARCHAR, type SqlType, type SqlValue } from '../sql-type.ts';
import { comparatorOf, equalValues, isComparable } from './compare.ts';
import { ExactDecimal } from './decimal-text.ts';
import { keyOf, rowKey } from './key.ts';

const dec = (text: string): SqlValue => new ExactDecimal(text);

/** Any value, of no particular type. */
const anyValue: fc.Arbitrary<SqlValue> = fc.letrec<{ value: SqlValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.double(),
    fc.string(),
    fc.uint8Array({ maxLength: 4 }),
    fc.integer({ min: -999, max: 999 }).map((n) => dec(`${n}e-1`)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .dictionary(fc.string({ maxLength: 2 }), tie('value'), { maxKeys: 3 })
      .map((o): SqlValue => new Map(Object.entries(o))),
  ),
})).value;

/** A second value that is equal but shares nothing with the first; maps in another order. */
function copy(value: SqlValue): SqlValue {
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Map) return new Map([...value].toReversed().map(([k, v]) => [copy(k), copy(v)]));
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof ExactDecimal) return dec(value.toFixed(4));
  return value;
}

describe('equality', () => {
  it.each<[SqlValue, SqlValue, boolean]>([
    [null, null, true],
    [null, 0, false],
    [1, 1, true],
    [0, -0, true],
    [Number.NaN, Number.NaN, true],
    [2n ** 60n, 2n ** 60n, true],
    ['1', 1, false],
    [dec('1.0'), dec('1.00'), true],
    [dec('1.0'), dec('1.1'), false],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2), true],
    [Uint8Array.of(1, 2), Uint8Array.of(1), false],
    [[1, null], [1, null], true],
    [[1], [1, null], false],
    [new Map([['a', 1]]), new Map([['a', 1]]), true],
    [new Map([['a', null]]), new Map([['b', null]]), false],
    [new Map<SqlValue, SqlValue>([[[1], 2]]), new Map<SqlValue, SqlValue>([[[1], 2]]), true],
  ])('case %#', (a, b, expected) => {
    expect(equalValues(a, b)).toBe(expected);
    expect(equalValues(b, a)).toBe(expected);
  });

  it('finds copies equal', () => {
    fc.assert(fc.property(anyValue, (value) => equalValues(value, copy(value))));
  });
});

describe('keys', () => {
  it('equal values have equal keys, and for lists the reverse', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(keyOf(copy(value))).toBe(keyOf(value));
      }),
    );
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 3 }), fc.array(anyValue, { maxLength: 3 }), (a, b) => {
        expect(rowKey(a) === rowKey(b)).toBe(equalValues(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('keep parts apart', () => {
    expect(rowKey(['a', 'b'])).not.toBe(rowKey(['ab', '']));
    expect(rowKey([1, 2])).not.toBe(rowKey([12]));
    expect(rowKey([null])).not.toBe(rowKey(['n']));
    expect(rowKey([[1], 2])).not.toBe(rowKey([[1, 2]]));
    expect(rowKey([1])).not.toBe(rowKey(['1']));
    expect(rowKey([[]])).not.toBe(rowKey([new Uint8Array()]));
    expect(rowKey([[]])).not.toBe(rowKey([new Map()]));
    expect(rowKey([dec('0')])).not.toBe(rowKey([Uint8Array.of(48)]));
    expect(rowKey([2n ** 53n])).not.toBe(rowKey([2 ** 53]));
    expect(rowKey([-0])).toBe(rowKey([0]));
  });

  it('primitives are their own', () => {
    for (const value of [null, true, 7, 2n ** 60n, 'text']) expect(keyOf(value)).toBe(value);
    expect(keyOf(dec('1.50'))).toBe('1.5');
  });
});

describe('order', () => {
  const sorted = (type: SqlType, ...values: SqlValue[]): SqlValue[] => values.toSorted(comparatorOf(type));

  it('is that of the type', () => {
    expect(sorted(BIGINT, 2n ** 60n, 3, -(2n ** 60n), -3)).toEqual([-(2n ** 60n), -3, 3, 2n ** 60n]);
    expect(sorted(DOUBLE, Number.NaN, 0, Infinity, -0, -1)).toEqual([-1, -0, 0, Infinity, Number.NaN]);
    expect(sorted(VARCHAR, 'b', 'B', 'a', '')).toEqual(['', 'B', 'a', 'b']);
    expect(sorted(BOOLEAN, true, false)).toEqual([false, true]);
    expect(sorted(decimal(4, 2), dec('10'), dec('9.5')).map(String)).toEqual(['9.5', '10']);
    expect(sorted(BYTES, Uint8Array.of(1), Uint8Array.of(255), Uint8Array.of(1, 0))).toEqual([
      Uint8Array.of(255),
      Uint8Array.of(1),
      Uint8Array.of(1, 0),
    ]);
  });

  it('does not exist for arrays, maps and structs', () => {
    expect(isComparable(array(BIGINT))).toBe(false);
    expect(() => comparatorOf(array(BIGINT))).toThrowError(/ARRAY<BIGINT>/);
  });
});
