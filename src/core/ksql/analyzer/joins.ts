/**
 * Joins: `left JOIN right ON leftKey = rightKey`. Each side must come with the join key as its record key; a stream's
 * side that doesn't is repartitioned, a table must be joined on its primary key, or, as the left side of a table-table
 * join, by a foreign key (KIP-213).
 */
import { WeirError } from '../../common/errors.ts';
import { sameType, type SqlType } from '../../common/sql-type.ts';
import type { Comparison, Expression } from '../../sql/ast.ts';
import { childrenOf } from '../../sql/expression-walk.ts';
import { formatExpression } from '../../sql/formatter.ts';
import { toMs } from '../durations.ts';
import type { JoinNode, KeyColumn, PlanColumn, PlanNode } from '../plan.ts';
import type { FromSource, FromTree } from './from.ts';
import type { Span } from '../../common/position.ts';
import { FORMATS } from '../../serde/registry.ts';
import { parseFormatName } from '../properties/format.ts';
import { isColumnIn } from './aggregates.ts';
import { reformatKey, rekey } from './rekey.ts';
import { typeOver } from './scope.ts';
import type { AnalyzerContext } from './context.ts';
import { differentPartitions, differentTypes } from './join-refusals.ts';
import { keyFormatOf, soleSource, sourcesOf } from './plan-sources.ts';
import type { SourceFormat } from '../catalog.ts';

export interface JoinBuilder {
  readonly context: AnalyzerContext;
  readonly sourceNode: (source: FromSource, internalName: string | undefined) => PlanNode;
  readonly syntheticKeyName: string;
  /** Qualifies an ON condition. */
  readonly qualify: (on: Expression) => Expression;
}

export function buildFrom(tree: FromTree, builder: JoinBuilder): PlanNode {
  return tree.kind === 'source' ? builder.sourceNode(tree.source, undefined) : buildJoin(tree, builder, 0);
}

/** @param depth how many joins stand above; what is internal to the joins below one has an `L_` each, as in ksqlDB */
function buildJoin(tree: FromTree & { kind: 'join' }, builder: JoinBuilder, depth: number): JoinNode {
  const condition = joinCondition(tree, builder);
  const prefix = 'L_'.repeat(depth);
  const left =
    tree.left.kind === 'source'
      ? builder.sourceNode(tree.left.source, `KafkaTopic_${prefix}Left`)
      : buildJoin(tree.left, builder, depth + 1);
  const right = builder.sourceNode(tree.right, `KafkaTopic_${prefix}Right`);
  const { join } = tree;
  const internalName = `${prefix}Join`;
  refuseImpossible(tree, left, right);
  refuseKafkaValues([left, right], join.on.span);

  const leftType = typed(condition.left, left, builder);
  const rightType = typed(condition.right, right, builder);
  if (leftType === null || rightType === null || !sameType(leftType, rightType)) {
    throw differentTypes(join.on, { by: condition.left, type: leftType }, { by: condition.right, type: rightType });
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
  if (joinKind === 'table-table' && !leftIsKey) {
    return foreignKeyJoin(tree, left, right, condition.left);
  }

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
  const keyFormat = joinKeyFormat(left, right, leftIsKey, rightIsKey, builder);
  const keyed = (side: PlanNode, by: Expression, keepsKey: boolean, name: string): PlanNode => {
    if (!keepsKey) return rekey(side, [by], 'join', builder, name, keyFormat);
    return comesAs(side, keyFormat) ? side : reformatKey(side, name, keyFormat);
  };
  const keyedLeft = keyed(left, condition.left, leftIsKey, `${prefix}LeftSourceKeyed`);
  const keyedRight = keyed(right, condition.right, rightIsKey, `${prefix}RightSourceKeyed`);
  checkPartitions(tree, keyedLeft, keyedRight);

  // A side's repartition may have added a column for its key; the synthetic key stands last.
  const rowColumns = [...keyedLeft.columns, ...keyedRight.columns];
  const viable = join.type === 'FULL' ? [] : viableKeys(keyedLeft, keyedRight, rowColumns);
  const synthetic = viable.length === 0;
  const syntheticName = `${'L_'.repeat(depth)}${builder.syntheticKeyName}`;
  if (synthetic) rowColumns.push({ source: undefined, name: syntheticName, type: leftType });
  const equals = synthetic ? [rowColumns.length - 1] : viable;
  const key: KeyColumn[] = [
    {
      name: rowColumns[equals[0] ?? 0]?.name ?? syntheticName,
      type: leftType,
      equals,
      texts: join.type === 'FULL' ? [] : [...keyTexts(keyedLeft), ...keyTexts(keyedRight)],
    },
  ];

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
    internalName,
    keyFormat,
    rightKeyFormat: keyFormat,
  };
}

