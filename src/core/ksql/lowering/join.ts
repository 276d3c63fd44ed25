/**
 * Joins. A joined row is the left row, the right row, and the synthetic key where the plan has one; the side that found no
 * match is nulls. RIGHT joins are LEFT joins with the sides exchanged.
 */
import type { Row, SqlType } from '../../common/sql-type.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { KTable, Materialized } from '../../streams/dsl/api.ts';
import { namedForeignKeyNodes } from '../../streams/dsl/foreign-key-join.ts';
import { namedJoinNodes } from '../../streams/dsl/kstream.ts';
import { namedTableJoinNodes } from '../../streams/dsl/ktable.ts';
import { joinWindows, type JoinWindows } from '../../streams/windows.ts';
import type { JoinNode, PlanNode } from '../plan.ts';
import {
  evaluator,
  scopeOf,
  type Handle,
  type Lowering,
  type StreamHandle,
  type TableHandle,
  type View,
} from './context.ts';
import { columnsOf, keyOrNull, streamKeys, type StreamKey } from './keys.ts';
import { rowPacking } from './row-packing.ts';
import { internalKeyFormat, internalTarget, internalValueSerde, keySerde, ROWS_LAYOUT } from './serdes.ts';
import { WeirError } from '../../common/errors.ts';
import { describeNode } from './describe-node.ts';
import type { JoinOperator, PlacedColumn, TableJoinNodes, TableJoinOperator } from './operators.ts';

type Joiner = (key: StreamKey | null, left: Row | null, right: Row | null) => Row;

export function lowerJoin(node: JoinNode, left: Handle, right: Handle, lowering: Lowering): Handle {
  if (left.shape === 'STREAM' && right.shape === 'STREAM') return streamStream(node, left, right, lowering);
  if (left.shape === 'STREAM' && right.shape === 'TABLE') return streamTable(node, left, right, lowering);
  if (left.shape === 'TABLE' && right.shape === 'TABLE') {
    return node.joinKind === 'foreign-key'
      ? foreignKey(node, left, right, lowering)
      : tableTable(node, left, right, lowering);
  }
  throw new WeirError('INTERNAL', 'The analyzer let a table-stream join pass.');
}

function joinerOf(node: JoinNode): Joiner {
  const noLeft: Row = node.left.columns.map(() => null);
  const noRight: Row = node.right.columns.map(() => null);
  const [leftSize, rightSize] = [noLeft.length, noRight.length];
  const blank: Row = [...noLeft, ...noRight, ...(node.syntheticKey ? [null] : [])];
  return (key, left, right) => {
    const row = blank.slice();
    if (left !== null) for (let i = 0; i < leftSize; i++) row[i] = left[i] ?? null;
    if (right !== null) for (let i = 0; i < rightSize; i++) row[leftSize + i] = right[i] ?? null;
    if (node.syntheticKey && key !== null) row[leftSize + rightSize] = columnsOf(key)[0] ?? null;
    return row;
  };
}

function serdesOf(node: JoinNode, lowering: Lowering) {
  const target = internalTarget(node.internalName, lowering);
  const columns = node.left.key.map((k) => ({ name: k.name, type: k.type }));
  const format = internalKeyFormat(node.keyFormat, columns);
  return {
    keys: streamKeys(
      columns.map((c) => c.type),
      node.window !== undefined,
    ),
    keySerde: keySerde(columns, format, node.window, target),
    leftSerde: internalValueSerde(node.left.columns, target),
    rightSerde: internalValueSerde(node.right.columns, target),
  };
}

