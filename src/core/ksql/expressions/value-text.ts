/**
 * The text of a value of a type, as CAST(... AS STRING) gives it. Members of collections print as Java prints a List
 * (`[1, 2]`), a Map (`{a=1}`) and Kafka Connect a Struct (`Struct{A=1,B=x}`, null fields left out); times print in
 * ISO form at every depth.
 */
import type { Decimal } from 'decimal.js';
import type { SqlMap, SqlType, SqlValue } from '../../common/sql-type.ts';
import { decimalToString } from '../../common/values/decimal-text.ts';
import { doubleToString } from '../../common/values/double-text.ts';
import { formatDate, formatTime, formatTimestamp } from '../../common/time/text.ts';
import { encodeBase64 } from '../../common/base64.ts';

export type Converter = (value: SqlValue) => SqlValue;
type TextOf = (value: SqlValue) => string;

/** The text of a non-null value of `type`. */
export function textConverter(type: SqlType): TextOf {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'VARCHAR':
      return String;
    case 'DOUBLE':
      return (value) => doubleToString(value as number);
    case 'DECIMAL': {
      const { scale } = type;
      return (value) => decimalToString(value as Decimal, scale);
    }
    case 'DATE':
      return (value) => formatDate(value as number);
    case 'TIME':
      return (value) => formatTime(value as number);
    case 'TIMESTAMP':
      return (value) => formatTimestamp(value as number);
    case 'BYTES':
      return (value) => encodeBase64(value as Uint8Array);
    case 'ARRAY': {
      const element = memberText(type.element);
      return (value) => `[${(value as SqlValue[]).map(element).join(', ')}]`;
    }
    case 'MAP': {
      const [key, member] = [memberText(type.key), memberText(type.value)];
      return (value) => `{${[...(value as SqlMap)].map(([k, v]) => `${key(k)}=${member(v)}`).join(', ')}}`;
    }
    case 'STRUCT': {
      const fields = type.fields.map((field) => ({ name: field.name, text: memberText(field.type) }));
      return (value) => {
        const values = value as SqlValue[];
        const shown = fields.flatMap(({ name, text }, i) => {
          const member = values[i] ?? null;
          return member === null ? [] : [`${name}=${text(member)}`];
        });
        return `Struct{${shown.join(',')}}`;
      };
    }
  }
}

function memberText(type: SqlType): TextOf {
  const text = textConverter(type);
  return (value) => (value === null ? 'null' : text(value));
}
