/**
 * The constants of INSERT ... VALUES as values of their columns: implicit casts, and what INSERT alone does. Text becomes
 * BYTES (base64); a struct becomes another by the names of its fields, those that the column does not have being left out
 * and those that it lacks NULL; a DECIMAL loses no digits: what has more of them than the column is refused.
 */
import type { Decimal } from 'decimal.js';
import { decodeBase64 } from '../common/base64.ts';
import { WeirError } from '../common/errors.ts';
import { formatType, isNumeric, type SqlMap, type SqlType, type SqlValue } from '../common/sql-type.ts';
import type { Expression } from '../sql/ast.ts';
import { formatExpression } from '../sql/formatter.ts';
import type { AnalyzerContext } from './analyzer/context.ts';
import { compileContext } from './analyzer/scope.ts';
import { castEvaluator, castSuggestion, conversionHint } from './expressions/cast.ts';
import { compile } from './expressions/compile.ts';
import { EMPTY_ROW } from './expressions/context.ts';
import { coerceImplicit } from './expressions/implicit.ts';

/** @throws WeirError with the expression's position, naming the column */
export function constantFor(expression: Expression, type: SqlType, column: string, context: AnalyzerContext): SqlValue {
  let constant: Constant | undefined;
  try {
    const compiled = compile(expression, compileContext([], context));
    const value = compiled.literal === undefined ? compiled.evaluate(EMPTY_ROW) : compiled.literal;
    constant = { value, type: compiled.type };
    return insertable(value, compiled.type, type);
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    throw unfit(error, expression, constant, type, column);
  }
}

interface Constant {
  readonly value: SqlValue;
  readonly type: SqlType | null;
}

/** @throws WeirError TYPE_MISMATCH, DECIMAL_OVERFLOW, INVALID_LITERAL, or what a cast throws */
export function insertable(value: SqlValue, from: SqlType | null, to: SqlType): SqlValue {
  if (from?.kind === 'VARCHAR' && to.kind === 'BYTES' && typeof value === 'string') {
    const bytes = decodeBase64(value);
    if (bytes !== undefined) return bytes;
    throw new WeirError('INVALID_LITERAL', `'${value}' is not base64.`, { hint: 'BYTES are written as base64 text.' });
  }
  if (value === null || from === null) return coerceImplicit(value, from, to);
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') {
    const fields = value as SqlValue[];
    return to.fields.map((field) => {
      const index = from.fields.findIndex((candidate) => candidate.name === field.name);
      const source = from.fields[index];
      return source === undefined ? null : insertable(fields[index] ?? null, source.type, field.type);
    });
  }
  requireExact(value, from, to);
  return coerceImplicit(value, from, to);
}

/** @throws WeirError DECIMAL_OVERFLOW when a decimal would be rounded */
function requireExact(value: SqlValue, from: SqlType, to: SqlType): void {
  if (value === null) return;
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    for (const element of value as SqlValue[]) requireExact(element, from.element, to.element);
  } else if (from.kind === 'MAP' && to.kind === 'MAP') {
    for (const member of (value as SqlMap).values()) requireExact(member, from.value, to.value);
  } else if (from.kind === 'DECIMAL' && to.kind === 'DECIMAL') {
    const places = (value as Decimal).decimalPlaces();
    if (places <= to.scale) return;
    const text = (value as Decimal).toFixed();
    throw new WeirError(
      'DECIMAL_OVERFLOW',
      `${text} has ${places} digits after the point, and ${formatType(to)} holds ${to.scale}.`,
      { details: { value: text, type: formatType(to) } },
    );
  }
}

function unfit(
  error: WeirError,
  expression: Expression,
  constant: Constant | undefined,
  to: SqlType,
  column: string,
): WeirError {
  const cast = constant === undefined || !isMisfit(error) ? undefined : fittingCast(expression, constant, to);
  return new WeirError(
    error.code === 'UNKNOWN_COLUMN' ? 'INVALID_INSERT' : error.code,
    `${formatExpression(expression)} does not fit column ${column}: ${error.message}`,
    {
      span: error.span ?? expression.span,
      hint: cast === undefined ? hintFor(error, constant, to) : `Write ${cast}.`,
      rewrite: cast === undefined ? undefined : { title: `Write ${cast}`, span: expression.span, text: cast },
      details: { ...error.details, column },
      cause: error,
    },
  );
}

const isMisfit = ({ code }: WeirError): boolean => code === 'TYPE_MISMATCH' || code === 'DECIMAL_OVERFLOW';

function hintFor(error: WeirError, constant: Constant | undefined, to: SqlType): string | undefined {
  if (error.code === 'UNKNOWN_COLUMN') return "VALUES takes constants; a text stands in single quotes: 'text'.";
  if (!isMisfit(error) || constant === undefined || constant.type === null) return error.hint;
  if (to.kind === 'DECIMAL')
    return `A ${formatType(to)} has at most ${to.precision - to.scale} digits before the point.`;
  const isCast = castSuggestion('', constant.type, to) !== undefined;
  return isCast ? `Write a value of type ${formatType(to)}.` : conversionHint(constant.type, to);
}

/** The cast that makes a value of the column's type, unless it fails or makes another number of it. */
function fittingCast(expression: Expression, { value, type }: Constant, to: SqlType): string | undefined {
  if (type === null) return undefined;
  const cast = castSuggestion(formatExpression(expression), type, to);
  if (cast === undefined) return undefined;
  try {
    const result = castEvaluator(type, to)(value);
    const isSame = !isNumeric(type) || !isNumeric(to) || Math.abs(Number(result) - Number(value)) < 1;
    return isSame ? cast : undefined;
  } catch {
    return undefined;
  }
}