function streamStream(node: JoinNode, left: StreamHandle, right: StreamHandle, lowering: Lowering): StreamHandle {
  const within = node.within;
  if (within === undefined) throw new WeirError('INTERNAL', 'A stream-stream join without WITHIN.');
  const { keys, keySerde: key, leftSerde, rightSerde } = serdesOf(node, lowering);
  const join = joinerOf(node);
  const name = node.internalName;
  if (node.type === 'RIGHT') {
    const windows = joinWindows(within.afterMs, within.beforeMs, within.graceMs);
    lowering.operator?.(joinOperator(node, windows, true));
    const joined = { name, keys, keySerde: key, leftSerde: rightSerde, rightSerde: leftSerde };
    return { shape: 'STREAM', stream: right.stream.leftJoin(left.stream, (k, r, l) => join(k, l, r), windows, joined) };
  }
  const windows = joinWindows(within.beforeMs, within.afterMs, within.graceMs);
  lowering.operator?.(joinOperator(node, windows, false));
  const joined = { name, keys, keySerde: key, leftSerde, rightSerde };
  switch (node.type) {
    case 'INNER':
      return { shape: 'STREAM', stream: left.stream.join(right.stream, join, windows, joined) };
    case 'LEFT':
      return { shape: 'STREAM', stream: left.stream.leftJoin(right.stream, join, windows, joined) };
    case 'FULL':
      return { shape: 'STREAM', stream: left.stream.outerJoin(right.stream, join, windows, joined) };
  }
}

/** @param isExchanged the topology's left side is the statement's right */
function joinOperator(node: JoinNode, windows: JoinWindows, isExchanged: boolean): JoinOperator {
  const { thisWindowed, otherWindowed, joinThis, joinOther } = namedJoinNodes(node.internalName);
  return {
    kind: 'join',
    text: describeNode(node),
    type: node.type,
    windows,
    isExchanged,
    key: node.key,
    left: aliasOf(node.left),
    right: aliasOf(node.right),
    buffers: [thisWindowed, otherWindowed],
    joins: [joinThis, joinOther],
  };
}

function tableJoin(node: JoinNode, nodes: TableJoinNodes): TableJoinOperator {
  return {
    kind: 'table-join',
    text: describeNode(node),
    type: node.type,
    nodes,
    key: node.left.key,
    rightKey: node.right.key,
    left: aliasOf(node.left),
    right: aliasOf(node.right),
    columns: {
      left: besides(node.left, keyOf(node.left)),
      right: besides(node.right, keyOf(node.right)),
      result: besides(node, [...keyOf(node), ...keyOf(node.right).map((index) => node.left.columns.length + index)]),
    },
  };
}

/** The columns that the key says already. */
function keyOf({ key }: PlanNode): readonly number[] {
  return key.flatMap(({ equals }) => equals);
}

/** All columns but these; if there are none, all. */
function besides({ columns }: PlanNode, left: readonly number[]): readonly PlacedColumn[] {
  const placed = columns.map(({ name, type }, index) => ({ name, type, index }));
  const rest = placed.filter(({ index }) => !left.includes(index));
  return rest.length === 0 ? placed : rest;
}

/** As the statement names a side; one that is a join itself has all its names. */
function aliasOf(side: PlanNode): string {
  if (side.kind === 'source') return side.alias;
  if (side.kind === 'join') return `${aliasOf(side.left)} + ${aliasOf(side.right)}`;
  return aliasOf(side.input);
}

function streamTable(node: JoinNode, left: StreamHandle, right: TableHandle, lowering: Lowering): StreamHandle {
  const { keySerde: key, leftSerde } = serdesOf(node, lowering);
  const join = joinerOf(node);
  const joined = { name: node.internalName, keySerde: key, leftSerde };
  const lookup = `${node.internalName}-lookup`;
  lowering.operator?.(tableJoin(node, { shape: 'stream-table', lookup, table: right.table.nodeName }));
  const stream =
    node.type === 'LEFT'
      ? left.stream.leftJoinTable(right.table, join, joined, lookup)
      : left.stream.joinTable(right.table, join, joined, lookup);
  return { shape: 'STREAM', stream };
}

