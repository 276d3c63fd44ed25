/**
 * The records of one source partition that were fetched and not yet processed (Kafka's RecordQueue).
 *
 * Fetched batches wait as bytes. Some hundred records at a time are decoded, by the serde's batch form where it has one, and
 * handed on record by record: enough for a batch's advantage, and few enough that their objects die young, which halves
 * the collector's work. Records that cannot be read, and those whose event time is negative, are counted and skipped. The
 * buffer is bounded by not fetching while it holds enough.
 */
import { assert, WeirError } from '../../common/errors.ts';
import type { RecordColumns } from '../../log/record-columns.ts';
import type { RecordMetadata } from '../processor.ts';
import { NO_HEADERS, Rec } from '../record.ts';
import { readSpansWith } from '../serde.ts';
import type { SourceEntry } from './task-graph.ts';

/** A record that could not be read. */
export interface UnreadableRecord extends RecordMetadata {
  readonly error: WeirError;
  readonly side: 'key' | 'value';
  /** The side's bytes, in the batch that was fetched. */
  readonly bytes: Uint8Array;
}

export type UndeserializableHandler = (record: UnreadableRecord) => void;

/** Records decoded at once. */
const CHUNK_RECORDS = 512;

interface FetchedBatch {
  readonly columns: RecordColumns;
  /** Index of the next record to hand on. */
  next: number;
}

export class PartitionBuffer {
  readonly topic: string;
  readonly partition: number;
  readonly source: SourceEntry;
  /** Where to fetch from next. */
  fetchOffset: number;
  /** The offset after the last processed (or skipped) record: what is committed. */
  position: number;
  committed: number;
  /** Where the broker's committed records end: the last stable offset. */
  endOffset: number;
  /** What the query has read, as far as this instance knows: everything from there on. */
  readFrom: number;
  /** Whether it read nothing before that. */
  isReadWhole = true;
  buffered = 0;
  readonly #onUndeserializable: UndeserializableHandler;
  readonly #batches: FetchedBatch[] = [];
  /** The records `[#chunkStart, #chunkEnd)` of the first batch, decoded. */
  #chunkStart = 0;
  #chunkEnd = 0;
  readonly #keys: unknown[] = [];
  readonly #values: unknown[] = [];
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
    this.endOffset = offset;
    this.readFrom = offset;
    this.#onUndeserializable = onUndeserializable;
  }

  /** Everything that the broker has is buffered or processed. */
  get isCaughtUp(): boolean {
    return this.fetchOffset >= this.endOffset;
  }

  get lag(): number {
    return Math.max(0, this.endOffset - this.position);
  }

  /** Takes over the records of a batch from index `from` on. */
  add(columns: RecordColumns, from: number): void {
    this.#batches.push({ columns, next: from });
    this.buffered += columns.count - from;
  }

  /** The next record with its event time, or undefined if nothing is buffered. */
  peek(): Rec<unknown, unknown> | undefined {
    return this.#head ?? this.#advance();
  }

  /** The offset of the record that `peek` returned. */
  get headOffset(): number {
    return this.#headOffset;
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
      const { columns } = batch;
      const at = batch.next++;
      if (at >= this.#chunkEnd) this.#decodeChunk(columns, at);
      const key = this.#keys[at - this.#chunkStart];
      const value = this.#values[at - this.#chunkStart];
      const offset = columns.offset(at);
      this.buffered--;
      if (batch.next >= columns.count) {
        this.#batches.shift();
        this.#chunkEnd = 0;
      }
      const headers = columns.bytes[columns.headerStarts[at] ?? 0] === 0 ? NO_HEADERS : columns.headers(at);
      if (key instanceof WeirError || value instanceof WeirError) {
        this.source.context.drop(
          'undeserializable',
          new Rec<unknown, unknown>(null, null, columns.timestampMs(at), headers),
        );
        this.#tell(columns, at, key, value);
        this.#skip(offset);
        continue;
      }
      const read = new Rec(key ?? null, value ?? null, columns.timestampMs(at), headers);
      const record = this.source.extract(read, this.topic, this.partition, offset);
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

  #tell(columns: RecordColumns, at: number, key: unknown, value: unknown): void {
    const { topic, partition } = this;
    const [error, side, bytes] =
      key instanceof WeirError
        ? ([key, 'key', columns.key(at)] as const)
        : ([value, 'value', columns.value(at)] as const);
    assert(error instanceof WeirError && bytes !== null, 'what cannot be read has an error and bytes');
    this.#onUndeserializable({ error, side, bytes, topic, partition, offset: columns.offset(at) });
  }

  #skip(offset: number): void {
    this.position = this.#batches.length === 0 ? this.fetchOffset : offset + 1;
  }

  #decodeChunk(columns: RecordColumns, from: number): void {
    const { keySerde, valueSerde } = this.source.node;
    const count = Math.min(CHUNK_RECORDS, columns.count - from);
    readSpansWith(keySerde, columns.keys, from, from + count, this.#keys);
    readSpansWith(valueSerde, columns.values, from, from + count, this.#values);
    const { layout } = keySerde;
    this.source.expect({ spans: columns.keys, from, to: from + count, keys: this.#keys, layout });
    this.#chunkStart = from;
    this.#chunkEnd = from + count;
  }
}
