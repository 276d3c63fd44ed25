/** How messages name an expression, a type and an operator. */
import { formatType, type SqlType } from '../../common/sql-type.ts';
import type { ArithmeticOperator, ComparisonOperator, Expression } from '../../sql/ast.ts';

export function textOf(node: Expression): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'string':
      return `'${node.value.replaceAll("'", "''")}'`;
    case 'decimal':
      return node.text;
    case 'boolean':
    case 'integer':
    case 'bigint':
    case 'double':
      return String(node.value);
    case 'column':
      return node.source === undefined ? node.name : `${node.source}.${node.name}`;
    case 'dereference':
      return `${textOf(node.base)}->${node.field}`;
    case 'subscript':
      return `${textOf(node.base)}[${textOf(node.index)}]`;
    case 'call':
      return `${node.name}(${node.star ? '*' : node.args.map(textOf).join(', ')})`;
    case 'array':
      return `ARRAY[${node.elements.map(textOf).join(', ')}]`;
    case 'map':
      return `MAP(${node.entries.map((e) => `${textOf(e.key)}:=${textOf(e.value)}`).join(', ')})`;
    case 'struct':
      return `STRUCT(${node.fields.map((f) => `${f.name}:=${textOf(f.value)}`).join(', ')})`;
    case 'arithmetic':
    case 'comparison':
    case 'logical':
      return `(${textOf(node.left)} ${node.operator} ${textOf(node.right)})`;
    default:
      return node.kind;
  }
}

/** A type in a message; the literal NULL has none. */
export const typeText = (type: SqlType | null): string => (type === null ? 'NULL' : formatType(type));

/** `name (INTEGER)` */
export const typed = (expression: Expression, type: SqlType | null): string =>
  `${textOf(expression)} (${typeText(type)})`;

export const COMPARISON_NAMES: Readonly<Record<ComparisonOperator, string>> = {
  '=': 'EQUAL',
  '<>': 'NOT_EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  'IS DISTINCT FROM': 'IS_DISTINCT_FROM',
  'IS NOT DISTINCT FROM': 'IS_NOT_DISTINCT_FROM',
};

export const ARITHMETIC_NAMES: Readonly<Record<ArithmeticOperator, string>> = {
  '+': 'ADD',
  '-': 'SUBTRACT',
  '*': 'MULTIPLY',
  '/': 'DIVIDE',
  '%': 'MODULUS',
};
