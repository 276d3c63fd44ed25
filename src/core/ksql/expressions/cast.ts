/**
 * CAST, as ksqlDB's `CastEvaluator`:
 *
 * | from      | to                                                                                     |
 * | --------- | -------------------------------------------------------------------------------------- |
 * | BOOLEAN   | STRING                                                                                 |
 * | INTEGER   | BIGINT, DECIMAL, DOUBLE, STRING                                                        |
 * | BIGINT    | INTEGER (wraps), DECIMAL, DOUBLE, STRING                                               |
 * | DECIMAL   | INTEGER, BIGINT (both cut off and wrap), DECIMAL (half up), DOUBLE, STRING             |
 * | DOUBLE    | INTEGER, BIGINT (cut off at the bounds; NaN is 0), DECIMAL (half up), STRING           |
 * | STRING    | BOOLEAN, INTEGER, BIGINT, DECIMAL, DOUBLE, TIME, DATE, TIMESTAMP                       |
 * | TIME      | STRING                                                                                 |
 * | DATE      | TIMESTAMP, STRING                                                                      |
 * | TIMESTAMP | TIME, DATE, STRING                                                                     |
 * | ARRAY     | ARRAY, STRING                                                                          |
 * | MAP       | MAP, STRING                                                                            |
 * | STRUCT    | STRUCT (fields by name; those that are missing are null), STRING                       |
 *
 * and every type to itself. A value that does not fit (text that is no number, too many digits for a DECIMAL) is an
 * error at run time, which makes the column null.
 */
import type { Decimal } from 'decimal.js';
import { WeirError } from '../../common/errors.ts';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  formatType,
  INTEGER,
  isNumeric,
  sameType,
  TIME,
  TIMESTAMP,
  typeWithArticle,
  VARCHAR,
  type DecimalType,
  type SqlMap,
  type SqlType,
  type SqlValue,
  type StructType,
} from '../../common/sql-type.ts';
import { MS_PER_DAY, floorMod } from '../../common/time/calendar.ts';
import { parseDate, parseTime, parseTimestamp } from '../../common/time/text.ts';
import { normalizeBigint, parseBigint, parseInteger } from '../../common/values/bigint.ts';
import { ensureFit } from '../../common/values/decimal.ts';
import { ExactDecimal, parseDecimal } from '../../common/values/decimal-text.ts';
import { toInt64 } from '../../common/values/int64.ts';
import { parseDouble, trimJava } from '../../common/values/double-text.ts';
import { textConverter, type Converter } from './value-text.ts';

export type { Converter };

const IDENTITY: Converter = (value) => value;

/**
 * The conversion of an explicit cast; null stays null.
 * @throws WeirError INVALID_CAST when no cast leads from the one type to the other
 */
export function castEvaluator(from: SqlType, to: SqlType): Converter {
  const convert = castConverter(from, to);
  return convert === IDENTITY ? IDENTITY : (value) => (value === null ? null : convert(value));
}

/** The cast that would make `text`, of type `from`, a `to`; undefined when there is none. */
export function castSuggestion(text: string, from: SqlType, to: SqlType): string | undefined {
  return isCastable(from, to) ? `CAST(${text} AS ${formatType(to)})` : undefined;
}

/** Whether an explicit cast leads from the one type to the other. */
function isCastable(from: SqlType, to: SqlType): boolean {
  if (sameType(from, to)) return true;
  switch (to.kind) {
    case 'VARCHAR':
      return from.kind !== 'BYTES';
    case 'ARRAY':
      return from.kind === 'ARRAY' && isCastable(from.element, to.element);
    case 'MAP':
      return from.kind === 'MAP' && isCastable(from.key, to.key) && isCastable(from.value, to.value);
    case 'STRUCT':
      if (from.kind !== 'STRUCT') return false;
      return to.fields.every((field) => {
        const source = from.fields.find((candidate) => candidate.name === field.name);
        return source === undefined || isCastable(source.type, field.type);
      });
    default:
      return converterOf(from, to) !== undefined;
  }
}

/** Whether the conversion can fail at run time. */
export function castCanFail(from: SqlType, to: SqlType): boolean {
  return !(
    sameType(from, to) ||
    to.kind === 'VARCHAR' ||
    (to.kind !== 'DECIMAL' && from.kind !== 'VARCHAR' && !isNested(to))
  );
}

