/**
 * Pull queries: a SELECT without EMIT answers from what is there now and ends. Of a table they read the state store that
 * keeps it, by key where WHERE fixes the key, else by a scan; of a stream they read the topic from its start to its end.
 */
import { compareBytes } from '../../common/bytes.ts';
import { WeirError, type Rewrite } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import type { Row } from '../../common/sql-type.ts';
import type { Expression, Query } from '../../sql/ast.ts';
import { walk } from '../../sql/expression-walk.ts';
import type { AnalyzedQuery } from '../analyzer/query.ts';
import { compileContext } from '../analyzer/scope.ts';
import type { Config } from '../config.ts';
import { compile, compilePredicate } from '../expressions/compile.ts';
import { guarded } from '../expressions/guard.ts';
import type { DataSource } from '../catalog.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { rowEvaluator } from '../lowering/context.ts';
import { columnsOf, windowOf } from '../lowering/keys.ts';
import { NO_BYTES, rowSerde } from '../lowering/serdes.ts';
import { compileLayout, NO_ORIGIN } from '../lowering/source.ts';
import { ROWOFFSET, ROWPARTITION } from '../names.ts';
import type { RowsOutput } from '../output.ts';
import type { SourceNode } from '../plan.ts';
import { keyConstraints, type KeyConstraints } from './key-constraints.ts';
import { outputColumns } from './output-columns.ts';
import { readStream } from './pull-stream.ts';
import type { TableEntry } from './table-view.ts';

/** @throws WeirError NOT_MATERIALIZED and what the analyzer throws */
export async function pullQuery(engine: Engine, session: Session, statement: Query): Promise<RowsOutput> {
  const config = session.config(engine.config);
  requireEnabled('ksql.pull.queries.enable', 'Pull queries', statement, config);
  refuseClauses(statement);
  const analyzed = engine.planner.analyze(statement, config);
  const [node] = analyzed.sources;
  if (node === undefined || analyzed.sources.length > 1) {
    throw new WeirError('INVALID_PULL_QUERY', 'A pull query reads one source; it cannot join.', {
      span: statement.span,
      hint: 'Make a table of the join, or add EMIT CHANGES for a push query.',
      rewrite: emitChanges(statement),
    });
  }
  const title = node.source.name;
  refuseOrigins(statement);
  const columns = outputColumns(analyzed, node.source.kind === 'STREAM' ? 'push' : 'pull');
  if (node.source.kind === 'STREAM') {
    requireEnabled('ksql.query.pull.stream.enabled', 'Pull queries on streams', statement, config);
    return { kind: 'rows', title, columns, rows: await readStream(engine, session, statement), notes: [] };
  }
  const rows = tableRows(engine, analyzed, node, statement, config);
  return { kind: 'rows', title, columns, rows, notes: [] };
}

function tableRows(
  engine: Engine,
  analyzed: AnalyzedQuery,
  node: SourceNode,
  statement: Query,
  config: Config,
): readonly Row[] {
  const { source } = node;
  const table = engine.runner.table(source.name, engine.planner);
  if (table === undefined) {
    const queryable = `CREATE TABLE QUERYABLE_${source.name} AS SELECT * FROM ${source.name}`;
    throw new WeirError('NOT_MATERIALIZED', `The table ${source.name} keeps no state that a pull query could read.`, {
      span: statement.from.span,
      hint: `Make a table of it: ${queryable};`,
      rewrite: emitChanges(statement),
      details: { table: source.name, queryable },
    });
  }
  const analyzer = engine.planner.analyzerContext(config);
  const scope = compileContext(node.columns, analyzer);
  const where = predicateOf(analyzed);
  const holds = where === undefined ? undefined : compilePredicate(where, scope);
  const evaluate = rowEvaluator(
    analyzed.root.expressions.map((e, i) => guarded(compile(e, scope), analyzed.root.columns[i]?.name ?? '', scope)),
  );
  const layout = compileLayout(node.fields);
  const constraints = keyConstraints(where, source, analyzer);
  if (constraints.kind === 'scan' || constraints.kind === 'range') {
    requireScans(constraints, source, statement, config);
  }
  const limit = statement.limit ?? Number.POSITIVE_INFINITY;
  const keys = constraints.kind === 'keys' ? constraints.keys : undefined;
  const entries =
    statement.limit === undefined ? table.entries(keys) : inKeyOrder(table.entriesByTask(keys), source, engine);
  const asStored = throughFormat(source, engine);
  const result: Row[] = [];
  for (const entry of entries) {
    if (result.length >= limit) break;
    const row = layout(entry.key, asStored(entry.row), entry.timestampMs, NO_ORIGIN);
    if (holds === undefined || holds(row)) result.push(evaluate(row));
  }
  return result;
}

