/**
 * The one type of several expressions: of the members of ARRAY[...], the keys or the values of MAP(...), the operand
 * and list of IN, the results of CASE (ksqlDB's `CoercionUtil`). From the first to the last:
 *
 * - a NULL takes whatever type comes out;
 * - numbers widen along INTEGER → BIGINT → DECIMAL → DOUBLE; DECIMALs to what holds both;
 * - a text literal among numbers or booleans is read as one (`'2e1'` is 20, `'no'` is false) and widens as that number
 *   does; among dates, times and timestamps likewise;
 * - a number or boolean literal among texts becomes its text;
 * - arrays and maps are brought together by their parts, structs by field name, a field that one lacks being null;
 * - constructors are looked into, so that these rules hold for the literals inside.
 *
 * Anything else has no common type.
 */
import { WeirError } from '../../common/errors.ts';
import {
  array,
  BIGINT,
  decimal,
  formatType,
  INTEGER,
  isNumeric,
  map,
  sameType,
  struct,
  type SqlType,
  type SqlValue,
  type StructField,
  type StructType,
} from '../../common/sql-type.ts';
import { BIGINT_MAX, BIGINT_MIN, normalizeBigint } from '../../common/values/bigint.ts';
import { parseDecimal } from '../../common/values/decimal-text.ts';
import { trimJava } from '../../common/values/double-text.ts';
import type { Expression, StringLiteral } from '../../sql/ast.ts';
import { buildArray, buildMap, buildStruct } from './build.ts';
import { castCanFail, castEvaluator, castSuggestion, parseBooleanText } from './cast.ts';
import { computed, constant, folded, type Compiled, type Env } from './context.ts';
import { guardedMember, memberEnv } from './guard.ts';
import { widerNumeric } from './numeric-types.ts';
import { textOf, typeText } from './text.ts';
import { textConverter } from './value-text.ts';

export interface Common {
  /** Null when all members are NULL or there are none. */
  readonly type: SqlType | null;
  /** The members, converted. */
  readonly members: readonly Compiled[];
}

/** @throws WeirError NO_COMMON_TYPE, INVALID_LITERAL */
export function commonize(expressions: readonly Expression[], env: Env, place: string): Common {
  const compiled = expressions.map((expression) => ({ expression, own: env.compile(expression, env) }));
  let type: SqlType | null = null;
  const first = compiled.find(({ own }) => own.type !== null)?.expression;
  for (const { expression, own } of compiled) type = merge(expression, own.type, type, env, { place, first });
  const target = type;
  if (target === null) return { type: null, members: compiled.map(({ own }) => own) };
  return { type: target, members: compiled.map(({ expression, own }) => coerce(expression, own, target, env)) };
}

// ------------------------------------------------------------------------------------------------ finding

/** For messages: whose members they are, and the first of them unless they stand inside of others. */
interface Members {
  readonly place: string;
  readonly first?: Expression | undefined;
}

function merge(
  expression: Expression,
  own: SqlType | null,
  target: SqlType | null,
  env: Env,
  members: Members,
): SqlType | null {
  if (own === null) return target;
  if (target === null) return own;
  if (expression.kind === 'string' && target.kind !== 'VARCHAR') return mergeText(expression, own, target, members);
  const inner: Members = { place: members.place };
  if (expression.kind === 'array' && target.kind === 'ARRAY') {
    return array(mergeAll(expression.elements, target.element, env, inner));
  }
  if (expression.kind === 'map' && target.kind === 'MAP') {
    return map(
      mergeAll(
        expression.entries.map((entry) => entry.key),
        target.key,
        env,
        inner,
      ),
      mergeAll(
        expression.entries.map((entry) => entry.value),
        target.value,
        env,
        inner,
      ),
    );
  }
  if (expression.kind === 'struct' && own.kind === 'STRUCT' && target.kind === 'STRUCT') {
    return mergeStructs(own, target, (field, other) => {
      const member = expression.fields.find((candidate) => candidate.name === field.name);
      return member === undefined ? other : (merge(member.value, field.type, other, env, inner) ?? other);
    });
  }
  if (target.kind === 'VARCHAR' && isScalarLiteral(expression)) return target;
  return mergeTypes(own, target) ?? refuse(expression, own, target, members);
}

