import { describe, expect, it } from 'vitest';
import { refusal } from '../../common/testing.ts';
import type { ErrorCode } from '../../common/error-codes.ts';
import type { WeirError } from '../../common/errors.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import type { Row, SqlValue } from '../../common/sql-type.ts';
import { parseExpression } from '../../sql/parse.ts';
import { compilePredicate, typeOf } from './compile.ts';
import { guarded } from './guard.ts';
import { castValue, compiled, evaluate, setup, typeTextOf, type Columns } from './testing.ts';

const COLUMNS: Columns = {
  B: 'BOOLEAN',
  I: 'INT',
  L: 'BIGINT',
  D: 'DOUBLE',
  N: 'DECIMAL(4, 2)',
  S: 'STRING',
  A: 'ARRAY<INT>',
  M: 'MAP<STRING, INT>',
  T: 'STRUCT<ID INT, NAME STRING>',
  DT: 'DATE',
  TM: 'TIME',
  TS: 'TIMESTAMP',
  Y: 'BYTES',
  AL: 'ARRAY<BIGINT>',
};
const dec = (text: string): SqlValue => new ExactDecimal(text);
const ROW: Row = [
  true,
  7,
  9007199254740993n,
  1.5,
  dec('10.10'),
  'foo',
  [1, 2, null],
  new Map<SqlValue, SqlValue>([['a', 1]]),
  [5, 'x'],
  10,
  3_600_000,
  864_000_000,
  Uint8Array.of(1, 2),
  [1, 2, null],
];
const NULLS: Row = ROW.map(() => null);

/** Decimals as text, maps as entries: what toEqual compares well. */
function plain(value: SqlValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map)
    return Object.fromEntries(
      [...value].map(([k, v]) => [typeof k === 'string' ? k : `${plain(k) as number}`, plain(v)]),
    );
  return ExactDecimal.isDecimal(value) ? `#${value.toFixed()}` : value;
}
const run = (sql: string, row: Row = ROW): unknown => plain(evaluate(sql, COLUMNS, row));

const refusalOf = (sql: string): WeirError => refusal(() => compiled(sql, COLUMNS));

describe('literals', () => {
  it.each([
    ['1', 'INTEGER', 1],
    ['-1', 'INTEGER', -1],
    ['2147483648', 'BIGINT', 2147483648],
    ['9223372036854775807', 'BIGINT', 9223372036854775807n],
    ['1e1', 'DOUBLE', 10],
    ['1.10', 'DECIMAL(3, 2)', '#1.1'],
    ['0.8', 'DECIMAL(2, 1)', '#0.8'],
    ['0.005', 'DECIMAL(4, 3)', '#0.005'],
    ['-10.30', 'DECIMAL(4, 2)', '#-10.3'],
    ["'it''s'", 'STRING', "it's"],
    ['TRUE', 'BOOLEAN', true],
  ])('%s is %s', (sql, type, value) => {
    expect(typeTextOf(sql)).toBe(type);
    expect(plain(evaluate(sql))).toEqual(value);
    expect(compiled(sql).literal).not.toBeUndefined();
  });
  it('types NULL as nothing', () => {
    expect(typeOf(parseExpression('NULL'), setup({}).context)).toBeNull();
  });
});

