/** The properties that say how keys and values are written: the format of each side, what it takes, how it is applied. */
import type { Column } from '../../common/schema.ts';
import { WeirError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import { NO_SPAN } from '../../common/position.ts';
import { avroKeySchemaName } from '../../serde/avro-from-sql.ts';
import type { FormatInfo, FormatName, PersistenceSchema, SerdeFeature } from '../../serde/format.ts';
import { FORMAT_NAMES, FORMATS, validateFormat } from '../../serde/registry.ts';
import type { ColumnDefinition } from '../../sql/ast.ts';
import { writeText } from '../../sql/format-expression.ts';
import type { SourceFormat } from '../catalog.ts';
import type { Config } from '../config.ts';
import type { Properties, PropertyName } from './properties.ts';

/** Of a record. */
export type Side = 'KEY' | 'VALUE';

/** WITH's properties for a side's format, and the format's own names for them. */
export const FORMAT_PROPERTIES: Readonly<Record<Side, readonly (readonly [PropertyName, string])[]>> = {
  KEY: [
    ['KEY_DELIMITER', 'DELIMITER'],
    ['KEY_SCHEMA_FULL_NAME', 'FULL_SCHEMA_NAME'],
    ['KEY_PROTOBUF_NULLABLE_REPRESENTATION', 'NULLABLE_REPRESENTATION'],
  ],
  VALUE: [
    ['VALUE_DELIMITER', 'DELIMITER'],
    ['VALUE_SCHEMA_FULL_NAME', 'FULL_SCHEMA_NAME'],
    ['VALUE_AVRO_SCHEMA_FULL_NAME', 'FULL_SCHEMA_NAME'],
    ['VALUE_PROTOBUF_NULLABLE_REPRESENTATION', 'NULLABLE_REPRESENTATION'],
  ],
};

/**
 * The format that the clause names for one side, or undefined when it names none.
 * @throws WeirError UNKNOWN_FORMAT; INVALID_PROPERTY when FORMAT and the side's own are both given
 */
export function namedFormat(properties: Properties, side: Side): FormatName | undefined {
  const property: PropertyName = side === 'KEY' ? 'KEY_FORMAT' : 'VALUE_FORMAT';
  const specific = properties.text(property);
  const both = properties.text('FORMAT');
  if (specific !== undefined && both !== undefined) {
    throw properties.fault(
      property,
      `'${property}' and 'FORMAT' cannot both be given: 'FORMAT' alone sets both, 'KEY_FORMAT' and 'VALUE_FORMAT' one each.`,
      `Leave out either '${property}' or 'FORMAT'.`,
    );
  }
  const name = specific ?? both;
  if (name === undefined) return undefined;
  const written = specific === undefined ? 'FORMAT' : property;
  try {
    return parseFormatName(name, written);
  } catch (error) {
    throw error instanceof WeirError ? error.at(properties.spanOf(written) ?? NO_SPAN) : error;
  }
}

/**
 * `validateFormat`, with the position of the column that the format cannot hold, or else of the property that names it.
 * @throws WeirError INVALID_FORMAT_PROPERTY, FORMAT_MISFIT
 */
export function requireFormat(
  info: FormatInfo,
  schema: PersistenceSchema,
  properties: Properties,
  declared: readonly ColumnDefinition[] = [],
): void {
  try {
    validateFormat(info, schema);
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    const culprit = error.details['column'] ?? error.details['name'];
    const span =
      declared.find(({ name }) => name === culprit)?.nameSpan ??
      properties.spanOf(schema.isKey ? 'KEY_FORMAT' : 'VALUE_FORMAT') ??
      properties.spanOf('FORMAT');
    throw span === undefined ? error : error.at(span);
  }
}

/**
 * @param property where it was written, for the error
 * @throws WeirError UNKNOWN_FORMAT
 */
export function parseFormatName(name: string, property: PropertyName): FormatName {
  const upper = name.trim().toUpperCase();
  const found = FORMAT_NAMES.find((candidate) => candidate === upper);
  if (found !== undefined) return found;
  const close = nearest(upper, FORMAT_NAMES)[0];
  throw new WeirError('UNKNOWN_FORMAT', `There is no format ${name}.`, {
    hint: close === undefined ? `The formats are ${FORMAT_NAMES.join(', ')}.` : `Did you mean ${close}?`,
    instead: close === undefined ? undefined : writeText(close),
    details: { format: name, property },
  });
}

/**
 * The format's own properties. A property that the clause gives to a format that has no use for it is refused;
 * `inherited` are the source's properties, which a sink of the same format keeps. Avro keys get a name of their own,
 * `owner` being the stream or table.
 * @throws WeirError INVALID_PROPERTY
 */
export function formatInfo(
  name: FormatName,
  properties: Properties,
  side: Side,
  inherited: FormatInfo | undefined,
  owner?: string,
): FormatInfo {
  const given: Record<string, string> = {};
  for (const [property, own] of FORMAT_PROPERTIES[side]) {
    const value = properties.text(property);
    if (value === undefined) continue;
    if (!FORMATS[name].supportedProperties.has(own)) {
      throw properties.fault(
        property,
        `The format ${name} has no use for ${property} (${configName(own)}).`,
        `Leave ${property} out, or choose another format.`,
      );
    }
    if (own === 'DELIMITER' && !isDelimiter(value)) {
      throw properties.badValue(
        property,
        `'${value}' cannot be the ${property}: it is one character, 'TAB' or 'SPACE', for example ';'.`,
        `Write ${property} = ';'.`,
      );
    }
    if (own === 'FULL_SCHEMA_NAME' && !FULL_NAME.test(value)) {
      throw properties.badValue(
        property,
        `'${value}' cannot be the ${property}: it is a name such as Order or com.example.Order.`,
        'Use letters, digits and underscores; parts are separated by dots, and begin with no digit.',
      );
    }
    given[own] = value;
  }
  const kept = inherited?.name === name ? inheritable(inherited) : {};
  const named =
    side === 'KEY' && name === 'AVRO' && owner !== undefined ? { FULL_SCHEMA_NAME: avroKeySchemaName(owner) } : {};
  return { name, properties: { ...kept, ...named, ...given } };
}

const FULL_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

function isDelimiter(text: string): boolean {
  return /^(tab|space)$/i.test(text) || (text.length === 1 && text.trim() !== '');
}

/** The property's name in the words of the format's configuration: FULL_SCHEMA_NAME is fullSchemaName. */
function configName(property: string): string {
  return property.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Names of schemas belong to their topic; what a sink takes over from its source is how values are written. */
function inheritable(info: FormatInfo): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(info.properties).filter(([name]) => name !== 'FULL_SCHEMA_NAME'));
}

