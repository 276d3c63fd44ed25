/**
 * DECIMAL arithmetic: the result types of `+ - * / %`, and how a value is fitted to a type, as ksqlDB's `DecimalUtil` has them (they are SQL Server's, without a cap on the precision).
 *
 * | operator | precision                                  | scale                    |
 * | -------- | ------------------------------------------ | ------------------------ |
 * | `+ -`    | max(p1 - s1, p2 - s2) + max(s1, s2) + 1    | max(s1, s2)              |
 * | `*`      | p1 + p2 + 1                                | s1 + s2                  |
 * | `/`      | p1 - s1 + s2 + max(6, s1 + p2 + 1)         | max(6, s1 + p2 + 1)      |
 * | `%`      | min(p1 - s1, p2 - s2) + max(s1, s2)        | max(s1, s2)              |
 *
 * A decimal.js value computes with the precision of its own constructor, so that a `Decimal` made elsewhere would
 * round to 20 digits; the functions here therefore compute with `ExactDecimal`, whoever made the operands.
 */
import { Decimal } from 'decimal.js';
import { WeirError } from '../errors.ts';
import { decimal, formatType, type DecimalType, type SqlType } from '../sql-type.ts';
import { ExactDecimal, fitsPrecision } from './decimal-text.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** java.math.RoundingMode's modes that the dialect uses. */
export type RoundingMode = 'HALF_UP' | 'DOWN' | 'UP' | 'FLOOR' | 'CEILING';

const ROUNDING: Readonly<Record<RoundingMode, Decimal.Rounding>> = {
  HALF_UP: Decimal.ROUND_HALF_UP,
  DOWN: Decimal.ROUND_DOWN,
  UP: Decimal.ROUND_UP,
  FLOOR: Decimal.ROUND_FLOOR,
  CEILING: Decimal.ROUND_CEIL,
};

/** `BigDecimal.setScale`: a negative scale rounds to tens, hundreds ... */
export function setScale(value: Decimal, scale: number, mode: RoundingMode = 'HALF_UP'): Decimal {
  if (scale >= 0) return new ExactDecimal(value).toDecimalPlaces(scale, ROUNDING[mode]);
  const unit = ExactDecimal.pow(10, -scale);
  return ExactDecimal.div(value, unit).toDecimalPlaces(0, ROUNDING[mode]).mul(unit);
}

/**
 * The value rounded to the type's scale.
 * @throws WeirError DECIMAL_OVERFLOW when it has more digits before the point than the type
 */
export function ensureFit(value: Decimal, type: DecimalType): Decimal {
  const rounded = value.decimalPlaces() <= type.scale ? value : setScale(value, type.scale);
  if (!fitsPrecision(rounded, type.precision, type.scale)) {
    throw new WeirError('DECIMAL_OVERFLOW', `${value.toFixed()} has too many digits for ${formatType(type)}.`, {
      hint: 'CAST the operands to a DECIMAL of a higher precision.',
      details: { value: value.toFixed(), type: formatType(type) },
    });
  }
  return rounded;
}

/** The type of `left operator right` for two DECIMALs. */
export function resultType(operator: ArithmeticOperator, left: DecimalType, right: DecimalType): DecimalType {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  switch (operator) {
    case '+':
    case '-':
      return decimal(Math.max(p1 - s1, p2 - s2) + Math.max(s1, s2) + 1, Math.max(s1, s2));
    case '*':
      return decimal(p1 + p2 + 1, s1 + s2);
    case '/': {
      const scale = Math.max(6, s1 + p2 + 1);
      return decimal(p1 - s1 + s2 + scale, scale);
    }
    case '%':
      return decimal(Math.min(p1 - s1, p2 - s2) + Math.max(s1, s2), Math.max(s1, s2));
  }
}

/** The smallest DECIMAL that holds all values of both. */
export function widen(left: DecimalType, right: DecimalType): DecimalType {
  const scale = Math.max(left.scale, right.scale);
  return decimal(Math.max(left.precision - left.scale, right.precision - right.scale) + scale, scale);
}

/** The DECIMAL that a number type becomes in arithmetic and in implicit casts; undefined for other types. */
export function decimalOf(type: SqlType): DecimalType | undefined {
  switch (type.kind) {
    case 'INTEGER':
      return decimal(10, 0);
    case 'BIGINT':
      return decimal(19, 0);
    case 'DECIMAL':
      return type;
    default:
      return undefined;
  }
}

export const add = (left: Decimal, right: Decimal): Decimal => ExactDecimal.add(left, right);
export const subtract = (left: Decimal, right: Decimal): Decimal => ExactDecimal.sub(left, right);
