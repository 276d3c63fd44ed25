/**
 * Parses many JSON texts in one go: their bytes are joined to one JSON array, which is decoded from UTF-8 and parsed
 * once. That is about twice as fast as one by one, as long as they are short; the larger they are, the less a call counts.
 *
 * Why the answer is the same as one by one, whatever the texts contain (`1,2` in one and `[1` and `2]` in two others
 * would add up to the right count):
 *
 * 1. Texts are separated by a comma and a newline. A raw newline cannot stand inside a JSON string, so when the whole
 *    parses, no string spans a separator.
 * 2. Every text starts with `{`, or every text starts with something that is neither `{` nor `[`; and the whole has no
 *    `[` but the first (in the second case no `{` either). So the innermost bracket that is open at a separator can
 *    only be the outer array's, or a `{` of a text of the first kind; but inside an object the text after a comma cannot
 *    start with `{`, and the whole would not parse.
 * 3. So every separator stands at the top level, every text gives at least one element, and if the number of elements is
 *    the number of texts, each gave one.
 *
 * Texts with arrays in them are checked by `isBalanced` instead, which walks their bytes. Texts that do not qualify, and
 * batches that do not parse, are left to the caller to parse one by one.
 */
const CHUNK_COUNT = 1024;
const CHUNK_BYTES = 1 << 20;
/** Texts that are larger at the average are parsed one by one. */
const SHORT_BYTES = 192;
const COMMA = 44;
const NEWLINE = 10;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const QUOTE = 34;
const BACKSLASH = 92;

export interface ParsedChunk {
  /** The text of the chunk, all values joined. */
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Of all parsers: nothing is awaited while one is at work. A program of many small engines has hundreds of them. */
let shared = new Uint8Array(0);
const LEAST_BYTES = 1 << 16;
const decoder = new TextDecoder('utf-8', { fatal: true });

export class JsonBatchParser {
  /** The end of the chunk that starts at `from`: bounded in count and in bytes. */
  chunkEnd(values: readonly (Uint8Array | null)[], from: number): number {
    let sizeBytes = 0;
    let i = from;
    const countEnd = Math.min(values.length, from + CHUNK_COUNT);
    for (; i < countEnd && (sizeBytes < CHUNK_BYTES || i === from); i++) sizeBytes += values[i]?.length ?? 0;
    return i;
  }

  /**
   * Parses `values[from, to)`. Null values are left out: the result has an element per value that is not null.
   * Undefined when the chunk does not qualify, does not parse, or would gain nothing.
   */
  parse(values: readonly (Uint8Array | null)[], from: number, to: number): ParsedChunk | undefined {
    let sizeBytes = 2;
    for (let i = from; i < to; i++) sizeBytes += (values[i]?.length ?? 0) + 2;
    if (sizeBytes > SHORT_BYTES * (to - from)) return undefined;
    if (shared.length < sizeBytes) shared = new Uint8Array(Math.max(LEAST_BYTES, sizeBytes * 2));
    const buffer = shared;
    let at = 0;
    let count = 0;
    let objects = 0;
    let scalars = 0;
    for (let i = from; i < to; i++) {
      const value = values[i];
      if (value === null || value === undefined) continue;
      const first = value[0];
      if (first === OPEN_OBJECT) objects++;
      else if (first !== OPEN_ARRAY && first !== undefined) scalars++;
      if (count > 0) {
        buffer[at++] = COMMA;
        buffer[at++] = NEWLINE;
      } else {
        buffer[at++] = OPEN_ARRAY;
      }
      buffer.set(value, at);
      at += value.length;
      count++;
    }
    if (count === 0) return { text: '', values: [] };
    buffer[at++] = CLOSE_ARRAY;

    try {
      const text = decoder.decode(buffer.subarray(0, at));
      const plain = text.indexOf('[', 1) < 0 && (objects === count || (scalars === count && text.indexOf('{') < 0));
      if (!plain && !allBalanced(values, from, to)) return undefined;
      const parsed: unknown = JSON.parse(text);
      return Array.isArray(parsed) && parsed.length === count ? { text, values: parsed } : undefined;
    } catch {
      // one of the texts is broken: the caller finds out which
      return undefined;
    }
  }
}

function allBalanced(values: readonly (Uint8Array | null)[], from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (value !== null && value !== undefined && !isBalanced(value)) return false;
  }
  return true;
}

/** What a byte means outside of strings: 0 nothing, otherwise one of the below. */
const MEANING = new Uint8Array(256);
const OPENS = 1;
const CLOSES = 2;
const SEPARATES = 3;
const QUOTES = 4;
MEANING[OPEN_OBJECT] = OPENS;
MEANING[OPEN_ARRAY] = OPENS;
MEANING[CLOSE_OBJECT] = CLOSES;
MEANING[CLOSE_ARRAY] = CLOSES;
MEANING[COMMA] = SEPARATES;
MEANING[QUOTE] = QUOTES;

/**
 * Whether the text's brackets close what they open, and no comma stands outside of them: it is one element of the
 * array that it is put into. Strings are skipped; kinds of brackets are left to the parser.
 */
export function isBalanced(text: Uint8Array): boolean {
  const size = text.length;
  let depth = 0;
  for (let i = 0; i < size; i++) {
    const meaning = MEANING[text[i] ?? 0] ?? 0;
    if (meaning === 0) continue;
    if (meaning === QUOTES) {
      for (i++; i < size; i++) {
        const c = text[i];
        if (c === QUOTE) break;
        if (c === BACKSLASH) i++;
      }
      if (i >= size) return false;
    } else if (meaning === OPENS) {
      depth++;
    } else if (meaning === CLOSES) {
      if (--depth < 0) return false;
    } else if (depth === 0) {
      return false;
    }
  }
  return depth === 0 && size > 0;
}
