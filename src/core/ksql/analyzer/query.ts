/**
 * From a SELECT's syntax tree to its logical plan. In this order: names are resolved, so that it is known which columns
 * of each source are used; then the plan grows from the sources up.
 *
 * ```
 * FROM and joins → WHERE → table functions → PARTITION BY | GROUP BY, HAVING → SELECT
 * ```
 */
import { assert, WeirError } from '../../common/errors.ts';
import { formatType, typeWithArticle, type SqlType } from '../../common/sql-type.ts';
import type { Expression, FunctionCall, Query, SelectItem } from '../../sql/ast.ts';
import { mapChildren } from '../../sql/expression-walk.ts';
import { formatExpression } from '../../sql/formatter.ts';
import type { SourceFormat } from '../catalog.ts';
import { ROWKEY, WINDOW_BOUNDS } from '../names.ts';
import type { FilterNode, FlatMapNode, PlanColumn, PlanNode, ProjectNode, QueryPlan, SourceNode } from '../plan.ts';
import { compileTableFunction } from '../expressions/compile.ts';
import { rewriteTimestamps } from '../expressions/rewrite-timestamps.ts';
import { buildAggregate, isColumnIn, overAggregate, withCountArgument } from './aggregates.ts';
import { aggregateCalls, refuseCalls, requireFunctions, tableFunctionCalls } from './calls.ts';
import type { AnalyzerContext } from './context.ts';
import { allColumns, analyzeFrom, type From, type FromTree } from './from.ts';
import { buildFrom } from './joins.ts';
import { keyFormatOf } from './plan-sources.ts';
import { ColumnUse, qualify, type Clause, type Names } from './qualify.ts';
import { rekey } from './rekey.ts';
import { compileContext, definiteType, typeOver } from './scope.ts';
import { analyzeSelect, type OutputItem } from './select.ts';
import { sourceNode } from './source-node.ts';

export interface AnalyzeOptions {
  /** A persistent query writes to a topic: its SELECT must hold the key, and system columns need an alias. */
  readonly persistent: boolean;
  /** The key format of a GROUP BY or PARTITION BY result, by the columns of the new key. */
  readonly keyFormat: (source: SourceFormat) => SourceFormat;
}

export interface AnalyzedQuery extends QueryPlan {
  readonly outputs: readonly OutputItem[];
  readonly from: From;
}

