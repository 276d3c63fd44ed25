/**
 * The sink of CREATE ... AS SELECT and INSERT INTO ... SELECT: which columns of the SELECT become the record's key and which
 * its value, in which formats, in which topic. Pure.
 */
import { WeirError } from '../common/errors.ts';
import { formatSchema, type Column, type LogicalSchema } from '../common/schema.ts';
import type { Span } from '../common/position.ts';
import { formatType, isNumeric, quoteName, sameType, type DecimalType, type SqlType } from '../common/sql-type.ts';
import type { FormatName, SchemaRegistryPort } from '../serde/format.ts';
import type { CreateAsSelect, InsertSelect } from '../sql/ast.ts';
import type { AnalyzedQuery } from './analyzer/query.ts';
import { firstSource, keyFormatOf, soleSource } from './analyzer/plan-sources.ts';
import type { DataSource, SourceFormat, WindowInfo } from './catalog.ts';
import { kindWord } from './catalog.ts';
import type { Config } from './config.ts';
import { topicConfig } from './declare.ts';
import { implicitlyCasts } from './expressions/implicit.ts';
import { inferColumns } from './schemas.ts';
import { foldName } from './fold-name.ts';
import type { KeyColumn, PlanNode } from './plan.ts';
import {
  formatInfo,
  keyFeatures,
  namedFormat,
  parseFormatName,
  requireFormat,
  schemaId,
  valueFeatures,
  type Side,
} from './properties/format.ts';
import { topicSize, type Properties } from './properties/properties.ts';
import { timestampColumn } from './properties/timestamp.ts';

/** Where each column of the sink comes from: indexes into the SELECT list. */
export interface SinkLayout {
  readonly key: readonly number[];
  readonly value: readonly number[];
  readonly schema: LogicalSchema;
  /** Which columns of the record's key the sink's key columns are, in this order; undefined: those that there are. */
  readonly keyOf: readonly number[] | undefined;
  /** For INSERT INTO: the types that the sink has instead of the SELECT's, by value column. */
  readonly castTo: readonly (SqlType | undefined)[] | undefined;
}

export interface Sink {
  readonly source: DataSource;
  readonly layout: SinkLayout;
  readonly createTopic:
    | { readonly partitions: number; readonly replicas: number; readonly config: Readonly<Record<string, string>> }
    | undefined;
}

export interface SinkContext {
  readonly config: Config;
  readonly registry: SchemaRegistryPort;
  readonly topicPartitions: (topic: string) => number | undefined;
}

/** @throws WeirError KEY_NOT_SELECTED, KEY_SELECTED_TWICE, DUPLICATE_COLUMN, NO_VALUE_COLUMNS */
function sinkLayout(
  query: AnalyzedQuery,
  target: string,
  statement: CreateAsSelect | InsertSelect,
  config: Config,
): SinkLayout {
  const { root, outputs } = query;
  const isFree = root.shape === 'STREAM' && config.flag('ksql.new.query.planner.enabled');
  const chosen = root.input.key.flatMap((column, of) => {
    const item = chooseKeyItem(column, query);
    if (item === undefined && !isFree) throw keyMissing(column, query, target, statement);
    return item === undefined ? [] : [{ item, of }];
  });
  if (isFree) chosen.sort((a, b) => a.item - b.item);
  const key = chosen.map(({ item }) => item);
  const value = outputs.map((_, i) => i).filter((i) => !key.includes(i));
  const column = (i: number): Column => ({
    name: outputs[i]?.name ?? '',
    type: root.columns[i]?.type ?? { kind: 'VARCHAR' },
  });
  const schema: LogicalSchema = { key: key.map(column), value: value.map(column), headers: [] };
  refuseDuplicates(schema, statement);
  if (schema.value.length === 0 && statement.kind === 'createAsSelect' && query.root.shape === 'TABLE') {
    throw new WeirError(
      'NO_VALUE_COLUMNS',
      'The SELECT list holds the key alone: the table would have no value columns.',
      {
        span: statement.query.span,
        hint: 'Select something more, for example COUNT(*).',
      },
    );
  }
  return { key, value, schema, keyOf: isFree ? chosen.map(({ of }) => of) : undefined, castTo: undefined };
}

