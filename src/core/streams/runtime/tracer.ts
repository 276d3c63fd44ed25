/**
 * The tracer sees each record's way through a topology. Attach one to a task and every node is wrapped; detach it and
 * the wrappers are gone, so that a task without a tracer pays nothing.
 */
import type { DropReason } from '../processor.ts';
import type { Rec } from '../record.ts';

export interface TraceEvent {
  readonly taskId: string;
  readonly node: string;
  /** `enter`: the node got the record; `drop`: it stopped here, for `reason`. */
  readonly verdict: 'enter' | 'drop';
  readonly record: Rec<unknown, unknown>;
  readonly reason: DropReason | undefined;
  readonly detail: string | undefined;
  /** Nesting: 0 is the source. */
  readonly depth: number;
}

export interface Tracer {
  trace(event: TraceEvent): void;
}
