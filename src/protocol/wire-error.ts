/** Errors cross the worker boundary as plain data: a thrown `Error` would lose all but its message. */
import type { ErrorCode, ErrorKind } from '../core/common/error-codes.ts';
import { WeirError, type JsonValue, type Rewrite } from '../core/common/errors.ts';
import type { Span } from '../core/common/position.ts';

/** A `WeirError` as data. */
export interface WireError {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly span?: Span | undefined;
  readonly hint?: string | undefined;
  readonly rewrite?: Rewrite | undefined;
  readonly details: Readonly<Record<string, JsonValue>>;
}

/** What is no `WeirError` is a bug of ours: INTERNAL, with its stack in the details. */
export function toWire(error: unknown): WireError {
  if (error instanceof WeirError) {
    return {
      code: error.code,
      kind: error.kind,
      message: error.message,
      span: error.span,
      hint: error.hint,
      rewrite: error.rewrite,
      details: error.details,
    };
  }
  return {
    code: 'INTERNAL',
    kind: 'internal',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    details: error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {},
  };
}