function tableTable(node: JoinNode, left: TableHandle, right: TableHandle, lowering: Lowering): TableHandle {
  const join = joinerOf(node);
  const materialized = lowering.materialize ? joinedRows(node, node.internalName, node.columns, lowering) : undefined;
  const name = `${node.internalName}-merge`;
  const { joinThis, joinOther } = namedTableJoinNodes(name);
  const isExchanged = node.type === 'RIGHT';
  const sides = { left: isExchanged ? joinOther : joinThis, right: isExchanged ? joinThis : joinOther };
  lowering.operator?.(tableJoin(node, { shape: 'table-table', ...sides, result: name }));
  let table: KTable<StreamKey, Row>;
  switch (node.type) {
    case 'INNER':
      table = left.table.join(right.table, join, materialized, name);
      break;
    case 'LEFT':
      table = left.table.leftJoin(right.table, join, materialized, name);
      break;
    case 'RIGHT':
      table = right.table.leftJoin(left.table, (key, r, l) => join(key, l, r), materialized, name);
      break;
    case 'FULL':
      table = left.table.outerJoin(right.table, join, materialized, name);
      break;
  }
  return { shape: 'TABLE', table, view: materialized === undefined ? undefined : viewOf(materialized) };
}

function foreignKey(node: JoinNode, left: TableHandle, right: TableHandle, lowering: Lowering): TableHandle {
  const join = joinerOf(node);
  const own = serdesOf(node, lowering);
  const target = internalTarget(`${node.internalName}-foreign-key`, lowering);
  const rightColumns = node.right.key.map((k) => ({ name: k.name, type: k.type }));
  const expression = node.foreignKey ?? { kind: 'null', span: { offset: 0, length: 0, line: 1, column: 1 } };
  const extract = evaluator(expression, formatExpression(expression), scopeOf(node.left.columns, 'Join', lowering));
  const joined = {
    name: node.internalName,
    keys: own.keys,
    keySerde: own.keySerde,
    leftSerde: own.leftSerde,
    foreignKeys: streamKeys(
      rightColumns.map((c) => c.type),
      false,
    ),
    foreignKeySerde: keySerde(rightColumns, internalKeyFormat(node.rightKeyFormat, rightColumns), undefined, target),
    rightSerde: own.rightSerde,
    resultSerde: internalValueSerde(node.columns, target),
  };
  const materialized = lowering.materialize ? joinedRows(node, node.internalName, node.columns, lowering) : undefined;
  lowering.operator?.(tableJoin(node, { shape: 'foreign-key', ...namedForeignKeyNodes(node.internalName) }));
  const key = (_key: StreamKey, row: Row): StreamKey | null => keyOrNull([extract(row)]);
  const table =
    node.type === 'LEFT'
      ? left.table.foreignKeyLeftJoin(right.table, key, (l, r) => join(null, l, r), joined, materialized)
      : left.table.foreignKeyJoin(right.table, key, (l, r) => join(null, l, r), joined, materialized);
  return { shape: 'TABLE', table, view: materialized === undefined ? undefined : viewOf(materialized) };
}

export interface KeptColumn {
  readonly source?: string | undefined;
  readonly name: string;
  readonly type: SqlType;
}

/** A key-value store of rows. */
export type KeptRows = Materialized<StreamKey, Row> & { readonly name: string };

/** How rows of these columns are kept by the key of a join of tables. */
export function joinedRows(node: JoinNode, step: string, columns: readonly KeptColumn[], lowering: Lowering): KeptRows {
  const target = internalTarget(step, lowering);
  const key = node.left.key.map(({ name, type }) => ({ name, type }));
  return {
    name: `${step}-Materialize`,
    keys: streamKeys(
      key.map(({ type }) => type),
      false,
    ),
    keySerde: keySerde(key, internalKeyFormat(node.keyFormat, key), undefined, target),
    valueSerde: internalValueSerde(columns, target),
    packing: rowPacking(key, columns),
    layoutVersion: ROWS_LAYOUT,
  };
}

export function viewOf(kept: KeptRows): View {
  return { store: kept.name, kind: 'key-value', steps: [] };
}
