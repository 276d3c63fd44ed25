/**
 * One subtopology made live: its processors, its stores, and the wiring between them. Purely synchronous: a record goes in
 * at a source and has run to its end when `process` returns. The driver and the broker-fed task both stand on this.
 */
import { assert, WeirError } from '../../common/errors.ts';
import type { ProcessorTimes } from '../processor.ts';
import { NO_TIMESTAMP, type Rec } from '../record.ts';
import type { ExpectedKeys } from '../state/expected-keys.ts';
import type { RuntimeStore, Spill } from '../state/store-builder.ts';
import { topicName, type SinkNode, type SourceNode, type Subtopology, type Topology } from '../topology.ts';
import {
  NodeContext,
  type DropCounts,
  type DropHandler,
  type ErasedProcessor,
  type InProcess,
  type TaskState,
} from './node-context.ts';
import type { RecordCollector, SinkWriter } from './record-collector.ts';
import type { Tracer } from './tracer.ts';
import { canFollow, ValueChain, type ChainLink } from './value-chain.ts';

export type RecordErrorHandler = (error: WeirError, node: string, record: Rec<unknown, unknown>) => void;

export interface TaskGraphOptions {
  readonly applicationId: string;
  readonly topology: Topology;
  readonly subtopology: Subtopology;
  readonly partition: number;
  readonly collector: RecordCollector;
  /** Whether stores that have a changelog note their changes for it. */
  readonly logging: boolean;
  /** Where stores go on that are larger than their budget. Undefined: all of them stay in memory. */
  readonly spill?: Spill | undefined;
  /** See `StoreContext`. */
  readonly packedFromEntries?: number | undefined;
  /** Errors that a processor reports about one record (the record is skipped, the task goes on). */
  readonly onError?: RecordErrorHandler | undefined;
  readonly onDrop?: DropHandler | undefined;
  readonly inProcess?: InProcess | undefined;
}

export interface NodeMetrics {
  readonly node: string;
  readonly forwarded: number;
  readonly drops: Readonly<DropCounts>;
}

export class TaskGraph {
  readonly taskId: string;
  readonly subtopology: Subtopology;
  readonly stores: ReadonlyMap<string, RuntimeStore>;
  readonly state: TaskState;
  readonly #contexts = new Map<string, NodeContext>();
  readonly #processors = new Map<string, ErasedProcessor>();
  readonly #childNames = new Map<string, string[]>();
  readonly #sources = new Map<string, SourceEntry>();

