import { describe, expect, it } from 'vitest';
import { formatType, type SqlValue } from '../../common/sql-type.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import { call, evaluate, NULL, type TypedValue } from './testing.ts';

const ints = (...values: SqlValue[]): TypedValue => ['ARRAY<INT>', values];
const noInts: TypedValue = ['ARRAY<INT>', null];

describe('arrays', () => {
  it.each<[string, TypedValue[], SqlValue]>([
    ['ARRAY_CONCAT', [ints(0, 1), ints(1)], [0, 1, 1]],
    ['ARRAY_CONCAT', [noInts, ints(1)], [1]],
    ['ARRAY_CONCAT', [ints(1), noInts], [1]],
    ['ARRAY_CONCAT', [noInts, noInts], null],
    ['ARRAY_CONTAINS', [ints(0, null), ['INT', null]], true],
    ['ARRAY_CONTAINS', [ints(0), ['INT', 1]], false],
    ['ARRAY_CONTAINS', [noInts, ['INT', 1]], false],
    ['ARRAY_CONTAINS', [['ARRAY<ARRAY<INT>>', [[1], [2]]], ints(2)], true],
    ['ARRAY_DISTINCT', [ints(0, 0, null, 1, null)], [0, null, 1]],
    ['ARRAY_EXCEPT', [ints(0, 0, 1, 0, -1), ints(1, -2)], [0, -1]],
    ['ARRAY_EXCEPT', [ints(0, 1), noInts], null],
    ['ARRAY_INTERSECT', [ints(3, 2, 3, 1), ints(1, 3)], [3, 1]],
    ['ARRAY_UNION', [ints(0, 0, 1, 0, -1), ints(1, -2, 0)], [0, 1, -1, -2]],
    ['ARRAY_UNION', [noInts, ints(1)], null],
    ['ARRAY_LENGTH', [ints(1, null)], 2],
    ['ARRAY_MAX', [ints(0, null, 1, -1)], 1],
    ['ARRAY_MIN', [ints()], null],
    [
      'ARRAY_REMOVE',
      [
        ['ARRAY<STRING>', ['a', null, 'b', 'a']],
        ['STRING', 'a'],
      ],
      [null, 'b'],
    ],
    ['ARRAY_REMOVE', [ints(1, null), NULL], [1]],
    ['ARRAY_SORT', [['ARRAY<STRING>', ['foo', 'fo', 'Food', null, 'F']]], ['F', 'Food', 'fo', 'foo', null]],
    ['ARRAY_SORT', [ints(0, null, 1), ['STRING', 'desc']], [1, 0, null]],
    ['ARRAY_SORT', [ints(0, 1), ['STRING', 'up']], null],
    ['SLICE', [ints(1, 2, 3, 4), ['INT', 2], ['INT', 3]], [2, 3]],
    ['SLICE', [ints(1, 2, 3), NULL, ['INT', 2]], [1, 2]],
    ['SLICE', [ints(1, 2, 3), ['INT', 2], NULL], [2, 3]],
    ['SLICE', [ints(1, 2, 3), ['INT', 2], ['INT', 4]], null],
    ['SLICE', [ints(1, 2, 3), ['INT', 0], ['INT', 2]], null],
    [
      'GENERATE_SERIES',
      [
        ['INT', -2],
        ['INT', 1],
      ],
      [-2, -1, 0, 1],
    ],
    [
      'GENERATE_SERIES',
      [
        ['INT', 4],
        ['INT', 0],
      ],
      [4, 3, 2, 1, 0],
    ],
    [
      'GENERATE_SERIES',
      [
        ['INT', 0],
        ['INT', 9],
        ['INT', 4],
      ],
      [0, 4, 8],
    ],
    [
      'GENERATE_SERIES',
      [
        ['INT', 3],
        ['INT', 3],
      ],
      [3],
    ],
    [
      'GENERATE_SERIES',
      [
        ['BIGINT', 9007199254740991],
        ['BIGINT', 9007199254740993n],
      ],
      [9007199254740991, 9007199254740992n, 9007199254740993n],
    ],
  ])('%s, case %#', (name, args, expected) => {
    expect(evaluate(name, ...args)).toEqual(expected);
  });

  it('joins as texts are written', () => {
    expect(evaluate('ARRAY_JOIN', ['ARRAY<BOOLEAN>', [true, null, false]])).toBe('true,null,false');
    expect(evaluate('ARRAY_JOIN', ['ARRAY<DOUBLE>', [1.23, 0, 1e10]], ['STRING', ' '])).toBe('1.23 0.0 1.0E10');
    expect(evaluate('ARRAY_JOIN', ['ARRAY<DECIMAL(5, 2)>', [new ExactDecimal('1.5')]])).toBe('1.50');
    expect(evaluate('ARRAY_JOIN', ['ARRAY<BIGINT>', [2n ** 62n, 1]], NULL)).toBe('46116860184273879041');
    expect(evaluate('ARRAY_JOIN', ['ARRAY<INT>', null])).toBe(null);
    expect(() => evaluate('ARRAY_JOIN', ['ARRAY<ARRAY<INT>>', [[1]]])).toThrowError(/ARRAY/);
  });

  it('refuse series that lead nowhere and orders that do not exist', () => {
    expect(() => evaluate('GENERATE_SERIES', ['INT', 1], ['INT', 9], ['INT', 0])).toThrowError(/step/);
    expect(() => evaluate('GENERATE_SERIES', ['INT', 1], ['INT', 9], ['INT', -1])).toThrowError(/-1/);
    expect(() => evaluate('GENERATE_SERIES', ['INT', 0], ['INT', 2147483647])).toThrowError(/at most/);
    expect(() => evaluate('ARRAY_MAX', ['ARRAY<ARRAY<INT>>', [[1]]])).toThrowError(/order/);
  });

  it('leave their arguments alone', () => {
    const list = [3, 1, 2];
    evaluate('ARRAY_SORT', ['ARRAY<INT>', list]);
    expect(list).toEqual([3, 1, 2]);
  });
});

