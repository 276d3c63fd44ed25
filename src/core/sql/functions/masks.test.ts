import { describe, expect, it } from 'vitest';
import { maskFunctions } from './masks.ts';
import { caller } from './test-call.ts';

const call = caller(maskFunctions);

describe('masking', () => {
  it('masks by class of character', () => {
    expect(call('MASK', 'AbC#$123xy Z')).toBe('XxX--nnnxx-X');
    expect(call('MASK', 'Äß٣')).toBe('Xxn');
    expect(call('MASK', 'AbC1!', 'UU', null, '#', '*')).toBe('UbU#*');
    expect(call('MASK', null)).toBeNull();
  });

  it('masks one end or keeps it', () => {
    expect(call('MASK_LEFT', 'AbC123', 2)).toBe('XxC123');
    expect(call('MASK_RIGHT', 'AbC123', 2)).toBe('AbC1nn');
    expect(call('MASK_KEEP_LEFT', 'AbC123', 2)).toBe('AbXnnn');
    expect(call('MASK_KEEP_RIGHT', 'AbC123', 2)).toBe('XxXn23');
    for (const name of ['MASK_LEFT', 'MASK_RIGHT']) expect(call(name, 'Ab', 9)).toBe('Xx');
    for (const name of ['MASK_KEEP_LEFT', 'MASK_KEEP_RIGHT']) expect(call(name, 'Ab', 9)).toBe('Ab');
    expect(call('MASK_LEFT', 'AbC', 2, '1', '2', null, null)).toBe('12C');
    expect(call('MASK_LEFT', 'AbC', null)).toBeNull();
  });

  it('refuses a negative number of characters', () => {
    expect(() => call('MASK_LEFT', 'abc', -1)).toThrow('MASK_LEFT: the number of characters is -1');
  });
});
