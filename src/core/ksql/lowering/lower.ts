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
import { lowerJoin } from './join.ts';
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
  const input = lowerNode(node.input, withNames(node, lowering));
  const scope = scopeOf(node.input.columns, 'Project', lowering);
  const evaluate = rowEvaluator(
    items.map((i) => {
      const expression = node.expressions[i];
      assert(expression !== undefined, 'picked items are of the SELECT list');
      return evaluator(expression, node.columns[i]?.name ?? '', scope);
    }),
  );
  const handle = projected(input, evaluate);
  describe(node, handle, lowering);
  return handle;
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

function projected(input: Handle, evaluate: (row: Row) => Row): Handle {
  if (input.shape === 'STREAM') {
    return { shape: 'STREAM', stream: input.stream.mapValues((_key, row) => (row === null ? null : evaluate(row))) };
  }
  const step: RowMapper = (_key, row) => evaluate(row);
  return {
    shape: 'TABLE',
    table: input.table.mapValues((_key, row: Row) => evaluate(row)),
    view: withStep(input.view, step),
  };
}

function describe(node: PlanNode, handle: Handle, lowering: Lowering): void {
  const nodeName = handle.shape === 'STREAM' ? handle.stream.nodeName : handle.table.nodeName;
  lowering.describe?.(nodeName, describeNode(node));
}

function streamOf(handle: Handle): StreamHandle {
  assert(handle.shape === 'STREAM', 'the analyzer lets only streams be re-keyed and exploded');
  return handle;
}
