/**
 * CREATE STREAM and CREATE TABLE without AS SELECT: declares a schema over a topic. Pure: it checks the statement and
 * answers with the source; the caller makes the topic and records the statement.
 */
import { WeirError } from '../common/errors.ts';
import type { Column, HeaderColumn, LogicalSchema } from '../common/schema.ts';
import { array, BYTES, formatType, sameType, struct, VARCHAR, type SqlType } from '../common/sql-type.ts';
import { inferColumns } from './schemas.ts';
import { FORMATS } from '../serde/registry.ts';
import type { SchemaRegistryPort } from '../serde/format.ts';
import type { ColumnDefinition, CreateSource } from '../sql/ast.ts';
import { resolveTypeName } from '../sql/types.ts';
import { containsMap } from './analyzer/rekey.ts';
import type { Catalog, DataSource, SourceFormat } from './catalog.ts';
import { kindWord } from './catalog.ts';
import type { Config } from './config.ts';
import { foldName } from './fold-name.ts';
import { isReservedColumn } from './names.ts';
import {
  formatInfo,
  keyFeatures,
  namedFormat,
  parseFormatName,
  schemaId,
  valueFeatures,
  type Side,
  requireFormat,
} from './properties/format.ts';
import { Properties, topicSize } from './properties/properties.ts';
import { timestampColumn } from './properties/timestamp.ts';
import { windowInfo } from './properties/window.ts';

export interface Declaration {
  readonly source: DataSource;
  /** Undefined: the topic must exist. */
  readonly createTopic:
    | { readonly partitions: number; readonly replicas: number; readonly config: Readonly<Record<string, string>> }
    | undefined;
}

export interface DeclareContext {
  readonly catalog: Catalog;
  readonly config: Config;
  readonly registry: SchemaRegistryPort;
  /** The partitions of an existing topic. */
  readonly topicPartitions: (topic: string) => number | undefined;
}

