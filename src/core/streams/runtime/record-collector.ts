/** Where a task's sinks write to: the driver keeps records in order, a real task builds record batches. */
import type { Headers } from '../record.ts';
import type { SinkNode } from '../topology.ts';

export interface RecordCollector {
  /** `topic` is the full name. Key and value are the deserialized ones, for a partitioner of the sink's own. */
  send(
    sink: SinkNode,
    topic: string,
    keyBytes: Uint8Array | null,
    valueBytes: Uint8Array | null,
    timestamp: number,
    headers: Headers,
    key: unknown,
    value: unknown,
  ): void;
}
