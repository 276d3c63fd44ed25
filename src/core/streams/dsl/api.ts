/**
 * The DSL, under the names that it has in Kafka Streams: a stream is an unbounded sequence of records, a table the latest
 * value per key, told as changes. Operations add nodes to the topology that the `StreamsBuilder` is building and
 * return a handle on the result.
 *
 * Functions get `(key, value, record)`: the record gives its timestamp and headers. Keys and values may be null where
 * Kafka's may. An operation that may change the key marks the stream for repartitioning, and the next operation that
 * needs equal keys together (grouping, joining, `toTable`) sends it through a repartition topic, as in Kafka.
 *
 * Names: `named` is the node's name. For grouping, joining and aggregating, the `name` of the options names internal
 * topics and stores: `<application>-<name>-repartition`, `<application>-<store>-changelog`. Those without a
 * name get Kafka's generated ones (`KSTREAM-AGGREGATE-STATE-STORE-0000000003`).
 */
import type { ProcessorSupplier } from '../processor.ts';
import type { Rec, Windowed } from '../record.ts';
import type { KeyAdapter, Serde } from '../serde.ts';
import type { Packing } from '../state/packing.ts';
import type { JoinWindows, SessionWindows, TimeWindows } from '../windows.ts';

/** Event time of a source record, in ms. A negative one drops the record (counted as negative-timestamp). */
export type TimestampExtractor<K, V> = (record: Rec<K, V>, partitionTimeMs: number) => number;

export interface Consumed<K, V> {
  readonly name?: string | undefined;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  /** Default: the record's own timestamp. */
  readonly timestampExtractor?: TimestampExtractor<K, V> | undefined;
  /** Where to start without a committed offset. Default earliest. */
  readonly offsetReset?: 'earliest' | 'latest' | undefined;
}

export interface Produced<K, V> {
  readonly name?: string | undefined;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  /** Default: murmur2 of the key's bytes; null keys go to a sticky partition. */
  readonly partitioner?: ((key: K | null, value: V | null, partitions: number) => number) | undefined;
}

/** How a result is kept in a store. */
export interface Materialized<K, V> {
  /** The store's name. Undefined: generated. */
  readonly name?: string | undefined;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  /** For key-value stores: how entries are held as bytes. Equal keys must have equal bytes. Default: they are objects. */
  readonly packing?: Packing<V> | undefined;
  /** For key-value stores: version of how the values are laid out: a changelog of another one is refused. Default 1. */
  readonly layoutVersion?: number | undefined;
  /** For window and session stores: how long windows are kept, default size (or gap) + grace. */
  readonly retentionMs?: number | undefined;
  /** Default true: a changelog topic makes the store durable. */
  readonly logging?: boolean | undefined;
}

/** Makes a table's row of a record's key, value and event time. */
export type RowLayout<K, V, R> = (key: K, value: V, timestampMs: number) => R;

/** How a source table is kept: with a name always, without one only if a downstream operation has to look rows up. */
export interface TableSource<K, V = unknown> {
  readonly name?: string | undefined;
  /** What the store is called if it is only kept because an operation needs it. Default: generated. */
  readonly storeName?: string | undefined;
  readonly keys: KeyAdapter<K>;
  /** How the changelog is written. Default: as the topic is. */
  readonly keySerde?: Serde<K> | undefined;
  readonly valueSerde?: Serde<V> | undefined;
  /** As of `Materialized`. */
  readonly packing?: Packing<V> | undefined;
  readonly layoutVersion?: number | undefined;
  readonly logging?: boolean | undefined;
}

/** The serdes are of the rows, which are not what is in the topic. */
export interface LaidOutTable<K, R> extends TableSource<K, R> {
  readonly valueSerde: Serde<R>;
}

export interface Grouped<K, V> {
  readonly name?: string | undefined;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
}

/** For stream-table joins: how to repartition the stream, if that is needed. */
export interface Joined<K, V> {
  readonly name?: string | undefined;
  readonly keySerde: Serde<K>;
  readonly leftSerde: Serde<V>;
}

export interface StreamJoined<K, V1, V2> {
  /** Names the join's nodes and its repartition topics (`<name>-left-repartition`, `<name>-right-repartition`). */
  readonly name?: string | undefined;
  /** Names the stores: `<storeName>-this-join-store`, `<storeName>-other-join-store`. Default: generated. */
  readonly storeName?: string | undefined;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly leftSerde: Serde<V1>;
  readonly rightSerde: Serde<V2>;
  readonly logging?: boolean | undefined;
}

export interface Repartitioned<K, V> {
  readonly name?: string | undefined;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
  /** Default: as many as upstream has. */
  readonly partitions?: number | undefined;
}

export type KeyValueMapper<K, V, R> = (key: K | null, value: V | null, record: Rec<K, V>) => R;
export type Predicate<K, V> = KeyValueMapper<K, V, boolean>;
export type KeyValue<K, V> = readonly [key: K | null, value: V | null];
export type ValueJoiner<K, V1, V2, R> = (key: K | null, left: V1, right: V2) => R;

