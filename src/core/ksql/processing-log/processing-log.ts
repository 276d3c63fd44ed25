/**
 * The processing log: what went wrong with records, as records of a topic (`ksql.logging.processing.topic.name`).
 *
 * A query's entries go down in the commit that moves it past the records that they tell of, so a crash neither loses nor
 * repeats them. What a query tells in a step that fails is thrown away, for it will tell it again; that it failed is an
 * entry of its own.
 *
 * It is bounded: a commit brings a hundred entries of a query at most, and one that counts the rest; the topic keeps its
 * newest megabytes. A query that reads the log, directly or through others, writes nothing to it: it would go round in
 * circles. Nothing is done as long as nothing fails.
 */
import { encodeUtf8 } from '../../common/utf8.ts';
import type { ProduceBatch, TopicConfig } from '../../broker/api.ts';
import { RecordBatchBuilder } from '../../log/record-batch-builder.ts';
import type { RecordMetadata } from '../../streams/processor.ts';
import type { Planner } from '../planner.ts';
import { logEntry, omittedEntry, type RecordFailure } from './entry.ts';

export interface ProcessingLogOptions {
  readonly topic: string;
  /** `ksql.logging.processing.rows.include` */
  readonly includesRows: boolean;
  readonly nowMs: () => number;
  /** Whether what the query reads comes from the log. */
  readonly isFedByLog: (queryId: string) => boolean;
}

/** Entries of one query in one commit. */
const MAX_ENTRIES = 100;

export const LOG_TOPIC_CONFIG: Partial<TopicConfig> = {
  'retention.ms': 7 * 24 * 60 * 60 * 1000,
  'retention.bytes': 8 * 1024 * 1024,
};

interface Pending {
  readonly entries: string[];
  omitted: number;
  /** The record that the last entry is about: what follows from its failure is no news. */
  last: RecordMetadata | undefined;
}

export class ProcessingLog {
  readonly topic: string;
  readonly #options: ProcessingLogOptions;
  #pending = new Map<string, Pending>();
  /** What was taken last, until that is known to have been written. */
  #taken: { readonly batches: readonly ProduceBatch[]; readonly pending: Map<string, Pending> } | undefined;

  constructor(options: ProcessingLogOptions) {
    this.topic = options.topic;
    this.#options = options;
  }

  get hasEntries(): boolean {
    return this.#pending.size > 0;
  }

  report(queryId: string, failure: RecordFailure): void {
    let pending = this.#pending.get(queryId);
    if (pending === undefined) {
      if (this.#options.isFedByLog(queryId)) return;
      pending = { entries: [], omitted: 0, last: undefined };
      this.#pending.set(queryId, pending);
    }
    const { origin } = failure;
    if (failure.kind === 'dropped' && isSame(pending.last, origin)) return;
    pending.last = origin === undefined ? undefined : { ...originOf(origin) };
    if (pending.entries.length >= MAX_ENTRIES) {
      pending.omitted++;
      return;
    }
    const { nowMs, includesRows } = this.#options;
    pending.entries.push(logEntry(queryId, failure, nowMs(), includesRows));
  }

  /** The query's step failed, and will be repeated. */
  forget(queryId: string): void {
    this.#pending.delete(queryId);
  }

  /** What is to be written of the queries that are asked for. */
  take(isTaken: (queryId: string) => boolean): readonly ProduceBatch[] {
    const taken = new Map([...this.#pending].filter(([queryId]) => isTaken(queryId)));
    if (taken.size === 0) return [];
    const nowMs = this.#options.nowMs();
    const builder = new RecordBatchBuilder();
    for (const [queryId, { entries, omitted }] of taken) {
      this.#pending.delete(queryId);
      for (const entry of entries) builder.append(null, encodeUtf8(entry), nowMs);
      if (omitted > 0) builder.append(null, encodeUtf8(omittedEntry(queryId, omitted, nowMs)), nowMs);
    }
    const batches = [{ topic: this.topic, partition: 0, records: builder.build() }];
    this.#taken = { batches, pending: taken };
    return batches;
  }

  /** Writing them failed. */
  giveBack(batches: readonly ProduceBatch[]): void {
    const taken = this.#taken;
    if (taken === undefined || !batches.some((batch) => taken.batches.includes(batch))) return;
    this.#taken = undefined;
    for (const [queryId, pending] of this.#pending) taken.pending.set(queryId, pending);
    this.#pending = taken.pending;
  }
}

/** Whether a query over these sources reads, directly or through other queries, what is in the topic. */
export function isFedBy(topic: string, sources: readonly string[], planner: Planner): boolean {
  const topicOf = (source: string): string | undefined => planner.catalog.source(source)?.topic;
  const queries = planner.queries();
  const reached = new Set(sources.map(topicOf));
  // A set hands out what is added to it while it is iterated over.
  for (const read of reached) {
    if (read === topic) return true;
    for (const { sink, sources: upstream } of queries) {
      if (sink !== undefined && topicOf(sink) === read) for (const source of upstream) reached.add(topicOf(source));
    }
  }
  return false;
}

function originOf({ topic, partition, offset }: RecordMetadata): RecordMetadata {
  return { topic, partition, offset };
}

function isSame(a: RecordMetadata | undefined, b: RecordMetadata | undefined): boolean {
  return (
    a !== undefined && b !== undefined && a.topic === b.topic && a.partition === b.partition && a.offset === b.offset
  );
}
