/**
 * What an expression is compiled in, and what comes out.
 *
 * An expression becomes a closure from a row (values by column index) to a value, specialised by the types of its
 * operands when it is compiled, so that nothing is decided per record that is known before. `null` is SQL's NULL.
 */
import type { Expression } from '../../sql/ast.ts';
import type { FunctionContext, FunctionRegistry } from '../../sql/functions/function.ts';
import type { Row, SqlType, SqlValue } from '../../common/sql-type.ts';

export interface ResolvedColumn {
  /** Index into the row. */
  readonly index: number;
  readonly type: SqlType;
}

/** What names mean. */
export interface Scope {
  /** @throws WeirError when the name is ambiguous */
  resolve(source: string | undefined, name: string): ResolvedColumn | undefined;
  /** The names that `resolve` knows, for "did you mean". */
  candidates(): readonly string[];
}

export interface CompileContext {
  readonly scope: Scope;
  readonly functions: FunctionRegistry;
  readonly functionContext: FunctionContext;
  /** Custom types by folded name (CREATE TYPE). */
  readonly customTypes: (name: string) => SqlType | undefined;
  /** Told of every failure at run time whose value became null; `expression` is the text of what failed. */
  readonly onError?: ((error: unknown, expression: string, row: Row) => void) | undefined;
}

export type Evaluator = (row: Row) => SqlValue;

export interface Compiled {
  /** Null for the literal NULL, which has no type. */
  readonly type: SqlType | null;
  readonly evaluate: Evaluator;
  /** The value of a constant expression, undefined of any other. */
  readonly literal: SqlValue | undefined;
  /** The row index that is all the expression reads, or -1: lets operators on bare columns skip a call. */
  readonly column: number;
  /** Whether `evaluate` can throw. */
  readonly fallible: boolean;
}

/** A lambda's parameters while its body runs; one per lambda, made when the expression is compiled. */
export interface LambdaFrame {
  readonly names: readonly string[];
  readonly types: readonly SqlType[];
  readonly slots: SqlValue[];
  /** The row of the call that the lambda is an argument of. */
  row: Row;
  readonly outer: LambdaFrame | undefined;
}

/**
 * What arithmetic on a null does. In the reference it is a failure, which ends the enclosing part that is guarded (the
 * column, argument, element or field) with null: `x + 1 IS NULL` is null, not true, for a null x. Throwing is slow, so it
 * is done only where a null could be told from a failure:
 *
 * - `pass`: between here and the guard a null goes through unchanged: be null;
 * - `fails`: something here looks at the value (a comparison, a condition, a lambda's caller): throw;
 * - `excludes`: a conjunct of a predicate, where null, false and failure all exclude the row.
 */
export type NullMode = 'pass' | 'fails' | 'excludes';

/** The surroundings of one node: the context and the lambdas that it stands in. */
export interface Env {
  readonly context: CompileContext;
  readonly frame: LambdaFrame | undefined;
  readonly nulls: NullMode;
  /** Compiles a child in the same or another environment; `compile.ts` puts it here, so that nodes need not import it. */
  readonly compile: (expression: Expression, env: Env) => Compiled;
}

const withNulls = (env: Env, nulls: NullMode): Env => (env.nulls === nulls ? env : { ...env, nulls });

/** For parts that have a guard of their own, and for operands of arithmetic. */
export const passingNulls = (env: Env): Env => withNulls(env, 'pass');
/** For operands whose null does not make the node's value null. */
export const failingOnNulls = (env: Env): Env => withNulls(env, 'fails');
/** For operands of a test that is false on null: within a conjunct that is as good as failing. */
export const testedOperand = (env: Env): Env => withNulls(env, env.nulls === 'excludes' ? 'pass' : 'fails');
/** For operands whose null makes the node's value null. */
export const transparent = (env: Env): Env => (env.nulls === 'excludes' ? withNulls(env, 'pass') : env);

export const EMPTY_ROW: Row = [];

export function constant(type: SqlType | null, value: SqlValue): Compiled {
  return { type, evaluate: () => value, literal: value, column: -1, fallible: false };
}

export function computed(type: SqlType, evaluate: Evaluator, fallible: boolean): Compiled {
  return { type, evaluate, literal: undefined, column: -1, fallible };
}

/**
 * The node, or its value when all its operands are constants. What fails stays an evaluator, so that it fails per
 * record and inside whatever guards it.
 */
export function folded(operands: readonly Compiled[], node: Compiled): Compiled {
  for (const operand of operands) if (operand.literal === undefined) return node;
  try {
    return constant(node.type, node.evaluate(EMPTY_ROW));
  } catch {
    return node;
  }
}

export const anyFallible = (nodes: readonly Compiled[]): boolean => nodes.some((node) => node.fallible);
