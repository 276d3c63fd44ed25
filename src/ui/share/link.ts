/**
 * A script as a link: `#code/` and the UTF-8 text, deflated (RFC 1951) and in URL-safe Base64 without padding. The part
 * behind `#` never leaves the browser, so a link is shared without a server. What a link holds is a stranger's: reading
 * it is bounded and never runs anything.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';

/** More than this in a link is no script. It bounds what a few hostile bytes may swell to. */
export const MAX_SHARED_BYTES = 256 * 1024;
/** Beyond this, chats and mail programs cut links. */
export const LONG_LINK = 8_000;

const PREFIX = '#code/';

export type SharedText =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly reason: string };

/** The part of an address that holds the text. */
export function textToHash(text: string): string {
  const bytes = deflateSync(strToU8(text), { level: 9 });
  // In Latin-1 each byte is one character, which is what btoa wants.
  const base64 = btoa(strFromU8(bytes, true));
  return PREFIX + base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** What a hash holds; undefined when it is no `#code/` at all. */
export function hashToText(hash: string): SharedText | undefined {
  if (!hash.startsWith(PREFIX)) return undefined;
  const coded = hash.slice(PREFIX.length);
  if (coded.length > 2 * MAX_SHARED_BYTES) return { kind: 'unreadable', reason: 'It holds more than a script.' };
  if (coded === '') return { kind: 'unreadable', reason: 'It holds no text.' };
  try {
    const packed = strToU8(atob(coded.replaceAll('-', '+').replaceAll('_', '/')), true);
    // What does not fit is left out without a word: one byte of room more tells that there was more.
    const bytes = inflateSync(packed, { out: new Uint8Array(MAX_SHARED_BYTES + 1) });
    if (bytes.length > MAX_SHARED_BYTES) throw new Error('too long');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? { kind: 'unreadable', reason: 'It holds no text.' } : { kind: 'text', text };
  } catch {
    return {
      kind: 'unreadable',
      reason: 'It was cut short on its way, changed, or holds more than a script. Ask for it once more, as a file.',
    };
  }
}
