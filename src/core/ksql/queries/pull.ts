/**
 * Pull queries: a SELECT without EMIT answers from what is there now and ends. Of a table they read the state store that
 * keeps it, by key where WHERE fixes the key, else by a scan; of a stream they read the topic from its start to its end.
 */
import { WeirError } from '../../common/errors.ts';
import type { Row, SqlValue } from '../../common/sql-type.ts';
import type { Expression, Query } from '../../sql/ast.ts';
import type { AnalyzedQuery } from '../analyzer/query.ts';
import { compileContext } from '../analyzer/scope.ts';
import { compile, compilePredicate } from '../expressions/compile.ts';
import { coerceImplicit, implicitlyCasts } from '../expressions/implicit.ts';
import { guarded } from '../expressions/guard.ts';
import type { DataSource } from '../catalog.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { rowEvaluator } from '../lowering/context.ts';
import type { SqlKey } from '../lowering/keys.ts';
import { compileLayout, NO_ORIGIN } from '../lowering/source.ts';
import { WINDOW_BOUNDS } from '../names.ts';
import type { OutputColumn, RowsOutput } from '../output.ts';
import type { SourceNode } from '../plan.ts';
import { readStream } from './pull-stream.ts';

/** @throws WeirError NOT_MATERIALIZED and what the analyzer throws */
export async function pullQuery(engine: Engine, session: Session, statement: Query): Promise<RowsOutput> {
  const config = session.config(engine.config);
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
  const columns = outputColumns(analyzed, 'pull');
  if (node.source.kind === 'STREAM') {
    return { kind: 'rows', title, columns, rows: await readStream(engine, session, statement), notes: [] };
  }
  const rows = tableRows(engine, analyzed, node, statement, config.flag('ksql.query.pull.table.scan.enabled'));
  return { kind: 'rows', title, columns, rows, notes: [] };
}

/** A pull query's header says which columns are the key; a push query's rows have none. */
export function outputColumns(analyzed: AnalyzedQuery, kind: 'pull' | 'push'): readonly OutputColumn[] {
  const { root } = analyzed;
  const keys = new Set(kind === 'pull' ? root.key.flatMap((k) => k.equals) : []);
  return root.columns.map((c, i) => ({
    name: c.name,
    type: c.type,
    role: keys.has(i) || (kind === 'pull' && isWindowBound(root.expressions[i])) ? 'key' : 'value',
  }));
}

/** The bounds of a windowed table's rows are part of their key. */
function isWindowBound(expression: Expression | undefined): boolean {
  return expression?.kind === 'column' && WINDOW_BOUNDS.has(expression.name);
}

function tableRows(
  engine: Engine,
  analyzed: AnalyzedQuery,
  node: SourceNode,
  statement: Query,
  scanAllowed: boolean,
): readonly Row[] {
  const { source } = node;
  const table = engine.runner.table(source.name, engine.planner);
  if (table === undefined) {
    throw new WeirError('NOT_MATERIALIZED', `The table ${source.name} keeps no state that a pull query could read.`, {
      span: statement.from.span,
      hint: `Make a table of it: CREATE TABLE QUERYABLE_${source.name} AS SELECT * FROM ${source.name};`,
      rewrite: emitChanges(statement),
      details: { table: source.name },
    });
  }
  const scope = compileContext(node.columns, engine.planner.analyzerContext(engine.config));
  const where = predicateOf(analyzed);
  const holds = where === undefined ? undefined : compilePredicate(where, scope);
  const evaluate = rowEvaluator(
    analyzed.root.expressions.map((e, i) => guarded(compile(e, scope), analyzed.root.columns[i]?.name ?? '', scope)),
  );
  const layout = compileLayout(node.fields);
  const keys = where === undefined ? undefined : fixedKeys(where, source, engine);
  if (keys === undefined && !scanAllowed) {
    throw new WeirError(
      'INVALID_PULL_QUERY',
      `WHERE does not fix the key of ${source.name}, and table scans are switched off.`,
      {
        span: statement.where?.span ?? statement.span,
        hint: `Add WHERE ${source.schema.key.map((c) => `${c.name} = ...`).join(' AND ')}, or SET 'ksql.query.pull.table.scan.enabled' = 'true';`,
        details: { table: source.name },
      },
    );
  }
  const limit = statement.limit ?? Number.POSITIVE_INFINITY;
  const result: Row[] = [];
  for (const entry of table.entries(keys)) {
    if (result.length >= limit) break;
    const row = layout(entry.key, entry.row, entry.timestampMs, NO_ORIGIN);
    if (holds === undefined || holds(row)) result.push(evaluate(row));
  }
  return result;
}

function predicateOf(analyzed: AnalyzedQuery): Expression | undefined {
  const { input } = analyzed.root;
  return input.kind === 'filter' ? input.predicate : undefined;
}

/** The keys that WHERE leaves possible, when it says `key = constant` or `key IN (constants)` among its conjuncts. */
function fixedKeys(where: Expression, source: DataSource, engine: Engine): readonly SqlKey[] | undefined {
  const columns = source.schema.key;
  let keys: SqlValue[][] = [[]];
  for (const column of columns) {
    const values = conjuncts(where).flatMap((part) => {
      const found = constantsFor(part, column.name);
      return found === undefined ? [] : [found];
    })[0];
    if (values === undefined) return undefined;
    const scope = compileContext([], engine.planner.analyzerContext(engine.config));
    const constants: SqlValue[] = [];
    for (const value of values) {
      const compiled = compile(value, scope);
      if (compiled.literal === undefined) return undefined;
      if (compiled.type !== null && !implicitlyCasts(compiled.type, column.type)) return undefined;
      constants.push(coerceImplicit(compiled.literal, compiled.type, column.type));
    }
    keys = keys.flatMap((prefix) => constants.map((constant) => [...prefix, constant]));
  }
  return columns.length === 0 ? undefined : keys;
}

function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'logical' && expression.operator === 'AND'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];
}

function constantsFor(part: Expression, column: string): readonly Expression[] | undefined {
  const isColumn = (e: Expression): boolean => e.kind === 'column' && e.name === column;
  if (part.kind === 'comparison' && part.operator === '=') {
    if (isColumn(part.left) && isConstant(part.right)) return [part.right];
    if (isColumn(part.right) && isConstant(part.left)) return [part.left];
  }
  if (part.kind === 'in' && !part.negated && isColumn(part.operand) && part.list.every(isConstant)) return part.list;
  return undefined;
}

const CONSTANTS: ReadonlySet<string> = new Set(['boolean', 'integer', 'bigint', 'double', 'decimal', 'string']);

function isConstant(expression: Expression): boolean {
  return CONSTANTS.has(expression.kind);
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

function emitChanges(statement: Query) {
  const at = statement.span.offset + statement.span.length;
  return { title: 'Add EMIT CHANGES', span: { ...statement.span, offset: at, length: 0 }, text: ' EMIT CHANGES' };
}
