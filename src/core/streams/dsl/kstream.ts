/** The handle on a stream: each operation adds its nodes to the topology. */
import type { ProcessorSupplier } from '../processor.ts';
import {
  FilterProcessor,
  FlatMapProcessor,
  FlatMapValuesProcessor,
  MapProcessor,
  MapValuesProcessor,
  PassThroughProcessor,
  PeekProcessor,
  SelectKeyProcessor,
} from '../processors/stateless.ts';
import { JoinWindowProcessor, StreamStreamJoinProcessor } from '../processors/stream-stream-join.ts';
import { StreamTableJoinProcessor } from '../processors/stream-table-join.ts';
import { TableSource, valueIsRow } from '../processors/table-source.ts';
import { joinWindowStoreBuilder } from '../state/join-window-store.ts';
import { keyValueStoreBuilder } from '../state/key-value-store.ts';
import { outerJoinStoreBuilder } from '../state/outer-join-store.ts';
import type { JoinWindows } from '../windows.ts';
import type {
  Grouped,
  Joined,
  KeyValue,
  KeyValueMapper,
  KGroupedStream,
  KStream,
  KTable,
  Materialized,
  Predicate,
  Produced,
  Repartitioned,
  StreamJoined,
  ValueJoiner,
} from './api.ts';
import { partsOfStream, partsOfTable, StreamHandle, type InternalBuilder } from './internal-builder.ts';

export class Stream<K, V> extends StreamHandle implements KStream<K, V> {
  filter(predicate: Predicate<K, V>, named?: string): KStream<K, V> {
    return this.#keeping('KSTREAM-FILTER-', () => new FilterProcessor(predicate, true), named);
  }

  filterNot(predicate: Predicate<K, V>, named?: string): KStream<K, V> {
    return this.#keeping('KSTREAM-FILTER-', () => new FilterProcessor(predicate, false), named);
  }

  map<K2, V2>(mapper: KeyValueMapper<K, V, KeyValue<K2, V2>>, named?: string): KStream<K2, V2> {
    return this.#rekeying('KSTREAM-MAP-', () => new MapProcessor(mapper), named);
  }

  mapValues<V2>(mapper: KeyValueMapper<K, V, V2 | null>, named?: string): KStream<K, V2> {
    return this.#keeping('KSTREAM-MAPVALUES-', () => new MapValuesProcessor(mapper), named);
  }

  flatMap<K2, V2>(mapper: KeyValueMapper<K, V, Iterable<KeyValue<K2, V2>>>, named?: string): KStream<K2, V2> {
    return this.#rekeying('KSTREAM-FLATMAP-', () => new FlatMapProcessor(mapper), named);
  }

  flatMapValues<V2>(mapper: KeyValueMapper<K, V, Iterable<V2 | null>>, named?: string): KStream<K, V2> {
    return this.#keeping('KSTREAM-FLATMAPVALUES-', () => new FlatMapValuesProcessor(mapper), named);
  }

  selectKey<K2>(mapper: KeyValueMapper<K, V, K2 | null>, named?: string): KStream<K2, V> {
    return this.#rekeying('KSTREAM-KEY-SELECT-', () => new SelectKeyProcessor(mapper), named);
  }

  peek(action: KeyValueMapper<K, V, void>, named?: string): KStream<K, V> {
    return this.#keeping('KSTREAM-PEEK-', () => new PeekProcessor(action), named);
  }

  merge(other: KStream<K, V>, named?: string): KStream<K, V> {
    const otherParts = partsOfStream(other);
    const nodeName = this.builder.newName('KSTREAM-MERGE-', named);
    this.builder.processor(nodeName, () => new PassThroughProcessor(), [this.nodeName, otherParts.nodeName]);
    return this.builder.handles.stream({
      nodeName,
      sources: new Set([...this.parts.sources, ...otherParts.sources]),
      rekeyedBy: this.parts.rekeyedBy ?? otherParts.rekeyedBy,
    });
  }