describe('maps', () => {
  const map = (...entries: [string, SqlValue][]): TypedValue => ['MAP<STRING, INT>', new Map(entries)];
  const none: TypedValue = ['MAP<STRING, INT>', null];

  it.each<[string, TypedValue[], SqlValue]>([
    ['MAP_KEYS', [map(['b', 1], ['a', null])], ['a', 'b']],
    ['MAP_VALUES', [map(['b', 1], ['a', null])], [null, 1]],
    [
      'MAP_UNION',
      [map(['a', 1], ['b', 2]), map(['b', 3])],
      new Map([
        ['a', 1],
        ['b', 3],
      ]),
    ],
    ['MAP_UNION', [none, map(['b', 3])], new Map([['b', 3]])],
    ['MAP_UNION', [none, none], null],
    [
      'ENTRIES',
      [map(['h', 1], ['a', 2]), ['BOOLEAN', false]],
      [
        ['h', 1],
        ['a', 2],
      ],
    ],
    [
      'ENTRIES',
      [map(['h', 1], ['a', 2]), ['BOOLEAN', true]],
      [
        ['a', 2],
        ['h', 1],
      ],
    ],
    ['AS_MAP', [['ARRAY<STRING>', ['a', 'b']], ints(1)], new Map([['a', 1]])],
  ])('%s, case %#', (name, args, expected) => {
    expect(evaluate(name, ...args)).toEqual(expected);
  });

  it('ENTRIES gives structs of K and V', () => {
    expect(formatType(call('ENTRIES', [map(), ['BOOLEAN', true]]).type)).toBe('ARRAY<STRUCT<`K` STRING, `V` INTEGER>>');
  });
});

