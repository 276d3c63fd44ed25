/**
 * GROUP BY: finds the aggregate calls of a query, and rewrites SELECT and HAVING to stand over the aggregation's result:
 * the grouping expressions, the aggregates, and the window's bounds. What is left after that is not grouped, an error.
 */
import { WeirError } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import { BIGINT, formatType, type SqlType } from '../../common/sql-type.ts';
import type { Expression, FunctionCall, WindowClause } from '../../sql/ast.ts';
import { sessionWindows, timeWindows } from '../../streams/windows.ts';
import { mapChildren } from '../../sql/expression-walk.ts';
import { formatExpression } from '../../sql/formatter.ts';
import { toMs } from '../durations.ts';
import { ROWTIME, WINDOW_BOUNDS, WINDOWEND, WINDOWSTART } from '../names.ts';
import type { AggregateCall, AggregateNode, KeyColumn, PlanColumn, PlanNode, WindowSpec } from '../plan.ts';
import type { SourceFormat, WindowInfo } from '../catalog.ts';
import { typeAggregate } from './aggregate-types.ts';
import { aggregateCalls } from './calls.ts';
import type { AnalyzerContext } from './context.ts';
import { firstSource, sourcesOf } from './plan-sources.ts';
import { keyName, refuseMapKey } from './rekey.ts';
import { definiteType } from './scope.ts';

/** `COUNT(*)` and `COUNT()` count records: their argument is ROWTIME, which is never null. */
export function withCountArgument(expression: Expression, alias: string): Expression {
  if (expression.kind === 'call' && expression.name.toUpperCase() === 'COUNT' && expression.args.length === 0) {
    return {
      ...expression,
      star: false,
      args: [{ kind: 'column', source: alias, name: ROWTIME, span: expression.span }],
    };
  }
  return mapChildren(expression, (child) => withCountArgument(child, alias));
}

export interface Grouping {
  readonly input: PlanNode;
  /** Qualified. */
  readonly groupBy: readonly Expression[];
  /** Qualified expressions of SELECT and HAVING, from which the aggregates are collected. */
  readonly outputs: readonly Expression[];
  readonly window: WindowClause | undefined;
  readonly emitFinal: boolean;
  readonly context: AnalyzerContext;
  readonly internalName: string;
  readonly keyFormat: SourceFormat;
}

export function buildAggregate(grouping: Grouping): AggregateNode {
  const { input, groupBy, context } = grouping;
  refuseKafkaValues(input, groupBy[0]);
  const columns: PlanColumn[] = [];
  const key: KeyColumn[] = groupBy.map((expression, i) => {
    const type = definiteType(expression, input.columns, context);
    refuseMapKey(expression, type, keyName(expression, i));
    columns.push({ source: undefined, name: groupColumn(expression), type });
    return {
      name: expression.kind === 'column' ? expression.name : formatExpression(expression),
      type,
      equals: [i],
      texts: [],
    };
  });

  const calls = new Map<string, AggregateCall>();
  for (const output of grouping.outputs) {
    for (const call of aggregateCalls(output, context.functions)) {
      const text = formatExpression(call);
      if (calls.has(text)) continue;
      const aggregate = typeAggregate(call, input.columns, context);
      if (input.shape === 'TABLE' && aggregate.aggregate.undo === undefined) continue;
      refuseUnwritableState(call, aggregate.aggregate.stateType, input);
      calls.set(text, { call, text });
      columns.push({ source: undefined, name: text, type: aggregate.aggregate.returnType });
    }
  }
  if (input.shape === 'TABLE') refuseWithoutUndo(grouping);
  const windowSpec = grouping.window === undefined ? undefined : windowSpecOf(grouping.window);
  if (windowSpec !== undefined) {
    columns.push(
      { source: undefined, name: WINDOWSTART, type: BIGINT },
      { source: undefined, name: WINDOWEND, type: BIGINT },
    );
  }
  return {
    kind: 'aggregate',
    shape: 'TABLE',
    input,
    groupBy,
    keyKept: isKeyOf(groupBy, input),
    aggregates: [...calls.values()],
    windowSpec,
    emitFinal: grouping.emitFinal,
    columns,
    key,
    window: windowSpec === undefined ? undefined : windowInfoOf(windowSpec),
    internalName: grouping.internalName,
    keyFormat: grouping.keyFormat,
  };
}

/** The state of an aggregation is in the value format of what it reads, as far as a person is concerned. */
function refuseUnwritableState(call: FunctionCall, state: SqlType, input: PlanNode): void {
  const { format } = firstSource(input).value;
  if (format.name !== 'DELIMITED' || !isNested(state)) return;
  throw new WeirError(
    'FORMAT_MISFIT',
    `${formatExpression(call)} keeps a ${formatType(state)} between records, which the value format ${format.name} cannot hold.`,
    {
      span: call.span,
      hint: "Give the source's values another format first: CREATE STREAM ... WITH (VALUE_FORMAT = 'JSON') AS SELECT ...",
      details: { function: call.name, format: format.name, type: formatType(state) },
    },
  );
}

function isNested(type: SqlType): boolean {
  return type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'STRUCT';
}

/** @throws WeirError FORMAT_MISFIT: the KAFKA format is for keys, and for values that are only passed on */
function refuseKafkaValues(input: PlanNode, at: Expression | undefined): void {
  const sources = sourcesOf(input).filter((source) => source.value.format.name === 'KAFKA');
  if (sources.length === 0) return;
  const names = sources.map((source) => source.name);
  throw new WeirError('FORMAT_MISFIT', `Values in the format 'KAFKA' cannot be grouped: ${names.join(', ')}.`, {
    span: at?.span,
    hint: "Make a stream or table of it in another format first: CREATE ... WITH (VALUE_FORMAT = 'JSON') AS SELECT ...",
    details: { sources: names, format: 'KAFKA' },
  });
}

