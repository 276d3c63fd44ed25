/** What a plan's node does, in the words of the query. */
import { formatExpression, writeExpression } from '../../sql/format-expression.ts';
import type { Expression } from '../../sql/ast.ts';
import type { PlanNode } from '../plan.ts';

export function describeNode(node: PlanNode): string {
  switch (node.kind) {
    case 'source':
      return `${node.source.name}: ${node.columns.map((c) => c.name).join(', ')}`;
    case 'filter':
      return `${node.clause} ${writeExpression(node.predicate)}`;
    case 'flatMap':
      return list(node.functions);
    case 'rekey':
      return node.purpose === 'join' ? `key by ${list(node.by)}` : `PARTITION BY ${list(node.by)}`;
    case 'join':
      return `${node.type} JOIN${node.foreignKey === undefined ? '' : ` ON ${formatExpression(node.foreignKey)}`}`;
    case 'aggregate':
      return `${node.aggregates.map((a) => a.text).join(', ')} GROUP BY ${list(node.groupBy)}${node.windowSpec === undefined ? '' : ` WINDOW ${node.windowSpec.kind.toUpperCase()}`}`;
    case 'project':
      return `SELECT ${node.columns.map((c) => c.name).join(', ')}`;
  }
}

function list(expressions: readonly Expression[]): string {
  return expressions.map(writeExpression).join(', ');
}
