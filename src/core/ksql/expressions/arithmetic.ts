/**
 * `+ - * / %` and unary minus. The result's type: DOUBLE if either operand is; else DECIMAL if either is (see
 * `common/values/decimal.ts`); else the wider of INTEGER and BIGINT. `+` also joins two texts. A null operand gives null, or
 * fails where that makes a difference (see `NullMode`).
 *
 * A DECIMAL quotient that does not end is rounded half up at the result's scale. (The reference refuses to round and
 * yields null there.)
 */
import type { Decimal } from 'decimal.js';
import { Decimal as DecimalConstructor } from 'decimal.js';
import { WeirError } from '../../common/errors.ts';
import {
  BIGINT,
  DOUBLE,
  INTEGER,
  isNumeric,
  VARCHAR,
  type DecimalType,
  type SqlType,
  type SqlValue,
} from '../../common/sql-type.ts';
import type { Bigint64 } from '../../common/values/bigint.ts';
import { resultType } from '../../common/values/decimal.ts';
import { ExactDecimal } from '../../common/values/decimal-text.ts';
import { add64, subtract64 } from '../../common/values/int64.ts';
import type { Arithmetic, ArithmeticOperator, Negate } from '../../sql/ast.ts';
import { computed, folded, passingNulls, type Compiled, type Env, type Evaluator } from './context.ts';
import {
  addInt32,
  divideInt32,
  divideInt64,
  divisionByZero,
  multiplyInt64,
  negateInt64,
  remainderInt32,
  remainderInt64,
  subtractInt32,
} from './integers.ts';
import { castSuggestion } from './cast.ts';
import { asDecimal } from './numeric-types.ts';
import { textOf, typeText } from './text.ts';

type Binary = (a: never, b: never) => SqlValue;

export function compileArithmetic(node: Arithmetic, env: Env): Compiled {
  const left = env.compile(node.left, passingNulls(env));
  const right = env.compile(node.right, passingNulls(env));
  const type = arithmeticType(node, left.type, right.type);
  const fallible = left.fallible || right.fallible || node.operator === '/' || node.operator === '%';
  const result = computed(type, arithmeticEvaluator(node.operator, type, left, right), fallible);
  return notNull(node, folded([left, right], result), env);
}

/** The result, which fails on null where the surroundings ask for that. */
function notNull(node: Arithmetic | Negate, result: Compiled, env: Env): Compiled {
  if (env.nulls !== 'fails' || (result.literal !== undefined && result.literal !== null) || result.type === null)
    return result;
  const { evaluate } = result;
  const failure = new WeirError('NULL_OPERAND', `${textOf(node)} has a NULL operand.`, {
    hint: 'COALESCE gives a NULL a value.',
    details: { expression: textOf(node) },
  });
  const checked: Evaluator = (row) => {
    const value = evaluate(row);
    if (value === null) throw failure;
    return value;
  };
  return computed(result.type, checked, true);
}

function arithmeticType(node: Arithmetic, left: SqlType | null, right: SqlType | null): SqlType {
  if (left !== null && right !== null) {
    if (isNumeric(left) && isNumeric(right)) {
      if (left.kind === 'DOUBLE' || right.kind === 'DOUBLE') return DOUBLE;
      if (left.kind === 'DECIMAL' || right.kind === 'DECIMAL') {
        return resultType(node.operator, asDecimal(left), asDecimal(right));
      }
      return left.kind === 'BIGINT' || right.kind === 'BIGINT' ? BIGINT : INTEGER;
    }
    if (left.kind === 'VARCHAR' && right.kind === 'VARCHAR' && node.operator === '+') return VARCHAR;
  }
  const text = textOf(node);
  throw new WeirError(
    'INVALID_ARITHMETIC',
    `${text} cannot be computed: '${node.operator}' does not take ${typeText(left)} and ${typeText(right)}.`,
    {
      span: node.span,
      hint: arithmeticHint(node, left, right),
      details: { expression: text, left: typeText(left), right: typeText(right), operator: node.operator },
    },
  );
}

