/** A regrouped table: its changes travel through a repartition topic, old and new values apart. */
import { tableAggregate } from '../processors/aggregate.ts';
import { changeSerde } from '../serde.ts';
import { keyValueStoreBuilder } from '../state/key-value-store.ts';
import type { AggregateOptions, Aggregator, Grouped, Initializer, KGroupedTable, KTable } from './api.ts';
import { StreamHandle, type InternalBuilder, type StreamParts } from './internal-builder.ts';

export class GroupedTable<K, V> extends StreamHandle implements KGroupedTable<K, V> {
  readonly #grouped: Grouped<K, V>;

  constructor(builder: InternalBuilder, parts: StreamParts, grouped: Grouped<K, V>) {
    super(builder, parts);
    this.#grouped = grouped;
  }

  aggregate<A>(
    initializer: Initializer<A>,
    add: Aggregator<K, V, A>,
    subtract: Aggregator<K, V, A>,
    options: AggregateOptions<K, A>,
  ): KTable<K, A> {
    const { builder } = this;
    const { copy, keys, keySerde, valueSerde, packing, logging = true } = options;
    const storeName = options.name ?? builder.newStoreName('KTABLE-AGGREGATE-');
    const nodeName = builder.newName('KTABLE-AGGREGATE-', options.named);
    const parts = builder.repartition(this.parts, {
      name: this.#grouped.name ?? storeName,
      keySerde: this.#grouped.keySerde,
      valueSerde: changeSerde(this.#grouped.valueSerde),
      reason: `${this.parts.nodeName} groups the table by another key`,
      dropNullKeys: false,
    });
    const processor = tableAggregate({ storeName, initializer, add, copy }, subtract);
    builder.processor(nodeName, processor.supplier, [parts.nodeName]);
    builder.topology.addStore(keyValueStoreBuilder({ name: storeName, keys, keySerde, valueSerde, packing, logging }), [
      nodeName,
    ]);
    return builder.handles.table({ nodeName, sources: parts.sources, processor, queryableStoreName: () => storeName });
  }
}
