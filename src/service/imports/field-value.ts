/** A file's field as a value of a column's type. */
import { WeirError } from '../../core/common/errors.ts';
import { formatType, type SqlType, type SqlValue } from '../../core/common/sql-type.ts';
import { castEvaluator } from '../../core/ksql/expressions/cast.ts';
import { VARCHAR } from '../../core/common/sql-type.ts';
import type { JsonRow } from '../../core/connect/files/infer.ts';

export type FieldReader = (row: JsonRow) => SqlValue;

/** @throws WeirError TYPE_MISMATCH (from the reader) when a field does not fit its column */
export function fieldReader(field: string, column: string, type: SqlType): FieldReader {
  const convert = converter(type);
  return (row) => {
    const value = row[field];
    if (value === null || value === undefined || value === '')
      return value === '' && type.kind === 'VARCHAR' ? '' : null;
    try {
      return convert(value);
    } catch (error) {
      throw misfit(column, type, value, error);
    }
  };
}

function misfit(column: string, type: SqlType, value: unknown, cause: unknown): WeirError {
  return new WeirError('TYPE_MISMATCH', `${column}: ${JSON.stringify(value)} is no ${formatType(type)}.`, {
    cause,
    details: { column },
  });
}

function converter(type: SqlType): (value: unknown) => SqlValue {
  const refuse = (value: unknown): never => {
    throw new WeirError('TYPE_MISMATCH', `${JSON.stringify(value)} is no ${formatType(type)}.`);
  };
  switch (type.kind) {
    case 'VARCHAR':
      return (value) => (typeof value === 'string' ? value : JSON.stringify(value));
    case 'BOOLEAN':
      return (value) => {
        if (typeof value === 'boolean') return value;
        const text = String(value).toLowerCase();
        return text === 'true' ? true : text === 'false' ? false : refuse(value);
      };
    case 'DOUBLE':
      return (value) => {
        const number = typeof value === 'number' ? value : Number(value);
        return Number.isNaN(number) ? refuse(value) : number;
      };
    case 'ARRAY': {
      const element = converter(type.element);
      return (value) =>
        Array.isArray(value) ? value.map((v): SqlValue => (v === null ? null : element(v))) : refuse(value);
    }
    case 'STRUCT': {
      const fields = type.fields.map((f) => ({ name: f.name, convert: converter(f.type) }));
      return (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(value);
        const byName = new Map(Object.entries(value).map(([name, v]): [string, unknown] => [name.toUpperCase(), v]));
        return fields.map((f): SqlValue => {
          const v = byName.get(f.name.toUpperCase());
          return v === null || v === undefined ? null : f.convert(v);
        });
      };
    }
    case 'MAP': {
      const element = converter(type.value);
      return (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(value);
        return new Map(
          Object.entries(value).map(([k, v]): [SqlValue, SqlValue] => [k, v === null ? null : element(v)]),
        );
      };
    }
    default: {
      const cast = castEvaluator(VARCHAR, type);
      return (value) => cast(typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
}