  process<K2, V2>(
    supplier: ProcessorSupplier<K, V, K2, V2>,
    stores: readonly string[] = [],
    named?: string,
  ): KStream<K2, V2> {
    return this.#rekeying('KSTREAM-PROCESSOR-', supplier, named, stores);
  }

  processValues<V2>(
    supplier: ProcessorSupplier<K, V, K, V2>,
    stores: readonly string[] = [],
    named?: string,
  ): KStream<K, V2> {
    return this.#keeping('KSTREAM-PROCESSVALUES-', supplier, named, stores);
  }

  repartition(repartitioned: Repartitioned<K, V>): KStream<K, V> {
    const { keySerde, valueSerde, partitions } = repartitioned;
    const name = this.builder.newName('KSTREAM-REPARTITION-', repartitioned.name);
    const reason = 'the statement asks for it';
    const options = { name, keySerde, valueSerde, partitions, reason, dropNullKeys: false };
    return this.builder.handles.stream(this.builder.repartition(this.parts, options));
  }

  groupByKey(grouped: Grouped<K, V>): KGroupedStream<K, V> {
    return this.builder.handles.groupedStream(this.parts, grouped);
  }

  groupBy<K2>(
    selector: KeyValueMapper<K, V, K2 | null>,
    grouped: Grouped<K2, V>,
    named?: string,
  ): KGroupedStream<K2, V> {
    const nodeName = this.builder.newName('KSTREAM-KEY-SELECT-', named);
    this.builder.processor(nodeName, () => new SelectKeyProcessor(selector), [this.nodeName]);
    return this.builder.handles.groupedStream({ ...this.parts, nodeName, rekeyedBy: nodeName }, grouped);
  }

  toTable(materialized: Materialized<K, V>, named?: string): KTable<K, V> {
    const { builder } = this;
    const nodeName = builder.newName('KSTREAM-TOTABLE-', named);
    const storeName = materialized.name ?? builder.newStoreName('KSTREAM-TOTABLE-');
    const parts = builder.repartitionIfRekeyed(this.parts, nodeName, materialized, 'a table');
    const processor = new TableSource<K, V, V>(storeName, valueIsRow, () => {
      const options = { ...materialized, name: storeName, logging: materialized.logging ?? true };
      builder.topology.addStore(keyValueStoreBuilder(options), [nodeName]);
    });
    builder.processor(nodeName, processor.supplier, [parts.nodeName]);
    if (materialized.name !== undefined) processor.materialize();
    const queryableStoreName = (): string | undefined => processor.queryableStoreName;
    return builder.handles.table({ nodeName, sources: parts.sources, processor, queryableStoreName });
  }

  to(topic: string, produced: Produced<K, V>): void {
    const { keySerde, valueSerde, partitioner } = produced;
    this.builder.topology.addNode({
      kind: 'sink',
      name: this.builder.newName('KSTREAM-SINK-', produced.name),
      parents: [this.nodeName],
      topic,
      internal: false,
      keySerde,
      valueSerde,
      partitioner: partitioner === undefined ? undefined : { partition: partitioner },
    });
  }

  join<V2, R>(
    other: KStream<K, V2>,
    joiner: ValueJoiner<K, V, V2, R | null>,
    windows: JoinWindows,
    joined: StreamJoined<K, V, V2>,
  ): KStream<K, R> {
    return this.#joinStream(other, erased(joiner), windows, joined, false, false);
  }

  leftJoin<V2, R>(
    other: KStream<K, V2>,
    joiner: ValueJoiner<K, V, V2 | null, R | null>,
    windows: JoinWindows,
    joined: StreamJoined<K, V, V2>,
  ): KStream<K, R> {
    return this.#joinStream(other, erased(joiner), windows, joined, true, false);
  }

  outerJoin<V2, R>(
    other: KStream<K, V2>,
    joiner: ValueJoiner<K, V | null, V2 | null, R | null>,
    windows: JoinWindows,
    joined: StreamJoined<K, V, V2>,
  ): KStream<K, R> {
    return this.#joinStream(other, erased(joiner), windows, joined, true, true);
  }

