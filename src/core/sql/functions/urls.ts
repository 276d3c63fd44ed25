/**
 * Functions of URLs, by the grammar of `java.net.URI` (RFC 2396 with RFC 2732's IPv6 addresses): a URL is
 * `scheme:`, then `//authority`, path, `?query` and `#fragment`, all but the path optional. Characters that have to be
 * escaped make it invalid; of other letters than ASCII's, all are allowed.
 */
import type { SqlFunction } from './function.ts';
import { functionFailed, quoted } from './failure.ts';
import { example, scalar, strict } from './signature.ts';

const CATEGORY = 'URL';

export const urlFunctions: readonly SqlFunction[] = [
  scalar(
    'URL_DECODE_PARAM',
    CATEGORY,
    'Decodes a URL parameter: %xx and + become the characters they stand for.',
    [example("URL_DECODE_PARAM('url%20encoded')", 'url encoded')],
    [strict('input STRING -> STRING', decodeParameter)],
  ),
  scalar(
    'URL_ENCODE_PARAM',
    CATEGORY,
    'Encodes a text so that it can be a URL parameter.',
    [example("URL_ENCODE_PARAM('url encoded')", 'url+encoded')],
    [strict('input STRING -> STRING', encodeParameter)],
  ),
  extract('URL_EXTRACT_FRAGMENT', 'fragment, which follows the #', 'STRING', 'first', (url) => decoded(url.fragment)),
  extract('URL_EXTRACT_HOST', 'host name', 'STRING', 'docs.example.com', (url) => url.host),
  scalar(
    'URL_EXTRACT_PARAMETER',
    CATEGORY,
    'Gives the value of a parameter in the query of a URL; NULL if it has no such parameter.',
    [example("URL_EXTRACT_PARAMETER('https://docs.example.com/?a=1&b=2', 'b')", '2')],
    [
      strict('input STRING, paramToFind STRING -> STRING', (input: string, name: string) =>
        parameter(parseUrl('URL_EXTRACT_PARAMETER', input).query, name),
      ),
    ],
  ),
  extract('URL_EXTRACT_PATH', 'path', 'STRING', '/guide', (url) => decoded(url.path)),
  extract('URL_EXTRACT_PORT', 'port', 'INT', '8080', (url) => url.port),
  extract('URL_EXTRACT_PROTOCOL', 'protocol', 'STRING', 'https', (url) => url.scheme),
  extract('URL_EXTRACT_QUERY', 'query, which follows the ?', 'STRING', 'a=1', (url) => decoded(url.query)),
];

function extract(
  name: string,
  part: string,
  type: string,
  result: string,
  get: (url: Url) => string | number | null,
): SqlFunction {
  return scalar(
    name,
    CATEGORY,
    `Gives the ${part} of a URL; NULL if it has none.`,
    [example(`${name}('https://docs.example.com:8080/guide?a=1#first')`, result)],
    [strict(`input STRING -> ${type}`, (input: string) => get(parseUrl(name, input)))],
  );
}

interface Url {
  readonly scheme: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Empty for a URL of another kind, such as `mailto:`, which has none. */
  readonly path: string | null;
  readonly query: string | null;
  readonly fragment: string | null;
}

/** RFC 3986, appendix B. */
const PARTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const ILLEGAL = /[\s"<>\\^`{|}\u0000-\u001f\u007f]|%(?![0-9A-Fa-f]{2})/;
const SERVER =
  /^(?:[^@]*@)?((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.%]+\])(?::(\d*))?$/;

function parseUrl(fn: string, text: string): Url {
  const match = PARTS.exec(text);
  const scheme = match?.[1];
  const path = match?.[3] ?? '';
  const invalid =
    match === null || ILLEGAL.test(text) || (scheme !== undefined && !SCHEME.test(scheme)) || text.endsWith(':');
  if (invalid) {
    throw functionFailed(fn, `${quoted(text)} is not a URL`, {
      hint: 'Escape with % what a URL may not contain, such as spaces; URL_ENCODE_PARAM does so.',
    });
  }
  if (scheme !== undefined && match[2] === undefined && !path.startsWith('/')) {
    return { scheme, host: null, port: null, path: null, query: null, fragment: match[5] ?? null };
  }
  const server = SERVER.exec(match[2] ?? '');
  const port = server?.[2] ?? '';
  return {
    scheme: scheme ?? null,
    host: server?.[1] ?? null,
    port: port === '' ? null : Number(port),
    path,
    query: match[4] ?? null,
    fragment: match[5] ?? null,
  };
}

/** The first value of that name; a parameter without `=` has an empty one. */
function parameter(query: string | null, name: string): string | null {
  for (const pair of (decoded(query) ?? '').split('&')) {
    const equals = pair.indexOf('=');
    if ((equals < 0 ? pair : pair.slice(0, equals)) === name && pair !== '')
      return equals < 0 ? '' : pair.slice(equals + 1);
  }
  return null;
}

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Every run of `%xx` as the UTF-8 that it is; what is no UTF-8 becomes U+FFFD. */
function decoded(part: string): string;
function decoded(part: string | null): string | null;
function decoded(part: string | null): string | null {
  if (part === null || !part.includes('%')) return part;
  return part.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = new Uint8Array(run.length / 3);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(run.slice(3 * i + 1, 3 * i + 3), 16);
    return utf8Decoder.decode(bytes);
  });
}

/** `application/x-www-form-urlencoded`, as `java.net.URLDecoder` reads it. */
function decodeParameter(text: string): string {
  const bad = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(text);
  if (bad !== null) {
    throw functionFailed('URL_DECODE_PARAM', `${quoted(bad[0])} in ${quoted(text)} is no escape`, {
      hint: 'Two hexadecimal digits follow a %.',
    });
  }
  return decoded(text.replaceAll('+', ' '));
}

const UNRESERVED = /^[A-Za-z0-9.*_-]$/;

/** As `com.google.common.net.UrlEscapers.urlFormParameterEscaper` writes it. */
function encodeParameter(text: string): string {
  let out = '';
  for (const char of text) {
    if (UNRESERVED.test(char)) out += char;
    else if (char === ' ') out += '+';
    else {
      for (const byte of utf8Encoder.encode(char)) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }
  }
  return out;
}
