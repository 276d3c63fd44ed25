/**
 * ASSERT TOPIC, SCHEMA, STREAM and TABLE: nothing happens when what is asserted holds; else the error says what does not.
 * Here they look once; `engine/script.ts` asks again until their TIMEOUT.
 */
import { WeirError } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import { formatSchema } from '../../common/schema.ts';
import type { BrokerApi } from '../../broker/api.ts';
import type { SchemaRegistry } from '../../serde/schema-registry.ts';
import type { AssertSchema, AssertSource, AssertTopic, CreateSource } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/format-expression.ts';
import { kindWord, type DataSource, type SourceFormat } from '../catalog.ts';
import type { Config } from '../config.ts';
import { declareSource } from '../declare.ts';
import type { Planner } from '../planner.ts';

export interface AssertContext {
  readonly planner: Planner;
  readonly broker: BrokerApi;
  readonly registry: SchemaRegistry;
  readonly config: Config;
}

/** @throws WeirError ASSERTION_FAILED */
export async function assertTopic(statement: AssertTopic, { broker }: AssertContext): Promise<string> {
  const { topic, exists, span } = statement;
  const found = (await broker.listTopics()).find((candidate) => candidate.topic === topic);
  if (found === undefined) {
    if (!exists) return `Topic ${topic} does not exist`;
    throw failed(`Topic '${topic}' does not exist.`, span, { topic });
  }
  if (!exists) throw failed(`Topic '${topic}' exists.`, span, { topic });
  const actual: Readonly<Record<string, number>> = {
    PARTITIONS: found.partitions.length,
    REPLICAS: found.replicationFactor,
  };
  for (const { name, value, span: at } of statement.properties) {
    const known = actual[name.toUpperCase()];
    const wanted = formatExpression(value);
    if (known === undefined) {
      throw new WeirError('UNKNOWN_PROPERTY', `ASSERT TOPIC knows no property '${name}'.`, {
        span: at,
        hint: 'It compares PARTITIONS and REPLICAS.',
        details: { property: name },
      });
    }
    if (Number(wanted) !== known) {
      throw failed(`Topic '${topic}' has ${known} ${name.toLowerCase()}, and ${wanted} are asserted.`, at, { topic });
    }
  }
  return `Topic ${topic} exists`;
}

/** @throws WeirError ASSERTION_FAILED */
export function assertSchema(statement: AssertSchema, { registry }: AssertContext): string {
  const { subject, id, exists, span } = statement;
  const versions = subject === undefined ? [] : registry.versions(subject);
  const byId = id === undefined ? undefined : registry.byId(id);
  const isThere =
    subject === undefined ? byId !== undefined : versions.some((version) => id === undefined || version.id === id);
  const what = [
    ...(subject === undefined ? [] : [`subject '${subject}'`]),
    ...(id === undefined ? [] : [`id ${id}`]),
  ].join(' and ');
  if (isThere === exists) return `Schema with ${what} ${exists ? 'exists' : 'does not exist'}`;
  throw failed(`A schema with ${what} ${exists ? 'does not exist' : 'exists'}.`, span, {
    ...(subject === undefined ? {} : { subject }),
    ...(id === undefined ? {} : { id }),
  });
}

/** Compares a source with what CREATE STREAM or CREATE TABLE with these clauses would declare. @throws WeirError ASSERTION_FAILED */
export function assertSource(statement: AssertSource, text: string, context: AssertContext): string {
  const { planner, registry, config } = context;
  const { name, span } = statement.name;
  if (!statement.exists) {
    if (planner.catalog.source(name)?.kind !== statement.sourceKind) return `${name} does not exist`;
    throw failed(`The ${kindWord(statement.sourceKind)} ${name} exists.`, span, { name });
  }
  const actual = planner.catalog.require(name);
  const create: CreateSource = {
    ...statement,
    kind: 'createSource',
    orReplace: false,
    ifNotExists: false,
    isSource: actual.isSource,
  };
  const { source: wanted } = declareSource(create, text, {
    catalog: planner.catalog,
    config,
    registry,
    topicPartitions: () => actual.partitions,
  });
  for (const [aspect, of] of ASPECTS) {
    const [want, got] = [of(wanted), of(actual)];
    if (want === got) continue;
    throw failed(`The ${aspect} of ${name} is ${got}, and ${want} is asserted.`, span, {
      name,
      aspect,
      actual: got,
      asserted: want,
    });
  }
  return `${name} is as asserted`;
}

const ASPECTS: readonly (readonly [string, (source: DataSource) => string])[] = [
  ['kind', (source) => kindWord(source.kind)],
  ['schema', (source) => formatSchema(source.schema)],
  ['topic', (source) => `'${source.topic}'`],
  ['key format', (source) => formatText(source.key)],
  ['value format', (source) => formatText(source.value)],
  ['key serde features', (source) => featuresText(source.key)],
  ['value serde features', (source) => featuresText(source.value)],
  ['timestamp column', (source) => source.timestamp?.column ?? 'none'],
  ['timestamp format', (source) => source.timestamp?.format ?? 'none'],
  [
    'window',
    (source) => (source.window === undefined ? 'none' : `${source.window.type} ${source.window.sizeMs ?? ''}`.trim()),
  ],
];

function formatText({ format }: SourceFormat): string {
  const properties = Object.entries(format.properties).map(([name, value]) => `${name} '${value}'`);
  return [format.name, ...properties.sort()].join(' ');
}

function featuresText({ features }: SourceFormat): string {
  return `[${[...features].sort().join(', ')}]`;
}

function failed(message: string, span: Span, details: Readonly<Record<string, string | number>>): WeirError {
  return new WeirError('ASSERTION_FAILED', message, {
    span,
    hint: 'SHOW and DESCRIBE tell what there is.',
    details,
  });
}
