import { describe, expect, it } from 'vitest';
import type { SqlValue } from '../common/sql-type.ts';
import { refusal } from '../common/testing.ts';
import { ExactDecimal } from '../common/values/decimal-text.ts';
import { parseExpression } from '../sql/parse.ts';
import { Config } from './config.ts';
import { typeFromText } from './expressions/testing.ts';
import { constantFor } from './insert-conversion.ts';
import { TestPlanner } from './testing.ts';

const context = new TestPlanner().planner.analyzerContext(new Config({}));
const constant = (sql: string, type: string): SqlValue =>
  constantFor(parseExpression(sql), typeFromText(type), 'C', context);

function plain(value: SqlValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return ExactDecimal.isDecimal(value) ? `#${value.toFixed()}` : value;
}

describe('a constant of INSERT', () => {
  it.each([
    ['1', 'BIGINT', 1],
    ['1', 'DOUBLE', 1],
    ['1.5', 'DOUBLE', 1.5],
    ['1', 'DECIMAL(4, 2)', '#1'],
    ['1.50', 'DECIMAL(4, 1)', '#1.5'],
    ["'1970-01-02'", 'DATE', 1],
    ["'AQ=='", 'BYTES', Uint8Array.of(1)],
    ['ARRAY[1, NULL]', 'ARRAY<DOUBLE>', [1, null]],
    ['ARRAY[1.5, 2.25]', 'ARRAY<DECIMAL(5, 2)>', ['#1.5', '#2.25']],
    ['STRUCT(B := 1.5, X := 0)', 'STRUCT<A INT, B DECIMAL(3, 1)>', [null, '#1.5']],
    ['NULL', 'MAP<STRING, INT>', null],
  ])('%s is taken as %s', (sql, type, value) => {
    expect(plain(constant(sql, type))).toEqual(value);
  });

  it.each([
    ['1.255', 'DECIMAL(4, 2)', 'DECIMAL_OVERFLOW', 'CAST(1.255 AS DECIMAL(4, 2))'],
    ['ARRAY[1.255]', 'ARRAY<DECIMAL(4, 2)>', 'DECIMAL_OVERFLOW', 'CAST(ARRAY[1.255] AS ARRAY<DECIMAL(4, 2)>)'],
    ['123.5', 'DECIMAL(4, 2)', 'DECIMAL_OVERFLOW', undefined],
    ['1.5', 'INT', 'TYPE_MISMATCH', 'CAST(1.5 AS INTEGER)'],
    ['2147483648', 'INT', 'TYPE_MISMATCH', undefined],
    ["'7'", 'INT', 'TYPE_MISMATCH', "CAST('7' AS INTEGER)"],
    ["'x'", 'INT', 'TYPE_MISMATCH', undefined],
    ['7', 'STRING', 'TYPE_MISMATCH', 'CAST(7 AS STRING)'],
    ['7', 'DATE', 'TYPE_MISMATCH', undefined],
    ["'!'", 'BYTES', 'INVALID_LITERAL', undefined],
    ["'25:00'", 'TIME', 'INVALID_TIME', undefined],
    ['OTHER', 'STRING', 'INVALID_INSERT', undefined],
  ])('%s is refused as %s: %s', (sql, type, code, rewrite) => {
    const error = refusal(() => constant(sql, type));
    expect(error.code).toBe(code);
    expect(error.message).toContain('column C');
    expect(error.span).toBeDefined();
    expect(error.hint).toMatch(/./);
    expect(error.rewrite?.text).toBe(rewrite);
    if (rewrite !== undefined) expect(() => constant(rewrite, type)).not.toThrow();
  });
});
