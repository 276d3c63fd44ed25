/** Where a task's sinks write to: the driver keeps records in order, a real task builds record batches. */
import type { Headers } from '../record.ts';
import type { SinkNode } from '../topology.ts';

/** One sink's way out. @throws WeirError SERIALIZATION */
export type SinkWriter = (key: unknown, value: unknown, timestamp: number, headers: Headers) => void;

export interface RecordCollector {
  /** `topic` is the full name. */
  sink(node: SinkNode, topic: string): SinkWriter;
}
