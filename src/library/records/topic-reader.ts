import { WeirError } from '../../core/common/errors.ts';
import type { Engine } from '../../core/ksql/engine/engine.ts';
import { decodeRecords } from '../../core/log/record-columns.ts';
import type { TopicRecord } from './topic-bridge.ts';

export interface StoredRecord extends TopicRecord {
  readonly partition: number;
  readonly offset: number;
}

/** Reads what was appended to topics since it last looked, partition by partition. */
export class TopicReader {
  /** By topic id and partition: a topic that was deleted and made again is another. */
  readonly #next = new Map<string, number>();

  /** @returns nothing when there is no such topic */
  async read(topic: string, { broker }: Engine): Promise<readonly StoredRecord[]> {
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
