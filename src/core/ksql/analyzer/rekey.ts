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
  internalName: string,
  keyFormat: SourceFormat,
): RekeyNode {
  const columns: PlanColumn[] = [...input.columns];
  const key: KeyColumn[] = by.map((expression, i) => {
    const type = definiteType(expression, input.columns, builder.context);
    const name = keyName(expression, i);
    refuseMapKey(expression, type, purpose === 'join' ? qualifiedName(expression, name) : name);
    const text = formatExpression(expression);
    const at = columns.findIndex(
      (c) => expression.kind === 'column' && c.name === expression.name && c.source === expression.source,
    );
    if (at >= 0) return { name, type, equals: [at], texts: [text] };
    columns.push({ source: undefined, name: text, type });
    return { name, type, equals: [columns.length - 1], texts: [text] };
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
    internalName,
    keyFormat,
  };
}

/** A side of a join whose key stays and goes over to the format of the other side's. */
export function reformatKey(input: PlanNode, internalName: string, keyFormat: SourceFormat): RekeyNode {
  const { shape, columns, key, window } = input;
  return { kind: 'rekey', shape, input, by: [], purpose: 'format', columns, key, window, internalName, keyFormat };
}

/** What a key column is called when the SELECT list does not say: the column's or field's name, else a number. */
export function keyName(expression: Expression, index: number): string {
  if (expression.kind === 'column') return expression.name;
  return expression.kind === 'dereference' ? expression.field : `KSQL_COL_${index}`;
}

function qualifiedName(expression: Expression, name: string): string {
  return expression.kind === 'column' && expression.source !== undefined ? `${expression.source}_${name}` : name;
}

/** A map in a key would serialize in no particular order, and so would not identify anything. */
export function refuseMapKey(expression: Expression, type: SqlType, name: string): void {
  if (!containsMap(type)) return;
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