/** What would do instead: the function for times, or the cast that makes two numbers or two texts. */
function arithmeticHint(node: Arithmetic, left: SqlType | null, right: SqlType | null): string {
  if (left === null || right === null) return 'Give the NULL a type: CAST(NULL AS INTEGER).';
  const [l, r] = [textOf(node.left), textOf(node.right)];
  const additive = node.operator === '+' || node.operator === '-';
  if (isTime(left) && isNumeric(right) && additive) {
    return `${left.kind}${node.operator === '+' ? 'ADD' : 'SUB'}(${left.kind === 'DATE' ? 'DAYS' : 'SECONDS'}, ${r}, ${l}) moves a ${left.kind}.`;
  }
  if (isTime(left) && left.kind === right.kind && left.kind !== 'TIME' && node.operator === '-') {
    const [toNumber, unit] = left.kind === 'DATE' ? ['UNIX_DATE', 'days'] : ['UNIX_TIMESTAMP', 'milliseconds'];
    return `${toNumber}(${l}) - ${toNumber}(${r}) is the difference in ${unit}.`;
  }
  const takes = node.operator === '+' ? "'+' takes two numbers or two texts" : `'${node.operator}' takes two numbers`;
  const cast =
    node.operator === '+' && (left.kind === 'VARCHAR') !== (right.kind === 'VARCHAR')
      ? left.kind === 'VARCHAR'
        ? castSuggestion(r, right, left)
        : castSuggestion(l, left, right)
      : left.kind === 'VARCHAR' && isNumeric(right)
        ? castSuggestion(l, left, right)
        : right.kind === 'VARCHAR' && isNumeric(left)
          ? castSuggestion(r, right, left)
          : undefined;
  return cast === undefined ? `${takes}.` : `${takes}: write ${cast}.`;
}

const isTime = (type: SqlType): boolean => type.kind === 'DATE' || type.kind === 'TIME' || type.kind === 'TIMESTAMP';

const JOIN_TEXT = (a: string, b: string): string => a + b;

const INT32: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': addInt32,
  '-': subtractInt32,
  '*': Math.imul,
  '/': divideInt32,
  '%': remainderInt32,
};
function arithmeticEvaluator(operator: ArithmeticOperator, type: SqlType, left: Compiled, right: Compiled): Evaluator {
  switch (type.kind) {
    case 'INTEGER':
      return int32Evaluator(operator, left, right);
    case 'BIGINT':
      return int64Evaluator(operator, left.evaluate, right.evaluate);
    case 'DOUBLE':
      return doubleEvaluator(operator, asDouble(left), asDouble(right));
    case 'DECIMAL':
      return generic(decimalOperator(operator, type), asExact(left), asExact(right));
    default:
      return generic(JOIN_TEXT, left.evaluate, right.evaluate);
  }
}

/** Inlined for the operators that cannot fail: the closure's own `+` is what V8 optimises. */
function int32Evaluator(operator: ArithmeticOperator, left: Compiled, right: Compiled): Evaluator {
  const [l, r] = [left.evaluate, right.evaluate];
  const constantRight = right.literal;
  if (typeof constantRight === 'number') {
    switch (operator) {
      case '+':
        return (row) => {
          const a = l(row);
          return a === null ? null : ((a as number) + constantRight) | 0;
        };
      case '-':
        return (row) => {
          const a = l(row);
          return a === null ? null : ((a as number) - constantRight) | 0;
        };
      case '*':
        return (row) => {
          const a = l(row);
          return a === null ? null : Math.imul(a as number, constantRight);
        };
      default:
        return generic(INT32[operator], l, r);
    }
  }
  switch (operator) {
    case '+':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : ((a as number) + (b as number)) | 0;
      };
    case '-':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : ((a as number) - (b as number)) | 0;
      };
    case '*':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : Math.imul(a as number, b as number);
      };
    default:
      return generic(INT32[operator], l, r);
  }
}

/** Calls known functions, which V8 inlines, and none through a variable. */
function int64Evaluator(operator: ArithmeticOperator, l: Evaluator, r: Evaluator): Evaluator {
  switch (operator) {
    case '+':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : add64(a as Bigint64, b as Bigint64);
      };
    case '-':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : subtract64(a as Bigint64, b as Bigint64);
      };
    case '*':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : multiplyInt64(a as Bigint64, b as Bigint64);
      };
    case '/':
      return generic(divideInt64, l, r);
    case '%':
      return generic(remainderInt64, l, r);
  }
}

