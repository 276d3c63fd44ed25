/**
 * The WITH clauses of CREATE statements: which properties there are, what each may be, and what they mean together.
 */
import { WeirError } from '../common/errors.ts';
import { NO_SPAN, type Span } from '../common/position.ts';
import type { Column } from '../common/schema.ts';
import type { FormatInfo, FormatName, PersistenceSchema, SerdeFeature } from '../serde/format.ts';
import { FORMAT_NAMES, FORMATS, validateFormat } from '../serde/registry.ts';
import type { ColumnDefinition, Property } from '../sql/ast.ts';
import type { SourceFormat, TimestampColumn, WindowInfo, WindowType } from './catalog.ts';
import type { Config } from './config.ts';
import { nearest } from '../common/nearest.ts';
import { compileTimestampFormat } from '../common/time/pattern.ts';
import { writeName, writeText } from '../sql/format-expression.ts';
import { formatExpression } from '../sql/formatter.ts';
import { durationMs } from './durations.ts';

type PropertyKind = 'text' | 'integer' | 'boolean';

const COMMON = {
  KAFKA_TOPIC: 'text',
  PARTITIONS: 'integer',
  REPLICAS: 'integer',
  FORMAT: 'text',
  KEY_FORMAT: 'text',
  VALUE_FORMAT: 'text',
  KEY_DELIMITER: 'text',
  VALUE_DELIMITER: 'text',
  KEY_SCHEMA_FULL_NAME: 'text',
  VALUE_SCHEMA_FULL_NAME: 'text',
  VALUE_AVRO_SCHEMA_FULL_NAME: 'text',
  KEY_PROTOBUF_NULLABLE_REPRESENTATION: 'text',
  VALUE_PROTOBUF_NULLABLE_REPRESENTATION: 'text',
  KEY_SCHEMA_ID: 'integer',
  VALUE_SCHEMA_ID: 'integer',
  WRAP_SINGLE_VALUE: 'boolean',
  TIMESTAMP: 'text',
  TIMESTAMP_FORMAT: 'text',
  RETENTION_MS: 'integer',
  CLEANUP_POLICY: 'text',
} as const satisfies Record<string, PropertyKind>;

const CREATE_ONLY = {
  WINDOW_TYPE: 'text',
  WINDOW_SIZE: 'text',
  SOURCED_BY_CONNECTOR: 'text',
} as const satisfies Record<string, PropertyKind>;

/** Weir's own: how durable a commit to this topic is when it is acknowledged. */
const OWN = { DURABILITY: 'text' } as const satisfies Record<string, PropertyKind>;

const INSERT_ONLY = { QUERY_ID: 'text' } as const satisfies Record<string, PropertyKind>;

export type PropertyName = keyof typeof COMMON | keyof typeof CREATE_ONLY | keyof typeof OWN | keyof typeof INSERT_ONLY;

/** The properties of one WITH clause, checked for name and kind. */
export class Properties {
  readonly #values = new Map<PropertyName, { readonly value: string; readonly property: Property }>();

  constructor(properties: readonly Property[], where: 'create' | 'createAs' | 'insert') {
    const known: Readonly<Record<string, PropertyKind>> =
      where === 'create'
        ? { ...COMMON, ...CREATE_ONLY, ...OWN }
        : where === 'createAs'
          ? { ...COMMON, ...OWN }
          : INSERT_ONLY;
    for (const property of properties) {
      const name = property.name.toUpperCase();
      const kind = known[name];
      if (kind === undefined) {
        const close = nearest(name, Object.keys(known))[0];
        throw new WeirError('UNKNOWN_PROPERTY', `${name} is not a property of this WITH clause.`, {
          span: property.nameSpan,
          hint: close === undefined ? `There are ${Object.keys(known).join(', ')}.` : `Did you mean ${close}?`,
          instead: close,
          details: { name },
        });
      }
      if (this.#values.has(name as PropertyName)) {
        throw new WeirError('INVALID_PROPERTY', `${name} is given twice.`, {
          span: property.span,
          hint: 'Give each property once.',
          details: { name },
        });
      }
      this.#values.set(name as PropertyName, { value: checkedText(property, name, kind), property });
    }
  }

