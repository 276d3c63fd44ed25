/**
 * Errors of the engine as the page sees them. The worker throws `WireError` data; what comlink or the browser itself
 * throws is wrapped as `INTERNAL`, so that every failure that reaches a panel has the same shape.
 */
import { ERROR_CODES, type ErrorCode } from '../core/common/error-codes.ts';
import type { WireError } from '../protocol/api.ts';

class EngineError extends Error {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = 'EngineError';
    this.wire = wire;
  }
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}

function isWireError(value: unknown): value is WireError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    isErrorCode(value.code) &&
    'message' in value &&
    typeof value.message === 'string' &&
    'kind' in value &&
    'details' in value
  );
}

export function toWireError(cause: unknown): WireError {
  if (cause instanceof EngineError) return cause.wire;
  if (isWireError(cause)) return cause;
  if (cause instanceof Error && 'wire' in cause && isWireError(cause.wire)) return cause.wire;
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: 'INTERNAL', kind: 'internal', message, details: {} };
}

/** Rethrows whatever a call rejects with as an `EngineError`. */
export async function unwrap<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new EngineError(toWireError(cause));
  }
}
