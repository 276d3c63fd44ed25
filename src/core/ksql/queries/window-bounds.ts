/**
 * What WHERE says of WINDOWSTART and WINDOWEND: bounds, so that a store's windows outside of them are not read. WHERE is
 * evaluated over what is read all the same, so the bounds may be wider than what it says, and never narrower.
 */
import type { ComparisonOperator as Operator, Expression } from '../../sql/ast.ts';
import type { AnalyzerContext } from '../analyzer/context.ts';
import { compileContext } from '../analyzer/scope.ts';
import { compile } from '../expressions/compile.ts';
import { isConstant } from './key-constraints.ts';
import { WINDOWEND, WINDOWSTART } from '../names.ts';

/** Whole milliseconds, both ends included. */
export interface Bounds {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface WindowBounds {
  readonly start: Bounds;
  readonly end: Bounds;
}

const ANY: Bounds = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
export const ANY_WINDOW: WindowBounds = { start: ANY, end: ANY };

export const isBounded = ({ fromMs, toMs }: Bounds): boolean => fromMs > ANY.fromMs || toMs < ANY.toMs;

/** @param where qualified, with texts in place of times made to numbers */
export function windowBounds(where: Expression | undefined, context: AnalyzerContext): WindowBounds {
  if (where === undefined) return ANY_WINDOW;
  switch (where.kind) {
    case 'logical': {
      const left = windowBounds(where.left, context);
      const right = windowBounds(where.right, context);
      const combine = where.operator === 'AND' ? both : either;
      return { start: combine(left.start, right.start), end: combine(left.end, right.end) };
    }
    case 'comparison': {
      const side = sideOf(where.left);
      if (side !== undefined) return bound(side, where.operator, constantOf(where.right, context));
      const other = sideOf(where.right);
      if (other !== undefined) return bound(other, MIRRORED[where.operator], constantOf(where.left, context));
      return ANY_WINDOW;
    }
    case 'between': {
      const side = where.negated ? undefined : sideOf(where.operand);
      if (side === undefined) return ANY_WINDOW;
      const low = bound(side, '>=', constantOf(where.low, context));
      const high = bound(side, '<=', constantOf(where.high, context));
      return { start: both(low.start, high.start), end: both(low.end, high.end) };
    }
    default:
      return ANY_WINDOW;
  }
}

/** Where windows of this size have to start to be within the bounds. */
export function startsWithin({ start, end }: WindowBounds, sizeMs: number): Bounds {
  // A window that would end beyond what a number holds ends there.
  const toMs = end.toMs === ANY.toMs ? ANY.toMs : end.toMs - sizeMs;
  return both(start, { fromMs: end.fromMs - sizeMs, toMs });
}

export function isWithin({ start, end }: WindowBounds, window: { readonly startMs: number; readonly endMs: number }) {
  return holds(start, window.startMs) && holds(end, window.endMs);
}

const holds = ({ fromMs, toMs }: Bounds, ms: number): boolean => ms >= fromMs && ms <= toMs;

const both = (a: Bounds, b: Bounds): Bounds => ({
  fromMs: Math.max(a.fromMs, b.fromMs),
  toMs: Math.min(a.toMs, b.toMs),
});
const either = (a: Bounds, b: Bounds): Bounds => ({
  fromMs: Math.min(a.fromMs, b.fromMs),
  toMs: Math.max(a.toMs, b.toMs),
});

function sideOf(expression: Expression): keyof WindowBounds | undefined {
  if (expression.kind !== 'column') return undefined;
  return expression.name === WINDOWSTART ? 'start' : expression.name === WINDOWEND ? 'end' : undefined;
}

const MIRRORED: Readonly<Record<Operator, Operator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  'IS DISTINCT FROM': 'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM': 'IS NOT DISTINCT FROM',
};

function bound(side: keyof WindowBounds, operator: Operator, ms: number | undefined): WindowBounds {
  if (ms === undefined) return ANY_WINDOW;
  return { ...ANY_WINDOW, [side]: both(ANY, range(operator, ms)) };
}

function range(operator: Operator, ms: number): Bounds {
  switch (operator) {
    case '=':
    case 'IS NOT DISTINCT FROM':
      return { fromMs: Math.ceil(ms), toMs: Math.floor(ms) };
    case '>':
    case '>=':
      return { ...ANY, fromMs: Math.ceil(ms) };
    case '<':
    case '<=':
      return { ...ANY, toMs: Math.floor(ms) };
    case '<>':
    case 'IS DISTINCT FROM':
      return ANY;
  }
}

/** The value where it is a number that is known before any row is. */
function constantOf(expression: Expression, context: AnalyzerContext): number | undefined {
  if (!isConstant(expression)) return undefined;
  const { literal } = compile(expression, compileContext([], context));
  return typeof literal === 'number' || typeof literal === 'bigint' ? Number(literal) : undefined;
}
