/** A stream grouped by key, and its windowed forms: where aggregations of streams begin. */
import { streamAggregate } from '../processors/aggregate.ts';
import { sessionAggregate } from '../processors/session-aggregate.ts';
import type { TableProcessor } from '../processors/table.ts';
import { windowAggregate } from '../processors/window-aggregate.ts';
import type { Windowed } from '../record.ts';
import { keyValueStoreBuilder } from '../state/key-value-store.ts';
import { sessionStoreBuilder } from '../state/session-store.ts';
import type { StoreBuilder } from '../state/store-builder.ts';
import { windowStoreBuilder } from '../state/window-store.ts';
import type { SessionWindows, TimeWindows } from '../windows.ts';
import type {
  AggregateOptions,
  Aggregator,
  EmitStrategy,
  Grouped,
  Initializer,
  KGroupedStream,
  KTable,
  SessionMerger,
  SessionWindowedKStream,
  TimeWindowedKStream,
} from './api.ts';
import { StreamHandle, type InternalBuilder, type StreamParts } from './internal-builder.ts';

/** What the three aggregations have in common: repartition if the key changed, add the node and its store. */
abstract class Grouping<K, V> extends StreamHandle {
  protected readonly grouped: Grouped<K, V>;

  constructor(builder: InternalBuilder, parts: StreamParts, grouped: Grouped<K, V>) {
    super(builder, parts);
    this.grouped = grouped;
  }

  protected aggregateNode<KOut, A>(
    prefix: string,
    options: AggregateOptions<K, A>,
    processorOf: (storeName: string) => TableProcessor<KOut, A>,
    storeOf: (storeName: string) => StoreBuilder,
  ): KTable<KOut, A> {
    const { builder, grouped } = this;
    const storeName = options.name ?? builder.newStoreName(prefix);
    const nodeName = builder.newName(prefix, options.named);
    const repartition = grouped.name ?? storeName;
    const parts = builder.repartitionIfRekeyed(this.parts, repartition, grouped, 'an aggregation');
    const processor = processorOf(storeName);
    builder.processor(nodeName, () => processor.supplier(), [parts.nodeName]);
    builder.topology.addStore(storeOf(storeName), [nodeName]);
    return builder.handles.table({ nodeName, sources: parts.sources, processor, queryableStoreName: () => storeName });
  }
}

export class GroupedStream<K, V> extends Grouping<K, V> implements KGroupedStream<K, V> {
  aggregate<A>(initializer: Initializer<A>, add: Aggregator<K, V, A>, options: AggregateOptions<K, A>): KTable<K, A> {
    const { copy, keys, keySerde, valueSerde, packing, logging = true } = options;
    return this.aggregateNode(
      'KSTREAM-AGGREGATE-',
      options,
      (storeName) => streamAggregate({ storeName, initializer, add, copy }),
      (name) => keyValueStoreBuilder({ name, keys, keySerde, valueSerde, packing, logging }),
    );
  }

  reduce(reducer: (aggregate: V, value: V) => V, options: AggregateOptions<K, V>): KTable<K, V> {
    const { copy, keys, keySerde, valueSerde, packing, logging = true } = options;
    const add = (_key: K, value: V, aggregate: V | null): V => (aggregate === null ? value : reducer(aggregate, value));
    return this.aggregateNode<K, V>(
      'KSTREAM-REDUCE-',
      options,
      (storeName) => {
        const copyRow = copy === undefined ? undefined : (row: V | null): V | null => (row === null ? null : copy(row));
        // The reducer's accumulator is null before the first value only, never in the store.
        const parts = { storeName, initializer: () => null, add, copy: copyRow };
        return streamAggregate<K, V, V | null>(parts) as TableProcessor<K, V>;
      },
      (name) => keyValueStoreBuilder({ name, keys, keySerde, valueSerde, packing, logging }),
    );
  }

  count(options: AggregateOptions<K, number>): KTable<K, number> {
    return this.aggregate(zero, increment, options);
  }

