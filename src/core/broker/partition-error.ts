import { WeirError } from '../common/errors.ts';
import type { PartitionError } from './api.ts';

export function toPartitionError(error: WeirError): PartitionError {
  return { code: error.code, message: error.message, hint: error.hint ?? null, details: error.details };
}

/** The error that a response reported, to throw. */
export function toWeirError(error: PartitionError): WeirError {
  return new WeirError(error.code, error.message, { hint: error.hint ?? undefined, details: error.details });
}
