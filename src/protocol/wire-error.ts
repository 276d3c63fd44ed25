/** Errors cross the worker boundary as plain data: a thrown `Error` would lose all but its message. */
import { WeirError } from '../core/common/errors.ts';
import type { WireError } from './api.ts';

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
