import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../common/utf8.ts';
import { decodeInterned, TextDecoding } from './interned-text.ts';

describe('interned texts', () => {
  it('are what the decoder reads, whatever was read before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('a', 'b', ''))),
        (texts) => {
          for (const text of texts) expect(decodeInterned(encodeUtf8(text))).toBe(decodeUtf8(encodeUtf8(text)));
        },
      ),
    );
  });

  it('keep malformed bytes apart', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4 })), (all) => {
        for (const bytes of all) expect(decodeInterned(bytes)).toBe(decodeUtf8(bytes));
      }),
    );
  });

  it('of a column are what the decoder reads, whether they come again or not', () => {
    const texts = new TextDecoding();
    const check = (text: string): void => {
      const bytes = encodeUtf8(`(${text})`);
      expect(texts.decode(bytes, 1, bytes.length - 1)).toBe(text);
    };
    for (let i = 0; i < 3_000; i++) check(`once ${i}`);
    for (let i = 0; i < 3_000; i++) check(i % 2 === 0 ? 'again' : 'wieder übrig');
    fc.assert(fc.property(fc.string({ maxLength: 60 }), check));
  });
});
