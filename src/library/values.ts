/**
 * Between SQL values and what a JavaScript program works with.
 *
 * | SQL              | given out                          | taken                                             |
 * | ---------------- | ---------------------------------- | ------------------------------------------------- |
 * | INTEGER, DOUBLE  | `number`                           | number, or its text                               |
 * | BIGINT           | `number`, beyond 2^53 `bigint`     | number, bigint, or its text                       |
 * | DECIMAL          | text with all its digits           | number or text                                    |
 * | VARCHAR          | `string`                           | string; anything else as its JSON text            |
 * | BYTES            | `Uint8Array`                       | Uint8Array, or base64 text                        |
 * | DATE, TIME       | text: `2024-02-29`, `13:45:00`     | text, or a number: days, milliseconds of the day  |
 * | TIMESTAMP        | `Date`                             | Date, text, or a number: epoch milliseconds       |
 * | ARRAY            | array                              | array                                             |
 * | MAP              | `Map`                              | Map or object                                     |
 * | STRUCT           | object by field name               | object, field names without case                  |
 *
 * JSON with all digits (`JsonNode`) is taken as well.
 */
import { encodeBase64 } from '../core/common/base64.ts';
import { WeirError } from '../core/common/errors.ts';
import { BIGINT, formatType, VARCHAR, type SqlMap, type SqlType, type SqlValue } from '../core/common/sql-type.ts';
import { JsonNumber, toJsonNode, writeJson, type JsonNode } from '../core/common/values/json-lossless.ts';
import { castEvaluator } from '../core/ksql/expressions/cast.ts';
import { textConverter } from '../core/ksql/expressions/value-text.ts';
import { jsonDecoder } from '../core/serde/json-decode.ts';

export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly PlainValue[]
  | ReadonlyMap<PlainValue, PlainValue>
  | { readonly [field: string]: PlainValue };

type FromSql = (value: SqlValue) => PlainValue;

/** How values of the type are given out. */
export function fromSql(type: SqlType): FromSql {
  const convert = converterFromSql(type);
  return (value) => (value === null ? null : convert(value));
}

function converterFromSql(type: SqlType): FromSql {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'VARCHAR':
    case 'BYTES':
      return (value) => value as PlainValue;
    case 'DECIMAL':
    case 'DATE':
    case 'TIME':
      return textConverter(type);
    case 'TIMESTAMP':
      return (value) => new Date(Number(value));
    case 'ARRAY': {
      const element = fromSql(type.element);
      return (value) => (value as SqlValue[]).map(element);
    }
    case 'MAP': {
      const [key, member] = [fromSql(type.key), fromSql(type.value)];
      return (value) => new Map([...(value as SqlMap)].map(([k, v]): [PlainValue, PlainValue] => [key(k), member(v)]));
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => ({ name: field.name, convert: fromSql(field.type) }));
      return (value) => {
        const members = value as SqlValue[];
        return Object.fromEntries(fields.map(({ name, convert }, i) => [name, convert(members[i] ?? null)]));
      };
    }
  }
}

type ToSql = (value: unknown) => SqlValue;

/** How values of the type are taken. @throws WeirError (from the converter) TYPE_MISMATCH and what a cast throws */
export function toSql(type: SqlType): ToSql {
  const convert = converterToSql(type);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

function converterToSql(type: SqlType): ToSql {
  switch (type.kind) {
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP': {
      const parse = castEvaluator(VARCHAR, type);
      const decode = jsonDecoder(type);
      const scale = type.kind === 'DATE' ? DAY_MS : 1;
      return (value) => {
        if (typeof value === 'string') return parse(value);
        if (value instanceof Date) return Math.floor(value.getTime() / scale);
        return guarded(type, value, decode);
      };
    }
    case 'BYTES': {
      const decode = jsonDecoder(type);
      return (value) => (value instanceof Uint8Array ? value : guarded(type, value, decode));
    }
    case 'VARCHAR':
      return (value) => (typeof value === 'string' ? value : writeJson(jsonOf(value)));
    case 'ARRAY': {
      const element = toSql(type.element);
      return (value) => (Array.isArray(value) ? value.map(element) : refuse(type, value));
    }
    case 'MAP': {
      const [key, member] = [toSql(type.key), toSql(type.value)];
      return (value) => new Map(entriesOf(type, value).map(([k, v]): [SqlValue, SqlValue] => [key(k), member(v)]));
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => ({ name: field.name.toUpperCase(), convert: toSql(field.type) }));
      return (value) => {
        const members = new Map(entriesOf(type, value).map(([name, v]) => [String(name).toUpperCase(), v]));
        return fields.map(({ name, convert }) => convert(members.get(name)));
      };
    }
    default: {
      const decode = jsonDecoder(type);
      return (value) => guarded(type, value, decode);
    }
  }
}

const DAY_MS = 86_400_000;

/** A ROWTIME: epoch milliseconds. */
export const toEpochMs = (value: unknown): number =>
  Number(toSql(value instanceof Date || typeof value === 'string' ? { kind: 'TIMESTAMP' } : BIGINT)(value));

function guarded(type: SqlType, value: unknown, decode: (json: unknown) => SqlValue): SqlValue {
  const json = jsonOf(value);
  if (json === null) return null;
  try {
    return decode(json);
  } catch (error) {
    if (error instanceof WeirError && error.kind === 'internal') throw error;
    return refuse(type, value, error);
  }
}

function refuse(type: SqlType, value: unknown, cause?: unknown): never {
  throw new WeirError('TYPE_MISMATCH', `${writeJson(jsonOf(value))} is no ${formatType(type)}.`, { cause });
}

function jsonOf(value: unknown): JsonNode {
  if (value instanceof JsonNumber) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return encodeBase64(value);
  return toJsonNode(value);
}

function entriesOf(type: SqlType, value: unknown): readonly (readonly [unknown, unknown])[] {
  if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)];
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof JsonNumber) {
    return refuse(type, value);
  }
  return Object.entries(value);
}
