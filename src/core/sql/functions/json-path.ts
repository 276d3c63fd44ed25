/**
 * The JSON paths of EXTRACTJSONFIELD, and a scanner that follows one through a text without building what it passes.
 *
 * A path is `$` and then steps: `.name`, `[3]`, `["any name"]`. Of a field that occurs twice the last counts, so an
 * object is read to its end; that also means that a text is found to be invalid wherever the error is.
 */
import { WeirError } from '../../common/errors.ts';

const STEP = /\.([\p{L}\p{Nd}_:$-]+)|\[([\p{L}\p{Nd}_-]+)\]|\["((?:[^"\\]|\\.)*)"\]/uy;

/** @throws WeirError INVALID_JSON_PATH */
export function parseJsonPath(path: string): readonly string[] {
  const steps: string[] = [];
  let at = path.startsWith('$') ? 1 : path.length + 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (match === null) break;
    steps.push(match[1] ?? match[2] ?? (match[3] ?? '').replace(/\\(.)/gs, '$1'));
    at = STEP.lastIndex;
  }
  if (at === path.length) return steps;
  throw new WeirError('INVALID_JSON_PATH', `'${path}' is not a JSON path.`, {
    hint: `Begin with $ and go on with steps such as .name, [0] and ["a name"].`,
    details: { path, position: Math.min(at, path.length) },
  });
}

/** Where a value stands in the text. */
export interface JsonRange {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
/** A text without escapes: most are. */
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORDS = ['true', 'false', 'null'];
const MAX_DEPTH = 1000;

/** The text is not JSON. */
export class JsonScanError extends Error {
  readonly position: number;
  constructor(position: number) {
    super(`JSON is not valid at character ${position + 1}`);
    this.position = position;
  }
}

/** Walks over one text; made per value, holds a position and nothing else. */
export class JsonScanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /**
   * The value at the end of the path; undefined if the path leads nowhere.
   * @throws JsonScanError
   */
  find(steps: readonly string[]): JsonRange | undefined {
    const range = this.follow(steps, 0);
    this.space();
    if (this.at < this.text.length) throw new JsonScanError(this.at);
    return range;
  }

  private follow(steps: readonly string[], depth: number): JsonRange | undefined {
    this.space();
    const start = this.at;
    const step = steps[depth];
    const code = this.text.charCodeAt(start);
    if (step === undefined || (code !== OPEN_OBJECT && code !== OPEN_ARRAY)) {
      this.skip(depth);
      return step === undefined ? { start, end: this.at } : undefined;
    }
    return code === OPEN_OBJECT ? this.followField(steps, step, depth) : this.followIndex(steps, step, depth);
  }

  private followField(steps: readonly string[], name: string, depth: number): JsonRange | undefined {
    let found: JsonRange | undefined;
    this.at++;
    if (this.closes(CLOSE_OBJECT)) return undefined;
    do {
      if (this.fieldIs(name)) found = this.follow(steps, depth + 1);
      else this.skip(depth);
    } while (this.goesOn(CLOSE_OBJECT));
    return found;
  }

  private followIndex(steps: readonly string[], step: string, depth: number): JsonRange | undefined {
    const wanted = /^[+-]?\d+$/.test(step) ? Number(step) : -1;
    let found: JsonRange | undefined;
    this.at++;
    if (this.closes(CLOSE_ARRAY)) return undefined;
    let index = 0;
    do {
      if (index++ === wanted) found = this.follow(steps, depth + 1);
      else this.skip(depth);
    } while (this.goesOn(CLOSE_ARRAY));
    return found;
  }

  private skip(depth: number): void {
    this.space();
    const { text } = this;
    const code = text.charCodeAt(this.at);
    switch (code) {
      case QUOTE:
        this.skipString();
        return;
      case OPEN_OBJECT:
      case OPEN_ARRAY: {
        if (depth > MAX_DEPTH) throw new JsonScanError(this.at);
        const close = code === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
        this.at++;
        if (this.closes(close)) return;
        do {
          if (code === OPEN_OBJECT) {
            this.space();
            this.skipString();
            this.expect(COLON);
          }
          this.skip(depth + 1);
        } while (this.goesOn(close));
        return;
      }
      default: {
        NUMBER.lastIndex = this.at;
        if (NUMBER.test(text)) {
          this.at = NUMBER.lastIndex;
          return;
        }
        const word = WORDS.find((candidate) => text.startsWith(candidate, this.at));
        if (word === undefined) throw new JsonScanError(this.at);
        this.at += word.length;
      }
    }
  }

  /** Reads a field's name and colon, and says whether it is this name. */
  private fieldIs(name: string): boolean {
    this.space();
    const start = this.at;
    const hasEscape = this.skipString();
    const end = this.at;
    this.expect(COLON);
    if (hasEscape) return JSON.parse(this.text.slice(start, end)) === name;
    return end - start - 2 === name.length && this.text.startsWith(name, start + 1);
  }

  /** Answers whether the string has escapes. */
  private skipString(): boolean {
    const { text } = this;
    if (text.charCodeAt(this.at) !== QUOTE) throw new JsonScanError(this.at);
    PLAIN_STRING.lastIndex = this.at;
    if (PLAIN_STRING.test(text)) {
      this.at = PLAIN_STRING.lastIndex;
      return false;
    }
    let hasEscape = false;
    for (let i = this.at + 1; i < text.length;) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        return hasEscape;
      }
      if (code === BACKSLASH) {
        ESCAPE.lastIndex = i;
        if (!ESCAPE.test(text)) throw new JsonScanError(i);
        hasEscape = true;
        i = ESCAPE.lastIndex;
      } else if (code < 0x20) {
        throw new JsonScanError(i);
      } else {
        i++;
      }
    }
    throw new JsonScanError(text.length);
  }

  private closes(close: number): boolean {
    this.space();
    if (this.text.charCodeAt(this.at) !== close) return false;
    this.at++;
    return true;
  }

  /** Reads a comma, or the end of the array or object. */
  private goesOn(close: number): boolean {
    if (this.closes(close)) return false;
    if (this.text.charCodeAt(this.at) !== COMMA) throw new JsonScanError(this.at);
    this.at++;
    return true;
  }

  private expect(code: number): void {
    this.space();
    if (this.text.charCodeAt(this.at) !== code) throw new JsonScanError(this.at);
    this.at++;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }
}
