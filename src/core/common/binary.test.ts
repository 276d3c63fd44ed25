import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareBytes,
  copyBytes,
  readInt16,
  readInt32,
  readInt64,
  writeInt16,
  writeInt32,
  writeInt64,
} from './bytes.ts';
import { crc32c } from './crc32c.ts';
import { LruCache } from './lru-cache.ts';
import { murmur2, partitionForKey } from './murmur2.ts';
import { Random } from './random.ts';
import { encodeUtf8 } from './utf8.ts';
import { VarintReader, sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts';

const require = createRequire(import.meta.url);
const kafkaJsMurmur2 = require('kafkajs/src/producer/partitioners/default/murmur2') as (key: Buffer) => number;
const kafkaJsCrc32c = require('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;

describe('crc32c', () => {
  it('gives the check values of RFC 3720', () => {
    expect(crc32c(encodeUtf8('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
  });

  it('agrees with kafkajs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), (bytes, start) => {
        expect(crc32c(bytes)).toBe(kafkaJsCrc32c(Buffer.from(bytes)) >>> 0);
        // from any place of a buffer
        const padded = new Uint8Array([...new Uint8Array(start), ...bytes, 1]);
        expect(crc32c(padded, start, start + bytes.length)).toBe(crc32c(bytes));
      }),
    );
  });
});

describe('murmur2', () => {
  it("gives the values of Kafka's own test", () => {
    const expected: Record<string, number> = {
      '21': -973932308,
      foobar: -790332482,
      'a-little-bit-long-string': -985981536,
      'a-little-bit-longer-string': -1486304829,
      lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
      abc: 479470107,
    };
    for (const [text, hash] of Object.entries(expected)) expect(murmur2(encodeUtf8(text))).toBe(hash);
  });

  it('agrees with kafkajs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (key, partitions) => {
        const theirs = kafkaJsMurmur2(Buffer.from(key));
        expect(murmur2(key)).toBe(theirs);
        expect(partitionForKey(key, partitions)).toBe((theirs & 0x7fffffff) % partitions);
      }),
    );
  });
});

describe('integers', () => {
  it('are read as they were written', () => {
    const bytes = new Uint8Array(8);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        writeInt64(bytes, 0, value);
        expect(readInt64(bytes, 0)).toBe(value);
        expect(new DataView(bytes.buffer).getBigInt64(0)).toBe(BigInt(value));
        writeInt32(bytes, 0, value | 0);
        expect(readInt32(bytes, 0)).toBe(value | 0);
        writeInt16(bytes, 0, (value << 16) >> 16);
        expect(readInt16(bytes, 0)).toBe((value << 16) >> 16);
      }),
    );
  });

  it('are read as they were written, at variable length', () => {
    const bytes = new Uint8Array(10);
    const limit = 2 ** 51;
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.integer({ min: -200, max: 200 })), (value) => {
        const end = writeVarint(bytes, 0, value);
        expect(end).toBe(sizeOfVarint(value));
        const reader = new VarintReader(bytes, 0);
        expect(reader.varint()).toBe(value);
        expect(reader.position).toBe(end);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.integer({ min: -limit, max: limit })), (value) => {
        const end = writeVarlong(bytes, 0, value);
        expect(end).toBe(sizeOfVarlong(value));
        const reader = new VarintReader(bytes, 0);
        expect(reader.varlong()).toBe(value);
        expect(reader.position).toBe(end);
        expect(reader.isMalformed).toBe(false);
      }),
    );
  });

  it('say when they do not end', () => {
    const reader = new VarintReader(new Uint8Array(12).fill(0xff), 0);
    reader.varint();
    expect(reader.isMalformed).toBe(true);
    const long = new VarintReader(new Uint8Array(12).fill(0xff), 0);
    long.varlong();
    expect(long.isMalformed).toBe(true);
  });
});

describe('bytes', () => {
  it('compare as unsigned numbers, the prefix first', () => {
    expect(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBeGreaterThan(0);
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(0);
  });

  it('are copied whatever their length', () => {
    for (const length of [0, 1, 24, 25, 500]) {
      const source = Uint8Array.from({ length }, (_, index) => index);
      const target = new Uint8Array(length + 2);
      copyBytes(source, target, 1);
      expect(target.subarray(1, length + 1)).toEqual(source);
      expect(target[length + 1]).toBe(0);
    }
  });
});

describe('LruCache', () => {
  it('drops what was used longest ago when its budget is exceeded', () => {
    const cache = new LruCache<string, number>(10);
    cache.set('a', 1, 4);
    cache.set('b', 2, 4);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3, 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    cache.set('d', 4, 11);
    expect([cache.get('d'), cache.cost, cache.size]).toEqual([undefined, 8, 2]);
    cache.set('a', 5, 1);
    cache.delete('c');
    expect([cache.get('a'), cache.cost]).toEqual([5, 1]);
  });
});

describe('Random', () => {
  it('gives the same numbers for the same seed, in all of its range', () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 1_000 }, () => random.nextInt(10));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(new Set(draw(1)).size).toBe(10);
    const random = new Random(3);
    const mean =
      Array.from({ length: 10_000 }, () => random.nextDouble()).reduce((sum, value) => sum + value, 0) / 10_000;
    expect(mean).toBeGreaterThan(0.48);
    expect(mean).toBeLessThan(0.52);
  });
});
