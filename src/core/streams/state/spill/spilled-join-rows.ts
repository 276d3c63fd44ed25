/**
 * The rows of a join's buffer in the scratch file. Entry: the number of the bucket of time (8 bytes), the key's length (4) and
 * bytes, the row's timestamp (8) and sequence number (4); the value's bytes. A look-up scans one stretch per bucket, in the
 * order of time; forgetting drops whole buckets, which are a prefix.
 */
import { EMPTY_BYTES, readInt64, readUint32 } from '../../../common/bytes.ts';
import { assert } from '../../../common/errors.ts';
import type { Serde } from '../../serde.ts';
import type { BufferedRow, JoinMatches, JoinRows, LogRow } from '../join-rows.ts';
import type { Spill, StoreSize } from '../store-builder.ts';
import { KeyWriter, LENGTH_BYTES, prefixEnd, TIME_BYTES } from './composite-key.ts';
import { LsmTree } from './lsm-tree.ts';

interface Options<K, V> {
  readonly name: string;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
}

const SUFFIX_BYTES = TIME_BYTES + LENGTH_BYTES;

export class SpilledJoinRows<K, V> implements JoinRows<K, V> {
  readonly isSpilled = true;
  readonly #options: Options<K, V>;
  readonly #bucketMs: number;
  readonly #tree: LsmTree;
  readonly #notesChanges: boolean;
  #count = 0;
  /** Since they were logged last. */
  #inserted: BufferedRow<K, V>[] = [];

  constructor(options: Options<K, V>, bucketMs: number, notesChanges: boolean, { pages, budgetBytes }: Spill) {
    this.#options = options;
    this.#bucketMs = bucketMs;
    this.#notesChanges = notesChanges;
    this.#tree = new LsmTree({ pages, memoryBytes: budgetBytes });
  }

  get count(): number {
    return this.#count;
  }

  insert(key: K, value: V, timestamp: number, sequence: number): void {
    this.insertLogged(key, value, timestamp, sequence);
    if (this.#notesChanges) this.#inserted.push({ key, value, timestamp, sequence });
  }

  insertLogged(key: K, value: V, timestamp: number, sequence: number): void {
    this.#tree.put(this.#treeKey(key, timestamp, sequence), this.#options.valueSerde.serialize(value) ?? EMPTY_BYTES);
    this.#count++;
  }

  has(key: K, timestamp: number, sequence: number): boolean {
    return this.#tree.get(this.#treeKey(key, timestamp, sequence)) !== undefined;
  }

  remove(key: K, timestamp: number, sequence: number): void {
    const treeKey = this.#treeKey(key, timestamp, sequence);
    if (this.#tree.get(treeKey) === undefined) return;
    this.#tree.delete(treeKey);
    this.#count--;
  }

  fetch(key: K, fromMs: number, toMs: number, out: JoinMatches<V>): void {
    out.count = 0;
    const keyBytes = this.#options.keySerde.serialize(key) ?? EMPTY_BYTES;
    const lastBucket = Math.floor(toMs / this.#bucketMs);
    for (let bucket = Math.floor(fromMs / this.#bucketMs); bucket <= lastBucket; bucket++) {
      const from = treeKeyOf(bucket, keyBytes, fromMs, 0);
      for (const entry of this.#tree.scan(from, prefixEnd(from.subarray(0, from.length - SUFFIX_BYTES)))) {
        const { value, timestamp } = this.#rowOf(entry.key, entry.value, key);
        if (timestamp > toMs) break;
        out.add(value, timestamp);
      }
    }
  }

  *all(): IterableIterator<BufferedRow<K, V>> {
    for (const { key, value } of this.#tree.scan(undefined, undefined)) yield this.#rowOf(key, value, this.#keyOf(key));
  }

  /** Drops the buckets before this one. */
  dropBefore(firstKept: number): void {
    const floor = new KeyWriter(TIME_BYTES).time(firstKept).bytes;
    for (const dropped = this.#tree.scan(undefined, floor); dropped.next().done !== true;) this.#count--;
    this.#tree.dropBefore(floor);
    this.#inserted = this.#inserted.filter(({ timestamp }) => Math.floor(timestamp / this.#bucketMs) >= firstKept);
  }

  size(): StoreSize {
    const { memoryBytes, spilledBytes } = this.#tree;
    return { entries: this.#count, memoryBytes, spilledBytes };
  }

  logInserted(log: LogRow<K, V>): void {
    for (const { key, value, timestamp, sequence } of this.#inserted) log(key, value, timestamp, sequence);
    this.#inserted = [];
  }

  settle(): void {
    this.#tree.settle();
  }

  close(): void {
    this.#tree.close();
    this.#inserted = [];
  }

  #treeKey(key: K, timestamp: number, sequence: number): Uint8Array {
    const keyBytes = this.#options.keySerde.serialize(key) ?? EMPTY_BYTES;
    return treeKeyOf(Math.floor(timestamp / this.#bucketMs), keyBytes, timestamp, sequence);
  }

  #keyOf(treeKey: Uint8Array): K {
    const start = TIME_BYTES + LENGTH_BYTES;
    const key = this.#options.keySerde.deserialize(treeKey.subarray(start, start + readUint32(treeKey, TIME_BYTES)));
    assert(key !== null, `an entry of ${this.#options.name} has a key`);
    return key;
  }

  #rowOf(treeKey: Uint8Array, stored: Uint8Array, key: K): BufferedRow<K, V> {
    const value = this.#options.valueSerde.deserialize(stored);
    assert(value !== null, `an entry of ${this.#options.name} has a value`);
    const at = treeKey.length - SUFFIX_BYTES;
    return { key, value, timestamp: readInt64(treeKey, at), sequence: readUint32(treeKey, at + TIME_BYTES) };
  }
}

function treeKeyOf(bucket: number, keyBytes: Uint8Array, timestamp: number, sequence: number): Uint8Array {
  return new KeyWriter(TIME_BYTES + LENGTH_BYTES + keyBytes.length + SUFFIX_BYTES)
    .time(bucket)
    .int32(keyBytes.length)
    .append(keyBytes)
    .time(timestamp)
    .int32(sequence).bytes;
}
