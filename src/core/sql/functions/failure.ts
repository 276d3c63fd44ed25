import { WeirError } from '../../common/errors.ts';
import type { ErrorCode } from '../../common/error-codes.ts';
import type { SqlValue } from '../../common/sql-type.ts';

/** How much of an argument an error quotes. */
const QUOTED_CHARS = 200;

export interface FailureOptions {
  readonly code?: ErrorCode;
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The error of a function that cannot answer for its arguments.
 * @param name the function, upper case
 * @param problem what is wrong, naming the argument: `'x' is not a URL`
 */
export function functionFailed(name: string, problem: string, options: FailureOptions = {}): WeirError {
  return new WeirError(options.code ?? 'FUNCTION_FAILED', `${name}: ${problem}`, {
    hint: options.hint,
    cause: options.cause,
    details: { function: name },
  });
}

/** An argument as an error quotes it: in single quotes, cut off where it is long. */
export function quoted(text: string): string {
  return `'${text.length > QUOTED_CHARS ? `${text.slice(0, QUOTED_CHARS)}…` : text}'`;
}

/**
 * A literal that counts something: 1 or more.
 * @throws WeirError INVALID_ARGUMENT
 */
export function countLiteral(name: string, value: SqlValue): number {
  if (typeof value === 'number' && value >= 1) return value;
  const given = typeof value === 'number' ? value : 'NULL';
  throw functionFailed(name, `the count must be 1 or more, not ${given}`, {
    code: 'INVALID_ARGUMENT',
    hint: 'Write a whole number from 1 on.',
  });
}
