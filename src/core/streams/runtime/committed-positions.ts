/**
 * How far tasks have come: found at their start in the offsets that their consumer group committed, and written there again with
 * each commit.
 */
import type { BrokerApi, CommitRequest } from '../../broker/api.ts';
import { encodeMetadata, mergeTimes, requireLayouts } from './committed-metadata.ts';
import type { PartitionBuffer } from './partition-buffer.ts';
import type { StreamTask } from './stream-task.ts';

/** What a task has processed and not committed. */
export interface Advance {
  readonly task: StreamTask;
  /** Those of its partitions that have moved. */
  readonly buffers: readonly PartitionBuffer[];
}

type PartitionOffset = CommitRequest['offsets'][number]['partitions'][number];

/**
 * Sets tasks where they go on: at the committed offsets, with the times that stand there; else where each source says.
 * @param groupId undefined: nothing was ever committed
 * @throws WeirError STATE_OUTDATED
 */
export async function restorePositions(
  broker: BrokerApi,
  groupId: string | undefined,
  tasks: readonly StreamTask[],
): Promise<void> {
  const committed = new Map<string, { readonly offset: number; readonly metadata: string }>();
  if (groupId !== undefined) {
    const { partitions } = await broker.offsetFetch({ groupId });
    for (const { topic, partition, offset, metadata } of partitions) {
      if (offset >= 0) committed.set(`${topic}-${partition}`, { offset, metadata });
    }
  }
  const fresh: PartitionBuffer[] = [];
  for (const task of tasks) {
    const metadata: string[] = [];
    for (const buffer of task.buffers) {
      const found = committed.get(`${buffer.topic}-${buffer.partition}`);
      if (found === undefined) fresh.push(buffer);
      else {
        setOffset(buffer, found.offset);
        // Where a query began that began at the end of its topic is known until its first commit.
        if (buffer.source.node.offsetReset === 'earliest') buffer.readFrom = 0;
        else buffer.isReadWhole = found.metadata === '';
        metadata.push(found.metadata);
      }
    }
    for (const one of metadata) requireLayouts(one, task.logged);
    task.graph.restoreTimes(mergeTimes(metadata));
  }
  const { partitions } = await broker.listOffsets({
    partitions: fresh.map(({ topic, partition, source }) => ({ topic, partition, at: source.node.offsetReset })),
  });
  for (const [index, buffer] of fresh.entries()) setOffset(buffer, partitions[index]?.offset ?? 0);
}

/** The tasks that have moved since their last commit. */
export function advancesOf(tasks: readonly StreamTask[]): readonly Advance[] {
  const advances: Advance[] = [];
  for (const task of tasks) {
    const buffers = task.buffers.filter((buffer) => buffer.position !== buffer.committed);
    if (buffers.length > 0) advances.push({ task, buffers });
  }
  return advances;
}

/** What is committed of it. */
export function offsetsOf({ task, buffers }: Advance): readonly PartitionOffset[] {
  const metadata = encodeMetadata(task.graph.saveTimes(), task.logged);
  return buffers.map(({ topic, partition, position }) => ({ topic, partition, offset: position, metadata }));
}

/** It is committed. */
export function markCommitted({ buffers }: Advance): void {
  for (const buffer of buffers) buffer.committed = buffer.position;
}

function setOffset(buffer: PartitionBuffer, offset: number): void {
  buffer.fetchOffset = offset;
  buffer.position = offset;
  buffer.committed = offset;
  buffer.endOffset = offset;
  buffer.readFrom = offset;
}
