/**
 * The expression compiler: from a syntax tree and a scope to a typed closure over rows. Each kind of node has its file;
 * types and evaluators are made in one pass from the leaves up, so a typed tree never exists beside the closures.
 * `README.md` in this folder has the rules.
 */
import { WeirError } from '../../common/errors.ts';
import type { Row, SqlType } from '../../common/sql-type.ts';
import type { Cast, Expression, ExpressionKind, FunctionCall, IntervalUnit, Lambda } from '../../sql/ast.ts';
import { compileColumn, compileDereference, compileSubscript } from './access.ts';
import { compileArithmetic, compileNegate } from './arithmetic.ts';
import { compileCall, compileTableCall } from './calls.ts';
import { compileCase } from './case.ts';
import { castCanFail, castEvaluator } from './cast.ts';
import { compileComparison } from './comparison.ts';
import { compileArray, compileMap, compileStruct } from './constructors.ts';
import {
  computed,
  constant,
  folded,
  transparent,
  type Compiled,
  type CompileContext,
  type Env,
  type Evaluator,
  type NullMode,
} from './context.ts';
import { compileLiteral } from './literals.ts';
import {
  compileBetween,
  compileBoolean,
  compileIn,
  compileIsNull,
  compileLikePredicate,
  compileLogical,
  compileNot,
} from './logic.ts';
import { textOf } from './text.ts';
import { resolveTypeName } from '../../sql/types.ts';

type Compilers = {
  readonly [K in ExpressionKind]: (node: Extract<Expression, { readonly kind: K }>, env: Env) => Compiled;
};

const COMPILERS: Compilers = {
  null: compileLiteral,
  boolean: compileLiteral,
  integer: compileLiteral,
  bigint: compileLiteral,
  double: compileLiteral,
  decimal: compileLiteral,
  string: compileLiteral,
  intervalUnit: misplaced,
  column: compileColumn,
  dereference: compileDereference,
  subscript: compileSubscript,
  call: compileCall,
  lambda: misplaced,
  array: compileArray,
  map: compileMap,
  struct: compileStruct,
  arithmetic: compileArithmetic,
  negate: compileNegate,
  comparison: compileComparison,
  logical: compileLogical,
  not: compileNot,
  isNull: compileIsNull,
  between: compileBetween,
  in: compileIn,
  like: compileLikePredicate,
  case: compileCase,
  cast: compileCast,
};

function compileNode(expression: Expression, env: Env): Compiled {
  const compiler = COMPILERS[expression.kind] as (node: Expression, env: Env) => Compiled;
  return compiler(expression, env);
}

const envOf = (context: CompileContext, nulls: NullMode): Env => ({
  context,
  frame: undefined,
  nulls,
  compile: compileNode,
});

/**
 * Compiles an expression. Its evaluator may throw (see `guarded`); a null operand never makes it.
 * @throws WeirError with the span of the culprit: UNKNOWN_COLUMN, INCOMPARABLE_TYPES, INVALID_ARITHMETIC, ...
 */
export function compile(expression: Expression, context: CompileContext): Compiled {
  return compileNode(expression, envOf(context, 'pass'));
}

/** The type of an expression; null is that of a bare NULL. */
export function typeOf(expression: Expression, context: CompileContext): SqlType | null {
  return compile(expression, context).type;
}

/**
 * A predicate: null is false, and a failure is reported and false.
 * @param clause for messages: WHERE, HAVING, ON
 */
export function compilePredicate(
  expression: Expression,
  context: CompileContext,
  clause = 'WHERE',
): (row: Row) => boolean {
  const { evaluate, fallible } = compileBoolean(expression, envOf(context, 'excludes'), `The condition of ${clause}`);
  if (!fallible) return (row) => evaluate(row) === true;
  return (row) => {
    try {
      return evaluate(row) === true;
    } catch (error) {
      context.onError?.(error, textOf(expression), row);
      return false;
    }
  };
}

/**
 * The call of a table function. `type` is that of one value, the evaluator gives an array of them, or null.
 */
export function compileTableFunction(call: FunctionCall, context: CompileContext): Compiled {
  return compileTableCall(call, envOf(context, 'pass'));
}

/** Set to `false`, a null cast to text is the text `null`. */
const PRESERVE_NULLS = 'ksql.cast.strings.preserve.nulls';

function compileCast(node: Cast, env: Env): Compiled {
  const to = resolveTypeName(node.type, env.context.customTypes);
  const operand = env.compile(node.operand, transparent(env));
  if (operand.type === null) return constant(to, null);
  let convert;
  try {
    convert = castEvaluator(operand.type, to);
  } catch (error) {
    throw error instanceof WeirError ? error.at(node.span) : error;
  }
  const { evaluate } = operand;
  const fallible = operand.fallible || castCanFail(operand.type, to);
  const nullText = to.kind === 'VARCHAR' && env.context.functionContext.config[PRESERVE_NULLS] === 'false';
  const cast: Evaluator = nullText ? (row) => convert(evaluate(row)) ?? 'null' : (row) => convert(evaluate(row));
  return folded([operand], computed(to, cast, fallible));
}

function misplaced(node: IntervalUnit | Lambda): Compiled {
  const what = node.kind === 'lambda' ? 'A lambda' : 'A time unit';
  throw new WeirError('MISPLACED_EXPRESSION', `${what} stands only as an argument of a function: ${textOf(node)}.`, {
    span: node.span,
    details: { expression: textOf(node) },
  });
}
