/**
 * Decodes short texts that come again and again, as keys do: a text that was seen lately is found by its bytes and handed out
 * again. That spares the decoder's call, which costs more than the bytes, and a string whose hash is known already is found
 * faster in a Map than a new one.
 *
 * A direct-mapped table: FNV-1a of the length, the first and the last bytes names the slot, and the newer text takes it. Only
 * ASCII is kept, so that comparing characters with bytes tells whether a slot holds the text.
 */
import { decodeUtf8 } from '../common/utf8.ts';

const SLOTS = 1 << 16;
const LONGEST_BYTES = 40;
const HASHED_FIRST = 4;
const HASHED_LAST = 8;
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

const slots: string[] = new Array<string>(SLOTS).fill('');
/** For every length the characters of a text of it; an array, for `apply` is slow on bytes. */
const characters: readonly number[][] = Array.from({ length: LONGEST_BYTES + 1 }, (_, size) =>
  new Array<number>(size).fill(0),
);

/** The text of `bytes[start, end)`. Malformed bytes become U+FFFD. */
export function decodeInterned(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  const length = end - start;
  if (length > LONGEST_BYTES) return decodeUtf8(bytes.subarray(start, end));
  let hash = Math.imul(FNV_OFFSET ^ length, FNV_PRIME);
  const firstEnd = length > HASHED_FIRST + HASHED_LAST ? start + HASHED_FIRST : start;
  for (let i = start; i < firstEnd; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  const lastStart = length > HASHED_FIRST + HASHED_LAST ? end - HASHED_LAST : start;
  for (let i = lastStart; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const kept = slots[slot] as string;
  if (kept.length === length && hasBytes(kept, bytes, start)) return kept;
  const codes = characters[length] as number[];
  let allBits = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i] as number;
    codes[i] = byte;
    allBits |= byte;
  }
  if (allBits >= 0x80) return decodeUtf8(bytes.subarray(start, end));
  const text = String.fromCharCode.apply(undefined, codes);
  slots[slot] = text;
  return text;
}

function hasBytes(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