  windowedBy(windows: TimeWindows): TimeWindowedKStream<K, V> {
    return new TimeWindowed(this.builder, this.parts, this.grouped, windows, 'onWindowUpdate');
  }

  windowedBySession(windows: SessionWindows): SessionWindowedKStream<K, V> {
    return new SessionWindowed(this.builder, this.parts, this.grouped, windows, 'onWindowUpdate');
  }
}

class TimeWindowed<K, V> extends Grouping<K, V> implements TimeWindowedKStream<K, V> {
  readonly #windows: TimeWindows;
  readonly #emit: EmitStrategy;

  constructor(
    builder: InternalBuilder,
    parts: StreamParts,
    grouped: Grouped<K, V>,
    windows: TimeWindows,
    emit: EmitStrategy,
  ) {
    super(builder, parts, grouped);
    this.#windows = windows;
    this.#emit = emit;
  }

  emitStrategy(strategy: EmitStrategy): TimeWindowedKStream<K, V> {
    return new TimeWindowed(this.builder, this.parts, this.grouped, this.#windows, strategy);
  }

  aggregate<A>(
    initializer: Initializer<A>,
    add: Aggregator<K, V, A>,
    options: AggregateOptions<K, A>,
  ): KTable<Windowed<K>, A> {
    const { copy, keys, keySerde, valueSerde, logging = true } = options;
    const { sizeMs: windowSizeMs, graceMs } = this.#windows;
    const retentionMs = options.retentionMs ?? windowSizeMs + graceMs;
    // As in Kafka: a window is hidden when it is as old as the retention, but where it is given when it closes, which is now.
    const visibleMs = this.#emit === 'onWindowClose' ? retentionMs : retentionMs - 1;
    return this.aggregateNode(
      'KSTREAM-AGGREGATE-',
      options,
      (storeName) => windowAggregate({ storeName, initializer, add, copy }, this.#windows, this.#emit),
      (name) => windowStoreBuilder({ name, keys, keySerde, valueSerde, windowSizeMs, retentionMs, visibleMs, logging }),
    );
  }

  count(options: AggregateOptions<K, number>): KTable<Windowed<K>, number> {
    return this.aggregate(zero, increment, options);
  }
}

class SessionWindowed<K, V> extends Grouping<K, V> implements SessionWindowedKStream<K, V> {
  readonly #windows: SessionWindows;
  readonly #emit: EmitStrategy;

  constructor(
    builder: InternalBuilder,
    parts: StreamParts,
    grouped: Grouped<K, V>,
    windows: SessionWindows,
    emit: EmitStrategy,
  ) {
    super(builder, parts, grouped);
    this.#windows = windows;
    this.#emit = emit;
  }

  emitStrategy(strategy: EmitStrategy): SessionWindowedKStream<K, V> {
    return new SessionWindowed(this.builder, this.parts, this.grouped, this.#windows, strategy);
  }

  aggregate<A>(
    initializer: Initializer<A>,
    add: Aggregator<K, V, A>,
    merge: SessionMerger<K, A>,
    options: AggregateOptions<K, A>,
  ): KTable<Windowed<K>, A> {
    const { copy, keys, keySerde, valueSerde, logging = true } = options;
    const retentionMs = options.retentionMs ?? this.#windows.inactivityGapMs + this.#windows.graceMs;
    return this.aggregateNode(
      'KSTREAM-AGGREGATE-',
      options,
      (storeName) => sessionAggregate({ storeName, initializer, add, merge, copy }, this.#windows, this.#emit),
      (name) => sessionStoreBuilder({ name, keys, keySerde, valueSerde, retentionMs, logging }),
    );
  }

  count(options: AggregateOptions<K, number>): KTable<Windowed<K>, number> {
    return this.aggregate(zero, increment, (_key, left, right) => left + right, options);
  }
}

const zero = (): number => 0;
const increment = (_key: unknown, _value: unknown, count: number): number => count + 1;
