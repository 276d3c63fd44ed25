/**
 * What the members of a consumer group tell each other through the coordinator, in Kafka's layout (`ConsumerProtocol`; big
 * endian, strings with an int16 length):
 *
 *     subscription  version int16 = 0 | topics: count int32, string* | userData: length int32 (-1: none), bytes
 *     assignment    version int16 = 0 | topics: count int32, { topic string | partitions: count int32, int32* }* | userData
 */
import type { TopicPartition } from '../broker/api.ts';
import { EMPTY_BYTES, readInt16, readInt32, writeInt16, writeInt32 } from '../common/bytes.ts';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';

export function encodeSubscription(topics: readonly string[], userData: Uint8Array = EMPTY_BYTES): Uint8Array {
  const writer = new Writer();
  writer.int16(0);
  writer.int32(topics.length);
  for (const topic of topics) writer.string(topic);
  writer.bytes(userData);
  return writer.finish();
}

export function decodeSubscription(bytes: Uint8Array): { readonly topics: string[]; readonly userData: Uint8Array } {
  const reader = new Reader(bytes, 2);
  const topics: string[] = [];
  for (let left = reader.int32(); left > 0; left--) topics.push(reader.string());
  return { topics, userData: reader.bytesField() };
}

export function encodeAssignment(
  partitions: readonly TopicPartition[],
  userData: Uint8Array = EMPTY_BYTES,
): Uint8Array {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const ofTopic = byTopic.get(topic);
    if (ofTopic === undefined) byTopic.set(topic, [partition]);
    else ofTopic.push(partition);
  }
  const writer = new Writer();
  writer.int16(0);
  writer.int32(byTopic.size);
  for (const [topic, ofTopic] of byTopic) {
    writer.string(topic);
    writer.int32(ofTopic.length);
    for (const partition of ofTopic) writer.int32(partition);
  }
  writer.bytes(userData);
  return writer.finish();
}

/** A member that got nothing may have been given no bytes at all. */
export function decodeAssignment(bytes: Uint8Array): {
  readonly partitions: TopicPartition[];
  readonly userData: Uint8Array;
} {
  const partitions: TopicPartition[] = [];
  if (bytes.length === 0) return { partitions, userData: EMPTY_BYTES };
  const reader = new Reader(bytes, 2);
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.string();
    for (let left = reader.int32(); left > 0; left--) partitions.push({ topic, partition: reader.int32() });
  }
  return { partitions, userData: reader.bytesField() };
}

class Writer {
  readonly #bytes: number[] = [];

  int16(value: number): void {
    const part = new Uint8Array(2);
    writeInt16(part, 0, value);
    this.#bytes.push(...part);
  }

  int32(value: number): void {
    const part = new Uint8Array(4);
    writeInt32(part, 0, value);
    this.#bytes.push(...part);
  }

  string(text: string): void {
    const encoded = encodeUtf8(text);
    this.int16(encoded.length);
    this.#bytes.push(...encoded);
  }

  bytes(value: Uint8Array): void {
    this.int32(value.length);
    for (const byte of value) this.#bytes.push(byte);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  int32(): number {
    this.#at += 4;
    return readInt32(this.#bytes, this.#at - 4);
  }

  string(): string {
    const length = readInt16(this.#bytes, this.#at);
    const start = this.#at + 2;
    this.#at = start + length;
    return decodeUtf8(this.#bytes.subarray(start, this.#at));
  }

  bytesField(): Uint8Array {
    const length = this.#at + 4 <= this.#bytes.length ? this.int32() : -1;
    return length <= 0 ? EMPTY_BYTES : this.#bytes.slice(this.#at, this.#at + length);
  }
}