const isNested = (type: SqlType): boolean => type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'STRUCT';

/** The same for values that are not null. */
export function castConverter(from: SqlType, to: SqlType): Converter {
  if (sameType(from, to)) return IDENTITY;
  const convert = to.kind === 'VARCHAR' && from.kind !== 'BYTES' ? textConverter(from) : converterOf(from, to);
  if (convert !== undefined) return convert;
  const article = typeWithArticle(from);
  throw new WeirError('INVALID_CAST', `A${article.slice(1)} cannot be cast to ${formatType(to)}.`, {
    hint: conversionHint(from, to),
    details: { from: formatType(from), to: formatType(to) },
  });
}

/** The function that converts where no cast does. */
export function conversionHint(from: SqlType, to: SqlType): string {
  const either = (kind: SqlType['kind']): boolean => from.kind === kind || to.kind === kind;
  if (either('BYTES')) {
    return 'FROM_BYTES and TO_BYTES convert between BYTES and text; INT_FROM_BYTES and its like read numbers.';
  }
  if (isNumeric(from) && to.kind === 'TIMESTAMP') return 'FROM_UNIXTIME makes a TIMESTAMP of milliseconds since 1970.';
  if (isNumeric(from) && to.kind === 'DATE') return 'FROM_DAYS makes a DATE of days since 1970-01-01.';
  if (from.kind === 'TIMESTAMP' && isNumeric(to)) return 'UNIX_TIMESTAMP gives the milliseconds since 1970.';
  if (from.kind === 'DATE' && isNumeric(to)) return 'UNIX_DATE gives the days since 1970-01-01.';
  if (from.kind === 'BOOLEAN' && isNumeric(to)) return 'CASE WHEN ... THEN 1 ELSE 0 END makes a number of a BOOLEAN.';
  if (isNumeric(from) && to.kind === 'BOOLEAN') return 'A comparison makes a BOOLEAN of a number: x <> 0.';
  if (from.kind === 'VARCHAR' && to.kind === 'ARRAY') return 'SPLIT makes an ARRAY of a text, JSON_ITEMS of JSON.';
  if (from.kind === 'VARCHAR' && to.kind === 'MAP') return 'SPLIT_TO_MAP makes a MAP of a text, JSON_RECORDS of JSON.';
  if (from.kind === 'VARCHAR')
    return 'EXTRACTJSONFIELD reads one field of JSON; STRUCT(name := ...) puts fields together.';
  const targets = CASTABLE.filter((type) => isCastable(from, type)).map(formatType);
  return `A${typeWithArticle(from).slice(1)} can be cast to ${targets.join(', ')}.`;
}

const CASTABLE: readonly SqlType[] = [BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, DATE, TIME, TIMESTAMP];

function converterOf(from: SqlType, to: SqlType): Converter | undefined {
  switch (from.kind) {
    case 'INTEGER':
    case 'BIGINT':
      return fromWhole(from.kind, to);
    case 'DOUBLE':
      return fromDouble(to);
    case 'DECIMAL':
      return fromDecimal(from, to);
    case 'VARCHAR':
      return fromText(to);
    case 'DATE':
      return to.kind === 'TIMESTAMP' ? (value) => (value as number) * MS_PER_DAY : undefined;
    case 'TIMESTAMP':
      if (to.kind === 'DATE') return (value) => Math.floor((value as number) / MS_PER_DAY);
      return to.kind === 'TIME' ? (value) => floorMod(value as number, MS_PER_DAY) : undefined;
    case 'ARRAY': {
      if (to.kind !== 'ARRAY') return undefined;
      const element = castEvaluator(from.element, to.element);
      return (value) => (value as SqlValue[]).map((member) => element(member));
    }
    case 'MAP': {
      if (to.kind !== 'MAP') return undefined;
      const key = castEvaluator(from.key, to.key);
      const member = castEvaluator(from.value, to.value);
      return (value) => {
        const result: SqlMap = new Map();
        for (const [k, v] of value as SqlMap) result.set(key(k), member(v));
        return result;
      };
    }
    case 'STRUCT':
      return to.kind === 'STRUCT' ? structConverter(from, to) : undefined;
    default:
      return undefined;
  }
}

