/**
 * The records of `__cluster_metadata`, from which the broker learns at start which topics there are. The record types are
 * KRaft's (KIP-631), their encoding is JSON so that they can be read in the page.
 */
import { WeirError } from '../common/errors.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import { RecordBatchBuilder } from '../log/record-batch-builder.ts';
import { decodeRecords } from '../log/record-columns.ts';
import type { TopicConfig } from './api.ts';

/** The newest layout of a workspace that this version reads. */
export const FORMAT_LEVEL = 1;

export type MetadataRecord =
  | { readonly type: 'FeatureLevelRecord'; readonly name: 'weir.format'; readonly level: number }
  | {
      readonly type: 'TopicRecord';
      readonly topic: string;
      readonly topicId: number;
      readonly partitions: number;
      readonly replicationFactor: number;
      readonly createdAtMs: number;
      readonly config: TopicConfig;
    }
  | { readonly type: 'PartitionsRecord'; readonly topicId: number; readonly partitions: number }
  | { readonly type: 'ConfigRecord'; readonly topicId: number; readonly config: TopicConfig }
  | { readonly type: 'RemoveTopicRecord'; readonly topicId: number }
  | { readonly type: 'ProducerIdsRecord'; readonly nextProducerId: number };

export function encodeMetadata(records: readonly MetadataRecord[], timestampMs: number): Uint8Array {
  const builder = new RecordBatchBuilder(1024);
  for (const record of records) builder.append(null, encodeUtf8(JSON.stringify(record)), timestampMs);
  return builder.build();
}

export function decodeMetadata(batch: Uint8Array): MetadataRecord[] {
  const columns = decodeRecords(batch);
  const records: MetadataRecord[] = [];
  for (let i = 0; i < columns.count; i++) {
    const value = columns.value(i);
    if (value === null) continue;
    try {
      records.push(JSON.parse(decodeUtf8(value)) as MetadataRecord);
    } catch (cause) {
      throw new WeirError('CORRUPT_BATCH', `The metadata record at offset ${columns.offset(i)} is not JSON.`, {
        cause,
      });
    }
  }
  return records;
}
