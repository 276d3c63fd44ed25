/**
 * Every example of every scalar and table function, compiled and evaluated as it stands. (Examples of aggregates carry
 * their rows in a comment and run beside the aggregates.)
 */
import { describe, expect, it } from 'vitest';
import { setup } from '../../src/core/ksql/expressions/testing.ts';
import { compile, compileTableFunction } from '../../src/core/ksql/expressions/compile.ts';
import { textConverter } from '../../src/core/ksql/expressions/value-text.ts';
import { array } from '../../src/core/common/sql-type.ts';
import { assert } from '../../src/core/common/errors.ts';
import { parseExpression } from '../../src/core/sql/parse.ts';
import { createRegistry } from '../../src/core/sql/functions/registry.ts';

function show(sql: string, isTable: boolean): string {
  const expression = parseExpression(sql);
  const { context } = setup({});
  if (isTable) {
    assert(expression.kind === 'call', 'a table function is called');
    const { type, evaluate } = compileTableFunction(expression, context);
    assert(type !== null, 'a table function has a type');
    return textConverter(array(type))(evaluate([]));
  }
  const { type, evaluate } = compile(expression, context);
  const value = evaluate([]);
  return value === null || type === null ? 'null' : textConverter(type)(value);
}

const functions = createRegistry().list();

describe('examples', () => {
  const examples = functions.flatMap((fn) =>
    fn.kind === 'aggregate'
      ? []
      : (fn.examples ?? []).map((e) => ({ sql: e.sql, result: e.result, isTable: fn.kind === 'table' })),
  );

  it.each(examples)('$sql', ({ sql, result, isTable }) => {
    expect(show(sql, isTable)).toBe(result);
  });

  it('every function has one, and a name of its own', () => {
    expect(functions.filter((fn) => (fn.examples ?? []).length === 0).map((fn) => fn.name)).toEqual([]);
    expect(new Set(functions.map((fn) => fn.name)).size).toBe(functions.length);
  });
});
