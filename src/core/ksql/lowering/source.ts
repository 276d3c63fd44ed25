/**
 * Sources: from a topic's records to rows in the layout of the plan's source node. What a record has beside its value
 * (key columns, timestamp, partition, offset, headers, window) is put into the row here, so that everything after this
 * reads columns alone.
 */
import { WeirError } from '../../common/errors.ts';
import type { Row, SqlValue } from '../../common/sql-type.ts';
import { compileTimestampFormat } from '../../common/time/pattern.ts';
import type { Header, Rec } from '../../streams/record.ts';
import type { Consumed, TimestampExtractor } from '../../streams/dsl/api.ts';
import type { DataSource } from '../catalog.ts';
import type { SourceField, SourceNode } from '../plan.ts';
import type { Handle, Lowering } from './context.ts';
import { columnsOf, streamKeys, windowOf, type StreamKey } from './keys.ts';
import { internalKeyFormat, internalTarget, internalValueSerde, keySerde, ROWS_LAYOUT, valueSerde } from './serdes.ts';
import { rowPacking } from './row-packing.ts';
import type { KStream } from '../../streams/dsl/api.ts';

/** Where a record was read from. */
export interface Origin {
  readonly partition: number;
  readonly offset: number;
  readonly headers: readonly Header[];
}

export const NO_ORIGIN: Origin = { partition: 0, offset: 0, headers: [] };

export function lowerSource(node: SourceNode, lowering: Lowering): Handle {
  const { source } = node;
  const target = { topic: source.topic, registry: lowering.registry };
  const consumed: Consumed<StreamKey, Row> = {
    keySerde: keySerde(source.schema.key, source.key, source.window, target),
    valueSerde: valueSerde(source.schema.value, source.value, target, wantedColumns(node)),
    timestampExtractor: timestampExtractor(source, lowering),
    offsetReset: lowering.offsetReset,
  };
  const layout = compileLayout(node.fields);
  const needsOrigin = node.fields.some(
    (f) => f.from === 'rowpartition' || f.from === 'rowoffset' || f.from === 'headers',
  );

  // In a join ksqlDB has a step that puts the alias before the columns' names. It counts in the generated names.
  const { builder } = lowering;
  if (node.internalName !== 'KsqlTopic') builder.skipName();

  if (source.kind === 'STREAM') {
    const raw = builder.stream(source.topic, consumed);
    return {
      shape: 'STREAM',
      stream: needsOrigin
        ? withOrigin(raw, layout)
        : raw.mapValues((key, row, record) => (row === null ? null : layout(key, row, record.timestamp, NO_ORIGIN))),
    };
  }
  const keys = streamKeys(
    source.schema.key.map((c) => c.type),
    source.window !== undefined,
  );
  const storeName = `${node.internalName}-Reduce`;
  // ksqlDB's source table has two operations more: it generates a name for its store, and copies the rows into another.
  builder.skipName();
  builder.skipName();
  if (needsOrigin) {
    const stream = withOrigin(builder.stream(source.topic, consumed), layout);
    const table = stream.toTable({
      name: storeName,
      keys,
      keySerde: consumed.keySerde,
      valueSerde: internalRows(node, lowering),
      packing: rowPacking(source.schema.key, node.columns),
    });
    return { shape: 'TABLE', table, view: { store: storeName, kind: 'key-value', steps: [] } };
  }
  const name = lowering.materialize ? storeName : undefined;
  const table = builder.tableOf(
    source.topic,
    consumed,
    { name, storeName, keys, ...changelogSerdes(node, storeName, lowering) },
    (key, row, timestampMs) => layout(key, row, timestampMs, NO_ORIGIN),
  );
  // ksqlDB adds what a record has beside its value in an operation of its own.
  builder.skipName();
  return {
    shape: 'TABLE',
    table,
    view: name === undefined ? undefined : { store: name, kind: 'key-value', steps: [] },
  };
}

/** The rows as the query has them, with the columns that it reads, in formats of the engine's own. */
function changelogSerdes({ source, columns }: SourceNode, storeName: string, lowering: Lowering) {
  const target = internalTarget(`${storeName}-changelog`, lowering);
  const key = internalKeyFormat(source.key, source.schema.key);
  return {
    keySerde: keySerde(source.schema.key, key, source.window, target),
    valueSerde: internalValueSerde(
      columns.map(({ name, type }) => ({ name, type })),
      target,
    ),
    packing: rowPacking(source.schema.key, columns),
    layoutVersion: ROWS_LAYOUT,
  };
}

function internalRows(node: SourceNode, lowering: Lowering) {
  return valueSerde(
    node.columns.map((c) => ({ name: c.name, type: c.type })),
    { format: { name: 'JSON', properties: {} }, features: new Set(), schemaId: undefined },
    { topic: lowering.applicationId, registry: lowering.registry },
  );
}