/** @throws WeirError with a user code and the position of the culprit */
export function analyzeQuery(query: Query, context: AnalyzerContext, options: AnalyzeOptions): AnalyzedQuery {
  const from = analyzeFrom(query.from, context.catalog);
  refuseShape(query, from, options);
  const used = new ColumnUse();
  const names: Names = { sources: from.sources, used, extra: new Set() };
  const prepared = (expression: Expression): Expression =>
    rewriteTimestamps(withCountArgument(expression, from.sources[0]?.alias ?? ''));
  const resolve = (expression: Expression, clause: Clause): Expression => {
    return qualify(prepared(expression), names, clause);
  };

  const conditions = new Map<Expression, Expression>();
  qualifyConditions(from.tree, (on) => {
    conditions.set(on, resolve(on, 'JOIN ON'));
    return conditions.get(on) ?? on;
  });
  const syntheticKey = syntheticKeyOf(from, conditions);
  const where = query.where === undefined ? undefined : resolve(query.where, 'WHERE');
  const groupBy = query.groupBy.map((e) => resolve(e, 'GROUP BY'));
  const partitionBy = query.partitionBy.filter((e) => e.kind !== 'null').map((e) => resolve(e, 'PARTITION BY'));
  const selectNames: Names = {
    ...names,
    extra: new Set([
      ...(syntheticKey === undefined ? [] : [syntheticKey]),
      // Over a join the reference does not resolve them (ksqlDB issue 5931).
      ...(query.window === undefined || from.sources.length > 1 ? [] : WINDOW_BOUNDS),
    ]),
  };
  const having = query.having === undefined ? undefined : qualify(prepared(query.having), selectNames, 'HAVING');
  const sourceColumns: PlanColumn[] = from.sources.flatMap((s) =>
    allColumns(s.source).map((c) => ({ ...c, source: s.alias })),
  );
  const select = query.select.map((item): SelectItem =>
    item.kind === 'expression' ? { ...item, expression: prepared(item.expression) } : item,
  );
  const outputs = analyzeSelect(select, from, selectNames, {
    persistent: options.persistent,
    syntheticKey,
    newKey: newKeyOf(partitionBy, from),
    typeOf: (e) => typeOver(e, sourceColumns, context),
  });

  const sources: SourceNode[] = [];
  let node: PlanNode = buildFrom(from.tree, {
    context,
    sourceNode: (source, internalName) => {
      const made = sourceNode(source, used, internalName);
      sources.push(made);
      return made;
    },
    syntheticKeyName: syntheticKey ?? ROWKEY,
    qualify: (on) => conditions.get(on) ?? on,
  });
  if (where !== undefined) {
    refuseCalls(where, 'aggregate', 'WHERE', context.functions);
    refuseCalls(where, 'table', 'WHERE', context.functions);
    node = filter(node, where, 'WHERE', context);
  }

  const aggregates = [...outputs.map((o) => o.expression), ...(having === undefined ? [] : [having])].flatMap((e) =>
    aggregateCalls(e, context.functions),
  );
  const tableCalls = outputs.flatMap((o) => tableFunctionCalls(o.expression, context.functions));
  const isAggregation =
    groupBy.length > 0 || aggregates.length > 0 || query.window !== undefined || having !== undefined;
  let items: readonly OutputItem[] = outputs;

  if (tableCalls.length > 0) {
    if (isAggregation) {
      throw new WeirError('TABLE_FUNCTION_MISPLACED', 'Table functions and aggregates cannot stand in one query.', {
        span: tableCalls[0]?.span,
        hint: 'Explode in one query, and aggregate its result in another.',
      });
    }
    node = flatMap(node, tableCalls, context);
    items = replaced(items, node);
  }

  if (query.partitionBy.length > 0) {
    if (isAggregation) {
      throw new WeirError('INVALID_PARTITION_BY', 'PARTITION BY and GROUP BY cannot stand in one query.', {
        span: query.span,
        hint: 'Use GROUP BY alone.',
      });
    }
    for (const expression of partitionBy) {
      refuseCalls(expression, 'aggregate', 'PARTITION BY', context.functions);
      refuseCalls(expression, 'table', 'PARTITION BY', context.functions);
    }
    const unchanged =
      partitionBy.length === node.key.length &&
      partitionBy.length > 0 &&
      partitionBy.every((e, i) => isColumnIn(e, node, node.key[i]?.equals ?? []));
    if (!unchanged && node.window !== undefined) {
      throw new WeirError(
        'INVALID_PARTITION_BY',
        'PARTITION BY cannot re-key a windowed source: its window would be lost.',
        {
          span: query.partitionBy[0]?.span,
          hint: 'Select WINDOWSTART and WINDOWEND into a stream declared without a window, and re-key that.',
        },
      );
    }
    if (!unchanged) {
      const keyFormat = options.keyFormat(keyFormatOf(node));
      const rekeyed = rekey(node, partitionBy, 'partitionBy', { context }, 'PartitionBy', keyFormat);
      node = rekeyed;
      items = replaced(items, node);
    }
  }

  let hasAggregation = false;
  if (isAggregation) {
    const grouped = groupQuery(node, { query, context, options, groupBy, items, having });
    node = grouped.node;
    items = grouped.items;
    hasAggregation = true;
  }
  return {
    root: project(node, items, outputs, context),
    sources,
    emit: query.emit,
    limit: query.limit,
    hasAggregation,
    outputs,
    from,
  };
}

/** The PARTITION BY expressions, unless they are the key already. */
function newKeyOf(partitionBy: readonly Expression[], from: From): readonly Expression[] | undefined {
  if (partitionBy.length === 0) return undefined;
  const [only] = from.sources;
  if (only === undefined || from.sources.length > 1) return partitionBy;
  const { key } = only.source.schema;
  const isKey =
    key.length === partitionBy.length && partitionBy.every((e, i) => e.kind === 'column' && e.name === key[i]?.name);
  return isKey ? undefined : partitionBy;
}

interface GroupContext {
  readonly query: Query;
  readonly context: AnalyzerContext;
  readonly options: AnalyzeOptions;
  readonly groupBy: readonly Expression[];
  readonly items: readonly OutputItem[];
  readonly having: Expression | undefined;
}

