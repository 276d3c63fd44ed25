/**
 * A stable identity of any SQL value, to use as the key of a JavaScript `Map` or `Set`: two values of one type have the
 * same identity if and only if they are equal. Primitives are their own identity, which costs nothing; the others
 * become a text whose parts are tagged with their kind and preceded by their length, so that no two different values of
 * a type share a text. Identities of single values of different types may coincide; those of lists (`rowKey`) do not.
 *
 * | value        | identity                                            |
 * | ------------ | --------------------------------------------------- |
 * | null         | `null`                                              |
 * | number, text | itself; -0 is 0 (`Map` does that)                   |
 * | DECIMAL      | its digits without trailing zeros                   |
 * | BYTES        | the bytes as Latin-1                                |
 * | ARRAY, STRUCT| the parts' texts, each with its length              |
 * | MAP          | the entries' texts, sorted                          |
 */
import type { SqlMap, SqlValue } from '../sql-type.ts';

export type ValueKey = string | number | bigint | boolean | null;

export function keyOf(value: SqlValue): ValueKey {
  if (value === null || typeof value !== 'object') return value;
  return objectKey(value);
}

type ObjectValue = Exclude<SqlValue, string | number | bigint | boolean | null>;

function objectKey(value: ObjectValue): string {
  if (Array.isArray(value)) return rowKey(value);
  if (value instanceof Uint8Array) return bytesKey(value);
  if (value instanceof Map) return mapKey(value);
  return value.isZero() ? '0' : value.toFixed();
}

/** The identity of a list of values, such as the columns of a composite key. */
export function rowKey(values: readonly SqlValue[]): string {
  let text = '';
  for (let i = 0; i < values.length; i++) text += partKey(values[i] ?? null);
  return text;
}

function partKey(value: SqlValue): string {
  if (value === null) return 'n';
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'number':
      return `${value === 0 ? 0 : value};`;
    case 'bigint':
      return `i${value};`;
    case 'boolean':
      return value ? 't' : 'f';
    default: {
      const text = objectKey(value);
      return `${kindTag(value)}${text.length}:${text}`;
    }
  }
}

function kindTag(value: ObjectValue): string {
  if (Array.isArray(value)) return 'a';
  if (value instanceof Uint8Array) return 'b';
  return value instanceof Map ? 'm' : 'd';
}

function mapKey(map: SqlMap): string {
  const entries: string[] = [];
  for (const [key, value] of map) entries.push(partKey(key) + partKey(value));
  return entries.sort().join('');
}

function bytesKey(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}
