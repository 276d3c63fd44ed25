/**
 * CASE: conditions are tried in order and only the result of the first that holds is evaluated; without ELSE it is
 * null. The results are brought to one type, as the members of a list are. `CASE x WHEN v` compares x with each v by `=`.
 */
import { WeirError } from '../../common/errors.ts';
import type { Case } from '../../sql/ast.ts';
import { commonize } from './common-type.ts';
import { compareCompiled } from './comparison.ts';
import { anyFallible, computed, failingOnNulls, type Compiled, type Env, type Evaluator } from './context.ts';
import { compileBoolean } from './logic.ts';

export function compileCase(node: Case, env: Env): Compiled {
  const conditions = compileConditions(node, env);
  const results = node.whens.map((when) => when.then);
  const common = commonize(node.otherwise === undefined ? results : [...results, node.otherwise], env, 'CASE');
  if (common.type === null) {
    throw new WeirError('UNTYPED_NULL', 'CASE has no type: all of its results are NULL.', {
      span: node.span,
      hint: 'Give one result a type: CAST(NULL AS VARCHAR).',
    });
  }
  const fallible = anyFallible(conditions) || anyFallible(common.members);
  const tests = conditions.map((condition) => condition.evaluate);
  const values = common.members.map((member) => member.evaluate);
  const otherwise: Evaluator = values.length > tests.length ? (values[tests.length] ?? nothing) : nothing;
  return computed(common.type, caseEvaluator(tests, values, otherwise), fallible);
}

const nothing: Evaluator = () => null;

function compileConditions(node: Case, env: Env): readonly Compiled[] {
  const conditions = failingOnNulls(env);
  if (node.operand === undefined) {
    return node.whens.map(({ when }) => compileBoolean(when, conditions, 'A condition of CASE'));
  }
  const left = node.operand;
  const operand = env.compile(left, conditions);
  return node.whens.map(({ when }) =>
    compareCompiled({ operator: '=', left, right: when, span: when.span }, operand, env.compile(when, conditions)),
  );
}

function caseEvaluator(tests: readonly Evaluator[], values: readonly Evaluator[], otherwise: Evaluator): Evaluator {
  const [test, second] = tests;
  const [value, other] = values;
  if (tests.length === 1 && test !== undefined && value !== undefined) {
    return (row) => (test(row) === true ? value(row) : otherwise(row));
  }
  if (tests.length === 2 && test !== undefined && value !== undefined && second !== undefined && other !== undefined) {
    return (row) => (test(row) === true ? value(row) : second(row) === true ? other(row) : otherwise(row));
  }
  return (row) => {
    for (let i = 0; i < tests.length; i++) {
      if (tests[i]?.(row) === true) return (values[i] ?? nothing)(row);
    }
    return otherwise(row);
  };
}
