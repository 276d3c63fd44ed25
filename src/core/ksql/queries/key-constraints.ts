/**
 * What WHERE says about the key of a table that a pull query reads: exact keys to look up, a range of a text key, or
 * nothing that spares a scan (and then why).
 *
 * WHERE is taken apart into disjuncts of conjuncts. Each disjunct has to bind every key column once, by `=` or IN, to
 * expressions without columns; a key of one VARCHAR column may be bound by one range comparison instead. Comparisons of
 * window bounds neither help nor hinder.
 */
import { WeirError } from '../../common/errors.ts';
import { formatType, quoteName, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { rowKey } from '../../common/values/key.ts';
import type { Comparison, Expression } from '../../sql/ast.ts';
import { someExpression } from '../../sql/expression-walk.ts';
import { formatExpression } from '../../sql/format-expression.ts';
import type { AnalyzerContext } from '../analyzer/context.ts';
import { compileContext } from '../analyzer/scope.ts';
import type { DataSource } from '../catalog.ts';
import { compile } from '../expressions/compile.ts';
import { EMPTY_ROW } from '../expressions/context.ts';
import { coerceImplicit, implicitlyCasts } from '../expressions/implicit.ts';
import type { SqlKey } from '../lowering/keys.ts';

export type KeyConstraints =
  | { readonly kind: 'keys'; readonly keys: readonly SqlKey[] }
  | { readonly kind: 'range' }
  /** `reason`: why nothing less than a scan will do. */
  | { readonly kind: 'scan'; readonly reason: string };

/** More disjuncts than that are not worth taking apart. */
const MAX_DISJUNCTS = 64;

/** @throws WeirError INVALID_PULL_QUERY, TYPE_MISMATCH for keys that no row can have: NULL, or of another type */
export function keyConstraints(
  where: Expression | undefined,
  source: DataSource,
  context: AnalyzerContext,
): KeyConstraints {
  if (where === undefined) return { kind: 'scan', reason: 'there is no WHERE clause' };
  const disjuncts = disjunctsOf(where);
  if (disjuncts === undefined) return { kind: 'scan', reason: 'WHERE has too many alternatives' };
  const found = disjuncts.map((conjuncts) => constrain(conjuncts, source, context));
  const scan = found.find((constraint) => constraint.kind === 'scan');
  if (scan !== undefined) return scan;
  const ranges = found.filter((constraint) => constraint.kind === 'range');
  if (ranges.length > 0) {
    return found.length === 1 ? { kind: 'range' } : { kind: 'scan', reason: 'WHERE has several ranges of the key' };
  }
  const keys = new Map<string, SqlKey>();
  for (const constraint of found) {
    if (constraint.kind === 'keys') for (const key of constraint.keys) keys.set(rowKey(key), key);
  }
  return { kind: 'keys', keys: [...keys.values()] };
}

/** `a AND (b OR c)` is `[[a, b], [a, c]]`; undefined when that becomes too much. */
function disjunctsOf(expression: Expression): readonly (readonly Expression[])[] | undefined {
  if (expression.kind !== 'logical') return [[expression]];
  const left = disjunctsOf(expression.left);
  const right = disjunctsOf(expression.right);
  if (left === undefined || right === undefined) return undefined;
  const all = expression.operator === 'OR' ? [...left, ...right] : left.flatMap((a) => right.map((b) => [...a, ...b]));
  return all.length > MAX_DISJUNCTS ? undefined : all;
}

function constrain(conjuncts: readonly Expression[], source: DataSource, context: AnalyzerContext): KeyConstraints {
  const { key } = source.schema;
  const isKey = (e: Expression): boolean => e.kind === 'column' && key.some((c) => c.name === e.name);
  const bound = new Map<string, readonly SqlValue[] | 'range'>();
  for (const conjunct of conjuncts) {
    if (!someExpression(conjunct, isKey)) continue;
    const binding = bindingOf(conjunct, isKey);
    if ('reason' in binding) return { kind: 'scan', reason: binding.reason(source) };
    const { column, values } = binding;
    if (bound.has(column)) {
      return { kind: 'scan', reason: `a condition on the key column ${column} cannot be combined with another` };
    }
    const type = key.find((c) => c.name === column)?.type;
    if (values === 'range' || type === undefined) {
      bound.set(column, 'range');
      continue;
    }
    const constants = values.map((value) => constantKey(value, column, type, conjunct.kind === 'in', context));
    if (constants.includes(undefined)) {
      return { kind: 'scan', reason: `${formatExpression(conjunct)} compares the key with another type` };
    }
    bound.set(
      column,
      constants.filter((value) => value !== undefined),
    );
  }
  if (bound.size === 0) {
    return {
      kind: 'scan',
      reason: `WHERE says nothing about the key in ${conjuncts.map(formatExpression).join(' AND ')}`,
    };
  }
  if (bound.size < key.length) {
    const missing = key.filter((c) => !bound.has(c.name)).map((c) => c.name);
    return { kind: 'scan', reason: `the key has several columns, and WHERE does not bind ${missing.join(', ')}` };
  }
  if ([...bound.values()].includes('range')) {
    const isScannable = key.length === 1 && key[0]?.type.kind === 'VARCHAR' && source.window === undefined;
    return isScannable ? { kind: 'range' } : { kind: 'scan', reason: 'ranges are kept of single VARCHAR keys alone' };
  }
  let keys: SqlValue[][] = [[]];
  for (const { name } of key) {
    const values = bound.get(name);
    if (values === undefined || values === 'range') continue;
    keys = keys.flatMap((prefix) => values.map((value) => [...prefix, value]));
  }
  return { kind: 'keys', keys };
}

interface Binding {
  readonly column: string;
  readonly values: readonly Expression[] | 'range';
}
interface Unbound {
  readonly reason: (source: DataSource) => string;
}

const RANGES: ReadonlySet<Comparison['operator']> = new Set(['<', '<=', '>', '>=']);

function bindingOf(conjunct: Expression, isKey: (e: Expression) => boolean): Binding | Unbound {
  if (conjunct.kind === 'in' && !conjunct.negated && conjunct.operand.kind === 'column' && isKey(conjunct.operand)) {
    if (conjunct.list.every(isConstant)) return { column: conjunct.operand.name, values: conjunct.list };
  }
  if (conjunct.kind !== 'comparison') {
    return { reason: () => `a comparison must directly reference a key column: ${formatExpression(conjunct)}` };
  }
  const { left, right, operator } = conjunct;
  const [column, value] = isKey(left) ? [left, right] : [right, left];
  if (column.kind !== 'column' || !isKey(column)) {
    return { reason: () => `a comparison must directly reference a key column: ${formatExpression(conjunct)}` };
  }
  if (!isConstant(value)) {
    return { reason: () => `the key is compared with what is known per row alone: ${formatExpression(conjunct)}` };
  }
  if (operator === '=') return { column: column.name, values: [value] };
  if (RANGES.has(operator)) return { column: column.name, values: 'range' };
  return {
    reason: ({ schema }) => {
      const columns = schema.key.map((c) => `${quoteName(c.name)} ${formatType(c.type)} KEY`).join(', ');
      return `bounds of the key columns '[${columns}]' must use '=', not ${operator}`;
    },
  };
}

/** Known before any row is. */
export function isConstant(expression: Expression): boolean {
  return !someExpression(expression, (e) => e.kind === 'column');
}

/** Undefined: the value is comparable with the key without being one, such as 10.5 for an INTEGER key. */
function constantKey(
  expression: Expression,
  column: string,
  type: SqlType,
  isList: boolean,
  context: AnalyzerContext,
): SqlValue | undefined {
  const compiled = compile(expression, compileContext([], context));
  const value = compiled.literal === undefined ? compiled.evaluate(EMPTY_ROW) : compiled.literal;
  if (value === null) {
    throw new WeirError('INVALID_PULL_QUERY', `A key is never NULL: ${column} = NULL finds no row.`, {
      span: expression.span,
      hint: 'Leave the condition out.',
      details: { column },
    });
  }
  if (compiled.type !== null && implicitlyCasts(compiled.type, type)) return coerceImplicit(value, compiled.type, type);
  if (!isList) return undefined;
  throw new WeirError(
    'TYPE_MISMATCH',
    `${formatExpression(expression)} cannot become a key of the column ${column} ${formatType(type)}.`,
    {
      span: expression.span,
      hint: `Write a ${formatType(type)}.`,
      details: { column, type: formatType(type), value: formatExpression(expression) },
    },
  );
}
