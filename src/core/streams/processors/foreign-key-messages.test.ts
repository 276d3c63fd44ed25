import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur2 } from '../../common/murmur2.ts';
import { TextOutput } from '../../common/text-output.ts';
import { hashOf, readRowHash, RowHash, sameHash } from '../row-hash.ts';
import type { Serde } from '../serde.ts';
import { text } from '../testing.ts';
import {
  INSTRUCTIONS,
  ResponseMessage,
  responseSerde,
  SubscriptionMessage,
  subscriptionSerde,
} from './foreign-key-messages.ts';

const HASH = new RowHash(1, -2, 0x7fffffff, 4);
const HASH_HEX = '00000001fffffffe7fffffff00000004';

describe('hashOf', () => {
  it('is murmur2 of the row behind the bytes 0 to 3', () => {
    fc.assert(
      fc.property(fc.string(), (row) => {
        const hash = hashOf(text, row);
        const bytes = text.serialize(row) ?? new Uint8Array(0);
        const expected = [0, 1, 2, 3].map((salt) => murmur2(Uint8Array.of(salt, ...bytes)));
        expect([hash?.a, hash?.b, hash?.c, hash?.d]).toEqual(expected);
      }),
    );
  });

  it('is null for no row, which is like no other', () => {
    expect(hashOf(text, null)).toBeNull();
    expect(sameHash(null, null)).toBe(true);
    expect(sameHash(null, hashOf(text, ''))).toBe(false);
    expect(sameHash(hashOf(text, 'a'), hashOf(text, 'a'))).toBe(true);
    expect(sameHash(hashOf(text, 'a'), hashOf(text, 'b'))).toBe(false);
  });

  it('reads back what it writes', () => {
    const out = new TextOutput();
    HASH.write(out);
    const bytes = out.finish();
    expect(Buffer.from(bytes).toString('hex')).toBe(HASH_HEX);
    expect(readRowHash(bytes, 0)).toEqual(HASH);
  });
});

describe('messages', () => {
  it("lie as in Kafka's wrappers", () => {
    const subscriptions = subscriptionSerde(text);
    expect(hex(subscriptions, new SubscriptionMessage(HASH, 'DELETE_KEY_AND_PROPAGATE', 'k', 3))).toBe(
      `0101${HASH_HEX}226b2200000003`,
    );
    expect(hex(subscriptions, new SubscriptionMessage(null, 'DELETE_KEY_NO_PROPAGATE', 'k', 3))).toBe(
      '8100226b2200000003',
    );
    const responses = responseSerde(text);
    expect(hex(responses, new ResponseMessage(HASH, 'v', 1))).toBe(`0101${HASH_HEX}22762200000001`);
    expect(hex(responses, new ResponseMessage<string>(null, null, 1))).toBe('810000000001');
  });

  const hash = fc.option(fc.constantFrom(HASH, new RowHash(0, 0, 0, 0)));

  it('subscriptions read back, alone and in batches', () => {
    const message = fc
      .tuple(hash, fc.constantFrom(...INSTRUCTIONS), fc.string(), fc.nat())
      .map((fields) => new SubscriptionMessage(...fields));
    fc.assert(fc.property(fc.array(fc.option(message)), (messages) => roundTrips(subscriptionSerde(text), messages)));
  });

  it('responses read back, alone and in batches', () => {
    const message = fc
      .tuple(hash, fc.option(fc.string()), fc.nat())
      .map((fields) => new ResponseMessage<string>(...fields));
    fc.assert(fc.property(fc.array(fc.option(message)), (messages) => roundTrips(responseSerde(text), messages)));
  });
});

function hex<T>(serde: Serde<T>, value: T): string {
  return Buffer.from(serde.serialize(value) ?? []).toString('hex');
}

function roundTrips<T>(serde: Serde<T>, messages: readonly (T | null)[]): void {
  const parts = messages.map((message) => (message === null ? null : (serde.serialize(message)?.slice() ?? null)));
  for (const [i, bytes] of parts.entries()) {
    if (bytes !== null) expect(serde.deserialize(bytes)).toEqual(messages[i]);
  }
  const lead = 3;
  const bytes = Uint8Array.from([...new Uint8Array(lead), ...parts.flatMap((part) => [...(part ?? [])])]);
  const lengths = Int32Array.from(parts, (part) => part?.length ?? -1);
  let at = lead;
  const starts = Int32Array.from(parts, (part) => (at += part?.length ?? 0) - (part?.length ?? 0));
  const out: unknown[] = [];
  const from = messages.length >> 1;
  serde.deserializeSpans?.({ bytes, starts, lengths }, from, messages.length, out as never[]);
  expect(out).toEqual(messages.slice(from));
}
