import { describe, expect, it } from 'vitest';
import { matches, parseKeys, type KeyEvent } from './keystroke.ts';

const event = (key: string, rest: Partial<KeyEvent> = {}): KeyEvent => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...rest,
});
const pressed = (keys: string, e: KeyEvent, isMac = false): boolean => matches(parseKeys(keys), e, isMac);

describe('keys', () => {
  it('takes Mod for Ctrl, and for Cmd on a Mac', () => {
    expect(pressed('Mod-K', event('k', { ctrlKey: true }))).toBe(true);
    expect(pressed('Mod-K', event('k', { metaKey: true }))).toBe(false);
    expect(pressed('Mod-K', event('k', { metaKey: true }), true)).toBe(true);
    expect(pressed('Mod-K', event('k'))).toBe(false);
  });

  it('tells keys apart by Shift, except for symbols that need it on some keyboards', () => {
    expect(pressed('Mod-Enter', event('Enter', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(pressed('Mod-Shift-Enter', event('Enter', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(pressed('?', event('?', { shiftKey: true }))).toBe(true);
    expect(pressed('.', event('.'))).toBe(true);
    expect(pressed('Space', event(' '))).toBe(true);
    expect(pressed('E', event('E', { shiftKey: true }))).toBe(false);
  });

  it('knows a letter with Alt by its place on the keyboard', () => {
    expect(pressed('Shift-Alt-F', event('Ï', { code: 'KeyF', altKey: true, shiftKey: true }))).toBe(true);
  });
});
