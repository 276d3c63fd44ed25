/**
 * Functions of JSON in texts. Numbers keep every digit. A text that is not JSON is an error, an empty one is a missing
 * document, for which most functions answer NULL.
 */
import type { Decimal } from 'decimal.js';
import type { SqlType, SqlValue } from '../../common/sql-type.ts';
import {
  JsonNumber,
  parseJson,
  sameNumber,
  type JsonNode,
  type JsonObject,
} from '../../common/values/json-lossless.ts';
import type { SqlFunction } from './function.ts';
import { functionFailed, quoted } from './failure.ts';
import { JsonScanError, JsonScanner, parseJsonPath } from './json-path.ts';
import { jsonWriter, textOfNode, writeNode } from './json-text.ts';
import { bound, example, lenient, scalar, strict } from './signature.ts';

const CATEGORY = 'JSON';
const NULL_ON_NULL = { nullOnNull: true };

export const jsonFunctions: readonly SqlFunction[] = [
  scalar(
    'EXTRACTJSONFIELD',
    CATEGORY,
    'Gives the value at a path in a JSON document: a text as it is, anything else as JSON; NULL if there is none.',
    [
      example(`EXTRACTJSONFIELD('{"a": {"b": [1, 2.50]}}', '$.a.b[1]')`, '2.50'),
      example(`EXTRACTJSONFIELD('{"a": "text"}', '$.a')`, 'text'),
    ],
    [bound('input STRING, path STRING -> STRING', () => fieldExtractor(), NULL_ON_NULL)],
  ),
  scalar(
    'IS_JSON_STRING',
    CATEGORY,
    'Says whether a text is JSON.',
    [example(`IS_JSON_STRING('[1, 2]')`, 'true'), example(`IS_JSON_STRING('[1, 2')`, 'false')],
    [lenient('input STRING -> BOOLEAN', (input: string | null) => input !== null && isJson(input))],
  ),
  scalar(
    'JSON_ARRAY_CONTAINS',
    CATEGORY,
    'Says whether a JSON array has a value among its elements.',
    [example(`JSON_ARRAY_CONTAINS('[1, 2, 3]', 3)`, 'true'), example(`JSON_ARRAY_CONTAINS('["1"]', 1)`, 'false')],
    [
      bound('jsonArray STRING, val T -> BOOLEAN', ([, type]) => {
        const kind = type?.kind;
        return (text: string | null, value: SqlValue) => {
          if (text === null) return null;
          const node = parseOrUndefined(text);
          return Array.isArray(node) && node.some((element) => sameValue(element, value, kind));
        };
      }),
    ],
  ),
  scalar(
    'JSON_ARRAY_LENGTH',
    CATEGORY,
    'Gives the number of elements of a JSON array; NULL for any other JSON.',
    [example(`JSON_ARRAY_LENGTH('[1, 2, 3]')`, '3')],
    [
      strict('jsonArray STRING -> INT', (text: string) => {
        const node = parse('JSON_ARRAY_LENGTH', text);
        return Array.isArray(node) ? node.length : null;
      }),
    ],
  ),
  scalar(
    'JSON_CONCAT',
    CATEGORY,
    'Puts JSON documents together: objects into one, of whose equal fields the last wins, and anything else into one array.',
    [example(`JSON_CONCAT('{"a": 1}', '{"b": 2}')`, '{"a":1,"b":2}'), example(`JSON_CONCAT('[1, 2]', '3')`, '[1,2,3]')],
    [lenient('jsonStrings STRING... -> STRING', concat)],
  ),
  scalar(
    'JSON_ITEMS',
    CATEGORY,
    'Gives the elements of a JSON array, each as JSON.',
    [example(`JSON_ITEMS('[{"a": 1}, "b"]')`, '[{"a":1}, "b"]')],
    [
      strict('jsonItems STRING -> ARRAY<STRING>', (text: string) => {
        const node = parse('JSON_ITEMS', text);
        if (!Array.isArray(node)) throw functionFailed('JSON_ITEMS', `${quoted(text)} is not a JSON array`);
        return node.map(writeNode);
      }),
    ],
  ),
  scalar(
    'JSON_KEYS',
    CATEGORY,
    'Gives the names of the fields of a JSON object; NULL for any other JSON.',
    [example(`JSON_KEYS('{"a": 1, "b": 2}')`, '[a, b]')],
    [
      strict('jsonObj STRING -> ARRAY<STRING>', (text: string) => {
        const node = parse('JSON_KEYS', text);
        return isObject(node) ? [...node.keys()] : null;
      }),
    ],
  ),
  scalar(
    'JSON_RECORDS',
    CATEGORY,
    'Gives the fields of a JSON object as a map: texts as they are, anything else as JSON; NULL for any other JSON.',
    [example(`JSON_RECORDS('{"a": "x", "b": [1]}')`, '{a=x, b=[1]}')],
    [
      strict('jsonObj STRING -> MAP<STRING, STRING>', (text: string) => {
        const node = parse('JSON_RECORDS', text);
        if (!isObject(node)) return null;
        const records = new Map<SqlValue, SqlValue>();
        for (const [name, value] of node) records.set(name, textOfNode(value));
        return records;
      }),
    ],
  ),
  scalar(
    'TO_JSON_STRING',
    CATEGORY,
    'Writes a value of any type as JSON.',
    [
      example(`TO_JSON_STRING(STRUCT(id := 1, name := 'Ann'))`, '{"ID":1,"NAME":"Ann"}'),
      example(`TO_JSON_STRING(ARRAY[1, 2])`, '[1,2]'),
    ],
    [bound('val T -> STRING', ([type]) => (type === undefined ? () => 'null' : jsonWriter(type)))],
  ),
];