/** The SELECT item that becomes this key column: the first of the columns equal to the key that is selected. */
function chooseKeyItem(column: KeyColumn, query: AnalyzedQuery): number | undefined {
  const input = query.root.input;
  for (const index of column.equals) {
    const reference = input.columns[index];
    const matches = query.root.expressions.flatMap((e, i) =>
      e.kind === 'column' && reference !== undefined && e.name === reference.name && e.source === reference.source
        ? [i]
        : [],
    );
    const [first, second] = matches;
    if (first === undefined) continue;
    if (second !== undefined) {
      const names = matches.map((i) => query.outputs[i]?.name ?? '');
      const keyName =
        query.from.sources.length > 1 && reference?.source !== undefined
          ? `${reference.source}_${reference.name}`
          : column.name;
      throw new WeirError(
        'KEY_SELECTED_TWICE',
        `The SELECT list holds the key column \`${keyName}\` more than once: as ${names.map((n) => `\`${n}\``).join(' and ')}.`,
        {
          span: query.outputs[second]?.expression.span,
          hint: 'Make a copy of it a value: AS_VALUE(column).',
          details: { column: keyName, aliases: names },
        },
      );
    }
    return first;
  }
  return undefined;
}

function keyMissing(
  column: KeyColumn,
  query: AnalyzedQuery,
  target: string,
  statement: CreateAsSelect | InsertSelect,
): WeirError {
  const input = query.root.input;
  const names = column.equals.map((i) => {
    const c = input.columns[i];
    return c?.source !== undefined && query.from.sources.length > 1
      ? `${c.source}.${c.name}`
      : (c?.name ?? column.name);
  });
  const all = input.key.map((k) => k.name);
  const wanted = names.length > 0 ? names : [column.name];
  const leftTable = query.from.sources[0]?.alias ?? '';
  return new WeirError(
    'KEY_NOT_SELECTED',
    `The SELECT list of \`${target}\` must hold the key: ${all.length > 1 ? all.join(', ') : wanted.join(' or ')}.`,
    {
      span: statement.query.span,
      hint: `Add ${wanted[0] ?? column.name} to the SELECT list; it may have an alias.`,
      details: { target, key: all, source: leftTable, missing: [column.name] },
    },
  );
}

function refuseDuplicates(schema: LogicalSchema, statement: CreateAsSelect | InsertSelect): void {
  const seen = new Set<string>();
  for (const column of [...schema.key, ...schema.value]) {
    if (seen.has(column.name)) {
      throw new WeirError('DUPLICATE_COLUMN', `Two columns of the SELECT list are named ${quoteName(column.name)}.`, {
        span: statement.query.span,
        hint: 'Give one of them an alias.',
        details: { column: column.name, type: formatType(column.type) },
      });
    }
    seen.add(column.name);
  }
}

/** The format of the key that a PARTITION BY or GROUP BY makes. */
export function derivedKeyFormat(properties: Properties, config: Config): (source: SourceFormat) => SourceFormat {
  return (source) => {
    const named = namedFormat(properties, 'KEY');
    const name: FormatName = named ?? (source.format.name === 'NONE' ? defaultKeyFormat(config) : source.format.name);
    return { format: formatInfo(name, properties, 'KEY', source.format), features: new Set(), schemaId: undefined };
  };
}

function defaultKeyFormat(config: Config): FormatName {
  return parseFormatName(config.get('ksql.persistence.default.format.key'), 'KEY_FORMAT');
}