/** Java's floating-point arithmetic is JavaScript's: no errors, but infinities and NaN. */
function doubleEvaluator(operator: ArithmeticOperator, l: Evaluator, r: Evaluator): Evaluator {
  switch (operator) {
    case '+':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : (a as number) + (b as number);
      };
    case '-':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : (a as number) - (b as number);
      };
    case '*':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : (a as number) * (b as number);
      };
    case '/':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : (a as number) / (b as number);
      };
    case '%':
      return (row) => {
        const a = l(row);
        if (a === null) return null;
        const b = r(row);
        return b === null ? null : (a as number) % (b as number);
      };
  }
}

function generic(operation: Binary, l: Evaluator, r: Evaluator): Evaluator {
  const apply = operation as (a: SqlValue, b: SqlValue) => SqlValue;
  return (row) => {
    const a = l(row);
    if (a === null) return null;
    const b = r(row);
    return b === null ? null : apply(a, b);
  };
}

/** The operand as a double. */
function asDouble(operand: Compiled): Evaluator {
  const evaluate = operand.evaluate;
  switch (operand.type?.kind) {
    case 'BIGINT':
    case 'DECIMAL': {
      const value = operand.literal;
      if (value !== undefined && value !== null) {
        const converted = Number(value);
        return () => converted;
      }
      // Number() of a Decimal reads its shortest exact text, as BigDecimal.doubleValue does
      return (row) => {
        const v = evaluate(row);
        return v === null ? null : Number(v);
      };
    }
    default:
      return evaluate;
  }
}

/** The operand as a decimal. */
function asExact(operand: Compiled): Evaluator {
  if (operand.type?.kind === 'DECIMAL') return operand.evaluate;
  const evaluate = operand.evaluate;
  const value = operand.literal;
  if (value !== undefined && value !== null) {
    const converted = new ExactDecimal(value as number | bigint);
    return () => converted;
  }
  return (row) => {
    const v = evaluate(row);
    return v === null ? null : new ExactDecimal(v as number | bigint);
  };
}

function decimalOperator(operator: ArithmeticOperator, type: DecimalType): (a: Decimal, b: Decimal) => Decimal {
  switch (operator) {
    case '+':
      return (a, b) => a.plus(b);
    case '-':
      return (a, b) => a.minus(b);
    case '*':
      return (a, b) => a.times(b);
    case '/':
      return decimalDivision(type);
    case '%':
      return (a, b) => {
        if (b.isZero()) throw divisionByZero();
        return a.mod(b);
      };
  }
}

/**
 * Cut off beyond the last digit that counts and then rounded: a cut-off half is a half or more, so rounding twice does
 * no harm.
 */
function decimalDivision(type: DecimalType): (a: Decimal, b: Decimal) => Decimal {
  const Truncating = DecimalConstructor.clone({
    precision: type.precision + 2,
    rounding: DecimalConstructor.ROUND_DOWN,
    toExpNeg: -9e15,
    toExpPos: 9e15,
    defaults: true,
  });
  return (a, b) => {
    if (b.isZero()) throw divisionByZero();
    const quotient = new Truncating(a).div(b);
    return new ExactDecimal(quotient.toDecimalPlaces(type.scale, DecimalConstructor.ROUND_HALF_UP));
  };
}

export function compileNegate(node: Negate, env: Env): Compiled {
  const operand = env.compile(node.operand, passingNulls(env));
  const { type, evaluate } = operand;
  if (type === null || !isNumeric(type)) {
    const text = textOf(node);
    throw new WeirError('INVALID_ARITHMETIC', `${text} cannot be computed: '-' does not take ${typeText(type)}.`, {
      span: node.span,
      hint: 'Unary minus takes a number.',
      details: { expression: text, operand: typeText(type), operator: '-' },
    });
  }
  const negate = NEGATE[type.kind] as (value: SqlValue) => SqlValue;
  const result = computed(
    type,
    (row) => {
      const value = evaluate(row);
      return value === null ? null : negate(value);
    },
    operand.fallible,
  );
  return notNull(node, folded([operand], result), env);
}

const NEGATE: Readonly<Record<string, Binary | ((value: never) => SqlValue)>> = {
  INTEGER: (value: number) => -value | 0,
  BIGINT: negateInt64,
  DOUBLE: (value: number) => -value,
  DECIMAL: (value: Decimal) => (value.isZero() ? value : value.negated()),
};