function groupQuery(input: PlanNode, group: GroupContext): { node: PlanNode; items: readonly OutputItem[] } {
  const { query, context, items, having } = group;
  const isWhole =
    group.groupBy.length === 0 && query.emit !== undefined && !group.options.persistent && query.window === undefined;
  // a push query without GROUP BY aggregates everything; a table would need a key
  const groupBy = isWhole ? [{ kind: 'integer', value: 0, span: query.span } as const] : group.groupBy;
  for (const expression of groupBy) {
    refuseCalls(expression, 'aggregate', 'GROUP BY', context.functions);
    refuseCalls(expression, 'table', 'GROUP BY', context.functions);
  }
  if (groupBy.length === 0) {
    const calls = items.flatMap((i) => aggregateCalls(i.expression, context.functions)).map(formatExpression);
    throw new WeirError(
      'NOT_GROUPED',
      `An aggregation needs a GROUP BY clause${calls.length === 0 ? '' : `: ${calls.join(', ')}`}.`,
      {
        span: query.span,
        hint: 'Add GROUP BY with the columns that the result is to be keyed by.',
        details: { aggregates: calls },
      },
    );
  }
  if (query.window !== undefined && input.shape === 'TABLE') {
    throw new WeirError(
      'INVALID_WINDOW',
      'A table cannot be aggregated by windows: its rows have no time of their own.',
      {
        span: query.window.span,
        hint: 'Leave the WINDOW clause out, or aggregate the stream behind the table.',
      },
    );
  }
  // an unknown function is what is wrong, and not that it is not grouped
  for (const { expression } of items) requireFunctions(expression, context.functions);
  const aggregate = buildAggregate({
    input,
    groupBy,
    outputs: [...items.map((i) => i.expression), ...(having === undefined ? [] : [having])],
    window: query.window,
    emitFinal: query.emit === 'FINAL',
    context,
    internalName: 'Aggregate',
    keyFormat: group.options.keyFormat(keyFormatOf(input)),
  });
  const over = items.map((item): OutputItem => ({
    ...item,
    expression: overAggregate(item.expression, aggregate, formatExpression(item.expression), 'SELECT'),
  }));
  const node =
    having === undefined
      ? aggregate
      : filter(aggregate, overAggregate(having, aggregate, formatExpression(having), 'HAVING'), 'HAVING', context);
  return { node, items: over };
}

function project(
  input: PlanNode,
  items: readonly OutputItem[],
  written: readonly OutputItem[],
  context: AnalyzerContext,
): ProjectNode {
  const columns = items.map((item, i): PlanColumn => {
    try {
      return { source: undefined, name: item.name, type: definiteType(item.expression, input.columns, context) };
    } catch (error) {
      throw error instanceof WeirError ? error.at(written[i]?.expression.span ?? item.expression.span) : error;
    }
  });
  const key = input.key.map((k) => {
    const equals = items.flatMap((item, i) => (isColumnIn(item.expression, input, k.equals) ? [i] : []));
    return { name: k.name, type: k.type, equals, texts: [] };
  });
  return {
    kind: 'project',
    shape: input.shape,
    input,
    columns,
    key,
    window: input.window,
    expressions: items.map((i) => i.expression),
  };
}

function filter(
  input: PlanNode,
  predicate: Expression,
  clause: 'WHERE' | 'HAVING',
  context: AnalyzerContext,
): FilterNode {
  const type = typeOver(predicate, input.columns, context);
  if (type !== null && type.kind !== 'BOOLEAN') {
    throw new WeirError(
      'NOT_BOOLEAN',
      `The ${clause} expression should be a BOOLEAN, and ${describe(predicate, type)}.`,
      {
        span: predicate.span,
        hint: 'Compare it with something.',
        details: { expression: formatExpression(predicate), type: formatType(type) },
      },
    );
  }
  return {
    kind: 'filter',
    shape: input.shape,
    input,
    predicate,
    clause,
    columns: input.columns,
    key: input.key,
    window: input.window,
  };
}

function describe(expression: Expression, type: SqlType): string {
  return `${formatExpression(expression)} is ${typeWithArticle(type)}`;
}

