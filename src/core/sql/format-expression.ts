/**
 * Expressions and type names as text, in two styles.
 *
 * - `formatExpression` is ksqlDB's own form, one line, every operation in parentheses, synonyms resolved:
 *   `(F1 + F2)`, `CAST(A AS STRING)`. Messages and keys of comparison use it.
 * - `writeExpression` is for people: parentheses only where the grammar needs them, types as written. Parsing it gives
 *   the same tree.
 */
import { formatType, type SqlType } from '../common/sql-type.ts';
import type { Expression, ExpressionKind, TypeName } from './ast.ts';
import { RESERVED_WORDS } from './tokens.ts';
import { NAMED_TYPES } from './types.ts';

/** Words that may be names and yet would be read as something else where an expression or a name may begin. */
const AMBIGUOUS = new Set(['ARRAY', 'MAP', 'STRUCT', 'TABLES']);

/** A name as it must be written: in backquotes when it is not upper case, or is a keyword. */
export function writeName(name: string): string {
  const bare = /^[A-Z_][A-Z0-9_@]*$/.test(name) && !RESERVED_WORDS.has(name) && !AMBIGUOUS.has(name);
  return bare ? name : `\`${name.replaceAll('`', '``')}\``;
}

export function writeText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A DOUBLE as a literal that is read back as the same DOUBLE: `1.5E0`, `1E-7`. */
export function writeDouble(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '1E309' : '-1E309'; // from a literal out of range
  return (Object.is(value, -0) ? '-' : '') + value.toExponential().replace('e+', 'E').replace('e', 'E');
}

/** How tightly an expression holds together; see the precedence in `grammar/expressions.ts`. */
const LEVEL = {
  any: 0,
  or: 1,
  and: 2,
  not: 3,
  predicate: 4,
  value: 5,
  sum: 6,
  product: 7,
  sign: 8,
  postfix: 9,
  primary: 10,
};

const LEVEL_BY_KIND: Readonly<Record<Exclude<ExpressionKind, 'logical' | 'arithmetic'>, number>> = {
  null: LEVEL.primary,
  boolean: LEVEL.primary,
  integer: LEVEL.primary,
  bigint: LEVEL.primary,
  double: LEVEL.primary,
  decimal: LEVEL.primary,
  string: LEVEL.primary,
  intervalUnit: LEVEL.primary,
  column: LEVEL.primary,
  dereference: LEVEL.postfix,
  subscript: LEVEL.postfix,
  call: LEVEL.primary,
  lambda: LEVEL.any,
  array: LEVEL.primary,
  map: LEVEL.primary,
  struct: LEVEL.primary,
  negate: LEVEL.sign,
  comparison: LEVEL.predicate,
  not: LEVEL.not,
  isNull: LEVEL.predicate,
  between: LEVEL.predicate,
  in: LEVEL.predicate,
  like: LEVEL.predicate,
  case: LEVEL.primary,
  cast: LEVEL.primary,
};

function levelOf(node: Expression): number {
  if (node.kind === 'logical') return node.operator === 'OR' ? LEVEL.or : LEVEL.and;
  if (node.kind === 'arithmetic') return node.operator === '+' || node.operator === '-' ? LEVEL.sum : LEVEL.product;
  return LEVEL_BY_KIND[node.kind];
}

interface Style {
  /** The text of a part that must hold together at least as tightly as `level`. */
  readonly part: (node: Expression, level: number) => string;
  /** Puts a whole operation in parentheses, or does not. */
  readonly operation: (text: string) => string;
  readonly word: (word: string) => string;
  readonly type: (type: TypeName) => string;
  readonly assign: string;
}

const KSQL: Style = {
  part: (node) => write(node, KSQL),
  operation: (text) => `(${text})`,
  word: (word) => word.toLowerCase(),
  type: resolvedType,
  assign: ':=',
};

const READABLE: Style = {
  part: (node, level) => (levelOf(node) < level ? `(${write(node, READABLE)})` : write(node, READABLE)),
  operation: (text) => text,
  word: (word) => word,
  type: writeType,
  assign: ' := ',
};

/** ksqlDB's form. */
export function formatExpression(node: Expression): string {
  return write(node, KSQL);
}

/** The readable form; parses to the same tree wherever an expression may stand. */
export function writeExpression(node: Expression): string {
  return write(node, READABLE);
}

/** The readable form for places that take no bare condition: GROUP BY, PARTITION BY, VALUES. */
export function writeValue(node: Expression): string {
  return READABLE.part(node, LEVEL.value);
}

/** The readable form of what stands before `->*`. */
export function writePostfix(node: Expression): string {
  return READABLE.part(node, LEVEL.postfix);
}

