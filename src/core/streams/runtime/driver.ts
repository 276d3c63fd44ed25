/**
 * The synchronous driver (Kafka's TopologyTestDriver): one task per subtopology over one partition, one record at a time
 * to completion. What a record writes to a topic that the topology itself reads (a repartition topic) is processed
 * before `pipe` returns, the smallest timestamp first. Stream time moves by records alone.
 *
 *     const driver = new TopologyDriver(topology, { applicationId: 'app' });
 *     driver.pipe('orders', { key, value, timestamp: 5 });
 *     driver.read('big-orders');   // what was written since the last read, in order
 */
import { assert, WeirError } from '../../common/errors.ts';
import { NO_HEADERS, Rec, type Headers } from '../record.ts';
import type { RuntimeStore, Spill } from '../state/store-builder.ts';
import type { SinkNode, Topology } from '../topology.ts';
import { NoChangelog } from './changelog-writer.ts';
import type { RecordCollector, SinkWriter } from './record-collector.ts';
import { TaskGraph, type NodeMetrics, type RecordErrorHandler, type SourceEntry } from './task-graph.ts';
import type { Tracer } from './tracer.ts';

export interface InputRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestamp: number;
  readonly headers?: Headers | undefined;
  /** Default: counted per topic from 0. */
  readonly offset?: number | undefined;
  /** Default 0. */
  readonly partition?: number | undefined;
}

export interface OutputRecord {
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestamp: number;
  readonly headers: Headers;
}

export interface DriverOptions {
  readonly applicationId: string;
  /** Where stores go on that are larger than their budget, to which they are kept after each record. Default: in memory. */
  readonly spill?: Spill | undefined;
  /** See `StoreContext`. */
  readonly packedFromEntries?: number | undefined;
  /** Errors that a processor reports about one record. Default: thrown. */
  readonly onError?: RecordErrorHandler | undefined;
  /** A source record that cannot be read is counted and skipped, and told here. Default: thrown. */
  readonly onUndeserializable?: ((error: WeirError, topic: string, record: InputRecord) => void) | undefined;
}

interface Queued {
  readonly entry: SourceEntry;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly record: Rec<unknown, unknown>;
}

export class TopologyDriver implements RecordCollector {
  readonly tasks: readonly TaskGraph[];
  readonly #options: DriverOptions;
  readonly #sources = new Map<string, SourceEntry>();
  readonly #queues = new Map<string, Queued[]>();
  readonly #offsets = new Map<string, number>();
  readonly #noChangelog = new NoChangelog();
  readonly #written = new Map<string, OutputRecord[]>();
  /** In the order of writing, over all topics. */
  #captured: OutputRecord[] = [];

  constructor(topology: Topology, options: DriverOptions) {
    this.#options = options;
    const { applicationId, onError, spill, packedFromEntries } = options;
    this.tasks = topology.subtopologies.map(
      (subtopology) =>
        new TaskGraph({
          applicationId,
          topology,
          subtopology,
          partition: 0,
          collector: this,
          logging: false,
          spill,
          packedFromEntries,
          onError,
        }),
    );
    for (const task of this.tasks) {
      for (const topic of task.sourceTopics) this.#sources.set(topic, task.source(topic));
    }
  }

  /** Processes one record to completion. @throws WeirError what processing it threw */
  pipe(topic: string, input: InputRecord): void {
    this.#enqueue(topic, input);
    this.#drain();
    if (this.#options.spill !== undefined || this.#options.packedFromEntries !== undefined) this.#settle();
  }

  /** What was written to the topic since the last read. */
  read(topic: string): OutputRecord[] {
    const written = this.#written.get(topic) ?? [];
    this.#written.delete(topic);
    return written;
  }

  /** The topics written to, in the order of their first record. */
  get writtenTopics(): readonly string[] {
    return [...this.#written.keys()];
  }

  reads(topic: string): boolean {
    return this.#sources.has(topic);
  }

  /** @throws WeirError UNKNOWN_STORE */
  store(name: string): RuntimeStore {
    for (const task of this.tasks) {
      const store = task.stores.get(name);
      if (store !== undefined) return store;
    }
    throw new WeirError('UNKNOWN_STORE', `No task has a store named ${name}.`);
  }

  attachTracer(tracer: Tracer | undefined): void {
    for (const task of this.tasks) task.attachTracer(tracer);
  }

  nodeMetrics(): NodeMetrics[] {
    return this.tasks.flatMap((task) => task.nodeMetrics());
  }

  close(): void {
    for (const task of this.tasks) task.close();
  }

  sink({ keySerde, valueSerde }: SinkNode, topic: string): SinkWriter {
    return (key, value, timestamp, headers) => {
      const keyBytes = key === null ? null : keySerde.serialize(key);
      const valueBytes = value === null ? null : valueSerde.serialize(value);
      this.#captured.push({ topic, key: keyBytes, value: valueBytes, timestamp, headers });
    };
  }

  #settle(): void {
    for (const { stores } of this.tasks) {
      for (const store of stores.values()) {
        store.flush(this.#noChangelog);
        store.settle();
      }
    }
  }

  #enqueue(topic: string, input: InputRecord): void {
    const entry = this.#sources.get(topic);
    if (entry === undefined) {
      throw new WeirError('UNKNOWN_TOPIC', `The topology reads no topic named ${topic}.`, {
        details: { topics: [...this.#sources.keys()] },
      });
    }
    const offset = input.offset ?? this.#offsets.get(topic) ?? 0;
    this.#offsets.set(topic, offset + 1);
    const record = this.#deserialize(entry, topic, input);
    const extracted = record === undefined ? undefined : entry.extract(record, topic, input.partition ?? 0, offset);
    if (extracted === undefined) return;
    const queued = { entry, topic, partition: input.partition ?? 0, offset, record: extracted };
    const queue = this.#queues.get(topic);
    if (queue === undefined) this.#queues.set(topic, [queued]);
    else queue.push(queued);
  }

  #deserialize(entry: SourceEntry, topic: string, input: InputRecord): Rec<unknown, unknown> | undefined {
    const { keySerde, valueSerde } = entry.node;
    const { timestamp, headers = NO_HEADERS } = input;
    try {
      const key = input.key === null ? null : keySerde.deserialize(input.key);
      const value = input.value === null ? null : valueSerde.deserialize(input.value);
      return new Rec(key, value, timestamp, headers);
    } catch (error) {
      if (!(error instanceof WeirError) || this.#options.onUndeserializable === undefined) throw error;
      entry.context.drop('undeserializable', new Rec<unknown, unknown>(null, null, timestamp, headers));
      this.#options.onUndeserializable(error, topic, input);
      return undefined;
    }
  }

  #drain(): void {
    for (let queued = this.#next(); queued !== undefined; queued = this.#next()) {
      const { entry, record, topic, partition, offset } = queued;
      entry.process(record, topic, partition, offset);
      const captured = this.#captured;
      this.#captured = [];
      for (const output of captured) {
        const written = this.#written.get(output.topic);
        if (written === undefined) this.#written.set(output.topic, [output]);
        else written.push(output);
        if (this.#sources.has(output.topic)) this.#enqueue(output.topic, output);
      }
    }
  }

  #next(): Queued | undefined {
    let best: Queued[] | undefined;
    let bestTimestamp = Infinity;
    for (const queue of this.#queues.values()) {
      const head = queue[0];
      if (head !== undefined && head.record.timestamp < bestTimestamp) {
        best = queue;
        bestTimestamp = head.record.timestamp;
      }
    }
    const next = best?.shift();
    assert((best === undefined) === (next === undefined), 'a queue with a head has a record');
    return next;
  }
}