describe('arithmetic', () => {
  it.each([
    ['I + 1', 'INTEGER', 8],
    ['2147483647 + I', 'INTEGER', -2147483642],
    ['I * 2147483647', 'INTEGER', 2147483641],
    ['I / 2', 'INTEGER', 3],
    ['-I / 2', 'INTEGER', -3],
    ['-I % 4', 'INTEGER', -3],
    ['L + 1', 'BIGINT', 9007199254740994n],
    ['L - L', 'BIGINT', 0],
    ['9223372036854775807 + I', 'BIGINT', -9223372036854775802n],
    ['L / 2', 'BIGINT', 4503599627370496],
    ['D + I', 'DOUBLE', 8.5],
    ['D / 0', 'DOUBLE', Infinity],
    ['D * N', 'DOUBLE', 15.149999999999999],
    ['N + N', 'DECIMAL(5, 2)', '#20.2'],
    ['N + I', 'DECIMAL(13, 2)', '#17.1'],
    ['N * N', 'DECIMAL(9, 4)', '#102.01'],
    ['N / 3', 'DECIMAL(15, 13)', '#3.3666666666667'],
    ['N / CAST(2 AS DECIMAL(4, 2))', 'DECIMAL(11, 7)', '#5.05'],
    ['N % 3', 'DECIMAL(4, 2)', '#1.1'],
    ['-N', 'DECIMAL(4, 2)', '#-10.1'],
    ["S + 'bar' || S", 'STRING', 'foobarfoo'],
    ['12*4+2', 'INTEGER', 50],
  ])('%s : %s', (sql, type, value) => {
    expect(typeTextOf(sql, COLUMNS)).toBe(type);
    expect(run(sql)).toEqual(value);
  });
  it.each(['I + 1', '1 - I', 'L * I', 'D / I', 'N + N', "S + 'x'", '-D', 'I % 2'])('%s of nulls is null', (sql) => {
    expect(run(sql, NULLS)).toBeNull();
  });
  it.each(['N = SQRT(-1)', 'SQRT(-1) <> N', 'N < 1e0 / 0'])('%s is an error at run time', (sql) => {
    expect(refusal(() => run(sql)).code).toBe('DECIMAL_OVERFLOW');
  });
  it.each(['I / 0', 'L % 0', 'N / 0', 'N % (N - N)', '1 / 0'])('%s is an error at run time', (sql) => {
    expect(refusal(() => run(sql)).code).toBe('DIVISION_BY_ZERO');
  });
  it.each(['I + S', 'S - S', 'B + B', '1 + NULL', 'A + A', '-S'])('%s is refused', (sql) => {
    expect(refusalOf(sql).code).toBe('INVALID_ARITHMETIC');
  });
  it('folds literals', () => {
    expect(compiled('(1 + 2) * 3 < 10').literal).toBe(true);
    expect(compiled('1 / 0').literal).toBeUndefined();
  });
});

describe('comparison', () => {
  it.each([
    ['I = 7', true],
    ['I <> 7', false],
    ['I < 7.5', true],
    ['I >= 7e0', true],
    ['L = 9007199254740993', true],
    ['L > 9007199254740992', true],
    ['L = 9007199254740992e0', true],
    ['L > 9007199254740992e0', false],
    ['CAST(9223372036854775807 AS DOUBLE) = 9223372036854775807', true],
    ['SQRT(-1) = SQRT(-1)', false],
    ['SQRT(-1) <> SQRT(-1)', false],
    ['SQRT(-1) <> 1', false],
    ['D <> SQRT(-1)', false],
    ['D <> 2', true],
    ['9007199254740992 = 9007199254740992e0', true],
    ['D = 1.5', true],
    ['N = 10.1', true],
    ['N > D', true],
    ["S = 'foo'", true],
    ["S < 'goo'", true],
    ['B = TRUE', true],
    ['A = ARRAY[1, 2, CAST(NULL AS INT)]', true],
    ['A <> ARRAY[1]', true],
    ['A = AL', true],
    ['ARRAY[1, 2] = ARRAY[1.0, 2.00]', true],
    ['STRUCT(X := 1) = STRUCT(X := 1, Y := CAST(NULL AS INT))', true],
    ["M = MAP('a' := 1)", true],
    ["T = STRUCT(ID := 5, NAME := 'x')", true],
    ["DT = '1970-01-11'", true],
    ['DT = TS', true],
    ["TS > '1970-01-10T23:59'", true],
    ["TM = '01:00'", true],
    ["'01:00:01' > TM", true],
    ['Y = Y', true],
    ['Y < Y', false],
    ['I IS DISTINCT FROM 7', false],
    ['I IS NOT DISTINCT FROM 7', true],
  ])('%s is %s', (sql, value) => {
    expect(run(sql)).toBe(value);
  });
  it.each([
    ['I = I', false],
    ['I <> 1', false],
    ['I < 1', false],
    ['N >= N', false],
    ['I IS DISTINCT FROM 1', true],
    ['I IS DISTINCT FROM L', false],
    ['I IS NOT DISTINCT FROM L', true],
    ['I BETWEEN 1 AND 2', false],
    ['I NOT BETWEEN 1 AND 2', true],
    ['I IN (1, 2)', false],
    ['I IS NULL', true],
    ['I IS NOT NULL', false],
  ])('%s of nulls is %s', (sql, value) => {
    expect(run(sql, NULLS)).toBe(value);
  });
  it.each([
    ["I >= 'not an int'", 'INCOMPARABLE_TYPES'],
    ['A < A', 'INCOMPARABLE_TYPES'],
    ['B < TRUE', 'INCOMPARABLE_TYPES'],
    ['A = ARRAY[S]', 'INCOMPARABLE_TYPES'],
    ['DT = TM', 'INCOMPARABLE_TYPES'],
    ['NULL <> NULL', 'COMPARISON_WITH_NULL'],
    ['I = NULL', 'COMPARISON_WITH_NULL'],
    ["DT = 'x'", 'INVALID_DATE'],
    ["REGEXP_EXTRACT('(?=a)', S)", 'UNSUPPORTED_REGEX'],
    ["REGEXP_SPLIT_TO_ARRAY(S, '(a)\\1')", 'UNSUPPORTED_REGEX'],
  ] satisfies [string, ErrorCode][])('%s is refused: %s', (sql, code) => {
    expect(refusalOf(sql).code).toBe(code);
  });
  it('names the culprits', () => {
    const error = refusalOf("1 = 1 AND I >= 'not an int'");
    expect(error.message).toBe("I (INTEGER) cannot be compared with 'not an int' (STRING) by GREATER_THAN_OR_EQUAL.");
    expect(error.span).toMatchObject({ offset: 10, length: 17 });
  });
});

