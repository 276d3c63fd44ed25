/**
 * The records of one source partition that were fetched and not yet processed (Kafka's RecordQueue).
 *
 * A fetched batch is decoded whole, keys and values by the serde's batch form where it has one, and handed on record by
 * record. Records that cannot be read, and those whose event time is negative, are counted and skipped. The buffer is
 * bounded by not fetching while it holds enough.
 */
import { WeirError } from '../../common/errors.ts';
import type { RecordColumns } from '../../log/record-columns.ts';
import { NO_HEADERS, Rec } from '../record.ts';
import type { Serde } from '../serde.ts';
import type { SourceEntry } from './task-graph.ts';

export type UndeserializableHandler = (error: WeirError, topic: string, partition: number, offset: number) => void;

interface DecodedBatch {
  readonly columns: RecordColumns;
  readonly keys: readonly unknown[];
  readonly values: readonly unknown[];
  /** Of the first record in `keys` and `values`. */
  readonly from: number;
}

type MaybeBytes = Uint8Array | null;

export class PartitionBuffer {
  readonly topic: string;
  readonly partition: number;
  readonly source: SourceEntry;
  /** Where to fetch from next. */
  fetchOffset: number;
  /** The offset after the last processed (or skipped) record: what is committed. */
  position: number;
  committed: number;
  highWatermark: number;
  buffered = 0;
  readonly #onUndeserializable: UndeserializableHandler;
  readonly #batches: DecodedBatch[] = [];
  #index = 0;
  #head: Rec<unknown, unknown> | undefined;
  #headOffset = 0;

  constructor(
    topic: string,
    partition: number,
    offset: number,
    source: SourceEntry,
    onUndeserializable: UndeserializableHandler,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.source = source;
    this.fetchOffset = offset;
    this.position = offset;
    this.committed = offset;
    this.highWatermark = offset;
    this.#onUndeserializable = onUndeserializable;
  }

  /** Everything that the broker has is buffered or processed. */
  get isCaughtUp(): boolean {
    return this.fetchOffset >= this.highWatermark;
  }

  get lag(): number {
    return Math.max(0, this.highWatermark - this.position);
  }

  /** Takes over the records of a batch from index `from` on. */
  add(columns: RecordColumns, from: number): void {
    const { keySerde, valueSerde } = this.source.node;
    const count = columns.count - from;
    const keys: MaybeBytes[] = new Array<MaybeBytes>(count);
    const values: MaybeBytes[] = new Array<MaybeBytes>(count);
    for (let i = 0; i < count; i++) {
      keys[i] = columns.key(from + i);
      values[i] = columns.value(from + i);
    }
    this.#batches.push({ columns, keys: decode(keySerde, keys), values: decode(valueSerde, values), from });
    this.buffered += count;
  }

  /** The next record with its event time, or undefined if nothing is buffered. */
  peek(): Rec<unknown, unknown> | undefined {
    return this.#head ?? this.#advance();
  }

  /** Processes what `peek` returned, to its end. */
  processHead(record: Rec<unknown, unknown>): void {
    this.#head = undefined;
    this.source.process(record, this.topic, this.partition, this.#headOffset);
    this.position = this.#headOffset + 1;
    if (this.#batches.length === 0) this.position = this.fetchOffset;
  }

  #advance(): Rec<unknown, unknown> | undefined {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      const index = this.#index;
      const at = batch.from + index;
      const { columns } = batch;
      const offset = columns.offset(at);
      const key = batch.keys[index];
      const value = batch.values[index];
      this.buffered--;
      if (index + 1 < batch.keys.length) {
        this.#index = index + 1;
      } else {
        this.#batches.shift();
        this.#index = 0;
      }
      const headers = columns.bytes[columns.headerStarts[at] ?? 0] === 0 ? NO_HEADERS : columns.headers(at);
      if (key instanceof WeirError || value instanceof WeirError) {
        const error = key instanceof WeirError ? key : value;
        this.source.context.drop(
          'undeserializable',
          new Rec<unknown, unknown>(null, null, columns.timestampMs(at), headers),
        );
        if (error instanceof WeirError) this.#onUndeserializable(error, this.topic, this.partition, offset);
        this.#skip(offset);
        continue;
      }
      const record = this.source.extract(new Rec(key ?? null, value ?? null, columns.timestampMs(at), headers));
      if (record === undefined) {
        this.#skip(offset);
        continue;
      }
      this.#head = record;
      this.#headOffset = offset;
      return record;
    }
    return undefined;
  }

  #skip(offset: number): void {
    this.position = this.#batches.length === 0 ? this.fetchOffset : offset + 1;
  }
}

function decode(serde: Serde<unknown>, bytes: readonly MaybeBytes[]): unknown[] {
  const out = new Array<unknown>(bytes.length);
  if (serde.deserializeBatch !== undefined) {
    serde.deserializeBatch(bytes, out);
    return out;
  }
  for (let i = 0; i < bytes.length; i++) {
    const one = bytes[i] ?? null;
    if (one === null) {
      out[i] = null;
      continue;
    }
    try {
      out[i] = serde.deserialize(one);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      out[i] = error;
    }
  }
  return out;
}
