/**
 * What a partition knows of its idempotent and transactional producers (KIP-98;
 * `org.apache.kafka.storage.internals.log.ProducerStateManager`).
 *
 * Of each producer it keeps the epoch and the last five batches. A batch that repeats one of those five is answered with the
 * offsets it got the first time; one that continues the sequence is accepted; anything else means that records were lost or
 * reordered on the way. An older epoch is a zombie and is fenced.
 *
 * A producer with an open transaction holds the last stable offset at its first record; a marker closes it, and an abort
 * leaves a note of which offsets readers must skip.
 *
 * The table is bounded: beyond `MAX_PRODUCERS` the one that wrote longest ago is forgotten, unless it has a transaction open.
 * A forgotten producer may go on with any sequence, as in Kafka.
 */
import { WeirError } from '../common/errors.ts';
import { readControlType } from './control-record.ts';
import { NO_PRODUCER_ID, type RecordBatchHeader } from './record-batch.ts';

const REMEMBERED_BATCHES = 5;
const MAX_PRODUCERS = 1_000;

export interface ProducerBatch {
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
}

export interface ProducerEntry {
  readonly producerId: number;
  readonly epoch: number;
  /** Oldest first. */
  readonly batches: readonly ProducerBatch[];
  /** First offset of the open transaction, -1 when there is none. */
  readonly openTransactionOffset: number;
}

export interface AbortedRange {
  readonly producerId: number;
  readonly firstOffset: number;
  /** The marker's offset. */
  readonly lastOffset: number;
}

export interface ProducerSnapshot {
  readonly producers: readonly ProducerEntry[];
  readonly aborted: readonly AbortedRange[];
}

/** What a batch does to the table, computed before it is durable and applied after. */
export interface ProducerChange {
  readonly entry: ProducerEntry;
  readonly aborted: AbortedRange | null;
}

export class ProducerTable {
  /** In the order of last use. */
  readonly #entries = new Map<number, ProducerEntry>();
  #aborted: AbortedRange[];

  constructor(snapshot: ProducerSnapshot = { producers: [], aborted: [] }) {
    for (const entry of snapshot.producers) this.#entries.set(entry.producerId, entry);
    this.#aborted = [...snapshot.aborted];
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId);
  }

  apply(change: ProducerChange): void {
    this.#entries.delete(change.entry.producerId);
    this.#entries.set(change.entry.producerId, change.entry);
    if (change.aborted !== null) this.#aborted.push(change.aborted);
    if (this.#entries.size <= MAX_PRODUCERS) return;
    for (const [producerId, entry] of this.#entries) {
      if (entry.openTransactionOffset !== -1) continue;
      this.#entries.delete(producerId);
      break;
    }
  }

  /** The first offset of the oldest open transaction. */
  get firstOpenOffset(): number | undefined {
    let first: number | undefined;
    for (const { openTransactionOffset: offset } of this.#entries.values()) {
      if (offset !== -1 && (first === undefined || offset < first)) first = offset;
    }
    return first;
  }

  /** Aborted transactions with records in [from, to). */
  abortedIn(from: number, to: number): AbortedRange[] {
    return this.#aborted.filter((range) => range.lastOffset >= from && range.firstOffset < to);
  }

  /** The log now starts here: what lies before is of no interest. */
  truncateBefore(logStartOffset: number): void {
    this.#aborted = this.#aborted.filter((range) => range.lastOffset >= logStartOffset);
  }

  snapshot(): ProducerSnapshot {
    return { producers: [...this.#entries.values()], aborted: this.#aborted };
  }
}

/** The earlier batch that this one repeats. */
export function findDuplicate(entry: ProducerEntry | undefined, header: RecordBatchHeader): ProducerBatch | undefined {
  if (entry === undefined || header.producerId === NO_PRODUCER_ID || entry.epoch !== header.producerEpoch)
    return undefined;
  if (header.isControl) return undefined;
  const { baseSequence, lastSequence } = header;
  return entry.batches.find((batch) => batch.baseSequence === baseSequence && batch.lastSequence === lastSequence);
}

/** @throws WeirError PRODUCER_FENCED for an older epoch */
export function checkEpoch(entry: ProducerEntry | undefined, header: RecordBatchHeader, where: string): void {
  const { producerId, producerEpoch } = header;
  if (entry === undefined || producerEpoch >= entry.epoch) return;
  throw new WeirError(
    'PRODUCER_FENCED',
    `Producer ${producerId} writes to ${where} with epoch ${producerEpoch}, and epoch ${entry.epoch} has taken over.`,
    { hint: 'Only the newest instance of a producer may write; start this one again to get a new epoch.' },
  );
}

/** @throws WeirError OUT_OF_ORDER_SEQUENCE when the batch does not continue the sequence */
export function checkSequence(entry: ProducerEntry | undefined, header: RecordBatchHeader, where: string): void {
  if (entry === undefined) return;
  const { producerId, producerEpoch } = header;
  const last = producerEpoch === entry.epoch ? entry.batches.at(-1) : undefined;
  if (last === undefined && producerEpoch === entry.epoch) return;
  const expected = last === undefined ? 0 : (last.lastSequence + 1) & 0x7fffffff;
  if (header.baseSequence !== expected) {
    throw new WeirError(
      'OUT_OF_ORDER_SEQUENCE',
      `Producer ${producerId} writes sequence ${header.baseSequence} to ${where}, where ${expected} is next.`,
      { hint: 'A batch in between was lost or written twice; start the producer again.' },
    );
  }
}

/** What an accepted batch does to its producer; null for batches without one. */
export function producerChange(entry: ProducerEntry | undefined, header: RecordBatchHeader): ProducerChange | null {
  const { producerId, producerEpoch: epoch } = header;
  if (producerId === NO_PRODUCER_ID) return null;
  const sameEpoch = entry !== undefined && entry.epoch === epoch;
  const batches = sameEpoch ? entry.batches : [];
  const openOffset = entry?.openTransactionOffset ?? -1;
  const { baseOffset, lastOffset } = header;
  if (header.isControl) {
    const type = readControlType(header.bytes);
    const isAbort = type === 'abort' && openOffset !== -1;
    return {
      entry: { producerId, epoch, batches, openTransactionOffset: type === null ? openOffset : -1 },
      aborted: isAbort ? { producerId, firstOffset: openOffset, lastOffset } : null,
    };
  }
  const batch = { baseSequence: header.baseSequence, lastSequence: header.lastSequence, baseOffset, lastOffset };
  return {
    entry: {
      producerId,
      epoch,
      batches: [...batches.slice(1 - REMEMBERED_BATCHES), batch],
      openTransactionOffset: header.isTransactional && openOffset === -1 ? baseOffset : openOffset,
    },
    aborted: null,
  };
}
