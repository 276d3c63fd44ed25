/**
 * Function calls. The registry chooses the overload from the arguments' types; each argument is then converted to its
 * parameter's type and guarded, so that one that fails is null to the function. A lambda's body has no guard: what fails
 * there fails the call.
 *
 * A lambda is compiled once, into a function that writes its parameters to the slots of its frame and evaluates its
 * body; the body reads them there, and reads columns from the row that the call was evaluated on. No closure is made
 * per record. A lambda does not outlive its call and cannot call itself, so one frame per lambda is enough.
 */
import { WeirError } from '../../common/errors.ts';
import { sameType, VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type { Expression, FunctionCall, Lambda } from '../../sql/ast.ts';
import type { Argument, ArgumentValue, LambdaValue, ResolvedCall } from '../../sql/functions/function.ts';
import { castCanFail, castEvaluator } from './cast.ts';
import { withMends } from './overload-hint.ts';
import { untypedNull } from './constructors.ts';
import {
  computed,
  EMPTY_ROW,
  failingOnNulls,
  folded,
  passingNulls,
  type Compiled,
  type Env,
  type Evaluator,
  type LambdaFrame,
} from './context.ts';
import { guardedPart } from './guard.ts';
import { textOf } from './text.ts';

type Invoke = (...args: ArgumentValue[]) => SqlValue;

export function compileCall(node: FunctionCall, env: Env): Compiled {
  const { kind } = env.context.functions.get(node.name) ?? { kind: 'scalar' };
  if (kind !== 'scalar' || node.star) {
    const what = kind === 'table' ? 'a table function' : 'an aggregate';
    throw new WeirError('MISPLACED_EXPRESSION', `'${node.name}' is ${what} and cannot be used here: ${textOf(node)}.`, {
      span: node.span,
      hint:
        kind === 'table'
          ? 'A table function stands as an item of SELECT, alone.'
          : 'Aggregates stand in SELECT and HAVING of a query with GROUP BY, outside of other aggregates.',
      details: { function: node.name, expression: textOf(node) },
    });
  }
  return compileResolved(node, env);
}

/**
 * The evaluator of a table function's call gives an array of values, each of `type`, or null. An argument that fails fails
 * the call: the row has no rows, rather than those of a null.
 */
export function compileTableCall(node: FunctionCall, env: Env): Compiled {
  return compileResolved(node, env, conversion);
}

type ArgumentCompiler = (value: Compiled, to: SqlType, node: Expression, env: Env) => Evaluator;

function compileResolved(node: FunctionCall, env: Env, argument: ArgumentCompiler = guardedArgument): Compiled {
  const compiled = node.args.map((arg) =>
    arg.kind === 'lambda' || arg.kind === 'intervalUnit' ? undefined : env.compile(arg, passingNulls(env)),
  );
  const call = resolve(
    node,
    node.args.map((arg, i) => describe(arg, compiled[i], env)),
    env,
  );

  const argTypes: SqlType[] = [];
  const evaluators: (Evaluator | undefined)[] = [];
  const fixed: ArgumentValue[] = [];
  const frames: LambdaFrame[] = [];
  node.args.forEach((arg, i) => {
    const value = compiled[i];
    if (arg.kind === 'lambda') {
      const lambda = compileLambda(arg, call.lambdaParams[i] ?? [], env);
      argTypes.push(lambda.type);
      evaluators.push(undefined);
      fixed.push(lambda.value);
      frames.push(lambda.frame);
    } else if (value === undefined) {
      argTypes.push(VARCHAR);
      evaluators.push(undefined);
      fixed.push(arg.kind === 'intervalUnit' ? arg.unit : null);
    } else {
      const type = call.paramTypes[i] ?? value.type ?? VARCHAR;
      argTypes.push(type);
      evaluators.push(argument(value, type, arg, env));
      fixed.push(null);
    }
  });

  const literals = compiled.map((value, i) => (value === undefined ? fixedUnit(node.args[i]) : value.literal));
  located(node, () => call.signature.checkLiterals?.(literals));
  const invoke = located(node, () =>
    call.signature.bind(argTypes, env.context.functionContext, call.returnType),
  ) as Invoke;
  const evaluate = invocation(invoke, call, evaluators, fixed);
  return computed(call.returnType, frames.length === 0 ? evaluate : withFrames(frames, evaluate), true);
}

const fixedUnit = (arg: Expression | undefined): string | undefined =>
  arg?.kind === 'intervalUnit' ? arg.unit : undefined;

function resolve(node: FunctionCall, args: readonly Argument[], env: Env): ResolvedCall {
  const { functions } = env.context;
  try {
    return located(node, () => functions.resolve(node.name, args));
  } catch (error) {
    throw withMends(error, functions.get(node.name), node, args);
  }
}

function located<T>(node: FunctionCall, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    throw error.at(error.code === 'UNKNOWN_FUNCTION' ? node.nameSpan : node.span);
  }
}

