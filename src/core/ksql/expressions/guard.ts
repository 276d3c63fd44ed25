/**
 * Where failures at run time stop. A failing select expression makes its column null, a failing argument, array element,
 * map entry or struct field makes that part null, and a failing predicate does not hold; each failure is reported with
 * the text of the expression. Only what can fail is wrapped.
 */
import type { Expression } from '../../sql/ast.ts';
import {
  failingOnNulls,
  passingNulls,
  type CompileContext,
  type Compiled,
  type Env,
  type Evaluator,
} from './context.ts';
import { textOf } from './text.ts';

/** The evaluator of a whole expression that never throws: a failure is reported under `name` and yields null. */
export function guarded(compiled: Compiled, name: string, context: CompileContext): Evaluator {
  if (!compiled.fallible) return compiled.evaluate;
  return catching(compiled.evaluate, () => name, context);
}

/** The same for an argument of a function, named by its text. */
export function guardedPart(part: Compiled, expression: Expression, context: CompileContext): Evaluator {
  if (!part.fallible) return part.evaluate;
  let text: string | undefined;
  return catching(part.evaluate, () => (text ??= textOf(expression)), context);
}

/** Set to `false`, an element that fails fails its array, map or struct too. */
const NESTED_ERRORS = 'ksql.nested.error.set.null';

const guardsMembers = (context: CompileContext): boolean => context.functionContext.config[NESTED_ERRORS] !== 'false';

/** The same for an element of an array, a key or value of a map, a field of a struct. */
export function guardedMember(member: Compiled, expression: Expression, context: CompileContext): Compiled {
  if (!member.fallible || !guardsMembers(context)) return member;
  return { ...member, evaluate: guardedPart(member, expression, context), fallible: false };
}

/** What members of constructors are compiled in. */
export const memberEnv = (env: Env): Env => (guardsMembers(env.context) ? passingNulls(env) : failingOnNulls(env));

function catching(evaluate: Evaluator, name: () => string, context: CompileContext): Evaluator {
  return (row) => {
    try {
      return evaluate(row);
    } catch (error) {
      context.onError?.(error, name(), row);
      return null;
    }
  };
}
