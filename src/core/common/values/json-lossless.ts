/**
 * JSON that keeps every number's digits: `10.1234512345123451234` and `9223372036854775807` survive, as do the order
 * of an object's fields (also `"10"` before `"9"`) and a field called `__proto__`. Slower than `JSON.parse`; used where
 * digits matter.
 *
 * Grammar: RFC 8259. A field that occurs twice keeps its first place and its last value, as in `JSON.parse`.
 */

/** A number as it was written. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  /** The nearest double. */
  toNumber(): number {
    return Number(this.text);
  }
  toString(): string {
    return this.text;
  }
}

export type JsonObject = Map<string, JsonNode>;
export type JsonNode = null | boolean | string | JsonNumber | JsonNode[] | JsonObject;

const MAX_DEPTH = 1000;

/** @throws SyntaxError with the offset of the first character that does not fit */
export function parseJson(text: string): JsonNode {
  const parser = new Parser(text);
  return parser.document();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): JsonNode {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) this.fail();
    return value;
  }

  private value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new SyntaxError(`JSON is nested more than ${MAX_DEPTH} levels deep`);
    this.space();
    switch (this.text.charCodeAt(this.at)) {
      case 123:
        return this.object(depth);
      case 91:
        return this.array(depth);
      case 34:
        return this.string();
      case 116:
        return this.literal('true', true);
      case 102:
        return this.literal('false', false);
      case 110:
        return this.literal('null', null);
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonObject {
    const object: JsonObject = new Map();
    this.at++;
    this.space();
    if (this.take(125)) return object;
    do {
      this.space();
      if (this.text.charCodeAt(this.at) !== 34) this.fail();
      const name = this.string();
      this.space();
      if (!this.take(58)) this.fail();
      object.set(name, this.value(depth + 1));
      this.space();
    } while (this.take(44));
    if (!this.take(125)) this.fail();
    return object;
  }

  private array(depth: number): JsonNode[] {
    const array: JsonNode[] = [];
    this.at++;
    this.space();
    if (this.take(93)) return array;
    do {
      array.push(this.value(depth + 1));
      this.space();
    } while (this.take(44));
    if (!this.take(93)) this.fail();
    return array;
  }

  private string(): string {
    PLAIN_STRING.lastIndex = this.at;
    if (PLAIN_STRING.test(this.text)) {
      const value = this.text.slice(this.at + 1, PLAIN_STRING.lastIndex - 1);
      this.at = PLAIN_STRING.lastIndex;
      return value;
    }
    STRING.lastIndex = this.at;
    if (!STRING.test(this.text)) this.fail();
    const value: unknown = JSON.parse(this.text.slice(this.at, STRING.lastIndex));
    this.at = STRING.lastIndex;
    return String(value);
  }

  private number(): JsonNumber {
    NUMBER.lastIndex = this.at;
    if (!NUMBER.test(this.text)) this.fail();
    const value = new JsonNumber(this.text.slice(this.at, NUMBER.lastIndex));
    this.at = NUMBER.lastIndex;
    return value;
  }

  private literal<T extends null | boolean>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  private space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
      this.at++;
    }
  }

  private take(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }

  private fail(): never {
    const found =
      this.at < this.text.length ? `'${String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)}'` : 'the end';
    throw new SyntaxError(`Unexpected ${found} at offset ${this.at} of the JSON text`);
  }
}

/** Writes what `parseJson` read, with numbers as they were. With `indentBy` spaces per level, over several lines. */
export function writeJson(node: JsonNode, indentBy = 0): string {
  return write(node, indentBy, '\n');
}

function write(node: JsonNode, indentBy: number, newline: string): string {
  if (node === null || typeof node === 'boolean') return String(node);
  if (typeof node === 'string') return JSON.stringify(node);
  if (node instanceof JsonNumber) return node.text;
  const inner = indentBy === 0 ? '' : newline + ' '.repeat(indentBy);
  const outer = indentBy === 0 ? '' : newline;
  const colon = indentBy === 0 ? ':' : ': ';
  if (Array.isArray(node)) {
    if (node.length === 0) return '[]';
    return `[${node.map((item) => inner + write(item, indentBy, inner)).join(',')}${outer}]`;
  }
  if (node.size === 0) return '{}';
  const fields = [...node].map(([name, v]) => `${inner}${JSON.stringify(name)}${colon}${write(v, indentBy, inner)}`);
  return `{${fields.join(',')}${outer}}`;
}

/** A plain JavaScript value as a node; numbers take their shortest text. Undefined fields are left out. */
export function toJsonNode(value: unknown): JsonNode {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return new JsonNumber(String(value));
  if (value instanceof JsonNumber) return value;
  if (value instanceof Map) return new Map([...value].map(([k, v]): [string, JsonNode] => [String(k), toJsonNode(v)]));
  if (Array.isArray(value)) return value.map(toJsonNode);
  return new Map(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]): [string, JsonNode] => [k, toJsonNode(v)]),
  );
}

/** A node as a plain JavaScript value with doubles for numbers: digits may be lost. */
export function fromJsonNode(node: JsonNode): unknown {
  if (node instanceof JsonNumber) return node.toNumber();
  if (Array.isArray(node)) return node.map(fromJsonNode);
  if (node instanceof Map) return Object.fromEntries([...node].map(([k, v]) => [k, fromJsonNode(v)]));
  return node;
}

/** Whether two nodes are the same JSON; numbers compare by value (`1.0` equals `1`), objects without order. */
export function sameJson(a: JsonNode, b: JsonNode): boolean {
  if (a instanceof JsonNumber) return b instanceof JsonNumber && sameNumber(a.text, b.text);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i] ?? null));
  }
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false;
    for (const [name, value] of a) {
      const other = b.get(name);
      if (other === undefined || !sameJson(value, other)) return false;
    }
    return true;
  }
  return a === b;
}

/** Whether two JSON numbers are the same number, digit by digit and in any notation. */
export function sameNumber(a: string, b: string): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
