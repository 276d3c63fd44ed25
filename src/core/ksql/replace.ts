/** What CREATE OR REPLACE may change: value columns may be added; everything that stored data depends on must stay. */
import { WeirError } from '../common/errors.ts';
import type { Span } from '../common/position.ts';
import type { Column } from '../common/schema.ts';
import { formatType, quoteName, sameType } from '../common/sql-type.ts';
import { formatExpression } from '../sql/format-expression.ts';
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
  const moved = [
    ...changedColumns(old.schema.key, next.schema.key, true, ' KEY'),
    ...changedColumns(old.schema.value, next.schema.value, false, ''),
  ];
  if (moved.length > 0) throw refuse(`these columns are changed, missing or in another order: [${moved.join(', ')}]`);
}

/** The columns that are no longer what they were, as a schema shows them. With `exact` none may come either. */
function changedColumns(
  old: readonly Column[],
  next: readonly Column[],
  exact: boolean,
  suffix: string,
): readonly string[] {
  const isSame = (a: Column, b: Column | undefined): boolean => b?.name === a.name && sameType(b.type, a.type);
  const show = ({ name, type }: Column): string => `${quoteName(name)} ${formatType(type)}${suffix}`;
  const changed = old.filter((column, i) => !isSame(column, next[i])).map(show);
  return exact && changed.length === 0 ? next.slice(old.length).map(show) : changed;
}

/**
 * Whether a query may take over the state and the position of the one before it. Filters and the SELECT list may
 * change; joins and windowed aggregations may not be replaced at all, and an aggregation has to stay what it is.
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
  for (const [what, of] of STORED) {
    const [before, after] = [of(old), of(next)];
    if (before !== after) throw refuse(`${what} [${before}], and the new one's are [${after}]`);
  }
}

/** What a query's position and state depend on, as text. */
const STORED: readonly (readonly [string, (root: PlanNode) => string])[] = [
  ['its sources are', (root) => texts(root, (node) => (node.kind === 'source' ? [node.source.name] : []))],
  ['its keys are', (root) => texts(root, (node) => (node.kind === 'rekey' ? node.by.map(formatExpression) : []))],
  [
    'its groups are',
    (root) => texts(root, (node) => (node.kind === 'aggregate' ? node.groupBy.map(formatExpression) : [])),
  ],
  [
    'its aggregation reads',
    (root) =>
      texts(root, (node) => (node.kind === 'aggregate' ? node.input.columns.map((c) => quoteName(c.name)).sort() : [])),
  ],
  [
    'its aggregates are',
    (root) => texts(root, (node) => (node.kind === 'aggregate' ? node.aggregates.map((a) => a.text) : [])),
  ],
];

function texts(root: PlanNode, of: (node: PlanNode) => readonly string[]): string {
  return nodesOf(root).flatMap(of).join(', ');
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
