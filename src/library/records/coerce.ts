/** JSON written by hand has numbers as text and text as numbers; typed formats (AVRO, PROTOBUF) take each as the column's type. */
import type { Column } from '../../core/common/schema.ts';
import type { SqlType } from '../../core/common/sql-type.ts';
import { JsonNumber, type JsonNode } from '../../core/common/values/json-lossless.ts';

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** The record's value as an object of the columns, names matched without case. */
export function coerceFields(json: JsonNode, columns: readonly Column[]): JsonNode {
  if (!(json instanceof Map)) return json;
  return new Map(
    [...json].map(([name, value]): [string, JsonNode] => {
      const column =
        columns.find((c) => c.name === name) ?? columns.find((c) => c.name.toUpperCase() === name.toUpperCase());
      return [name, column === undefined ? value : coerce(value, column.type)];
    }),
  );
}

export function coerce(json: JsonNode, type: SqlType): JsonNode {
  switch (type.kind) {
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return typeof json === 'string' && NUMBER.test(json) ? new JsonNumber(json) : json;
    case 'VARCHAR':
      if (json instanceof JsonNumber) return json.text;
      return typeof json === 'boolean' ? String(json) : json;
    case 'ARRAY':
      return Array.isArray(json) ? json.map((item) => coerce(item, type.element)) : json;
    case 'MAP':
      return json instanceof Map
        ? new Map([...json].map(([k, v]): [string, JsonNode] => [k, coerce(v, type.value)]))
        : json;
    case 'STRUCT':
      return coerceFields(json, type.fields);
    default:
      return json;
  }
}
