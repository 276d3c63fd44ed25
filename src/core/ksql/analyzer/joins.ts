/**
 * Joins: `left JOIN right ON leftKey = rightKey`. Each side must come with the join key as its record key; a stream's
 * side that doesn't is repartitioned, a table must be joined on its primary key, or, as the left side of a table-table
 * join, by a foreign key (KIP-213).
 */
import { WeirError } from '../../common/errors.ts';
import { formatType, sameType, type SqlType } from '../../common/sql-type.ts';
import type { Comparison, Expression } from '../../sql/ast.ts';
import { childrenOf } from '../../sql/expression-walk.ts';
import { formatExpression } from '../../sql/formatter.ts';
import { toMs } from '../durations.ts';
import type { JoinNode, KeyColumn, PlanColumn, PlanNode } from '../plan.ts';
import type { FromSource, FromTree } from './from.ts';
import { rekey } from './rekey.ts';
import { typeOver } from './scope.ts';
import type { AnalyzerContext } from './context.ts';
import type { DataSource, SourceFormat } from '../catalog.ts';

export interface JoinBuilder {
  readonly context: AnalyzerContext;
  readonly sourceNode: (source: FromSource) => PlanNode;
  readonly syntheticKeyName: string;
  /** Qualifies an ON condition. */
  readonly qualify: (on: Expression) => Expression;
  readonly nextInternalName: () => string;
}

export function buildFrom(tree: FromTree, builder: JoinBuilder): PlanNode {
  if (tree.kind === 'source') return builder.sourceNode(tree.source);
  return buildJoin(tree, builder);
}

function buildJoin(tree: FromTree & { kind: 'join' }, builder: JoinBuilder): JoinNode {
  const condition = joinCondition(tree, builder);
  const left = buildFrom(tree.left, builder);
  const right = builder.sourceNode(tree.right);
  const { join } = tree;
  refuseImpossible(tree, left, right);

  const leftType = typed(condition.left, left, builder);
  const rightType = typed(condition.right, right, builder);
  if (leftType === null || rightType === null || !sameType(leftType, rightType)) {
    const show = (e: Expression, t: SqlType | null): string =>
      `${formatExpression(e)} (${t === null ? 'NULL' : formatType(t)})`;
    throw new WeirError(
      'INVALID_JOIN',
      `The two sides of the join condition have different types: ${show(condition.left, leftType)} = ${show(condition.right, rightType)}.`,
      {
        span: join.on.span,
        hint: 'CAST one side to the type of the other.',
        details: {
          left: `${formatExpression(condition.left)}{${leftType === null ? 'NULL' : formatType(leftType)}}`,
          right: `${formatExpression(condition.right)}{${rightType === null ? 'NULL' : formatType(rightType)}}`,
        },
      },
    );
  }
  const leftIsKey = isKey(condition.left, left);
  const rightIsKey = isKey(condition.right, right);
  const joinKind = kindOf(left, right);

  if (right.shape === 'TABLE' && !rightIsKey) {
    throw new WeirError(
      'INVALID_JOIN',
      joinKind === 'stream-table'
        ? `A stream joins a table on the table's primary key; ${formatExpression(condition.right)} is not it.`
        : `A table joins another on the primary key of the right one; ${formatExpression(condition.right)} is not it.`,
      {
        span: condition.right.span,
        hint: `Join on ${right.key.map((k) => k.name).join(', ')}.`,
        details: {
          condition: formatExpression(join.on),
          got: `${formatExpression(condition.left)} = ${formatExpression(condition.right)}`,
        },
      },
    );
  }
  if (joinKind === 'table-table' && !leftIsKey) return foreignKeyJoin(tree, left, right, condition.left, builder);

  for (const [side, keep] of [
    [left, leftIsKey],
    [right, rightIsKey],
  ] as const) {
    if (!keep && side.window !== undefined) {
      throw new WeirError('INVALID_JOIN', 'A windowed source cannot be repartitioned for a join.', {
        span: join.on.span,
        hint: 'Join it on its key.',
      });
    }
  }
  const keyedLeft = leftIsKey ? left : rekey(left, [condition.left], 'join', builder, sourceKeyFormat(left));
  const keyedRight = rightIsKey ? right : rekey(right, [condition.right], 'join', builder, sourceKeyFormat(right));
  checkPartitions(tree, left, right, leftIsKey, rightIsKey);

  const synthetic = join.type === 'FULL' || (!isColumn(condition.left) && !isColumn(condition.right));
  // A side's repartition may have added a column for its key; the synthetic key stands last.
  const extraLeft = keyedLeft.columns.slice(left.columns.length);
  const extraRight = keyedRight.columns.slice(right.columns.length);
  const rowColumns = [...left.columns, ...extraLeft, ...right.columns, ...extraRight];
  if (synthetic) rowColumns.push({ source: undefined, name: builder.syntheticKeyName, type: leftType });
  const at = (column: PlanColumn): number => rowColumns.indexOf(column);
  const equals = synthetic ? [rowColumns.length - 1] : viableKeys(keyedLeft, keyedRight, condition, at);
  const name = synthetic ? builder.syntheticKeyName : (rowColumns[equals[0] ?? 0]?.name ?? builder.syntheticKeyName);
  const key: KeyColumn[] = [{ name, type: leftType, equals }];

  return {
    kind: 'join',
    type: join.type,
    joinKind,
    shape: joinKind === 'table-table' ? 'TABLE' : 'STREAM',
    left: keyedLeft,
    right: keyedRight,
    columns: rowColumns,
    key,
    window: left.window,
    within:
      join.within === undefined
        ? undefined
        : {
            beforeMs: toMs(join.within.before),
            afterMs: toMs(join.within.after),
            graceMs: join.within.grace === undefined ? undefined : toMs(join.within.grace),
          },
    syntheticKey: synthetic,
    foreignKey: undefined,
    internalName: builder.nextInternalName(),
    formats: { leftKey: sourceKeyFormat(left), rightKey: sourceKeyFormat(right) },
  };
}

