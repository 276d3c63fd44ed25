/**
 * A key-value store in the scratch file. Entry: the key's bytes; the timestamp (8 bytes) and the value's bytes. `all` goes in
 * the order of the keys' bytes.
 */
import { EMPTY_BYTES, readInt64 } from '../../../common/bytes.ts';
import { assert } from '../../../common/errors.ts';
import type { ValueAndTimestamp } from '../../record.ts';
import type { KeyAdapter, Serde } from '../../serde.ts';
import type { KeyValueEntry } from '../store.ts';
import type { ChangelogRecord, ChangelogSink, Spill, StoreSize } from '../store-builder.ts';
import { ChangeBuffer } from './change-buffer.ts';
import { stampValue, TIME_BYTES } from './composite-key.ts';
import { LsmTree } from './lsm-tree.ts';
import { sortedRange } from '../sorted.ts';

interface Options<K, V> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
}

export class SpilledKeyValueStore<K, V> {
  readonly name: string;
  readonly kind = 'key-value';
  readonly isSpilled = true;
  readonly isOfObjects = false;
  readonly #options: Options<K, V>;
  readonly #tree: LsmTree;
  readonly #changes: ChangeBuffer;
  #entries = 0;

  constructor(options: Options<K, V>, notesChanges: boolean, { pages, budgetBytes }: Spill) {
    this.name = options.name;
    this.#options = options;
    this.#tree = new LsmTree({ pages, memoryBytes: budgetBytes });
    this.#changes = new ChangeBuffer(notesChanges);
  }

  get(key: K): ValueAndTimestamp<V> | undefined {
    const stored = this.#tree.get(this.#options.keySerde.serialize(key) ?? EMPTY_BYTES);
    return stored === undefined ? undefined : this.#valueOf(stored);
  }

  put(key: K, value: V | null, timestamp: number): void {
    const { keySerde, valueSerde } = this.#options;
    const keyBytes = keySerde.serialize(key) ?? EMPTY_BYTES;
    const valueBytes = value === null ? null : (valueSerde.serialize(value) ?? EMPTY_BYTES);
    if (this.#write(keyBytes, valueBytes, timestamp)) this.#changes.note(keyBytes, valueBytes, timestamp);
  }

  *all(): IterableIterator<KeyValueEntry<K, V>> {
    for (const { key, value } of this.#tree.scan(undefined, undefined)) yield this.#entryOf(key, value);
  }

  range(from: K | undefined, to: K | undefined): IterableIterator<KeyValueEntry<K, V>> {
    const { keys } = this.#options;
    assert(keys.compare !== undefined, `the keys of store ${this.name} have an order`);
    return sortedRange(this.all(), (a, b) => keys.compare?.(a, b) ?? 0, from, to).values();
  }

  approximateEntries(): number {
    return this.#entries;
  }

  size(): StoreSize {
    const { memoryBytes, spilledBytes } = this.#tree;
    return { entries: this.#entries, memoryBytes, spilledBytes };
  }

  flush(sink: ChangelogSink): void {
    this.#changes.flush(sink);
  }

  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.#write(key.slice(), value, timestamp);
  }

  settle(): void {
    this.#tree.settle();
  }

  *dump(): IterableIterator<ChangelogRecord> {
    for (const { key, value } of this.#tree.scan(undefined, undefined)) {
      yield { key, value: value.subarray(TIME_BYTES), timestamp: readInt64(value, 0) };
    }
  }

  close(): void {
    this.#tree.close();
  }

  /** @returns whether anything changed */
  #write(key: Uint8Array, value: Uint8Array | null, timestamp: number): boolean {
    const isPresent = this.#tree.get(key) !== undefined;
    if (value !== null) {
      this.#tree.put(key, stampValue(value, timestamp));
      if (!isPresent) this.#entries++;
      return true;
    }
    if (!isPresent) return false;
    this.#tree.delete(key);
    this.#entries--;
    return true;
  }

  #valueOf(stored: Uint8Array): ValueAndTimestamp<V> {
    const value = this.#options.valueSerde.deserialize(stored.subarray(TIME_BYTES));
    assert(value !== null, `an entry of ${this.name} has a value`);
    return { value, timestamp: readInt64(stored, 0) };
  }

  #entryOf(keyBytes: Uint8Array, stored: Uint8Array): KeyValueEntry<K, V> {
    const key = this.#options.keySerde.deserialize(keyBytes);
    assert(key !== null, `an entry of ${this.name} has a key`);
    return { key, ...this.#valueOf(stored) };
  }
}
