/** From formats to the serdes of a topology. */
import type { ByteSpans } from '../../common/bytes.ts';
import type { WeirError } from '../../common/errors.ts';
import type { Column } from '../../common/schema.ts';
import type { Row } from '../../common/sql-type.ts';
import type { PersistenceSchema, RowSerde, SchemaRegistryPort } from '../../serde/format.ts';
import { FORMATS } from '../../serde/registry.ts';
import { sessionWindowedSerde, timeWindowedSerde, writeWith, type Serde } from '../../streams/serde.ts';
import type { SourceFormat, WindowInfo } from '../catalog.ts';
import { keyFeatures } from '../properties/format.ts';
import type { SqlKey, StreamKey } from './keys.ts';

/** The format of what the engine keeps for itself: repartitioned rows and state. */
const INTERNAL_VALUE: SourceFormat = {
  format: { name: 'JSON', properties: {} },
  features: new Set(),
  schemaId: undefined,
};

/**
 * Of the rows that source tables and joins of tables keep. 2: source tables keep the columns that the query reads, key columns
 * among them (1: the topic's value columns), joins what the SELECT list says (1: all joined columns).
 */
export const ROWS_LAYOUT = 2;

const EMPTY_KEY: SqlKey = [];
const NO_BYTES = new Uint8Array(0);

export interface SerdeTarget {
  readonly topic: string;
  readonly registry: SchemaRegistryPort;
}

/** For serdes of what a query keeps to itself. The name keeps apart the schemas of keys that the query has in several places. */
export function internalTarget(
  name: string,
  query: { readonly applicationId: string; readonly registry: SchemaRegistryPort },
): SerdeTarget {
  return { topic: `${query.applicationId}-${name}`, registry: query.registry };
}

/** Only these value columns will be read; the others may be null. */
export type Wanted = readonly boolean[] | undefined;

export function rowSerde(
  columns: readonly Column[],
  format: SourceFormat,
  isKey: boolean,
  target: SerdeTarget,
  wanted?: Wanted,
): RowSerde {
  const schema: PersistenceSchema = { columns, isKey, features: format.features };
  const context = {
    subject: `${target.topic}-${isKey ? 'key' : 'value'}`,
    topic: target.topic,
    registry: target.registry,
    schemaId: format.schemaId,
  };
  return FORMATS[format.format.name].serde(schema, format.format, context, { wanted });
}

export function valueSerde(
  columns: readonly Column[],
  format: SourceFormat,
  target: SerdeTarget,
  wanted?: Wanted,
): Serde<Row> {
  return rowSerde(columns, format, false, target, wanted);
}

/** Rows within one query: repartition topics and changelogs. Names are made unique, for a join has some twice. */
export function internalValueSerde(
  columns: readonly { readonly source?: string | undefined; readonly name: string; readonly type: Column['type'] }[],
  target: SerdeTarget,
): Serde<Row> {
  const seen = new Map<string, number>();
  const unique = columns.map((c): Column => {
    const name = c.source === undefined ? c.name : `${c.source}_${c.name}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { name: count === 0 ? name : `${name}_${count}`, type: c.type };
  });
  return valueSerde(unique, INTERNAL_VALUE, target);
}

/** Serde of keys that are not windowed. A keyless source has empty keys, whatever bytes are there. */
export function sqlKeySerde(columns: readonly Column[], format: SourceFormat, target: SerdeTarget): Serde<SqlKey> {
  if (columns.length === 0) return { serialize: () => null, deserialize: () => EMPTY_KEY };
  const rows = rowSerde(columns, format, true, target);
  const single = columns.length === 1;
  const deserializeSpans = rows.deserializeSpans?.bind(rows);
  const layout = layoutOf(columns, format);
  return {
    ...(layout !== undefined && { layout }),
    serialize: (key) => (single && key[0] === null ? null : rows.serialize(key as Row)),
    write: (key, out) => !(single && key[0] === null) && writeWith<Row>(rows, key as Row, out),
    deserialize: (bytes) => rows.deserialize(bytes),
    ...(deserializeSpans !== undefined && {
      deserializeSpans: (spans: ByteSpans, from: number, to: number, out: unknown[]) => {
        deserializeSpans(spans, from, to, out as (Row | null | WeirError)[]);
      },
    }),
    deserializeBatch: (values, out) => {
      rows.deserializeBatch(values, out as (Row | null | WeirError)[]);
    },
  };
}

/** In the format that most keys are in, it is the type alone that says what the bytes are. */
function layoutOf([only]: readonly Column[], { format }: SourceFormat): string | undefined {
  return format.name === 'KAFKA' && only !== undefined ? `KAFKA ${only.type.kind}` : undefined;
}

export function keySerde(
  columns: readonly Column[],
  format: SourceFormat,
  window: WindowInfo | undefined,
  target: SerdeTarget,
): Serde<StreamKey> {
  const plain = sqlKeySerde(columns, format, target);
  if (window === undefined) return plain;
  const windowed = window.sizeMs === undefined ? sessionWindowedSerde(plain) : timeWindowedSerde(plain, window.sizeMs);
  return windowed;
}

/** The columns of an internal topic's key. An expression's text is no name in every format, so it gets another. */
export function internalKeyColumns(key: readonly Column[]): readonly Column[] {
  return key.map(({ name, type }, i) => ({ name: /^[A-Za-z_]\w*$/.test(name) ? name : `KSQL_COL_${i}`, type }));
}

/** The key format of an internal topic: what the query's keys are in elsewhere, fitted to these columns. */
export function internalKeyFormat(format: SourceFormat, columns: readonly Column[]): SourceFormat {
  const fits = columns.length === 1 || (format.format.name !== 'KAFKA' && format.format.name !== 'NONE');
  const info = fits && format.format.name !== 'NONE' ? format.format : INTERNAL_VALUE.format;
  return { format: info, features: keyFeatures(info.name, columns), schemaId: undefined };
}

export { NO_BYTES };