export type Initializer<A> = () => A;
/**
 * The new accumulator. It may change `aggregate` and return it only if nobody needs the old one: give the aggregation a
 * `copy` function and it is called whenever the old aggregate must outlive the update.
 */
export type Aggregator<K, V, A> = (key: K, value: V, aggregate: A, record: Rec<K, V>) => A;
export type SessionMerger<K, A> = (key: K, left: A, right: A) => A;

export interface AggregateOptions<K, A> extends Materialized<K, A> {
  /** The node's name. */
  readonly named?: string | undefined;
  /** Needed when the aggregator changes accumulators in place. */
  readonly copy?: ((aggregate: A) => A) | undefined;
}

/** `onWindowClose` is EMIT FINAL: one result per window, when stream time passes its end plus the grace period. */
export type EmitStrategy = 'onWindowUpdate' | 'onWindowClose';

export interface KStream<K, V> {
  readonly nodeName: string;
  filter(predicate: Predicate<K, V>, named?: string): KStream<K, V>;
  filterNot(predicate: Predicate<K, V>, named?: string): KStream<K, V>;
  map<K2, V2>(mapper: KeyValueMapper<K, V, KeyValue<K2, V2>>, named?: string): KStream<K2, V2>;
  mapValues<V2>(mapper: KeyValueMapper<K, V, V2 | null>, named?: string): KStream<K, V2>;
  flatMap<K2, V2>(mapper: KeyValueMapper<K, V, Iterable<KeyValue<K2, V2>>>, named?: string): KStream<K2, V2>;
  flatMapValues<V2>(mapper: KeyValueMapper<K, V, Iterable<V2 | null>>, named?: string): KStream<K, V2>;
  selectKey<K2>(mapper: KeyValueMapper<K, V, K2 | null>, named?: string): KStream<K2, V>;
  peek(action: KeyValueMapper<K, V, void>, named?: string): KStream<K, V>;
  merge(other: KStream<K, V>, named?: string): KStream<K, V>;
  /** May change keys: marks for repartitioning. */
  process<K2, V2>(
    supplier: ProcessorSupplier<K, V, K2, V2>,
    stores?: readonly string[],
    named?: string,
  ): KStream<K2, V2>;
  /** Must keep keys. */
  processValues<V2>(
    supplier: ProcessorSupplier<K, V, K, V2>,
    stores?: readonly string[],
    named?: string,
  ): KStream<K, V2>;
  repartition(repartitioned: Repartitioned<K, V>): KStream<K, V>;
  groupByKey(grouped: Grouped<K, V>): KGroupedStream<K, V>;
  groupBy<K2>(
    selector: KeyValueMapper<K, V, K2 | null>,
    grouped: Grouped<K2, V>,
    named?: string,
  ): KGroupedStream<K2, V>;
  toTable(materialized: Materialized<K, V>, named?: string): KTable<K, V>;
  to(topic: string, produced: Produced<K, V>): void;

  /** To a windowed join both streams bring their own window; matches have the larger timestamp of the two. */
  join<V2, R>(
    other: KStream<K, V2>,
    joiner: ValueJoiner<K, V, V2, R | null>,
    windows: JoinWindows,
    joined: StreamJoined<K, V, V2>,
  ): KStream<K, R>;
  leftJoin<V2, R>(
    other: KStream<K, V2>,
    joiner: ValueJoiner<K, V, V2 | null, R | null>,
    windows: JoinWindows,
    joined: StreamJoined<K, V, V2>,
  ): KStream<K, R>;
  outerJoin<V2, R>(
    other: KStream<K, V2>,
    joiner: ValueJoiner<K, V | null, V2 | null, R | null>,
    windows: JoinWindows,
    joined: StreamJoined<K, V, V2>,
  ): KStream<K, R>;
  /** Looks up the table's current row; the result has the stream record's timestamp. */
  joinTable<V2, R>(
    table: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2, R | null>,
    joined: Joined<K, V>,
    named?: string,
  ): KStream<K, R>;
  leftJoinTable<V2, R>(
    table: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2 | null, R | null>,
    joined: Joined<K, V>,
    named?: string,
  ): KStream<K, R>;
}

export interface KGroupedStream<K, V> {
  /** Records with a null key or value are dropped. */
  aggregate<A>(initializer: Initializer<A>, add: Aggregator<K, V, A>, options: AggregateOptions<K, A>): KTable<K, A>;
  reduce(reducer: (aggregate: V, value: V) => V, options: AggregateOptions<K, V>): KTable<K, V>;
  count(options: AggregateOptions<K, number>): KTable<K, number>;
  windowedBy(windows: TimeWindows): TimeWindowedKStream<K, V>;
  windowedBySession(windows: SessionWindows): SessionWindowedKStream<K, V>;
}

