/** For tests: compiles an expression's text over columns given as text, and evaluates it on rows. */
import { assert } from '../../common/errors.ts';
import { NO_SPAN } from '../../common/position.ts';
import { formatType, type Row, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { parseExpression, parseType } from '../../sql/parse.ts';
import { resolveTypeName } from '../../sql/types.ts';
import { createRegistry } from '../../sql/functions/registry.ts';
import type { FunctionRegistry, SqlFunction } from '../../sql/functions/function.ts';
import { compile } from './compile.ts';
import type { Compiled, CompileContext, Scope } from './context.ts';

export type Columns = Readonly<Record<string, string>>;

export interface Setup {
  readonly context: CompileContext;
  readonly errors: string[];
}

export const typeFromText = (text: string): SqlType => resolveTypeName(parseType(text));

export function setup(
  columns: Columns,
  functions: readonly SqlFunction[] = [],
  config: Readonly<Record<string, string>> = {},
): Setup {
  const names = Object.keys(columns);
  const types = Object.values(columns).map(typeFromText);
  const scope: Scope = {
    resolve(source, name) {
      const index = names.indexOf(name);
      const type = types[index];
      return type === undefined || source !== undefined ? undefined : { index, type };
    },
    candidates: () => names,
  };
  const registry: FunctionRegistry = createRegistry(functions);
  const errors: string[] = [];
  return {
    errors,
    context: {
      scope,
      functions: registry,
      functionContext: { config, nowMs: () => 0, random: () => 0.5 },
      customTypes: () => undefined,
      onError: (error, expression) =>
        errors.push(`${expression}: ${error instanceof Error ? error.message : String(error)}`),
    },
  };
}

export function compiled(sql: string, columns: Columns = {}, functions: readonly SqlFunction[] = []): Compiled {
  return compile(parseExpression(sql), setup(columns, functions).context);
}

export function evaluate(sql: string, columns: Columns = {}, row: Row = []): SqlValue {
  return compiled(sql, columns).evaluate(row);
}

export function typeTextOf(sql: string, columns: Columns = {}): string {
  const { type } = compiled(sql, columns);
  return type === null ? 'NULL' : formatType(type);
}

/** Compiles `CAST(x AS to)` and applies it. */
export function castValue(value: SqlValue, from: string, to: string): SqlValue {
  const node = compile(
    {
      kind: 'cast',
      operand: { kind: 'column', source: undefined, name: 'X', span: NO_SPAN },
      type: parseType(to),
      span: NO_SPAN,
    },
    setup({ X: from }).context,
  );
  assert(node.type !== null, 'a cast has a type');
  return node.evaluate([value]);
}
