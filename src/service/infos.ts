/** The engine's state as the panels show it. */
import type { BrokerApi, TopicDescription } from '../core/broker/api.ts';
import { formatType } from '../core/common/sql-type.ts';
import type { Column } from '../core/common/schema.ts';
import type { DataSource } from '../core/ksql/catalog.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import type { PersistentQuery } from '../core/ksql/persistent-query.ts';
import { overloadTexts } from '../core/sql/functions/resolution-errors.ts';
import { formatPattern } from '../core/sql/functions/signature.ts';
import type { FunctionRegistry, SqlFunction } from '../core/sql/functions/function.ts';
import type {
  ColumnInfo,
  FunctionInfo,
  GroupOffsets,
  QueryInfo,
  Snapshot,
  SourceInfo,
  TopicInfo,
  TopicRole,
} from '../protocol/api.ts';
import type { OperatorKind } from '../protocol/watch.ts';
import { toWire } from '../protocol/wire-error.ts';

/** All of it, for a page that has just opened the workspace. */
export async function snapshot(workspace: string, engine: Engine): Promise<Snapshot> {
  return {
    workspace,
    sources: engine.planner.catalog.sources().map((s) => sourceInfo(s, engine)),
    topics: await topicInfos(undefined, engine),
    queries: queryInfos(engine),
    ended: engine.planner.ended().map((query) => persistentInfo(query, engine)),
    types: engine.planner.catalog.types().map((t) => ({ name: t.name, type: JSON.stringify(t.type) })),
    functions: functionInfos(engine.functions),
  };
}

export function sourceInfo(source: DataSource, engine: Engine): SourceInfo {
  const { planner } = engine;
  const column =
    (role: ColumnInfo['role']) =>
    (c: Column): ColumnInfo => ({ name: c.name, type: formatType(c.type), role });
  return {
    name: source.name,
    kind: source.kind,
    topic: source.topic,
    keyFormat: source.key.format.name,
    valueFormat: source.value.format.name,
    windowType: source.window?.type,
    columns: [
      ...source.schema.key.map(column('key')),
      ...source.schema.value.map(column('value')),
      ...source.schema.headers.map(column('headers')),
    ],
    // Asked of the plan, not of the store: a store cannot be read while it is restored, and the page opens meanwhile.
    materialized: engine.runner.tableVersion(source.name, planner) !== undefined,
    readOnly: source.isSource,
    statement: source.statement,
    writers: planner.writersOf(source.name),
    readers: planner.readersOf(source.name),
  };
}

export function topicRole(topic: TopicDescription, engine: Engine): TopicRole {
  if (topic.topic === engine.processingLog?.topic) return 'internal';
  if (topic.topic.endsWith('-changelog')) return 'changelog';
  if (topic.topic.endsWith('-repartition') || topic.topic.endsWith('-topic')) return 'repartition';
  return topic.isInternal || topic.topic.startsWith('_') ? 'internal' : 'user';
}

export async function topicInfos(names: readonly string[] | undefined, engine: Engine): Promise<readonly TopicInfo[]> {
  const { broker } = engine;
  const all = await broker.listTopics();
  const topics = names === undefined ? all : all.filter((t) => names.includes(t.topic));
  if (topics.length === 0) return [];
  const groups = await groupOffsets(broker);
  return topics.map((topic): TopicInfo => ({
    name: topic.topic,
    role: topicRole(topic, engine),
    durability: topic.config.durability,
    cleanupPolicy: topic.config['cleanup.policy'],
    partitions: topic.partitions.map((p) => ({
      partition: p.partition,
      logStartOffset: p.logStartOffset,
      lastStableOffset: p.lastStableOffset,
      highWatermark: p.highWatermark,
      sizeBytes: p.sizeBytes,
      ...(p.error === null
        ? {}
        : {
            error: {
              code: p.error.code,
              kind: 'storage',
              message: p.error.message,
              hint: p.error.hint ?? undefined,
              details: {},
            },
          }),
    })),
    groups: groups.flatMap(({ group, offsets }): GroupOffsets[] => {
      const own = topic.partitions.map((p) => offsets.get(`${topic.topic}/${p.partition}`) ?? -1);
      return own.some((offset) => offset >= 0) ? [{ group, offsets: own }] : [];
    }),
  }));
}

async function groupOffsets(
  broker: BrokerApi,
): Promise<readonly { readonly group: string; readonly offsets: ReadonlyMap<string, number> }[]> {
  const groups = await broker.listGroups();
  return Promise.all(
    groups.map(async ({ groupId }) => {
      const { partitions } = await broker.offsetFetch({ groupId });
      return { group: groupId, offsets: new Map(partitions.map((p) => [`${p.topic}/${p.partition}`, p.offset])) };
    }),
  );
}

/** Persistent queries, those that have ended too. */
function persistentInfo(query: PersistentQuery, engine: Engine): QueryInfo {
  const status = engine.runner.status(query.id);
  const rates = engine.runner.rates(query.id);
  return {
    id: query.id,
    kind: 'PERSISTENT',
    state: status.state,
    ...(status.error === undefined ? {} : { error: toWire(status.error) }),
    statement: query.statement,
    sources: query.sources,
    sink: query.sink,
    consumed: status.consumed,
    produced: status.produced,
    consumedPerSecond: rates.consumed,
    producedPerSecond: rates.produced,
    lag: status.lag,
    skipped: status.skipped,
    operators: operatorKinds(engine, query.id),
    stores: status.stores,
  };
}

export function queryInfos(engine: Engine): readonly QueryInfo[] {
  const persistent = engine.planner.queries().map((query) => persistentInfo(query, engine));
  return [
    ...persistent,
    ...engine.runner.transients().map((t): QueryInfo => ({
      id: t.id,
      kind: 'PUSH',
      state: 'RUNNING',
      statement: t.statement,
      sources: t.sources,
      consumed: t.watchable?.instance.counts().consumed ?? 0,
      produced: t.subscription.total,
      consumedPerSecond: 0,
      producedPerSecond: 0,
      lag: 0,
      skipped: {},
      operators: operatorKinds(engine, t.id),
      stores: [],
    })),
  ];
}

function operatorKinds(engine: Engine, queryId: string): readonly OperatorKind[] {
  return engine.runner.watchable(queryId)?.operators.map(({ kind }) => (kind === 'window' ? 'window' : 'join')) ?? [];
}

export function functionInfos(functions: FunctionRegistry): readonly FunctionInfo[] {
  return functions.list().map((fn) => ({
    name: fn.name,
    kind: fn.kind,
    category: fn.category,
    description: fn.description,
    signatures: signatureTexts(fn),
    examples: fn.examples ?? [],
  }));
}

/** The overloads, each with its result where that does not depend on the arguments. */
function signatureTexts(fn: SqlFunction): readonly string[] {
  const texts = overloadTexts(fn);
  if (fn.kind === 'aggregate') return texts;
  return texts.map((text, i) => {
    const returns = fn.signatures[i]?.returns;
    return returns === undefined || typeof returns === 'function' ? text : `${text} -> ${formatPattern(returns)}`;
  });
}
