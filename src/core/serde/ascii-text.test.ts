import { expect, it } from 'vitest';
import { encodeUtf8 } from '../common/utf8.ts';
import { asciiText } from './ascii-text.ts';

it('reads texts of any length from any place', () => {
  const text = Array.from({ length: 127 }, (_, code) => String.fromCharCode(code)).join('');
  const bytes = encodeUtf8(text);
  for (let length = 0; length < 60; length++) {
    for (const start of [0, 1, 40]) expect(asciiText(bytes, start, length)).toBe(text.slice(start, start + length));
  }
});