export function declareSource(statement: CreateSource, text: string, context: DeclareContext): Declaration {
  const { catalog, config } = context;
  const properties = new Properties(statement.properties, 'create');
  const name = statement.name.name;
  const topic = properties.text('KAFKA_TOPIC') ?? name;
  const { partitions: wanted, replicas } = topicSize(properties);

  const keyName =
    namedFormat(properties, 'KEY') ?? parseFormatName(config.get('ksql.persistence.default.format.key'), 'KEY_FORMAT');
  const defaultValue = config.get('ksql.persistence.default.format.value');
  const valueName =
    namedFormat(properties, 'VALUE') ??
    (defaultValue === '' ? undefined : parseFormatName(defaultValue, 'VALUE_FORMAT'));
  if (valueName === undefined) {
    throw new WeirError('INVALID_PROPERTY', `${name} has no VALUE_FORMAT.`, {
      span: statement.name.span,
      hint: "Add WITH (VALUE_FORMAT = 'JSON'), or SET 'ksql.persistence.default.format.value' = 'JSON'.",
      details: { property: 'VALUE_FORMAT', config: 'ksql.persistence.default.format.value' },
    });
  }
  const keyInfo = formatInfo(keyName, properties, 'KEY', undefined, name);
  const valueInfo = formatInfo(valueName, properties, 'VALUE', undefined);
  const keyId = schemaId(properties, 'KEY', keyName);
  const valueId = schemaId(properties, 'VALUE', valueName);

  const written = writtenSchema(statement, catalog);
  const pick = (
    side: Side,
    columns: readonly Column[],
    format: SourceFormat,
    id: number | undefined,
  ): readonly Column[] => {
    if (id !== undefined && columns.length > 0) {
      throw properties.fault(
        side === 'KEY' ? 'KEY_SCHEMA_ID' : 'VALUE_SCHEMA_ID',
        `Columns and ${side}_SCHEMA_ID cannot both be given.`,
        'Leave out the columns: they come from the registered schema.',
      );
    }
    if (columns.length > 0 || !FORMATS[format.format.name].supportsSchemaInference) return columns;
    const inferred = inferColumns(
      {
        info: format.format,
        topic,
        isKey: side === 'KEY',
        schemaId: id,
        isBare: side === 'VALUE' && properties.text('WRAP_SINGLE_VALUE') === 'false',
      },
      context.registry,
    );
    if (inferred === undefined && id !== undefined) {
      const property = side === 'KEY' ? 'KEY_SCHEMA_ID' : 'VALUE_SCHEMA_ID';
      throw new WeirError('SCHEMA_NOT_FOUND', `${property}: the schema registry has no schema with the id ${id}.`, {
        span: properties.spanOf(property),
        hint: 'Name the columns in the statement instead.',
        details: { id, topic },
      });
    }
    if (inferred === undefined) {
      const [what, subject] = side === 'KEY' ? ['keys', `${topic}-key`] : ['values', `${topic}-value`];
      throw new WeirError('NO_SCHEMA', `The schema registry has no schema for the ${what} of topic '${topic}'.`, {
        span: statement.name.span,
        hint:
          side === 'KEY'
            ? "Declare the KEY columns, or set VALUE_FORMAT alone or KEY_FORMAT = 'NONE' for records without keys."
            : 'Name the columns in the statement, or register a schema first.',
        details: { subject },
      });
    }
    return inferred;
  };
  const key = pick('KEY', written.key, { format: keyInfo, features: new Set(), schemaId: keyId }, keyId);
  const value = pick('VALUE', written.value, { format: valueInfo, features: new Set(), schemaId: valueId }, valueId);
  const schema: LogicalSchema = { key, value, headers: written.headers };
  checkSchema(statement, schema, written.key.length === 0);

  const window = windowInfo(properties);
  if (window !== undefined && key.length === 0) {
    throw properties.fault('WINDOW_TYPE', 'A windowed source needs a key column.', 'Declare a column as KEY.');
  }
  const keyFormat: SourceFormat = { format: keyInfo, features: keyFeatures(keyName, key), schemaId: keyId };
  const valueFormat: SourceFormat = {
    format: valueInfo,
    features: valueFeatures(valueName, value, properties, config),
    schemaId: valueId,
  };
  if (key.length > 0)
    requireFormat(keyInfo, { columns: key, isKey: true, features: keyFormat.features }, properties, statement.columns);
  requireFormat(
    valueInfo,
    { columns: value, isKey: false, features: valueFormat.features },
    properties,
    statement.columns,
  );

  const existing = context.topicPartitions(topic);
  if (existing === undefined && wanted === undefined) {
    throw new WeirError(
      'UNKNOWN_TOPIC',
      `Topic '${topic}' does not exist, and the statement does not say how many partitions to make it with.`,
      {
        span: statement.name.span,
        hint: 'Add PARTITIONS = 1 to the WITH clause and the topic is created.',
        details: { topic },
      },
    );
  }
  if (existing !== undefined && wanted !== undefined && wanted !== existing) {
    throw properties.fault(
      'PARTITIONS',
      `Topic '${topic}' exists and has ${existing} partitions, not ${wanted}.`,
      'Leave PARTITIONS out.',
    );
  }
  const source: DataSource = {
    name,
    kind: statement.sourceKind,
    schema,
    topic,
    partitions: existing ?? wanted ?? 1,
    key: keyFormat,
    value: valueFormat,
    window,
    timestamp: timestampColumn(properties, [...key, ...value], foldName),
    isSource: statement.isSource,
    isDerived: false,
    statement: text,
  };
  return {
    source,
    createTopic:
      existing === undefined
        ? { partitions: wanted ?? 1, replicas: replicas ?? 1, config: topicConfig(properties) }
        : undefined,
  };
}

/** The topic settings that a WITH clause gives. */
export function topicConfig(properties: Properties): Readonly<Record<string, string>> {
  const config: Record<string, string> = {};
  const retention = properties.text('RETENTION_MS');
  const cleanup = properties.text('CLEANUP_POLICY');
  const durability = properties.text('DURABILITY');
  if (retention !== undefined) config['retention.ms'] = retention;
  if (cleanup !== undefined) config['cleanup.policy'] = cleanup;
  if (durability !== undefined) config['durability'] = durability.toLowerCase();
  return config;
}

const HEADERS_TYPE = array(
  struct([
    { name: 'KEY', type: VARCHAR },
    { name: 'VALUE', type: BYTES },
  ]),
);

function writtenSchema(statement: CreateSource, catalog: Catalog): LogicalSchema {
  const key: Column[] = [];
  const value: Column[] = [];
  const headers: HeaderColumn[] = [];
  for (const column of statement.columns) {
    const type = resolveTypeName(column.type, (name) => catalog.type(name));
    const { name, constraint } = column;
    if (isReservedColumn(name)) {
      throw new WeirError('RESERVED_COLUMN', `'${name}' is a reserved column name: every record has it.`, {
        span: column.nameSpan,
        hint: 'Choose another name.',
        details: { name },
      });
    }
    if (constraint === undefined) value.push({ name, type });
    else if (constraint.kind === 'HEADERS' || constraint.kind === 'HEADER') headers.push(headerColumn(column, type));
    else {
      refuseWrongKeyWord(statement, column, constraint.kind);
      key.push({ name, type });
    }
  }
  return { key, value, headers };
}

