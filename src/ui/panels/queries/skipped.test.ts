import { expect, it } from 'vitest';
import { isExpected } from './skipped.ts';

it('tells what a query was asked to leave out from what it had to', () => {
  expect([isExpected('filtered'), isExpected('no-match'), isExpected('late')]).toEqual([true, true, false]);
});