/** The sink of CREATE STREAM | TABLE ... AS SELECT. */
export function createSink(
  statement: CreateAsSelect,
  text: string,
  query: AnalyzedQuery,
  properties: Properties,
  context: SinkContext,
): Sink {
  const { config } = context;
  const name = statement.name.name;
  const { root } = query;
  if (root.shape !== statement.sourceKind) {
    throw new WeirError(
      'WRONG_SOURCE_KIND',
      `This SELECT makes a ${kindWord(root.shape)}, not a ${kindWord(statement.sourceKind)}.`,
      {
        span: statement.name.span,
        hint: `Use CREATE ${root.shape} ${name} AS SELECT.`,
        details: { got: root.shape, statement: `CREATE ${root.shape} AS SELECT` },
      },
    );
  }
  const first = firstSource(root);
  const rootKey = keyFormatOf(root.input);
  const all = root.columns.map((c) => ({ name: c.name, type: c.type }));
  const timestamp = timestampColumn(properties, all, foldName);
  const layout = sinkLayout(query, name, statement, config);
  const namedKey = namedFormat(properties, 'KEY');
  const keyName: FormatName =
    namedKey ??
    (layout.schema.key.length === 0
      ? isUnkeyed(root)
        ? 'NONE'
        : rootKey.format.name
      : rootKey.format.name === 'NONE'
        ? defaultKeyFormat(config)
        : rootKey.format.name);
  const valueName = namedFormat(properties, 'VALUE') ?? first.value.format.name;
  const keyInfo = formatInfo(keyName, properties, 'KEY', rootKey.format, name);
  const valueInfo = formatInfo(valueName, properties, 'VALUE', first.value.format);
  const key: SourceFormat = {
    format: keyInfo,
    features: keyFeatures(keyName, layout.schema.key),
    schemaId: schemaId(properties, 'KEY', keyName),
  };
  const value: SourceFormat = {
    format: valueInfo,
    features: valueFeatures(valueName, layout.schema.value, properties, config),
    schemaId: schemaId(properties, 'VALUE', valueName),
  };
  const topic = properties.text('KAFKA_TOPIC') ?? `${config.get('ksql.output.topic.name.prefix')}${name}`;
  requirePinned(key, layout.schema.key, 'KEY', topic, properties, context.registry);
  requirePinned(value, layout.schema.value, 'VALUE', topic, properties, context.registry);
  if (layout.schema.key.length > 0 || keyName === 'NONE')
    requireFormat(keyInfo, { columns: layout.schema.key, isKey: true, features: key.features }, properties);
  requireFormat(valueInfo, { columns: layout.schema.value, isKey: false, features: value.features }, properties);

  const size = topicSize(properties);
  refuseFeedback(query, topic, name, properties.spanOf('KAFKA_TOPIC') ?? statement.name.span);
  const partitions =
    size.partitions ?? (Number(config.get('ksql.sink.partitions')) || (soleSource(root) ?? first).partitions);
  const replicas = size.replicas ?? (Number(config.get('ksql.sink.replicas')) || 1);
  const existing = context.topicPartitions(topic);
  return {
    layout,
    source: {
      name,
      kind: statement.sourceKind,
      schema: layout.schema,
      topic,
      partitions: existing ?? partitions,
      key,
      value,
      window: root.window,
      timestamp,
      isSource: false,
      isDerived: true,
      statement: text,
    },
    createTopic:
      existing === undefined
        ? {
            partitions,
            replicas,
            config: {
              ...(root.shape === 'TABLE' && root.window === undefined ? { 'cleanup.policy': 'compact' } : {}),
              ...topicConfig(properties),
            },
          }
        : undefined,
  };
}

/**
 * A schema that the statement pins for a side must have the SELECT's columns first, and in their order.
 * @throws WeirError SCHEMA_NOT_FOUND, INCOMPATIBLE_SCHEMA
 */
function requirePinned(
  side: SourceFormat,
  columns: readonly Column[],
  name: Side,
  topic: string,
  properties: Properties,
  registry: SchemaRegistryPort,
): void {
  const { schemaId: id, format: info, features } = side;
  if (id === undefined) return;
  const isKey = name === 'KEY';
  const there = inferColumns({ info, topic, isKey, schemaId: id, isBare: features.has('UNWRAP_SINGLES') }, registry);
  const property = isKey ? 'KEY_SCHEMA_ID' : 'VALUE_SCHEMA_ID';
  if (there === undefined) {
    throw new WeirError('SCHEMA_NOT_FOUND', `${property}: the schema registry has no schema with the id ${id}.`, {
      span: properties.spanOf(property),
      hint: 'The panel of schemas shows which there are; leave the property out to have one registered.',
      details: { id, topic },
    });
  }
  const isBare = features.has('UNWRAP_SINGLES');
  const wrong = columns.filter((column, i) => {
    const other = there[i];
    return other === undefined || (!isBare && other.name !== column.name) || !holds(other.type, column.type);
  });
  if (wrong.length === 0) return;
  const show = (list: readonly Column[]): string =>
    `[${list.map((c) => `${quoteName(c.name)} ${formatType(c.type)}`).join(', ')}]`;
  throw new WeirError(
    'INCOMPATIBLE_SCHEMA',
    `These ${name.toLowerCase()} columns are changed, missing or in another order in the schema ${id}: ${show(wrong)}. It has ${show(there)}.`,
    {
      span: properties.spanOf(property),
      hint: 'Select the columns that the schema has, under the same names and in the same order.',
      details: { id, columns: wrong.map((c) => c.name) },
    },
  );
}

/** Whether values of the type fit the schema's: of structs the schema may have more fields. */
function holds(schema: SqlType, type: SqlType): boolean {
  if (schema.kind === 'STRUCT' && type.kind === 'STRUCT') {
    return type.fields.every((field) => {
      const other = schema.fields.find((candidate) => candidate.name === field.name);
      return other !== undefined && holds(other.type, field.type);
    });
  }
  if (schema.kind === 'ARRAY' && type.kind === 'ARRAY') return holds(schema.element, type.element);
  if (schema.kind === 'MAP' && type.kind === 'MAP')
    return holds(schema.key, type.key) && holds(schema.value, type.value);
  return sameType(schema, type);
}

