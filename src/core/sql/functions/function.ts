/**
 * What a function is. One file beside this one per family (`strings.ts`, `dates.ts`, `arrays.ts`, ...), each exporting
 * a list of definitions; `registry.ts` gathers them and resolves calls. User-defined functions use the same types.
 */
import type { SqlType, SqlValue } from '../../common/sql-type.ts';

/** A parameter's or result's type, possibly generic. */
export type TypePattern =
  | { readonly kind: 'type'; readonly type: SqlType }
  /** DECIMAL of any precision and scale */
  | { readonly kind: 'decimal' }
  /** a type variable: the same name stands for the same type throughout a signature */
  | { readonly kind: 'generic'; readonly name: string }
  | { readonly kind: 'array'; readonly element: TypePattern }
  | { readonly kind: 'map'; readonly key: TypePattern; readonly value: TypePattern }
  /** STRUCT of any fields */
  | { readonly kind: 'anyStruct' }
  | { readonly kind: 'lambda'; readonly params: readonly TypePattern[]; readonly result: TypePattern }
  /** a bare time unit (`DAYS`) */
  | { readonly kind: 'intervalUnit' }
  | { readonly kind: 'any' };

export interface Parameter {
  readonly name: string;
  readonly type: TypePattern;
  /** At most one parameter of a signature; it takes zero or more arguments. */
  readonly variadic?: boolean;
  readonly description?: string;
}

/** What is known of an argument before the overload is chosen. */
export type Argument =
  | {
      readonly kind: 'value';
      readonly type: SqlType;
      /** The value, if the argument is a literal. */
      readonly literal: SqlValue | undefined;
      /** The expression's text, for error messages. */
      readonly text?: string;
    }
  | { readonly kind: 'null' }
  | { readonly kind: 'intervalUnit'; readonly unit: string }
  /** `typeOf` types the body once the parameters' types are known. */
  | { readonly kind: 'lambda'; readonly arity: number; readonly typeOf: (params: readonly SqlType[]) => SqlType };

/** How an argument is passed at run time: a value, a compiled lambda, or a time unit's name. */
export type LambdaValue = (...args: SqlValue[]) => SqlValue;
export type ArgumentValue = SqlValue | LambdaValue;

/** One call per record: takes converted arguments, gives the result. */
export type ScalarEvaluator = (...args: never[]) => SqlValue;

/** Per-query context: session configuration and, through ports, the clock. */
export interface FunctionContext {
  /** Session properties, such as `ksql.functions.substring.legacy.args`. */
  readonly config: Readonly<Record<string, string>>;
  /** Wall clock in epoch milliseconds (UNIX_TIMESTAMP(), UNIX_DATE()). */
  readonly nowMs: () => number;
  /** Uniform in [0, 1), seeded (RANDOM()). */
  readonly random: () => number;
}

export interface ScalarSignature {
  readonly params: readonly Parameter[];
  /** A pattern over the parameters' generics, or a function of the converted argument types. */
  readonly returns: TypePattern | ((argTypes: readonly SqlType[]) => SqlType);
  /**
   * Makes the evaluator for a call, once per call site. `argTypes` are the types after implicit conversion (for a
   * lambda the type of its body).
   * By default a null in any argument is passed on to the evaluator; `nullOnNull` answers null without calling it.
   */
  readonly bind: (argTypes: readonly SqlType[], context: FunctionContext, returnType: SqlType) => ScalarEvaluator;
  readonly nullOnNull?: boolean;
  /**
   * Refuses what the call's literal arguments tell beforehand; undefined are those that are no literals.
   * @throws WeirError
   */
  readonly checkLiterals?: ((literals: readonly (SqlValue | undefined)[]) => void) | undefined;
  readonly description?: string;
}

export interface FunctionExample {
  /** An expression or select list that runs as it stands: `ABS(-1)`. */
  readonly sql: string;
  /** The result as text, as a result grid prints it. */
  readonly result: string;
}

interface FunctionBase {
  /** Upper case. */
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly examples?: readonly FunctionExample[];
  readonly author?: string;
}

export interface ScalarFunction extends FunctionBase {
  readonly kind: 'scalar';
  readonly signatures: readonly ScalarSignature[];
}

/** A table function yields zero or more rows for one: its evaluator returns an array of values. */
export interface TableFunction extends FunctionBase {
  readonly kind: 'table';
  readonly signatures: readonly ScalarSignature[];
}

/**
 * An aggregate bound to a call site. State is a `SqlValue` of `stateType` between records, so that it can be written
 * to a changelog and read back. `add` and `undo` may change the state they are given and return it; `result` must not
 * hand out anything that a later `add` changes.
 */
export interface BoundAggregate {
  readonly stateType: SqlType;
  readonly returnType: SqlType;
  initial(): SqlValue;
  /** `args` are the converted column arguments, init literals left out. */
  add(state: SqlValue, args: readonly SqlValue[]): SqlValue;
  /** Merges two states: of two sessions that became one. */
  merge(a: SqlValue, b: SqlValue): SqlValue;
  /** Takes back an `add`; absent where the aggregate cannot (then it is refused on tables). */
  undo?(state: SqlValue, args: readonly SqlValue[]): SqlValue;
  result(state: SqlValue): SqlValue;
}

export interface AggregateSignature {
  /** Column parameters; a variadic one takes zero or more. */
  readonly params: readonly Parameter[];
  /** Literal parameters after them: TOPK(x, 3). */
  readonly initParams?: readonly Parameter[];
  readonly bind: (
    argTypes: readonly SqlType[],
    initArgs: readonly SqlValue[],
    context: FunctionContext,
  ) => BoundAggregate;
  readonly description?: string;
}

export interface AggregateFunction extends FunctionBase {
  readonly kind: 'aggregate';
  readonly signatures: readonly AggregateSignature[];
}

export type SqlFunction = ScalarFunction | TableFunction | AggregateFunction;

/** A call whose overload has been chosen. `paramTypes[i]` is what argument `i` must be converted to. */
export interface ResolvedCall {
  readonly fn: ScalarFunction | TableFunction;
  readonly signature: ScalarSignature;
  /** Undefined for lambdas and time units, which are not converted. */
  readonly paramTypes: readonly (SqlType | undefined)[];
  /** The types that a lambda argument's parameters have, by argument. */
  readonly lambdaParams: readonly (readonly SqlType[] | undefined)[];
  /** For a table function: the type of one yielded value. */
  readonly returnType: SqlType;
}

export interface ResolvedAggregate {
  readonly fn: AggregateFunction;
  readonly signature: AggregateSignature;
  readonly paramTypes: readonly SqlType[];
  /** Index of the first init (literal) argument among the call's arguments. */
  readonly initFrom: number;
  readonly aggregate: BoundAggregate;
}

/** All functions, by name; `registry.ts` implements it. Names are looked up without case. */
export interface FunctionRegistry {
  get(name: string): SqlFunction | undefined;
  list(): readonly SqlFunction[];
  /** Adds or replaces a user-defined function. @throws WeirError FUNCTION_EXISTS for a built-in's name */
  add(fn: SqlFunction): void;
  remove(name: string): boolean;
  /**
   * Chooses the overload as ksqlDB does: exact types first, then implicit casts (INT -> BIGINT -> DECIMAL -> DOUBLE),
   * then generics and variadics.
   * @throws WeirError UNKNOWN_FUNCTION (with the nearest names) or NO_MATCHING_FUNCTION (with the overloads)
   */
  resolve(name: string, args: readonly Argument[]): ResolvedCall;
  resolveAggregate(name: string, args: readonly Argument[], context: FunctionContext): ResolvedAggregate;
}
