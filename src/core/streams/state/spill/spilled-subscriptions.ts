/**
 * Subscriptions in the scratch file. Entry: Kafka's combined key (length of the foreign key as 4 bytes, foreign key, primary
 * key), as in the changelog; the timestamp (8 bytes) and the subscription's bytes. Those of one foreign key lie together, in the order
 * of the primary keys' bytes.
 */
import { readInt64, readUint32 } from '../../../common/bytes.ts';
import type { ChangelogRecord, Spill, StoreSize } from '../store-builder.ts';
import { ChangeBuffer } from './change-buffer.ts';
import { LENGTH_BYTES, prefixEnd, stampValue, TIME_BYTES } from './composite-key.ts';
import { LsmTree } from './lsm-tree.ts';

export interface StoredSubscription {
  readonly primaryBytes: Uint8Array;
  readonly bytes: Uint8Array;
}

export class SpilledSubscriptions {
  readonly changes: ChangeBuffer;
  readonly #tree: LsmTree;
  #count = 0;

  constructor(notesChanges: boolean, { pages, budgetBytes }: Spill) {
    this.#tree = new LsmTree({ pages, memoryBytes: budgetBytes });
    this.changes = new ChangeBuffer(notesChanges);
  }

  get count(): number {
    return this.#count;
  }

  /** @returns whether anything changed. A null subscription is one that ends. */
  put(combinedKey: Uint8Array, subscription: Uint8Array | null, timestamp: number): boolean {
    const isPresent = this.#tree.get(combinedKey) !== undefined;
    if (subscription !== null) {
      this.#tree.put(combinedKey, stampValue(subscription, timestamp));
      if (!isPresent) this.#count++;
      return true;
    }
    if (!isPresent) return false;
    this.#tree.delete(combinedKey);
    this.#count--;
    return true;
  }

  /** @param prefix a combined key without a primary key */
  *of(prefix: Uint8Array): Generator<StoredSubscription> {
    for (const { key, value } of this.#tree.scan(prefix, prefixEnd(prefix))) {
      yield { primaryBytes: key.subarray(LENGTH_BYTES + readUint32(key, 0)), bytes: value.subarray(TIME_BYTES) };
    }
  }

  *dump(): IterableIterator<ChangelogRecord> {
    for (const { key, value } of this.#tree.scan(undefined, undefined)) {
      yield { key, value: value.subarray(TIME_BYTES), timestamp: readInt64(value, 0) };
    }
  }

  size(): StoreSize {
    const { memoryBytes, spilledBytes } = this.#tree;
    return { entries: this.#count, memoryBytes, spilledBytes };
  }

  settle(): void {
    this.#tree.settle();
  }

  close(): void {
    this.#tree.close();
  }
}
