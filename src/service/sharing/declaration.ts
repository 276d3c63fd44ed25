/** The CREATE STREAM or CREATE TABLE that declares a source as it is, over the topic that is there. */
import { formatType, quoteName } from '../../core/common/sql-type.ts';
import type { DataSource, SourceFormat } from '../../core/ksql/catalog.ts';
import { FORMAT_PROPERTIES, type Side } from '../../core/ksql/properties/format.ts';
import { writeText } from '../../core/sql/format-expression.ts';

export function declarationOf(source: DataSource): string {
  const { schema, window, timestamp } = source;
  const keyWord = source.kind === 'TABLE' ? 'PRIMARY KEY' : 'KEY';
  const columns = [
    ...schema.key.map(({ name, type }) => `${quoteName(name)} ${formatType(type)} ${keyWord}`),
    ...schema.value.map(({ name, type }) => `${quoteName(name)} ${formatType(type)}`),
    ...schema.headers.map(({ name, type, header }) => {
      const read = header === undefined ? 'HEADERS' : `HEADER(${writeText(header)})`;
      return `${quoteName(name)} ${formatType(type)} ${read}`;
    }),
  ];
  const properties = [
    `KAFKA_TOPIC = ${writeText(source.topic)}`,
    `PARTITIONS = ${source.partitions}`,
    ...formatProperties('KEY', source.key),
    ...formatProperties('VALUE', source.value),
    ...(window === undefined ? [] : [`WINDOW_TYPE = '${window.type}'`]),
    ...(window?.sizeMs === undefined ? [] : [`WINDOW_SIZE = '${window.sizeMs} MILLISECONDS'`]),
    ...(timestamp === undefined ? [] : [`TIMESTAMP = ${writeText(quoteName(timestamp.column))}`]),
    ...(timestamp?.format === undefined ? [] : [`TIMESTAMP_FORMAT = ${writeText(timestamp.format)}`]),
  ];
  return `CREATE ${source.kind} ${quoteName(source.name)} (${columns.join(', ')}) WITH (${properties.join(', ')});`;
}

function formatProperties(side: Side, { format, features }: SourceFormat): readonly string[] {
  const named = Object.entries(format.properties).flatMap(([own, value]) => {
    const property = FORMAT_PROPERTIES[side].find(([, name]) => name === own);
    return property === undefined ? [] : [`${property[0]} = ${writeText(value)}`];
  });
  const isWrapped = features.has('WRAP_SINGLES') ? 'true' : features.has('UNWRAP_SINGLES') ? 'false' : undefined;
  return [
    `${side}_FORMAT = '${format.name}'`,
    ...named,
    ...(side === 'KEY' || isWrapped === undefined ? [] : [`WRAP_SINGLE_VALUE = ${isWrapped}`]),
  ];
}
