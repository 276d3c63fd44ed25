/**
 * The sink of CREATE ... AS SELECT and INSERT INTO ... SELECT: which columns of the SELECT become the record's key and which
 * its value, in which formats, in which topic. Pure.
 */
import { WeirError } from '../common/errors.ts';
import type { Column, LogicalSchema } from '../common/schema.ts';
import { formatType, quoteName, sameType } from '../common/sql-type.ts';
import { validateFormat } from '../serde/registry.ts';
import type { FormatName } from '../serde/format.ts';
import type { CreateAsSelect, Expression, InsertSelect } from '../sql/ast.ts';
import { formatExpression } from '../sql/formatter.ts';
import type { AnalyzedQuery } from './analyzer/query.ts';
import { firstSource, keyFormatOf, soleSource } from './analyzer/joins.ts';
import type { DataSource, SourceFormat } from './catalog.ts';
import { kindWord } from './catalog.ts';
import type { Config } from './config.ts';
import { topicConfig } from './declare.ts';
import { foldName } from './fold-name.ts';
import type { KeyColumn, PlanNode } from './plan.ts';
import type { Properties } from './properties.ts';
import {
  formatInfo,
  keyFeatures,
  namedFormat,
  parseFormatName,
  schemaId,
  timestampColumn,
  valueFeatures,
} from './properties.ts';

/** Where each column of the sink comes from: indexes into the SELECT list. */
export interface SinkLayout {
  readonly key: readonly number[];
  readonly value: readonly number[];
  readonly schema: LogicalSchema;
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
  readonly topicPartitions: (topic: string) => number | undefined;
}

/** @throws WeirError KEY_NOT_SELECTED, KEY_SELECTED_TWICE, DUPLICATE_COLUMN, NO_VALUE_COLUMNS */
export function sinkLayout(query: AnalyzedQuery, target: string, statement: CreateAsSelect | InsertSelect): SinkLayout {
  const { root, outputs } = query;
  const key: number[] = [];
  for (const column of root.input.key) {
    const chosen = chooseKeyItem(column, query, target, statement);
    key.push(chosen);
  }
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
  return { key, value, schema };
}

/** The SELECT item that becomes this key column: the first of the columns equal to the key that is selected. */
function chooseKeyItem(
  column: KeyColumn,
  query: AnalyzedQuery,
  target: string,
  statement: CreateAsSelect | InsertSelect,
): number {
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
  throw keyMissing(column, query, target, statement);
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
  const layout = sinkLayout(query, name, statement);
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
  const keyInfo = formatInfo(keyName, properties, 'KEY', rootKey.format);
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
  if (layout.schema.key.length > 0 || keyName === 'NONE')
    validateFormat(keyInfo, { columns: layout.schema.key, isKey: true, features: key.features });
  validateFormat(valueInfo, { columns: layout.schema.value, isKey: false, features: value.features });

  const topic = properties.text('KAFKA_TOPIC') ?? `${config.get('ksql.output.topic.name.prefix')}${name}`;
  const partitions =
    properties.integer('PARTITIONS') ??
    (Number(config.get('ksql.sink.partitions')) || (soleSource(root) ?? first).partitions);
  const replicas = properties.integer('REPLICAS') ?? (Number(config.get('ksql.sink.replicas')) || 1);
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
export function insertSink(statement: InsertSelect, target: DataSource, query: AnalyzedQuery): Sink {
  const refuse = (
    code: 'READ_ONLY_SOURCE' | 'WRONG_SOURCE_KIND' | 'INCOMPATIBLE_SINK',
    message: string,
    hint: string,
  ): WeirError => new WeirError(code, message, { span: statement.target.span, hint, details: { target: target.name } });
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
  const layout = sinkLayout(query, target.name, statement);
  for (const side of ['key', 'value'] as const) {
    const got = layout.schema[side];
    const want = target.schema[side];
    const fits =
      got.length === want.length &&
      got.every((c, i) => want[i] !== undefined && c.name === want[i].name && assignable(c, want[i]));
    if (fits) continue;
    const show = (columns: readonly Column[]): string =>
      columns.map((c) => `${quoteName(c.name)} ${formatType(c.type)}`).join(', ');
    throw refuse(
      'INCOMPATIBLE_SINK',
      `The SELECT does not fit ${target.name}: its ${side} columns are ${show(got)}, those of ${target.name} are ${show(want)}.`,
      'Select the same names and types in the same order.',
    );
  }
  return { layout, source: target, createTopic: undefined };
}

const WIDENING: readonly string[] = ['INTEGER', 'BIGINT', 'DECIMAL', 'DOUBLE'];

/** Whether a value of the one column can be written to the other: the same type, or a wider number. */
function assignable(from: Column, to: Column): boolean {
  if (sameType(from.type, to.type)) return true;
  const a = WIDENING.indexOf(from.type.kind);
  const b = WIDENING.indexOf(to.type.kind);
  return a >= 0 && b >= 0 && a < b;
}

export function describeExpressions(expressions: readonly Expression[]): string {
  return expressions.map(formatExpression).join(', ');
}
