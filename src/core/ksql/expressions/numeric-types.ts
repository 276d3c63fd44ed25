/**
 * The lattice of numeric types: INTEGER → BIGINT → DECIMAL → DOUBLE, each implicitly cast to those after it. In decimal
 * arithmetic INTEGER counts as DECIMAL(10, 0) and BIGINT as DECIMAL(19, 0); `common/values/decimal.ts` has the rules.
 */
import { assert } from '../../common/errors.ts';
import type { DecimalType, SqlType } from '../../common/sql-type.ts';
import { decimalOf, widen } from '../../common/values/decimal.ts';

export function asDecimal(type: SqlType): DecimalType {
  const result = decimalOf(type);
  assert(result !== undefined, `${type.kind} has no decimal form`);
  return result;
}

/** The numeric type that both are implicitly cast to. */
export function widerNumeric(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'DOUBLE') return a;
  if (b.kind === 'DOUBLE') return b;
  if (a.kind === 'DECIMAL' || b.kind === 'DECIMAL') return widen(asDecimal(a), asDecimal(b));
  return a.kind === 'BIGINT' ? a : b;
}