describe('logic', () => {
  const truth = [true, false, null];
  const and = (a: boolean | null, b: boolean | null): boolean | null =>
    a === false || b === false ? false : a === null || b === null ? null : true;
  const columns = { P: 'BOOLEAN', Q: 'BOOLEAN' };
  for (const p of truth) {
    for (const q of truth) {
      it(`${p} AND, OR, NOT ${q}`, () => {
        const not = (v: boolean | null): boolean | null => (v === null ? null : !v);
        expect(evaluate('P AND Q', columns, [p, q])).toBe(and(p, q));
        expect(evaluate('P OR Q', columns, [p, q])).toBe(not(and(not(p), not(q))));
        expect(evaluate('NOT P', columns, [p, q])).toBe(not(p));
      });
    }
  }
  it.each([
    ['S = I', 'CAST(I AS STRING)'],
    ['I = ARRAY[S]', 'No CAST leads'],
    ["TO_BYTES(S, 'utf8') = I", 'FROM_BYTES and TO_BYTES'],
    ["SUBSTRING(S, '5')", 'With 5 it would do. It takes: SUBSTRING('],
    ['SUBSTRING(I, 1)', 'With CAST(I AS STRING) it would do.'],
    ['CASE WHEN TRUE THEN I ELSE ARRAY[S] END', 'No CAST leads'],
  ])('%s is told a cast that there is: %s', (sql, hint) => {
    expect(refusalOf(sql).hint).toContain(hint);
  });
  it.each([
    ['SUBSTRNG(S, 1)', 'SUBSTRING', 8],
    ['LEN(S) + UCAS(S)', 'UCASE', 4],
  ])('%s is offered %s in place of the name alone', (sql, text, length) => {
    expect(refusalOf(sql).rewrite).toMatchObject({ text, span: { length } });
  });
  it.each([
    ['I BETWEEN 7 AND 8', true],
    ['I NOT BETWEEN 7 AND 8', false],
    ["S BETWEEN 'a' AND 'g'", true],
    ["S LIKE 'f%'", true],
    ["S NOT LIKE '_oo'", false],
    ["S LIKE S + '%'", true],
    ["'50%' LIKE '50!%' ESCAPE '!'", true],
    ['I IN (1, 7)', true],
    ["I IN (1, 2.0, '7.000', 5.10, D)", true],
    ["I NOT IN (1, '2147483648')", true],
    ["B IN ('tr')", true],
    ["S IN (true, 10, 10.30, 'foo')", true],
    ["'10.30' IN (S, 10.30)", true],
    ['L IN (1, 2, 3, 4, 9007199254740993)', true],
    ['A IN (AL)', true],
    ["M IN (MAP('b' := 2), MAP('a' := '1'))", true],
    ["T IN (STRUCT(NAME := 'x', ID := '5'))", true],
    ["T IN (STRUCT(NAME := 'x', ID := 5, Z := 1))", false],
    ["DT IN ('1970-01-11')", true],
  ])('%s is %s', (sql, value) => {
    expect(run(sql)).toBe(value);
  });
  it.each([
    ['B IN (true, 10)', 'NO_COMMON_TYPE'],
    ["I IN (10, 'x')", 'INVALID_LITERAL'],
    ['D IN (10, S)', 'NO_COMMON_TYPE'],
    ['AL IN (AL, ARRAY[B])', 'NO_COMMON_TYPE'],
    ["AL IN (AL, ARRAY['10', 'not 10'])", 'INVALID_LITERAL'],
    ["M IN (M, MAP('10' := 'not 10'))", 'INVALID_LITERAL'],
    ['M IN (10)', 'NO_COMMON_TYPE'],
    ['I AND B', 'TYPE_MISMATCH'],
    ['NOT I', 'TYPE_MISMATCH'],
    ["I LIKE 'x'", 'TYPE_MISMATCH'],
  ] satisfies [string, ErrorCode][])('%s is refused: %s', (sql, code) => {
    expect(refusalOf(sql).code).toBe(code);
  });
});

