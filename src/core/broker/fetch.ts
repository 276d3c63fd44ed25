/** Reading: fetch and offset look-up over many partitions. */
import { WeirError } from '../common/errors.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type {
  AbortedTransaction,
  FetchPartition,
  FetchRequest,
  FetchResponse,
  FetchedPartition,
  IsolationLevel,
  ListedOffset,
  OffsetSpec,
  TopicPartition,
} from './api.ts';
import { toPartitionError } from './partition-error.ts';
import type { Subscribers } from './subscribers.ts';
import type { TopicRegistry } from './topic-registry.ts';

export interface FetchResult {
  readonly response: FetchResponse;
  readonly sizeBytes: number;
  readonly hasErrors: boolean;
}

/**
 * Reads the partitions in the order of the request until `maxBytes` are full. What comes after gets an empty answer, so a
 * reader of many partitions begins each request with another one.
 */
export async function fetchPartitions(
  topics: TopicRegistry,
  request: FetchRequest,
  maxBytes: number,
): Promise<FetchResult> {
  const partitions: FetchedPartition[] = [];
  let sizeBytes = 0;
  let hasErrors = false;
  for (const wanted of request.partitions) {
    const fetched = await fetchPartition(
      topics,
      wanted,
      maxBytes - sizeBytes,
      request.isolationLevel ?? 'read_uncommitted',
    );
    for (const batch of fetched.batches) sizeBytes += batch.length;
    if (fetched.error !== null) hasErrors = true;
    partitions.push(fetched);
  }
  return { response: { partitions }, sizeBytes, hasErrors };
}

async function fetchPartition(
  topics: TopicRegistry,
  wanted: FetchPartition,
  budgetBytes: number,
  isolation: IsolationLevel,
): Promise<FetchedPartition> {
  const { topic, partition, offset } = wanted;
  let log: PartitionLog | null = null;
  try {
    log = topics.log(wanted);
    log.requireUsable();
    const maxBytes = Math.min(budgetBytes, wanted.maxBytes ?? budgetBytes);
    const read =
      budgetBytes > 0
        ? await log.read(offset, { maxBytes, isolation })
        : { batches: [], nextOffset: offset, aborted: [] };
    const abortedTransactions = read.aborted.map(({ producerId, firstOffset }): AbortedTransaction => ({
      producerId,
      firstOffset,
    }));
    return {
      ...positions(log),
      topic,
      partition,
      error: null,
      batches: read.batches,
      nextOffset: read.nextOffset,
      abortedTransactions,
    };
  } catch (error) {
    if (!(error instanceof WeirError) || error.kind === 'internal') throw error;
    return {
      ...positions(log),
      topic,
      partition,
      error: toPartitionError(error),
      batches: [],
      nextOffset: offset,
      abortedTransactions: [],
    };
  }
}

function positions(
  log: PartitionLog | null,
): Pick<FetchedPartition, 'logStartOffset' | 'highWatermark' | 'lastStableOffset'> {
  return {
    logStartOffset: log?.logStartOffset ?? -1,
    highWatermark: log?.highWatermark ?? -1,
    lastStableOffset: log?.lastStableOffset ?? -1,
  };
}

export async function listOffset(
  log: PartitionLog,
  at: OffsetSpec,
  isolation: IsolationLevel,
): Promise<Pick<ListedOffset, 'offset' | 'timestampMs'>> {
  log.requireUsable();
  if (at === 'earliest') return { offset: log.logStartOffset, timestampMs: -1 };
  if (at === 'latest') {
    return { offset: isolation === 'read_committed' ? log.lastStableOffset : log.highWatermark, timestampMs: -1 };
  }
  const timestampMs = at === 'max-timestamp' ? log.maxTimestampMs : at.timestampMs;
  const found = await log.offsetForTimestamp(timestampMs);
  return found ?? { offset: -1, timestampMs: -1 };
}

/** Tells a waiting fetch that something was appended, or that its time is up. */
export class FetchWait {
  readonly #unsubscribe: () => void;
  readonly #cancelTimer: () => void;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(
    partitions: readonly TopicPartition[],
    subscribers: Subscribers,
    scheduler: Scheduler,
    maxWaitMs: number,
  ) {
    this.#unsubscribe = subscribers.add((event) => {
      const isOurs = ({ topic, partition }: TopicPartition): boolean =>
        partitions.some((wanted) => wanted.topic === topic && wanted.partition === partition);
      if (event.appended.some(isOurs) || event.topics.length > 0) this.#wake();
    });
    this.#cancelTimer = scheduler.schedule(maxWaitMs, () => this.stop());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves with the next change. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#isOver) resolve();
    });
  }

  /** Ends the waiting at once. */
  stop(): void {
    this.#isOver = true;
    this.#wake();
  }

  end(): void {
    this.#unsubscribe();
    this.#cancelTimer();
  }
}
