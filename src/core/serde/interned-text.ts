/**
 * Decodes short texts that come again and again, as keys do: a text that was seen lately is found by its bytes and handed out
 * again. That spares the decoder's call, which costs more than the bytes, and a string whose hash is known already is found
 * faster in a Map than a new one.
 *
 * A direct-mapped table: FNV-1a of the bytes names the slot, and the newer text takes it. Only ASCII is kept, so that
 * comparing characters with bytes tells whether a slot holds the text.
 */
import { decodeUtf8 } from '../common/utf8.ts';

const SLOTS = 1 << 14;
const LONGEST_BYTES = 40;
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

const slots: string[] = new Array<string>(SLOTS).fill('');

/** Malformed bytes become U+FFFD. */
export function decodeInterned(bytes: Uint8Array): string {
  const length = bytes.length;
  if (length > LONGEST_BYTES) return decodeUtf8(bytes);
  let hash = FNV_OFFSET;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const kept = slots[slot] as string;
  if (kept.length === length && hasBytes(kept, bytes)) return kept;
  const text = decodeUtf8(bytes);
  // A character per byte: ASCII, or malformed bytes, which no comparison will find.
  if (text.length === length) slots[slot] = text;
  return text;
}

function hasBytes(text: string, bytes: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[i]) return false;
  return true;
}