describe('CASE', () => {
  it.each([
    ["CASE WHEN I < 2 THEN 'small' WHEN I < 10 THEN 'medium' ELSE 'large' END", 'STRING', 'medium'],
    ["CASE WHEN I < 2 THEN 'small' END", 'STRING', null],
    ['CASE WHEN I > 2 THEN NULL ELSE 1 END', 'INTEGER', null],
    ['CASE WHEN I > 2 THEN 1 ELSE L END', 'BIGINT', 1],
    ["CASE I WHEN 6 THEN 'six' WHEN 7 THEN 'seven' END", 'STRING', 'seven'],
    ['CASE WHEN I = 1 THEN 1 WHEN I = 2 THEN 2 WHEN I = 7 THEN 3 ELSE 4 END', 'INTEGER', 3],
    ['CASE WHEN I = 7 THEN 1 ELSE 1 / 0 END', 'INTEGER', 1],
  ])('%s', (sql, type, value) => {
    expect(typeTextOf(sql, COLUMNS)).toBe(type);
    expect(run(sql)).toEqual(value);
  });
  it('needs a type and conditions', () => {
    expect(refusalOf('CASE WHEN B THEN NULL ELSE NULL END').code).toBe('UNTYPED_NULL');
    expect(refusalOf('CASE WHEN I THEN 1 END').code).toBe('TYPE_MISMATCH');
    expect(refusalOf('CASE WHEN B THEN 1 ELSE B END').code).toBe('NO_COMMON_TYPE');
  });
});

describe('constructors and access', () => {
  it.each([
    ['ARRAY[I, 3]', 'ARRAY<INTEGER>', [7, 3]],
    ["ARRAY[NULL, 10, '2e1', I, L]", 'ARRAY<DECIMAL(19, 0)>', [null, '#10', '#20', '#7', '#9007199254740993']],
    [
      'ARRAY[STRUCT(X := I, Y := L), NULL, STRUCT(Y := I, Z := L)]',
      'ARRAY<STRUCT<`X` INTEGER, `Y` BIGINT, `Z` BIGINT>>',
      [[7, 9007199254740993n, null], null, [null, 7, 9007199254740993n]],
    ],
    ["MAP(S := B, 'k' := 'true', 10 := 'no')", 'MAP<STRING, BOOLEAN>', { foo: true, k: true, 10: false }],
    ['MAP(S := I, NULL := 1)', 'MAP<STRING, INTEGER>', { foo: 7, null: 1 }],
    ['STRUCT(F := S, G := STRUCT(H := 1))', 'STRUCT<`F` STRING, `G` STRUCT<`H` INTEGER>>', ['foo', [1]]],
    ['STRUCT()', 'STRUCT<>', []],
    ['ARRAY[44, 1 / (I - 7)]', 'ARRAY<INTEGER>', [44, null]],
    ['A[1]', 'INTEGER', 1],
    ['A[-2]', 'INTEGER', 2],
    ['A[0]', 'INTEGER', null],
    ['A[4]', 'INTEGER', null],
    ['A[L]', 'INTEGER', null],
    ['A[10-5-4]', 'INTEGER', 1],
    ["M['a']", 'INTEGER', 1],
    ["M['b']", 'INTEGER', null],
    ['T->NAME', 'STRING', 'x'],
    ['STRUCT(A := ARRAY[1, 2])->A[2]', 'INTEGER', 2],
    ["MAP(1.0 := 'x')[1.00]", 'STRING', 'x'],
  ])('%s : %s', (sql, type, value) => {
    expect(typeTextOf(sql, COLUMNS)).toBe(type);
    expect(run(sql)).toEqual(value);
  });
  it.each(['A[1]', "M['a']", 'T->NAME', 'T->ID + 1'])('%s of nulls is null', (sql) => {
    expect(run(sql, NULLS)).toBeNull();
  });
  it.each([
    ['ARRAY[]', 'INVALID_CONSTRUCTOR'],
    ['ARRAY[NULL]', 'INVALID_CONSTRUCTOR'],
    ["ARRAY[1, 'not a number']", 'INVALID_LITERAL'],
    ['MAP()', 'INVALID_CONSTRUCTOR'],
    ['MAP(S := NULL)', 'INVALID_CONSTRUCTOR'],
    ['MAP(NULL := 1)', 'INVALID_CONSTRUCTOR'],
    ['STRUCT(F := 1, F := 2)', 'INVALID_CONSTRUCTOR'],
    ['STRUCT(F := NULL)', 'UNTYPED_NULL'],
    ['T->NAMES', 'UNKNOWN_FIELD'],
    ['I->X', 'TYPE_MISMATCH'],
    ['I[1]', 'TYPE_MISMATCH'],
    ['A[S]', 'TYPE_MISMATCH'],
    ['M[1]', 'TYPE_MISMATCH'],
    ['NOPE + 1', 'UNKNOWN_COLUMN'],
    ['COUNT(I)', 'MISPLACED_EXPRESSION'],
    ['NO_SUCH(I)', 'UNKNOWN_FUNCTION'],
  ] satisfies [string, ErrorCode][])('%s is refused: %s', (sql, code) => {
    expect(refusalOf(sql).code).toBe(code);
  });
});

