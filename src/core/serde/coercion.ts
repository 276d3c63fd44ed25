/**
 * From a value of one SQL type to another, where data written under a schema meets the columns that a source declares:
 * struct fields match by name, exactly first and then without case; integers widen and narrow as Java's `Number`
 * methods do, any number becomes DOUBLE, any scalar VARCHAR; DECIMAL must fit exactly. What cannot be is refused when
 * the types meet, before any record is read.
 */
import type { Column } from '../common/schema.ts';
import { formatType, type Row, type SqlType, type SqlValue, type StructField } from '../common/sql-type.ts';
import { toBigint } from '../common/values/bigint.ts';
import { decimalToString, ExactDecimal } from '../common/values/decimal-text.ts';
import { doubleToString } from '../common/values/double-text.ts';
import {
  expectArray,
  expectBoolean,
  expectDecimal,
  expectInteger64,
  expectMap,
  expectNumber,
  fitDecimal,
} from './fit.ts';
import { fieldStep, Mismatch, rethrowWithin } from './serde-errors.ts';

/** Takes a value that is not null. */
export type Coercion = (value: SqlValue) => SqlValue;

const keep: Coercion = (value) => value;
const keepRow = (row: Row): Row => row;

/** @throws Mismatch when no value of `from` can be one of `to` */
export function coercion(from: SqlType, to: SqlType): Coercion {
  switch (to.kind) {
    case 'INTEGER':
      if (from.kind === 'INTEGER') return keep;
      if (from.kind === 'BIGINT') return (value) => Number(BigInt.asIntN(32, toBigint(expectInteger64(value))));
      break;
    case 'BIGINT':
      if (from.kind === 'BIGINT' || from.kind === 'INTEGER') return keep;
      if (from.kind === 'TIMESTAMP') return keep;
      break;
    case 'DOUBLE':
      if (from.kind === 'DOUBLE' || from.kind === 'INTEGER') return keep;
      if (from.kind === 'BIGINT') return (value) => Number(value);
      if (from.kind === 'DECIMAL') return (value) => expectDecimal(value).toNumber();
      break;
    case 'VARCHAR':
      return textCoercion(from, to);
    case 'DECIMAL':
      if (from.kind === 'DECIMAL') return (value) => fitDecimal(expectDecimal(value), to);
      if (from.kind === 'INTEGER' || from.kind === 'BIGINT') {
        return (value) => fitDecimal(new ExactDecimal(expectInteger64(value).toString()), to);
      }
      break;
    case 'TIMESTAMP':
      if (from.kind === 'TIMESTAMP') return keep;
      if (from.kind === 'BIGINT') return (value) => Number(value);
      break;
    case 'DATE':
    case 'TIME':
      if (from.kind === to.kind || from.kind === 'INTEGER') return keep;
      break;
    case 'BOOLEAN':
    case 'BYTES':
      if (from.kind === to.kind) return keep;
      break;
    case 'ARRAY':
      if (from.kind === 'ARRAY') return arrayCoercion(coercion(from.element, to.element));
      break;
    case 'MAP':
      if (from.kind === 'MAP') return mapCoercion(coercion(from.key, to.key), coercion(from.value, to.value));
      break;
    case 'STRUCT':
      if (from.kind === 'STRUCT') {
        const read = rowCoercion(from.fields, to.fields);
        return read === keepRow ? keep : (value) => read(expectArray(value));
      }
      break;
  }
  throw new Mismatch(`the data is ${formatType(from)} and cannot be read as ${formatType(to)}`);
}

function textCoercion(from: SqlType, to: SqlType): Coercion {
  switch (from.kind) {
    case 'VARCHAR':
      return keep;
    case 'BOOLEAN':
      return (value) => String(expectBoolean(value));
    case 'INTEGER':
    case 'BIGINT':
      return (value) => String(expectInteger64(value));
    case 'DOUBLE':
      return (value) => doubleToString(expectNumber(value));
    case 'DECIMAL':
      return (value) => decimalToString(expectDecimal(value), from.scale);
    default:
      throw new Mismatch(`the data is ${formatType(from)} and cannot be read as ${formatType(to)}`);
  }
}

function arrayCoercion(element: Coercion): Coercion {
  if (element === keep) return keep;
  return (value) => expectArray(value).map((item) => (item === null ? null : element(item)));
}

function mapCoercion(key: Coercion, item: Coercion): Coercion {
  if (key === keep && item === keep) return keep;
  return (value) => {
    const result = new Map<SqlValue, SqlValue>();
    for (const [k, v] of expectMap(value)) result.set(k === null ? null : key(k), v === null ? null : item(v));
    return result;
  };
}

/**
 * Makes rows of `to` from rows of `from`. Fields that `from` lacks are null, as are those not `wanted`.
 * @throws Mismatch
 */
export function rowCoercion(
  from: readonly StructField[],
  to: readonly Column[],
  wanted?: readonly boolean[],
): (row: Row) => Row {
  const sources = to.map((column, i) => {
    if (wanted !== undefined && wanted[i] !== true) return -1;
    const exact = from.findIndex((field) => field.name === column.name);
    return exact >= 0 ? exact : from.findIndex((field) => field.name.toUpperCase() === column.name.toUpperCase());
  });
  const coercions = to.map((column, i) => {
    const field = from[sources[i] ?? -1];
    if (field === undefined) return keep;
    try {
      return coercion(field.type, column.type);
    } catch (error) {
      rethrowWithin(error, fieldStep(column.name));
    }
  });
  const same = from.length === to.length && sources.every((source, i) => source === i && coercions[i] === keep);
  if (same) return keepRow;
  return (row) => {
    const result: Row = [];
    for (let i = 0; i < sources.length; i++) {
      const value = row[sources[i] ?? -1] ?? null;
      try {
        result.push(value === null ? null : (coercions[i] ?? keep)(value));
      } catch (error) {
        rethrowWithin(error, fieldStep(to[i]?.name ?? ''));
      }
    }
    return result;
  };
}
