/** From rows of a source, by column names, to the records of its topic. */
import { WeirError } from '../core/common/errors.ts';
import { nearest } from '../core/common/nearest.ts';
import type { Column } from '../core/common/schema.ts';
import type { Row, SqlValue } from '../core/common/sql-type.ts';
import type { DataSource } from '../core/ksql/catalog.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import { rowSerde } from '../core/ksql/lowering/serdes.ts';
import { compileTimestampReader } from '../core/ksql/lowering/source.ts';
import { ROWTIME } from '../core/ksql/names.ts';
import { toEpochMs, toSql } from './values.ts';

export interface WrittenRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Undefined: nothing in the row tells its time. */
  readonly timestampMs: number | undefined;
}

/** A row: an object or a Map by column name. Names match without case unless a column is written so exactly. */
export type RowFields = ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>;

export interface WriterOptions {
  /** Whether fields that no column is named after are an error; otherwise they are left out. */
  readonly refusesUnknownFields: boolean;
}

export type RecordWriter = (row: RowFields) => WrittenRecord;

/**
 * Missing fields are NULL. ROWTIME gives the record's timestamp, else the source's TIMESTAMP column does.
 * @throws WeirError INVALID_INSERT, UNKNOWN_COLUMN, TYPE_MISMATCH, SERIALIZATION (from the writer)
 */
export function recordWriter(engine: Engine, source: DataSource, options: WriterOptions): RecordWriter {
  if (source.window !== undefined) {
    throw new WeirError(
      'INVALID_INSERT',
      `The keys of ${source.name} are windowed, and rows cannot be written to it.`,
      {
        hint: 'Write to the stream that it is aggregated from.',
        details: { name: source.name },
      },
    );
  }
  const { key: keyColumns, value: valueColumns } = source.schema;
  const target = { topic: source.topic, registry: engine.registry };
  const keySerde = keyColumns.length === 0 ? undefined : rowSerde(keyColumns, source.key, true, target);
  const valueSerde = rowSerde(valueColumns, source.value, false, target);
  const cells = [...keyColumns, ...valueColumns].map((column) => ({ column, convert: toSql(column.type) }));
  const timeOf = source.timestamp === undefined ? undefined : compileTimestampReader(source);
  const indexOf = fieldIndex(cells.map(({ column }) => column.name));
  return (row) => {
    const values: Row = new Array<SqlValue>(cells.length).fill(null);
    let timestampMs: number | undefined;
    for (const [field, given] of row instanceof Map ? row : Object.entries(row)) {
      const at = indexOf(String(field));
      const cell = at === undefined ? undefined : cells[at];
      if (cell !== undefined && at !== undefined) values[at] = convertCell(cell.convert, given, cell.column);
      else if (String(field).toUpperCase() === ROWTIME) timestampMs = toEpochMs(given);
      else if (options.refusesUnknownFields) throw unknownField(String(field), source);
    }
    const key = values.slice(0, keyColumns.length);
    const value = values.slice(keyColumns.length);
    if (source.kind === 'TABLE' && key.some((v) => v === null)) {
      throw new WeirError(
        'INVALID_INSERT',
        `A row of the table ${source.name} needs its primary key: ${keyColumns.map((c) => c.name).join(', ')}.`,
        { details: { name: source.name } },
      );
    }
    return {
      key: keySerde === undefined || key.every((v) => v === null) ? null : keySerde.serialize(key),
      value: valueSerde.serialize(value),
      timestampMs: timestampMs ?? timeOf?.(key, value),
    };
  };
}

function fieldIndex(names: readonly string[]): (field: string) => number | undefined {
  const exact = new Map(names.map((name, i) => [name, i]));
  const folded = new Map(names.map((name, i) => [name.toUpperCase(), i]));
  return (field) => exact.get(field) ?? folded.get(field.toUpperCase());
}

function convertCell(convert: (value: unknown) => SqlValue, value: unknown, column: Column): SqlValue {
  try {
    return convert(value);
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    throw new WeirError(error.code, `${column.name}: ${error.message}`, {
      hint: error.hint,
      details: { ...error.details, column: column.name },
      cause: error,
    });
  }
}

function unknownField(field: string, source: DataSource): WeirError {
  const names = [...source.schema.key, ...source.schema.value].map((c) => c.name);
  const close = nearest(field.toUpperCase(), names)[0];
  return new WeirError('UNKNOWN_COLUMN', `${source.name} has no column ${field}.`, {
    hint: close === undefined ? `Its columns are ${names.join(', ')}.` : `Did you mean ${close}?`,
    details: { column: field },
  });
}