  joinTable<V2, R>(
    table: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2, R | null>,
    joined: Joined<K, V>,
    named?: string,
  ): KStream<K, R> {
    return this.#lookUp(table, erased(joiner), joined, false, named);
  }

  leftJoinTable<V2, R>(
    table: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2 | null, R | null>,
    joined: Joined<K, V>,
    named?: string,
  ): KStream<K, R> {
    return this.#lookUp(table, erased(joiner), joined, true, named);
  }

  #keeping<V2>(
    prefix: string,
    supplier: ProcessorSupplier<K, V, K, V2>,
    named: string | undefined,
    stores: readonly string[] = [],
  ): KStream<K, V2> {
    const nodeName = this.builder.newName(prefix, named);
    this.builder.processor(nodeName, supplier, [this.nodeName], stores);
    return this.builder.handles.stream({ ...this.parts, nodeName });
  }

  #rekeying<K2, V2>(
    prefix: string,
    supplier: ProcessorSupplier<K, V, K2, V2>,
    named: string | undefined,
    stores: readonly string[] = [],
  ): KStream<K2, V2> {
    const nodeName = this.builder.newName(prefix, named);
    this.builder.processor(nodeName, supplier, [this.nodeName], stores);
    return this.builder.handles.stream({ ...this.parts, nodeName, rekeyedBy: nodeName });
  }

  #lookUp<V2, R>(
    table: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2 | null, R | null>,
    joined: Joined<K, V>,
    leftJoin: boolean,
    named: string | undefined,
  ): KStream<K, R> {
    const { builder } = this;
    const nodeName = builder.newName(leftJoin ? 'KSTREAM-LEFTJOIN-' : 'KSTREAM-JOIN-', named);
    const serdes = { keySerde: joined.keySerde, valueSerde: joined.leftSerde };
    const left = builder.repartitionIfRekeyed(this.parts, joined.name ?? nodeName, serdes, 'a join', !leftJoin);
    const right = partsOfTable(table);
    const view = right.processor.view();
    builder.processor(
      nodeName,
      () => new StreamTableJoinProcessor(view.create(), joiner, leftJoin),
      [left.nodeName],
      view.storeNames,
    );
    const sources = builder.copartition(left.sources, right.sources);
    return builder.handles.stream({ nodeName, sources, rekeyedBy: undefined });
  }

  #joinStream<V2, R>(
    other: KStream<K, V2>,
    joiner: ValueJoiner<K, V | null, V2 | null, R | null>,
    windows: JoinWindows,
    joined: StreamJoined<K, V, V2>,
    leftOuter: boolean,
    rightOuter: boolean,
  ): KStream<K, R> {
    const { builder } = this;
    const { keys, keySerde, leftSerde, rightSerde } = joined;
    const logging = joined.logging ?? true;
    const name = joined.name;
    const leftRepartition = name === undefined ? this.nodeName : `${name}-left`;
    const rightRepartition = name === undefined ? other.nodeName : `${name}-right`;
    const left = builder.repartitionIfRekeyed(
      this.parts,
      leftRepartition,
      { keySerde, valueSerde: leftSerde },
      'a join',
      false,
    );
    const right = builder.repartitionIfRekeyed(
      partsOfStream(other),
      rightRepartition,
      { keySerde, valueSerde: rightSerde },
      'a join',
      false,
    );

    const nodeNames = joinNodeNames(name, leftOuter, rightOuter, builder);
    const { storeName } = joined;
    const storeNames =
      storeName === undefined
        ? nodeNames.storeNames
        : {
            left: `${storeName}-this-join-store`,
            right: `${storeName}-other-join-store`,
            outer: `${storeName}-${rightOuter ? 'outer' : 'left'}-shared-join-store`,
          };
    // Of a retention of zero nothing would ever be found, as in Kafka: rows of the same time are to meet all the same.
    const retentionMs = Math.max(1, windows.beforeMs + windows.afterMs + windows.graceMs);
    const common = { keys, keySerde, retentionMs, logging };
    builder.topology.addStore(joinWindowStoreBuilder({ ...common, name: storeNames.left, valueSerde: leftSerde }));
    builder.topology.addStore(joinWindowStoreBuilder({ ...common, name: storeNames.right, valueSerde: rightSerde }));
    const stores = [storeNames.left, storeNames.right];
    let outerStore: string | undefined;
    if ((leftOuter || rightOuter) && windows.unmatched === 'onWindowClose') {
      outerStore = storeNames.outer;
      builder.topology.addStore(outerJoinStoreBuilder({ ...common, name: outerStore, leftSerde, rightSerde }));
      stores.push(outerStore);
    }
    const parts = {
      windows,
      leftOuter,
      rightOuter,
      joiner,
      leftStore: storeNames.left,
      rightStore: storeNames.right,
      outerStore,
    };
    const { thisWindowed, otherWindowed, joinThis, joinOther, merge } = nodeNames;
    builder.processor(thisWindowed, () => new JoinWindowProcessor(storeNames.left), [left.nodeName], [storeNames.left]);
    builder.processor(
      otherWindowed,
      () => new JoinWindowProcessor(storeNames.right),
      [right.nodeName],
      [storeNames.right],
    );
    builder.processor(joinThis, () => new StreamStreamJoinProcessor(parts, true), [thisWindowed], stores);
    builder.processor(joinOther, () => new StreamStreamJoinProcessor(parts, false), [otherWindowed], stores);
    builder.processor(merge, () => new PassThroughProcessor(), [joinThis, joinOther]);
    const sources = builder.copartition(left.sources, right.sources);
    return builder.handles.stream({ nodeName: merge, sources, rekeyedBy: undefined });
  }
}

