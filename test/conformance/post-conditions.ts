/** What has to hold after a case: sources as they are described, topics that exist, topics that must not. */
import { formatSchema } from '../../src/core/common/schema.ts';
import {
  parseJson,
  sameJson,
  writeJson,
  type JsonNode,
  type JsonObject,
} from '../../src/core/common/values/json-lossless.ts';
import type { DataSource, SourceFormat } from '../../src/core/ksql/catalog.ts';
import { parseSchemaText } from '../../src/core/sql/schema-text.ts';
import { listOf, numberOf, objectOf, textOf } from '../../src/library/records/json-reading.ts';
import type { Workbench } from './workbench.ts';

/** @returns what does not hold; undefined when all does */
export async function checkPostConditions(
  post: JsonObject,
  bench: Workbench,
  internalTopics: ReadonlySet<string>,
): Promise<string | undefined> {
  const { catalog } = bench.engine.planner;
  for (const node of listOf(post.get('sources'))) {
    const wanted = objectOf(node);
    const name = textOf(wanted.get('name')) ?? '';
    const source = catalog.source(name);
    if (source === undefined)
      return `there is no source ${name}; there are ${catalog
        .sources()
        .map((s) => s.name)
        .join(', ')}`;
    const problem = checkSource(wanted, source);
    if (problem !== undefined) return `source ${name}: ${problem}`;
  }
  const topics = objectOf(post.get('topics'));
  const partitions = new Map(
    (await bench.engine.broker.listTopics()).map((topic) => [topic.topic, topic.partitions.length]),
  );
  for (const node of listOf(topics.get('topics'))) {
    const wanted = objectOf(node);
    const name = textOf(wanted.get('name')) ?? '';
    const problem = checkTopic(wanted, name, bench, partitions, internalTopics);
    if (problem !== undefined) return `topic ${name}: ${problem}`;
  }
  const blacklist = textOf(topics.get('blacklist'));
  if (blacklist === undefined) return undefined;
  const pattern = new RegExp(`^(?:${blacklist})$`);
  const forbidden = [...partitions.keys(), ...internalTopics].filter((topic) => pattern.test(topic));
  return forbidden.length === 0 ? undefined : `topics that must not exist: ${forbidden.join(', ')}`;
}

function checkSource(wanted: JsonObject, source: DataSource): string | undefined {
  const type = textOf(wanted.get('type'));
  if (type !== undefined && type.toUpperCase() !== source.kind) return `is a ${source.kind} and not a ${type}`;
  const isSource = wanted.get('isSource');
  if (typeof isSource === 'boolean' && isSource !== source.isSource) return `isSource is ${source.isSource}`;
  const schema = textOf(wanted.get('schema'));
  if (schema !== undefined) {
    const [want, got] = [formatSchema(parseSchemaText(schema)), formatSchema(source.schema)];
    if (want !== got) return `schema ${got} instead of ${want}`;
  }
  return (
    checkFormat('key', wanted.get('keyFormat'), source.key, source) ??
    checkFormat('value', wanted.get('valueFormat'), source.value, source) ??
    checkFeatures('key', wanted.get('keyFeatures'), source.key) ??
    checkFeatures('value', wanted.get('valueFeatures'), source.value)
  );
}

function checkFormat(
  side: string,
  wanted: JsonNode | undefined,
  actual: SourceFormat,
  source: DataSource,
): string | undefined {
  if (wanted === undefined || wanted === null) return undefined;
  const node = objectOf(wanted);
  const name = textOf(wanted) ?? textOf(node.get('format'));
  if (name !== undefined && name.toUpperCase() !== actual.format.name)
    return `${side} format ${actual.format.name} instead of ${name}`;
  const info = objectOf(node.get('windowInfo'));
  const windowType = textOf(node.get('windowType')) ?? textOf(info.get('type'));
  if (windowType !== undefined && windowType !== source.window?.type)
    return `window type ${source.window?.type ?? 'none'} instead of ${windowType}`;
  const windowSize = numberOf(node.get('windowSize'));
  if (windowSize !== undefined && windowSize !== source.window?.sizeMs)
    return `window size ${source.window?.sizeMs ?? 'none'} instead of ${windowSize}`;
  return checkFeatures(side, node.get('features'), actual);
}

function checkFeatures(side: string, wanted: JsonNode | undefined, actual: SourceFormat): string | undefined {
  if (wanted === undefined || wanted === null) return undefined;
  const want = listOf(wanted).map(textOf).sort().join(', ');
  const got = [...actual.features].sort().join(', ');
  return want === got ? undefined : `${side} features [${got}] instead of [${want}]`;
}

function checkTopic(
  wanted: JsonObject,
  name: string,
  bench: Workbench,
  partitions: ReadonlyMap<string, number>,
  internalTopics: ReadonlySet<string>,
): string | undefined {
  const count = partitions.get(name);
  if (count === undefined)
    return internalTopics.has(name)
      ? undefined
      : `does not exist; there are ${[...partitions.keys(), ...internalTopics].join(', ')}`;
  const wantedCount = numberOf(wanted.get('partitions'));
  if (wantedCount !== undefined && wantedCount !== count) return `${count} partitions instead of ${wantedCount}`;
  const source = bench.engine.planner.catalog.sources().find((s) => s.topic === name);
  if (source === undefined) return undefined;
  return (
    checkFormat('key', wanted.get('keyFormat'), source.key, source) ??
    checkFormat('value', wanted.get('valueFormat'), source.value, source) ??
    checkSchema('key', wanted.get('keySchema'), name, bench) ??
    checkSchema('value', wanted.get('valueSchema'), name, bench)
  );
}

/** The schema that is registered for the topic. */
function checkSchema(
  side: 'key' | 'value',
  wanted: JsonNode | undefined,
  topic: string,
  bench: Workbench,
): string | undefined {
  if (wanted === undefined || wanted === null) return undefined;
  const registered = bench.engine.registry.latest(`${topic}-${side}`);
  if (registered === undefined) return `no ${side} schema is registered`;
  const text = textOf(wanted);
  const same =
    text === undefined || registered.type !== 'PROTOBUF'
      ? sameJson(text === undefined ? wanted : parseJson(text), parseJson(registered.schema))
      : normal(text) === normal(registered.schema);
  return same ? undefined : `${side} schema ${registered.schema} instead of ${text ?? writeJson(wanted)}`;
}

function normal(protobuf: string): string {
  return protobuf.replace(/\s+/g, ' ').trim();
}
