/**
 * An engine for one case: its own memory, a clock that stands still, the functions that the cases bring along, and the
 * topics and schemas that the case takes for granted.
 */
import { ManualClock } from '../../src/adapters/manual-clock.ts';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { Random } from '../../src/core/common/random.ts';
import { writeJson, type JsonNode, type JsonObject } from '../../src/core/common/values/json-lossless.ts';
import { Engine } from '../../src/core/ksql/engine/engine.ts';
import type { SchemaReference, SchemaType } from '../../src/core/serde/format.ts';
import { createRegistry } from '../../src/core/sql/functions/registry.ts';
import { declaredSources, parseLeniently, topicsOfStatements } from '../../src/library/records/declared-topics.ts';
import { testFunctions } from './functions.ts';
import { listOf, numberOf, objectOf, textOf } from '../../src/library/records/json-reading.ts';

const DEFAULT_PARTITIONS = 4;
const NOW_MS = Date.UTC(2024, 0, 1);

/** One registry of functions for all cases: functions keep no state of their own. */
const FUNCTIONS = createRegistry(testFunctions);

/** A topic that a case declares. */
export interface DeclaredTopic {
  readonly name: string;
  readonly partitions: number | undefined;
  readonly replicas: number;
  readonly keyFormat: string | undefined;
  readonly valueFormat: string | undefined;
  /** Ids of the schemas registered for it. */
  keySchemaId: number | undefined;
  valueSchemaId: number | undefined;
  readonly node: JsonObject;
}

export interface Workbench {
  engine: Engine;
  readonly open: (storage: MemoryStorage) => Promise<Engine>;
  storage: MemoryStorage;
  readonly topics: ReadonlyMap<string, DeclaredTopic>;
  /** Declared topics whose schemas are still to be registered. */
  readonly sinkTopics: DeclaredTopic[];
}

export async function openWorkbench(
  config: Readonly<Record<string, string>>,
  runQueries: boolean,
  topics: readonly DeclaredTopic[],
): Promise<Workbench> {
  const open = (storage: MemoryStorage): Promise<Engine> => {
    const clock = new ManualClock(NOW_MS);
    const random = new Random(1);
    return Engine.open({
      storage,
      clock,
      scheduler: clock,
      random: () => random.nextDouble(),
      functions: FUNCTIONS,
      config: { 'auto.offset.reset': 'earliest', 'ksql.service.id': 'some.ksql.service.id', ...config },
      runQueries,
    });
  };
  const storage = new MemoryStorage();
  const engine = await open(storage);
  return { engine, open, storage, topics: new Map(topics.map((topic) => [topic.name, topic])), sinkTopics: [] };
}

/** Ends the engine and starts another on a copy of what is stored. */
export async function reopen(bench: Workbench): Promise<void> {
  const entries = bench.storage.snapshot().map(({ key, value }) => ({ key, value: value.slice() }));
  await bench.engine.close();
  bench.storage = new MemoryStorage(entries);
  bench.engine = await bench.open(bench.storage);
}

export function propertiesOf(body: JsonObject): Record<string, string> {
  return Object.fromEntries([...objectOf(body.get('properties'))].map(([name, value]) => [name, textOf(value) ?? '']));
}

export function declaredTopics(body: JsonObject): readonly DeclaredTopic[] {
  return listOf(body.get('topics')).map((node): DeclaredTopic => {
    const topic = typeof node === 'string' ? new Map<string, JsonNode>([['name', node]]) : objectOf(node);
    const format = textOf(topic.get('format'));
    return {
      name: textOf(topic.get('name')) ?? '',
      partitions: numberOf(topic.get('partitions')) ?? numberOf(topic.get('numPartitions')),
      replicas: numberOf(topic.get('replicas')) ?? 1,
      keyFormat: textOf(topic.get('keyFormat')),
      valueFormat: textOf(topic.get('valueFormat')) ?? format,
      keySchemaId: undefined,
      valueSchemaId: undefined,
      node: topic,
    };
  });
}