function write(node: Expression, style: Style): string {
  const { part, operation } = style;
  const list = (nodes: readonly Expression[]): string => nodes.map((each) => part(each, LEVEL.any)).join(', ');
  switch (node.kind) {
    case 'null':
      return style.word('NULL');
    case 'boolean':
      return style.word(node.value ? 'TRUE' : 'FALSE');
    case 'integer':
    case 'bigint':
      return node.value.toString();
    case 'double':
      return writeDouble(node.value);
    case 'decimal':
      return node.text;
    case 'string':
      return writeText(node.value);
    case 'intervalUnit':
      return `${node.unit}S`;
    case 'column':
      return node.source === undefined ? writeName(node.name) : `${writeName(node.source)}.${writeName(node.name)}`;
    case 'dereference':
      return `${part(node.base, LEVEL.postfix)}->${writeName(node.field)}`;
    case 'subscript':
      return `${part(node.base, LEVEL.postfix)}[${part(node.index, LEVEL.value)}]`;
    case 'call':
      return `${writeName(node.name)}(${node.star ? '*' : list(node.args)})`;
    case 'lambda': {
      const params = node.params.map(writeName).join(', ');
      return `${node.params.length === 1 ? params : `(${params})`} => ${part(node.body, LEVEL.or)}`;
    }
    case 'array':
      return `ARRAY[${list(node.elements)}]`;
    case 'map': {
      const entry = (key: Expression, value: Expression): string =>
        part(key, LEVEL.or) + style.assign + part(value, LEVEL.or);
      return `MAP(${node.entries.map(({ key, value }) => entry(key, value)).join(', ')})`;
    }
    case 'struct': {
      const fields = node.fields.map(({ name, value }) => writeName(name) + style.assign + part(value, LEVEL.or));
      return `STRUCT(${fields.join(', ')})`;
    }
    case 'arithmetic': {
      const level = levelOf(node);
      return operation(`${part(node.left, level)} ${node.operator} ${part(node.right, level + 1)}`);
    }
    case 'negate': {
      const text = part(node.operand, LEVEL.sign);
      // `-1` would be a literal and `--` a comment.
      return /^[-.\d]/.test(text) ? `-(${text})` : `-${text}`;
    }
    case 'comparison':
      return operation(`${part(node.left, LEVEL.value)} ${node.operator} ${part(node.right, LEVEL.value)}`);
    case 'logical': {
      const level = levelOf(node);
      return operation(`${part(node.left, level)} ${node.operator} ${part(node.right, level + 1)}`);
    }
    case 'not':
      return operation(`NOT ${part(node.operand, LEVEL.not)}`);
    case 'isNull':
      return operation(`${part(node.operand, LEVEL.value)} IS ${node.negated ? 'NOT ' : ''}NULL`);
    case 'between': {
      const range = `${part(node.low, LEVEL.value)} AND ${part(node.high, LEVEL.value)}`;
      return operation(`${part(node.operand, LEVEL.value)}${negation(node)} BETWEEN ${range}`);
    }
    case 'in':
      return operation(`${part(node.operand, LEVEL.value)}${negation(node)} IN (${list(node.list)})`);
    case 'like': {
      const escape = node.escape === undefined ? '' : ` ESCAPE ${writeText(node.escape)}`;
      const pattern = part(node.pattern, LEVEL.value);
      return operation(`${part(node.operand, LEVEL.value)}${negation(node)} LIKE ${pattern}${escape}`);
    }
    case 'case': {
      const words = ['CASE'];
      if (node.operand !== undefined) words.push(part(node.operand, LEVEL.value));
      for (const { when, then } of node.whens) words.push('WHEN', part(when, LEVEL.or), 'THEN', part(then, LEVEL.or));
      if (node.otherwise !== undefined) words.push('ELSE', part(node.otherwise, LEVEL.or));
      return operation([...words, 'END'].join(' '));
    }
    case 'cast':
      return `CAST(${part(node.operand, LEVEL.or)} AS ${style.type(node.type)})`;
  }
}

const negation = (node: { readonly negated: boolean }): string => (node.negated ? ' NOT' : '');

// ---------------------------------------------------------------------------------------------------- types

/** A type as written. */
export function writeType(type: TypeName): string {
  switch (type.kind) {
    case 'named': {
      const name = type.name === 'DECIMAL' ? type.name : writeName(type.name);
      return type.parameters.length === 0 ? name : `${name}(${type.parameters.join(', ')})`;
    }
    case 'arrayType':
      return `ARRAY<${writeType(type.element)}>`;
    case 'mapType':
      return `MAP<${writeType(type.key)}, ${writeType(type.value)}>`;
    case 'structType':
      return `STRUCT<${type.fields.map((field) => `${writeName(field.name)} ${writeType(field.type)}`).join(', ')}>`;
  }
}

/** A type with its synonyms resolved, as `formatType` prints it; custom types keep their name. */
function resolvedType(type: TypeName): string {
  switch (type.kind) {
    case 'named': {
      const known: SqlType | undefined = NAMED_TYPES.get(type.name);
      return known === undefined ? writeType(type) : formatType(known);
    }
    case 'arrayType':
      return `ARRAY<${resolvedType(type.element)}>`;
    case 'mapType':
      return `MAP<${resolvedType(type.key)}, ${resolvedType(type.value)}>`;
    case 'structType':
      return `STRUCT<${type.fields.map((field) => `\`${field.name}\` ${resolvedType(field.type)}`).join(', ')}>`;
  }
}