function foreignKeyJoin(
  tree: FromTree & { kind: 'join' },
  left: PlanNode,
  right: PlanNode,
  foreignKey: Expression,
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
  // The subscriptions are keyed by bytes of the left rows: those of the right side must not name another schema.
  const rightFormat = keyFormatOf(right);
  const leftFormat = keyFormatOf(left);
  const keyedRight = namesSchema(rightFormat)
    ? reformatKey(
        right,
        'RightSourceKeyed',
        leftFormat.format.name === rightFormat.format.name ? leftFormat : rightFormat,
      )
    : right;
  return {
    kind: 'join',
    type: join.type,
    joinKind: 'foreign-key',
    shape: 'TABLE',
    left,
    right: keyedRight,
    columns: [...left.columns, ...right.columns],
    key: left.key,
    window: undefined,
    within: undefined,
    syntheticKey: false,
    foreignKey,
    internalName: 'Join',
    keyFormat: keyFormatOf(left),
    rightKeyFormat: keyFormatOf(keyedRight),
  };
}

/** The sources' columns that equal the join key, the left ones first: any of them may be selected as the key. */
function viableKeys(left: PlanNode, right: PlanNode, rowColumns: readonly PlanColumn[]): number[] {
  return [left, right].flatMap((side) =>
    (side.key[0]?.equals ?? []).flatMap((index) => {
      const column = side.columns[index];
      return column?.source === undefined ? [] : [rowColumns.indexOf(column)];
    }),
  );
}

function keyTexts(node: PlanNode): readonly string[] {
  const [key] = node.key;
  const columns = (key?.equals ?? []).flatMap((index) => {
    const column = node.columns[index];
    return column?.source === undefined ? [] : [`${column.source}.${column.name}`];
  });
  return [...(key?.texts ?? []), ...columns];
}

/**
 * The format in which both sides' keys come: that of a side that keeps its key, else that of the first keyed source, else the
 * default.
 */
function joinKeyFormat(
  left: PlanNode,
  right: PlanNode,
  leftIsKey: boolean,
  rightIsKey: boolean,
  builder: JoinBuilder,
): SourceFormat {
  const leftFormat = keyFormatOf(left);
  const rightFormat = keyFormatOf(right);
  if (leftIsKey) return leftFormat;
  if (rightIsKey) return rightFormat;
  const keyed = [leftFormat, rightFormat].find((side) => side.format.name !== 'NONE');
  if (keyed !== undefined) return keyed;
  const name = parseFormatName(builder.context.config.get('ksql.persistence.default.format.key'), 'KEY_FORMAT');
  return { format: { name, properties: {} }, features: new Set(), schemaId: undefined };
}

/**
 * Whether equal keys of the side are equal bytes in that format: never when they come from a topic of the person's in a
 * format whose bytes name a schema of their topic.
 */
function comesAs(side: PlanNode, wanted: SourceFormat): boolean {
  const own = keyFormatOf(side);
  if (own.format.name !== wanted.format.name || (side.kind === 'source' && namesSchema(own))) return false;
  return JSON.stringify(own.format.properties) === JSON.stringify(wanted.format.properties);
}

function namesSchema({ format }: SourceFormat): boolean {
  return FORMATS[format.name].supportsSchemaInference;
}

function refuseKafkaValues(sides: readonly PlanNode[], span: Span): void {
  const sources = sides.flatMap(sourcesOf).filter((s) => s.value.format.name === 'KAFKA');
  if (sources.length === 0) return;
  const names = sources.map((s) => s.name);
  throw new WeirError('INVALID_JOIN', `Values in the format 'KAFKA' cannot be joined: ${names.join(', ')}.`, {
    span,
    hint: "Make a stream or table of it in another format first: CREATE ... WITH (VALUE_FORMAT = 'JSON') AS SELECT ...",
    details: { sources: names, format: 'KAFKA' },
  });
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

function checkPartitions(tree: FromTree & { kind: 'join' }, left: PlanNode, right: PlanNode): void {
  const a = soleSource(left);
  const b = soleSource(right);
  if (a === undefined || b === undefined || a.partitions === b.partitions) return;
  throw differentPartitions(
    tree.join.span,
    { name: nameOf(tree.left), source: a },
    { name: tree.right.alias, source: b },
  );
}

function nameOf(tree: FromTree): string {
  return tree.kind === 'source' ? tree.source.alias : nameOf(tree.left);
}

function kindOf(left: PlanNode, right: PlanNode): 'stream-stream' | 'stream-table' | 'table-table' {
  if (left.shape === 'TABLE') return 'table-table';
  return right.shape === 'TABLE' ? 'stream-table' : 'stream-stream';
}

/** Whether the expression is the node's whole key as it stands. */
function isKey(expression: Expression, node: PlanNode): boolean {
  const [key] = node.key;
  if (key === undefined || node.key.length !== 1) return false;
  return isColumnIn(expression, node, key.equals) || key.texts.includes(formatExpression(expression));
}

function typed(expression: Expression, node: PlanNode, builder: JoinBuilder): SqlType | null {
  return typeOver(expression, node.columns, builder.context);
}
