/**
 * Writes records to topics through a broker.
 *
 *     const producer = new Producer(broker, { isIdempotent: true });
 *     const orders = await producer.topic('orders');
 *     for (const record of records) {
 *       orders.append(record.key, record.value, record.timestampMs);   // synchronous
 *       if (producer.isFull) await producer.flush();                   // bounds memory
 *     }
 *     await producer.flush();                                          // everything is durable
 *
 * With a transactional id, what is written between `beginTransaction` and `commitTransaction` becomes visible to readers of
 * committed records together, a group's offsets included:
 *
 *     const producer = new Producer(broker, { transactionalId: 'copier' });
 *     await producer.initTransactions();                               // fences an earlier producer of that id
 *     producer.beginTransaction();
 *     output.append(key, value, timestampMs);
 *     await producer.sendOffsetsToTransaction({ groupId: 'copier', partitions: consumer.positions() });
 *     await producer.commitTransaction();                              // or abortTransaction
 *
 * There is no timer: the caller decides when to flush. What a failed flush could not write stays, and the next one tries it again
 * with the same bytes; an idempotent producer may do so even when it cannot know whether the first try went through.
 */
import type {
  BrokerApi,
  Durability,
  GroupOffsets,
  ProduceBatch,
  ProducedBatch,
  TransactionalProducer,
} from '../broker/api.ts';
import { WeirError } from '../common/errors.ts';
import { RecordAccumulator, type TopicAccumulator } from './record-accumulator.ts';

export interface ProducerOptions {
  readonly batchBytes?: number | undefined;
  /** `isFull` from here on. Default 8 MiB. */
  readonly bufferBytes?: number | undefined;
  /** Default: as the topics are configured. */
  readonly durability?: Durability | undefined;
  /** The broker recognizes batches that are sent twice. Default false. */
  readonly isIdempotent?: boolean | undefined;
  /** Records are written in transactions only; the producer is idempotent then. */
  readonly transactionalId?: string | undefined;
  /** The broker aborts a transaction that is open for longer. Default a minute. */
  readonly transactionTimeoutMs?: number | undefined;
}

const DEFAULT_BUFFER_BYTES = 8 * 1024 * 1024;

export class Producer {
  readonly #broker: BrokerApi;
  readonly #options: ProducerOptions;
  readonly #accumulator: RecordAccumulator;
  /** Drained and not yet acknowledged. */
  #unsent: ProduceBatch[] = [];
  #flushing: Promise<readonly ProducedBatch[]> | null = null;
  #transactional: TransactionalProducer | null = null;
  #transaction: 'none' | 'begun' | 'written' = 'none';

  constructor(broker: BrokerApi, options: ProducerOptions = {}) {
    this.#broker = broker;
    this.#options = options;
    this.#accumulator = new RecordAccumulator({ batchBytes: options.batchBytes });
  }

  /** Where to append a topic's records. @throws WeirError UNKNOWN_TOPIC */
  async topic(topic: string): Promise<TopicAccumulator> {
    const { isIdempotent, transactionalId } = this.#options;
    if (isIdempotent === true && transactionalId === undefined && this.#accumulator.identity === null) {
      this.#accumulator.identity = await this.#broker.initProducerId({});
    }
    const [description] = await this.#broker.describeTopics([topic]);
    return this.#accumulator.topic(topic, description?.partitions.length ?? 1);
  }

