/** Streams and tables in the schema registry: columns inferred from a registered schema, schemas registered for columns. */
import type { Column } from '../common/schema.ts';
import type { FormatInfo, SchemaRegistryPort, SerdeFeature } from '../serde/format.ts';
import { FORMATS } from '../serde/registry.ts';
import { inferColumns as columnsOfSchema, schemaName, toRegistrySchema } from '../serde/schema-formats.ts';
import type { DataSource, SourceFormat } from './catalog.ts';

export interface InferenceRequest {
  readonly info: FormatInfo;
  readonly topic: string;
  readonly isKey: boolean;
  /** A schema that the statement pinned; its names are kept as they are. */
  readonly schemaId: number | undefined;
  /** `WRAP_SINGLE_VALUE = false`: the value is bare. */
  readonly isBare: boolean;
}

/** The columns that the registry knows for a topic's keys or values; undefined when it knows none. */
export function inferColumns(request: InferenceRequest, registry: SchemaRegistryPort): readonly Column[] | undefined {
  const { info, topic, isKey, schemaId } = request;
  const registered =
    schemaId === undefined ? registry.latest(`${topic}-${isKey ? 'key' : 'value'}`) : registry.byId(schemaId);
  if (registered === undefined) return undefined;
  // A key is one bare column, also when it is a record, wherever the format can hold one.
  const isBare = request.isBare || (isKey && FORMATS[info.name].supportsFeatures.has('UNWRAP_SINGLES'));
  const features = new Set<SerdeFeature>(isBare ? ['UNWRAP_SINGLES'] : []);
  return columnsOfSchema(info, registered, registry, {
    isKey,
    features,
    names: schemaId === undefined ? 'upper' : 'original',
  });
}

/**
 * Registers the schemas of the source's key and value where their formats have some. A source declared over a topic
 * whose subjects are there reads with what is registered (`ifAbsent`); a query's sink registers what it will write.
 */
export function registerSchemas(source: DataSource, registry: SchemaRegistryPort, when: 'ifAbsent' | 'always'): void {
  registerSide(source.key, source.schema.key, true, source.topic, registry, when);
  registerSide(source.value, source.schema.value, false, source.topic, registry, when);
}

function registerSide(
  side: SourceFormat,
  columns: readonly Column[],
  isKey: boolean,
  topic: string,
  registry: SchemaRegistryPort,
  when: 'ifAbsent' | 'always',
): void {
  const subject = `${topic}-${isKey ? 'key' : 'value'}`;
  if (when === 'ifAbsent' && registry.latest(subject) !== undefined) return;
  if (columns.length === 0 || side.schemaId !== undefined) return;
  const wanted = toRegistrySchema(side.format, { columns, isKey, features: side.features });
  if (wanted === undefined) return;
  registry.register(subject, wanted.type, wanted.schema);
}

/**
 * The format with the name that the topic's schema has already, where the source was declared without one: a record under
 * another name would be another type (as ksqlDB's INSERT VALUES does).
 */
export function namedAsRegistered(
  side: SourceFormat,
  topic: string,
  isKey: boolean,
  registry: SchemaRegistryPort,
): SourceFormat {
  const { format, schemaId } = side;
  if (schemaId !== undefined || format.properties['FULL_SCHEMA_NAME'] !== undefined) return side;
  if (!FORMATS[format.name].supportedProperties.has('FULL_SCHEMA_NAME')) return side;
  const registered = registry.latest(`${topic}-${isKey ? 'key' : 'value'}`);
  const name = registered === undefined ? undefined : schemaName(registered, registry);
  if (name === undefined) return side;
  return { ...side, format: { ...format, properties: { ...format.properties, FULL_SCHEMA_NAME: name } } };
}