/** Which columns of the value are decoded. */
function wantedColumns(node: SourceNode): readonly boolean[] {
  const used = new Set(node.fields.flatMap((f) => (f.from === 'value' ? [f.index] : [])));
  const timestamp = node.source.timestamp?.column;
  return node.source.schema.value.map((column, i) => used.has(i) || column.name === timestamp);
}

function withOrigin(stream: KStream<StreamKey, Row>, layout: Layout): KStream<StreamKey, Row> {
  return stream.processValues<Row>(() => {
    let forward: (record: Rec<StreamKey, Row>) => void;
    let origin: () => { readonly partition: number; readonly offset: number };
    return {
      init(context) {
        forward = (record) => {
          context.forward(record);
        };
        origin = () => context.metadata;
      },
      process(record) {
        const { partition, offset } = origin();
        const row =
          record.value === null
            ? null
            : layout(record.key, record.value, record.timestamp, { partition, offset, headers: record.headers });
        forward(record.withValue(row));
      },
    };
  });
}

export type Layout = (key: StreamKey | null, value: Row, timestampMs: number, origin: Origin) => Row;
type FieldReader = (key: StreamKey | null, value: Row, timestampMs: number, origin: Origin) => SqlValue;

/** Puts together a source node's row from a record's parts. */
export function compileLayout(fields: readonly SourceField[]): Layout {
  const readers = fields.map(fieldReader);
  const indexes = fields.map((f) => (f.from === 'value' ? f.index : -1));
  const size = fields.length;
  const blank: Row = fields.map(() => null);
  return (key, value, timestampMs, origin) => {
    const row = blank.slice();
    for (let i = 0; i < size; i++) {
      const index = indexes[i] ?? -1;
      row[i] = index >= 0 ? (value[index] ?? null) : (readers[i]?.(key, value, timestampMs, origin) ?? null);
    }
    return row;
  };
}

function fieldReader(field: SourceField): FieldReader {
  switch (field.from) {
    case 'value':
      return (_key, value) => value[field.index] ?? null;
    case 'key':
      return (key) => (key === null ? null : (columnsOf(key)[field.index] ?? null));
    case 'rowtime':
      return (_key, _value, timestampMs) => timestampMs;
    case 'rowpartition':
      return (_key, _value, _timestampMs, origin) => origin.partition;
    case 'rowoffset':
      return (_key, _value, _timestampMs, origin) => origin.offset;
    case 'windowstart':
      return (key) => windowOf(key)?.startMs ?? null;
    case 'windowend':
      return (key) => windowOf(key)?.endMs ?? null;
    case 'headers': {
      const { header } = field;
      return header === undefined
        ? (_key, _value, _timestampMs, origin) => origin.headers.map((h): SqlValue => [h.key, h.value])
        : (_key, _value, _timestampMs, origin) => origin.headers.findLast((h) => h.key === header)?.value ?? null;
    }
  }
}

/** Reads the TIMESTAMP column. Where it cannot be read the record is dropped, or the query fails if so configured. */
function timestampExtractor(source: DataSource, lowering: Lowering): TimestampExtractor<StreamKey, Row> | undefined {
  if (source.timestamp === undefined) return undefined;
  const { column } = source.timestamp;
  const read = compileTimestampReader(source);
  const throws = lowering.analyzer.config.flag('ksql.timestamp.throw.on.invalid');
  return (record) => {
    try {
      if (record.value === null) return record.timestamp;
      return read(record.key, record.value);
    } catch (error) {
      if (throws) {
        throw new WeirError(
          'INVALID_TIMESTAMP',
          `The TIMESTAMP column ${column} of topic '${source.topic}' holds no timestamp.`,
          {
            hint: 'Set ksql.timestamp.throw.on.invalid to false to skip such records.',
            cause: error,
          },
        );
      }
      lowering.onError(error, `TIMESTAMP ${column}`, 'KsqlTopic.Source', {
        columns: source.schema.value,
        row: record.value ?? [],
      });
      return -1;
    }
  };
}

/** The timestamp of a row in epoch milliseconds. @throws WeirError INVALID_TIMESTAMP */
export function compileTimestampReader(
  source: Pick<DataSource, 'timestamp' | 'schema'>,
): (key: StreamKey | null, value: Row) => number {
  const { timestamp, schema } = source;
  const column = timestamp?.column ?? '';
  const valueIndex = schema.value.findIndex((c) => c.name === column);
  const keyIndex = schema.key.findIndex((c) => c.name === column);
  const pattern = timestamp?.format === undefined ? undefined : compileTimestampFormat(timestamp.format);
  return (key, value) => {
    const raw = valueIndex >= 0 ? value[valueIndex] : key === null ? null : columnsOf(key)[keyIndex];
    if (raw === null || raw === undefined) {
      throw new WeirError('INVALID_TIMESTAMP', `The TIMESTAMP column ${column} is null.`, {
        hint: 'Every record needs a timestamp.',
      });
    }
    if (pattern !== undefined && typeof raw === 'string') return pattern.parse(raw);
    return Number(raw);
  };
}
