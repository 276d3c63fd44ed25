/**
 * A script or a workspace as a link: `#code/` and the UTF-8 text, or `#workspace/` and its JSON, deflated (RFC 1951) and in
 * URL-safe Base64 without padding. The part behind `#` never leaves the browser, so a link is shared without a server.
 * What a link holds is a stranger's: reading it is bounded and never runs anything.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { readDocument, type WorkspaceDocument } from './document.ts';

/** More than this in a link is no script. It bounds what a few hostile bytes may swell to. */
export const MAX_SHARED_BYTES = 256 * 1024;
/** Of a workspace's JSON. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
/** Of a link to a workspace, in characters. Browsers take longer ones; nobody can pass them on. */
export const MAX_LINK = 32_000;
/** Beyond this, chats and mail programs cut links. */
export const LONG_LINK = 8_000;

const CODE = '#code/';
const WORKSPACE = '#workspace/';

interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}
export type SharedText = { readonly kind: 'text'; readonly text: string } | Unreadable;
export type SharedWorkspace = { readonly kind: 'workspace'; readonly document: WorkspaceDocument } | Unreadable;

function pack(text: string): string {
  const bytes = deflateSync(strToU8(text), { level: 9 });
  // In Latin-1 each byte is one character, which is what btoa wants.
  const base64 = btoa(strFromU8(bytes, true));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function unpack(coded: string, maxBytes: number): SharedText {
  if (coded.length > 2 * maxBytes) return { kind: 'unreadable', reason: 'It holds more than a link may.' };
  if (coded === '') return { kind: 'unreadable', reason: 'It holds no text.' };
  try {
    const packed = strToU8(atob(coded.replaceAll('-', '+').replaceAll('_', '/')), true);
    // What does not fit is left out without a word: one byte of room more tells that there was more.
    const bytes = inflateSync(packed, { out: new Uint8Array(maxBytes + 1) });
    if (bytes.length > maxBytes) throw new Error('too long');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? { kind: 'unreadable', reason: 'It holds no text.' } : { kind: 'text', text };
  } catch {
    return {
      kind: 'unreadable',
      reason: 'It was cut short on its way, changed, or holds more than a link may. Ask for it once more, as a file.',
    };
  }
}

/** The part of an address that holds the text. */
export const textToHash = (text: string): string => CODE + pack(text);

/** What a hash holds; undefined when it is no `#code/` at all. */
export function hashToText(hash: string): SharedText | undefined {
  return hash.startsWith(CODE) ? unpack(hash.slice(CODE.length), MAX_SHARED_BYTES) : undefined;
}

/** The part of an address that holds a workspace. */
export const documentToHash = (document: WorkspaceDocument): string => WORKSPACE + pack(JSON.stringify(document));

/** What a hash holds; undefined when it is no `#workspace/` at all. */
export function hashToDocument(hash: string): SharedWorkspace | undefined {
  if (!hash.startsWith(WORKSPACE)) return undefined;
  const shared = unpack(hash.slice(WORKSPACE.length), MAX_DOCUMENT_BYTES);
  if (shared.kind === 'unreadable') return shared;
  const document = readDocument(shared.text);
  return document === undefined
    ? { kind: 'unreadable', reason: 'What it holds is no workspace, or one of a newer Weir.' }
    : { kind: 'workspace', document };
}