/** What the registry is told of an argument. */
function describe(arg: Expression, compiled: Compiled | undefined, env: Env): Argument {
  if (arg.kind === 'intervalUnit') return { kind: 'intervalUnit', unit: arg.unit };
  if (arg.kind === 'lambda') {
    return { kind: 'lambda', arity: arg.params.length, typeOf: (params) => compileLambda(arg, params, env).type };
  }
  if (compiled === undefined || compiled.type === null) return { kind: 'null' };
  return { kind: 'value', type: compiled.type, literal: compiled.literal, text: textOf(arg) };
}

interface CompiledLambda {
  readonly type: SqlType;
  readonly value: LambdaValue;
  readonly frame: LambdaFrame;
}

function compileLambda(node: Lambda, types: readonly SqlType[], env: Env): CompiledLambda {
  const twice = node.params.find((name, i) => node.params.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new WeirError('MISPLACED_EXPRESSION', `The lambda ${textOf(node)} has two parameters named '${twice}'.`, {
      span: node.span,
      hint: 'Give each parameter a name of its own.',
      details: { parameter: twice },
    });
  }
  const slots: SqlValue[] = types.map(() => null);
  const frame: LambdaFrame = { names: node.params, types, slots, row: EMPTY_ROW, outer: env.frame };
  const body = env.compile(node.body, { ...failingOnNulls(env), frame });
  if (body.type === null) throw untypedNull(node.body, 'The result of a lambda');
  return { type: body.type, value: lambdaValue(frame, body.evaluate), frame };
}

function lambdaValue(frame: LambdaFrame, body: Evaluator): LambdaValue {
  const { slots } = frame;
  switch (slots.length) {
    case 1:
      return (a) => {
        slots[0] = a;
        return body(frame.row);
      };
    case 2:
      return (a, b) => {
        slots[0] = a;
        slots[1] = b;
        return body(frame.row);
      };
    default:
      return (...args) => {
        for (let i = 0; i < slots.length; i++) slots[i] = args[i] ?? null;
        return body(frame.row);
      };
  }
}

function withFrames(frames: readonly LambdaFrame[], evaluate: Evaluator): Evaluator {
  return (row) => {
    for (const frame of frames) frame.row = row;
    return evaluate(row);
  };
}

/** The argument converted to its parameter's type. */
function conversion(value: Compiled, to: SqlType): Evaluator {
  if (value.type === null || sameType(value.type, to)) return value.evaluate;
  const convert = castEvaluator(value.type, to);
  const { evaluate } = value;
  return (row) => convert(evaluate(row));
}

/** The same, and null where it fails. */
function guardedArgument(value: Compiled, to: SqlType, node: Expression, env: Env): Evaluator {
  if (value.type === null) return value.evaluate;
  const convert = castEvaluator(value.type, to);
  const { evaluate } = value;
  const fallible = value.fallible || castCanFail(value.type, to);
  if (value.type.kind === to.kind && !castCanFail(value.type, to)) return guardedPart(value, node, env.context);
  return guardedPart(
    folded(
      [value],
      computed(to, (row) => convert(evaluate(row)), fallible),
    ),
    node,
    env.context,
  );
}

function invocation(
  invoke: Invoke,
  call: ResolvedCall,
  evaluators: readonly (Evaluator | undefined)[],
  fixed: readonly ArgumentValue[],
): Evaluator {
  const strict = call.signature.nullOnNull === true;
  const [a, b, c] = evaluators;
  const plain = evaluators.every((evaluator) => evaluator !== undefined);
  if (evaluators.length === 0) return () => invoke();
  if (plain && evaluators.length === 1 && a) return unary(invoke, a, strict);
  if (plain && evaluators.length === 2 && a && b) return binary(invoke, a, b, strict);
  if (plain && evaluators.length === 3 && a && b && c) return ternary(invoke, a, b, c, strict);
  return (row) => {
    const args = fixed.slice();
    for (let i = 0; i < args.length; i++) {
      const evaluate = evaluators[i];
      if (evaluate === undefined) continue;
      const value = evaluate(row);
      if (strict && value === null) return null;
      args[i] = value;
    }
    return invoke(...args);
  };
}

function unary(invoke: Invoke, a: Evaluator, strict: boolean): Evaluator {
  if (!strict) return (row) => invoke(a(row));
  return (row) => {
    const x = a(row);
    return x === null ? null : invoke(x);
  };
}

function binary(invoke: Invoke, a: Evaluator, b: Evaluator, strict: boolean): Evaluator {
  if (!strict) return (row) => invoke(a(row), b(row));
  return (row) => {
    const x = a(row);
    if (x === null) return null;
    const y = b(row);
    return y === null ? null : invoke(x, y);
  };
}

function ternary(invoke: Invoke, a: Evaluator, b: Evaluator, c: Evaluator, strict: boolean): Evaluator {
  if (!strict) return (row) => invoke(a(row), b(row), c(row));
  return (row) => {
    const x = a(row);
    if (x === null) return null;
    const y = b(row);
    if (y === null) return null;
    const z = c(row);
    return z === null ? null : invoke(x, y, z);
  };
}