function foreignKeyJoin(
  tree: FromTree & { kind: 'join' },
  left: PlanNode,
  right: PlanNode,
  foreignKey: Expression,
  builder: JoinBuilder,
): JoinNode {
  const { join } = tree;
  if (tree.left.kind === 'join') {
    throw new WeirError(
      'INVALID_JOIN',
      `A foreign-key join of two tables cannot be part of a join of more than two sources: ${formatExpression(join.on)}.`,
      {
        span: join.on.span,
        hint: 'Make a table of the first join, and join that.',
        details: { got: formatExpression(join.on) },
      },
    );
  }
  if (join.type === 'FULL' || join.type === 'RIGHT') {
    throw new WeirError('INVALID_JOIN', `A ${join.type} OUTER JOIN on a foreign key is not possible.`, {
      span: join.span,
      hint: 'Use JOIN or LEFT JOIN.',
    });
  }
  return {
    kind: 'join',
    type: join.type,
    joinKind: 'foreign-key',
    shape: 'TABLE',
    left,
    right,
    columns: [...left.columns, ...right.columns],
    key: left.key,
    window: undefined,
    within: undefined,
    syntheticKey: false,
    foreignKey,
    internalName: builder.nextInternalName(),
    formats: { leftKey: sourceKeyFormat(left), rightKey: sourceKeyFormat(right) },
  };
}

/** The join key's equal columns: what either side's key equalled, the left ones first. */
function viableKeys(
  left: PlanNode,
  right: PlanNode,
  condition: Comparison,
  at: (column: PlanColumn) => number,
): number[] {
  const found: number[] = [];
  const sides: readonly (readonly [PlanNode, Expression])[] = [
    [left, condition.left],
    [right, condition.right],
  ];
  for (const [side, expression] of sides) {
    if (!isColumn(expression)) continue;
    for (const index of side.key[0]?.equals ?? []) {
      const column = side.columns[index];
      if (column !== undefined && column.source !== undefined) found.push(at(column));
    }
  }
  return found.filter((index) => index >= 0);
}

