/** A query that runs on: what CREATE ... AS SELECT, INSERT INTO ... SELECT and CREATE SOURCE TABLE start. */
import { NO_SPAN } from '../common/position.ts';
import { StreamsBuilder } from '../streams/dsl/streams-builder.ts';
import type { Topology } from '../streams/topology.ts';
import type { SchemaRegistryPort } from '../serde/format.ts';
import type { AnalyzedQuery } from './analyzer/query.ts';
import type { AnalyzerContext } from './analyzer/context.ts';
import { ColumnUse } from './analyzer/qualify.ts';
import { starColumns } from './analyzer/from.ts';
import { sourceNode } from './analyzer/source-node.ts';
import type { DataSource } from './catalog.ts';
import type { ExpressionErrorHandler, View } from './lowering/context.ts';
import { lowerProject } from './lowering/lower.ts';
import { lowerSink } from './lowering/sink.ts';
import type { Operator } from './lowering/operators.ts';
import { lowerSource } from './lowering/source.ts';
import type { PlanNode } from './plan.ts';
import type { SinkLayout } from './sink.ts';

export interface PersistentQuery {
  readonly id: string;
  readonly statement: string;
  /** Names of the streams and tables it reads. */
  readonly sources: readonly string[];
  /** Undefined for a source table, which is only kept for look-ups. */
  readonly sink: string | undefined;
  /** Whether its sink was made by it: INSERT INTO adds a writer to one that was there. */
  readonly createsSink: boolean;
  readonly plan: PlanNode;
  /** The config in force when it was started. */
  readonly config: Readonly<Record<string, string>>;
  /** Makes the topology anew; expression failures at run time go to `onError`. */
  readonly build: (onError: ExpressionErrorHandler) => BuiltQuery;
}

export interface BuiltQuery {
  readonly topology: Topology;
  readonly applicationId: string;
  /** How the result is read, when it is a table. */
  readonly view: View | undefined;
  /** What each node does, in the words of the query, by node name. */
  readonly details: ReadonlyMap<string, string>;
  /** Its operators with windows, in the order in which records meet them. */
  readonly operators: readonly Operator[];
}

export interface BuildContext {
  readonly analyzer: AnalyzerContext;
  readonly registry: SchemaRegistryPort;
}

export function applicationId(serviceId: string, queryId: string): string {
  return `_confluent-ksql-${serviceId}query_${queryId}`;
}

/** Transient queries have names of their own, so that what a crash leaves of them can be told. */
export function transientApplicationId(serviceId: string, id: string): string {
  return `_confluent-ksql-${serviceId}transient_${id}`;
}

/** What the names of all internal topics and groups begin with. */
export function applicationPrefixes(serviceId: string): readonly string[] {
  return [applicationId(serviceId, ''), transientApplicationId(serviceId, '')];
}

export function sinkQuery(
  id: string,
  statement: string,
  query: AnalyzedQuery,
  sink: DataSource,
  layout: SinkLayout,
  createsSink: boolean,
  context: BuildContext,
): PersistentQuery {
  const application = applicationId(context.analyzer.config.get('ksql.service.id'), id);
  return {
    id,
    statement,
    sources: query.from.sources.map((s) => s.source.name),
    sink: sink.name,
    createsSink,
    plan: query.root,
    config: context.analyzer.config.toRecord(),
    build: (onError) => {
      const builder = new StreamsBuilder();
      const details = new Map<string, string>();
      const operators: Operator[] = [];
      const lowering = {
        operator: (operator: Operator) => {
          operators.push(operator);
        },
        describe: (nodeName: string, detail: string) => {
          details.set(nodeName, detail);
        },
        builder,
        analyzer: context.analyzer,
        registry: context.registry,
        applicationId: application,
        offsetReset: offsetReset(context.analyzer),
        onError,
        materialize: sink.kind === 'TABLE',
      };
      const handle = lowerProject(query.root, layout.value, lowering);
      lowerSink(handle, sink, layout, lowering);
      return {
        topology: builder.build(),
        applicationId: application,
        view: handle.shape === 'TABLE' ? handle.view : undefined,
        details,
        operators,
      };
    },
  };
}

/** CREATE SOURCE TABLE keeps the topic's rows for pull queries. */
export function sourceTableQuery(
  id: string,
  statement: string,
  source: DataSource,
  context: BuildContext,
): PersistentQuery {
  const application = applicationId(context.analyzer.config.get('ksql.service.id'), id);
  const relation = {
    kind: 'source',
    name: source.name,
    nameSpan: NO_SPAN,
    alias: source.name,
    span: NO_SPAN,
  } as const;
  const used = new ColumnUse();
  for (const column of starColumns(source, false)) used.note(source.name, column.name);
  const node = sourceNode({ alias: source.name, source, relation }, used);
  return {
    id,
    statement,
    sources: [source.name],
    sink: undefined,
    createsSink: false,
    plan: node,
    config: context.analyzer.config.toRecord(),
    build: (onError) => {
      const builder = new StreamsBuilder();
      const handle = lowerSource(node, {
        builder,
        analyzer: context.analyzer,
        registry: context.registry,
        applicationId: application,
        offsetReset: 'earliest',
        onError,
        materialize: true,
      });
      return {
        topology: builder.build(),
        applicationId: application,
        view: handle.shape === 'TABLE' ? handle.view : undefined,
        details: new Map<string, string>(),
        operators: [],
      };
    },
  };
}

function offsetReset(context: AnalyzerContext): 'earliest' | 'latest' {
  return context.config.get('auto.offset.reset').toLowerCase() === 'earliest' ? 'earliest' : 'latest';
}
