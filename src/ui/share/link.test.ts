import { deflateSync, strFromU8 } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashToText, MAX_SHARED_BYTES, textToHash } from './link.ts';

const urlSafe = (bytes: Uint8Array): string =>
  btoa(strFromU8(bytes, true)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

describe('a script as a link', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== ''),
        (text) => {
          const hash = textToHash(text);
          expect(hash).toMatch(/^#code\/[\w-]+$/);
          expect(hashToText(hash)).toEqual({ kind: 'text', text });
        },
      ),
    );
  });

  it('is shorter than a script of some length', () => {
    const sql = 'CREATE STREAM A AS SELECT * FROM B WHERE C > 1 EMIT CHANGES;\n'.repeat(20);
    expect(textToHash(sql).length).toBeLessThan(sql.length / 4);
  });

  it('never throws, whatever a link holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['text', 'unreadable']).toContain(hashToText(`#code/${text}`)?.kind);
      }),
    );
  });

  it('refuses a link that was cut, is empty, is no text, or swells beyond a script', () => {
    const whole = textToHash('SELECT * FROM ORDERS WHERE AMOUNT > 100 EMIT CHANGES;');
    const cut = whole.slice(0, -12);
    const noText = `#code/${urlSafe(deflateSync(new Uint8Array([0xff, 0xfe, 0xff])))}`;
    const bomb = `#code/${urlSafe(deflateSync(new Uint8Array(MAX_SHARED_BYTES + 1).fill(65), { level: 9 }))}`;
    for (const hash of [cut, '#code/', '#code/%%%', textToHash('  \n'), noText, bomb]) {
      expect(hashToText(hash)?.kind, hash.slice(0, 40)).toBe('unreadable');
    }
    expect(hashToText(textToHash('A'.repeat(MAX_SHARED_BYTES)))?.kind).toBe('text');
  });

  it('leaves other hashes alone', () => {
    expect([hashToText(''), hashToText('#lesson/flights'), hashToText('#example/funnel')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