  /** Bytes appended and not yet durable. */
  get bufferedBytes(): number {
    let unsentBytes = 0;
    for (const { records } of this.#unsent) unsentBytes += records.length;
    return this.#accumulator.bufferedBytes + unsentBytes;
  }

  /** Time to flush. */
  get isFull(): boolean {
    return this.#accumulator.bufferedBytes >= (this.#options.bufferBytes ?? DEFAULT_BUFFER_BYTES);
  }

  /**
   * Writes what has been appended, all in one atomic commit, and resolves when it is durable.
   * @throws WeirError as `BrokerApi.produce`; the records are kept for another try
   */
  async flush(): Promise<readonly ProducedBatch[]> {
    // One at a time, so that batches keep their order.
    while (this.#flushing !== null) await this.#flushing.catch(() => undefined);
    this.#flushing = this.#send();
    try {
      return await this.#flushing;
    } finally {
      this.#flushing = null;
    }
  }

  /** Takes over the transactional id, before the first transaction. Ends what an earlier producer left open. */
  async initTransactions(): Promise<void> {
    const { transactionalId, transactionTimeoutMs } = this.#options;
    if (transactionalId === undefined) {
      throw new WeirError('INVALID_TRANSACTION_STATE', 'This producer has no transactional id.', {
        hint: 'Give it one with the option transactionalId.',
      });
    }
    const identity = await this.#broker.initProducerId({ transactionalId, transactionTimeoutMs });
    this.#goOnAs({ transactionalId, ...identity });
  }

  /** @throws WeirError INVALID_TRANSACTION_STATE */
  beginTransaction(): void {
    this.#requireTransaction('begin', 'none');
    this.#transaction = 'begun';
  }

  /** The group's offsets are committed when the transaction is. @throws WeirError as `BrokerApi.commit` */
  async sendOffsetsToTransaction(offsets: GroupOffsets): Promise<void> {
    const transaction = this.#requireTransaction('send offsets to', 'begun', 'written');
    await this.#broker.commit({ batches: [], offsets: [offsets], transaction, durability: this.#options.durability });
    this.#transaction = 'written';
  }

  /** Writes what has been appended, and commits. @throws WeirError as `flush`; the transaction is still open then */
  async commitTransaction(): Promise<void> {
    this.#requireTransaction('commit', 'begun', 'written');
    await this.flush();
    await this.#endTransaction('commit');
  }

  /** Drops what has not been written, and what has been is never seen by readers of committed records. */
  async abortTransaction(): Promise<void> {
    this.#requireTransaction('abort', 'begun', 'written');
    this.discard();
    await this.#endTransaction('abort');
  }

  async #endTransaction(outcome: 'commit' | 'abort'): Promise<void> {
    const transaction = this.#requireTransaction(outcome, 'begun', 'written');
    const { transactionalId } = transaction;
    const hasWritten = this.#transaction === 'written';
    const next = hasWritten ? await this.#broker.endTransaction({ transaction, outcome }) : transaction;
    this.#goOnAs({ ...next, transactionalId });
    this.#transaction = 'none';
  }

  #goOnAs(transactional: TransactionalProducer): void {
    const { producerId, producerEpoch } = transactional;
    this.#transactional = transactional;
    this.#accumulator.identity = { producerId, producerEpoch, isTransactional: true };
  }

  #requireTransaction(verb: string, ...states: ('none' | 'begun' | 'written')[]): TransactionalProducer {
    if (this.#transactional !== null && states.includes(this.#transaction)) return this.#transactional;
    const reason =
      this.#transactional === null
        ? 'initTransactions has not been called'
        : this.#transaction === 'none'
          ? 'none has begun'
          : 'one is open already';
    throw new WeirError('INVALID_TRANSACTION_STATE', `The producer cannot ${verb} a transaction: ${reason}.`);
  }

  /** Drops what could not be written. */
  discard(): void {
    this.#accumulator.drain();
    this.#unsent = [];
  }

  async #send(): Promise<readonly ProducedBatch[]> {
    this.#unsent.push(...this.#accumulator.drain());
    const batches = this.#unsent;
    if (batches.length === 0) return [];
    const transaction =
      this.#options.transactionalId === undefined
        ? undefined
        : this.#requireTransaction('write to', 'begun', 'written');
    const response = await this.#broker.produce({ batches, transaction, durability: this.#options.durability });
    if (transaction !== undefined) this.#transaction = 'written';
    this.#unsent = [];
    return response.batches;
  }
}
