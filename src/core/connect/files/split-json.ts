/**
 * Cuts a JSON array, or newline-delimited JSON, into its elements while the text is still coming in: bytes of one element
 * at most are held back. It tracks strings and nesting only; whether an element is valid is its parser's business.
 *
 * An element that is broken must not take those behind it along. Inside of an object another can only begin behind a colon,
 * a comma or a bracket; where one begins behind anything else the element before it was never closed, and ends there. A line
 * break ends a string, for JSON has none inside of them.
 */
export interface JsonPiece {
  readonly text: string;
  /** Line of the element's first character, from 1. */
  readonly line: number;
}

export class JsonSplitter {
  #pending = '';
  #scanned = 0;
  #start = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #startLine = 1;
  /** The last character that is no white space, outside of strings. */
  #before = 0;

  /** The elements that are complete with this piece of text. Objects alone are elements; brackets and commas around them are not. */
  push(chunk: string): JsonPiece[] {
    this.#pending += chunk;
    const pieces: JsonPiece[] = [];
    const text = this.#pending;
    let i = this.#scanned;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === NEWLINE) this.#line++;
      if (this.#inString) {
        if (this.#escaped && code !== NEWLINE) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) this.#inString = false;
        else if (code === NEWLINE) {
          this.#inString = false;
          this.#escaped = false;
        }
        continue;
      }
      if (code === QUOTE) this.#inString = this.#depth > 0;
      else if (code === OPEN) {
        if (this.#depth > 0 && !PRECEDING_OBJECTS.has(this.#before)) {
          pieces.push({ text: text.slice(this.#start, i).trimEnd(), line: this.#startLine });
          this.#depth = 0;
        }
        if (this.#depth === 0) {
          this.#start = i;
          this.#startLine = this.#line;
        }
        this.#depth++;
      } else if (code === CLOSE && this.#depth > 0) {
        this.#depth--;
        if (this.#depth === 0) {
          pieces.push({ text: text.slice(this.#start, i + 1), line: this.#startLine });
          this.#start = -1;
        }
      }
      if (code > SPACE) this.#before = code;
    }
    const keep = this.#start >= 0 ? this.#start : text.length;
    this.#pending = text.slice(keep);
    this.#scanned = i - keep;
    if (this.#start >= 0) this.#start = 0;
    return pieces;
  }

  /** What is left when the text has ended: an element that was never closed. */
  end(): JsonPiece | undefined {
    return this.#start >= 0 ? { text: this.#pending, line: this.#startLine } : undefined;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const NEWLINE = 10;
const SPACE = 32;
/** `:`, `,` and `[`. */
const PRECEDING_OBJECTS: ReadonlySet<number> = new Set([58, 44, 91]);