function joinCondition(tree: FromTree & { kind: 'join' }, builder: JoinBuilder): Comparison {
  const { on } = tree;
  const wrong = (message: string, hint: string): WeirError =>
    new WeirError('INVALID_JOIN', message, { span: on.span, hint, details: { condition: formatExpression(on) } });
  if (on.kind === 'logical') {
    throw wrong(
      `A join has one condition; this has several: ${formatExpression(on)}.`,
      'Move the others to the WHERE clause.',
    );
  }
  if (on.kind !== 'comparison' || on.operator !== '=') {
    throw wrong(
      `A join condition compares the two sides with =; got ${formatExpression(on)}.`,
      'Write ON left.key = right.key.',
    );
  }
  const qualified = builder.qualify(on) as Comparison;
  const rightAlias = tree.right.alias;
  const leftOf = aliasesOf(qualified.left);
  const rightOf = aliasesOf(qualified.right);
  for (const [side, written, aliases] of [
    [qualified.left, on.left, leftOf],
    [qualified.right, on.right, rightOf],
  ] as const) {
    if (aliases.size === 1) continue;
    const culprit = formatExpression(written);
    throw new WeirError(
      'INVALID_JOIN',
      `'${culprit}' in the join condition '${formatExpression(qualified)}' must refer to exactly one source.`,
      {
        span: side.span,
        hint: 'Each side of the = uses columns of one of the two joined sources.',
        details: { expression: culprit.toLowerCase(), condition: formatExpression(qualified) },
      },
    );
  }
  const [leftAlias] = leftOf;
  const [otherAlias] = rightOf;
  if (leftAlias === otherAlias) {
    throw wrong(
      `The two sides of the join condition refer to the same source: left \`${leftAlias ?? ''}\`, right \`${otherAlias ?? ''}\`.`,
      'Each side refers to another source.',
    );
  }
  if (otherAlias === rightAlias) return qualified;
  if (leftAlias === rightAlias) return { ...qualified, left: qualified.right, right: qualified.left };
  throw wrong(
    `The join condition must refer to the source that it joins, \`${rightAlias}\`; it refers to \`${leftAlias ?? ''}\` and \`${otherAlias ?? ''}\`.`,
    `Compare with a column of ${rightAlias}.`,
  );
}

function aliasesOf(expression: Expression): Set<string> {
  const found = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === 'column' && node.source !== undefined) found.add(node.source);
    childrenOf(node).forEach(visit);
  };
  visit(expression);
  return found;
}