function mergeAll(expressions: readonly Expression[], target: SqlType, env: Env, members: Members): SqlType {
  let type: SqlType = target;
  for (const expression of expressions) {
    type = merge(expression, env.compile(expression, env).type, type, env, members) ?? type;
  }
  return type;
}

/** The type that values of both become, literals aside; undefined when there is none. */
export function mergeTypes(own: SqlType, target: SqlType): SqlType | undefined {
  if (sameType(own, target)) return target;
  if (isNumeric(own) && isNumeric(target)) return widerNumeric(target, own);
  if (own.kind === 'ARRAY' && target.kind === 'ARRAY') {
    const element = mergeTypes(own.element, target.element);
    return element && array(element);
  }
  if (own.kind === 'MAP' && target.kind === 'MAP') {
    const key = mergeTypes(own.key, target.key);
    const value = mergeTypes(own.value, target.value);
    return key && value && map(key, value);
  }
  if (own.kind === 'STRUCT' && target.kind === 'STRUCT') {
    let compatible = true;
    const merged = mergeStructs(own, target, (field, other) => {
      const type = mergeTypes(field.type, other);
      if (type === undefined) compatible = false;
      return type ?? other;
    });
    return compatible ? merged : undefined;
  }
  return undefined;
}

/** The target's fields, merged with those of the same name, then the fields that it lacks. */
function mergeStructs(
  own: StructType,
  target: StructType,
  mergeField: (field: StructField, target: SqlType) => SqlType,
): StructType {
  const merged = target.fields.map((field) => {
    const counterpart = own.fields.find((candidate) => candidate.name === field.name);
    return counterpart === undefined ? field : { name: field.name, type: mergeField(counterpart, field.type) };
  });
  const added = own.fields.filter((field) => !target.fields.some((candidate) => candidate.name === field.name));
  return struct([...merged, ...added]);
}

function mergeText(literal: StringLiteral, own: SqlType, target: SqlType, members: Members): SqlType {
  if (isNumeric(target)) return widerNumeric(target, numberTypeOf(literal, target));
  switch (target.kind) {
    case 'BOOLEAN':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      readText(literal, target);
      return target;
    default:
      return refuse(literal, own, target, members);
  }
}

/** The type of the number that a text is. */
function numberTypeOf(literal: StringLiteral, target: SqlType): SqlType {
  const value = parseDecimal(trimJava(literal.value));
  if (value === undefined) throw invalidLiteral(literal, target);
  const scale = writtenScale(literal.value);
  // Whole, but written with an exponent.
  if (scale < 0) return decimal(Math.max(value.e + 1, 1), 0);
  if (scale > 0) return decimal(Math.max(value.abs().lt(1) ? 1 : value.e + 1, 1) + scale, scale);
  const whole = BigInt(value.toFixed());
  if (BigInt.asIntN(32, whole) === whole) return INTEGER;
  return whole >= BIGINT_MIN && whole <= BIGINT_MAX ? BIGINT : decimal(value.e + 1, 0);
}

/** The scale of `new BigDecimal(text)`: digits after the point less the exponent. */
function writtenScale(text: string): number {
  const match = /^[+-]?\d*\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(trimJava(text));
  return (match?.[1]?.length ?? 0) - Number(match?.[2] ?? '0');
}

function isScalarLiteral(expression: Expression): boolean {
  switch (expression.kind) {
    case 'boolean':
    case 'integer':
    case 'bigint':
    case 'double':
    case 'decimal':
      return true;
    default:
      return false;
  }
}

function refuse(expression: Expression, own: SqlType, target: SqlType, { place, first }: Members): never {
  const cast = castSuggestion(textOf(expression), own, target);
  throw new WeirError(
    'NO_COMMON_TYPE',
    `${place}: ${textOf(expression)} (${typeText(own)}) and ${first === undefined ? 'what stands before it' : textOf(first)} (${typeText(target)}) have no type in common.`,
    {
      span: expression.span,
      hint: cast === undefined ? 'No CAST leads from the one to the other: use another value.' : `CAST it: ${cast}.`,
      details: { expression: textOf(expression), type: typeText(own), expected: typeText(target) },
    },
  );
}

