/**
 * Recently written and read batches of all partitions, within one budget of bytes. A batch is found by its base offset:
 * whoever reads a log front to back asks for exactly that offset next.
 */
import { LruCache } from '../common/lru-cache.ts';

export class BatchCache {
  readonly #batches: LruCache<string, Uint8Array>;

  constructor(budgetBytes: number) {
    this.#batches = new LruCache(budgetBytes);
  }

  get sizeBytes(): number {
    return this.#batches.cost;
  }

  get(topicId: number, partition: number, baseOffset: number): Uint8Array | undefined {
    return this.#batches.get(keyOf(topicId, partition, baseOffset));
  }

  set(topicId: number, partition: number, baseOffset: number, bytes: Uint8Array): void {
    this.#batches.set(keyOf(topicId, partition, baseOffset), bytes, bytes.length);
  }

  delete(topicId: number, partition: number, baseOffset: number): void {
    this.#batches.delete(keyOf(topicId, partition, baseOffset));
  }
}

function keyOf(topicId: number, partition: number, baseOffset: number): string {
  return `${topicId}/${partition}/${baseOffset}`;
}
