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
 * There is no timer: the caller decides when to flush. What a failed flush could not write stays, and the next one tries it again
 * with the same bytes; an idempotent producer may do so even when it cannot know whether the first try went through.
 */
import type { BrokerApi, Durability, ProduceBatch, ProducedBatch } from '../broker/api.ts';
import { RecordAccumulator, type TopicAccumulator } from './record-accumulator.ts';

export interface ProducerOptions {
  readonly batchBytes?: number | undefined;
  /** `isFull` from here on. Default 8 MiB. */
  readonly bufferBytes?: number | undefined;
  /** Default: as the topics are configured. */
  readonly durability?: Durability | undefined;
  /** The broker recognizes batches that are sent twice. Default false. */
  readonly isIdempotent?: boolean | undefined;
}

const DEFAULT_BUFFER_BYTES = 8 * 1024 * 1024;

export class Producer {
  readonly #broker: BrokerApi;
  readonly #options: ProducerOptions;
  readonly #accumulator: RecordAccumulator;
  /** Drained and not yet acknowledged. */
  #unsent: ProduceBatch[] = [];
  #flushing: Promise<readonly ProducedBatch[]> | null = null;

  constructor(broker: BrokerApi, options: ProducerOptions = {}) {
    this.#broker = broker;
    this.#options = options;
    this.#accumulator = new RecordAccumulator({ batchBytes: options.batchBytes });
  }

  /** Where to append a topic's records. @throws WeirError UNKNOWN_TOPIC */
  async topic(topic: string): Promise<TopicAccumulator> {
    if (this.#options.isIdempotent === true && this.#accumulator.identity === null) {
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

  /** Drops what could not be written. */
  discard(): void {
    this.#accumulator.drain();
    this.#unsent = [];
  }

  async #send(): Promise<readonly ProducedBatch[]> {
    this.#unsent.push(...this.#accumulator.drain());
    const batches = this.#unsent;
    if (batches.length === 0) return [];
    const response = await this.#broker.produce({ batches, durability: this.#options.durability });
    this.#unsent = [];
    return response.batches;
  }
}
