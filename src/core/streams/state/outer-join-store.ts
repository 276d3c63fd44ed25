/**
 * The rows of a left or outer stream-stream join that have found no match yet (Kafka's shared outer-join store).
 *
 * They wait in two heaps, one per side, ordered by timestamp and then by the key's bytes; together they give Kafka's
 * order `(timestamp, side with right before left, key)`. A match removes all rows of its `(timestamp, side, key)` through an
 * index; the heap forgets them when they come up.
 *
 * Changelog record: timestamp (8 bytes), side (1 byte, 1 = left), key bytes; the value is the list of rows, each with its
 * length (4 bytes) before it. Once the store has outgrown its budget the rows lie in the scratch file (`spill/`).
 */
import { compareBytes, EMPTY_BYTES, readInt64, readUint32, writeInt32 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { Heap } from './sorted.ts';
import { SpilledUnmatched, unmatchedKey } from './spill/spilled-unmatched.ts';
import {
  ENTRY_OVERHEAD_BYTES,
  newStoreMetrics,
  type ChangelogRecord,
  type ChangelogSink,
  type RuntimeStore,
  type StoreBuilder,
  type StoreContext,
  type StoreSize,
  type StoreTimes,
} from './store-builder.ts';

export interface OuterJoinStoreOptions<K, V1, V2> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly leftSerde: Serde<V1>;
  readonly rightSerde: Serde<V2>;
  readonly retentionMs: number;
  readonly logging: boolean;
}

export function outerJoinStoreBuilder<K, V1, V2>(options: OuterJoinStoreOptions<K, V1, V2>): StoreBuilder {
  return {
    name: options.name,
    kind: 'outer-join',
    retentionMs: options.retentionMs,
    logging: options.logging,
    build: (context) => new OuterJoinStore(options, context),
  };
}

export class Unmatched<K> {
  readonly isLeft: boolean;
  readonly key: K;
  readonly keyBytes: Uint8Array;
  readonly timestamp: number;
  values: unknown[];
  dirty = false;
  /** Serialized, as of the last flush. */
  sizeBytes = 0;

  constructor(isLeft: boolean, key: K, keyBytes: Uint8Array, timestamp: number) {
    this.isLeft = isLeft;
    this.key = key;
    this.keyBytes = keyBytes;
    this.timestamp = timestamp;
    this.values = [];
  }
}

class Side<K> {
  readonly heap = new Heap<Unmatched<K>>(compareUnmatched);
  readonly index = new Map<KeyId, Map<number, Unmatched<K>>>();
}

export class OuterJoinStore<K, V1, V2> implements RuntimeStore {
  readonly name: string;
  readonly kind = 'outer-join';
  readonly metrics = newStoreMetrics();
  readonly #options: OuterJoinStoreOptions<K, V1, V2>;
  #left = new Side<K>();
  #right = new Side<K>();
  readonly #context: StoreContext;
  #size = 0;
  #sizeBytes = 0;
  #dirty: Unmatched<K>[] = [];
  #spilled: SpilledUnmatched | undefined;

  constructor(options: OuterJoinStoreOptions<K, V1, V2>, context: StoreContext) {
    this.name = options.name;
    this.#options = options;
    this.#context = context;
  }

  put(isLeft: boolean, key: K, timestamp: number, value: unknown): void {
    this.metrics.puts++;
    if (this.#spilled !== undefined) {
      const row = this.#rowSerde(isLeft).serialize(value) ?? EMPTY_BYTES;
      this.#spilled.append(isLeft, timestamp, this.#options.keySerde.serialize(key) ?? EMPTY_BYTES, row);
      return;
    }
    const entry = this.#entry(isLeft, key, timestamp);
    entry.values.push(value);
    this.#size++;
    this.#note(entry);
  }

  /** Takes out what has found a match. */
  remove(isLeft: boolean, key: K, timestamp: number): void {
    if (this.#spilled !== undefined) {
      this.#spilled.remove(isLeft, timestamp, this.#options.keySerde.serialize(key) ?? EMPTY_BYTES);
      return;
    }
    const side = isLeft ? this.#left : this.#right;
    const id = this.#options.keys.id(key);
    const ofKey = side.index.get(id);
    const entry = ofKey?.get(timestamp);
    if (ofKey === undefined || entry === undefined) return;
    ofKey.delete(timestamp);
    if (ofKey.size === 0) side.index.delete(id);
    this.#size -= entry.values.length;
    this.#resize(entry, 0);
    entry.values = [];
    this.#note(entry);
  }

  /** The next row, in order, whose timestamp lies before its side's limit; it stays until removed. */
  peekBefore(leftLimitMs: number, rightLimitMs: number): Unmatched<K> | undefined {
    const left = this.#spilled === undefined ? top(this.#left) : this.#first(this.#spilled, true);
    const right = this.#spilled === undefined ? top(this.#right) : this.#first(this.#spilled, false);
    const closedLeft = left !== undefined && left.timestamp < leftLimitMs ? left : undefined;
    const closedRight = right !== undefined && right.timestamp < rightLimitMs ? right : undefined;
    if (closedLeft === undefined || closedRight === undefined) return closedLeft ?? closedRight;
    return closedLeft.timestamp < closedRight.timestamp ? closedLeft : closedRight;
  }

  approximateEntries(): number {
    return this.size().entries;
  }

