import { ERROR_CODES, type ErrorCode, type ErrorKind } from './error-codes.ts';
import type { Span } from './position.ts';

/** A change of the text that mends the error; the page offers it as a button. */
export interface Rewrite {
  readonly title: string;
  readonly span: Span;
  readonly text: string;
}

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface ErrorOptions {
  readonly span?: Span | undefined;
  /** What to do next, in one sentence. */
  readonly hint?: string | undefined;
  readonly rewrite?: Rewrite | undefined;
  /** What could stand where the error is: a rewrite, once the position is known. */
  readonly instead?: string | undefined;
  /** Machine-readable particulars: names, types, offsets. */
  readonly details?: Readonly<Record<string, JsonValue>> | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class of the product. It has a stable code, a message that names the culprit, and where known the
 * position in the statement's text and a hint. It crosses the worker boundary whole (see `protocol/wire-error.ts`).
 */
export class WeirError extends Error {
  readonly code: ErrorCode;
  readonly span: Span | undefined;
  readonly hint: string | undefined;
  readonly rewrite: Rewrite | undefined;
  private readonly instead: string | undefined;
  readonly details: Readonly<Record<string, JsonValue>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WeirError';
    this.code = code;
    this.span = options.span;
    this.hint = options.hint;
    this.rewrite = options.rewrite ?? replacement(options);
    this.instead = options.instead;
    this.details = options.details ?? {};
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code].kind;
  }

  /** The same error with more particulars. */
  with(details: Readonly<Record<string, JsonValue>>): WeirError {
    const { code, message, span, hint, rewrite, instead, cause } = this;
    return new WeirError(code, message, {
      span,
      hint,
      rewrite,
      instead,
      cause,
      details: { ...this.details, ...details },
    });
  }

  /** The same error with another hint, and the rewrite that does what it says. */
  hinting(hint: string, { rewrite = this.rewrite }: Pick<ErrorOptions, 'rewrite'> = {}): WeirError {
    const { code, message, span, instead, details, cause } = this;
    return new WeirError(code, message, { span, hint, rewrite, instead, details, cause });
  }

  /** The same error with a position, if it has none yet. */
  at(span: Span): WeirError {
    if (this.span !== undefined) return this;
    return new WeirError(this.code, this.message, {
      span,
      hint: this.hint,
      rewrite: this.rewrite,
      instead: this.instead,
      details: this.details,
      cause: this.cause,
    });
  }
}

function replacement({ span, instead }: ErrorOptions): Rewrite | undefined {
  return span === undefined || instead === undefined
    ? undefined
    : { title: `Change to ${instead}`, span, text: instead };
}

/** Asserts what only a bug can break; an error that a user can cause is a `WeirError` with a code of its own. */
export function assert(condition: unknown, message: string): asserts condition {
  if (condition !== true && !condition) throw new WeirError('INTERNAL', `Assertion failed: ${message}`);
}

/** For the default branch of an exhaustive switch: the compiler proves that it is not reached. */
export function unreachable(value: never): never {
  throw new WeirError('INTERNAL', `Unexpected value: ${JSON.stringify(value)}`);
}
