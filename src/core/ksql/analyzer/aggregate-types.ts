import { WeirError } from '../../common/errors.ts';
import type { Expression, FunctionCall } from '../../sql/ast.ts';
import type { Argument, ResolvedAggregate } from '../../sql/functions/function.ts';
import { compile } from '../expressions/compile.ts';
import { withMends } from '../expressions/overload-hint.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { PlanColumn } from '../plan.ts';
import type { AnalyzerContext } from './context.ts';
import { compileContext } from './scope.ts';

/**
 * Chooses the overload of an aggregate call.
 * @throws WeirError UNTYPED_NULL when an argument is a bare NULL; NOT_LITERAL when an init argument is no constant; what the registry throws otherwise
 */
export function typeAggregate(
  call: FunctionCall,
  columns: readonly PlanColumn[],
  context: AnalyzerContext,
): ResolvedAggregate {
  const scope = compileContext(columns, context);
  const args = call.args.map((arg): Argument => {
    const compiled = compile(arg, scope);
    if (compiled.type === null) {
      throw new WeirError('UNTYPED_NULL', `${call.name} cannot aggregate a NULL that has no type.`, {
        span: arg.span,
        hint: 'Say which type it is: CAST(NULL AS INT).',
        details: { function: call.name },
      });
    }
    return {
      kind: 'value',
      type: compiled.type,
      literal: isLiteral(arg) ? compiled.literal : undefined,
      text: formatExpression(arg),
    };
  });
  try {
    return context.functions.resolveAggregate(call.name, args, context.functionContext);
  } catch (error) {
    const at = error instanceof WeirError ? error.at(call.span) : error;
    throw withMends(at, context.functions.get(call.name), call, args);
  }
}

function isLiteral(expression: Expression): boolean {
  switch (expression.kind) {
    case 'null':
    case 'boolean':
    case 'integer':
    case 'bigint':
    case 'double':
    case 'decimal':
    case 'string':
      return true;
    default:
      return false;
  }
}
