/**
 * The tracer sees each record's way through a topology. Attach one to a task and its nodes are wrapped, or those that it
 * asks for; detach it and the wrappers are gone, so that a task without a tracer pays nothing.
 */
import type { DropReason } from '../processor.ts';
import type { Rec } from '../record.ts';
import type { TraceNote } from '../trace-note.ts';

export interface TraceEvent {
  readonly taskId: string;
  readonly node: string;
  /** `enter`: the node got the record; `drop`: it stopped here, for `reason`; `note`: what a node with windows did. */
  readonly verdict: 'enter' | 'drop' | 'note';
  readonly record: Rec<unknown, unknown>;
  readonly reason: DropReason | undefined;
  readonly detail: string | undefined;
  readonly note: TraceNote | undefined;
  /** The source record that is being processed. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Nesting: 0 is the source. */
  readonly depth: number;
}

export interface Tracer {
  trace(event: TraceEvent): void;
  /** Which nodes it wants to hear of. Default: all. */
  wants?(node: string): boolean;
}
