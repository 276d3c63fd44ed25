/** Work that can be ended before it is done. */
import { WeirError } from '../core/common/errors.ts';

/** @throws WeirError INTERRUPTED from what is under way when the signal is aborted */
export interface Interruptible {
  readonly signal?: AbortSignal | undefined;
}

/** @throws WeirError INTERRUPTED */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interruption();
}

export function interruption(): WeirError {
  return new WeirError('INTERRUPTED', 'The work was interrupted before it was done.', {
    hint: 'What was carried out stands.',
  });
}

/** Resolves after so many milliseconds, or at once when the signal is aborted. */
export function after(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
