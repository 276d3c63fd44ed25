/** The codec against kafkajs, an independent implementation, both ways; and against itself on arbitrary records. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import { buildControlBatch, readControlType } from './control-record.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordBatchHeader, findBatchDefect } from './record-batch.ts';
import { decodeRecords } from './record-columns.ts';
import type { RecordHeader } from './record-header.ts';

interface KafkaJsRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | Buffer[]>;
}
interface KafkaJsBatch {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly lastOffsetDelta: number;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly records: readonly KafkaJsRecord[];
}
interface KafkaJsLong {
  fromValue(value: string | number): unknown;
}

const require = createRequire(import.meta.url);
const kafkaJs = 'kafkajs/src/protocol';
const KafkaJsDecoder = require(`${kafkaJs}/decoder`) as { new (buffer: Buffer): unknown };
const decodeWithKafkaJs = require(`${kafkaJs}/recordBatch/v0/decoder`) as (decoder: unknown) => Promise<KafkaJsBatch>;
const { RecordBatch: encodeWithKafkaJs } = require(`${kafkaJs}/recordBatch/v0`) as {
  RecordBatch: (batch: Record<string, unknown>) => Promise<{ readonly buffer: Buffer }>;
};
const kafkaJsRecord = require(`${kafkaJs}/recordBatch/record/v0`) as (record: Record<string, unknown>) => unknown;
const Long = require('kafkajs/src/utils/long') as KafkaJsLong;

interface TestRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
  readonly headers: readonly RecordHeader[];
}

const bytes = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 60, maxLength: 300 }));
const timestamps = fc.oneof(
  fc.integer({ min: 0, max: 4_102_444_800_000 }),
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
);
const records: fc.Arbitrary<readonly TestRecord[]> = fc.array(
  fc.record({
    key: fc.option(bytes),
    value: fc.option(bytes),
    timestampMs: timestamps,
    headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme', maxLength: 8 }), value: fc.option(bytes) }), {
      maxLength: 3,
    }),
  }),
  { minLength: 1, maxLength: 150 },
);

function build(list: readonly TestRecord[], options?: Parameters<RecordBatchBuilder['build']>[0]): Uint8Array {
  const builder = new RecordBatchBuilder(64);
  for (const { key, value, timestampMs, headers } of list) builder.append(key, value, timestampMs, headers);
  return builder.build(options);
}

function asKafkaJs(list: readonly TestRecord[]): readonly TestRecord[] {
  // kafkajs keeps headers in an object (so names must not be numbers, nor those of Object.prototype) and cannot encode null
  // header values.
  return list.map((record) => {
    const byName = new Map<string, Uint8Array>();
    for (const { key, value } of record.headers) byName.set(`h-${key}`, value ?? new Uint8Array());
    return { ...record, headers: [...byName].map(([key, value]) => ({ key, value })) };
  });
}

const buffer = (value: Uint8Array | null): Buffer | null => (value === null ? null : Buffer.from(value));

describe('record batch', () => {
  it('is read by kafkajs as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (generated) => {
        const list = asKafkaJs(generated);
        const producer = { producerId: 4_294_967_301, producerEpoch: 7, baseSequence: 12, isTransactional: true };
        const batch = build(list, { producer, baseOffset: 6_000_000_000 });
        const read = await decodeWithKafkaJs(new KafkaJsDecoder(Buffer.from(batch)));
        expect(read).toMatchObject({
          firstOffset: '6000000000',
          lastOffsetDelta: list.length - 1,
          inTransaction: true,
          isControlBatch: false,
          producerId: '4294967301',
          producerEpoch: 7,
          firstSequence: 12,
          maxTimestamp: String(Math.max(...list.map(({ timestampMs }) => timestampMs))),
        });
        expect(read.records.length).toBe(list.length);
        list.forEach((record, index) => {
          const found = read.records[index];
          expect(found?.offset).toBe(String(6_000_000_000 + index));
          expect(found?.timestamp).toBe(String(record.timestampMs));
          expect(found?.key).toEqual(buffer(record.key));
          expect(found?.value).toEqual(buffer(record.value));
          expect(Object.entries(found?.headers ?? {})).toEqual(
            record.headers.map(({ key, value }) => [key, buffer(value)]),
          );
        });
      }),
      { numRuns: 50 },
    );
  });

  it('has the very bytes that kafkajs writes', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (generated) => {
        const list = asKafkaJs(generated);
        const first = list[0]?.timestampMs ?? 0;
        const theirs = await encodeWithKafkaJs({
          firstOffset: Long.fromValue(0),
          firstTimestamp: first,
          maxTimestamp: Math.max(...list.map(({ timestampMs }) => timestampMs)),
          lastOffsetDelta: list.length - 1,
          producerId: Long.fromValue(9),
          producerEpoch: 3,
          firstSequence: 5,
          records: list.map(({ key, value, timestampMs, headers }, offsetDelta) =>
            kafkaJsRecord({
              offsetDelta,
              timestampDelta: timestampMs - first,
              key: buffer(key),
              value: buffer(value),
              headers: Object.fromEntries(headers.map((header) => [header.key, buffer(header.value)])),
            }),
          ),
        });
        const ours = build(list, { producer: { producerId: 9, producerEpoch: 3, baseSequence: 5 } });
        expect(Buffer.from(ours).equals(theirs.buffer)).toBe(true);
        expect(findBatchDefect(theirs.buffer)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it('gives back every record', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 0, max: 2 ** 50 }), (list, baseOffset) => {
        const batch = build(list, { baseOffset });
        expect(batch.byteLength).toBe(batch.buffer.byteLength);
        expect(findBatchDefect(batch)).toBeNull();
        const columns = decodeRecords(batch);
        expect(columns.count).toBe(list.length);
        let sizeBytes = 61;
        list.forEach((record, index) => {
          expect(columns.offset(index)).toBe(baseOffset + index);
          expect(columns.timestampMs(index)).toBe(record.timestampMs);
          expect(columns.key(index)).toEqual(record.key);
          expect(columns.value(index)).toEqual(record.value);
          expect(columns.headerCount(index)).toBe(record.headers.length);
          expect(columns.headers(index)).toEqual(
            record.headers.map(({ key, value }) => ({ key: decodeUtf8(encodeUtf8(key)), value })),
          );
          expect(columns.firstIndexAt(baseOffset + index)).toBe(index);
          sizeBytes += columns.sizeBytes(index);
        });
        expect(sizeBytes).toBe(batch.length);
        expect(columns.firstIndexAt(baseOffset + list.length)).toBe(list.length);
      }),
    );
  });

  it('is the same of records that were written in place', () => {
    fc.assert(
      fc.property(records, (list) => {
        const builder = new RecordBatchBuilder(64);
        for (const { key, value, timestampMs, headers } of list) {
          builder.begin(timestampMs).raw(new Uint8Array([1, 2, 3]));
          const out = builder.begin(timestampMs);
          if (key !== null) out.raw(key);
          builder.endKey(key !== null);
          for (const byte of value ?? []) out.byte(byte);
          const sizeBytes = builder.end(value !== null, headers);
          expect(sizeBytes).toBe((key?.length ?? 0) + (value?.length ?? 0));
        }
        expect(builder.build()).toEqual(build(list));
      }),
    );
  });

  it('notices every flipped bit that its checksum covers, and every missing byte', () => {
    const batch = build([{ key: encodeUtf8('k'), value: encodeUtf8('value'), timestampMs: 5, headers: [] }]);
    for (let at = 16; at < batch.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = batch.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        expect(findBatchDefect(damaged)?.kind).toBe('corrupt');
      }
    }
    for (let length = 0; length < batch.length; length++) {
      expect(findBatchDefect(batch.subarray(0, length))?.kind).toBe('torn');
    }
    const wrongLength = batch.slice();
    wrongLength[9] = 1;
    expect(findBatchDefect(wrongLength)?.kind).toBe('corrupt');
  });

  it('refuses records that do not add up, rather than reading past them', () => {
    const batch = build([
      { key: encodeUtf8('key'), value: encodeUtf8('value'), timestampMs: 5, headers: [] },
      { key: null, value: null, timestampMs: 6, headers: [{ key: 'h', value: null }] },
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 57, max: batch.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = batch.slice();
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        try {
          const columns = decodeRecords(damaged);
          for (let i = 0; i < columns.count; i++) {
            const value = columns.value(i);
            expect(value === null || value.byteOffset + value.length <= damaged.length).toBe(true);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'CORRUPT_BATCH' });
        }
      }),
    );
  });

  it('marks the end of a transaction', async () => {
    for (const type of ['commit', 'abort'] as const) {
      const marker = buildControlBatch(type, { producerId: 3, producerEpoch: 1 }, 77);
      expect(readControlType(marker)).toBe(type);
      const header = new RecordBatchHeader(marker);
      expect([header.isControl, header.isTransactional, header.producerId]).toEqual([true, true, 3]);
      expect(await decodeWithKafkaJs(new KafkaJsDecoder(Buffer.from(marker)))).toMatchObject({
        isControlBatch: true,
        inTransaction: true,
      });
    }
  });
});