function flatMap(input: PlanNode, calls: readonly FunctionCall[], context: AnalyzerContext): FlatMapNode {
  if (input.shape === 'TABLE') {
    throw new WeirError('TABLE_FUNCTION_MISPLACED', 'A table function cannot be applied to a table.', {
      span: calls[0]?.span,
      hint: 'Table functions work on streams.',
    });
  }
  const functions: Expression[] = [];
  const columns: PlanColumn[] = [...input.columns];
  for (const call of calls) {
    const text = formatExpression(call);
    if (columns.some((c) => c.source === undefined && c.name === text)) continue;
    functions.push(call);
    const { type } = compileTableFunction(call, compileContext(input.columns, context));
    assert(type !== null, 'a table function yields values of a type');
    columns.push({ source: undefined, name: text, type });
  }
  return { kind: 'flatMap', shape: 'STREAM', input, functions, columns, key: input.key, window: input.window };
}

/** Items with every part that is a computed column of the node replaced by a reference to it. */
function replaced(items: readonly OutputItem[], node: PlanNode): readonly OutputItem[] {
  const computed = new Set(node.columns.filter((c) => c.source === undefined).map((c) => c.name));
  const rewrite = (part: Expression): Expression => {
    const text = formatExpression(part);
    if (part.kind !== 'column' && computed.has(text))
      return { kind: 'column', source: undefined, name: text, span: part.span };
    return mapChildren(part, rewrite);
  };
  return items.map((item) => ({ ...item, expression: rewrite(item.expression) }));
}

function qualifyConditions(tree: FromTree, qualifyOn: (on: Expression) => Expression): void {
  if (tree.kind === 'source') return;
  qualifyConditions(tree.left, qualifyOn);
  qualifyOn(tree.on);
}

/** The name of the key column that no source has: of a full join, or of a join by expressions that no column equals. */
function syntheticKeyOf(from: From, conditions: ReadonlyMap<Expression, Expression>): string | undefined {
  if (from.tree.kind === 'source' || joinKeyEquals(from.tree, conditions).columns > 0) return undefined;
  const taken = new Set(
    from.sources.flatMap((s) => s.source.schema.key.concat(s.source.schema.value).map((c) => c.name)),
  );
  let name = ROWKEY;
  for (let i = 1; taken.has(name); i++) name = `${ROWKEY}_${i}`;
  return name;
}

/** The expressions that equal a join's key, through the joins below it, and how many of them are columns. */
function joinKeyEquals(
  tree: FromTree,
  conditions: ReadonlyMap<Expression, Expression>,
): { readonly texts: ReadonlySet<string>; readonly columns: number } {
  if (tree.kind === 'source') return { texts: new Set(), columns: 0 };
  if (tree.join.type === 'FULL') return { texts: new Set(), columns: 0 };
  const on = conditions.get(tree.on);
  if (on?.kind !== 'comparison') return { texts: new Set(), columns: 1 };
  const below = joinKeyEquals(tree.left, conditions);
  const sides = [on.left, on.right];
  const isKept = sides.some((side) => below.texts.has(formatExpression(side)));
  return {
    texts: new Set([...(isKept ? below.texts : []), ...sides.map(formatExpression)]),
    columns: (isKept ? below.columns : 0) + sides.filter((side) => side.kind === 'column').length,
  };
}

function refuseShape(query: Query, from: From, options: AnalyzeOptions): void {
  const windowedTable = from.sources.find((s) => s.source.kind === 'TABLE' && s.source.window !== undefined);
  if (options.persistent && windowedTable !== undefined) {
    throw new WeirError(
      'WINDOWED_TABLE_SOURCE',
      `A persistent query cannot read the windowed table ${windowedTable.source.name}.`,
      {
        span: windowedTable.relation.span,
        hint: 'Declare a stream over its topic, with WINDOW_TYPE and WINDOW_SIZE.',
        details: { source: windowedTable.source.name },
      },
    );
  }
  if (query.emit === 'FINAL' && query.window === undefined) {
    throw new WeirError(
      'INVALID_EMIT',
      'EMIT FINAL is for windowed aggregations: without a window a result is never final.',
      {
        span: query.emitSpan ?? query.span,
        hint: 'Add a WINDOW clause, or use EMIT CHANGES.',
        instead: 'EMIT CHANGES',
      },
    );
  }
  const table = from.sources.find((s) => s.source.kind === 'TABLE');
  if (query.partitionBy.length > 0 && table !== undefined && from.sources.length === 1) {
    throw new WeirError(
      'INVALID_PARTITION_BY',
      `PARTITION BY cannot re-key the table ${table.source.name}: a table's key identifies its rows.`,
      {
        span: query.partitionBy[0]?.span,
        hint: 'Use GROUP BY.',
      },
    );
  }
}