function requireEnabled(
  property: 'ksql.pull.queries.enable' | 'ksql.query.pull.stream.enabled',
  what: string,
  statement: Query,
  config: Config,
): void {
  if (config.flag(property)) return;
  throw new WeirError('INVALID_PULL_QUERY', `${what} are switched off: '${property}' is 'false'.`, {
    span: statement.span,
    hint: `Add EMIT CHANGES for a push query, or SET '${property}' = 'true';`,
    rewrite: emitChanges(statement),
    details: { property },
  });
}

function requireScans(
  constraints: Exclude<KeyConstraints, { readonly kind: 'keys' }>,
  source: DataSource,
  statement: Query,
  config: Config,
): void {
  if (config.flag('ksql.query.pull.table.scan.enabled')) return;
  if (constraints.kind === 'range' && config.flag('ksql.query.pull.range.scan.enabled')) return;
  const why = constraints.kind === 'range' ? 'range scans are switched off' : constraints.reason;
  throw new WeirError(
    'INVALID_PULL_QUERY',
    `The query would scan the table ${source.name}, and table scans are switched off: ${why}.`,
    {
      span: statement.where?.span ?? statement.span,
      hint: `Add WHERE ${source.schema.key.map((c) => `${c.name} = ...`).join(' AND ')}, or SET 'ksql.query.pull.table.scan.enabled' = 'true';`,
      rewrite: before(statement.span, 'Switch scans on', "SET 'ksql.query.pull.table.scan.enabled' = 'true';\n"),
      details: { table: source.name },
    },
  );
}

/**
 * With a LIMIT the rows are those with the first keys of one partition after another, in the order of the keys' bytes: as
 * stores on disk keep them.
 */
function* inKeyOrder(tasks: Iterable<Iterable<TableEntry>>, source: DataSource, engine: Engine): Generator<TableEntry> {
  const { key, topic } = source;
  const serde = rowSerde(source.schema.key, key, true, { topic, registry: engine.registry });
  for (const entries of tasks) {
    const keyed = [...entries].map((entry) => ({
      entry,
      bytes: serde.serialize([...columnsOf(entry.key)]) ?? NO_BYTES,
      startMs: windowOf(entry.key)?.startMs ?? 0,
    }));
    keyed.sort((a, b) => compareBytes(a.bytes, b.bytes) || a.startMs - b.startMs);
    for (const { entry } of keyed) yield entry;
  }
}

/** Protobuf knows no NULL of most types: what was stored as NULL is read back as the type's default. */
function throughFormat(source: DataSource, engine: Engine): (row: Row) => Row {
  const { name } = source.value.format;
  if (name !== 'PROTOBUF' && name !== 'PROTOBUF_NOSR') return (row) => row;
  const serde = rowSerde(source.schema.value, source.value, false, { topic: source.topic, registry: engine.registry });
  return (row) => {
    const bytes = serde.serialize(row);
    return (bytes === null ? null : serde.deserialize(bytes)) ?? row;
  };
}

function predicateOf(analyzed: AnalyzedQuery): Expression | undefined {
  const { input } = analyzed.root;
  return input.kind === 'filter' ? input.predicate : undefined;
}

function refuseClauses(statement: Query): void {
  const clause =
    statement.window !== undefined
      ? 'WINDOW'
      : statement.groupBy.length > 0
        ? 'GROUP BY'
        : statement.partitionBy.length > 0
          ? 'PARTITION BY'
          : statement.having !== undefined
            ? 'HAVING'
            : undefined;
  if (clause === undefined) return;
  throw new WeirError('INVALID_PULL_QUERY', `A pull query has no ${clause} clause.`, {
    span: statement.span,
    hint: 'Add EMIT CHANGES for a push query, or make a table of it.',
    rewrite: emitChanges(statement),
    details: { clause },
  });
}

/** Where a row came from is known while it is processed, and not kept. */
function refuseOrigins(statement: Query): void {
  const clauses = [
    ['SELECT', statement.select.flatMap((item) => (item.kind === 'expression' ? [item.expression] : []))],
    ['WHERE', statement.where === undefined ? [] : [statement.where]],
  ] as const;
  for (const [clause, expressions] of clauses) {
    for (const expression of expressions) {
      walk(expression, (node) => {
        if (node.kind !== 'column' || (node.name !== ROWPARTITION && node.name !== ROWOFFSET)) return;
        throw new WeirError('INVALID_PULL_QUERY', `A pull query has no \`${node.name}\` in its ${clause} clause.`, {
          span: node.span,
          hint: 'Add EMIT CHANGES for a push query, or make a stream that keeps it: SELECT ROWOFFSET AS ...',
          details: { column: node.name, clause },
        });
      });
    }
  }
}

/** A change that puts statements before the one at `span`. */
function before(span: Span, title: string, text: string): Rewrite {
  return { title, span: { ...span, length: 0 }, text };
}

function emitChanges(statement: Query) {
  const at = statement.span.offset + statement.span.length;
  return { title: 'Add EMIT CHANGES', span: { ...statement.span, offset: at, length: 0 }, text: ' EMIT CHANGES' };
}
