/** From a logical plan to a streams topology: the one place where SQL meets processors. */
import { assert } from '../../common/errors.ts';
import type { Row } from '../../common/sql-type.ts';
import { assertNever } from './never.ts';
import type { PlanNode, ProjectNode } from '../plan.ts';
import { lowerAggregate } from './aggregate.ts';
import { describeNode } from './describe-node.ts';
import {
  evaluator,
  rowEvaluator,
  scopeOf,
  withStep,
  type Handle,
  type Lowering,
  type RowMapper,
  type StreamHandle,
} from './context.ts';
import { joinedRows, lowerJoin, viewOf, type KeptColumn, type KeptRows } from './join.ts';
import type { Operator } from './operators.ts';
import { lowerSource } from './source.ts';
import { lowerFilter, lowerFlatMap, lowerReformat, lowerRekey } from './stateless.ts';

/** Everything below the SELECT list. */
function lowerNode(node: PlanNode, lowering: Lowering): Handle {
  const handle = lowerKind(node, lowering);
  describe(node, handle, lowering);
  return handle;
}

function lowerKind(node: PlanNode, lowering: Lowering): Handle {
  switch (node.kind) {
    case 'source':
      return lowerSource(node, lowering);
    case 'filter':
      return lowerFilter(node, lowerNode(node.input, lowering), lowering);
    case 'flatMap':
      return lowerFlatMap(node, streamOf(lowerNode(node.input, lowering)), lowering);
    case 'rekey':
      return node.purpose === 'format'
        ? lowerReformat(node, lowerNode(node.input, lowering), lowering)
        : lowerRekey(node, streamOf(lowerNode(node.input, lowering)), lowering);
    case 'join': {
      const inner = { ...lowering, materialize: false };
      // In this order as in ksqlDB: it numbers the internal names.
      const first = node.joinKind === 'stream-table' ? lowerNode(node.right, inner) : undefined;
      const left = lowerNode(node.left, inner);
      return lowerJoin(node, left, first ?? lowerNode(node.right, inner), lowering);
    }
    case 'aggregate':
      return lowerAggregate(node, lowerNode(node.input, { ...lowering, materialize: false }), lowering);
    case 'project':
      return assertNever('a project node stands at the top of a plan alone');
  }
}

/**
 * The query's rows: those items of the SELECT list that `items` picks, in that order. The records keep the key of the
 * node below.
 */
export function lowerProject(node: ProjectNode, items: readonly number[], lowering: Lowering): Handle {
  const picked = items.map((i) => {
    const [expression, column] = [node.expressions[i], node.columns[i]];
    assert(expression !== undefined && column !== undefined, 'picked items are of the SELECT list');
    return { expression, name: column.name, type: column.type };
  });
  const kept = keptRows(node, picked, lowering);
  const input = lowerNode(node.input, withNames(node, { ...lowering, materialize: lowering.materialize && !kept }));
  const scope = scopeOf(node.input.columns, 'Project', lowering);
  const evaluate = rowEvaluator(picked.map(({ expression, name }) => evaluator(expression, name, scope)));
  const handle = projected(input, evaluate, kept);
  describe(node, handle, lowering);
  return handle;
}

/** Of a join of tables that is to be queried what the SELECT list says is kept, for the joined rows are wider. */
function keptRows(node: ProjectNode, columns: readonly KeptColumn[], lowering: Lowering): KeptRows | undefined {
  return lowering.materialize && node.input.kind === 'join'
    ? joinedRows(node.input, 'Project', columns, lowering)
    : undefined;
}

/** Aggregates are told of by the names that the SELECT list gives them. */
function withNames(node: ProjectNode, lowering: Lowering): Lowering {
  const { operator } = lowering;
  if (operator === undefined) return lowering;
  const names = new Map(
    node.expressions.flatMap((e, i) => (e.kind === 'column' ? [[e.name, node.columns[i]?.name] as const] : [])),
  );
  const renamed = (found: Operator): Operator => {
    if (found.kind !== 'window') return found;
    return { ...found, results: found.results.map(({ name, type }) => ({ name: names.get(name) ?? name, type })) };
  };
  return { ...lowering, operator: (found) => operator(renamed(found)) };
}

function projected(input: Handle, evaluate: (row: Row) => Row, kept: KeptRows | undefined): Handle {
  if (input.shape === 'STREAM') {
    return { shape: 'STREAM', stream: input.stream.mapValues((_key, row) => (row === null ? null : evaluate(row))) };
  }
  const step: RowMapper = (_key, row) => evaluate(row);
  const table = input.table.mapValues((_key, row: Row) => evaluate(row), kept);
  return { shape: 'TABLE', table, view: kept === undefined ? withStep(input.view, step) : viewOf(kept) };
}

function describe(node: PlanNode, handle: Handle, lowering: Lowering): void {
  const nodeName = handle.shape === 'STREAM' ? handle.stream.nodeName : handle.table.nodeName;
  lowering.describe?.(nodeName, describeNode(node));
}

function streamOf(handle: Handle): StreamHandle {
  assert(handle.shape === 'STREAM', 'the analyzer lets only streams be re-keyed and exploded');
  return handle;
}
