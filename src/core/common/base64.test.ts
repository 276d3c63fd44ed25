import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from './base64.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('base64', () => {
  it('encodes the vectors of RFC 4648', () => {
    const vectors = {
      '': '',
      f: 'Zg==',
      fo: 'Zm8=',
      foo: 'Zm9v',
      foob: 'Zm9vYg==',
      fooba: 'Zm9vYmE=',
      foobar: 'Zm9vYmFy',
    };
    for (const [text, encoded] of Object.entries(vectors)) {
      expect(encodeBase64(bytes(text))).toBe(encoded);
      expect(decodeBase64(encoded)).toEqual(bytes(text));
    }
  });

  it('accepts a missing padding and refuses what is not base64', () => {
    expect(decodeBase64('Zm9vYg')).toEqual(bytes('foob'));
    for (const bad of ['Z', 'Zm9v\n', 'Zm9-', 'Zg=', 'Zg===', '=', '====', 'Zm9vé', 'Z=g=']) {
      expect(decodeBase64(bad), bad).toBeUndefined();
    }
  });

  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (b) => {
        expect(decodeBase64(encodeBase64(b))).toEqual(new Uint8Array(b));
      }),
    );
  });
});

describe('hexadecimal', () => {
  it('gives back any bytes, from either case', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (b) => {
        const text = encodeHex(b);
        expect(decodeHex(text)).toEqual(new Uint8Array(b));
        expect(decodeHex(text.toUpperCase())).toEqual(new Uint8Array(b));
      }),
    );
  });

  it('refuses odd lengths and other characters', () => {
    for (const bad of ['1', 'abc', '0g', 'é0', '0x10']) expect(decodeHex(bad), bad).toBeUndefined();
  });
});
