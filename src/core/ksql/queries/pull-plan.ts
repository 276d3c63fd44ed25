/**
 * The plan of a pull query: what it reads and how, found before anything is read.
 *
 * A table is read from the state store that keeps it: by key where WHERE fixes the key, else by a scan; a stream is read
 * as its topic is. What cannot be answered so is refused here, with the form that can.
 */
import { WeirError, type Rewrite } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import type { Expression, Query } from '../../sql/ast.ts';
import { walk } from '../../sql/expression-walk.ts';
import type { AnalyzerContext } from '../analyzer/context.ts';
import type { AnalyzedQuery } from '../analyzer/query.ts';
import type { DataSource } from '../catalog.ts';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { ROWOFFSET, ROWPARTITION } from '../names.ts';
import type { OutputColumn } from '../output.ts';
import type { SourceNode } from '../plan.ts';
import { keyConstraints, type KeyConstraints } from './key-constraints.ts';
import { outputColumns } from './output-columns.ts';
import { windowBounds, type WindowBounds } from './window-bounds.ts';

interface PullPlanBase {
  readonly statement: Query;
  readonly analyzed: AnalyzedQuery;
  readonly node: SourceNode;
  readonly where: Expression | undefined;
  readonly columns: readonly OutputColumn[];
  readonly limit: number | undefined;
}

export type PullPlan =
  | (PullPlanBase & { readonly kind: 'stream' })
  | (PullPlanBase & {
      readonly kind: 'table';
      readonly analyzer: AnalyzerContext;
      readonly lookup: KeyConstraints;
      /** Of a windowed table. */
      readonly windows: WindowBounds | undefined;
    });

/** @throws WeirError INVALID_PULL_QUERY, NOT_MATERIALIZED and what the analyzer throws */
export function planPull(engine: Engine, session: Session, statement: Query): PullPlan {
  const config = session.config(engine.config);
  requireEnabled('ksql.pull.queries.enable', 'Pull queries', statement, config);
  refuseClauses(statement);
  refuseOrigins(statement);
  const analyzed = engine.planner.analyze(statement, config);
  const [node] = analyzed.sources;
  if (node === undefined) throw refused('A pull query reads a stream or a table.', statement);
  const { source } = node;
  const base: PullPlanBase = {
    statement,
    analyzed,
    node,
    where: predicateOf(analyzed),
    columns: outputColumns(analyzed, source.kind === 'STREAM' ? 'push' : 'pull'),
    limit: statement.limit,
  };
  if (source.kind === 'STREAM') {
    requireEnabled('ksql.query.pull.stream.enabled', 'Pull queries on streams', statement, config);
    return { ...base, kind: 'stream' };
  }
  if (!engine.runner.keepsTable(source.name, engine.planner)) throw notMaterialized(source, statement);
  const analyzer = engine.planner.analyzerContext(config);
  const lookup = keyConstraints(base.where, source, analyzer);
  if (lookup.kind !== 'keys') requireScans(lookup, source, statement, config);
  const windows = source.window === undefined ? undefined : windowBounds(base.where, analyzer);
  return { ...base, kind: 'table', analyzer, lookup, windows };
}

function predicateOf(analyzed: AnalyzedQuery): Expression | undefined {
  const { input } = analyzed.root;
  return input.kind === 'filter' ? input.predicate : undefined;
}

export function notMaterialized(source: DataSource, statement: Query): WeirError {
  const queryable = `CREATE TABLE QUERYABLE_${source.name} AS SELECT * FROM ${source.name}`;
  return new WeirError('NOT_MATERIALIZED', `The table ${source.name} keeps no state that a pull query could read.`, {
    span: statement.from.span,
    hint: `Make a table of it: ${queryable};`,
    rewrite: emitChanges(statement),
    details: { table: source.name, queryable },
  });
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
  lookup: Exclude<KeyConstraints, { readonly kind: 'keys' }>,
  source: DataSource,
  statement: Query,
  config: Config,
): void {
  if (config.flag('ksql.query.pull.table.scan.enabled')) return;
  if (lookup.kind === 'range' && config.flag('ksql.query.pull.range.scan.enabled')) return;
  const why = lookup.kind === 'range' ? 'range scans are switched off' : lookup.reason;
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

function refuseClauses(statement: Query): void {
  if (statement.from.kind === 'join') {
    throw new WeirError('INVALID_PULL_QUERY', 'A pull query reads one source; it cannot join.', {
      span: statement.from.span,
      hint: 'Make a table of the join, or add EMIT CHANGES for a push query.',
      rewrite: emitChanges(statement),
    });
  }
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
  throw refused(`A pull query has no ${clause} clause.`, statement, { clause });
}

function refused(message: string, statement: Query, details: Readonly<Record<string, string>> = {}): WeirError {
  return new WeirError('INVALID_PULL_QUERY', message, {
    span: statement.span,
    hint: 'Add EMIT CHANGES for a push query, or make a table of it.',
    rewrite: emitChanges(statement),
    details,
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
          hint: `Add EMIT CHANGES for a push query, or make a stream that keeps it: SELECT ${node.name} AS MY_${node.name}, ...`,
          rewrite: emitChanges(statement),
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

function emitChanges({ span, limitSpan }: Query): Rewrite {
  const title = 'Add EMIT CHANGES';
  if (limitSpan !== undefined) return before(limitSpan, title, 'EMIT CHANGES ');
  return { title, span: { ...span, offset: span.offset + span.length, length: 0 }, text: ' EMIT CHANGES' };
}
