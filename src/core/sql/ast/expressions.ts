/** Expressions: literals, columns, operators, calls. */
import type { Span } from '../../common/position.ts';
import type { Decimal } from 'decimal.js';
import type { Node } from './node.ts';
import type { TimeUnit } from './duration.ts';
import type { TypeName } from './types.ts';

export type Expression =
  | NullLiteral
  | BooleanLiteral
  | IntegerLiteral
  | BigintLiteral
  | DoubleLiteral
  | DecimalLiteral
  | StringLiteral
  | IntervalUnit
  | ColumnReference
  | Dereference
  | Subscript
  | FunctionCall
  | Lambda
  | ArrayConstructor
  | MapConstructor
  | StructConstructor
  | Arithmetic
  | Negate
  | Comparison
  | Logical
  | Not
  | IsNull
  | Between
  | InList
  | Like
  | Case
  | Cast;

export type ExpressionKind = Expression['kind'];

export interface NullLiteral extends Node {
  readonly kind: 'null';
}
export interface BooleanLiteral extends Node {
  readonly kind: 'boolean';
  readonly value: boolean;
}
/** A whole number that fits 32 bits. */
export interface IntegerLiteral extends Node {
  readonly kind: 'integer';
  readonly value: number;
}
/** A whole number that fits 64 bits but not 32. */
export interface BigintLiteral extends Node {
  readonly kind: 'bigint';
  readonly value: bigint;
}
/** A number with an exponent. */
export interface DoubleLiteral extends Node {
  readonly kind: 'double';
  readonly value: number;
}
/** A number with a point and no exponent; `text` keeps its scale (`1.10` is DECIMAL(3, 2)). */
export interface DecimalLiteral extends Node {
  readonly kind: 'decimal';
  readonly value: Decimal;
  readonly text: string;
}
export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}
/** A bare time unit as an argument: `TIMESTAMPADD(DAYS, 1, t)`. `unit` is folded and singular: `DAY`. */
export interface IntervalUnit extends Node {
  readonly kind: 'intervalUnit';
  readonly unit: TimeUnit;
}
/** `name` or `source.name`; inside a lambda's body also its parameters. */
export interface ColumnReference extends Node {
  readonly kind: 'column';
  readonly source: string | undefined;
  readonly name: string;
}
/** `base->field` */
export interface Dereference extends Node {
  readonly kind: 'dereference';
  readonly base: Expression;
  readonly field: string;
  readonly fieldSpan: Span;
}
/** `base[index]` of an array (from 1, negative from the end) or a map */
export interface Subscript extends Node {
  readonly kind: 'subscript';
  readonly base: Expression;
  readonly index: Expression;
}
export interface FunctionCall extends Node {
  readonly kind: 'call';
  /** Folded to upper case unless quoted. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expression[];
  /** `COUNT(*)` */
  readonly star: boolean;
}
/** `x => body` or `(x, y) => body` */
export interface Lambda extends Node {
  readonly kind: 'lambda';
  readonly params: readonly string[];
  readonly body: Expression;
}
export interface ArrayConstructor extends Node {
  readonly kind: 'array';
  readonly elements: readonly Expression[];
}
export interface MapConstructor extends Node {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}
export interface StructConstructor extends Node {
  readonly kind: 'struct';
  readonly fields: readonly { readonly name: string; readonly value: Expression }[];
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
/** `||` is `+`'s synonym for strings and parses to `+`. */
export interface Arithmetic extends Node {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** `-x` where x is not a number literal (those fold into the literal); `+x` parses to x. */
export interface Negate extends Node {
  readonly kind: 'negate';
  readonly operand: Expression;
}
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM';
/** `!=` parses to `<>`. */
export interface Comparison extends Node {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Logical extends Node {
  readonly kind: 'logical';
  readonly operator: 'AND' | 'OR';
  readonly left: Expression;
  readonly right: Expression;
}
export interface Not extends Node {
  readonly kind: 'not';
  readonly operand: Expression;
}
export interface IsNull extends Node {
  readonly kind: 'isNull';
  readonly operand: Expression;
  readonly negated: boolean;
}
/** `NOT BETWEEN`, `NOT IN` and `NOT LIKE` keep their own form: `negated`. */
export interface Between extends Node {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}
export interface InList extends Node {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly list: readonly Expression[];
  readonly negated: boolean;
}
export interface Like extends Node {
  readonly kind: 'like';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: string | undefined;
  readonly negated: boolean;
}
/** `CASE operand WHEN ...` (simple) when `operand` is there, `CASE WHEN ...` (searched) when it is not. */
export interface Case extends Node {
  readonly kind: 'case';
  readonly operand: Expression | undefined;
  readonly whens: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | undefined;
}
export interface Cast extends Node {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: TypeName;
}