function structConverter(from: StructType, to: StructType): Converter {
  const fields = to.fields.map((field) => {
    const index = from.fields.findIndex((candidate) => candidate.name === field.name);
    const source = from.fields[index];
    return { index, convert: source === undefined ? () => null : castEvaluator(source.type, field.type) };
  });
  return (value) => fields.map(({ index, convert }) => convert((value as SqlValue[])[index] ?? null));
}

function fromWhole(kind: 'INTEGER' | 'BIGINT', to: SqlType): Converter | undefined {
  switch (to.kind) {
    case 'INTEGER':
      return (value) => (typeof value === 'number' ? wrapToInt32(value) : Number(BigInt.asIntN(32, value as bigint)));
    case 'BIGINT':
      return IDENTITY;
    case 'DOUBLE':
      return kind === 'INTEGER' ? IDENTITY : Number;
    case 'DECIMAL':
      return (value) => ensureFit(new ExactDecimal(value as number | bigint), to);
    default:
      return undefined;
  }
}

/** `(int) long` of a safe integer: `|` takes the number modulo 2^32 exactly. */
const wrapToInt32 = (value: number): number => value | 0;

function fromDouble(to: SqlType): Converter | undefined {
  switch (to.kind) {
    case 'INTEGER':
      return (value) => {
        const number = value as number;
        if (number >= 2147483647) return 2147483647;
        if (number <= -2147483648) return -2147483648;
        return number | 0;
      };
    case 'BIGINT':
      return (value) => toInt64(value as number);
    case 'DECIMAL':
      return (value) => {
        if (!Number.isFinite(value)) throw notFinite(value as number, to);
        return ensureFit(new ExactDecimal(value as number), to);
      };
    default:
      return undefined;
  }
}

function fromDecimal(from: DecimalType, to: SqlType): Converter | undefined {
  switch (to.kind) {
    case 'INTEGER':
      return (value) => Number(BigInt.asIntN(32, wholePart(value as Decimal)));
    case 'BIGINT':
      return (value) => normalizeBigint(wholePart(value as Decimal));
    case 'DOUBLE':
      return Number;
    case 'DECIMAL':
      if (to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale) return IDENTITY;
      return (value) => ensureFit(value as Decimal, to);
    default:
      return undefined;
  }
}

const wholePart = (value: Decimal): bigint => BigInt(value.trunc().toFixed());

function notFinite(value: number, type: DecimalType): WeirError {
  return new WeirError('DECIMAL_OVERFLOW', `${value} is no ${formatType(type)}.`, {
    details: { value: String(value), type: formatType(type) },
  });
}

function fromText(to: SqlType): Converter | undefined {
  switch (to.kind) {
    case 'BOOLEAN':
      return (value) => parseBooleanText(trimJava(value as string)) ?? false;
    case 'INTEGER':
      return reading(parseInteger, to);
    case 'BIGINT':
      return reading(parseBigint, to);
    case 'DOUBLE':
      return reading(parseSqlDouble, to);
    case 'DECIMAL':
      return (value) => {
        const number = parseDecimal(trimJava(value as string));
        if (number === undefined) throw unreadable(value as string, to);
        return ensureFit(number, to);
      };
    case 'DATE':
      return (value) => parseDate(trimJava(value as string));
    case 'TIME':
      return (value) => parseTime(trimJava(value as string));
    case 'TIMESTAMP':
      return (value) => parseTimestamp(trimJava(value as string));
    default:
      return undefined;
  }
}

function reading(parse: (text: string) => SqlValue | undefined, to: SqlType): Converter {
  return (value) => {
    const parsed = parse(trimJava(value as string));
    if (parsed === undefined) throw unreadable(value as string, to);
    return parsed;
  };
}

function unreadable(text: string, to: SqlType): WeirError {
  return new WeirError('CAST_FAILED', `'${text}' is no ${formatType(to)}.`, {
    details: { text, type: formatType(to) },
  });
}

/** SQL's doubles: finite numbers without Java's suffixes. */
function parseSqlDouble(text: string): number | undefined {
  if (!/\d\.?$/.test(text)) return undefined;
  const value = parseDouble(text);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** A beginning of `true`, `yes`, `false` or `no`, in any case; undefined for other text. */
export function parseBooleanText(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === '') return undefined;
  if ('true'.startsWith(lower) || 'yes'.startsWith(lower)) return true;
  if ('false'.startsWith(lower) || 'no'.startsWith(lower)) return false;
  return undefined;
}
