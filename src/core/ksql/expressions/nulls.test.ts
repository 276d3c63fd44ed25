import { describe, expect, it } from 'vitest';
import type { Row, SqlValue } from '../../common/sql-type.ts';
import { parseExpression } from '../../sql/parse.ts';
import { compile, compilePredicate } from './compile.ts';
import { guarded } from './guard.ts';
import { setup } from './testing.ts';

const COLUMNS = { X: 'INT', XS: 'ARRAY<INT>', M: 'MAP<STRING, INT>', Y: 'INT' };
const row = (x: SqlValue, xs: SqlValue = null, m: SqlValue = null, y: SqlValue = 1): Row => [x, xs, m, y];

function column(
  sql: string,
  values: Row,
  config: Readonly<Record<string, string>> = {},
): { value: SqlValue; errors: string[] } {
  const { context, errors } = setup(COLUMNS, [], config);
  return { value: guarded(compile(parseExpression(sql), context), 'COL', context)(values), errors };
}

describe('arithmetic on a null', () => {
  it.each(['X + 1', '-X * 2', 'ABS(X + 1)', 'CAST(X + 1 AS STRING)', 'CASE WHEN Y = 1 THEN X + 1 END', 'XS[X + 1]'])(
    'makes %s null without a word',
    (sql) => {
      expect(column(sql, row(null, [1]))).toEqual({ value: null, errors: [] });
    },
  );
  it.each([
    ['IFNULL(X + 1, 7)', 7],
    ['ARRAY[X + 1, 2]', [null, 2]],
    ['STRUCT(A := X + 1)', [null]],
    ['IFNULL(ARRAY[X + 1, 2][1], 5)', 5],
  ])('is a null to what takes parts: %s', (sql, value) => {
    expect(column(sql, row(null)).value).toEqual(value);
  });
  it.each([
    'X + 1 = 2',
    'X + 1 IS NULL',
    'NOT (X + 1 = 2)',
    'X + 1 NOT BETWEEN 1 AND 2',
    '-X IN (1, 2)',
    "CASE WHEN X + 1 > 2 THEN 'a' ELSE 'b' END",
    'CAST(X + 1 AS STRING) IS NULL',
  ])('fails %s, where its null would decide something', (sql) => {
    const { value, errors } = column(sql, row(null));
    expect(value).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('has a NULL operand');
  });
  it.each([
    ['X + 1 = 2', []],
    ['Y = 1 AND X * 2 BETWEEN 1 AND 9', []],
    ['X + 1 = 2 AND -X IN (1, 2)', []],
    ['NOT (X + 1 = 2)', ['has a NULL operand']],
    ['X + 1 = 2 OR Y = 1', ['has a NULL operand']],
  ])('excludes a row from %s', (sql, problems) => {
    const { context, errors } = setup(COLUMNS);
    expect(compilePredicate(parseExpression(sql), context)(row(null))).toBe(false);
    expect(errors).toHaveLength(problems.length);
    for (const problem of problems) expect(errors[0]).toContain(problem);
  });
});

describe('lambdas', () => {
  it.each([
    ['TRANSFORM(XS, x => x + 5)', [1, 2], [6, 7]],
    ['TRANSFORM(XS, x => x + 5)', [1, null], null],
    ['TRANSFORM(XS, x => ABS(x))', [-1, null], [1, null]],
    ['TRANSFORM(XS, x => CASE WHEN x > 1 THEN 9 ELSE 0 END)', [1, 2, null], [0, 9, 0]],
    [
      'TRANSFORM(XS, x => TRANSFORM(XS, y => x * 10 + y))',
      [1, 2],
      [
        [11, 12],
        [21, 22],
      ],
    ],
    ['TRANSFORM(XS, x => x + Y)', [1, 2], [101, 102]],
    ['FILTER(XS, x => x > 1)', [1, 2, null, 3], [2, 3]],
    ['REDUCE(XS, 0, (s, x) => s + x)', [1, 2, 3], 6],
    ['REDUCE(FILTER(XS, x => x % 2 = 1), 100, (s, x) => s - x)', [1, 2, 3], 96],
  ])('%s of %j', (sql, xs, result) => {
    expect(column(sql, row(null, xs, null, 100)).value).toEqual(result);
  });
  it('see the row that their call is on', () => {
    const { context } = setup(COLUMNS);
    const { evaluate } = compile(parseExpression('TRANSFORM(XS, x => x + Y)'), context);
    expect([1, 2, 3].map((y) => evaluate(row(null, [10], null, y)))).toEqual([[11], [12], [13]]);
  });
  it('take keys and values of maps', () => {
    const { value } = column(
      "FILTER(M, (k, v) => k = 'a' OR v > 1)",
      row(
        null,
        null,
        new Map([
          ['a', 1],
          ['b', 1],
          ['c', 2],
        ]),
      ),
    );
    expect(value).toEqual(
      new Map([
        ['a', 1],
        ['c', 2],
      ]),
    );
  });
});

describe('settings', () => {
  it.each(['ARRAY[X + 1, 2]', 'MAP(1 := X + 1)', 'STRUCT(A := 1 / (Y - 1))', "ARRAY[CAST('x' AS INT)]"])(
    'let a member that fails fail the whole of %s',
    (sql) => {
      const { value, errors } = column(sql, row(null), { 'ksql.nested.error.set.null': 'false' });
      expect(value).toBeNull();
      expect(errors).toHaveLength(1);
      expect(column(sql, row(null)).value).not.toBeNull();
    },
  );
  it('make a null cast to text the text null', () => {
    const config = { 'ksql.cast.strings.preserve.nulls': 'false' };
    expect(column('CAST(X AS STRING)', row(null), config).value).toBe('null');
    expect(column('CAST(X AS STRING)', row(5), config).value).toBe('5');
  });
});
