/** Lengths of time, as windows, grace periods and timeouts have them: `2 HOURS`. */
import type { Node } from './node.ts';

/** Always folded and singular. */
export type TimeUnit = 'YEAR' | 'MONTH' | 'WEEK' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND' | 'MILLISECOND';

export interface Duration extends Node {
  readonly value: number;
  readonly unit: TimeUnit;
}
