/** Values as JSON text: numbers with all their digits, dates and times in ISO form, BYTES in base64. */
import type { SqlMap, SqlType, SqlValue } from '../../src/core/common/sql-type.ts';
import { textConverter } from '../../src/core/ksql/expressions/value-text.ts';

type JsonText = (value: SqlValue) => string;

export function jsonTextOf(type: SqlType): JsonText {
  const convert = converter(type);
  return (value) => (value === null ? 'null' : convert(value));
}

function converter(type: SqlType): JsonText {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
      return textConverter(type);
    case 'DOUBLE': {
      const text = textConverter(type);
      return (value) => (Number.isFinite(value) ? text(value) : JSON.stringify(text(value)));
    }
    case 'VARCHAR':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'BYTES': {
      const text = textConverter(type);
      return (value) => JSON.stringify(text(value));
    }
    case 'ARRAY': {
      const element = jsonTextOf(type.element);
      return (value) => `[${(value as SqlValue[]).map(element).join(',')}]`;
    }
    case 'MAP': {
      const key = textConverter(type.key);
      const member = jsonTextOf(type.value);
      return (value) =>
        `{${[...(value as SqlMap)].map(([k, v]) => `${JSON.stringify(k === null ? 'null' : key(k))}:${member(v)}`).join(',')}}`;
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => ({ name: JSON.stringify(field.name), text: jsonTextOf(field.type) }));
      return (value) =>
        `{${fields.map(({ name, text }, i) => `${name}:${text((value as SqlValue[])[i] ?? null)}`).join(',')}}`;
    }
  }
}