export interface TimeWindowedKStream<K, V> {
  emitStrategy(strategy: EmitStrategy): TimeWindowedKStream<K, V>;
  aggregate<A>(
    initializer: Initializer<A>,
    add: Aggregator<K, V, A>,
    options: AggregateOptions<K, A>,
  ): KTable<Windowed<K>, A>;
  count(options: AggregateOptions<K, number>): KTable<Windowed<K>, number>;
}

export interface SessionWindowedKStream<K, V> {
  emitStrategy(strategy: EmitStrategy): SessionWindowedKStream<K, V>;
  aggregate<A>(
    initializer: Initializer<A>,
    add: Aggregator<K, V, A>,
    merge: SessionMerger<K, A>,
    options: AggregateOptions<K, A>,
  ): KTable<Windowed<K>, A>;
  count(options: AggregateOptions<K, number>): KTable<Windowed<K>, number>;
}

/** A table's transformation sees deletions too: `value` may be null and so may the result. */
export type ValueTransformer<K, V, R> = (key: K, value: V | null, timestamp: number) => R | null;

/** When a table that was grouped anew says how its results change as rows leave and enter groups. */
export interface TableGrouped<K, V> extends Grouped<K, V> {
  /** The node's name. */
  readonly named?: string | undefined;
}

export interface ForeignKeyJoined<K, KO, V, VO, R> {
  /** Names nodes, topics and stores: `<name>-SUBSCRIPTION-REGISTRATION-topic` and so on. */
  readonly name?: string | undefined;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly leftSerde: Serde<V>;
  readonly foreignKeys: KeyAdapter<KO>;
  readonly foreignKeySerde: Serde<KO>;
  readonly rightSerde: Serde<VO>;
  /** Needed if a later operation looks the result's rows up (another join, a regrouping) and it is not materialized. */
  readonly resultSerde?: Serde<R> | undefined;
}

export interface KTable<K, V> {
  readonly nodeName: string;
  /** The store that holds the table for queries from outside, if it is materialized. */
  readonly queryableStoreName: string | undefined;
  filter(predicate: (key: K, value: V) => boolean, materialized?: Materialized<K, V>, named?: string): KTable<K, V>;
  mapValues<R>(mapper: (key: K, value: V) => R | null, materialized?: Materialized<K, R>, named?: string): KTable<K, R>;
  /** Deletions reach the transformer as null, unlike `mapValues`, which passes them through. */
  transformValues<R>(
    transformer: ValueTransformer<K, V, R>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R>;
  /** A null key or value leaves the row out of every group. */
  groupBy<K2, V2>(
    selector: (key: K, value: V) => KeyValue<K2, V2>,
    grouped: TableGrouped<K2, V2>,
  ): KGroupedTable<K2, V2>;
  toStream(named?: string): KStream<K, V>;
  join<V2, R>(
    other: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2, R | null>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R>;
  leftJoin<V2, R>(
    other: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2 | null, R | null>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R>;
  outerJoin<V2, R>(
    other: KTable<K, V2>,
    joiner: ValueJoiner<K, V | null, V2 | null, R | null>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R>;
  foreignKeyJoin<KO, VO, R>(
    other: KTable<KO, VO>,
    foreignKey: (key: K, value: V) => KO | null,
    joiner: (left: V, right: VO) => R | null,
    joined: ForeignKeyJoined<K, KO, V, VO, R>,
    materialized?: Materialized<K, R>,
  ): KTable<K, R>;
  foreignKeyLeftJoin<KO, VO, R>(
    other: KTable<KO, VO>,
    foreignKey: (key: K, value: V) => KO | null,
    joiner: (left: V, right: VO | null) => R | null,
    joined: ForeignKeyJoined<K, KO, V, VO, R>,
    materialized?: Materialized<K, R>,
  ): KTable<K, R>;
}

export interface KGroupedTable<K, V> {
  /** `subtract` takes a row's old value out of its group before `add` puts the new one in. */
  aggregate<A>(
    initializer: Initializer<A>,
    add: Aggregator<K, V, A>,
    subtract: Aggregator<K, V, A>,
    options: AggregateOptions<K, A>,
  ): KTable<K, A>;
}

/** Where a topology begins; `StreamsBuilder` in streams-builder.ts is the one implementation. */
export interface StreamsBuilderApi {
  stream<K, V>(topics: string | readonly string[], consumed: Consumed<K, V>): KStream<K, V>;
  /** Null keys are dropped, null values delete. */
  table<K, V>(topic: string, consumed: Consumed<K, V>, source: TableSource<K, V>): KTable<K, V>;
  /** The table of the rows that the layout makes of the records. */
  tableOf<K, V, R>(
    topic: string,
    consumed: Consumed<K, V>,
    source: LaidOutTable<K, R>,
    layout: RowLayout<K, V, R>,
  ): KTable<K, R>;
}