function headerColumn(column: ColumnDefinition, type: SqlType): HeaderColumn {
  const header = column.constraint?.kind === 'HEADER' ? column.constraint.key : undefined;
  const wanted = header === undefined ? HEADERS_TYPE : BYTES;
  if (!sameType(type, wanted)) {
    throw new WeirError(
      'INVALID_HEADER_COLUMN',
      `Column \`${column.name}\` reads ${header === undefined ? 'HEADERS' : `HEADER('${header}')`} and must be ${formatType(wanted)}; it is ${formatType(type)}.`,
      {
        span: column.span,
        hint: `Write ${column.name} ${header === undefined ? 'ARRAY<STRUCT<KEY STRING, VALUE BYTES>> HEADERS' : `BYTES HEADER('${header}')`}.`,
        details: { column: column.name, type: formatType(wanted), got: formatType(type) },
      },
    );
  }
  return { name: column.name, type, header };
}

function refuseWrongKeyWord(statement: CreateSource, column: ColumnDefinition, kind: 'KEY' | 'PRIMARY KEY'): void {
  const right = statement.sourceKind === 'STREAM' ? 'KEY' : 'PRIMARY KEY';
  if (kind === right) return;
  throw new WeirError(
    'WRONG_KEY_WORD',
    `Column \`${column.name}\` is a '${kind}' column; a ${kindWord(statement.sourceKind)} has '${right}'.`,
    {
      span: column.span,
      hint: `Write ${right} instead of ${kind}.`,
      details: { column: column.name },
    },
  );
}

function checkSchema(statement: CreateSource, schema: LogicalSchema, keyUnwritten: boolean): void {
  const all = [...schema.key, ...schema.value, ...schema.headers];
  const seen = new Set<string>();
  for (const column of all) {
    if (seen.has(column.name)) {
      throw new WeirError('DUPLICATE_COLUMN', `Column \`${column.name}\` is declared twice.`, {
        span: statement.columns.findLast((c) => c.name === column.name)?.nameSpan ?? statement.name.span,
        hint: 'Rename one of them.',
        details: { column: column.name },
      });
    }
    seen.add(column.name);
  }
  for (const { name, type } of schema.key) {
    if (!containsMap(type)) continue;
    throw new WeirError('MAP_KEY', `A key cannot be or contain a MAP: column \`${name}\` is ${formatType(type)}.`, {
      span: statement.columns.find((c) => c.name === name)?.nameSpan ?? statement.name.span,
      hint: 'Make it a value column.',
      details: { column: name, type: formatType(type) },
    });
  }
  const headersAll = schema.headers.filter((h) => h.header === undefined);
  const keys = schema.headers.map((h) => h.header);
  if (
    headersAll.length > 1 ||
    (headersAll.length === 1 && schema.headers.length > 1) ||
    new Set(keys).size !== keys.length
  ) {
    const culprit = schema.headers.at(-1)?.name ?? '';
    throw new WeirError(
      'INVALID_HEADER_COLUMN',
      `Column \`${culprit}\` reads headers that another column reads already.`,
      {
        span: statement.name.span,
        hint: 'Use one HEADERS column, or HEADER columns of different keys.',
        details: { columns: schema.headers.map((h) => h.name), headers: keys.map((k) => k ?? 'HEADERS') },
      },
    );
  }
  if (statement.sourceKind === 'TABLE' && schema.key.length === 0) {
    throw new WeirError('NO_PRIMARY_KEY', `Table ${statement.name.name} has no PRIMARY KEY.`, {
      span: statement.name.span,
      hint: keyUnwritten ? 'Add a column such as ID INT PRIMARY KEY.' : 'Declare one of its columns as PRIMARY KEY.',
      details: { table: statement.name.name },
    });
  }
  if (all.length === 0) {
    throw new WeirError('NO_COLUMNS', `${statement.name.name} has no columns.`, {
      span: statement.name.span,
      hint: 'List them: (ID INT KEY, NAME VARCHAR).',
    });
  }
}