interface JoinNodeNames {
  readonly thisWindowed: string;
  readonly otherWindowed: string;
  readonly joinThis: string;
  readonly joinOther: string;
  readonly merge: string;
  /** As generated, however the nodes are named. */
  readonly storeNames: { readonly left: string; readonly right: string; readonly outer: string };
}

function joinNodeNames(
  name: string | undefined,
  leftOuter: boolean,
  rightOuter: boolean,
  builder: InternalBuilder,
): JoinNodeNames {
  const generated = {
    thisWindowed: builder.newName('KSTREAM-WINDOWED-'),
    otherWindowed: builder.newName('KSTREAM-WINDOWED-'),
    joinThis: builder.newName(rightOuter ? 'KSTREAM-OUTERTHIS-' : 'KSTREAM-JOINTHIS-'),
    joinOther: builder.newName(leftOuter ? 'KSTREAM-OUTEROTHER-' : 'KSTREAM-JOINOTHER-'),
    merge: builder.newName('KSTREAM-MERGE-'),
  };
  const storeNames = {
    left: `${generated.joinThis}-store`,
    right: `${generated.joinOther}-store`,
    outer: `${generated.joinThis.replace(/(OUTER|JOIN)THIS/, 'OUTERSHARED')}-store`,
  };
  return name === undefined ? { ...generated, storeNames } : { ...namedJoinNodes(name), storeNames };
}

/** The nodes of a join of two streams that was given a name. */
export function namedJoinNodes(name: string): Omit<JoinNodeNames, 'storeNames'> {
  return {
    thisWindowed: `${name}-this-windowed`,
    otherWindowed: `${name}-other-windowed`,
    joinThis: `${name}-this-join`,
    joinOther: `${name}-other-join`,
    merge: `${name}-merge`,
  };
}

/** A joiner that never sees a null where the kind of join rules it out, typed for the processor that all kinds share. */
function erased<K, A, B, A2 extends A, B2 extends B, R>(joiner: ValueJoiner<K, A2, B2, R>): ValueJoiner<K, A, B, R> {
  return joiner as ValueJoiner<K, A, B, R>;
}
