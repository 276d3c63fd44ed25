/** Filters, projections, table functions and re-keying. */
import type { Row, SqlValue } from '../../common/sql-type.ts';
import type { KeyValue } from '../../streams/dsl/api.ts';
import { compilePredicate, compileTableFunction } from '../expressions/compile.ts';
import { guarded } from '../expressions/guard.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { FilterNode, FlatMapNode, RekeyNode } from '../plan.ts';
import {
  evaluator,
  scopeOf,
  withStep,
  type Handle,
  type Lowering,
  type RowMapper,
  type StreamHandle,
} from './context.ts';
import { keyOrNull, type StreamKey } from './keys.ts';

export function lowerFilter(node: FilterNode, input: Handle, lowering: Lowering): Handle {
  const scope = scopeOf(node.input.columns, lowering);
  const holds = compilePredicate(node.predicate, scope, node.clause);
  if (input.shape === 'STREAM') {
    return { shape: 'STREAM', stream: input.stream.filter((_key, row) => row !== null && holds(row)) };
  }
  const step: RowMapper = (_key, row) => (holds(row) ? row : null);
  return { shape: 'TABLE', table: input.table.filter((_key, row) => holds(row)), view: withStep(input.view, step) };
}

/** The shorter lists are filled up with nulls; a row whose lists are all empty or null yields nothing. */
export function lowerFlatMap(node: FlatMapNode, input: StreamHandle, lowering: Lowering): StreamHandle {
  const scope = scopeOf(node.input.columns, lowering);
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

/** The new key, and the columns that the key's expressions added to the row. */
export function lowerRekey(node: RekeyNode, input: StreamHandle, lowering: Lowering): StreamHandle {
  const scope = scopeOf(node.input.columns, lowering);
  const evaluators = node.by.map((expression) => evaluator(expression, formatExpression(expression), scope));
  const width = node.input.columns.length;
  const adds = node.key.map((k) => k.equals.some((index) => index >= width));
  const stream = input.stream.map((_key, row): KeyValue<StreamKey, Row> => {
    if (row === null) return [null, null];
    const key = evaluators.map((evaluate) => evaluate(row));
    const extra = key.filter((_, i) => adds[i]);
    return [keyOrNull(key), extra.length === 0 ? row : [...row, ...extra]];
  });
  return { shape: 'STREAM', stream };
}
