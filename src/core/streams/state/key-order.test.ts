import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../common/bytes.ts';
import { inKeyOrder } from './key-order.ts';

/** Keys that are hard to tell apart: long beginnings in common, and zeros where others have ended. */
const key = fc
  .tuple(
    fc.constantFrom([], [99, 117, 115], [99, 117, 115, 0, 0, 0, 0, 0]),
    fc.array(fc.constantFrom(0, 0, 1, 127, 128, 255), { maxLength: 9 }),
  )
  .map(([beginning, rest]) => Uint8Array.from([...beginning, ...rest]));

describe('the order of keys', () => {
  it('is that of comparing their bytes', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
        expect(inKeyOrder(keys, keys)).toEqual(keys.toSorted(compareBytes));
      }),
    );
  });

  it('is found where all keys are zeros', () => {
    const keys = Array.from({ length: 20 }, (_, i) => new Uint8Array((i * 7) % 20));
    expect(inKeyOrder(keys, keys).map(({ length }) => length)).toEqual(keys.map((_, i) => i));
  });
});
