/** The handle on a table: each operation adds its nodes to the topology. */
import { TableRegroupProcessor } from '../processors/aggregate.ts';
import { ToStreamProcessor } from '../processors/stateless.ts';
import { TableMap, type RowMapper } from '../processors/table-stateless.ts';
import { TableTableJoin } from '../processors/table-table-join.ts';
import { keyValueStoreBuilder } from '../state/key-value-store.ts';
import type {
  ForeignKeyJoined,
  KeyValue,
  KGroupedTable,
  KStream,
  KTable,
  Materialized,
  TableGrouped,
  ValueJoiner,
  ValueTransformer,
} from './api.ts';
import { addForeignKeyJoin } from './foreign-key-join.ts';
import { partsOfTable, TableHandle } from './internal-builder.ts';

export class Table<K, V> extends TableHandle<K, V> implements KTable<K, V> {
  filter(predicate: (key: K, value: V) => boolean, materialized?: Materialized<K, V>, named?: string): KTable<K, V> {
    const mapper: RowMapper<K, V, V> = (key, value) => (value !== null && predicate(key, value) ? value : null);
    return this.#mapped('KTABLE-FILTER-', mapper, materialized, named, true);
  }

  mapValues<R>(
    mapper: (key: K, value: V) => R | null,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R> {
    const rowMapper: RowMapper<K, V, R> = (key, value) => (value === null ? null : mapper(key, value));
    return this.#mapped('KTABLE-MAPVALUES-', rowMapper, materialized, named, false);
  }

  transformValues<R>(
    transformer: ValueTransformer<K, V, R>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R> {
    return this.#mapped('KTABLE-TRANSFORMVALUES-', transformer, materialized, named, false);
  }

  groupBy<K2, V2>(
    selector: (key: K, value: V) => KeyValue<K2, V2>,
    grouped: TableGrouped<K2, V2>,
  ): KGroupedTable<K2, V2> {
    const { builder, parts } = this;
    const nodeName = builder.newName('KTABLE-SELECT-', grouped.named);
    parts.processor.enableSendingOldValues(true);
    builder.processor(nodeName, () => new TableRegroupProcessor(selector, grouped.keySerde), [parts.nodeName]);
    return builder.handles.groupedTable({ nodeName, sources: parts.sources, rekeyedBy: nodeName }, grouped);
  }

  toStream(named?: string): KStream<K, V> {
    const { builder, parts } = this;
    const nodeName = builder.newName('KTABLE-TOSTREAM-', named);
    builder.processor(nodeName, () => new ToStreamProcessor<K, V>(), [parts.nodeName]);
    return builder.handles.stream({ nodeName, sources: parts.sources, rekeyedBy: undefined });
  }

  join<V2, R>(
    other: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2, R | null>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R> {
    return this.#joined(
      other,
      joiner as ValueJoiner<K, V | null, V2 | null, R | null>,
      true,
      true,
      materialized,
      named,
    );
  }

  leftJoin<V2, R>(
    other: KTable<K, V2>,
    joiner: ValueJoiner<K, V, V2 | null, R | null>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R> {
    return this.#joined(
      other,
      joiner as ValueJoiner<K, V | null, V2 | null, R | null>,
      true,
      false,
      materialized,
      named,
    );
  }

  outerJoin<V2, R>(
    other: KTable<K, V2>,
    joiner: ValueJoiner<K, V | null, V2 | null, R | null>,
    materialized?: Materialized<K, R>,
    named?: string,
  ): KTable<K, R> {
    return this.#joined(other, joiner, false, false, materialized, named);
  }

  foreignKeyJoin<KO, VO, R>(
    other: KTable<KO, VO>,
    foreignKey: (key: K, value: V) => KO | null,
    joiner: (left: V, right: VO) => R | null,
    joined: ForeignKeyJoined<K, KO, V, VO, R>,
    materialized?: Materialized<K, R>,
  ): KTable<K, R> {
    const erased = joiner as (left: V, right: VO | null) => R | null;
    const other2 = partsOfTable(other);
    return addForeignKeyJoin(this.builder, this.parts, other2, foreignKey, erased, joined, false, materialized);
  }

  foreignKeyLeftJoin<KO, VO, R>(
    other: KTable<KO, VO>,
    foreignKey: (key: K, value: V) => KO | null,
    joiner: (left: V, right: VO | null) => R | null,
    joined: ForeignKeyJoined<K, KO, V, VO, R>,
    materialized?: Materialized<K, R>,
  ): KTable<K, R> {
    return addForeignKeyJoin(
      this.builder,
      this.parts,
      partsOfTable(other),
      foreignKey,
      joiner,
      joined,
      true,
      materialized,
    );
  }

  #mapped<R>(
    prefix: string,
    mapper: RowMapper<K, V, R>,
    materialized: Materialized<K, R> | undefined,
    named: string | undefined,
    isFilter: boolean,
  ): KTable<K, R> {
    const { builder, parts } = this;
    const nodeName = builder.newName(prefix, named);
    const storeName = materialized === undefined ? undefined : (materialized.name ?? builder.newStoreName(prefix));
    const processor = new TableMap(parts.processor, mapper, storeName, isFilter);
    builder.processor(nodeName, processor.supplier, [parts.nodeName]);
    if (materialized !== undefined && storeName !== undefined) {
      const options = { ...materialized, name: storeName, logging: materialized.logging ?? true };
      builder.topology.addStore(keyValueStoreBuilder(options), [nodeName]);
    }
    return builder.handles.table({ nodeName, sources: parts.sources, processor, queryableStoreName: () => storeName });
  }

  #joined<V2, R>(
    other: KTable<K, V2>,
    joiner: ValueJoiner<K, V | null, V2 | null, R | null>,
    leftRequired: boolean,
    rightRequired: boolean,
    materialized: Materialized<K, R> | undefined,
    named: string | undefined,
  ): KTable<K, R> {
    const { builder } = this;
    const left = this.parts;
    const right = partsOfTable(other);
    const nodeName = builder.newName('KTABLE-MERGE-', named);
    const sides = named === undefined ? undefined : namedTableJoinNodes(named);
    const thisName = builder.newName('KTABLE-JOINTHIS-', sides?.joinThis);
    const otherName = builder.newName('KTABLE-JOINOTHER-', sides?.joinOther);
    const storeName =
      materialized === undefined ? undefined : (materialized.name ?? builder.newStoreName('KTABLE-MERGE-'));
    const join = new TableTableJoin({
      left: left.processor,
      right: right.processor,
      joiner,
      leftRequired,
      rightRequired,
      storeName,
    });
    builder.processor(thisName, join.leftSupplier, [left.nodeName], right.processor.view().storeNames);
    builder.processor(otherName, join.rightSupplier, [right.nodeName], left.processor.view().storeNames);
    builder.processor(nodeName, join.supplier, [thisName, otherName]);
    if (materialized !== undefined && storeName !== undefined) {
      const options = { ...materialized, name: storeName, logging: materialized.logging ?? true };
      builder.topology.addStore(keyValueStoreBuilder(options), [nodeName]);
    }
    const sources = builder.copartition(left.sources, right.sources);
    return builder.handles.table({ nodeName, sources, processor: join, queryableStoreName: () => storeName });
  }
}

/** The nodes of a join of two tables that was given a name; the results come together in the node of that name. */
export function namedTableJoinNodes(name: string): { readonly joinThis: string; readonly joinOther: string } {
  return { joinThis: `${name}-join-this`, joinOther: `${name}-join-other` };
}
