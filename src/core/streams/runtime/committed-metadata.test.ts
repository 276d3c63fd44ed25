import { describe, expect, it } from 'vitest';
import { encodeMetadata, mergeTimes, requireLayouts } from './committed-metadata.ts';

describe('the metadata of committed offsets', () => {
  it('gives the latest of several partitions’ times', () => {
    const earlier = encodeMetadata({ a: { streamTimeMs: 5 }, b: { streamTimeMs: 9 } }, []);
    const later = encodeMetadata({ a: { streamTimeMs: 7, lastCloseMs: 1 } }, []);
    expect(mergeTimes([later, '', earlier])).toEqual({
      a: { streamTimeMs: 7, lastCloseMs: 1 },
      b: { streamTimeMs: 9 },
    });
  });

  it('passes over what is not of a task’s commit', () => {
    expect(mergeTimes(['', 'mine', '{"v":2,"times":{"a":{"streamTimeMs":1}}}'])).toEqual({});
    expect(() => requireLayouts('', [{ name: 's', layoutVersion: 2 }])).not.toThrow();
  });

  it('refuses stores that were written in an earlier or a newer layout', () => {
    const first = encodeMetadata({}, [{ name: 's' }]);
    const second = encodeMetadata({}, [{ name: 's', layoutVersion: 2 }]);
    expect(() => requireLayouts(second, [{ name: 's', layoutVersion: 2 }])).not.toThrow();
    expect(() => requireLayouts(first, [{ name: 's', layoutVersion: 2 }])).toThrow(
      /The state s was written by an earlier version/,
    );
    expect(() => requireLayouts(second, [{ name: 's' }])).toThrow(/The state s was written by a newer version/);
  });
});
