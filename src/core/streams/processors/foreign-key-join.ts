/**
 * The join of a table with another by a foreign key in its rows (KIP-213). The left table's rows lie by their primary key,
 * the right table's by its own, so the left side subscribes at the partition where its foreign key's row lives, and
 * the right side answers to where the left row lives:
 *
 *     left --SubscriptionSend--> [subscription topic, by foreign key] --SubscriptionReceive--> store
 *                                                                     --SubscriptionJoin--+
 *     right --ForeignTableJoin: for each who subscribed to the changed row-----------------+
 *     [response topic, by primary key] --ResponseJoin: is the left row still the same?--> result
 *
 * An answer carries the hash of the left row that asked; if the row has changed since, the answer is stale and is dropped,
 * because the change has asked again. When a row's foreign key changes, the old subscription is deleted and the new one
 * answers even if it finds nothing, to take back the old result; where it stays, an inner join that finds nothing has
 * nothing to take back.
 *
 * A row without a foreign key (NULL) refers to nothing: an inner join leaves it out and takes back what it had said of the
 * row before; a left join lets it subscribe without a key, which no store keeps, to be answered that there is no row. So
 * does a left row that is deleted: its tombstone has the time of the deletion, whatever row it had found.
 */
import { assert } from '../../common/errors.ts';
import type { Processor, ProcessorContext } from '../processor.ts';
import { NO_TIMESTAMP, Rec, type Change } from '../record.ts';
import { hashOf, sameHash, type RowHash } from '../row-hash.ts';
import type { KeyAdapter, Serde } from '../serde.ts';
import type { SubscriptionStore } from '../state/subscription-store.ts';
import { ResponseMessage, SubscriptionMessage, type Instruction } from './foreign-key-messages.ts';
import type { ValueGetter } from './table.ts';

export interface SendParts<K, KO, V> {
  readonly foreignKey: (key: K, value: V) => KO | null;
  readonly foreignKeys: KeyAdapter<KO>;
  readonly leftSerde: Serde<V>;
  readonly leftJoin: boolean;
}

export class SubscriptionSendProcessor<K, KO, V> implements Processor<K, Change<V>, KO, SubscriptionMessage<K>> {
  readonly #parts: SendParts<K, KO, V>;
  #context!: ProcessorContext<KO, SubscriptionMessage<K>>;

  constructor(parts: SendParts<K, KO, V>) {
    this.#parts = parts;
  }

  init(context: ProcessorContext<KO, SubscriptionMessage<K>>): void {
    this.#context = context;
  }

  process(record: Rec<K, Change<V>>): void {
    const { key, value: change } = record;
    if (key === null || change === null) {
      this.#context.drop('null-key', record);
      return;
    }
    const { foreignKey, foreignKeys, leftSerde, leftJoin } = this.#parts;
    const { newValue, oldValue } = change;
    if (newValue === null && oldValue === null) return;
    const oldForeignKey = oldValue === null ? null : foreignKey(key, oldValue);
    const newForeignKey = newValue === null ? null : foreignKey(key, newValue);
    const hash = hashOf(leftSerde, newValue);
    if (this.#context.isTraced) {
      this.#context.note({ kind: 'refer', from: oldForeignKey, to: newForeignKey }, record);
    }
    if (newForeignKey === null && !leftJoin) {
      if (newValue !== null) this.#context.drop('null-foreign-key', record);
      if (oldForeignKey !== null) this.#send(record, key, oldForeignKey, hash, 'DELETE_KEY_AND_PROPAGATE');
      return;
    }
    const leaves =
      oldForeignKey !== null &&
      (newForeignKey === null || foreignKeys.id(oldForeignKey) !== foreignKeys.id(newForeignKey));
    if (leaves) this.#send(record, key, oldForeignKey, hash, 'DELETE_KEY_NO_PROPAGATE');
    const answersAlways = leaves || leftJoin;
    const instruction = answersAlways ? 'PROPAGATE_NULL_IF_NO_FK_VAL_AVAILABLE' : 'PROPAGATE_ONLY_IF_FK_VAL_AVAILABLE';
    this.#send(record, key, newForeignKey, hash, instruction);
  }

  #send(
    record: Rec<K, Change<V>>,
    primaryKey: K,
    foreignKey: KO | null,
    hash: RowHash | null,
    instruction: Instruction,
  ): void {
    const { partition } = this.#context.metadata;
    const message = new SubscriptionMessage(hash, instruction, primaryKey, partition);
    this.#context.forward(new Rec(foreignKey, message, record.timestamp, record.headers));
  }
}

/** Keeps the subscription and passes it on. */
export class SubscriptionReceiveProcessor<K, KO> implements Processor<KO, SubscriptionMessage<K>> {
  readonly #storeName: string;
  #context!: ProcessorContext<KO, SubscriptionMessage<K>>;
  #store!: SubscriptionStore<K, KO>;

  constructor(storeName: string) {
    this.#storeName = storeName;
  }

  init(context: ProcessorContext<KO, SubscriptionMessage<K>>): void {
    this.#context = context;
    this.#store = context.store(this.#storeName) as SubscriptionStore<K, KO>;
  }

