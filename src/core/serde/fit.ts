/** Conversions that several formats share when a foreign value meets a column's type. */
import type { Decimal } from 'decimal.js';
import type { DecimalType, SqlValue } from '../common/sql-type.ts';
import { fitsPrecision } from '../common/values/decimal-text.ts';
import { Mismatch } from './serde-errors.ts';

/**
 * Checks that a decimal is exactly a DECIMAL(p, s): digits are neither rounded away nor cut off.
 * @throws Mismatch
 */
export function fitDecimal(value: Decimal, type: DecimalType): Decimal {
  if (!fitsPrecision(value, type.precision, type.scale)) {
    throw new Mismatch(
      `${value.toFixed()} is too large for DECIMAL(${type.precision}, ${type.scale}): ` +
        `it must be less than 10^${type.precision - type.scale}`,
    );
  }
  if (value.decimalPlaces() > type.scale) {
    throw new Mismatch(
      `${value.toFixed()} has ${value.decimalPlaces()} digits after the point, ` +
        `and DECIMAL(${type.precision}, ${type.scale}) holds ${type.scale}`,
    );
  }
  return value;
}

const BLANK: readonly (readonly null[])[] = Array.from({ length: 33 }, (_, count) =>
  Array.from({ length: count }, () => null),
);

/** An array of so many nulls, to be filled. Pushing onto an empty one would reserve room for 16 more than it needs. */
export function nulls(count: number): SqlValue[] {
  const blank = BLANK[count];
  return blank === undefined ? Array.from({ length: count }, () => null) : blank.slice();
}

export function describeText(text: string): string {
  return `'${text.length > 40 ? `${text.slice(0, 37)}...` : text}'`;
}

/** What a value is, for messages. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return `the string ${describeText(value)}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return `the boolean ${value}`;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Uint8Array) return 'bytes';
  return 'an object';
}

/** Narrowing of values inside encoders. A failure is a bug of whoever made the row. */
export function expectArray(value: SqlValue): SqlValue[] {
  if (Array.isArray(value)) return value;
  throw new Mismatch(`expected an array, found ${describeValue(value)}`);
}
export function expectMap(value: SqlValue): Map<SqlValue, SqlValue> {
  if (value instanceof Map) return value;
  throw new Mismatch(`expected a map, found ${describeValue(value)}`);
}
export function expectBytes(value: SqlValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Mismatch(`expected bytes, found ${describeValue(value)}`);
}
export function expectDecimal(value: SqlValue): Decimal {
  if (typeof value === 'object' && value !== null && 'toDecimalPlaces' in value) return value;
  throw new Mismatch(`expected a decimal, found ${describeValue(value)}`);
}
export function expectNumber(value: SqlValue): number {
  if (typeof value === 'number') return value;
  throw new Mismatch(`expected a number, found ${describeValue(value)}`);
}
export function expectInteger64(value: SqlValue): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new Mismatch(`expected a number, found ${describeValue(value)}`);
}
export function expectString(value: SqlValue): string {
  if (typeof value === 'string') return value;
  throw new Mismatch(`expected a string, found ${describeValue(value)}`);
}
export function expectBoolean(value: SqlValue): boolean {
  if (typeof value === 'boolean') return value;
  throw new Mismatch(`expected a boolean, found ${describeValue(value)}`);
}