describe('lambda functions', () => {
  const numbers = ints(1, 2, 3);
  const map: TypedValue = [
    'MAP<STRING, INT>',
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  ];

  it('TRANSFORM', () => {
    const { type, value } = call('TRANSFORM', [numbers, ['STRING', (x) => `#${x as number}`]]);
    expect(formatType(type)).toBe('ARRAY<STRING>');
    expect(value).toEqual(['#1', '#2', '#3']);
    expect(
      evaluate('TRANSFORM', map, ['STRING', (k, _v) => `${k as string}!`], ['INT', (_k, v) => Number(v) * 10]),
    ).toEqual(
      new Map([
        ['a!', 10],
        ['b!', 20],
      ]),
    );
    expect(evaluate('TRANSFORM', noInts, ['STRING', (_x) => ''])).toBe(null);
    expect(() => evaluate('TRANSFORM', map, ['STRING', (_k, _v) => 'x'], ['INT', (_k, v) => v])).toThrowError(/'x'/);
  });

  it('FILTER', () => {
    expect(evaluate('FILTER', numbers, ['BOOLEAN', (x) => Number(x) > 1])).toEqual([2, 3]);
    expect(evaluate('FILTER', map, ['BOOLEAN', (_k, v) => v === 2])).toEqual(new Map([['b', 2]]));
    expect(() => evaluate('FILTER', numbers, ['BOOLEAN', (_x) => null])).toThrowError(/NULL/);
    expect(() => evaluate('FILTER', numbers, ['INT', (x) => x])).toThrowError(/FILTER/);
  });

  it('REDUCE', () => {
    const sum: TypedValue = ['INT', (s, x) => Number(s) + Number(x)];
    expect(evaluate('REDUCE', numbers, ['INT', 10], sum)).toBe(16);
    expect(evaluate('REDUCE', noInts, ['INT', 10], sum)).toBe(10);
    expect(evaluate('REDUCE', numbers, ['INT', null], sum)).toBe(null);
    expect(evaluate('REDUCE', map, ['INT', 0], ['INT', (s, _k, v) => Number(s) + Number(v)])).toBe(3);
  });
});

describe('conditional functions', () => {
  it.each<[string, TypedValue[], SqlValue]>([
    ['COALESCE', [NULL, ['INT', null], ['INT', 7]], 7],
    ['COALESCE', [['INT', null]], null],
    [
      'IFNULL',
      [
        ['INT', null],
        ['INT', 7],
      ],
      7,
    ],
    [
      'IFNULL',
      [
        ['BOOLEAN', false],
        ['BOOLEAN', true],
      ],
      false,
    ],
    [
      'NULLIF',
      [
        ['INT', 7],
        ['INT', 7],
      ],
      null,
    ],
    ['NULLIF', [ints(1), ints(1)], null],
    [
      'NULLIF',
      [
        ['STRING', 'a'],
        ['STRING', null],
      ],
      'a',
    ],
  ])('%s, case %#', (name, args, expected) => {
    expect(evaluate(name, ...args)).toEqual(expected);
  });

  it('COALESCE needs an argument', () => {
    expect(() => evaluate('COALESCE')).toThrowError(/COALESCE.*\(\)/);
  });
});

describe('table functions', () => {
  it('EXPLODE yields the elements', () => {
    const { type, value } = call('EXPLODE', [['ARRAY<DECIMAL(20, 10)>', []]]);
    expect(formatType(type)).toBe('DECIMAL(20, 10)');
    expect(value).toEqual([]);
    expect(evaluate('EXPLODE', noInts)).toBe(null);
  });

  it('CUBE_EXPLODE blanks in binary order, and NULLs once', () => {
    expect(evaluate('CUBE_EXPLODE', ints(1, 2))).toEqual([
      [null, null],
      [null, 2],
      [1, null],
      [1, 2],
    ]);
    expect(evaluate('CUBE_EXPLODE', ints(1, null))).toEqual([
      [null, null],
      [1, null],
    ]);
  });
});
