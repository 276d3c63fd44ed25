/** UTF-8 encoding of short texts. One scratch buffer is shared: the engine is single-threaded and nothing keeps it. */
const encoder = new TextEncoder();
const lenientDecoder = new TextDecoder('utf-8');
const strictDecoder = new TextDecoder('utf-8', { fatal: true });

let scratch = new Uint8Array(1 << 12);

export function encodeUtf8(text: string): Uint8Array {
  // a UTF-16 unit takes at most three bytes
  if (text.length * 3 > scratch.length) {
    if (text.length > 1 << 20) return encoder.encode(text);
    scratch = new Uint8Array(text.length * 4);
  }
  return scratch.slice(0, encoder.encodeInto(text, scratch).written);
}

/** Invalid sequences become U+FFFD, as `new String(bytes, UTF_8)` does. */
export function decodeUtf8(bytes: Uint8Array): string {
  return lenientDecoder.decode(bytes);
}

/** @throws TypeError when the bytes are not UTF-8 */
export function decodeUtf8Strictly(bytes: Uint8Array): string {
  return strictDecoder.decode(bytes);
}