function refuseWithoutUndo({ input, outputs, context }: Grouping): void {
  const names = new Set<string>();
  let span: Span | undefined;
  for (const output of outputs) {
    for (const call of aggregateCalls(output, context.functions)) {
      if (typeAggregate(call, input.columns, context).aggregate.undo !== undefined) continue;
      names.add(call.name.toUpperCase());
      span ??= call.span;
    }
  }
  if (names.size === 0) return;
  throw new WeirError(
    'AGGREGATE_ON_TABLE',
    `${[...names].join(', ')} cannot aggregate a table: an update of a row could not be taken back.`,
    {
      span,
      hint: 'Aggregate a stream, or use an aggregate that can undo, such as COUNT, SUM, AVG or COLLECT_LIST.',
      details: { functions: [...names] },
    },
  );
}

/** The grouping column's name in the rows after the aggregation: the text of the qualified expression. */
function groupColumn(expression: Expression): string {
  return formatExpression(expression);
}

/**
 * The expression over the aggregation's result.
 * @param clause for the message when something is not grouped
 * @throws WeirError NOT_GROUPED
 */
export function overAggregate(
  expression: Expression,
  node: AggregateNode,
  written: string,
  clause: 'SELECT' | 'HAVING',
): Expression {
  const texts = new Set(node.groupBy.map(formatExpression));
  const aggregates = new Set(node.aggregates.map((a) => a.text));
  const bounds = node.windowSpec !== undefined;
  const rewrite = (part: Expression, bound: readonly string[]): Expression => {
    const text = formatExpression(part);
    if (texts.has(text) || aggregates.has(text))
      return { kind: 'column', source: undefined, name: text, span: part.span };
    if (part.kind === 'column') {
      if (part.source === undefined && bound.includes(part.name)) return part;
      if (bounds && part.source === undefined && WINDOW_BOUNDS.has(part.name)) return part;
      throw new WeirError(
        'NOT_GROUPED',
        `The ${clause} expression is neither aggregated nor part of the GROUP BY clause: ${written}.`,
        {
          span: part.span,
          hint: 'Add it to GROUP BY, or aggregate it, for example with LATEST_BY_OFFSET.',
          details: { expression: written, column: part.name },
        },
      );
    }
    const inner = part.kind === 'lambda' ? [...bound, ...part.params] : bound;
    return mapChildren(part, (child) => rewrite(child, inner));
  };
  return rewrite(expression, []);
}

/** Whether the grouping expressions are exactly the input's key columns, in order: no repartition is needed then. */
function isKeyOf(groupBy: readonly Expression[], input: PlanNode): boolean {
  if (input.window !== undefined || groupBy.length !== input.key.length) return false;
  return groupBy.every((expression, i) => isColumnIn(expression, input, input.key[i]?.equals ?? []));
}

export function isColumnIn(expression: Expression, node: PlanNode, indexes: readonly number[]): boolean {
  if (expression.kind !== 'column') return false;
  return indexes.some((index) => {
    const column = node.columns[index];
    return column !== undefined && column.name === expression.name && column.source === expression.source;
  });
}

/** @throws WeirError INVALID_WINDOW */
function windowSpecOf(window: WindowClause): WindowSpec {
  const spec = writtenSpec(window);
  try {
    requireRetention(spec);
  } catch (error) {
    throw error instanceof WeirError ? error.at(window.span) : error;
  }
  return spec;
}

/** Windows have to be kept until their grace period is over. */
function requireRetention(spec: WindowSpec): void {
  const { kind, retentionMs } = spec;
  const windows =
    kind === 'session'
      ? sessionWindows(spec.gapMs, spec.graceMs)
      : timeWindows(spec.sizeMs, kind === 'hopping' ? spec.advanceMs : spec.sizeMs, spec.graceMs);
  const lengthMs = windows.kind === 'session' ? windows.inactivityGapMs : windows.sizeMs;
  const leastMs = lengthMs + windows.graceMs;
  if (retentionMs === undefined || retentionMs >= leastMs) return;
  const length = windows.kind === 'session' ? 'gap' : 'size';
  throw new WeirError(
    'INVALID_WINDOW',
    `The RETENTION of ${retentionMs} ms is less than the window's ${length} and grace period: ${lengthMs} ms and ${windows.graceMs} ms.`,
    {
      hint:
        spec.graceMs === undefined
          ? 'Without a GRACE PERIOD late records are taken for a day: add one, or a longer RETENTION.'
          : 'Give a longer RETENTION, or leave it out.',
      details: { retentionMs, leastMs },
    },
  );
}

function writtenSpec(window: WindowClause): WindowSpec {
  const graceMs = window.grace === undefined ? undefined : toMs(window.grace);
  const retentionMs = window.retention === undefined ? undefined : toMs(window.retention);
  switch (window.kind) {
    case 'tumbling':
      return { kind: 'tumbling', sizeMs: toMs(window.size), graceMs, retentionMs };
    case 'hopping':
      return { kind: 'hopping', sizeMs: toMs(window.size), advanceMs: toMs(window.advance), graceMs, retentionMs };
    case 'session':
      return { kind: 'session', gapMs: toMs(window.gap), graceMs, retentionMs };
  }
}

function windowInfoOf(spec: WindowSpec): WindowInfo {
  switch (spec.kind) {
    case 'tumbling':
      return { type: 'TUMBLING', sizeMs: spec.sizeMs };
    case 'hopping':
      return { type: 'HOPPING', sizeMs: spec.sizeMs };
    case 'session':
      return { type: 'SESSION', sizeMs: undefined };
  }
}
