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
import {
  array,
  formatType,
  map,
  sameType,
  VARCHAR,
  type DecimalType,
  type SqlType,
  type SqlValue,
} from '../../common/sql-type.ts';
import { decimalOf, widen } from '../../common/values/decimal.ts';
import { nearest } from '../../common/nearest.ts';
import { foreignFunction, otherWay } from './foreign-names.ts';
import type {
  AggregateFunction,
  AggregateSignature,
  Argument,
  FunctionContext,
  Parameter,
  ResolvedAggregate,
  ResolvedCall,
  ScalarFunction,
  ScalarSignature,
  SqlFunction,
  TableFunction,
  TypePattern,
} from './function.ts';
import { formatParameters } from './signature.ts';

type Generics = Map<string, SqlType>;

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

/** @throws WeirError UNKNOWN_FUNCTION with the nearest names */
export function unknownFunction(name: string, names: Iterable<string>): WeirError {
  const foreign = foreignFunction(name.toUpperCase());
  const near = foreign === undefined ? nearest(name, names) : [foreign];
  const other = otherWay(name.toUpperCase());
  return new WeirError('UNKNOWN_FUNCTION', `There is no function named '${name}'.`, {
    hint:
      other !== undefined
        ? other
        : near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : 'SHOW FUNCTIONS lists all functions; user-defined ones must be registered first.',
    instead: other === undefined ? near[0] : undefined,
    details: { function: name, nearest: near },
  });
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

/** One pattern per argument, or undefined if the number of arguments does not fit. */
export function expand(params: readonly Parameter[], count: number): readonly TypePattern[] | undefined {
  const variadic = params.findIndex((p) => p.variadic === true);
  const types = params.map((p) => p.type);
  if (variadic < 0) return count === types.length ? types : undefined;
  const repeat = count - (types.length - 1);
  const type = types[variadic];
  if (repeat < 0 || type === undefined) return undefined;
  return [...types.slice(0, variadic), ...Array<TypePattern>(repeat).fill(type), ...types.slice(variadic + 1)];
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

/** Whether a value of the type may be passed; binds type variables on the way. */
export function unify(pattern: TypePattern, type: SqlType, generics: Generics, casts: boolean): boolean {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'type':
      return isCompatible(pattern.type, type, casts);
    case 'decimal':
      return type.kind === 'DECIMAL' || (casts && (type.kind === 'INTEGER' || type.kind === 'BIGINT'));
    case 'generic': {
      const bound = generics.get(pattern.name);
      if (bound !== undefined) return sameType(bound, type);
      generics.set(pattern.name, type);
      return true;
    }
    case 'array':
      return type.kind === 'ARRAY' && unify(pattern.element, type.element, generics, casts);
    case 'map':
      return (
        type.kind === 'MAP' &&
        unify(pattern.key, type.key, generics, casts) &&
        unify(pattern.value, type.value, generics, casts)
      );
    case 'anyStruct':
      return type.kind === 'STRUCT';
    case 'lambda':
    case 'intervalUnit':
      return false;
  }
}

function isCompatible(declared: SqlType, actual: SqlType, casts: boolean): boolean {
  if (declared.kind === 'ARRAY')
    return actual.kind === 'ARRAY' && isCompatible(declared.element, actual.element, casts);
  if (declared.kind === 'MAP') {
    return (
      actual.kind === 'MAP' &&
      isCompatible(declared.key, actual.key, casts) &&
      isCompatible(declared.value, actual.value, casts)
    );
  }
  if (declared.kind === 'STRUCT') {
    // By name, in any order, and without casts.
    return (
      actual.kind === 'STRUCT' &&
      actual.fields.length === declared.fields.length &&
      declared.fields.every((field) => {
        const other = actual.fields.find((f) => f.name === field.name);
        return other !== undefined && isCompatible(field.type, other.type, false);
      })
    );
  }
  if (declared.kind === actual.kind) return true;
  return casts && canCastImplicitly(actual, declared);
}

const NUMBER_RANK: Readonly<Partial<Record<SqlType['kind'], number>>> = {
  INTEGER: 0,
  BIGINT: 1,
  DECIMAL: 2,
  DOUBLE: 3,
};

/** INTEGER -> BIGINT -> DECIMAL -> DOUBLE, and STRING -> DATE, TIME, TIMESTAMP. */
export function canCastImplicitly(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'VARCHAR') return to.kind === 'DATE' || to.kind === 'TIME' || to.kind === 'TIMESTAMP';
  const fromRank = NUMBER_RANK[from.kind];
  const toRank = NUMBER_RANK[to.kind];
  return fromRank !== undefined && toRank !== undefined && fromRank <= toRank;
}

