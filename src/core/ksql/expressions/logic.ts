/**
 * AND, OR, NOT by three-valued logic, lazily from the left; IS [NOT] NULL; BETWEEN, which is `low <= x AND x <= high`;
 * IN, whose list is brought to one type with the operand; LIKE. NOT BETWEEN and NOT IN negate the answer, which is
 * false, not null, when the operand is null.
 */
import { WeirError } from '../../common/errors.ts';
import { BOOLEAN, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { equalValues } from '../../common/values/compare.ts';
import { keyOf, type ValueKey } from '../../common/values/key.ts';
import type { Between, Expression, InList, IsNull, Like, Logical, Not } from '../../sql/ast.ts';
import { compileLike, type LikeMatcher } from '../../sql/functions/like.ts';
import { commonize } from './common-type.ts';
import { compareCompiled } from './comparison.ts';
import {
  anyFallible,
  computed,
  failingOnNulls,
  folded,
  testedOperand,
  type Compiled,
  type Env,
  type Evaluator,
} from './context.ts';
import { textOf, typed, typeText } from './text.ts';

/** Compiles an operand that must be BOOLEAN; a bare NULL will do. */
export function compileBoolean(expression: Expression, env: Env, place: string): Compiled {
  const operand = env.compile(expression, env);
  if (operand.type !== null && operand.type.kind !== 'BOOLEAN') {
    throw wrongType(expression, operand.type, 'BOOLEAN', place);
  }
  return operand;
}

export function wrongType(expression: Expression, type: SqlType | null, wanted: string, place: string): WeirError {
  return new WeirError('TYPE_MISMATCH', `${place} must be ${wanted}, and ${typed(expression, type)} is not.`, {
    span: expression.span,
    hint:
      wanted === 'BOOLEAN'
        ? `Write a condition, for example ${textOf(expression)} IS NOT NULL.`
        : `Write one, or a CAST to ${wanted}.`,
    details: { expression: textOf(expression), type: typeText(type), wanted },
  });
}

export function compileLogical(node: Logical, env: Env): Compiled {
  if (node.operator === 'AND' && env.nulls === 'excludes') return compileConjuncts(node, env);
  const place = `An operand of ${node.operator}`;
  const left = compileBoolean(node.left, failingOnNulls(env), place);
  const right = compileBoolean(node.right, failingOnNulls(env), place);
  const [l, r] = [left.evaluate, right.evaluate];
  // The value that decides without the other operand: false for AND, true for OR.
  const evaluate: Evaluator =
    node.operator === 'AND'
      ? (row) => {
          const a = l(row);
          if (a === true) return r(row);
          if (a === false) return false;
          return r(row) === false ? false : null;
        }
      : (row) => {
          const a = l(row);
          if (a === false) return r(row);
          if (a === true) return true;
          return r(row) === true ? true : null;
        };
  return folded([left, right], computed(BOOLEAN, evaluate, left.fallible || right.fallible));
}

/** A chain of ANDs at the top of a predicate: one test after the other, and null is as good as false. */
function compileConjuncts(node: Logical, env: Env): Compiled {
  const conjuncts = conjunctsOf(node).map((conjunct) => compileBoolean(conjunct, env, 'An operand of AND'));
  const tests = conjuncts.map((conjunct) => conjunct.evaluate);
  return folded(conjuncts, computed(BOOLEAN, allOf(tests), anyFallible(conjuncts)));
}

function conjunctsOf(node: Expression): readonly Expression[] {
  if (node.kind !== 'logical' || node.operator !== 'AND') return [node];
  return [...conjunctsOf(node.left), ...conjunctsOf(node.right)];
}

function allOf(tests: readonly Evaluator[]): Evaluator {
  const [a, b, c, d] = tests;
  if (a === undefined || b === undefined) return a ?? (() => true);
  if (c === undefined) return (row) => a(row) === true && b(row) === true;
  if (d === undefined) return (row) => a(row) === true && b(row) === true && c(row) === true;
  const rest = allOf(tests.slice(3));
  return (row) => a(row) === true && b(row) === true && c(row) === true && rest(row) === true;
}

export function compileNot(node: Not, env: Env): Compiled {
  return negated(compileBoolean(node.operand, failingOnNulls(env), 'The operand of NOT'), true);
}

/** The answer turned round where `negate` is set; null stays null. */
function negated(answer: Compiled, negate: boolean): Compiled {
  if (!negate) return answer;
  const { evaluate } = answer;
  return folded(
    [answer],
    computed(
      BOOLEAN,
      (row) => {
        const value = evaluate(row);
        return value === null ? null : !(value as boolean);
      },
      answer.fallible,
    ),
  );
}

export function compileIsNull(node: IsNull, env: Env): Compiled {
  const operand = env.compile(node.operand, failingOnNulls(env));
  const { evaluate } = operand;
  return folded(
    [operand],
    computed(
      BOOLEAN,
      node.negated ? (row) => evaluate(row) !== null : (row) => evaluate(row) === null,
      operand.fallible,
    ),
  );
}

export function compileBetween(node: Between, env: Env): Compiled {
  const operands = node.negated ? failingOnNulls(env) : testedOperand(env);
  const operand = env.compile(node.operand, operands);
  const { span } = node;
  const low = env.compile(node.low, operands);
  const high = env.compile(node.high, operands);
  const above = compareCompiled({ operator: '>=', left: node.operand, right: node.low, span }, operand, low);
  const below = compareCompiled({ operator: '<=', left: node.operand, right: node.high, span }, operand, high);
  const [a, b] = [above.evaluate, below.evaluate];
  const fallible = above.fallible || below.fallible;
  const within = computed(BOOLEAN, (row) => a(row) === true && b(row) === true, fallible);
  return negated(folded([operand, low, high], within), node.negated);
}

/** From this many literals on, a set is looked up. */
const SET_FROM = 4;

export function compileIn(node: InList, env: Env): Compiled {
  const operands = node.negated ? failingOnNulls(env) : testedOperand(env);
  const common = commonize([node.operand, ...node.list], operands, 'IN');
  const [operand, ...list] = common.members;
  if (operand === undefined || common.type === null)
    return env.compile({ kind: 'boolean', value: node.negated, span: node.span }, env);
  const value = operand.evaluate;
  const fallible = anyFallible(common.members);
  const literals = literalKeys(list);
  let evaluate: Evaluator;
  if (literals !== undefined && (literals.length >= SET_FROM || isStructured(common.type))) {
    const keys = new Set(literals);
    evaluate = (row) => {
      const v = value(row);
      return v !== null && keys.has(keyOf(v));
    };
  } else {
    const members = list.map((member) => member.evaluate);
    evaluate = (row) => {
      const v = value(row);
      if (v === null) return false;
      for (let i = 0; i < members.length; i++) {
        const candidate = members[i]?.(row) ?? null;
        if (candidate !== null && equalValues(v, candidate)) return true;
      }
      return false;
    };
  }
  return negated(folded(common.members, computed(BOOLEAN, evaluate, fallible)), node.negated);
}

const isStructured = (type: SqlType): boolean => type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'STRUCT';

/** The identities of the members if all are literals; nulls equal nothing and are left out. */
function literalKeys(list: readonly Compiled[]): ValueKey[] | undefined {
  const keys: ValueKey[] = [];
  for (const { literal } of list) {
    if (literal === undefined) return undefined;
    if (literal !== null && !Number.isNaN(literal)) keys.push(keyOf(literal));
  }
  return keys;
}

export function compileLikePredicate(node: Like, env: Env): Compiled {
  const operand = env.compile(node.operand, testedOperand(env));
  const pattern = env.compile(node.pattern, testedOperand(env));
  if (operand.type !== null && operand.type.kind !== 'VARCHAR') {
    throw wrongType(node.operand, operand.type, 'STRING', 'What LIKE looks at');
  }
  if (pattern.type !== null && pattern.type.kind !== 'VARCHAR') {
    throw wrongType(node.pattern, pattern.type, 'STRING', 'The pattern of LIKE');
  }
  const value = operand.evaluate;
  const fallible = operand.fallible || pattern.fallible;
  if (typeof pattern.literal === 'string') {
    const matches = likeAt(node, pattern.literal);
    const test = computed(
      BOOLEAN,
      (row) => {
        const v = value(row);
        return v === null ? null : matches(v as string);
      },
      fallible,
    );
    return negated(folded([operand], test), node.negated);
  }
  likeAt(node, '');
  const evaluate = patternEvaluator(value, pattern.evaluate, node.escape);
  return negated(folded([operand, pattern], computed(BOOLEAN, evaluate, fallible)), node.negated);
}

function likeAt(node: Like, pattern: string): LikeMatcher {
  try {
    return compileLike(pattern, node.escape);
  } catch (error) {
    throw error instanceof WeirError ? error.at(node.span) : error;
  }
}

/** Patterns that come from the data are compiled when they change. */
function patternEvaluator(value: Evaluator, pattern: Evaluator, escape: string | undefined): Evaluator {
  let last: SqlValue = null;
  let matches: LikeMatcher = () => false;
  return (row) => {
    const v = value(row);
    const p = pattern(row);
    if (v === null || p === null) return null;
    if (p !== last) {
      matches = compileLike(p as string, escape);
      last = p;
    }
    return matches(v as string);
  };
}