  size(): StoreSize {
    if (this.#spilled !== undefined) return this.#spilled.size();
    const memoryBytes = this.#sizeBytes + this.#size * ENTRY_OVERHEAD_BYTES;
    return { entries: this.#size, memoryBytes, spilledBytes: 0 };
  }

  flush(sink: ChangelogSink): void {
    this.#spilled?.changes.flush(sink);
    for (const entry of this.#dirty) {
      entry.dirty = false;
      const key = unmatchedKey(entry.isLeft, entry.timestamp, entry.keyBytes);
      const value = entry.values.length === 0 ? null : this.#encode(entry);
      if (value !== null) this.#resize(entry, key.length + value.length);
      sink.write(key, value, entry.timestamp);
    }
    this.#dirty = [];
  }

  restore(bytes: Uint8Array, valueBytes: Uint8Array | null): void {
    const timestamp = readInt64(bytes, 0);
    const isLeft = bytes[8] === 1;
    if (this.#spilled !== undefined) {
      this.#spilled.set(isLeft, timestamp, bytes.subarray(9), valueBytes?.slice() ?? null);
      return;
    }
    const key = this.#keyOf(bytes.subarray(9));
    this.remove(isLeft, key, timestamp);
    if (valueBytes !== null) {
      const entry = this.#entry(isLeft, key, timestamp);
      entry.values = this.#decode(isLeft, valueBytes);
      this.#size += entry.values.length;
      this.#resize(entry, bytes.length + valueBytes.length);
    }
    for (const entry of this.#dirty) entry.dirty = false;
    this.#dirty = [];
  }

  settle(): void {
    const { spill, notesChanges } = this.#context;
    if (spill !== undefined && this.#spilled === undefined && this.size().memoryBytes > spill.budgetBytes) {
      const spilled = new SpilledUnmatched(notesChanges, spill);
      for (const entry of this.#entries()) {
        spilled.set(entry.isLeft, entry.timestamp, entry.keyBytes, this.#encode(entry));
      }
      this.close();
      this.#spilled = spilled;
    }
    this.#spilled?.settle();
  }

  *dump(): IterableIterator<ChangelogRecord> {
    if (this.#spilled !== undefined) yield* this.#spilled.dump();
    for (const entry of this.#entries()) {
      const key = unmatchedKey(entry.isLeft, entry.timestamp, entry.keyBytes);
      yield { key, value: this.#encode(entry), timestamp: entry.timestamp };
    }
  }

  saveTimes(): StoreTimes {
    return {};
  }

  restoreTimes(): void {}

  close(): void {
    this.#spilled?.close();
    this.#left = new Side();
    this.#right = new Side();
    this.#size = 0;
    this.#sizeBytes = 0;
    this.#dirty = [];
  }

  *#entries(): IterableIterator<Unmatched<K>> {
    for (const { index } of [this.#left, this.#right]) for (const ofKey of index.values()) yield* ofKey.values();
  }

  #first(spilled: SpilledUnmatched, isLeft: boolean): Unmatched<K> | undefined {
    const found = spilled.first(isLeft);
    if (found === undefined) return undefined;
    const entry = new Unmatched(isLeft, this.#keyOf(found.keyBytes), found.keyBytes, found.timestamp);
    entry.values = this.#decode(isLeft, found.rows);
    return entry;
  }

  #resize(entry: Unmatched<K>, sizeBytes: number): void {
    this.#sizeBytes += sizeBytes - entry.sizeBytes;
    entry.sizeBytes = sizeBytes;
  }

  #keyOf(bytes: Uint8Array): K {
    const key = this.#options.keySerde.deserialize(bytes);
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    return key;
  }

  #rowSerde(isLeft: boolean): Serde<unknown> {
    return isLeft ? this.#options.leftSerde : this.#options.rightSerde;
  }

  #decode(isLeft: boolean, rows: Uint8Array): unknown[] {
    const serde = this.#rowSerde(isLeft);
    const values: unknown[] = [];
    for (let offset = 0; offset < rows.length;) {
      const length = readUint32(rows, offset);
      values.push(serde.deserialize(rows.subarray(offset + 4, offset + 4 + length)));
      offset += 4 + length;
    }
    return values;
  }

  #entry(isLeft: boolean, key: K, timestamp: number): Unmatched<K> {
    const side = isLeft ? this.#left : this.#right;
    const id = this.#options.keys.id(key);
    let ofKey = side.index.get(id);
    if (ofKey === undefined) {
      ofKey = new Map();
      side.index.set(id, ofKey);
    }
    let entry = ofKey.get(timestamp);
    if (entry === undefined) {
      entry = new Unmatched(isLeft, key, this.#options.keySerde.serialize(key) ?? EMPTY_BYTES, timestamp);
      ofKey.set(timestamp, entry);
      side.heap.push(entry);
    }
    return entry;
  }

  #encode(entry: Unmatched<K>): Uint8Array {
    const serde = this.#rowSerde(entry.isLeft);
    const parts = entry.values.map((value) => serde.serialize(value) ?? EMPTY_BYTES);
    const bytes = new Uint8Array(parts.reduce((length, part) => length + 4 + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      writeInt32(bytes, offset, part.length);
      bytes.set(part, offset + 4);
      offset += 4 + part.length;
    }
    return bytes;
  }

  #note(entry: Unmatched<K>): void {
    if (!this.#context.notesChanges || entry.dirty) return;
    entry.dirty = true;
    this.#dirty.push(entry);
  }
}

function top<K>(side: Side<K>): Unmatched<K> | undefined {
  for (let entry = side.heap.peek(); entry !== undefined; entry = side.heap.peek()) {
    if (entry.values.length > 0) return entry;
    side.heap.pop();
  }
  return undefined;
}

function compareUnmatched<K>(a: Unmatched<K>, b: Unmatched<K>): number {
  return a.timestamp - b.timestamp || compareBytes(a.keyBytes, b.keyBytes);
}
