/**
 * The rows of a left or outer stream-stream join that have found no match yet (Kafka's shared outer-join store).
 *
 * They wait in two heaps, one per side, ordered by timestamp and then by the key's bytes; together they give Kafka's
 * order `(timestamp, side with right before left, key)`. A match removes all rows of its `(timestamp, side, key)` through an
 * index; the heap forgets them when they come up.
 *
 * Changelog record: timestamp (8 bytes), side (1 byte, 1 = left), key bytes; the value is the list of rows, each with its
 * length (4 bytes) before it.
 */
import { compareBytes, EMPTY_BYTES, readInt64, readUint32, writeInt32, writeInt64 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { Heap } from './sorted.ts';
import { newStoreMetrics, type ChangelogSink, type RuntimeStore, type StoreBuilder } from './store-builder.ts';

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
    build: (logging) => new OuterJoinStore({ ...options, logging: options.logging && logging }),
  };
}

export class Unmatched<K> {
  readonly isLeft: boolean;
  readonly key: K;
  readonly keyBytes: Uint8Array;
  readonly timestamp: number;
  values: unknown[];
  dirty = false;

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
  readonly #left = new Side<K>();
  readonly #right = new Side<K>();
  #size = 0;
  #dirty: Unmatched<K>[] = [];

  constructor(options: OuterJoinStoreOptions<K, V1, V2>) {
    this.name = options.name;
    this.#options = options;
  }

  put(isLeft: boolean, key: K, timestamp: number, value: unknown): void {
    this.metrics.puts++;
    const entry = this.#entry(isLeft, key, timestamp);
    entry.values.push(value);
    this.#size++;
    this.#note(entry);
  }

  /** Takes out what has found a match. */
  remove(isLeft: boolean, key: K, timestamp: number): void {
    const side = isLeft ? this.#left : this.#right;
    const id = this.#options.keys.id(key);
    const ofKey = side.index.get(id);
    const entry = ofKey?.get(timestamp);
    if (ofKey === undefined || entry === undefined) return;
    ofKey.delete(timestamp);
    if (ofKey.size === 0) side.index.delete(id);
    this.#size -= entry.values.length;
    entry.values = [];
    this.#note(entry);
  }

  /** The next row, in order, whose timestamp lies before its side's limit; it stays until removed. */
  peekBefore(leftLimitMs: number, rightLimitMs: number): Unmatched<K> | undefined {
    const left = top(this.#left);
    const right = top(this.#right);
    const closedLeft = left !== undefined && left.timestamp < leftLimitMs ? left : undefined;
    const closedRight = right !== undefined && right.timestamp < rightLimitMs ? right : undefined;
    if (closedLeft === undefined || closedRight === undefined) return closedLeft ?? closedRight;
    return closedLeft.timestamp < closedRight.timestamp ? closedLeft : closedRight;
  }

  approximateEntries(): number {
    return this.#size;
  }

  flush(sink: ChangelogSink): void {
    for (const entry of this.#dirty) {
      entry.dirty = false;
      const bytes = new Uint8Array(9 + entry.keyBytes.length);
      writeInt64(bytes, 0, entry.timestamp);
      bytes[8] = entry.isLeft ? 1 : 0;
      bytes.set(entry.keyBytes, 9);
      sink.write(bytes, entry.values.length === 0 ? null : this.#encode(entry), entry.timestamp);
    }
    this.#dirty = [];
  }

  restore(bytes: Uint8Array, valueBytes: Uint8Array | null): void {
    const { keySerde, leftSerde, rightSerde } = this.#options;
    const timestamp = readInt64(bytes, 0);
    const isLeft = bytes[8] === 1;
    const key = keySerde.deserialize(bytes.subarray(9));
    assert(key !== null, `a changelog record of ${this.name} has a key`);
    this.remove(isLeft, key, timestamp);
    if (valueBytes !== null) {
      const serde: Serde<unknown> = isLeft ? leftSerde : rightSerde;
      for (let offset = 0; offset < valueBytes.length;) {
        const length = readUint32(valueBytes, offset);
        this.put(isLeft, key, timestamp, serde.deserialize(valueBytes.subarray(offset + 4, offset + 4 + length)));
        offset += 4 + length;
      }
    }
    for (const entry of this.#dirty) entry.dirty = false;
    this.#dirty = [];
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
    const serde: Serde<unknown> = entry.isLeft ? this.#options.leftSerde : this.#options.rightSerde;
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
    if (!this.#options.logging || entry.dirty) return;
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