/** A lone key column stands bare where the format can do both. */
export function keyFeatures(format: FormatName, columns: readonly Column[]): ReadonlySet<SerdeFeature> {
  return columns.length === 1 &&
    FORMATS[format].supportsFeatures.has('UNWRAP_SINGLES') &&
    FORMATS[format].supportsFeatures.has('WRAP_SINGLES')
    ? new Set(['UNWRAP_SINGLES'])
    : new Set();
}

/**
 * Whether a lone value column is wrapped: WRAP_SINGLE_VALUE, else `ksql.persistence.wrap.single.values`, else the format's way.
 * @throws WeirError INVALID_PROPERTY when there are several columns, or the format cannot
 */
export function valueFeatures(
  format: FormatName,
  columns: readonly Column[],
  properties: Properties,
  config: Config,
): ReadonlySet<SerdeFeature> {
  const supports = FORMATS[format].supportsFeatures;
  const given = properties.text('WRAP_SINGLE_VALUE');
  if (given !== undefined) {
    const feature: SerdeFeature = given === 'true' ? 'WRAP_SINGLES' : 'UNWRAP_SINGLES';
    if (columns.length !== 1) {
      throw properties.fault(
        'WRAP_SINGLE_VALUE',
        `'WRAP_SINGLE_VALUE' is for values of one column; this one has ${columns.length}.`,
        'Leave it out.',
      );
    }
    if (!supports.has(feature)) {
      throw properties.fault(
        'WRAP_SINGLE_VALUE',
        `Format '${format}' cannot have 'WRAP_SINGLE_VALUE' set to '${given}'.`,
        'Leave it out.',
      );
    }
    return new Set([feature]);
  }
  const byDefault = config.get('ksql.persistence.wrap.single.values');
  if (columns.length === 1 && byDefault !== '') {
    const feature: SerdeFeature = byDefault.toLowerCase() === 'true' ? 'WRAP_SINGLES' : 'UNWRAP_SINGLES';
    if (supports.has(feature)) return new Set([feature]);
  }
  return new Set();
}

/**
 * KEY_SCHEMA_ID or VALUE_SCHEMA_ID: the registry's schema that the side is written with.
 * @throws WeirError INVALID_PROPERTY for a format without schemas there
 */
export function schemaId(properties: Properties, side: Side, format: FormatName): number | undefined {
  const property: PropertyName = side === 'KEY' ? 'KEY_SCHEMA_ID' : 'VALUE_SCHEMA_ID';
  const id = properties.integer(property);
  if (id === undefined) return undefined;
  if (!FORMATS[format].supportsSchemaInference) {
    throw properties.fault(
      property,
      `${property} needs a ${side}_FORMAT whose schemas are in the registry; ${format} has none.`,
      `Use AVRO, PROTOBUF or JSON_SR as ${side}_FORMAT, or leave ${property} out.`,
    );
  }
  return id;
}

/** The rest of what makes up one side's format. */
export function sourceFormat(info: FormatInfo, features: ReadonlySet<SerdeFeature>, id?: number): SourceFormat {
  return { format: info, features, schemaId: id };
}
