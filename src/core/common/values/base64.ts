/** Base64 of RFC 4648, standard alphabet with padding: how BYTES stand in JSON, DELIMITED and on the screen. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const DIGITS = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) DIGITS[ALPHABET.charCodeAt(i)] = i;
const PAD = 61;

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  const wholeSize = bytes.length - (bytes.length % 3);
  for (let i = 0; i < wholeSize; i += 3) {
    const bits = (at(bytes, i) << 16) | (at(bytes, i + 1) << 8) | at(bytes, i + 2);
    text += digit(bits >> 18) + digit(bits >> 12) + digit(bits >> 6) + digit(bits);
  }
  if (bytes.length - wholeSize === 1) {
    const bits = at(bytes, wholeSize) << 16;
    text += `${digit(bits >> 18)}${digit(bits >> 12)}==`;
  } else if (bytes.length - wholeSize === 2) {
    const bits = (at(bytes, wholeSize) << 16) | (at(bytes, wholeSize + 1) << 8);
    text += `${digit(bits >> 18)}${digit(bits >> 12)}${digit(bits >> 6)}=`;
  }
  return text;
}

/** Undefined when the text is not padded base64. White space is not allowed. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const length = text.length;
  if (length % 4 !== 0) return undefined;
  let digits = length;
  while (digits > length - 2 && digits > 0 && text.charCodeAt(digits - 1) === PAD) digits--;
  const bytes = new Uint8Array((digits * 6) >> 3);
  let bits = 0;
  let bitCount = 0;
  let size = 0;
  for (let i = 0; i < digits; i++) {
    const value = DIGITS[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[size++] = (bits >> bitCount) & 0xff;
    }
  }
  return bytes;
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function digit(bits: number): string {
  return ALPHABET.charAt(bits & 63);
}
