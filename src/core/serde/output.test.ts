/** What is written by hand, for speed, is what the platform writes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../common/utf8.ts';
import { doubleToString } from '../common/values/double-text.ts';
import { BinaryReader, BinaryWriter } from './binary.ts';
import { TextOutput } from '../common/text-output.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  // lone surrogates
  fc.array(fc.integer({ min: 0xd700, max: 0xe0ff })).map((codes) => String.fromCharCode(...codes)),
  // sizes around a varint's first and second byte
  fc
    .tuple(
      fc.constantFrom('a', 'é', '€'),
      fc.constantFrom(31, 32, 63, 64, 127, 128, 129, 5461, 5462, 8191, 8192, 16383, 16384),
    )
    .map(([letter, count]) => letter.repeat(count)),
);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
});
const integer = fc.oneof(fc.integer(), fc.maxSafeInteger(), int64);

function written(write: (out: TextOutput) => void): string {
  const out = new TextOutput();
  out.begin();
  write(out);
  return out.finishText();
}

describe('text', () => {
  it('has whole numbers as String has them', () => {
    fc.assert(
      fc.property(integer, (value) => {
        expect(written((out) => out.integer(value))).toBe(String(value));
      }),
    );
  });

  it('has doubles as Double.toString has them', () => {
    const amount = fc
      .tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 6 }))
      .map(([digits, scale]) => digits / 10 ** scale);
    const nearAmount = amount.map((value) => value + Number.EPSILON * value);
    const sum = fc.array(amount, { maxLength: 40 }).map((all) => all.reduce((total, one) => total + one / 100, 0));
    const inPlain = fc.double({ min: -1e7, max: 1e7, noNaN: true });
    // Short binary fractions: the digits can end half way between two.
    const tie = fc
      .tuple(fc.integer({ min: 0, max: 2 ** 27 }), fc.integer({ min: 4, max: 34 }))
      .map(([bits, scale]) => 16 + bits / 2 ** scale);
    const edges = fc.constantFrom(0, -0, 1e5, 99999.9999, 0.001, 0.0001, 1e7, 9999999.5, -100000.5, Infinity, NaN);
    fc.assert(
      fc.property(fc.oneof(amount, nearAmount, sum, inPlain, tie, fc.double(), edges), (value) => {
        expect(written((out) => out.double(value))).toBe(doubleToString(value));
      }),
      { numRuns: 3000 },
    );
  });

  it('has strings as JSON.stringify has them', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(written((out) => out.jsonString(value))).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe('binary data', () => {
  it('have texts with their size in UTF-8', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        const out = new BinaryWriter();
        out.begin();
        for (const item of texts) {
          out.sizedText(item);
          out.zigzagText(item);
        }
        const reader = new BinaryReader(out.finish());
        for (const item of texts) {
          const wellFormed = new TextDecoder('utf-8', { ignoreBOM: true }).decode(encodeUtf8(item));
          expect(reader.text(reader.varintUnsigned32())).toBe(wellFormed);
          expect(reader.text(reader.zigzag32())).toBe(wellFormed);
        }
        expect(reader.hasMore).toBe(false);
      }),
    );
  });

  it('have integers of 64 bits in every form', () => {
    fc.assert(
      fc.property(fc.array(integer), (values) => {
        const out = new BinaryWriter();
        out.begin();
        for (const value of values) {
          out.varint(value);
          out.zigzag(value);
          out.fixed64(value);
        }
        const reader = new BinaryReader(out.finish());
        for (const value of values)
          expect([reader.varint64(), reader.zigzag64(), reader.fixed64()]).toEqual([value, value, value]);
      }),
    );
  });

  it('nest with their sizes, whatever these are', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 127, 128, 300, 16_383, 16_384, 40_000), { maxLength: 6 }), (sizes) => {
        const out = new BinaryWriter();
        out.begin();
        const outer = out.beginSized();
        for (const size of sizes) {
          const inner = out.beginSized();
          out.raw(new Uint8Array(size).fill(7));
          out.endSized(inner);
        }
        out.endSized(outer);
        const reader = new BinaryReader(out.finish());
        const end = reader.enter(reader.varintUnsigned32());
        for (const size of sizes) {
          const bytes = reader.raw(reader.varintUnsigned32());
          expect([bytes.length, bytes.every((byte) => byte === 7)]).toEqual([size, true]);
        }
        expect(reader.hasMore).toBe(false);
        reader.leave(end);
        expect(reader.hasMore).toBe(false);
      }),
    );
  });
});