  text(name: PropertyName): string | undefined {
    return this.#values.get(name)?.value;
  }

  integer(name: PropertyName): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : Number(value);
  }

  has(name: PropertyName): boolean {
    return this.#values.has(name);
  }

  /** Where the property's value stands. */
  spanOf(name: PropertyName): Span | undefined {
    return this.#values.get(name)?.property.value.span;
  }

  /** An error that points at the property, which cannot stand here. */
  fault(name: PropertyName, message: string, hint: string): WeirError {
    const span = this.#values.get(name)?.property.span;
    return new WeirError('INVALID_PROPERTY', message, { span, hint, details: { name } });
  }

  /** An error that points at the property's value. */
  badValue(name: PropertyName, message: string, hint: string, instead?: string): WeirError {
    return new WeirError('INVALID_PROPERTY', message, { span: this.spanOf(name), hint, instead, details: { name } });
  }
}

function checkedText(property: Property, name: string, kind: PropertyKind): string {
  const { value } = property;
  const refuse = (wanted: string): WeirError =>
    new WeirError('INVALID_PROPERTY', `${name} takes ${wanted}, not ${formatExpression(value)}.`, {
      span: value.span,
      hint: `Write ${name} = ${kind === 'text' ? "'...'" : kind === 'integer' ? '1' : 'true'}.`,
      details: { name },
    });
  switch (kind) {
    case 'text':
      if (value.kind === 'string') return value.value;
      if (value.kind === 'integer' || value.kind === 'boolean') return String(value.value);
      throw refuse('a text');
    case 'integer':
      if (value.kind === 'integer' || value.kind === 'bigint') return String(value.value);
      if (value.kind === 'string' && /^-?\d+$/.test(value.value.trim())) return value.value.trim();
      throw refuse('a whole number');
    case 'boolean':
      if (value.kind === 'boolean') return String(value.value);
      if (value.kind === 'string' && /^(true|false)$/i.test(value.value)) return value.value.toLowerCase();
      throw refuse('true or false');
  }
}

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

/** The format that the clause names for one side, or undefined when it names none. */
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
 * `owner` being the stream or table, so that classes generated from several topics' schemas do not clash (ksqlDB #6465).
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
    side === 'KEY' && name === 'AVRO' && owner !== undefined
      ? { FULL_SCHEMA_NAME: `io.confluent.ksql.avro_schemas.${camelCase(owner)}Key` }
      : {};
  return { name, properties: { ...kept, ...named, ...given } };
}

/** LEFT_TABLE is LeftTable. */
function camelCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
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

/** WRAP_SINGLE_VALUE, and the default that a lone key column stands bare. */
export function keyFeatures(format: FormatName, columns: readonly Column[]): ReadonlySet<SerdeFeature> {
  return columns.length === 1 &&
    FORMATS[format].supportsFeatures.has('UNWRAP_SINGLES') &&
    FORMATS[format].supportsFeatures.has('WRAP_SINGLES')
    ? new Set(['UNWRAP_SINGLES'])
    : new Set();
}

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