  process(record: Rec<KO, SubscriptionMessage<K>>): void {
    const { key: foreignKey, value: message, timestamp } = record;
    assert(message !== null, 'a subscription has a value');
    const { instruction, primaryKey, hash, partition } = message;
    if (foreignKey === null) {
      this.#context.forward(record);
      return;
    }
    if (instruction === 'DELETE_KEY_AND_PROPAGATE' || instruction === 'DELETE_KEY_NO_PROPAGATE') {
      this.#store.remove(foreignKey, primaryKey, timestamp);
    } else {
      this.#store.put(foreignKey, primaryKey, hash, partition, timestamp);
    }
    this.#context.forward(record);
  }
}

/** Answers a subscription with the foreign row as it is now. */
export class SubscriptionJoinProcessor<K, KO, VO> implements Processor<
  KO,
  SubscriptionMessage<K>,
  K,
  ResponseMessage<VO>
> {
  readonly #foreign: ValueGetter<KO, VO>;
  #context!: ProcessorContext<K, ResponseMessage<VO>>;

  constructor(foreign: ValueGetter<KO, VO>) {
    this.#foreign = foreign;
  }

  init(context: ProcessorContext<K, ResponseMessage<VO>>): void {
    this.#context = context;
    this.#foreign.init(context);
  }

  process(record: Rec<KO, SubscriptionMessage<K>>): void {
    const { key: foreignKey, value: message } = record;
    assert(message !== null, 'a subscription has a value');
    const { instruction, primaryKey, hash, partition } = message;
    if (instruction === 'DELETE_KEY_NO_PROPAGATE') return;
    const row = foreignKey === null ? undefined : this.#foreign.get(foreignKey);
    const foreignValue = instruction === 'DELETE_KEY_AND_PROPAGATE' ? null : (row?.value ?? null);
    if (this.#context.isTraced && instruction !== 'DELETE_KEY_AND_PROPAGATE') {
      this.#context.note({ kind: 'lookup', row: foreignValue, timestampMs: row?.timestamp ?? NO_TIMESTAMP }, record);
    }
    if (foreignValue === null && instruction === 'PROPAGATE_ONLY_IF_FK_VAL_AVAILABLE') {
      this.#context.drop('no-match', record, () => 'The other table has no row for the foreign key yet.');
      return;
    }
    const timestamp = Math.max(record.timestamp, row?.timestamp ?? record.timestamp);
    const response = new ResponseMessage(hash, foreignValue, partition);
    this.#context.forward(new Rec(primaryKey, response, timestamp, record.headers));
  }
}

/** A tracer hears of so many at most whom a change was told. */
const MAX_TOLD = 100;

/** Tells a change of a foreign row to all who subscribed to it. */
export class ForeignTableJoinProcessor<K, KO, VO> implements Processor<KO, Change<VO>, K, ResponseMessage<VO>> {
  readonly #storeName: string;
  #context!: ProcessorContext<K, ResponseMessage<VO>>;
  #store!: SubscriptionStore<K, KO>;

  constructor(storeName: string) {
    this.#storeName = storeName;
  }

  init(context: ProcessorContext<K, ResponseMessage<VO>>): void {
    this.#context = context;
    this.#store = context.store(this.#storeName) as SubscriptionStore<K, KO>;
  }

  process(record: Rec<KO, Change<VO>>): void {
    const { key: foreignKey, value: change, timestamp, headers } = record;
    if (foreignKey === null || change === null) {
      this.#context.drop('null-key', record);
      return;
    }
    const told: K[] | undefined = this.#context.isTraced ? [] : undefined;
    for (const { primaryKey, hash, partition } of this.#store.subscriptions(foreignKey)) {
      if (told !== undefined && told.length < MAX_TOLD) told.push(primaryKey);
      const response = new ResponseMessage(hash, change.newValue, partition);
      this.#context.forward(new Rec(primaryKey, response, timestamp, headers));
    }
    if (told !== undefined) this.#context.note({ kind: 'tell', primaryKeys: told }, record);
  }
}

export interface ResponseParts<V, VO, R> {
  readonly leftSerde: Serde<V>;
  readonly joiner: (left: V, right: VO | null) => R | null;
  readonly leftJoin: boolean;
}

/** Joins the answer with the left row, unless that has changed since it asked. */
export class ResponseJoinProcessor<K, V, VO, R> implements Processor<K, ResponseMessage<VO>, K, R> {
  readonly #left: ValueGetter<K, V>;
  readonly #parts: ResponseParts<V, VO, R>;
  #context!: ProcessorContext<K, R>;

  constructor(left: ValueGetter<K, V>, parts: ResponseParts<V, VO, R>) {
    this.#left = left;
    this.#parts = parts;
  }

  init(context: ProcessorContext<K, R>): void {
    this.#context = context;
    this.#left.init(context);
  }

  process(record: Rec<K, ResponseMessage<VO>>): void {
    const { key, value: response } = record;
    assert(key !== null && response !== null, 'an answer has a primary key');
    const { leftSerde, joiner, leftJoin } = this.#parts;
    const leftValue = this.#left.get(key)?.value ?? null;
    if (!sameHash(response.hash, hashOf(leftSerde, leftValue))) {
      this.#context.drop('no-match', record, () => 'The left row has changed since it asked; its change asked anew.');
      return;
    }
    const isGone = leftValue === null || (response.foreignValue === null && !leftJoin);
    this.#context.forward(record.withValue(isGone ? null : joiner(leftValue, response.foreignValue)));
  }
}
