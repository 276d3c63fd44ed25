/** Pull queries: a SELECT without EMIT answers from what is there now and ends. `pull-plan.ts` says how it is found. */
import { compareBytes } from '../../common/bytes.ts';
import type { Row } from '../../common/sql-type.ts';
import type { Query } from '../../sql/ast.ts';
import { compileContext } from '../analyzer/scope.ts';
import { compile, compilePredicate } from '../expressions/compile.ts';
import { guarded } from '../expressions/guard.ts';
import type { CompileContext } from '../expressions/context.ts';
import type { DataSource } from '../catalog.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { rowEvaluator, type QueryStep } from '../lowering/context.ts';
import { columnsOf, windowOf } from '../lowering/keys.ts';
import { NO_BYTES, rowSerde } from '../lowering/serdes.ts';
import { compileLayout, NO_ORIGIN } from '../lowering/source.ts';
import type { Note, RowsOutput } from '../output.ts';
import { notMaterialized, planPull, type PullPlan } from './pull-plan.ts';
import { readStream } from './pull-stream.ts';
import type { TableEntry } from './table-view.ts';
import { ANY_WINDOW } from './window-bounds.ts';

/**
 * @param maxRows where the result may not grow with what is there: of more rows it has the first, and a note says so
 * @throws WeirError what `planPull` throws
 */
export async function pullQuery(
  engine: Engine,
  session: Session,
  statement: Query,
  maxRows = Number.POSITIVE_INFINITY,
): Promise<RowsOutput> {
  const plan = planPull(engine, session, statement);
  const { columns, node } = plan;
  const limit = Math.min(plan.limit ?? Number.POSITIVE_INFINITY, maxRows + 1);
  const found =
    plan.kind === 'stream' ? await readStream(engine, session, statement, limit) : tableRows(engine, plan, limit);
  const isCut = found.length > maxRows;
  const rows = isCut ? found.slice(0, maxRows) : found;
  return { kind: 'rows', title: node.source.name, columns, rows, notes: isCut ? [cutNote(maxRows)] : [] };
}

function cutNote(maxRows: number): Note {
  return {
    title: 'There is more',
    text: `These are the first ${maxRows} rows. Ask for fewer by WHERE or LIMIT, or for all of them, as they come, by EMIT CHANGES.`,
  };
}

function tableRows(engine: Engine, plan: PullPlan & { readonly kind: 'table' }, limit: number): readonly Row[] {
  const { node, statement, analyzed, where, lookup, windows = ANY_WINDOW } = plan;
  const { source } = node;
  const table = engine.runner.table(source.name, engine.planner);
  if (table === undefined) throw notMaterialized(source, statement);
  const scope = reporting(engine, plan);
  const holds = where === undefined ? undefined : compilePredicate(where, scope('WhereFilter'));
  const evaluate = rowEvaluator(
    analyzed.root.expressions.map((e, i) =>
      guarded(compile(e, scope('Project')), analyzed.root.columns[i]?.name ?? '', scope('Project')),
    ),
  );
  const layout = compileLayout(node.fields);
  const keys = lookup.kind === 'keys' ? lookup.keys : undefined;
  const entries =
    plan.limit === undefined
      ? table.entries(keys, windows)
      : inKeyOrder(table.entriesByTask(keys, windows), source, engine);
  const asStored = throughFormat(source, engine);
  const result: Row[] = [];
  for (const entry of entries) {
    if (result.length >= limit) break;
    const row = layout(entry.key, asStored(entry.row), entry.timestampMs, NO_ORIGIN);
    if (holds === undefined || holds(row)) result.push(evaluate(row));
  }
  return result;
}

/** What an expression has no value for becomes NULL and is told of, as it is of a query that runs. */
function reporting(engine: Engine, plan: PullPlan & { readonly kind: 'table' }): (step: QueryStep) => CompileContext {
  const { node, analyzer } = plan;
  const failures = engine.runner.failuresOf(engine.runner.nextTransientId('pull', node.source.name));
  return (step) =>
    compileContext(node.columns, analyzer, (error, expression, row) => {
      failures.onError(error, expression, step, { columns: node.columns, row });
    });
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
