/** For tests. */
import { WeirError } from './errors.ts';

/** The error that `action` is refused with; what is no `WeirError` goes on. @throws Error when it is not refused */
export function refusal(action: () => unknown): WeirError {
  let result: unknown;
  try {
    result = action();
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
  throw new Error(`Nothing was thrown, and the result is ${String(result)}.`);
}
