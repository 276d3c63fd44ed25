/** SHOW and LIST: what the engine knows, as grids. */
import { WeirError, unreachable } from '../../common/errors.ts';
import { formatType, type Row } from '../../common/sql-type.ts';
import type { BrokerApi } from '../../broker/api.ts';
import type { DescribeAll, DescribeFunction, Show } from '../../sql/ast.ts';
import type { FunctionRegistry, SqlFunction } from '../../sql/functions/function.ts';
import { overloadTexts } from '../../sql/functions/resolution-errors.ts';
import { CONFIG_DEFAULTS, type Config } from '../config.ts';
import { INSTEAD_OF_CONNECTORS } from './connectors.ts';
import { grid, type Note, type RowsOutput } from '../output.ts';
import type { PersistentQuery } from '../persistent-query.ts';
import type { Planner } from '../planner.ts';
import { describeSource, statistics, type QueryStatus } from './describe.ts';
import { nearest } from '../../common/nearest.ts';

export interface ShowContext {
  readonly planner: Planner;
  readonly broker: BrokerApi;
  readonly functions: FunctionRegistry;
  readonly config: Config;
  /** What SET changed. */
  readonly session: Readonly<Record<string, string>>;
  readonly variables: ReadonlyMap<string, string>;
  readonly queryStatus: (id: string) => QueryStatus;
  readonly queryRates: (id: string) => { readonly consumed: number; readonly produced: number };
  readonly pushQueries: readonly { readonly id: string; readonly statement: string }[];
  readonly topologyText: (query: PersistentQuery) => string;
}

export async function show(statement: Show, context: ShowContext): Promise<RowsOutput> {
  const { planner } = context;
  switch (statement.subject) {
    case 'STREAMS':
    case 'TABLES': {
      const kind = statement.subject === 'STREAMS' ? 'STREAM' : 'TABLE';
      const sources = planner.catalog.sources().filter((s) => s.kind === kind);
      const title = kind === 'STREAM' ? 'Streams' : 'Tables';
      const notes = statement.extended
        ? (await Promise.all(sources.map((s) => describeSource(s.name, true, context)))).flatMap((d) => d.notes)
        : [];
      return grid(
        title,
        ['Name', 'Kafka Topic', 'Key Format', 'Value Format', 'Windowed'],
        sources.map((s): Row => [s.name, s.topic, s.key.format.name, s.value.format.name, s.window?.type ?? 'no']),
        notes,
      );
    }
    case 'TOPICS':
    case 'ALL TOPICS':
      return topics(statement, context);
    case 'QUERIES':
      return grid(
        'Queries',
        ['Query ID', 'Query Type', 'Status', 'Sink Name', 'Sink Kafka Topic', 'Query String'],
        [
          ...planner.queries().map((q): Row => {
            const sink = q.sink === undefined ? undefined : planner.catalog.source(q.sink);
            const { state } = context.queryStatus(q.id);
            return [q.id, 'PERSISTENT', state, q.sink ?? null, sink?.topic ?? null, q.statement];
          }),
          ...context.pushQueries.map((q): Row => [q.id, 'PUSH', 'RUNNING', null, null, q.statement]),
        ],
        statement.extended ? planner.queries().map((q) => queryNote(q, context)) : [],
      );
    case 'FUNCTIONS':
      return grid(
        'Functions',
        ['Function Name', 'Type', 'Category', 'Description'],
        [...context.functions.list()]
          .sort((a, b) => a.name.localeCompare(b.name))
          .map((f): Row => [f.name, f.kind.toUpperCase(), f.category, f.description]),
      );
    case 'PROPERTIES':
      return grid(
        'Properties',
        ['Property', 'Value', 'Default override'],
        Object.entries(context.config.toRecord())
          .sort()
          .map(([name, value]): Row => [name, value, overriderOf(name, context)]),
      );
    case 'TYPES':
      return grid(
        'Types',
        ['Type Name', 'Schema'],
        planner.catalog.types().map((t): Row => [t.name, formatType(t.type)]),
      );
    case 'VARIABLES':
      return grid(
        'Variables',
        ['Variable Name', 'Value'],
        [...context.variables].map(([name, value]): Row => [name, value]),
      );
    case 'CONNECTORS':
    case 'SOURCE CONNECTORS':
    case 'SINK CONNECTORS':
      return grid('Connectors', ['Connector Name', 'Type', 'Class', 'Status'], [], [NO_CONNECT]);
    case 'CONNECTOR PLUGINS':
      return grid('Connector Plugins', ['Class', 'Type', 'Version'], [], [NO_CONNECT]);
    default:
      return unreachable(statement.subject);
  }
}