const SCHEMA_TYPES: Readonly<Record<string, SchemaType>> = {
  AVRO: 'AVRO',
  PROTOBUF: 'PROTOBUF',
  JSON_SR: 'JSON',
  JSON: 'JSON',
};

/** Cases number the schemas of their topics from 1, so what those import is kept out of the way. */
const FIRST_REFERENCE_ID = 1_000_000;

function registerSchemas(engine: Engine, topic: DeclaredTopic): void {
  topic.keySchemaId = registerSchema(engine, topic, 'key', topic.keyFormat);
  topic.valueSchemaId = registerSchema(engine, topic, 'value', topic.valueFormat);
}

function registerSchema(
  engine: Engine,
  topic: DeclaredTopic,
  side: 'key' | 'value',
  format: string | undefined,
): number | undefined {
  const schema = topic.node.get(`${side}Schema`) ?? (side === 'value' ? topic.node.get('schema') : undefined);
  const type = format === undefined ? undefined : SCHEMA_TYPES[format.toUpperCase()];
  if (schema === undefined || schema === null || type === undefined) return undefined;
  const { registry } = engine;
  const references = listOf(topic.node.get(`${side}SchemaReferences`)).map((node, i): SchemaReference => {
    const reference = objectOf(node);
    const name = textOf(reference.get('name')) ?? '';
    const subject = `reference-${name}`;
    const referenceType = SCHEMA_TYPES[textOf(reference.get('format')) ?? ''] ?? type;
    const text = schemaText(reference.get('schema') ?? null);
    const { version } = registry.register(subject, referenceType, text, [], FIRST_REFERENCE_ID + i);
    return { name, subject, version };
  });
  const id = numberOf(topic.node.get(`${side}SchemaId`));
  const subject = `${topic.name}-${side}`;
  // a case's own schema says nothing of how the topic may evolve
  registry.setCompatibility(subject, 'NONE');
  return registry.register(subject, type, schemaText(schema), references, id).id;
}

function schemaText(schema: JsonNode): string {
  return typeof schema === 'string' && !/^(null|boolean|int|long|float|double|bytes|string)$/.test(schema)
    ? schema
    : writeJson(schema);
}

/** Makes the topics that exist before the case starts, and registers the schemas of those that its sources read. */
export async function createTopics(
  bench: Workbench,
  statements: readonly string[],
  inputTopics: Iterable<string>,
  defaultPartitions = DEFAULT_PARTITIONS,
): Promise<void> {
  const named = topicsOfStatements(statements);
  const inputs = new Set(inputTopics);
  for (const name of new Set([...bench.topics.keys(), ...named.keys(), ...inputs])) {
    const declared = bench.topics.get(name);
    const partitions = declared?.partitions ?? named.get(name) ?? defaultPartitions;
    await bench.engine.createTopic(name, partitions, declared?.replicas ?? 1);
  }
  for (const topic of bench.topics.values()) {
    if (named.has(topic.name) || inputs.has(topic.name)) registerSchemas(bench.engine, topic);
    else bench.sinkTopics.push(topic);
  }
  await bench.engine.flushSchemas();
}

/** Registers the schemas of the topics that queries write: after those of the sources, as the ids in cases have it. */
export async function registerSinkSchemas(bench: Workbench): Promise<void> {
  for (const topic of bench.sinkTopics.splice(0)) registerSchemas(bench.engine, topic);
  await bench.engine.flushSchemas();
}

/** Whether the case says of any topic how many partitions it has. */
export function namesPartitions(statements: readonly string[], topics: readonly DeclaredTopic[]): boolean {
  const sources = declaredSources(statements.flatMap((sql) => parseLeniently(sql)));
  return [...topics, ...sources].some(({ partitions }) => partitions !== undefined);
}

/** Whether the statement may write to a topic that no CREATE STREAM or CREATE TABLE declares. */
export function makesQuery(sql: string): boolean {
  return parseLeniently(sql).some(({ statement }) => statement.kind !== 'createSource');
}
