/**
 * How serdes report what they cannot read or write: a `Mismatch` is thrown where the trouble is found and gathers the
 * path to it on its way out (`$.ORDERS[3].PRICE`); the serde's boundary turns it into a `WeirError` with that path.
 */
import { WeirError } from '../common/errors.ts';
import type { FormatName } from './format.ts';

export class Mismatch extends Error {
  readonly reason: string;
  readonly hint: string | undefined;
  private readonly steps: string[] = [];

  constructor(reason: string, hint?: string) {
    super(reason);
    this.name = 'Mismatch';
    this.reason = reason;
    this.hint = hint;
  }

  /** Adds the step that led here; called from the inside out. */
  within(step: string): this {
    this.steps.push(step);
    return this;
  }

  get path(): string {
    return `$${this.steps.toReversed().join('')}`;
  }
}

export function fieldStep(name: string): string {
  return `.${name}`;
}

/** Rethrows what `error` is: a Mismatch with one more step, anything else as it is. */
export function rethrowWithin(error: unknown, step: string): never {
  throw error instanceof Mismatch ? error.within(step) : error;
}

/** `within` names the topic: "the value of topic 'orders'". */
export function deserializationError(format: FormatName, what: string, error: unknown): WeirError {
  if (error instanceof WeirError) return error;
  if (error instanceof Mismatch) {
    return new WeirError('DESERIALIZATION', `Cannot read ${what} as ${format}: ${error.path}: ${error.reason}.`, {
      hint: error.hint,
      details: { format, path: error.path, reason: error.reason },
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new WeirError('DESERIALIZATION', `Cannot read ${what} as ${format}: ${reason}.`, {
    details: { format, reason },
    cause: error,
  });
}

export function serializationError(format: FormatName, what: string, error: unknown): WeirError {
  if (error instanceof WeirError) return error;
  if (error instanceof Mismatch) {
    return new WeirError('SERIALIZATION', `Cannot write ${what} as ${format}: ${error.path}: ${error.reason}.`, {
      hint: error.hint,
      details: { format, path: error.path, reason: error.reason },
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new WeirError('SERIALIZATION', `Cannot write ${what} as ${format}: ${reason}.`, {
    details: { format, reason },
    cause: error,
  });
}
