/** What the formats' files share: subjects in messages, unwrapping, properties, and refusal of column types. */
import { WeirError } from '../common/errors.ts';
import { quoteName, formatType, type SqlType } from '../common/sql-type.ts';
import type { Column } from '../common/schema.ts';
import type { Row } from '../common/sql-type.ts';
import type { FormatInfo, FormatName, PersistenceSchema, SerdeContext, SerdeFeature } from './format.ts';

export const NO_FEATURES: ReadonlySet<SerdeFeature> = new Set();
export const UNWRAP_ONLY: ReadonlySet<SerdeFeature> = new Set(['UNWRAP_SINGLES']);
export const WRAP_ONLY: ReadonlySet<SerdeFeature> = new Set(['WRAP_SINGLES']);
export const WRAP_AND_UNWRAP: ReadonlySet<SerdeFeature> = new Set(['WRAP_SINGLES', 'UNWRAP_SINGLES']);
export const NO_PROPERTIES: ReadonlySet<string> = new Set();

/** "the value of topic 'orders'" */
export function describeSubject(schema: PersistenceSchema, context: SerdeContext): string {
  return `the ${schema.isKey ? 'key' : 'value'} of topic '${context.topic}'`;
}

/** The bare column of an unwrapped single, or undefined when the columns stand in a record or object. */
export function unwrappedColumn(schema: PersistenceSchema): Column | undefined {
  return schema.features.has('UNWRAP_SINGLES') && schema.columns.length === 1 ? schema.columns[0] : undefined;
}

export function describeColumns(schema: PersistenceSchema): string {
  return `[${schema.columns
    .map((c) => `${quoteName(c.name)} ${formatType(c.type)}${schema.isKey ? ' KEY' : ''}`)
    .join(', ')}]`;
}

/** A property by any of its bare names; WITH's spelling with `KEY_` or `VALUE_` before it is found as well. */
export function formatProperty(info: FormatInfo, isKey: boolean, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = info.properties[`${isKey ? 'KEY_' : 'VALUE_'}${name}`] ?? info.properties[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The spellings of the property that names the record or message: of format properties, of WITH, and its older one. */
export const FULL_NAME_PROPERTIES: readonly string[] = [
  'FULL_SCHEMA_NAME',
  'SCHEMA_FULL_NAME',
  'AVRO_SCHEMA_FULL_NAME',
];

/** @throws WeirError INVALID_FORMAT_PROPERTY when it is blank */
export function schemaFullName(info: FormatInfo, isKey: boolean): string | undefined {
  const name = formatProperty(info, isKey, ...FULL_NAME_PROPERTIES);
  if (name !== undefined && name.trim() === '') {
    throw new WeirError('INVALID_FORMAT_PROPERTY', `The schema's full name of the format ${info.name} is empty.`, {
      hint: 'Leave the property out, or write a name such as com.example.Order.',
      details: { property: 'FULL_SCHEMA_NAME', format: info.name },
    });
  }
  return name?.trim();
}

/** The supported names as WITH may spell them. */
export function propertyNames(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, `KEY_${name}`, `VALUE_${name}`]));
}

export function unsupportedType(format: FormatName, column: Column, type: SqlType, hint?: string): WeirError {
  return new WeirError(
    'FORMAT_MISFIT',
    `The format '${format}' does not hold type '${type.kind}': column ${quoteName(column.name)} is ${formatType(column.type)}.`,
    {
      hint: hint ?? 'Choose another format, such as JSON, or another type for the column.',
      details: { format, column: column.name, type: formatType(column.type) },
    },
  );
}

/** The first type within `type`, itself included, for which `test` holds. */
function findType(type: SqlType, test: (type: SqlType) => boolean): SqlType | undefined {
  if (test(type)) return type;
  switch (type.kind) {
    case 'ARRAY':
      return findType(type.element, test);
    case 'MAP':
      return findType(type.key, test) ?? findType(type.value, test);
    case 'STRUCT':
      for (const field of type.fields) {
        const found = findType(field.type, test);
        if (found !== undefined) return found;
      }
      return undefined;
    default:
      return undefined;
  }
}

/** Formats whose objects have string keys refuse other maps. */
export function refuseNonStringMapKeys(format: FormatName, schema: PersistenceSchema): void {
  for (const column of schema.columns) {
    const bad = findType(column.type, (type) => type.kind === 'MAP' && type.key.kind !== 'VARCHAR');
    if (bad?.kind !== 'MAP') continue;
    throw new WeirError(
      'FORMAT_MISFIT',
      `${format} holds MAP types with STRING keys alone: column ${quoteName(column.name)} is ${formatType(column.type)}.`,
      {
        hint: 'Make the keys VARCHAR (for expressions: CAST them), or use AVRO.',
        details: { format, column: column.name, type: formatType(column.type) },
      },
    );
  }
}

/** `deserializeBatch` of formats that gain nothing from reading many at once. */
export function deserializeEach(
  decode: (bytes: Uint8Array) => Row | null,
  values: readonly (Uint8Array | null)[],
  out: (Row | null | WeirError)[],
): void {
  out.length = values.length;
  for (let i = 0; i < values.length; i++) {
    const bytes = values[i] ?? null;
    try {
      out[i] = bytes === null ? null : decode(bytes);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      out[i] = error;
    }
  }
}
