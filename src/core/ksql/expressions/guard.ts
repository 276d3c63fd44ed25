/**
 * Where failures at run time stop. A failing select expression makes its column null, a failing argument, array element,
 * map entry or struct field makes that part null, and a failing predicate does not hold; each failure is reported with
 * the text of the expression. Only what can fail is wrapped.
 */
import type { Expression } from '../../sql/ast.ts';
import type { CompileContext, Compiled, Evaluator } from './context.ts';
import { textOf } from './text.ts';

/** The evaluator of a whole expression that never throws: a failure is reported under `name` and yields null. */
export function guarded(compiled: Compiled, name: string, context: CompileContext): Evaluator {
  if (!compiled.fallible) return compiled.evaluate;
  return catching(compiled.evaluate, () => name, context);
}

/** The same for a part of an expression, named by its text. */
export function guardedPart(part: Compiled, expression: Expression, context: CompileContext): Evaluator {
  if (!part.fallible) return part.evaluate;
  return catching(part.evaluate, () => textOf(expression), context);
}

function catching(evaluate: Evaluator, name: () => string, context: CompileContext): Evaluator {
  return (row) => {
    try {
      return evaluate(row);
    } catch (error) {
      context.onError?.(error, name());
      return null;
    }
  };
}
