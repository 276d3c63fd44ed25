/**
 * A record's key has one colour in every view: FNV-1a of its text, folded to one of eight hues. The hash is of the
 * decoded text, not of the bytes, because a result row or a table row knows the former alone. A windowed key
 * (`SFO @ 2023-11-14T22:13:20.000Z`) has the colour of the key that it windows.
 */
export const KEY_HUES = 8;

const WINDOW_SUFFIX = / @ \d{4,}-\d\d-\d\dT[\d:.]+Z$/;

/** The key without the window that it is in, and without quotes: what is equal in all views. */
export function plainKey(text: string): string {
  const plain = text.replace(WINDOW_SUFFIX, '');
  return plain.length >= 2 && plain.startsWith('"') && plain.endsWith('"') ? plain.slice(1, -1) : plain;
}

export function keyHue(text: string): number {
  const plain = plainKey(text);
  let hash = 0x811c9dc5;
  for (let i = 0; i < plain.length; i++) {
    hash ^= plain.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  // The low bits of FNV are its weakest; fold the high half in before taking three of them.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return (hash >>> 0) % KEY_HUES;
}

/** The CSS colour of a key; a null key has none. */
export function keyColor(text: string | null): string {
  return text === null ? 'var(--fg-3)' : `var(--key-${keyHue(text)})`;
}