function hasGenerics(pattern: TypePattern): boolean {
  switch (pattern.kind) {
    case 'generic':
      return true;
    case 'array':
      return hasGenerics(pattern.element);
    case 'map':
      return hasGenerics(pattern.key) || hasGenerics(pattern.value);
    case 'lambda':
      return pattern.params.some(hasGenerics) || hasGenerics(pattern.result);
    default:
      return false;
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

/** What an accepted argument of type `actual` is converted to. */
function converted(pattern: TypePattern, actual: SqlType): SqlType {
  switch (pattern.kind) {
    case 'type':
      return convertedTo(pattern.type, actual);
    case 'decimal':
      return decimalOf(actual) ?? actual;
    case 'array':
      return actual.kind === 'ARRAY' ? array(converted(pattern.element, actual.element)) : actual;
    case 'map':
      return actual.kind === 'MAP'
        ? map(converted(pattern.key, actual.key), converted(pattern.value, actual.value))
        : actual;
    default:
      return actual;
  }
}

function convertedTo(declared: SqlType, actual: SqlType): SqlType {
  // A declared DECIMAL(p, s) takes any DECIMAL as it is.
  if (declared.kind === 'DECIMAL') return decimalOf(actual) ?? declared;
  if (declared.kind === 'ARRAY' && actual.kind === 'ARRAY') return array(convertedTo(declared.element, actual.element));
  if (declared.kind === 'MAP' && actual.kind === 'MAP') {
    return map(convertedTo(declared.key, actual.key), convertedTo(declared.value, actual.value));
  }
  return declared;
}

/** The pattern as a type; undefined while a type variable or a DECIMAL's precision is open. */
function substitute(
  pattern: TypePattern,
  generics: Generics,
  anyDecimal: DecimalType | undefined,
): SqlType | undefined {
  switch (pattern.kind) {
    case 'type':
      return pattern.type;
    case 'decimal':
      return anyDecimal;
    case 'generic':
      return generics.get(pattern.name);
    case 'array': {
      const element = substitute(pattern.element, generics, anyDecimal);
      return element && array(element);
    }
    case 'map': {
      const key = substitute(pattern.key, generics, anyDecimal);
      const value = substitute(pattern.value, generics, anyDecimal);
      return key && value && map(key, value);
    }
    case 'anyStruct':
    case 'lambda':
    case 'intervalUnit':
    case 'any':
      return undefined;
  }
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

// -------------------------------------------------------------------------------------------------- errors

function noMatch(fn: SqlFunction, args: readonly Argument[], hint?: string): WeirError {
  const types = formatArguments(args);
  return new WeirError('NO_MATCHING_FUNCTION', `Function '${fn.name}' does not take arguments ${types}.`, {
    hint: hint ?? `It takes: ${overloadTexts(fn).join(' | ')}.`,
    details: { function: fn.name, arguments: types, overloads: overloadTexts(fn) },
  });
}

function ambiguous(fn: SqlFunction, args: readonly Argument[], tied: readonly Candidate<unknown>[]): WeirError {
  const types = formatArguments(args);
  const overloads = tied.map((c) => `${fn.name}(${formatParameters(c.params)})`);
  return new WeirError(
    'AMBIGUOUS_FUNCTION',
    `Function '${fn.name}' is ambiguous for arguments ${types}: several overloads fit equally well.`,
    {
      hint: `CAST the arguments to one type. These fit: ${overloads.join(' | ')}.`,
      details: { function: fn.name, arguments: types, overloads },
    },
  );
}

/** `(BIGINT, STRING, NULL, LAMBDA)` */
function formatArguments(args: readonly Argument[]): string {
  const texts = args.map((arg) => {
    switch (arg.kind) {
      case 'value':
        return formatType(arg.type);
      case 'null':
        return 'NULL';
      case 'intervalUnit':
        return 'UNIT';
      case 'lambda':
        return 'LAMBDA';
    }
  });
  return `(${texts.join(', ')})`;
}

/** Every overload as text, init literals of aggregates included. */
export function overloadTexts(fn: SqlFunction): string[] {
  if (fn.kind !== 'aggregate')
    return fn.signatures.map((s: ScalarSignature) => `${fn.name}(${formatParameters(s.params)})`);
  return fn.signatures.map((s) => `${fn.name}(${formatParameters([...s.params, ...(s.initParams ?? [])])})`);
}
