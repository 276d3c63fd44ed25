/**
 * What the DSL's handles share: the topology being built, Kafka's name counters, and how to make handles (so that streams can
 * make tables and tables streams without their files importing each other).
 */
import { assert } from '../../common/errors.ts';
import type { ProcessorSupplier } from '../processor.ts';
import type { TableProcessor } from '../processors/table.ts';
import { NullKeyFilterProcessor } from '../processors/stateless.ts';
import type { Serde } from '../serde.ts';
import { TopologyBuilder, type InternalTopic, type Partitioner } from '../topology.ts';
import type { Grouped, KGroupedStream, KGroupedTable, KStream, KTable } from './api.ts';

export interface StreamParts {
  readonly nodeName: string;
  /** Names of the source nodes upstream, within the subtopology: those whose partitions must match in a join. */
  readonly sources: ReadonlySet<string>;
  /** The key may have changed since the last repartitioning, by this operation. */
  readonly rekeyedBy: string | undefined;
}

export interface TableParts<K, V> {
  readonly nodeName: string;
  readonly sources: ReadonlySet<string>;
  readonly processor: TableProcessor<K, V>;
  readonly queryableStoreName: () => string | undefined;
}

/** The handles' constructors, given by `StreamsBuilder`. */
export interface Handles {
  stream<K, V>(parts: StreamParts): KStream<K, V>;
  table<K, V>(parts: TableParts<K, V>): KTable<K, V>;
  groupedStream<K, V>(parts: StreamParts, grouped: Grouped<K, V>): KGroupedStream<K, V>;
  groupedTable<K, V>(parts: StreamParts, grouped: Grouped<K, V>): KGroupedTable<K, V>;
}

/** Base of all stream handles: what another handle may know of a stream given to it. */
export abstract class StreamHandle {
  readonly builder: InternalBuilder;
  readonly parts: StreamParts;

  constructor(builder: InternalBuilder, parts: StreamParts) {
    this.builder = builder;
    this.parts = parts;
  }

  get nodeName(): string {
    return this.parts.nodeName;
  }
}

export abstract class TableHandle<K, V> {
  readonly builder: InternalBuilder;
  readonly parts: TableParts<K, V>;

  constructor(builder: InternalBuilder, parts: TableParts<K, V>) {
    this.builder = builder;
    this.parts = parts;
  }

  get nodeName(): string {
    return this.parts.nodeName;
  }

  get queryableStoreName(): string | undefined {
    return this.parts.queryableStoreName();
  }
}

export function partsOfStream(stream: { readonly nodeName: string }): StreamParts {
  assert(stream instanceof StreamHandle, `stream ${stream.nodeName} was made by a StreamsBuilder`);
  return stream.parts;
}

export function partsOfTable<K, V>(table: KTable<K, V>): TableParts<K, V> {
  assert(isHandle(table), `table ${table.nodeName} was made by a StreamsBuilder`);
  return table.parts;
}

function isHandle<K, V>(table: KTable<K, V>): table is KTable<K, V> & TableHandle<K, V> {
  return table instanceof TableHandle;
}

export interface ThroughOptions<K, V> extends InternalTopic {
  /** The node that writes to it. */
  readonly parent: string;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly partitioner: Partitioner | undefined;
}

export interface RepartitionOptions<K, V> {
  /** `<name>-repartition`. */
  readonly name: string;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  readonly partitions?: number | undefined;
  readonly reason: string;
  /** Records without a key have no group to go to; else they are spread. */
  readonly dropNullKeys: boolean;
}

export class InternalBuilder {
  readonly topology = new TopologyBuilder();
  readonly handles: Handles;
  #counter = 0;

  constructor(handles: (builder: InternalBuilder) => Handles) {
    this.handles = handles(this);
  }

  /**
   * `KSTREAM-FILTER-0000000001`, or the name given. Every operation, of whatever kind, named or not, takes the next number:
   * that is how the generated names of Kafka's internal topics count.
   */
  newName(prefix: string, named?: string): string {
    const number = this.#counter++;
    return named ?? `${prefix}${String(number).padStart(10, '0')}`;
  }

  newStoreName(prefix: string): string {
    return this.newName(`${prefix}STATE-STORE-`);
  }

  processor(
    name: string,
    supplier: ProcessorSupplier<unknown, unknown, unknown, unknown>,
    parents: readonly string[],
    stores: readonly string[] = [],
  ): void {
    this.topology.addNode({ kind: 'processor', name, parents, supplier });
    for (const store of stores) this.topology.connect(store, [name]);
  }

  /** Sends a stream through a repartition topic and returns the source on its other side. */
  repartition<K, V>(parts: StreamParts, options: RepartitionOptions<K, V>): StreamParts {
    const topic = `${options.name}-repartition`;
    const { keySerde, valueSerde, partitions, reason } = options;
    let parent = parts.nodeName;
    for (const prefix of ['KSTREAM-SINK-', 'KSTREAM-FILTER-', 'KSTREAM-SOURCE-']) this.newName(prefix);
    if (options.dropNullKeys) {
      parent = `${topic}-filter`;
      this.processor(parent, () => new NullKeyFilterProcessor(), [parts.nodeName]);
    }
    const source = this.through({
      topic,
      kind: 'repartition',
      partitions,
      parent,
      keySerde,
      valueSerde,
      partitioner: undefined,
      reason,
    });
    return { nodeName: source, sources: new Set([source]), rekeyedBy: undefined };
  }

  /** Adds an internal topic with the nodes on either side of it; returns the source. */
  through<K, V>(options: ThroughOptions<K, V>): string {
    const { topic, kind, partitions, reason, parent, keySerde, valueSerde, partitioner } = options;
    const ends = { topic, internal: true, keySerde, valueSerde };
    const source = `${topic}-source`;
    this.topology.addInternalTopic({ topic, kind, partitions, reason });
    this.topology.addNode({ kind: 'sink', name: `${topic}-sink`, parents: [parent], partitioner, ...ends });
    this.topology.addNode({
      kind: 'source',
      name: source,
      topics: [topic],
      internal: true,
      keySerde,
      valueSerde,
      extractor: undefined,
      offsetReset: 'earliest',
    });
    return source;
  }

  /** The stream with equal keys together: itself, unless its key may have changed. */
  repartitionIfRekeyed<K, V>(
    parts: StreamParts,
    name: string,
    serdes: { readonly keySerde: Serde<K>; readonly valueSerde: Serde<V> },
    purpose: string,
    dropNullKeys = true,
  ): StreamParts {
    if (parts.rekeyedBy === undefined) return parts;
    const reason = `${parts.rekeyedBy} may change the key, and ${purpose} needs equal keys in one partition`;
    const { keySerde, valueSerde } = serdes;
    return this.repartition(parts, { name, keySerde, valueSerde, reason, dropNullKeys });
  }

  /** Joins need the same number of partitions on both sides. */
  copartition(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
    const both = new Set([...a, ...b]);
    this.topology.copartition([...both]);
    return both;
  }
}