/** Whether a PARTITION BY NULL took the key away. */
function isUnkeyed(node: PlanNode): boolean {
  switch (node.kind) {
    case 'rekey':
      return node.by.length === 0;
    case 'source':
    case 'join':
    case 'aggregate':
      return false;
    default:
      return isUnkeyed(node.input);
  }
}

/** The sink of INSERT INTO ... SELECT: an existing stream whose columns the SELECT must fit. */
export function insertSink(statement: InsertSelect, target: DataSource, query: AnalyzedQuery, config: Config): Sink {
  const refuse = (
    code: 'READ_ONLY_SOURCE' | 'WRONG_SOURCE_KIND' | 'INCOMPATIBLE_SINK',
    message: string,
    hint: string,
    details: Readonly<Record<string, unknown>> = {},
  ): WeirError =>
    new WeirError(code, message, { span: statement.target.span, hint, details: { target: target.name, ...details } });
  if (target.kind !== 'STREAM') {
    throw refuse(
      'WRONG_SOURCE_KIND',
      `INSERT INTO ... SELECT writes to a stream; ${target.name} is a table.`,
      'Only its own CREATE TABLE AS SELECT writes to a table.',
    );
  }
  if (target.isSource)
    throw refuse(
      'READ_ONLY_SOURCE',
      `Cannot insert into the read-only stream: ${target.name}.`,
      'It was created with CREATE SOURCE STREAM.',
    );
  if (query.root.shape !== 'STREAM') {
    throw refuse(
      'WRONG_SOURCE_KIND',
      `This SELECT makes a table, and ${target.name} is a stream.`,
      'Select from streams, without GROUP BY.',
    );
  }
  if (
    (query.root.window?.type === 'SESSION') !== (target.window?.type === 'SESSION') ||
    (query.root.window === undefined) !== (target.window === undefined)
  ) {
    throw refuse(
      'INCOMPATIBLE_SINK',
      `The keys of this SELECT are ${windowWord(query.root.window)}, those of ${target.name} ${windowWord(target.window)}.`,
      'Insert into a stream whose keys have the same kind of window.',
    );
  }
  refuseFeedback(query, target.topic, target.name, statement.target.span);
  const layout = sinkLayout(query, target.name, statement, config);
  for (const side of ['key', 'value'] as const) {
    const got = layout.schema[side];
    const want = target.schema[side];
    const fits =
      got.length === want.length &&
      got.every((c, i) => {
        const to = want[i];
        if (to === undefined || c.name !== to.name) return false;
        return sameType(c.type, to.type) || (side === 'value' && assignable(c, to));
      });
    if (fits) continue;
    const show = (columns: readonly Column[]): string =>
      columns.map((c) => `${quoteName(c.name)} ${formatType(c.type)}`).join(', ');
    throw refuse(
      'INCOMPATIBLE_SINK',
      `The SELECT does not fit ${target.name}: its ${side} columns are ${show(got)}, those of ${target.name} are ${show(want)}.`,
      'Select the same names and types in the same order.',
      { selected: formatSchema(layout.schema), wanted: formatSchema(target.schema) },
    );
  }
  const castTo = layout.schema.value.map((column, i) => {
    const wanted = target.schema.value[i]?.type;
    return wanted === undefined || sameType(column.type, wanted) ? undefined : wanted;
  });
  return { layout: { ...layout, castTo }, source: target, createTopic: undefined };
}

/** @throws WeirError READS_OWN_SINK */
function refuseFeedback(query: AnalyzedQuery, topic: string, sink: string, span: Span): void {
  const source = query.from.sources.find((s) => s.source.topic === topic);
  if (source === undefined) return;
  throw new WeirError(
    'READS_OWN_SINK',
    `${sink} would be written to topic '${topic}', which the query reads as ${source.source.name}: it would never end.`,
    { span, hint: 'Write to another topic.', details: { topic, source: source.source.name } },
  );
}

function windowWord(window: WindowInfo | undefined): string {
  return window === undefined ? 'not windowed' : `${window.type} windowed`;
}

/** Whether a value of the one column can be written to the other of another type: a wider number. */
function assignable(from: Column, to: Column): boolean {
  if (sameType(from.type, to.type)) return true;
  if (from.type.kind === 'DECIMAL' && to.type.kind === 'DECIMAL') {
    const digits = (type: DecimalType): number => type.precision - type.scale;
    return to.type.scale >= from.type.scale && digits(to.type) >= digits(from.type);
  }
  return isNumeric(from.type) && isNumeric(to.type) && implicitlyCasts(from.type, to.type);
}