export function windowInfo(properties: Properties): WindowInfo | undefined {
  const type = properties.text('WINDOW_TYPE')?.toUpperCase();
  const size = properties.text('WINDOW_SIZE');
  if (type === undefined) {
    if (size !== undefined)
      throw properties.fault(
        'WINDOW_SIZE',
        'WINDOW_SIZE needs a WINDOW_TYPE.',
        "Add WINDOW_TYPE = 'TUMBLING' or 'HOPPING'.",
      );
    return undefined;
  }
  if (type !== 'TUMBLING' && type !== 'HOPPING' && type !== 'SESSION') {
    const close = nearest(type, ['TUMBLING', 'HOPPING', 'SESSION'])[0];
    throw properties.badValue(
      'WINDOW_TYPE',
      `WINDOW_TYPE cannot be '${type}'.`,
      'It is TUMBLING, HOPPING or SESSION.',
      close === undefined ? undefined : writeText(close),
    );
  }
  const windowType: WindowType = type;
  if (windowType === 'SESSION') {
    if (size !== undefined)
      throw properties.fault('WINDOW_SIZE', "'WINDOW_SIZE' has no meaning for 'SESSION' windows.", 'Leave it out.');
    return { type: windowType, sizeMs: undefined };
  }
  if (size === undefined) {
    throw properties.fault(
      'WINDOW_TYPE',
      `'${windowType}' windows need a 'WINDOW_SIZE', such as '10 SECONDS'.`,
      "Add WINDOW_SIZE = '10 SECONDS'.",
    );
  }
  const sizeMs = durationMs(size);
  if (sizeMs === undefined || sizeMs <= 0)
    throw properties.badValue('WINDOW_SIZE', `'${size}' is not a length of time.`, "Write it as '30 SECONDS'.");
  return { type: windowType, sizeMs };
}

/** @throws WeirError INVALID_PROPERTY when the column is missing or of a type that holds no time */
export function timestampColumn(
  properties: Properties,
  columns: readonly Column[],
  fold: (name: string) => string,
): TimestampColumn | undefined {
  const text = properties.text('TIMESTAMP');
  const format = properties.text('TIMESTAMP_FORMAT');
  if (text === undefined) return undefined;
  const name = fold(text);
  const column = columns.find((c) => c.name === name);
  if (column === undefined) {
    const names = columns.map((c) => c.name);
    const close = nearest(name, names)[0];
    throw properties.badValue(
      'TIMESTAMP',
      `The TIMESTAMP column '${name}' is not a column of this schema.`,
      close === undefined ? `The columns are ${names.join(', ')}.` : `Did you mean ${close}?`,
      close === undefined ? undefined : writeText(writeName(close)),
    );
  }
  const { kind } = column.type;
  if (format === undefined ? kind !== 'BIGINT' && kind !== 'TIMESTAMP' : kind !== 'VARCHAR') {
    throw properties.badValue(
      'TIMESTAMP',
      format === undefined
        ? `The TIMESTAMP column \`${name}\` is neither a BIGINT nor a TIMESTAMP; a text needs a TIMESTAMP_FORMAT.`
        : `TIMESTAMP_FORMAT is for text columns, and \`${name}\` is none.`,
      format === undefined ? "Add TIMESTAMP_FORMAT = 'yyyy-MM-dd''T''HH:mm:ss'." : 'Leave TIMESTAMP_FORMAT out.',
    );
  }
  if (format !== undefined) {
    try {
      compileTimestampFormat(format);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      throw properties.badValue(
        'TIMESTAMP_FORMAT',
        `'${format}' is no pattern of a time: ${error.message}`,
        "Write TIMESTAMP_FORMAT = 'yyyy-MM-dd HH:mm:ss'.",
      );
    }
  }
  return { column: name, format };
}

/** The topic's partitions and replicas that the clause names. @throws WeirError INVALID_PROPERTY when there would be none */
export function topicSize(properties: Properties): {
  readonly partitions: number | undefined;
  readonly replicas: number | undefined;
} {
  const partitions = properties.integer('PARTITIONS');
  if (partitions !== undefined && partitions < 1) {
    throw properties.badValue('PARTITIONS', `A topic cannot have ${partitions} partitions.`, 'Use 1 or more.');
  }
  const replicas = properties.integer('REPLICAS');
  if (replicas !== undefined && replicas < 1 && replicas !== -1) {
    throw properties.badValue('REPLICAS', `A topic cannot have ${replicas} replicas.`, 'Use 1, or leave REPLICAS out.');
  }
  return { partitions, replicas };
}

/** The rest of what makes up one side's format. */
export function sourceFormat(info: FormatInfo, features: ReadonlySet<SerdeFeature>, id?: number): SourceFormat {
  return { format: info, features, schemaId: id };
}
