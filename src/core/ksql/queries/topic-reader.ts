/** Reading topics record by record, for those who look at them from outside: assertions and tests. */
import { WeirError } from '../../common/errors.ts';
import type { BrokerApi } from '../../broker/api.ts';
import { decodeRecords } from '../../log/record-columns.ts';
import type { Header } from '../../streams/record.ts';

export interface StoredRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
  readonly headers: readonly Header[];
  readonly partition: number;
  readonly offset: number;
}

/** Reads what was appended to topics since it last looked, partition by partition. */
export class TopicReader {
  /** By topic id and partition: a topic that was deleted and made again is another. */
  readonly #next = new Map<string, number>();

  /** @returns nothing when there is no such topic */
  async read(topic: string, { broker }: { readonly broker: BrokerApi }): Promise<readonly StoredRecord[]> {
    if (!(await broker.listTopics()).some((known) => known.topic === topic)) return [];
    const [description] = await broker.describeTopics([topic]);
    const records: StoredRecord[] = [];
    for (const { partition, logStartOffset } of description?.partitions ?? []) {
      const place = `${description?.topicId ?? 0}/${partition}`;
      let offset = Math.max(this.#next.get(place) ?? 0, logStartOffset);
      for (;;) {
        const [fetched] = (await broker.fetch({ partitions: [{ topic, partition, offset }] })).partitions;
        if (fetched === undefined) break;
        if (fetched.error !== null) throw new WeirError(fetched.error.code, fetched.error.message);
        for (const bytes of fetched.batches) {
          const batch = decodeRecords(bytes);
          for (let i = batch.firstIndexAt(offset); i < batch.count; i++) {
            records.push({
              key: batch.key(i),
              value: batch.value(i),
              timestampMs: batch.timestampMs(i),
              partition,
              offset: batch.offset(i),
              headers: batch.headers(i),
            });
          }
        }
        if (fetched.nextOffset <= offset) break;
        offset = fetched.nextOffset;
      }
      this.#next.set(place, offset);
    }
    return records;
  }
}

/** Hands out the records of topics one after another. */
export class TopicCursor {
  readonly #reader = new TopicReader();
  /** By topic and partition, in offset order. */
  readonly #unread = new Map<string, Map<number, StoredRecord[]>>();

  /** The next record: of several partitions' the one with the smallest timestamp. Undefined when there is none yet. */
  async take(topic: string, source: { readonly broker: BrokerApi }): Promise<StoredRecord | undefined> {
    const queues = this.#unread.get(topic) ?? new Map<number, StoredRecord[]>();
    this.#unread.set(topic, queues);
    for (const record of await this.#reader.read(topic, source)) {
      const queue = queues.get(record.partition);
      if (queue === undefined) queues.set(record.partition, [record]);
      else queue.push(record);
    }
    let first: StoredRecord[] | undefined;
    for (const queue of queues.values()) {
      if (queue[0] !== undefined && queue[0].timestampMs < (first?.[0]?.timestampMs ?? Infinity)) first = queue;
    }
    return first?.shift();
  }
}
