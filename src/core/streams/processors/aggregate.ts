/**
 * Aggregation per key.
 *
 * Of a stream (KStreamAggregate): the first record of a key starts from the initializer; the result's timestamp is the
 * largest seen. Records with a null key or value are dropped.
 *
 * Of a regrouped table (KTableAggregate): first the row's old value is subtracted, then the new one is added; one result
 * per change. The regrouping itself (KTableRepartitionMap) takes a row that moves out of one group before it puts it
 * into the other.
 */
import { compareBytes } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import type { Aggregator, KeyValue } from '../dsl/api.ts';
import type { Processor, ProcessorContext } from '../processor.ts';
import { Change, Rec } from '../record.ts';
import type { KeyValueStore } from '../state/store.ts';
import type { Serde } from '../serde.ts';
import { AggregateProcessor, AggregateTable, type AggregateParts } from './aggregation.ts';
import { storeGetter } from './store-getter.ts';
import type { TableProcessor } from './table.ts';

export function streamAggregate<K, V, A>(parts: AggregateParts<K, V, A>): TableProcessor<K, A> {
  return new AggregateTable(
    storeGetter<K, A>(parts.storeName),
    (sendOldValues) => new StreamAggregateProcessor(parts, sendOldValues),
  );
}

class StreamAggregateProcessor<K, V, A>
  extends AggregateProcessor<K, V, A, K, KeyValueStore<K, A>>
  implements Processor<K, V, K, Change<A>>
{
  process(record: Rec<K, V>): void {
    const { key, value } = record;
    if (key === null || value === null) {
      this.context.drop(key === null ? 'null-key' : 'null-value', record);
      return;
    }
    const present = this.store.get(key);
    const oldAggregate = present === undefined ? null : present.value;
    let timestamp = record.timestamp;
    let newAggregate: A;
    if (present === undefined || oldAggregate === null) {
      newAggregate = this.parts.add(key, value, this.parts.initializer(), record);
    } else {
      if (present.timestamp > timestamp) timestamp = present.timestamp;
      const base = this.copy === undefined ? oldAggregate : this.copy(oldAggregate);
      newAggregate = this.parts.add(key, value, base, record);
    }
    this.store.put(key, newAggregate, timestamp);
    const change = new Change(newAggregate, this.sendOldValues ? oldAggregate : null);
    this.context.forward(new Rec(key, change, timestamp, record.headers));
  }
}

/**
 * Sends a table's changes to their groups: as one change where the row stays in its group (KAFKA-12446), else as two that
 * carry one value each.
 */
export class TableRegroupProcessor<K, V, K2, V2> implements Processor<K, Change<V>, K2, Change<V2>> {
  readonly #selector: (key: K, value: V) => KeyValue<K2, V2>;
  readonly #keySerde: Serde<K2>;
  #context!: ProcessorContext<K2, Change<V2>>;

  constructor(selector: (key: K, value: V) => KeyValue<K2, V2>, keySerde: Serde<K2>) {
    this.#selector = selector;
    this.#keySerde = keySerde;
  }

  init(context: ProcessorContext<K2, Change<V2>>): void {
    this.#context = context;
  }

  process(record: Rec<K, Change<V>>): void {
    const { key, value: change } = record;
    assert(key !== null && change !== null, 'a table has no null keys');
    const [oldKey, oldValue] = change.oldValue === null ? NOWHERE : this.#selector(key, change.oldValue);
    const [newKey, newValue] = change.newValue === null ? NOWHERE : this.#selector(key, change.newValue);
    const leaves = oldKey !== null && oldValue !== null;
    const enters = newKey !== null && newValue !== null;
    if (leaves && enters && this.#isSame(oldKey, newKey)) {
      this.#context.forward(record.with(newKey, new Change<V2>(newValue, oldValue)));
      return;
    }
    if (leaves) this.#context.forward(record.with(oldKey, new Change<V2>(null, oldValue)));
    if (enters) this.#context.forward(record.with(newKey, new Change<V2>(newValue, null)));
    if (!leaves && !enters) this.#context.drop('null-key', record);
  }

  #isSame(a: K2, b: K2): boolean {
    if (a === b) return true;
    const left = this.#keySerde.serialize(a);
    const right = this.#keySerde.serialize(b);
    return left === null || right === null ? left === right : compareBytes(left, right) === 0;
  }
}

/** Of a row that is not there. */
const NOWHERE: KeyValue<never, never> = [null, null];

export function tableAggregate<K, V, A>(
  parts: AggregateParts<K, V, A>,
  subtract: Aggregator<K, V, A>,
): TableProcessor<K, A> {
  return new AggregateTable(
    storeGetter<K, A>(parts.storeName),
    (sendOldValues) => new TableAggregateProcessor(parts, subtract, sendOldValues),
  );
}

class TableAggregateProcessor<K, V, A>
  extends AggregateProcessor<K, V, A, K, KeyValueStore<K, A>>
  implements Processor<K, Change<V>, K, Change<A>>
{
  readonly #subtract: Aggregator<K, V, A>;

  constructor(parts: AggregateParts<K, V, A>, subtract: Aggregator<K, V, A>, sendOldValues: boolean) {
    super(parts, sendOldValues);
    this.#subtract = subtract;
  }

  process(record: Rec<K, Change<V>>): void {
    const { key, value: change } = record;
    assert(key !== null && change !== null, 'a regrouped change has a key');
    const present = this.store.get(key);
    const oldAggregate = present === undefined ? null : present.value;
    const timestamp =
      present !== undefined && present.timestamp > record.timestamp ? present.timestamp : record.timestamp;

    let aggregate = oldAggregate;
    if (aggregate !== null && this.copy !== undefined) aggregate = this.copy(aggregate);
    const changeRecord = record.withValue<V>(change.newValue ?? change.oldValue);
    if (change.oldValue !== null && aggregate !== null) {
      aggregate = this.#subtract(key, change.oldValue, aggregate, changeRecord);
    }
    if (change.newValue !== null) {
      aggregate = this.parts.add(key, change.newValue, aggregate ?? this.parts.initializer(), changeRecord);
    }
    this.store.put(key, aggregate, timestamp);
    const sent = new Change(aggregate, this.sendOldValues ? oldAggregate : null);
    this.context.forward(new Rec(key, sent, timestamp, record.headers));
  }
}
