import type { SchemaRegistryPort } from '../../serde/format.ts';
import type { Row } from '../../common/sql-type.ts';
import type { Expression } from '../../sql/ast.ts';
import type { KStream, KTable } from '../../streams/dsl/api.ts';
import type { StreamsBuilder } from '../../streams/dsl/streams-builder.ts';
import type { AnalyzerContext } from '../analyzer/context.ts';
import { compileContext } from '../analyzer/scope.ts';
import { tuple } from '../expressions/build.ts';
import { compile } from '../expressions/compile.ts';
import type { CompileContext, Evaluator } from '../expressions/context.ts';
import { guarded } from '../expressions/guard.ts';
import type { FailedRow } from '../processing-log/entry.ts';
import type { PlanColumn } from '../plan.ts';
import type { StreamKey } from './keys.ts';
import type { Operator } from './operators.ts';

/** @param row the row that it failed for, where there is one */
export type ExpressionErrorHandler = (error: unknown, expression: string, step: QueryStep, row?: FailedRow) => void;

/** A step of a query, by ksqlDB's name for it, as the loggers of the processing log are called. */
export type QueryStep =
  'KsqlTopic.Source' | 'WhereFilter' | 'HavingFilter' | 'Project' | 'FlatMap' | 'PartitionBy' | 'Aggregate' | 'Join';

/** What lowering a plan needs, and what it collects. */
export interface Lowering {
  readonly builder: StreamsBuilder;
  readonly analyzer: AnalyzerContext;
  readonly registry: SchemaRegistryPort;
  /** `_confluent-ksql-default_query_CTAS_T_1`: the prefix of internal topics. */
  readonly applicationId: string;
  readonly offsetReset: 'earliest' | 'latest';
  /** Told of each expression that failed for a record; its value became null. */
  readonly onError: ExpressionErrorHandler;
  /** Told what a node of the topology does, in SQL's words: for its picture. */
  readonly describe?: ((nodeName: string, detail: string) => void) | undefined;
  /** Told of each operator with windows: for its picture. */
  readonly operator?: ((operator: Operator) => void) | undefined;
  /** Keep the result so that it can be queried. */
  readonly materialize: boolean;
}

export type RowMapper = (key: StreamKey, row: Row, timestampMs: number) => Row | null;

/** How a table's rows are read from outside: a store, and the steps from what it holds to the row. */
export interface View {
  readonly store: string;
  readonly kind: 'key-value' | 'window' | 'session';
  readonly steps: readonly RowMapper[];
}

export interface StreamHandle {
  readonly shape: 'STREAM';
  readonly stream: KStream<StreamKey, Row>;
}
export interface TableHandle {
  readonly shape: 'TABLE';
  readonly table: KTable<StreamKey, Row>;
  readonly view: View | undefined;
}
export type Handle = StreamHandle | TableHandle;

export function withStep(view: View | undefined, step: RowMapper): View | undefined {
  return view === undefined ? undefined : { ...view, steps: [...view.steps, step] };
}

export function scopeOf(columns: readonly PlanColumn[], step: QueryStep, lowering: Lowering): CompileContext {
  return compileContext(columns, lowering.analyzer, (error, expression, row) => {
    lowering.onError(error, expression, step, { columns, row });
  });
}

/** The evaluator of an expression over rows of these columns; a failure is reported and yields null. */
export function evaluator(expression: Expression, name: string, scope: CompileContext): Evaluator {
  return guarded(compile(expression, scope), name, scope);
}

/** Computes a row of new values; the array is made once per row, the evaluators once per query. */
export const rowEvaluator: (evaluators: readonly Evaluator[]) => (row: Row) => Row = tuple;
