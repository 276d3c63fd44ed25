/**
 * Aggregations. The state of a group is a list with one state per aggregate call; the row that comes out is the key's
 * columns, the results, and the window's bounds.
 */
import { sameType, VARCHAR, type Row, type SqlValue } from '../../common/sql-type.ts';
import type { BoundAggregate } from '../../sql/functions/function.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { AggregateOptions, Grouped, KGroupedStream, KTable } from '../../streams/dsl/api.ts';
import { sessionWindows, timeWindows, type SessionWindows, type TimeWindows } from '../../streams/windows.ts';
import { typeAggregate } from '../analyzer/aggregate-types.ts';
import { compile } from '../expressions/compile.ts';
import { guarded } from '../expressions/guard.ts';
import { castEvaluator } from '../expressions/cast.ts';
import type { Evaluator } from '../expressions/context.ts';
import type { AggregateCall, AggregateNode, WindowSpec } from '../plan.ts';
import {
  evaluator,
  scopeOf,
  withStep,
  type Handle,
  type Lowering,
  type RowMapper,
  type TableHandle,
} from './context.ts';
import { columnsOf, sqlKeys, windowOf, type SqlKey, type StreamKey } from './keys.ts';
import { internalKeyColumns, internalKeyFormat, internalTarget, internalValueSerde, sqlKeySerde } from './serdes.ts';
import { copyValue } from './copy-value.ts';
import { rowPacking } from './row-packing.ts';
import { describeNode } from './describe-node.ts';
import type { WindowOperator } from './operators.ts';

interface Slot {
  readonly aggregate: BoundAggregate;
  readonly args: readonly Evaluator[];
  /** Filled anew for each record: no list is made per record. */
  readonly values: SqlValue[];
}

type State = SqlValue[];

export function lowerAggregate(node: AggregateNode, input: Handle, lowering: Lowering): TableHandle {
  const scope = scopeOf(node.input.columns, 'Aggregate', lowering);
  const slots = node.aggregates.map((call) => slotOf(call, node, lowering));
  const groupers = node.groupBy.map((e) => evaluator(e, formatExpression(e), scope));
  const keyColumns = internalKeyColumns(node.key);
  const keys = sqlKeys(keyColumns.map((c) => c.type));
  const target = internalTarget(`${node.internalName}-GroupBy-repartition`, lowering);
  const keyFormat = internalKeyFormat(node.keyFormat, keyColumns);
  const keySerde = sqlKeySerde(keyColumns, keyFormat, target);
  const grouped: Grouped<SqlKey, Row> = {
    name: `${node.internalName}-GroupBy`,
    keySerde,
    valueSerde: internalValueSerde(node.input.columns, target),
  };
  const storeName = `${node.internalName}-Aggregate-Materialize`;
  const stateColumns = slots.map((slot, i) => ({ name: `KSQL_AGG_VARIABLE_${i}`, type: slot.aggregate.stateType }));
  const options: AggregateOptions<SqlKey, State> = {
    name: storeName,
    keys,
    keySerde,
    valueSerde: internalValueSerde(stateColumns, target),
    packing: rowPacking(keyColumns, stateColumns),
    copy: (state) => state.map(copyValue),
    ...(node.windowSpec?.retentionMs === undefined ? {} : { retentionMs: node.windowSpec.retentionMs }),
  };
  const initial = (): State => slots.map((slot) => slot.aggregate.initial());
  const add = (_key: SqlKey, row: Row, state: State): State => addRow(slots, row, state);

  const group = (row: Row): SqlKey | null => {
    const key = groupers.map((evaluate) => evaluate(row));
    return key.includes(null) ? null : key;
  };

  let table: KTable<StreamKey, State>;
  if (input.shape === 'TABLE') {
    table = input.table
      .groupBy((_key, row) => [group(row), row], grouped)
      .aggregate(initial, add, (_key, row, state) => undoRow(slots, row, state), options) as KTable<StreamKey, State>;
  } else {
    const groupedStream = (
      node.keyKept
        ? input.stream.groupByKey(grouped)
        : input.stream.groupBy((_key, row) => (row === null ? null : group(row)), grouped)
    ) as KGroupedStream<SqlKey, Row>;
    table = aggregateStream(node, groupedStream, initial, add, slots, options);
  }

  const keySize = keyColumns.length;
  const windowAt = keySize + slots.length;
  // A copy of a row of the right size: one that grows value by value is made several times.
  const blank: Row = new Array<SqlValue>(node.windowSpec === undefined ? windowAt : windowAt + 2).fill(null);
  const step: RowMapper = (key, state) => {
    const row = blank.slice();
    const columns = columnsOf(key);
    for (let i = 0; i < keySize; i++) row[i] = columns[i] ?? null;
    for (let i = 0; i < slots.length; i++) row[keySize + i] = slots[i]?.aggregate.result(state[i] ?? null) ?? null;
    const window = windowOf(key);
    if (window !== undefined) {
      row[windowAt] = window.startMs;
      row[windowAt + 1] = window.endMs;
    }
    return row;
  };
  if (node.windowSpec !== undefined) {
    lowering.operator?.(windowOperator(node, node.windowSpec, table.nodeName, storeName, slots));
  }
  const kind = node.windowSpec === undefined ? 'key-value' : node.windowSpec.kind === 'session' ? 'session' : 'window';
  return {
    shape: 'TABLE',
    table: table.mapValues((key, state) => step(key, state, 0)),
    view: withStep({ store: storeName, kind, steps: [] }, step),
  };
}

