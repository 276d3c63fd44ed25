import { describe, expect, it } from 'vitest';
import { keyColor, keyHue, KEY_HUES } from './key-color.ts';

describe('keyHue', () => {
  it('is the same for a key, its JSON text and its windows', () => {
    expect(keyHue('"SFO"')).toBe(keyHue('SFO'));
    expect(keyHue('SFO @ 2023-11-14T22:13:20.000Z')).toBe(keyHue('SFO'));
  });

  it('spreads keys over all hues evenly enough to tell neighbours apart', () => {
    const counts = new Array<number>(KEY_HUES).fill(0);
    for (let i = 0; i < 8000; i++) {
      const hue = keyHue(`key-${i}`);
      counts[hue] = (counts[hue] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });

  it('gives a null key no hue', () => {
    expect(keyColor(null)).toBe('var(--fg-3)');
    expect(keyColor('')).toMatch(/^var\(--key-\d\)$/);
  });
});
