import { describe, expect, it } from 'vitest';
import type { SqlValue } from '../../src/core/common/sql-type.ts';
import { ExactDecimal } from '../../src/core/common/values/decimal-text.ts';
import { bindAggregate, call, plainContext, type TypedValue } from '../../src/core/sql/functions/testing.ts';
import { createRegistry } from '../../src/core/sql/functions/registry.ts';
import { testFunctions } from './functions.ts';

const registry = createRegistry(testFunctions);
const evaluate = (name: string, ...args: TypedValue[]): SqlValue => call(name, args, registry).value;

function run(
  name: string,
  columns: readonly string[],
  literals: readonly TypedValue[],
  rows: readonly SqlValue[][],
): SqlValue {
  const { aggregate } = bindAggregate(name, columns, literals, plainContext, registry);
  return aggregate.result(rows.reduce((state: SqlValue, row) => aggregate.add(state, row), aggregate.initial()));
}

describe('functions that the conformance cases bring along', () => {
  it('TEST_UDF tells the overload', () => {
    expect(evaluate('test_udf', ['INT', 1], ['STRING', 'foo'])).toBe('doStuffIntString');
    expect(evaluate('test_udf', ['BIGINT', 1], ['STRING', 'foo'])).toBe('doStuffLongString');
    expect(evaluate('test_udf', ['INT', 1], ['INT', 1], ['STRING', 'foo'])).toBe('doStuffLongLongString');
    expect(evaluate('test_udf', ['INT', 1], ['INT', 1])).toBe('doStuffLongVarargs');
    expect(evaluate('test_udf', ['STRUCT<A STRING>', ['x']])).toBe('x');
    expect(evaluate('test_udf')).toEqual(['foo']);
  });

  it('TEST_UDTF lists its arguments', () => {
    const values: [string, SqlValue, string][] = [
      ['INT', 1, '1'],
      ['BIGINT', 2, '2'],
      ['DOUBLE', 3.1, '3.1'],
      ['BOOLEAN', true, 'true'],
      ['STRING', 'foo', 'foo'],
      ['DECIMAL(20, 10)', new ExactDecimal('123.456'), '123.4560000000'],
      ['STRUCT<A STRING>', ['bar'], 'Struct{A=bar}'],
    ];
    const texts = values.map(([, , text]) => text);
    expect(evaluate('test_udtf', ...values.map(([type, value]): TypedValue => [type, value]))).toEqual(texts);
    expect(evaluate('test_udtf', ...values.map(([type, value]): TypedValue => [`ARRAY<${type}>`, [value]]))).toEqual(
      texts,
    );
    expect(
      evaluate(
        'test_udtf',
        ...values.map(([type, value]): TypedValue => [`MAP<STRING, ${type}>`, new Map([['k', value]])]),
      ),
    ).toEqual(texts);
    for (const [type, value] of values) expect(evaluate('test_udtf', [type, value])).toEqual([value]);
  });

  it('the others fail when told to', () => {
    expect(() => evaluate('bad_udf', ['INT', 1])).toThrowError('boom!');
    expect(() => evaluate('throwing_udtf', ['BOOLEAN', true])).toThrowError('You asked me to throw');
    expect(evaluate('throwing_udtf', ['BOOLEAN', false])).toEqual([false]);
    expect(() => evaluate('whenresult', ['INT', 100], ['BOOLEAN', false])).toThrowError('You asked me to throw');
  });

  it('aggregates add up columns and start from literals', () => {
    expect(
      run(
        'VAR_ARG',
        ['BIGINT', 'STRING', 'STRING'],
        [],
        [
          [6, 'hi', null],
          [null, 'a', 'b'],
        ],
      ),
    ).toBe(10);
    expect(run('VAR_ARG', ['BIGINT'], [], [[6]])).toBe(6);
    expect(
      run(
        'MID_VAR_ARG',
        ['BIGINT', 'STRING'],
        [
          ['INT', 7],
          ['INT', 3],
        ],
        [
          [6, 'hi'],
          [1, null],
        ],
      ),
    ).toBe(19);
    expect(
      run(
        'MULTI_ARG',
        ['BIGINT', 'STRING'],
        [
          ['INT', 5],
          ['STRING', '10'],
          ['STRING', '3'],
        ],
        [[6, 'hi']],
      ),
    ).toBe(16);
    expect(run('TEST_UDAF', ['STRING'], [['STRING', 'init']], [['abc']])).toBe(7);
    expect(run('TEST_UDAF', ['STRUCT<A INT, B INT>'], [], [[[1, 2]], [[2, 3]]])).toEqual([3, 5]);
  });

  it('aggregates of any columns collect whole rows', () => {
    expect(
      run(
        'GENERIC_VAR_ARG',
        ['STRING', 'INT', 'DOUBLE', 'DOUBLE'],
        [],
        [
          ['a', 1, 1, 1],
          ['b', 1, null, 1],
        ],
      ),
    ).toEqual(['a']);
    expect(
      run(
        'OBJ_COL_ARG',
        ['INT', 'BIGINT', 'ARRAY<INT>'],
        [],
        [
          [1, 2, [3]],
          [2, null, [3]],
        ],
      ),
    ).toEqual([1]);
    expect(() => run('GENERIC_VAR_ARG', ['STRING', 'INT', 'DOUBLE', 'INT'], [], [])).toThrowError(/GENERIC_VAR_ARG/);
  });
});
