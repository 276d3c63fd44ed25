/**
 * ASCII bytes to a string. A call with so many arguments takes a third of the time of one through an array, and a quarter
 * of a TextDecoder's, whose call costs more than a short text's bytes. The text is flat: no part of a larger one.
 */

/** What a typed array gives at an index that is in range is a number. */
const text = String.fromCharCode as (...codes: readonly (number | undefined)[]) => string;
const LONGEST_BY_ARGUMENTS = 24;

/** The text of `bytes[start, start + length)`, all of which are below 0x80. */
export function asciiText(bytes: Uint8Array, start: number, length: number): string {
  if (length <= LONGEST_BY_ARGUMENTS) return shortText(bytes, start, length);
  const codes = new Array<number>(length);
  for (let i = 0; i < length; i++) codes[i] = bytes[start + i] as number;
  return String.fromCharCode.apply(undefined, codes);
}

// prettier-ignore
function shortText(b: Uint8Array, s: number, length: number): string {
  switch (length) {
    case 1: return text(b[s]);
    case 2: return text(b[s], b[s+1]);
    case 3: return text(b[s], b[s+1], b[s+2]);
    case 4: return text(b[s], b[s+1], b[s+2], b[s+3]);
    case 5: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4]);
    case 6: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5]);
    case 7: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6]);
    case 8: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7]);
    case 9: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8]);
    case 10: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9]);
    case 11: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10]);
    case 12: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11]);
    case 13: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12]);
    case 14: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13]);
    case 15: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14]);
    case 16: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15]);
    case 17: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16]);
    case 18: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16], b[s+17]);
    case 19: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16], b[s+17], b[s+18]);
    case 20: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16], b[s+17], b[s+18], b[s+19]);
    case 21: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16], b[s+17], b[s+18], b[s+19], b[s+20]);
    case 22: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16], b[s+17], b[s+18], b[s+19], b[s+20], b[s+21]);
    case 23: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16], b[s+17], b[s+18], b[s+19], b[s+20], b[s+21], b[s+22]);
    case 24: return text(b[s], b[s+1], b[s+2], b[s+3], b[s+4], b[s+5], b[s+6], b[s+7], b[s+8], b[s+9], b[s+10], b[s+11], b[s+12], b[s+13], b[s+14], b[s+15], b[s+16], b[s+17], b[s+18], b[s+19], b[s+20], b[s+21], b[s+22], b[s+23]);
    default: return '';
  }
}