describe('CAST', () => {
  it.each([
    [true, 'BOOLEAN', 'STRING', 'true'],
    [3000000000, 'BIGINT', 'INT', -1294967296],
    [2147483648, 'BIGINT', 'INT', -2147483648],
    [9223372036854775807n, 'BIGINT', 'INT', -1],
    [9007199254740993n, 'BIGINT', 'DOUBLE', 9007199254740992],
    [9007199254740993n, 'BIGINT', 'STRING', '9007199254740993'],
    [1, 'INT', 'DECIMAL(2, 1)', '#1'],
    [0.99, 'DOUBLE', 'DECIMAL(2, 1)', '#1'],
    [0.05, 'DOUBLE', 'DECIMAL(2, 1)', '#0.1'],
    [1e20, 'DOUBLE', 'INT', 2147483647],
    [-1e20, 'DOUBLE', 'BIGINT', -9223372036854775808n],
    [NaN, 'DOUBLE', 'INT', 0],
    [-0.5, 'DOUBLE', 'BIGINT', 0],
    [1e7, 'DOUBLE', 'STRING', '1.0E7'],
    [dec('-10.99'), 'DECIMAL(4, 2)', 'INT', -10],
    [dec('10.1'), 'DECIMAL(4, 2)', 'STRING', '10.10'],
    [dec('10.15'), 'DECIMAL(4, 2)', 'DECIMAL(3, 1)', '#10.2'],
    [dec('0.1'), 'DECIMAL(4, 2)', 'DOUBLE', 0.1],
    ['Yes', 'STRING', 'BOOLEAN', true],
    ['x', 'STRING', 'BOOLEAN', false],
    [' -12 ', 'STRING', 'INT', -12],
    ['1.5e3', 'STRING', 'DOUBLE', 1500],
    ['1.25', 'STRING', 'DECIMAL(2, 1)', '#1.3'],
    ['2022-04-28T21:44:47.943', 'STRING', 'TIMESTAMP', 1651182287943],
    ['1970-01-11', 'STRING', 'DATE', 10],
    ['01:00', 'STRING', 'TIME', 3600000],
    [10, 'DATE', 'TIMESTAMP', 864000000],
    [10, 'DATE', 'STRING', '1970-01-11'],
    [864000010, 'TIMESTAMP', 'DATE', 10],
    [-1, 'TIMESTAMP', 'TIME', 86399999],
    [864000010, 'TIMESTAMP', 'STRING', '1970-01-11T00:00:00.010'],
    [[1, 3, 2147483648], 'ARRAY<BIGINT>', 'ARRAY<INT>', [1, 3, -2147483648]],
    [[1, null], 'ARRAY<BIGINT>', 'ARRAY<STRING>', ['1', null]],
    [[1, null], 'ARRAY<BIGINT>', 'STRING', '[1, null]'],
    [new Map([['this', 1]]), 'MAP<STRING, INT>', 'STRING', '{this=1}'],
    [new Map([['k', '10']]), 'MAP<STRING, STRING>', 'MAP<STRING, INT>', { k: 10 }],
    [[1, 3, null], 'STRUCT<F0 INT, `f1` INT, G INT>', 'STRING', 'Struct{F0=1,f1=3}'],
    [[1, '3'], 'STRUCT<F0 BIGINT, F1 STRING>', 'STRUCT<F0 STRING, F3 STRING>', ['1', null]],
    [null, 'STRUCT<F0 BIGINT>', 'STRING', null],
  ])('%o from %s to %s', (value, from, to, result) => {
    expect(plain(castValue(value, from, to))).toEqual(result);
  });
  it.each([
    ['abc', 'STRING', 'INT', 'CAST_FAILED'],
    ['1.5', 'STRING', 'INT', 'CAST_FAILED'],
    ['9223372036854775808', 'STRING', 'BIGINT', 'CAST_FAILED'],
    ['NaN', 'STRING', 'DOUBLE', 'CAST_FAILED'],
    ['1d', 'STRING', 'DOUBLE', 'CAST_FAILED'],
    ['', 'STRING', 'DECIMAL(2, 1)', 'CAST_FAILED'],
    [10, 'INT', 'DECIMAL(2, 1)', 'DECIMAL_OVERFLOW'],
    [NaN, 'DOUBLE', 'DECIMAL(2, 1)', 'DECIMAL_OVERFLOW'],
    ['x', 'STRING', 'DATE', 'INVALID_DATE'],
    ['x', 'STRING', 'ARRAY<INT>', 'INVALID_CAST'],
    [1, 'INT', 'TIMESTAMP', 'INVALID_CAST'],
    [true, 'BOOLEAN', 'INT', 'INVALID_CAST'],
    [[1], 'ARRAY<INT>', 'MAP<STRING, INT>', 'INVALID_CAST'],
  ] satisfies [SqlValue, string, string, ErrorCode][])('%o from %s to %s fails: %s', (value, from, to, code) => {
    expect(refusal(() => castValue(value, from, to)).code).toBe(code);
  });
  it('gives NULL a type', () => {
    expect(typeTextOf('CAST(NULL AS DECIMAL(3, 1))')).toBe('DECIMAL(3, 1)');
    expect(evaluate('CAST(NULL AS ARRAY<INT>)')).toBeNull();
  });
});

