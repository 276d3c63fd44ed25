/** What CREATE OR REPLACE may change: value columns may be added; everything that stored data depends on must stay. */
import { WeirError } from '../common/errors.ts';
import type { Span } from '../common/position.ts';
import { formatType, quoteName, sameType } from '../common/sql-type.ts';
import type { DataSource } from './catalog.ts';
import type { PlanNode } from './plan.ts';

/** @throws WeirError INCOMPATIBLE_REPLACE */
export function requireUpgrade(old: DataSource, next: DataSource, span: Span): void {
  const refuse = (what: string): WeirError =>
    new WeirError('INCOMPATIBLE_REPLACE', `${old.name} cannot be replaced: ${what}.`, {
      span,
      hint: 'Replacing may add value columns. For anything else drop it and create it anew.',
      details: { name: old.name },
    });
  if (old.kind !== next.kind) throw refuse(`it is a ${old.kind}, and the new one a ${next.kind}`);
  if (old.topic !== next.topic) throw refuse(`its topic is ${old.topic}, and the new one's ${next.topic}`);
  if (old.key.format.name !== next.key.format.name)
    throw refuse(`its key format is ${old.key.format.name}, and the new one's ${next.key.format.name}`);
  if (old.value.format.name !== next.value.format.name)
    throw refuse(`its value format is ${old.value.format.name}, and the new one's ${next.value.format.name}`);
  const keySame =
    old.schema.key.length === next.schema.key.length &&
    old.schema.key.every((c, i) => next.schema.key[i]?.name === c.name && sameType(next.schema.key[i].type, c.type));
  if (!keySame) throw refuse('the key columns differ');
  for (const [i, column] of old.schema.value.entries()) {
    const now = next.schema.value[i];
    if (now?.name === column.name && sameType(now.type, column.type)) continue;
    throw refuse(`column ${quoteName(column.name)} ${formatType(column.type)} is changed, missing or moved`);
  }
}

/**
 * Whether a query may take over the state and the position of the one before it. Filters and the SELECT list may
 * change; joins and windowed aggregations may not be replaced at all, and an aggregation has to read the same columns.
 * @throws WeirError INCOMPATIBLE_REPLACE
 */
export function requireQueryUpgrade(name: string, old: PlanNode, next: PlanNode, span: Span): void {
  const refuse = (what: string): WeirError =>
    new WeirError('INCOMPATIBLE_REPLACE', `The query of ${name} cannot be replaced: ${what}.`, {
      span,
      hint: 'Drop the source, and create it anew.',
      details: { name },
    });
  for (const node of [...nodesOf(old), ...nodesOf(next)]) {
    if (node.kind === 'join') throw refuse('it joins, and the state of joins cannot be taken over');
    if (node.kind === 'aggregate' && node.windowSpec !== undefined) {
      throw refuse('it aggregates over windows, and their state cannot be taken over');
    }
  }
  const [before, after] = [old, next].map((root) => nodesOf(root).find((node) => node.kind === 'aggregate'));
  if (before?.kind !== 'aggregate' && after?.kind !== 'aggregate') return;
  if (before?.kind !== 'aggregate' || after?.kind !== 'aggregate') {
    throw refuse('one of the two aggregates, and the other does not');
  }
  const [read, reads] = [before, after].map((node) =>
    node.input.columns
      .map((c) => quoteName(c.name))
      .sort()
      .join(', '),
  );
  if (read !== reads)
    throw refuse(`its aggregation reads the columns [${read ?? ''}], and the new one's [${reads ?? ''}]`);
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'source':
      return [node];
    case 'join':
      return [node, ...nodesOf(node.left), ...nodesOf(node.right)];
    default:
      return [node, ...nodesOf(node.input)];
  }
}
