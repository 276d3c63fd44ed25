/**
 * The entry to the DSL:
 *
 *     const builder = new StreamsBuilder();
 *     builder.stream('orders', { keySerde, valueSerde }).filter((key, value) => ...).to('big-orders', { ... });
 *     const topology = builder.build();
 */
import { TableSource as TableSourceProcessor, valueIsRow } from '../processors/table-source.ts';
import { keyValueStoreBuilder } from '../state/key-value-store.ts';
import type { Topology } from '../topology.ts';
import type { Consumed, KStream, KTable, LaidOutTable, RowLayout, StreamsBuilderApi, TableSource } from './api.ts';
import { GroupedStream } from './grouped-stream.ts';
import { GroupedTable } from './grouped-table.ts';
import { InternalBuilder } from './internal-builder.ts';
import { Stream } from './kstream.ts';
import { Table } from './ktable.ts';

export class StreamsBuilder implements StreamsBuilderApi {
  readonly #builder = new InternalBuilder((builder) => ({
    stream: <K, V>(parts: ConstructorParameters<typeof Stream>[1]): KStream<K, V> => new Stream<K, V>(builder, parts),
    table: (parts) => new Table(builder, parts),
    groupedStream: (parts, grouped) => new GroupedStream(builder, parts, grouped),
    groupedTable: (parts, grouped) => new GroupedTable(builder, parts, grouped),
  }));

  stream<K, V>(topics: string | readonly string[], consumed: Consumed<K, V>): KStream<K, V> {
    const nodeName = this.#source(topics, consumed, 'KSTREAM-SOURCE-');
    return this.#builder.handles.stream({ nodeName, sources: new Set([nodeName]), rekeyedBy: undefined });
  }

  table<K, V>(topic: string, consumed: Consumed<K, V>, source: TableSource<K, V>): KTable<K, V> {
    const { valueSerde = consumed.valueSerde } = source;
    return this.tableOf(topic, consumed, { ...source, valueSerde }, valueIsRow);
  }

  tableOf<K, V, R>(
    topic: string,
    consumed: Consumed<K, V>,
    source: LaidOutTable<K, R>,
    layout: RowLayout<K, V, R>,
  ): KTable<K, R> {
    const builder = this.#builder;
    const storeName = source.name ?? source.storeName ?? builder.newStoreName(`${topic}-`);
    const sourceName = this.#source(topic, consumed, 'KSTREAM-SOURCE-');
    const nodeName = builder.newName('KTABLE-SOURCE-');
    const processor = new TableSourceProcessor<K, V, R>(storeName, layout, () => {
      const { keys, keySerde = consumed.keySerde, valueSerde, packing, layoutVersion, logging = true } = source;
      const options = { name: storeName, keys, keySerde, valueSerde, packing, layoutVersion, logging };
      builder.topology.addStore(keyValueStoreBuilder(options), [nodeName]);
    });
    builder.processor(nodeName, processor.supplier, [sourceName]);
    if (source.name !== undefined) processor.materialize();
    return builder.handles.table({
      nodeName,
      sources: new Set([sourceName]),
      processor,
      queryableStoreName: () => processor.queryableStoreName,
    });
  }

  /** Takes the number of an operation that the caller has folded into another. */
  skipName(): void {
    this.#builder.newName('');
  }

  build(): Topology {
    return this.#builder.topology.build();
  }

  #source<K, V>(topics: string | readonly string[], consumed: Consumed<K, V>, prefix: string): string {
    const name = this.#builder.newName(prefix, consumed.name);
    const { keySerde, valueSerde, timestampExtractor } = consumed;
    this.#builder.topology.addNode({
      kind: 'source',
      name,
      topics: typeof topics === 'string' ? [topics] : topics,
      internal: false,
      keySerde,
      valueSerde,
      extractor: timestampExtractor === undefined ? undefined : { extract: timestampExtractor },
      offsetReset: consumed.offsetReset ?? 'earliest',
    });
    return name;
  }
}