describe('functions', () => {
  it.each([
    ['ABS(-I)', 'INTEGER', 7],
    ["IFNULL(CAST('abc' AS INT), -1)", 'INTEGER', -1],
    ['COALESCE(CAST(S AS INT), NULL, I)', 'INTEGER', 7],
    ['SQRT(I + 2)', 'DOUBLE', 3],
  ])('%s : %s', (sql, type, value) => {
    expect(typeTextOf(sql, COLUMNS)).toBe(type);
    expect(run(sql)).toEqual(value);
  });
});

describe('failures at run time', () => {
  it('make a column null and are reported', () => {
    const { context, errors } = setup(COLUMNS);
    const evaluator = guarded(compiled('10 / (I - 7)', COLUMNS), 'KSQL_COL_0', context);
    expect(evaluator(ROW)).toBeNull();
    expect(errors).toEqual(['KSQL_COL_0: Division by zero.']);
  });
  it('make a predicate false and are reported', () => {
    const { context, errors } = setup(COLUMNS);
    const predicate = compilePredicate(parseExpression('10 / (I - 7) = 1'), context);
    expect(predicate(ROW)).toBe(false);
    expect(errors).toHaveLength(1);
  });
  it('a predicate that is null is false, and must be BOOLEAN', () => {
    const { context } = setup(COLUMNS);
    expect(compilePredicate(parseExpression('B'), context)(NULLS)).toBe(false);
    expect(compilePredicate(parseExpression('B'), context)(ROW)).toBe(true);
    const error = refusal(() => compilePredicate(parseExpression("'not a boolean'"), context));
    expect(error.message).toBe("The condition of WHERE must be BOOLEAN, and 'not a boolean' (STRING) is not.");
  });
});
