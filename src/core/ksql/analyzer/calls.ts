/** The calls of functions in a query's expressions: whether there are such functions, and where which kind may stand. */
import { WeirError } from '../../common/errors.ts';
import type { Expression, FunctionCall } from '../../sql/ast.ts';
import { childrenOf, walk } from '../../sql/expression-walk.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { FunctionRegistry } from '../../sql/functions/function.ts';

/** @throws WeirError UNKNOWN_FUNCTION */
export function requireFunctions(expression: Expression, functions: FunctionRegistry): void {
  walk(expression, (node) => {
    if (node.kind !== 'call' || functions.get(node.name) !== undefined) return;
    try {
      functions.resolve(node.name, []);
    } catch (error) {
      throw error instanceof WeirError ? error.at(node.nameSpan) : error;
    }
  });
}

/** The aggregate calls in an expression, outermost first. @throws WeirError NESTED_AGGREGATE */
export function aggregateCalls(expression: Expression, functions: FunctionRegistry): readonly FunctionCall[] {
  return callsOf('aggregate', expression, functions, (node, inside) => {
    return new WeirError('NESTED_AGGREGATE', `An aggregate cannot stand inside another: ${formatExpression(inside)}.`, {
      span: node.span,
      hint: 'Aggregate once in a table, and aggregate that table again.',
    });
  });
}

/** The calls of table functions in an expression. @throws WeirError TABLE_FUNCTION_MISPLACED when one stands in another */
export function tableFunctionCalls(expression: Expression, functions: FunctionRegistry): readonly FunctionCall[] {
  return callsOf('table', expression, functions, (node, inside) => {
    return new WeirError(
      'TABLE_FUNCTION_MISPLACED',
      `A table function cannot stand inside another: ${formatExpression(inside)}.`,
      { span: node.span, hint: 'Explode in one query, and explode its result in another.' },
    );
  });
}

function callsOf(
  kind: 'aggregate' | 'table',
  expression: Expression,
  functions: FunctionRegistry,
  nested: (node: FunctionCall, inside: FunctionCall) => WeirError,
): readonly FunctionCall[] {
  const found: FunctionCall[] = [];
  const visit = (node: Expression, inside: FunctionCall | undefined): void => {
    const call = node.kind === 'call' && functions.get(node.name)?.kind === kind ? node : undefined;
    if (call !== undefined) {
      if (inside !== undefined) throw nested(call, inside);
      found.push(call);
    }
    for (const child of childrenOf(node)) visit(child, call ?? inside);
  };
  visit(expression, undefined);
  return found;
}

/** @throws WeirError AGGREGATE_MISPLACED, TABLE_FUNCTION_MISPLACED when the clause holds a call of the kind */
export function refuseCalls(
  expression: Expression,
  kind: 'aggregate' | 'table',
  clause: string,
  functions: FunctionRegistry,
): void {
  walk(expression, (node) => {
    if (node.kind !== 'call' || functions.get(node.name)?.kind !== kind) return;
    const code = kind === 'aggregate' ? 'AGGREGATE_MISPLACED' : 'TABLE_FUNCTION_MISPLACED';
    throw new WeirError(
      code,
      `${clause} cannot hold ${kind === 'aggregate' ? 'an aggregate' : 'a table function'}: ${node.name} is one.`,
      {
        span: node.span,
        hint: kind === 'aggregate' && clause === 'WHERE' ? 'Use HAVING.' : 'Compute it in a query of its own first.',
        details: { function: node.name },
      },
    );
  });
}