function aggregateStream(
  node: AggregateNode,
  grouped: KGroupedStream<SqlKey, Row>,
  initial: () => State,
  add: (key: SqlKey, row: Row, state: State) => State,
  slots: readonly Slot[],
  options: AggregateOptions<SqlKey, State>,
): KTable<StreamKey, State> {
  const spec = node.windowSpec;
  if (spec === undefined) return grouped.aggregate(initial, add, options) as KTable<StreamKey, State>;
  const strategy = node.emitFinal ? 'onWindowClose' : 'onWindowUpdate';
  if (spec.kind === 'session') {
    return grouped
      .windowedBySession(sessionWindowsOf(spec))
      .emitStrategy(strategy)
      .aggregate(
        initial,
        add,
        (_key, a, b) => slots.map((slot, i) => slot.aggregate.merge(a[i] ?? null, b[i] ?? null)),
        options,
      ) as KTable<StreamKey, State>;
  }
  return grouped.windowedBy(timeWindowsOf(spec)).emitStrategy(strategy).aggregate(initial, add, options) as KTable<
    StreamKey,
    State
  >;
}

type TimeSpec = Exclude<WindowSpec, { readonly kind: 'session' }>;
type SessionSpec = Extract<WindowSpec, { readonly kind: 'session' }>;

const sessionWindowsOf = (spec: SessionSpec): SessionWindows => sessionWindows(spec.gapMs, spec.graceMs);
const timeWindowsOf = (spec: TimeSpec): TimeWindows =>
  timeWindows(spec.sizeMs, spec.kind === 'hopping' ? spec.advanceMs : spec.sizeMs, spec.graceMs);

function windowOperator(
  node: AggregateNode,
  spec: WindowSpec,
  nodeName: string,
  store: string,
  slots: readonly Slot[],
): WindowOperator {
  return {
    kind: 'window',
    node: nodeName,
    store,
    text: describeNode(node),
    spec: spec.kind,
    windows: spec.kind === 'session' ? sessionWindowsOf(spec) : timeWindowsOf(spec),
    emitFinal: node.emitFinal,
    key: node.key,
    results: node.aggregates.map(({ text }, i) => ({ name: text, type: slots[i]?.aggregate.returnType ?? VARCHAR })),
    resultsOf: (state) => slots.map((slot, i) => slot.aggregate.result(state[i] ?? null)),
  };
}

function slotOf(call: AggregateCall, node: AggregateNode, lowering: Lowering): Slot {
  const scope = scopeOf(node.input.columns, 'Aggregate', lowering);
  const resolved = typeAggregate(call.call, node.input.columns, lowering.analyzer);
  const args = call.call.args.slice(0, resolved.initFrom).map((arg, i): Evaluator => {
    const compiled = compile(arg, scope);
    const evaluate = guarded(compiled, formatExpression(arg), scope);
    const wanted = resolved.paramTypes[i];
    if (compiled.type === null || wanted === undefined || sameType(compiled.type, wanted)) return evaluate;
    const convert = castEvaluator(compiled.type, wanted);
    return (row) => convert(evaluate(row));
  });
  return { aggregate: resolved.aggregate, args, values: args.map(() => null) };
}

function addRow(slots: readonly Slot[], row: Row, state: State): State {
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    if (slot !== undefined) state[i] = slot.aggregate.add(state[i] ?? null, argumentsOf(slot, row));
  }
  return state;
}

function undoRow(slots: readonly Slot[], row: Row, state: State): State {
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    if (slot?.aggregate.undo !== undefined) state[i] = slot.aggregate.undo(state[i] ?? null, argumentsOf(slot, row));
  }
  return state;
}

function argumentsOf(slot: Slot, row: Row): readonly SqlValue[] {
  const { args, values } = slot;
  for (let i = 0; i < args.length; i++) values[i] = args[i]?.(row) ?? null;
  return values;
}
