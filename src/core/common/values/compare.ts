/**
 * Equality and order of SQL values, as Java's `equals` and `compareTo` have them on the reference's classes.
 *
 * - DOUBLE orders as `Double.compareTo`: -0.0 < 0.0, NaN is equal to itself and above everything.
 * - DECIMAL compares by value: 1.0 = 1.00.
 * - VARCHAR orders by UTF-16 code units, FALSE before TRUE.
 * - BYTES order as `ByteBuffer.compareTo`: byte by byte, and a byte is signed (0xFF is -1), then by length.
 * - ARRAY, MAP and STRUCT have equality only; a map's order of entries does not matter. `null` equals `null`.
 */
import { Decimal } from 'decimal.js';
import { WeirError } from '../errors.ts';
import { formatType, type SqlMap, type SqlType, type SqlValue } from '../sql-type.ts';
import { keyOf } from './key.ts';

export type Comparator = (a: SqlValue, b: SqlValue) => number;

/** Whether two values of one type are the same; no type is needed to tell. */
export function equalValues(a: SqlValue, b: SqlValue): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  // Both zeros are one value for `=`, NaN is itself: as Double.equals for NaN, as SQL for zeros.
  if (typeof a !== 'object' || typeof b !== 'object')
    return typeof a === 'number' && Number.isNaN(a) && Number.isNaN(b);
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equalValues(a[i] ?? null, b[i] ?? null)) return false;
    return true;
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof Map) return b instanceof Map && equalMaps(a, b);
  return Decimal.isDecimal(a) && Decimal.isDecimal(b) && a.equals(b);
}

function equalMaps(a: SqlMap, b: SqlMap): boolean {
  if (a.size !== b.size) return false;
  let others: Map<unknown, SqlValue> | undefined;
  for (const [key, value] of a) {
    if (key === null || typeof key !== 'object') {
      if (!b.has(key) || !equalValues(value, b.get(key) ?? null)) return false;
    } else {
      others ??= new Map([...b].map(([k, v]) => [keyOf(k), v]));
      const id = keyOf(key);
      if (!others.has(id) || !equalValues(value, others.get(id) ?? null)) return false;
    }
  }
  return true;
}

/** `Double.compareTo` */
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b && a !== 0) return 0;
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a)) return 1;
  if (Number.isNaN(b)) return -1;
  return Object.is(a, -0) ? -1 : 1;
}

/** `ByteBuffer.compareTo`: bytes are signed. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    if (x !== y) return (x << 24) - (y << 24) < 0 ? -1 : 1;
  }
  return a.length - b.length;
}

const natural: Comparator = (a, b) => {
  const x = a as number | bigint | string | boolean;
  const y = b as number | bigint | string | boolean;
  return x < y ? -1 : x > y ? 1 : 0;
};

/**
 * The order of two non-null values of a type.
 * @throws WeirError NOT_COMPARABLE for ARRAY, MAP and STRUCT
 */
export function comparatorOf(type: SqlType): Comparator {
  switch (type.kind) {
    case 'DOUBLE':
      return compareDoubles as Comparator;
    case 'DECIMAL':
      return ((a: Decimal, b: Decimal) => a.comparedTo(b)) as Comparator;
    case 'BYTES':
      return compareBytes as Comparator;
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      throw new WeirError('NOT_COMPARABLE', `Values of type ${formatType(type)} have no order.`, {
        hint: 'Compare a member of it: an element, an entry or a field.',
        details: { type: formatType(type) },
      });
    default:
      return natural;
  }
}

export function isComparable(type: SqlType): boolean {
  return type.kind !== 'ARRAY' && type.kind !== 'MAP' && type.kind !== 'STRUCT';
}
