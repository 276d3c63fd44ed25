import { expect, it } from 'vitest';
import { BackOff } from './back-off.ts';

/** How often in a row it is left off. */
function pause(backOff: BackOff): number {
  let count = 0;
  while (backOff.isOff()) count++;
  return count;
}

it('leaves off longer each time that it does not pay, up to a bound, and from the start after it did', () => {
  const backOff = new BackOff(3);
  expect(pause(backOff)).toBe(0);
  const pauses = Array.from({ length: 8 }, () => {
    backOff.judge(false);
    return pause(backOff);
  });
  expect(pauses).toEqual([3, 6, 12, 24, 48, 96, 192, 192]);
  backOff.judge(true);
  expect(pause(backOff)).toBe(0);
  backOff.judge(false);
  expect(pause(backOff)).toBe(3);
});