/** Undefined for a missing document: an empty text. */
function parse(fn: string, text: string): JsonNode | undefined {
  if (text.trim() === '') return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    throw notJson(fn, text, error);
  }
}

function notJson(fn: string, text: string, cause: unknown): Error {
  return functionFailed(fn, `${quoted(text)} is not JSON`, { cause });
}

function isJson(text: string): boolean {
  return parseOrUndefined(text) !== undefined;
}

function parseOrUndefined(text: string): JsonNode | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function isObject(node: JsonNode | undefined): node is JsonObject {
  return node instanceof Map;
}

function fieldExtractor(): (input: string, path: string) => string | null {
  let lastPath: string | undefined;
  let steps: readonly string[] = [];
  return (input, path) => {
    if (path !== lastPath) {
      steps = parseJsonPath(path);
      lastPath = path;
    }
    try {
      const range = new JsonScanner(input).find(steps);
      return range === undefined ? null : textAt(input, range.start, range.end);
    } catch (error) {
      if (error instanceof JsonScanError) throw notJson('EXTRACTJSONFIELD', input, error);
      throw error;
    }
  };
}

/** The value that stands there, as text; most are texts without escapes or whole numbers, which are there already. */
function textAt(input: string, start: number, end: number): string {
  const source = input.slice(start, end);
  if (!source.startsWith('"')) return textOfNode(parseJson(source));
  return source.includes('\\') ? String(JSON.parse(source)) : source.slice(1, -1);
}

/** A JSON integer is like an integer, a JSON number with a point or exponent like a DOUBLE or DECIMAL, never crosswise. */
function sameValue(node: JsonNode, value: SqlValue, kind: SqlType['kind'] | undefined): boolean {
  if (value === null || node === null) return value === node;
  if (!(node instanceof JsonNumber)) return node === value;
  const isInteger = /^-?\d+$/.test(node.text);
  switch (kind) {
    case 'INTEGER':
    case 'BIGINT':
      return isInteger && (typeof value === 'number' || typeof value === 'bigint') && sameNumber(node.text, `${value}`);
    case 'DOUBLE':
      return !isInteger && node.toNumber() === value;
    case 'DECIMAL':
      return !isInteger && (value as Decimal).eq(node.text);
    default:
      return false;
  }
}

function concat(...texts: (string | null)[]): string | null {
  let result: JsonNode | undefined;
  for (const text of texts) {
    const node = text === null ? undefined : parse('JSON_CONCAT', text);
    if (node === undefined) return null;
    if (result === undefined) result = node;
    else if (isObject(result) && isObject(node)) result = new Map([...result, ...node]);
    else result = [...arrayOf(result), ...arrayOf(node)];
  }
  return result === undefined ? null : writeNode(result);
}

function arrayOf(node: JsonNode): readonly JsonNode[] {
  return Array.isArray(node) ? node : [node];
}