  constructor(options: TaskGraphOptions) {
    const { subtopology, topology, partition, applicationId } = options;
    this.taskId = `${subtopology.id}_${partition}`;
    this.subtopology = subtopology;
    this.stores = new Map(
      subtopology.stores.map((builder) => [
        builder.name,
        builder.build({
          notesChanges: (builder.logging && options.logging) || options.spill !== undefined,
          spill: options.spill,
          packedFromEntries: options.packedFromEntries,
        }),
      ]),
    );
    this.state = {
      taskId: this.taskId,
      topic: '',
      partition,
      offset: -1,
      streamTimeMs: NO_TIMESTAMP,
      depth: 0,
      inProcess: options.inProcess ?? { task: undefined },
      onDrop: options.onDrop,
      onError:
        options.onError ??
        ((error) => {
          throw error;
        }),
    };
    for (const node of subtopology.nodes) {
      const used = new Map([...this.stores].filter(([name]) => topology.storeUsers.get(name)?.includes(node.name)));
      const context = new NodeContext(node.name, this.state, used);
      this.#contexts.set(node.name, context);
      if (node.kind === 'source') {
        const entry = new SourceEntry(node, context, this.state, [...this.stores.values()]);
        for (const topic of node.topics) this.#sources.set(topicName(applicationId, node, topic), entry);
        continue;
      }
      const processor =
        node.kind === 'sink' ? new SinkProcessor(node, applicationId, options.collector) : node.supplier();
      this.#processors.set(node.name, processor);
      for (const parent of node.parents) {
        const children = this.#childNames.get(parent);
        if (children === undefined) this.#childNames.set(parent, [node.name]);
        else children.push(node.name);
      }
    }
    this.#wire(undefined);
    for (const [name, processor] of this.#processors) processor.init?.(this.#context(name));
  }

  /** The source that reads the topic (full name). */
  source(topic: string): SourceEntry {
    const entry = this.#sources.get(topic);
    assert(entry !== undefined, `task ${this.taskId} reads topic ${topic}`);
    return entry;
  }

  /** Full names of the topics it reads. */
  get sourceTopics(): readonly string[] {
    return [...this.#sources.keys()];
  }

  attachTracer(tracer: Tracer | undefined): void {
    this.#wire(tracer);
  }

  nodeMetrics(): NodeMetrics[] {
    return [...this.#contexts].map(([node, { forwarded, drops }]) => ({ node, forwarded, drops: { ...drops } }));
  }

  /** Event times outside the stores, by node; '' is the task itself. */
  saveTimes(): Record<string, ProcessorTimes> {
    const times: Record<string, ProcessorTimes> = { '': { streamTimeMs: this.state.streamTimeMs } };
    for (const entry of this.#sources.values()) times[entry.node.name] = entry.saveTimes();
    for (const [name, processor] of this.#processors) {
      if (processor.saveTimes !== undefined) times[name] = processor.saveTimes();
    }
    return times;
  }

  restoreTimes(times: Readonly<Record<string, ProcessorTimes>>): void {
    this.state.streamTimeMs = times['']?.['streamTimeMs'] ?? NO_TIMESTAMP;
    for (const entry of this.#sources.values()) entry.restoreTimes(times[entry.node.name] ?? {});
    for (const [name, processor] of this.#processors) {
      const saved = times[name];
      if (saved !== undefined) processor.restoreTimes?.(saved);
    }
  }

  close(): void {
    for (const processor of this.#processors.values()) processor.close?.();
    for (const store of this.stores.values()) store.close();
  }

  #wire(tracer: Tracer | undefined): void {
    for (const [name, context] of this.#contexts) context.tracer = tracer?.wants?.(name) === false ? undefined : tracer;
    for (const [name, context] of this.#contexts) {
      context.children = (this.#childNames.get(name) ?? []).map((child) => this.#runnable(child));
    }
  }

  /** What runs when a record comes to the node: its processor, or the chain that begins there. */
  #runnable(name: string): ErasedProcessor {
    const processor = this.#processor(name);
    const context = this.#context(name);
    if (context.isTraced) return new TracedProcessor(context, processor, this.state);
    const [first, second, ...others] = this.#chainFrom(name);
    return first === undefined || second === undefined ? processor : new ValueChain([first, second, ...others]);
  }

  #chainFrom(name: string): ChainLink[] {
    const links: ChainLink[] = [];
    for (let next: string | undefined = name; next !== undefined;) {
      const processor = this.#processor(next);
      const context = this.#context(next);
      const { valueStep: step } = processor;
      const previous = links.at(-1);
      if (step === undefined || context.isTraced) break;
      if (previous !== undefined && !canFollow(previous.step, step)) break;
      links.push({ processor, context, step });
      const children: readonly string[] = this.#childNames.get(next) ?? [];
      next = children.length === 1 ? children[0] : undefined;
    }
    return links;
  }

  #processor(name: string): ErasedProcessor {
    const processor = this.#processors.get(name);
    assert(processor !== undefined, `node ${name} has a processor`);
    return processor;
  }

  #context(name: string): NodeContext {
    const context = this.#contexts.get(name);
    assert(context !== undefined, `node ${name} has a context`);
    return context;
  }
}

/** Where records enter: extracts event time, moves stream time, forwards. */
export class SourceEntry {
  readonly node: SourceNode;
  readonly context: NodeContext;
  readonly #state: TaskState;
  readonly #stores: readonly RuntimeStore[];
  /** Largest timestamp read by this source, as Kafka's partition time. */
  #partitionTimeMs = NO_TIMESTAMP;

  constructor(node: SourceNode, context: NodeContext, state: TaskState, stores: readonly RuntimeStore[]) {
    this.node = node;
    this.context = context;
    this.#state = state;
    this.#stores = stores;
  }

  /** Tells the task's stores which keys come next. */
  expect(keys: ExpectedKeys): void {
    for (const store of this.#stores) store.expect?.(keys);
  }

  saveTimes(): ProcessorTimes {
    return { partitionTimeMs: this.#partitionTimeMs };
  }

  restoreTimes(times: ProcessorTimes): void {
    this.#partitionTimeMs = times['partitionTimeMs'] ?? NO_TIMESTAMP;
  }

  /** The record with its event time, or undefined if it was dropped for a negative one. */
  extract(
    record: Rec<unknown, unknown>,
    topic: string,
    partition: number,
    offset: number,
  ): Rec<unknown, unknown> | undefined {
    const { extractor } = this.node;
    let extracted = record;
    if (extractor !== undefined) {
      this.#at(topic, partition, offset);
      extracted = record.withTimestamp(extractor.extract(record, this.#partitionTimeMs));
    }
    if (extracted.timestamp < 0) {
      this.#at(topic, partition, offset);
      this.context.drop('negative-timestamp', extracted);
      return undefined;
    }
    if (extracted.timestamp > this.#partitionTimeMs) this.#partitionTimeMs = extracted.timestamp;
    return extracted;
  }

  #at(topic: string, partition: number, offset: number): void {
    const state = this.#state;
    state.inProcess.task = state;
    state.topic = topic;
    state.partition = partition;
    state.offset = offset;
  }

  /** Runs the record to its end. */
  process(record: Rec<unknown, unknown>, topic: string, partition: number, offset: number): void {
    const state = this.#state;
    state.topic = topic;
    state.partition = partition;
    state.offset = offset;
    if (record.timestamp > state.streamTimeMs) state.streamTimeMs = record.timestamp;
    if (this.context.isTraced) this.context.traceEnter(record);
    this.context.forward(record);
  }
}

class SinkProcessor implements ErasedProcessor {
  readonly #node: SinkNode;
  readonly #topic: string;
  readonly #write: SinkWriter;

  constructor(node: SinkNode, applicationId: string, collector: RecordCollector) {
    this.#node = node;
    this.#topic = topicName(applicationId, node, node.topic);
    this.#write = collector.sink(node, this.#topic);
  }

  process(record: Rec<unknown, unknown>): void {
    try {
      this.#write(record.key, record.value, record.timestamp, record.headers);
    } catch (error) {
      throw error instanceof WeirError ? error.with({ topic: this.#topic, side: this.#failingSide(record) }) : error;
    }
  }

  #failingSide({ key }: Rec<unknown, unknown>): 'key' | 'value' {
    try {
      if (key !== null) this.#node.keySerde.serialize(key);
      return 'value';
    } catch {
      return 'key';
    }
  }
}

class TracedProcessor implements ErasedProcessor {
  readonly #context: NodeContext;
  readonly #inner: ErasedProcessor;
  readonly #state: TaskState;

  constructor(context: NodeContext, inner: ErasedProcessor, state: TaskState) {
    this.#context = context;
    this.#inner = inner;
    this.#state = state;
  }

  process(record: Rec<unknown, unknown>): void {
    this.#state.depth++;
    try {
      this.#context.traceEnter(record);
      this.#inner.process(record);
    } finally {
      this.#state.depth--;
    }
  }
}
