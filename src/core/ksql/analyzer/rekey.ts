/** Gives records a new key: PARTITION BY, and the repartition that a join needs. */
import { WeirError } from '../../common/errors.ts';
import { formatType, type SqlType } from '../../common/sql-type.ts';
import type { Expression } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { SourceFormat } from '../catalog.ts';
import type { KeyColumn, PlanColumn, PlanNode, RekeyNode } from '../plan.ts';
import type { AnalyzerContext } from './context.ts';
import { definiteType } from './scope.ts';

export interface RekeyBuilder {
  readonly context: AnalyzerContext;
  readonly nextInternalName: () => string;
}

/**
 * A node whose records are keyed by the expressions. A key expression that is no plain column becomes a column of the
 * row, named by its text, so that a SELECT of the same expression finds it.
 */
export function rekey(
  input: PlanNode,
  by: readonly Expression[],
  purpose: 'partitionBy' | 'join',
  builder: RekeyBuilder,
  keyFormat: SourceFormat,
): RekeyNode {
  const columns: PlanColumn[] = [...input.columns];
  const key: KeyColumn[] = by.map((expression) => {
    const type = definiteType(expression, input.columns, builder.context);
    refuseMapKey(expression, type);
    const at = columns.findIndex(
      (c) => expression.kind === 'column' && c.name === expression.name && c.source === expression.source,
    );
    if (at >= 0) return { name: columns[at]?.name ?? '', type, equals: [at] };
    const name = formatExpression(expression);
    columns.push({ source: undefined, name, type });
    return { name, type, equals: [columns.length - 1] };
  });
  return {
    kind: 'rekey',
    shape: 'STREAM',
    input,
    by,
    purpose,
    columns,
    key,
    window: input.window,
    internalName: builder.nextInternalName(),
    keyFormat,
  };
}

/** A map in a key would serialize in no particular order, and so would not identify anything. */
export function refuseMapKey(expression: Expression, type: SqlType): void {
  if (!containsMap(type)) return;
  const name = formatExpression(expression);
  throw new WeirError('MAP_KEY', `A key cannot be or contain a MAP: \`${name}\` is ${formatType(type)}.`, {
    span: expression.span,
    hint: "Take a value out of the map as the key, for example with m['k'].",
    details: { column: name, type: formatType(type) },
  });
}

export function containsMap(type: SqlType): boolean {
  switch (type.kind) {
    case 'MAP':
      return true;
    case 'ARRAY':
      return containsMap(type.element);
    case 'STRUCT':
      return type.fields.some((f) => containsMap(f.type));
    default:
      return false;
  }
}
