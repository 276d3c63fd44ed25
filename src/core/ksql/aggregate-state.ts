/**
 * The state of an aggregation is kept in the value format of the table that it makes. DELIMITED has no nested values, so
 * functions whose state is a struct, a list or a map do not go with it, whatever their result is.
 */
import { WeirError } from '../common/errors.ts';
import type { Span } from '../common/position.ts';
import { formatType, type SqlType } from '../common/sql-type.ts';
import type { AnalyzerContext } from './analyzer/context.ts';
import { typeAggregate } from './analyzer/aggregate-types.ts';
import type { DataSource } from './catalog.ts';
import type { AggregateNode, PlanNode } from './plan.ts';

/** @throws WeirError FORMAT_MISFIT */
export function requireStateFits(root: PlanNode, sink: DataSource, context: AnalyzerContext, span: Span): void {
  const { name } = sink.value.format;
  if (name !== 'DELIMITED') return;
  const node = aggregateOf(root);
  if (node === undefined) return;
  for (const { call, text } of node.aggregates) {
    const { stateType } = typeAggregate(call, node.input.columns, context).aggregate;
    if (!isNested(stateType)) continue;
    throw new WeirError(
      'FORMAT_MISFIT',
      `The state of ${text} is ${formatType(stateType)}, which the value format ${name} cannot hold.`,
      {
        span,
        hint: "Use another format, such as WITH (VALUE_FORMAT = 'JSON').",
        details: { function: call.name, format: name },
      },
    );
  }
}

function aggregateOf(node: PlanNode): AggregateNode | undefined {
  switch (node.kind) {
    case 'aggregate':
      return node;
    case 'source':
    case 'join':
      return undefined;
    default:
      return aggregateOf(node.input);
  }
}

function isNested(type: SqlType): boolean {
  return type.kind === 'STRUCT' || type.kind === 'ARRAY' || type.kind === 'MAP';
}
