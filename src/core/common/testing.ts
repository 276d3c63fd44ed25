/** For tests. */
import type { ByteSpans } from './bytes.ts';
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

/** The byte strings one after another, as in a batch. */
export function spansOf(parts: readonly (Uint8Array | null)[]): ByteSpans {
  const lengths = Int32Array.from(parts, (part) => part?.length ?? -1);
  const starts = new Int32Array(parts.length);
  const bytes: number[] = [];
  for (const [i, part] of parts.entries()) {
    starts[i] = bytes.length;
    if (part !== null) bytes.push(...part);
  }
  return { bytes: Uint8Array.from(bytes), starts, lengths };
}
