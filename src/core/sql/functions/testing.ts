/**
 * For tests: calls functions through the registry with typed values, without parsing or compiling an expression.
 *
 *     evaluate('SLICE', ['ARRAY<INT>', [1, 2, 3]], ['INT', 1], ['INT', 2])   // [1, 2]
 */
import { assert } from '../../common/errors.ts';
import { VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type {
  Argument,
  ArgumentValue,
  FunctionContext,
  FunctionRegistry,
  LambdaValue,
  ResolvedAggregate,
} from './function.ts';
import { createRegistry } from './registry.ts';
import { parsePattern } from './signature.ts';

export const plainContext: FunctionContext = { config: {}, nowMs: () => 0, random: () => 0.5 };

/** A type as text and a value of it; for a lambda the type of its body and the function. `NULL` is an untyped NULL. */
export type TypedValue = readonly [type: string, value: SqlValue | LambdaValue];
export const NULL: TypedValue = ['NULL', null];

export function typeOf(text: string): SqlType {
  const pattern = parsePattern(text);
  assert(pattern.kind === 'type', `${text} is a type`);
  return pattern.type;
}

function argumentOf([type, value]: TypedValue): Argument {
  if (type === 'NULL') return { kind: 'null' };
  if (typeof value === 'function') return { kind: 'lambda', arity: value.length, typeOf: () => typeOf(type) };
  return { kind: 'value', type: typeOf(type), literal: value };
}

const builtIn = createRegistry();

export interface Evaluated {
  readonly type: SqlType;
  readonly value: SqlValue;
}

/** Calls a scalar or table function; arguments are not converted. */
export function call(name: string, args: readonly TypedValue[], registry: FunctionRegistry = builtIn): Evaluated {
  const resolved = registry.resolve(name, args.map(argumentOf));
  const types = args.map(([type], i) => resolved.paramTypes[i] ?? (type === 'NULL' ? VARCHAR : typeOf(type)));
  const evaluator = resolved.signature.bind(types, plainContext, resolved.returnType) as (
    ...values: ArgumentValue[]
  ) => SqlValue;
  const values = args.map(([, value]) => value);
  const isNull = resolved.signature.nullOnNull === true && values.includes(null);
  return { type: resolved.returnType, value: isNull ? null : evaluator(...values) };
}

export const evaluate = (name: string, ...args: TypedValue[]): SqlValue => call(name, args).value;

/** Binds an aggregate: column types as text, then literals. */
export function bindAggregate(
  name: string,
  columns: readonly string[],
  literals: readonly TypedValue[] = [],
  context: FunctionContext = plainContext,
  registry: FunctionRegistry = builtIn,
): ResolvedAggregate {
  const args: Argument[] = columns.map((type) => ({ kind: 'value', type: typeOf(type), literal: undefined }));
  return registry.resolveAggregate(name, [...args, ...literals.map(argumentOf)], context);
}
