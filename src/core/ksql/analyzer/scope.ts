/** Names of qualified expressions over the columns of a plan node. */
import { WeirError } from '../../common/errors.ts';
import type { SqlType } from '../../common/sql-type.ts';
import type { Expression } from '../../sql/ast.ts';
import type { CompileContext, Scope } from '../expressions/context.ts';
import { typeOf } from '../expressions/compile.ts';
import type { PlanColumn } from '../plan.ts';
import type { AnalyzerContext } from './context.ts';

function columnScope(columns: readonly PlanColumn[]): Scope {
  return {
    resolve(source, name) {
      const index = columns.findIndex((c) => c.name === name && (source === undefined || c.source === source));
      const column = columns[index];
      return column === undefined ? undefined : { index, type: column.type };
    },
    candidates: () => columns.map((c) => c.name),
  };
}

export function compileContext(
  columns: readonly PlanColumn[],
  context: AnalyzerContext,
  onError?: CompileContext['onError'],
): CompileContext {
  return {
    scope: columnScope(columns),
    functions: context.functions,
    functionContext: context.functionContext,
    customTypes: (name) => context.catalog.type(name),
    onError,
  };
}

/** The type of a qualified expression; null for NULL. */
export function typeOver(
  expression: Expression,
  columns: readonly PlanColumn[],
  context: AnalyzerContext,
): SqlType | null {
  return typeOf(expression, compileContext(columns, context));
}

/** Like `typeOver`, for places where a value needs a type. @throws WeirError UNTYPED_NULL */
export function definiteType(
  expression: Expression,
  columns: readonly PlanColumn[],
  context: AnalyzerContext,
): SqlType {
  const type = typeOver(expression, columns, context);
  if (type === null) {
    throw new WeirError('UNTYPED_NULL', 'NULL alone has no type here.', {
      span: expression.span,
      hint: 'Say which type it is: CAST(NULL AS VARCHAR).',
    });
  }
  return type;
}
