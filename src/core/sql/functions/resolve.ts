/**
 * Overload resolution, as ksqlDB's `UdfIndex` does it.
 *
 * 1. Exact pass: a signature is a candidate when each argument has exactly its parameter's type; a NULL literal has
 *    every type; type variables are bound left to right and stand for one type throughout.
 * 2. If none, and the function is not an aggregate: the same with implicit casts (INTEGER -> BIGINT -> DECIMAL ->
 *    DOUBLE, STRING -> DATE, TIME, TIMESTAMP), inside arrays and maps too, but neither inside structs nor for type
 *    variables.
 *
 * Of several candidates the best wins by: fixed arity over variadic; fewer type variables; more parameters; a later
 * variadic parameter. If two are still equal, the exact pass takes the one declared first (only NULLs can tie there),
 * the pass with casts refuses the call as ambiguous.
 *
 * A lambda matches by its number of parameters. When the signature is chosen, the types that the other arguments gave
 * the type variables type the lambda's parameters, and its body's type binds what the lambda returns.
 */
import { WeirError } from '../../common/errors.ts';
import { formatType, VARCHAR, type DecimalType, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { decimalOf, widen } from '../../common/values/decimal.ts';
import type {
  AggregateFunction,
  AggregateSignature,
  Argument,
  FunctionContext,
  Parameter,
  ResolvedAggregate,
  ResolvedCall,
  ScalarFunction,
  SqlFunction,
  TableFunction,
  TypePattern,
} from './function.ts';
import { ambiguous, noMatch } from './resolution-errors.ts';
import { converted, expand, hasGenerics, substitute, unify, type Generics } from './type-pattern.ts';

interface Candidate<S> {
  readonly signature: S;
  readonly params: readonly Parameter[];
  /** One pattern per argument: the variadic parameter repeated. */
  readonly patterns: readonly TypePattern[];
  readonly generics: Generics;
}

// ------------------------------------------------------------------------------------------------- entries

/** @throws WeirError NO_MATCHING_FUNCTION, AMBIGUOUS_FUNCTION, and whatever typing a lambda's body throws */
export function resolveScalar(fn: ScalarFunction | TableFunction, args: readonly Argument[]): ResolvedCall {
  const candidate = choose(
    fn,
    fn.signatures.map((signature) => ({ signature, params: signature.params })),
    args,
    true,
  );
  const { signature, patterns, generics } = candidate;
  const lambdas = bindLambdas(fn, args, patterns, generics);
  const paramTypes = convertedTypes(args, patterns, generics);
  const argTypes = args.map((_, i) => paramTypes[i] ?? lambdas.bodies[i] ?? VARCHAR);
  const returnType =
    typeof signature.returns === 'function'
      ? signature.returns(argTypes)
      : substitute(signature.returns, generics, firstDecimal(patterns, paramTypes));
  if (returnType === undefined) {
    throw noMatch(fn, args, 'The result type follows from NULL arguments alone: CAST(NULL AS ...) gives one a type.');
  }
  return { fn, signature, paramTypes, lambdaParams: lambdas.params, returnType };
}

/** @throws WeirError NO_MATCHING_FUNCTION, NOT_A_LITERAL, or what the aggregate says of its literals */
export function resolveAggregateCall(
  fn: AggregateFunction,
  args: readonly Argument[],
  context: FunctionContext,
): ResolvedAggregate {
  const candidate = choose(
    fn,
    fn.signatures.map((signature) => ({ signature, params: [...signature.params, ...(signature.initParams ?? [])] })),
    args,
    false,
  );
  const { signature, patterns, generics } = candidate;
  const initFrom = countColumns(signature, args.length);
  const paramTypes = convertedTypes(args, patterns, generics).map((type) => type ?? VARCHAR);
  const initArgs = args.slice(initFrom).map((arg, i) => literalOf(fn, arg, initFrom + i));
  const aggregate = signature.bind(paramTypes.slice(0, initFrom), initArgs, context);
  return { fn, signature, paramTypes, initFrom, aggregate };
}

// ------------------------------------------------------------------------------------------------ choosing

interface Overload<S> {
  readonly signature: S;
  readonly params: readonly Parameter[];
}

function choose<S>(
  fn: SqlFunction,
  overloads: readonly Overload<S>[],
  args: readonly Argument[],
  castsAllowed: boolean,
): Candidate<S> {
  const exact = best(candidates(overloads, args, false));
  if (exact[0] !== undefined) return exact[0];
  if (castsAllowed) {
    const cast = best(candidates(overloads, args, true));
    if (cast.length > 1) throw ambiguous(fn, args, cast);
    if (cast[0] !== undefined) return cast[0];
  }
  throw noMatch(fn, args);
}

function candidates<S>(
  overloads: readonly Overload<S>[],
  args: readonly Argument[],
  casts: boolean,
): readonly Candidate<S>[] {
  const found: Candidate<S>[] = [];
  for (const { signature, params } of overloads) {
    const patterns = expand(params, args.length);
    if (patterns === undefined) continue;
    const generics: Generics = new Map();
    if (args.every((arg, i) => accepts(patterns[i], arg, generics, casts))) {
      found.push({ signature, params, patterns, generics });
    }
  }
  return found;
}

/** The best candidates in order of declaration: several if none is better than the others. */
function best<S>(found: readonly Candidate<S>[]): readonly Candidate<S>[] {
  let winners: Candidate<S>[] = [];
  for (const candidate of found) {
    const order = winners[0] === undefined ? 1 : compareCandidates(candidate, winners[0]);
    if (order > 0) winners = [candidate];
    else if (order === 0) winners.push(candidate);
  }
  return winners;
}

/** Positive when `a` is the better one. */
function compareCandidates(a: Candidate<unknown>, b: Candidate<unknown>): number {
  const variadicA = a.params.findIndex((p) => p.variadic === true);
  const variadicB = b.params.findIndex((p) => p.variadic === true);
  return (
    Number(variadicA < 0) - Number(variadicB < 0) ||
    countGenerics(b.params) - countGenerics(a.params) ||
    a.params.length - b.params.length ||
    variadicA - variadicB
  );
}

function countGenerics(params: readonly Parameter[]): number {
  return params.filter((p) => p.type.kind === 'any' || hasGenerics(p.type)).length;
}

function countColumns(signature: AggregateSignature, argCount: number): number {
  const columns = signature.params.length;
  const variadic = signature.params.some((p) => p.variadic === true);
  return variadic ? argCount - (signature.initParams?.length ?? 0) : columns;
}

// ------------------------------------------------------------------------------------------------ matching

function accepts(pattern: TypePattern | undefined, arg: Argument, generics: Generics, casts: boolean): boolean {
  if (pattern === undefined) return false;
  switch (arg.kind) {
    case 'null':
      return pattern.kind !== 'lambda' && pattern.kind !== 'intervalUnit';
    case 'intervalUnit':
      return pattern.kind === 'intervalUnit';
    case 'lambda':
      return pattern.kind === 'lambda' && pattern.params.length === arg.arity;
    case 'value':
      return unify(pattern, arg.type, generics, casts);
  }
}

// ------------------------------------------------------------------------------------------- after the choice

interface BoundLambdas {
  readonly params: readonly (readonly SqlType[] | undefined)[];
  readonly bodies: readonly (SqlType | undefined)[];
}

function bindLambdas(
  fn: SqlFunction,
  args: readonly Argument[],
  patterns: readonly TypePattern[],
  generics: Generics,
): BoundLambdas {
  const params: (readonly SqlType[] | undefined)[] = [];
  const bodies: (SqlType | undefined)[] = [];
  args.forEach((arg, i) => {
    const pattern = patterns[i];
    if (arg.kind !== 'lambda' || pattern?.kind !== 'lambda') {
      params.push(undefined);
      bodies.push(undefined);
      return;
    }
    const types = pattern.params.map((p) => substitute(p, generics, undefined));
    if (!types.every((type) => type !== undefined)) {
      throw noMatch(fn, args, `The parameters of the lambda (argument ${i + 1}) get no type from the other arguments.`);
    }
    const body = arg.typeOf(types);
    if (!unify(pattern.result, body, generics, false)) {
      const wanted = substitute(pattern.result, generics, undefined);
      throw noMatch(
        fn,
        args,
        `The lambda (argument ${i + 1}) gives ${formatType(body)}, but ${wanted === undefined ? 'another type' : formatType(wanted)} is needed.`,
      );
    }
    params.push(types);
    bodies.push(body);
  });
  return { params, bodies };
}

function convertedTypes(
  args: readonly Argument[],
  patterns: readonly TypePattern[],
  generics: Generics,
): readonly (SqlType | undefined)[] {
  // What a NULL becomes where DECIMAL of any precision is declared: what the other arguments need.
  let anyDecimal: DecimalType | undefined;
  args.forEach((arg, i) => {
    const own = arg.kind === 'value' && patterns[i]?.kind === 'decimal' ? decimalOf(arg.type) : undefined;
    if (own !== undefined) anyDecimal = anyDecimal === undefined ? own : widen(anyDecimal, own);
  });
  return args.map((arg, i) => {
    const pattern = patterns[i];
    if (pattern === undefined || arg.kind === 'lambda' || arg.kind === 'intervalUnit') return undefined;
    if (arg.kind === 'value') return converted(pattern, arg.type);
    return substitute(pattern, generics, anyDecimal) ?? VARCHAR;
  });
}

/** A result declared as DECIMAL, without a function, has the first DECIMAL parameter's type. */
function firstDecimal(
  patterns: readonly TypePattern[],
  paramTypes: readonly (SqlType | undefined)[],
): DecimalType | undefined {
  for (let i = 0; i < patterns.length; i++) {
    const pattern = patterns[i];
    const type = paramTypes[i];
    if (pattern?.kind === 'decimal' && type?.kind === 'DECIMAL') return type;
    if (pattern?.kind === 'array' && type?.kind === 'ARRAY') {
      const inner = firstDecimal([pattern.element], [type.element]);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

function literalOf(fn: AggregateFunction, arg: Argument, index: number): SqlValue {
  if (arg.kind === 'null') return null;
  if (arg.kind === 'value' && arg.literal !== undefined) return arg.literal;
  const text = arg.kind === 'value' ? arg.text : undefined;
  throw new WeirError(
    'NOT_A_LITERAL',
    `Argument ${index + 1} of ${fn.name} must be a literal${text === undefined ? '' : `, and '${text}' is not one`}.`,
    {
      hint: 'The aggregate needs this value before the first row: write it as a number, text or boolean.',
      details: { function: fn.name, argument: index + 1, ...(text === undefined ? {} : { expression: text }) },
    },
  );
}