function invalidLiteral(literal: StringLiteral, target: SqlType, cause?: unknown): WeirError {
  return new WeirError('INVALID_LITERAL', `"${literal.value}" is no ${formatType(target)}.`, {
    span: literal.span,
    hint: `The other members are of type ${formatType(target)}, so the text is read as one.`,
    details: { text: literal.value, type: formatType(target) },
    cause,
  });
}

// ---------------------------------------------------------------------------------------------- converting

/**
 * The expression as a value of `target`, which is its merged type.
 * @throws WeirError INVALID_LITERAL
 */
export function coerce(expression: Expression, own: Compiled, target: SqlType, env: Env): Compiled {
  if (own.type === null) return constant(target, null);
  if (sameType(own.type, target)) return own;
  if (expression.kind === 'string' && target.kind !== 'VARCHAR') return constant(target, readText(expression, target));
  if (target.kind === 'VARCHAR' && own.literal !== undefined && own.literal !== null) {
    return constant(target, literalText(expression, own.type, own.literal));
  }
  if (expression.kind === 'array' && target.kind === 'ARRAY') {
    return buildArray(target.element, coerceMembers(expression.elements, target.element, env));
  }
  if (expression.kind === 'map' && target.kind === 'MAP') {
    const keys = expression.entries.map((entry) => entry.key);
    const values = expression.entries.map((entry) => entry.value);
    return buildMap(
      target.key,
      target.value,
      coerceMembers(keys, target.key, env),
      coerceMembers(values, target.value, env),
    );
  }
  if (expression.kind === 'struct' && target.kind === 'STRUCT') {
    const members = target.fields.flatMap((field) => {
      const member = expression.fields.find((candidate) => candidate.name === field.name);
      return member === undefined ? [constant(field.type, null)] : coerceMembers([member.value], field.type, env);
    });
    return buildStruct(target.fields, members);
  }
  const convert = castEvaluator(own.type, target);
  const { evaluate } = own;
  return folded(
    [own],
    computed(target, (row) => convert(evaluate(row)), own.fallible || castCanFail(own.type, target)),
  );
}

function coerceMembers(expressions: readonly Expression[], target: SqlType, env: Env): readonly Compiled[] {
  const inner = memberEnv(env);
  const members = expressions.map((expression) => coerce(expression, env.compile(expression, inner), target, inner));
  return guardedMembers(members, expressions, env);
}

/** The members of a constructor, `nodes[i]` being that of `members[i]`, each with its guard. */
export function guardedMembers(
  members: readonly Compiled[],
  nodes: readonly Expression[],
  env: Env,
): readonly Compiled[] {
  return nodes.flatMap((node, i) => {
    const member = members[i];
    return member === undefined ? [] : [guardedMember(member, node, env.context)];
  });
}

/** The text of a literal as it is written, which for a decimal keeps its zeros. */
function literalText(expression: Expression, type: SqlType, value: SqlValue): string {
  return expression.kind === 'decimal' ? expression.text : textConverter(type)(value);
}

/** A text literal read as a value of another type. */
function readText(literal: StringLiteral, target: SqlType): SqlValue {
  switch (target.kind) {
    case 'BOOLEAN': {
      const value = parseBooleanText(literal.value);
      if (value === undefined) throw invalidLiteral(literal, target);
      return value;
    }
    case 'INTEGER':
    case 'BIGINT': {
      const value = parseDecimal(trimJava(literal.value));
      if (value === undefined) throw invalidLiteral(literal, target);
      return normalizeBigint(BigInt(value.trunc().toFixed()));
    }
    default:
      try {
        return castEvaluator({ kind: 'VARCHAR' }, target)(literal.value);
      } catch (error) {
        throw invalidLiteral(literal, target, error);
      }
  }
}