function refuseImpossible(tree: FromTree & { kind: 'join' }, left: PlanNode, right: PlanNode): void {
  const { join } = tree;
  const leftName = nameOf(tree.left);
  const rightName = tree.right.alias;
  const outer = join.type === 'INNER' ? '[INNER]' : `${join.type} [OUTER]`;
  if (left.shape === 'TABLE' && right.shape === 'STREAM') {
    throw new WeirError(
      'INVALID_JOIN',
      `A table cannot be joined with a stream on its right: ${leftName} ${outer} JOIN ${rightName}.`,
      {
        span: join.span,
        hint: `Begin with the stream: FROM ${rightName} JOIN ${leftName}.`,
        details: { left: leftName, right: rightName },
      },
    );
  }
  const joinKind = kindOf(left, right);
  if (joinKind === 'stream-stream' && join.within === undefined) {
    throw new WeirError('INVALID_JOIN', `A join of two streams needs a WITHIN clause: ${leftName} and ${rightName}.`, {
      span: join.span,
      hint: 'Add WITHIN 1 HOUR before ON.',
      details: { left: leftName, right: rightName },
    });
  }
  if (joinKind !== 'stream-stream' && join.within !== undefined) {
    throw new WeirError(
      'INVALID_JOIN',
      `WITHIN is for joins of two streams; ${left.shape === 'TABLE' ? leftName : rightName} is a table.`,
      {
        span: join.within.span,
        hint: 'Leave WITHIN out.',
      },
    );
  }
  if (joinKind === 'stream-table' && (join.type === 'FULL' || join.type === 'RIGHT')) {
    throw new WeirError(
      'INVALID_JOIN',
      `A stream and a table have no ${join.type} OUTER JOIN: ${leftName} and ${rightName}.`,
      {
        span: join.span,
        hint: 'Use JOIN or LEFT JOIN.',
        details: { left: leftName, right: rightName, join: outer },
      },
    );
  }
  if ((left.window === undefined) !== (right.window === undefined)) {
    const describe = (name: string, node: PlanNode): string =>
      node.window === undefined ? `\`${name}\` is not windowed` : `\`${name}\` is ${node.window.type} windowed`;
    throw new WeirError(
      'INVALID_JOIN',
      `A windowed source joins only another windowed source: ${describe(leftName, left)}, ${describe(rightName, right)}.`,
      {
        span: join.span,
        hint: 'Both sides need the same kind of window.',
      },
    );
  }
  if (
    left.window !== undefined &&
    right.window !== undefined &&
    (left.window.type === 'SESSION') !== (right.window.type === 'SESSION')
  ) {
    throw new WeirError(
      'INVALID_JOIN',
      `\`${leftName}\` is ${left.window.type} windowed and \`${rightName}\` is ${right.window.type} windowed: they cannot be joined.`,
      {
        span: join.span,
        hint: 'Both sides need the same kind of window.',
      },
    );
  }
}

function checkPartitions(
  tree: FromTree & { kind: 'join' },
  left: PlanNode,
  right: PlanNode,
  leftKept: boolean,
  rightKept: boolean,
): void {
  if (!leftKept || !rightKept) return;
  const a = soleSource(left);
  const b = soleSource(right);
  if (a === undefined || b === undefined || a.partitions === b.partitions) return;
  const leftName = nameOf(tree.left);
  throw new WeirError(
    'INVALID_JOIN',
    `\`${leftName}\` and \`${tree.right.alias}\` have different numbers of partitions: \`${leftName}\` has ${a.partitions}, \`${tree.right.alias}\` has ${b.partitions}.`,
    { span: tree.join.span, hint: 'Repartition one of them: CREATE STREAM ... WITH (PARTITIONS = n) AS SELECT ...' },
  );
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

function sourceKeyFormat(node: PlanNode): SourceFormat {
  return firstSource(node).key;
}

/** The leftmost source: its formats are the defaults of what the query makes. */
export function firstSource(node: PlanNode): DataSource {
  let current = node;
  for (;;) {
    if (current.kind === 'source') return current.source;
    current = current.kind === 'join' ? current.left : current.input;
  }
}

function nameOf(tree: FromTree): string {
  return tree.kind === 'source' ? tree.source.alias : nameOf(tree.left);
}

function kindOf(left: PlanNode, right: PlanNode): 'stream-stream' | 'stream-table' | 'table-table' {
  if (left.shape === 'TABLE') return 'table-table';
  return right.shape === 'TABLE' ? 'stream-table' : 'stream-stream';
}

function isColumn(expression: Expression): boolean {
  return expression.kind === 'column';
}

/** Whether the expression is the node's whole key as it stands. */
function isKey(expression: Expression, node: PlanNode): boolean {
  if (expression.kind !== 'column' || node.key.length !== 1) return false;
  return (node.key[0]?.equals ?? []).some((index) => {
    const column = node.columns[index];
    return column !== undefined && column.name === expression.name && column.source === expression.source;
  });
}

function typed(expression: Expression, node: PlanNode, builder: JoinBuilder): SqlType | null {
  return typeOver(expression, node.columns, builder.context);
}
