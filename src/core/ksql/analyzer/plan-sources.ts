/** What a plan has from its sources: their formats and partitions. */
import type { DataSource, SourceFormat } from '../catalog.ts';
import type { PlanNode } from '../plan.ts';

/** The format of a node's record keys. */
export function keyFormatOf(node: PlanNode): SourceFormat {
  switch (node.kind) {
    case 'source':
      return node.source.key;
    case 'rekey':
    case 'join':
    case 'aggregate':
      return node.keyFormat;
    default:
      return keyFormatOf(node.input);
  }
}

/** The sources, in the order in which they are written. */
export function sourcesOf(node: PlanNode): readonly DataSource[] {
  if (node.kind === 'source') return [node.source];
  return node.kind === 'join' ? [...sourcesOf(node.left), ...sourcesOf(node.right)] : sourcesOf(node.input);
}

/** The first source whose partitioning the node keeps. */
export function soleSource(node: PlanNode): DataSource | undefined {
  switch (node.kind) {
    case 'source':
      return node.source;
    case 'join':
      return soleSource(node.left);
    case 'rekey':
    case 'aggregate':
      return undefined;
    default:
      return soleSource(node.input);
  }
}

/** The leftmost source: its formats are the defaults of what the query makes. */
export function firstSource(node: PlanNode): DataSource {
  let current = node;
  for (;;) {
    if (current.kind === 'source') return current.source;
    current = current.kind === 'join' ? current.left : current.input;
  }
}
