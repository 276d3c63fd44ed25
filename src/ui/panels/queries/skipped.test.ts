import { describe, expect, it } from 'vitest';
import { isExpected, skipReason } from './skipped.ts';

describe('skipReason', () => {
  it('knows a reason however its words are joined', () => {
    expect(skipReason('no-match')).toBe(skipReason('noMatch'));
    expect(skipReason('nullKey').short).toBe('null key');
  });
  it('makes words of one that it does not know', () => {
    expect(skipReason('strange-thing').short).toBe('strange thing');
  });
  it('tells what a query was asked to leave out from what it had to', () => {
    expect([isExpected('filtered'), isExpected('no-match'), isExpected('late')]).toEqual([true, true, false]);
  });
});
