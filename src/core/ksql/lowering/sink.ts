/** The end of a persistent query: rows become records of the sink's topic. */
import { WeirError } from '../../common/errors.ts';
import type { Row, SqlValue } from '../../common/sql-type.ts';
import type { KStream } from '../../streams/dsl/api.ts';
import { Windowed, type Rec } from '../../streams/record.ts';
import type { DataSource } from '../catalog.ts';
import { castEvaluator } from '../expressions/cast.ts';
import type { SinkLayout } from '../sink.ts';
import type { Lowering, Handle } from './context.ts';
import { columnsOf, type StreamKey } from './keys.ts';
import { keySerde, valueSerde } from './serdes.ts';
import { compileTimestampReader } from './source.ts';

/** @param layout where the handle's rows, which hold the value columns, differ in type from the sink's */
export function lowerSink(handle: Handle, sink: DataSource, layout: SinkLayout, lowering: Lowering): void {
  const target = { topic: sink.topic, registry: lowering.registry };
  const rows = cast(handle.shape === 'STREAM' ? handle.stream : handle.table.toStream(), layout, lowering);
  const keyed = layout.keyOf === undefined ? rows : rows.selectKey(keyPicker(layout.keyOf));
  const timed = sink.timestamp === undefined ? keyed : withTimestamps(keyed, sink, lowering);
  timed.to(sink.topic, {
    keySerde: keySerde(sink.schema.key, sink.key, sink.window, target),
    valueSerde: valueSerde(sink.schema.value, sink.value, target),
  });
}

/** Those columns of the key, in its window. */
function keyPicker(picked: readonly number[]): (key: StreamKey | null) => StreamKey | null {
  const isWhole = picked.every((index, i) => index === i);
  return (key) => {
    if (key === null || picked.length === 0) return null;
    const columns = columnsOf(key);
    if (isWhole && columns.length === picked.length) return key;
    const values = picked.map((index) => columns[index] ?? null);
    return key instanceof Windowed ? new Windowed(values, key.window) : values;
  };
}

/** A number that does not fit its column is reported and becomes null. */
function cast(rows: KStream<StreamKey, Row>, layout: SinkLayout, lowering: Lowering): KStream<StreamKey, Row> {
  const { castTo, schema } = layout;
  if (castTo?.some((type) => type !== undefined) !== true) return rows;
  const casts = schema.value.map(({ name, type }, i): ((value: SqlValue) => SqlValue) => {
    const to = castTo[i];
    if (to === undefined) return (value) => value;
    const convert = castEvaluator(type, to);
    return (value) => {
      try {
        return convert(value);
      } catch (error) {
        lowering.onError(error, name, 'Project');
        return null;
      }
    };
  });
  return rows.mapValues((_key, row) => row?.map((value, i) => casts[i]?.(value) ?? null) ?? null);
}

/** `WITH (TIMESTAMP = ...)` on a sink: the column is the record's timestamp; a record without one is dropped. */
function withTimestamps(rows: KStream<StreamKey, Row>, sink: DataSource, lowering: Lowering): KStream<StreamKey, Row> {
  const read = compileTimestampReader(sink);
  return rows.processValues<Row>(() => {
    let forward: (record: Rec<StreamKey, Row>) => void;
    let drop: (record: Rec<unknown, unknown>) => void;
    return {
      init(context) {
        forward = (record) => {
          context.forward(record);
        };
        drop = (record) => {
          context.drop('negative-timestamp', record);
        };
      },
      process(record) {
        if (record.value === null) {
          forward(record);
          return;
        }
        let timestampMs: number;
        try {
          timestampMs = read(record.key, record.value);
        } catch (error) {
          if (!(error instanceof WeirError)) throw error;
          lowering.onError(error, `TIMESTAMP ${sink.timestamp?.column ?? ''}`, 'Project', {
            columns: sink.schema.value,
            row: record.value,
          });
          drop(record);
          return;
        }
        if (timestampMs < 0) drop(record);
        else forward(record.withTimestamp(timestampMs));
      },
    };
  });
}
