/**
 * The types of SQL values and how a value of each is held in JavaScript.
 *
 * | SQL            | JavaScript                                                                   |
 * | -------------- | ---------------------------------------------------------------------------- |
 * | BOOLEAN        | `boolean`                                                                    |
 * | INTEGER        | `number`                                                                     |
 * | BIGINT         | `number` while it is a safe integer, `bigint` beyond: never both             |
 * | DOUBLE         | `number`                                                                     |
 * | DECIMAL(p, s)  | `Decimal` of decimal.js; the scale is the type's, not the value's            |
 * | VARCHAR        | `string`                                                                     |
 * | BYTES          | `Uint8Array`                                                                 |
 * | DATE           | `number`, days since 1970-01-01                                              |
 * | TIME           | `number`, milliseconds since midnight                                        |
 * | TIMESTAMP      | `number`, milliseconds since the epoch                                       |
 * | ARRAY          | `SqlValue[]`                                                                 |
 * | MAP            | `Map` from key to value, in insertion order                                  |
 * | STRUCT         | `SqlValue[]` by field index                                                  |
 * | any, NULL      | `null`                                                                       |
 *
 * Values carry no type of their own: whoever reads one knows its `SqlType`.
 */
import type { Decimal } from 'decimal.js';

export type SqlType = SimpleType | DecimalType | ArrayType | MapType | StructType;

export type SimpleKind =
  'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'VARCHAR' | 'BYTES' | 'DATE' | 'TIME' | 'TIMESTAMP';

export interface SimpleType {
  readonly kind: SimpleKind;
}
export interface DecimalType {
  readonly kind: 'DECIMAL';
  readonly precision: number;
  readonly scale: number;
}
export interface ArrayType {
  readonly kind: 'ARRAY';
  readonly element: SqlType;
}
export interface MapType {
  readonly kind: 'MAP';
  readonly key: SqlType;
  readonly value: SqlType;
}
export interface StructField {
  readonly name: string;
  readonly type: SqlType;
}
export interface StructType {
  readonly kind: 'STRUCT';
  readonly fields: readonly StructField[];
}

export type SqlValue = null | boolean | number | bigint | string | Decimal | Uint8Array | SqlValue[] | SqlMap;
export type SqlMap = Map<SqlValue, SqlValue>;

/** A row: the values of a schema's columns, by column index. */
export type Row = SqlValue[];

export const BOOLEAN: SimpleType = { kind: 'BOOLEAN' };
export const INTEGER: SimpleType = { kind: 'INTEGER' };
export const BIGINT: SimpleType = { kind: 'BIGINT' };
export const DOUBLE: SimpleType = { kind: 'DOUBLE' };
export const VARCHAR: SimpleType = { kind: 'VARCHAR' };
export const BYTES: SimpleType = { kind: 'BYTES' };
export const DATE: SimpleType = { kind: 'DATE' };
export const TIME: SimpleType = { kind: 'TIME' };
export const TIMESTAMP: SimpleType = { kind: 'TIMESTAMP' };
export const decimal = (precision: number, scale: number): DecimalType => ({ kind: 'DECIMAL', precision, scale });
export const array = (element: SqlType): ArrayType => ({ kind: 'ARRAY', element });
export const map = (key: SqlType, value: SqlType): MapType => ({ kind: 'MAP', key, value });
export const struct = (fields: readonly StructField[]): StructType => ({ kind: 'STRUCT', fields });

export function isNumeric(type: SqlType): boolean {
  return type.kind === 'INTEGER' || type.kind === 'BIGINT' || type.kind === 'DOUBLE' || type.kind === 'DECIMAL';
}

export function sameType(a: SqlType, b: SqlType): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'DECIMAL':
      return b.kind === 'DECIMAL' && a.precision === b.precision && a.scale === b.scale;
    case 'ARRAY':
      return b.kind === 'ARRAY' && sameType(a.element, b.element);
    case 'MAP':
      return b.kind === 'MAP' && sameType(a.key, b.key) && sameType(a.value, b.value);
    case 'STRUCT':
      return (
        b.kind === 'STRUCT' &&
        a.fields.length === b.fields.length &&
        a.fields.every((field, i) => {
          const other = b.fields[i];
          return other !== undefined && field.name === other.name && sameType(field.type, other.type);
        })
      );
    default:
      return a.kind === b.kind;
  }
}

/**
 * The type as ksqlDB writes it in schemas: `STRING` for VARCHAR, field names in backquotes.
 * Example: ``STRUCT<`A` INTEGER, `B` ARRAY<STRING>>``.
 */
export function formatType(type: SqlType): string {
  switch (type.kind) {
    case 'VARCHAR':
      return 'STRING';
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'ARRAY':
      return `ARRAY<${formatType(type.element)}>`;
    case 'MAP':
      return `MAP<${formatType(type.key)}, ${formatType(type.value)}>`;
    case 'STRUCT':
      return `STRUCT<${type.fields.map((f) => `${quoteName(f.name)} ${formatType(f.type)}`).join(', ')}>`;
    default:
      return type.kind;
  }
}

/** `a STRING`, `an INTEGER` */
export function typeWithArticle(type: SqlType): string {
  const text = formatType(type);
  return `${/^[AEIO]/.test(text) ? 'an' : 'a'} ${text}`;
}

/** A name in backquotes, as ksqlDB prints identifiers in schemas. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
