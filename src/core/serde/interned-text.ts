/**
 * Decodes short texts that come again and again, as keys do: a text that was seen lately is found by its bytes and handed out
 * again. That spares the decoder's call, which costs more than the bytes, and a string whose hash is known already is found
 * faster in a Map than a new one.
 *
 * A direct-mapped table: FNV-1a of the length, the first and the last bytes names the slot. A text takes it the second time that
 * it is seen: texts that never come again, as ids are, leave the table to others and die young. Only ASCII is kept, so
 * that comparing characters with bytes tells whether a slot holds the text.
 */
import { BackOff } from '../common/back-off.ts';
import { decodeUtf8 } from '../common/utf8.ts';
import { asciiText } from './ascii-text.ts';

const SLOTS = 1 << 16;
const LONGEST_BYTES = 40;
const HASHED_FIRST = 4;
const HASHED_LAST = 8;
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Of the texts in the slots, close together: a text that is not meant has long left the processor's cache. */
const hashes = new Int32Array(SLOTS);
const slots: string[] = new Array<string>(SLOTS).fill('');
/** Hashes of the texts that were seen last and did not take their slot. */
const seen = new Int32Array(SLOTS);

/** How often a text was found that came before. */
let hits = 0;

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
  if (hashes[slot] === hash) {
    const kept = slots[slot] as string;
    if (kept.length === length && hasBytes(kept, bytes, start)) {
      hits++;
      return kept;
    }
  }
  const text = decodeShort(bytes, start, end);
  if (text.length !== length) return text;
  if (seen[slot] === hash) {
    slots[slot] = text;
    hashes[slot] = hash;
  } else {
    seen[slot] = hash;
  }
  return text;
}

/** Without a look at what was read before. */
function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  let allBits = 0;
  for (let i = start; i < end; i++) allBits |= bytes[i] as number;
  return allBits >= 0x80 ? decodeUtf8(bytes.subarray(start, end)) : asciiText(bytes, start, end - start);
}

/** Of so many texts one has to come again, or no more are looked for. */
const WORTHWHILE = 8;
const WINDOW_TEXTS = 512;

/** Decodes the texts of one column, and stops looking for those that came before while they hardly ever do. */
export class TextDecoding {
  #found = 0;
  #looked = 0;
  readonly #backOff = new BackOff(WINDOW_TEXTS);

  /** The text of `bytes[start, end)`. Malformed bytes become U+FFFD. */
  decode(bytes: Uint8Array, start: number, end: number): string {
    if (end - start <= LONGEST_BYTES && this.#backOff.isOff()) return decodeShort(bytes, start, end);
    const before = hits;
    const text = decodeInterned(bytes, start, end);
    if (hits !== before) this.#found++;
    if (++this.#looked === WINDOW_TEXTS) this.#judge();
    return text;
  }

  #judge(): void {
    this.#backOff.judge(this.#found * WORTHWHILE >= WINDOW_TEXTS);
    this.#found = 0;
    this.#looked = 0;
  }
}

function hasBytes(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
