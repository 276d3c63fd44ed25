/**
 * Literals. A whole number is INTEGER when it fits 32 bits and BIGINT when it fits 64; a number with a point is a
 * DECIMAL of the digits as written (`1.10` is DECIMAL(3, 2)); a number with an exponent is DOUBLE.
 */
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, VARCHAR, decimal, type DecimalType } from '../../common/sql-type.ts';
import type {
  BigintLiteral,
  BooleanLiteral,
  DecimalLiteral,
  DoubleLiteral,
  IntegerLiteral,
  NullLiteral,
  StringLiteral,
} from '../../sql/ast.ts';
import { normalizeBigint } from '../../common/values/bigint.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import { constant, type Compiled } from './context.ts';

type Literal =
  NullLiteral | BooleanLiteral | IntegerLiteral | BigintLiteral | DoubleLiteral | DecimalLiteral | StringLiteral;

export function compileLiteral(node: Literal): Compiled {
  switch (node.kind) {
    case 'null':
      return constant(null, null);
    case 'boolean':
      return constant(BOOLEAN, node.value);
    case 'integer':
      return constant(INTEGER, node.value);
    case 'bigint':
      return constant(BIGINT, normalizeBigint(node.value));
    case 'double':
      return constant(DOUBLE, node.value);
    case 'decimal':
      return constant(decimalLiteralType(node.text), new ExactDecimal(node.text));
    case 'string':
      return constant(VARCHAR, node.value);
  }
}

/** The type of a decimal written so: as many digits before the point as count, at least one. */
function decimalLiteralType(text: string): DecimalType {
  const unsigned = text.replace(/^[+-]/, '');
  const point = unsigned.indexOf('.');
  const whole = (point < 0 ? unsigned : unsigned.slice(0, point)).replace(/^0+/, '');
  const scale = point < 0 ? 0 : unsigned.length - point - 1;
  return decimal(Math.max(whole.length, 1) + scale, scale);
}
