import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangelogTrim } from './changelog-trim.ts';

const RETENTION_MS = 100;

describe('the trim of a changelog', () => {
  it('lets the records go whose entries are all forgotten', () => {
    const trim = new ChangelogTrim();
    trim.mark(10, { observedMs: 50, keptFromMs: 0 });
    trim.mark(20, { observedMs: 120, keptFromMs: 20 });
    expect(trim.take({ observedMs: 120, keptFromMs: 20 })).toBeUndefined();
    expect(trim.take({ observedMs: 151, keptFromMs: 51 })).toBe(10);
    expect(trim.take({ observedMs: 151, keptFromMs: 51 })).toBeUndefined();
    expect(trim.take({ observedMs: 500, keptFromMs: 400 })).toBe(20);
  });

  it('never lets one go that is needed, and keeps at most some retentions of records', () => {
    const commit = fc.record({ times: fc.array(fc.nat(RETENTION_MS), { maxLength: 5 }), step: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(commit, { maxLength: 60 }), (commits) => {
        const trim = new ChangelogTrim();
        const log: number[] = [];
        let [startOffset, observedMs] = [0, 0];
        for (const { times, step } of commits) {
          observedMs += step;
          for (const late of times) log.push(Math.max(0, observedMs - late));
          log.push(observedMs);
          const expiry = { observedMs, keptFromMs: observedMs - RETENTION_MS };
          trim.mark(log.length, expiry);
          startOffset = trim.take(expiry) ?? startOffset;
          for (const timeMs of log.slice(0, startOffset)) expect(timeMs).toBeLessThan(expiry.keptFromMs);
          for (const timeMs of log.slice(startOffset)) {
            expect(timeMs).toBeGreaterThanOrEqual(observedMs - 3 * RETENTION_MS);
          }
        }
      }),
    );
  });
});
