import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ring } from './ring.ts';

describe('Ring', () => {
  it('keeps the newest items, newest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer()), (capacity, items) => {
        const ring = new Ring<number>(capacity);
        for (const item of items) ring.push(item);
        expect(ring.toArray()).toEqual(items.slice(-capacity).reverse());
        expect(ring.size).toBe(Math.min(capacity, items.length));
      }),
    );
  });

  it('has nothing beyond its ends', () => {
    const ring = new Ring<string>(2);
    expect(ring.newest(0)).toBeUndefined();
    ring.push('a');
    expect(ring.newest(-1)).toBeUndefined();
    expect(ring.newest(1)).toBeUndefined();
  });
});
