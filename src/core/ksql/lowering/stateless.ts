/** Filters, projections, table functions and re-keying. */
import type { Row, SqlValue } from '../../common/sql-type.ts';
import type { KeyValue } from '../../streams/dsl/api.ts';
import { compilePredicate, compileTableFunction } from '../expressions/compile.ts';
import { guarded } from '../expressions/guard.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { FilterNode, FlatMapNode, PlanNode, RekeyNode } from '../plan.ts';
import {
  evaluator,
  scopeOf,
  withStep,
  type Handle,
  type Lowering,
  type RowMapper,
  type StreamHandle,
} from './context.ts';
import { columnsOf, keyOrNull, streamKeys, type StreamKey } from './keys.ts';
import { internalKeyColumns, internalKeyFormat, internalTarget, internalValueSerde, keySerde } from './serdes.ts';

export function lowerFilter(node: FilterNode, input: Handle, lowering: Lowering): Handle {
  const scope = scopeOf(node.input.columns, node.clause === 'WHERE' ? 'WhereFilter' : 'HavingFilter', lowering);
  const holds = compilePredicate(node.predicate, scope, node.clause);
  if (input.shape === 'STREAM') {
    return { shape: 'STREAM', stream: input.stream.filter((_key, row) => row !== null && holds(row)) };
  }
  const step: RowMapper = (_key, row) => (holds(row) ? row : null);
  return { shape: 'TABLE', table: input.table.filter((_key, row) => holds(row)), view: withStep(input.view, step) };
}

/** The shorter lists are filled up with nulls; a row whose lists are all empty or null yields nothing. */
export function lowerFlatMap(node: FlatMapNode, input: StreamHandle, lowering: Lowering): StreamHandle {
  const scope = scopeOf(node.input.columns, 'FlatMap', lowering);
  const functions = node.functions.map((call) =>
    call.kind === 'call' ? guarded(compileTableFunction(call, scope), formatExpression(call), scope) : () => null,
  );
  const stream = input.stream.flatMapValues((_key, row) => {
    if (row === null) return [];
    const lists = functions.map((evaluate) => evaluate(row));
    let size = 0;
    for (const list of lists) if (Array.isArray(list)) size = Math.max(size, list.length);
    const rows: Row[] = [];
    for (let i = 0; i < size; i++) {
      rows.push([...row, ...lists.map((list): SqlValue => (Array.isArray(list) ? (list[i] ?? null) : null))]);
    }
    return rows;
  });
  return { shape: 'STREAM', stream };
}

/**
 * The new key, and the columns that the key's expressions added to the row. Of a record without a value the key is what its
 * expressions make of the old key alone.
 */
export function lowerRekey(node: RekeyNode, input: StreamHandle, lowering: Lowering): StreamHandle {
  const scope = scopeOf(node.input.columns, 'PartitionBy', lowering);
  const evaluators = node.by.map((expression) => evaluator(expression, formatExpression(expression), scope));
  const width = node.input.columns.length;
  const adds = node.key.map((k) => k.equals.some((index) => index >= width));
  const keyOfRow = (row: Row): Row => evaluators.map((evaluate) => evaluate(row));
  const stream = input.stream.map((key, row): KeyValue<StreamKey, Row> => {
    if (row === null) return [keyOrNull(keyOfRow(rowOfKey(node.input, key))), null];
    const values = keyOfRow(row);
    const extra = values.filter((_, i) => adds[i]);
    return [keyOrNull(values), extra.length === 0 ? row : [...row, ...extra]];
  });
  return { shape: 'STREAM', stream };
}

/** The same keys in another format, in their windows: through a repartition topic, which for a stream the join adds. */
export function lowerReformat(node: RekeyNode, input: Handle, lowering: Lowering): Handle {
  if (input.shape === 'STREAM') return { shape: 'STREAM', stream: input.stream.selectKey((key) => key) };
  const target = internalTarget(`${node.internalName}-SelectKey-repartition`, lowering);
  const columns = internalKeyColumns(node.key);
  const materialized = {
    name: `${node.internalName}-Materialize`,
    keys: streamKeys(
      columns.map((c) => c.type),
      node.window !== undefined,
    ),
    keySerde: keySerde(columns, internalKeyFormat(node.keyFormat, columns), node.window, target),
    valueSerde: internalValueSerde(node.columns, target),
  };
  const table = input.table
    .toStream()
    .selectKey((key) => key)
    .toTable(materialized, `${node.internalName}-SelectKey`);
  return { shape: 'TABLE', table, view: undefined };
}

/** A row of nulls but for the columns that the key tells. */
function rowOfKey(node: PlanNode, key: StreamKey | null): Row {
  const row: Row = node.columns.map(() => null);
  if (key === null) return row;
  const values = columnsOf(key);
  for (const [i, column] of node.key.entries()) for (const index of column.equals) row[index] = values[i] ?? null;
  return row;
}
