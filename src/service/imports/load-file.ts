/**
 * Loads a file's rows into the topic of the source that the plan's statement made. Good rows are kept, bad rows are counted
 * and the first of them listed. Records are written in large batches; what was acknowledged stays when the load is
 * cancelled or fails.
 *
 * Without a timestamp column the records of a stream happen now, and the rows of a table hold from the beginning of
 * time: a join reads its topics in order of timestamp, and events of a file are older than the moment of its import.
 */
import { WeirError } from '../../core/common/errors.ts';
import type { Row, SqlType, SqlValue } from '../../core/common/sql-type.ts';
import { Producer } from '../../core/clients/producer.ts';
import type { DataSource } from '../../core/ksql/catalog.ts';
import type { Engine } from '../../core/ksql/engine/engine.ts';
import { rowSerde } from '../../core/ksql/lowering/serdes.ts';
import { compileTimestampReader } from '../../core/ksql/lowering/source.ts';
import type { JsonRow } from '../../core/connect/files/infer.ts';
import type { BadRow, ImportPlan, ImportProgress } from '../../protocol/api.ts';
import { toWire } from '../../protocol/wire-error.ts';
import { fieldReader, type FieldReader } from './field-value.ts';
import { readRows } from './read-rows.ts';

const LISTED_BAD_ROWS = 100;
const FLUSH_BYTES = 1024 * 1024;

export interface LoadOptions {
  readonly id: string;
  readonly engine: Engine;
  readonly source: DataSource;
  readonly plan: ImportPlan;
  readonly file: Blob;
  readonly isCancelled: () => boolean;
  readonly report: (progress: ImportProgress) => void;
}

export async function loadFile(options: LoadOptions): Promise<void> {
  const { engine, source, plan, file } = options;
  const bad: BadRow[] = [];
  let badRows = 0;
  let records = 0;
  let readBytes = 0;
  const progress = (state: ImportProgress['state'], error?: unknown): void => {
    options.report({
      id: options.id,
      state,
      readBytes,
      totalBytes: file.size,
      records,
      badRows,
      badRowSamples: [...bad],
      ...(error === undefined ? {} : { error: toWire(error) }),
    });
  };
  const refuse = (line: number, text: string, reason: string): void => {
    badRows++;
    if (bad.length < LISTED_BAD_ROWS) bad.push({ line, text: text.slice(0, 200), reason });
  };
  try {
    const producer = new Producer(engine.broker, { bufferBytes: FLUSH_BYTES });
    const topic = await producer.topic(source.topic);
    const encode = rowEncoder(engine, source, plan);
    let appended = 0;
    for await (const piece of readRows(file, plan.format)) {
      if (options.isCancelled()) break;
      for (const row of piece.rows) {
        if (row.kind === 'bad') {
          refuse(row.line, row.text, row.reason);
          continue;
        }
        try {
          const record = encode(row.row);
          topic.append(record.key, record.value, record.timestampMs);
          appended++;
        } catch (error) {
          if (!(error instanceof WeirError)) throw error;
          refuse(row.line, row.text, error.message);
        }
      }
      readBytes = piece.readBytes;
      await producer.flush();
      records += appended;
      appended = 0;
      progress('running');
    }
    progress(options.isCancelled() ? 'cancelled' : 'done');
  } catch (error) {
    progress('failed', error);
  }
}

interface Encoded {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
}

function rowEncoder(engine: Engine, source: DataSource, plan: ImportPlan): (row: JsonRow) => Encoded {
  const target = { topic: source.topic, registry: engine.registry };
  const keySerde = source.schema.key.length === 0 ? undefined : rowSerde(source.schema.key, source.key, true, target);
  const valueSerde = rowSerde(source.schema.value, source.value, false, target);
  const readers = (columns: DataSource['schema']['value']): readonly FieldReader[] =>
    columns.map((c) => readerFor(c.name, c.type, plan));
  const keyReaders = readers(source.schema.key);
  const valueReaders = readers(source.schema.value);
  const timestamp = source.timestamp === undefined ? undefined : compileTimestampReader(source);
  const fallbackMs = (): number => (source.kind === 'TABLE' ? 0 : engine.clock.nowMs());
  return (row) => {
    const key: Row = keyReaders.map((read): SqlValue => read(row));
    const value: Row = valueReaders.map((read): SqlValue => read(row));
    if (source.kind === 'TABLE' && key.some((v) => v === null)) {
      throw new WeirError('INVALID_INSERT', `The key ${source.schema.key.map((c) => c.name).join(', ')} is missing.`);
    }
    return {
      key: keySerde === undefined || key.every((v) => v === null) ? null : keySerde.serialize(key),
      value: valueSerde.serialize(value),
      timestampMs: timestamp === undefined ? fallbackMs() : timestamp(key, value),
    };
  };
}

function readerFor(name: string, type: SqlType, plan: ImportPlan): FieldReader {
  const column = plan.columns.find((c) => c.name === name);
  return fieldReader(column?.field ?? name, name, type);
}