const NO_CONNECT: Note = {
  title: 'Kafka Connect',
  text: `There is no Connect cluster here.\n${INSTEAD_OF_CONNECTORS.replaceAll(', ', ',\n')}`,
};

/** Whose value it is where it is not the default, in ksqlDB's words. */
function overriderOf(name: string, { config, session }: ShowContext): 'SESSION' | 'SERVER' | '' {
  if (session[name] !== undefined) return 'SESSION';
  return isDefault(name, config) ? '' : 'SERVER';
}

function isDefault(name: string, config: Config): boolean {
  const defaults: Readonly<Record<string, string>> = CONFIG_DEFAULTS;
  return config.toRecord()[name] === defaults[name];
}

function queryNote(query: PersistentQuery, context: ShowContext): Note {
  return {
    title: query.id,
    text: [
      `Sources: ${query.sources.join(', ')}`,
      `Sink: ${query.sink ?? '(none)'}`,
      `Statement: ${query.statement}`,
      statistics(query.id, context),
      context.topologyText(query),
    ].join('\n'),
  };
}

async function topics(statement: Show, context: ShowContext): Promise<RowsOutput> {
  const all = await context.broker.listTopics();
  const shown = statement.subject === 'ALL TOPICS' ? all : all.filter((t) => !t.isInternal && !t.topic.startsWith('_'));
  if (!statement.extended) {
    return grid(
      'Topics',
      ['Kafka Topic', '#Partitions', '#Replicas'],
      shown.map((t): Row => [t.topic, t.partitions.length, t.replicationFactor]),
    );
  }
  const groups = await context.broker.listGroups();
  const rows: Row[] = [];
  for (const topic of shown) {
    let consumers = 0;
    for (const group of groups) {
      const { partitions } = await context.broker.offsetFetch({ groupId: group.groupId });
      if (partitions.some((p) => p.topic === topic.topic && p.offset >= 0)) consumers++;
    }
    const records = topic.partitions.reduce((sum, p) => sum + p.highWatermark - p.logStartOffset, 0);
    rows.push([
      topic.topic,
      topic.partitions.length,
      topic.replicationFactor,
      records,
      topic.partitions.reduce((sum, p) => sum + p.sizeBytes, 0),
      consumers,
    ]);
  }
  return grid('Topics', ['Kafka Topic', '#Partitions', '#Replicas', '#Records', '#Bytes', '#Consumer Groups'], rows);
}

export async function describeAll(statement: DescribeAll, context: ShowContext): Promise<RowsOutput> {
  const sources = context.planner.catalog.sources().filter((s) => s.kind === statement.sourceKind);
  const described = await Promise.all(sources.map((s) => describeSource(s.name, statement.extended, context)));
  const rows = described.flatMap((d) => d.rows.map((row): Row => [d.title, ...row]));
  return grid(
    statement.sourceKind === 'STREAM' ? 'Streams' : 'Tables',
    ['Name', 'Field', 'Type'],
    rows,
    described.flatMap((d) => d.notes),
  );
}

export function describeFunction(statement: DescribeFunction, functions: FunctionRegistry): RowsOutput {
  const name = statement.name.name;
  const fn = functions.get(name);
  if (fn === undefined) {
    const close = nearest(
      name.toUpperCase(),
      functions.list().map((f) => f.name),
    )[0];
    throw new WeirError('UNKNOWN_FUNCTION', `There is no function ${name}.`, {
      span: statement.name.span,
      hint: close === undefined ? 'SHOW FUNCTIONS lists what there is.' : `Did you mean ${close}?`,
      instead: close,
      details: { name },
    });
  }
  return grid(fn.name, ['Variation', 'Description'], signaturesOf(fn), [
    { title: 'Overview', text: fn.description },
    { title: 'Type', text: fn.kind },
    ...(fn.examples ?? []).map((e) => ({ title: 'Example', text: `${e.sql} => ${e.result}` })),
  ]);
}

function signaturesOf(fn: SqlFunction): Row[] {
  return fn.signatures.map((signature, i): Row => [
    overloadTexts(fn)[i] ?? fn.name,
    signature.description ?? fn.description,
  ]);
}
