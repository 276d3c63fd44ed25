/** From fetched bytes to the records that a reader is to see. */
import type { AbortedTransaction, FetchedPartition } from '../broker/api.ts';
import { readControlType } from '../log/control-record.ts';
import { RecordBatchHeader } from '../log/record-batch.ts';
import { type RecordColumns, decodeRecords } from '../log/record-columns.ts';

/** The records `[from, records.count)` of a batch. */
export interface ConsumedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: RecordColumns;
  /** The first index to read: a batch may begin before the offset that was asked for. */
  readonly from: number;
}

/**
 * Decodes what was fetched from `offset` on. Leaves out transaction markers and, where the response names aborted
 * transactions, their records: a producer's records are skipped from where its aborted transaction begins to its marker.
 */
export function consumedBatches(fetched: FetchedPartition, offset: number): ConsumedBatch[] {
  const { topic, partition } = fetched;
  const aborted = new AbortedProducers(fetched.abortedTransactions);
  const consumed: ConsumedBatch[] = [];
  for (const bytes of fetched.batches) {
    const header = new RecordBatchHeader(bytes);
    if (!aborted.accepts(header)) continue;
    const records = decodeRecords(bytes);
    const from = records.firstIndexAt(offset);
    if (from < records.count) consumed.push({ topic, partition, records, from });
  }
  return consumed;
}

class AbortedProducers {
  readonly #upcoming: AbortedTransaction[];
  readonly #active = new Set<number>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#upcoming = aborted.toSorted((left, right) => left.firstOffset - right.firstOffset);
  }

  accepts(header: RecordBatchHeader): boolean {
    for (
      let next = this.#upcoming[0];
      next !== undefined && next.firstOffset <= header.lastOffset;
      next = this.#upcoming[0]
    ) {
      this.#active.add(next.producerId);
      this.#upcoming.shift();
    }
    if (header.isControl) {
      if (readControlType(header.bytes) === 'abort') this.#active.delete(header.producerId);
      return false;
    }
    return !(header.isTransactional && this.#active.has(header.producerId));
  }
}
