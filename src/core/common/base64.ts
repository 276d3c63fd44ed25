/**
 * Base64 (RFC 4648, section 4) and hexadecimal (section 8) text of bytes.
 *
 * Written out because neither is in the language on every runtime that Weir supports, and because decoding has to
 * accept exactly what Java's basic decoder accepts: padding may be left out, white space and the URL alphabet may not
 * appear, and stray bits after the last byte are ignored.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;
const INVALID = 0xff;

const ENCODE = new Uint8Array(64);
const DECODE = new Uint8Array(256).fill(INVALID);
for (let i = 0; i < 64; i++) {
  ENCODE[i] = ALPHABET.charCodeAt(i);
  DECODE[ALPHABET.charCodeAt(i)] = i;
}

const latin1 = new TextDecoder('latin1');

/** The bytes in base64, padded, without line breaks. */
export function encodeBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  const whole = bytes.length - (bytes.length % 3);
  let at = 0;
  for (let i = 0; i < whole; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at++] = ENCODE[bits >> 18] ?? 0;
    out[at++] = ENCODE[(bits >> 12) & 63] ?? 0;
    out[at++] = ENCODE[(bits >> 6) & 63] ?? 0;
    out[at++] = ENCODE[bits & 63] ?? 0;
  }
  if (whole < bytes.length) {
    const two = bytes.length - whole === 2;
    const bits = ((bytes[whole] ?? 0) << 16) | (two ? (bytes[whole + 1] ?? 0) << 8 : 0);
    out[at++] = ENCODE[bits >> 18] ?? 0;
    out[at++] = ENCODE[(bits >> 12) & 63] ?? 0;
    out[at++] = two ? (ENCODE[(bits >> 6) & 63] ?? 0) : PAD;
    out[at] = PAD;
  }
  return latin1.decode(out);
}

/** The bytes that the base64 text stands for; `undefined` if it is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let length = text.length;
  if (length % 4 === 0 && length > 0 && text.charCodeAt(length - 1) === PAD) {
    length -= text.charCodeAt(length - 2) === PAD ? 2 : 1;
  }
  const tail = length % 4;
  if (tail === 1) return undefined;
  const out = new Uint8Array((length >> 2) * 3 + (tail === 0 ? 0 : tail - 1));
  let at = 0;
  let bits = 0;
  for (let i = 0; i < length; i++) {
    const digit = DECODE[text.charCodeAt(i)] ?? INVALID;
    if (digit === INVALID) return undefined;
    bits = (bits << 6) | digit;
    if ((i & 3) === 3) {
      out[at++] = bits >> 16;
      out[at++] = bits >> 8;
      out[at++] = bits;
      bits = 0;
    }
  }
  if (tail === 2) out[at] = bits >> 4;
  if (tail === 3) {
    out[at++] = bits >> 10;
    out[at] = bits >> 2;
  }
  return out;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The bytes in lower-case hexadecimal digits. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** The bytes that an even number of hexadecimal digits stands for; `undefined` for any other text. */
export function decodeHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0) return undefined;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    const high = hexDigit(text.charCodeAt(2 * i));
    const low = hexDigit(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return undefined;
    out[i] = (high << 4) | low;
  }
  return out;
}
