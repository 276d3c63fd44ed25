/**
 * The join of two tables by key (KTableKTableInnerJoin, -LeftJoin, -RightJoin, -OuterJoin): each side's change looks up the
 * other side's current row, and a merger puts both sides' results on one output. A result's timestamp is the larger of
 * the two rows'.
 *
 * What a change leads to, by what the join asks of either side (`thisRequired`: no result without a row of the changed
 * side; `otherRequired`: none without one of the other):
 * - the other side has no row and is required: nothing;
 * - the other side has none and is not required: nothing if this side had none before and has none now, else a change;
 * - otherwise a change, in which a value is null (a deletion) where this side's is and is required.
 */
import { assert } from '../../common/errors.ts';
import type { ValueJoiner } from '../dsl/api.ts';
import type { Processor, ProcessorContext } from '../processor.ts';
import { Change, NO_TIMESTAMP, Rec } from '../record.ts';
import type { KeyValueStore } from '../state/store.ts';
import { storeGetter } from './store-getter.ts';
import type { StoreAccess, TableProcessor, ValueGetter, ValueGetterSupplier } from './table.ts';

export interface TableJoinParts<K, V1, V2, R> {
  readonly left: TableProcessor<K, V1>;
  readonly right: TableProcessor<K, V2>;
  readonly joiner: ValueJoiner<K, V1 | null, V2 | null, R | null>;
  /** A result needs a left row; a result needs a right row. */
  readonly leftRequired: boolean;
  readonly rightRequired: boolean;
  readonly storeName: string | undefined;
}

/** The joined table: the merger's supplier, and a view that joins the two sides' rows. */
export class TableTableJoin<K, V1, V2, R> implements TableProcessor<K, R> {
  readonly #parts: TableJoinParts<K, V1, V2, R>;
  #sendOldValues = false;

  constructor(parts: TableJoinParts<K, V1, V2, R>) {
    this.#parts = parts;
    if (!(parts.leftRequired && parts.rightRequired)) parts.left.enableSendingOldValues(true);
    if (!parts.leftRequired && !parts.rightRequired) parts.right.enableSendingOldValues(true);
  }

  readonly supplier = (): Processor<K, Change<R>> => new MergerProcessor(this.#parts.storeName, this.#sendOldValues);

  readonly leftSupplier = (): Processor<K, Change<V1>, K, Change<R>> => {
    const { joiner, leftRequired, rightRequired, right } = this.#parts;
    return new TableJoinProcessor(
      right.view().create(),
      joiner,
      leftRequired,
      rightRequired,
      () => this.#sendOldValues,
    );
  };

  readonly rightSupplier = (): Processor<K, Change<V2>, K, Change<R>> => {
    const { joiner, leftRequired, rightRequired, left } = this.#parts;
    const reversed: ValueJoiner<K, V2 | null, V1 | null, R | null> = (key, own, other) => joiner(key, other, own);
    return new TableJoinProcessor(
      left.view().create(),
      reversed,
      rightRequired,
      leftRequired,
      () => this.#sendOldValues,
    );
  };

  enableSendingOldValues(): boolean {
    this.#parts.left.enableSendingOldValues(true);
    this.#parts.right.enableSendingOldValues(true);
    this.#sendOldValues = true;
    return true;
  }

  view(): ValueGetterSupplier<K, R> {
    const { storeName, left, right, joiner, leftRequired, rightRequired } = this.#parts;
    if (storeName !== undefined) return storeGetter(storeName);
    const leftView = left.view();
    const rightView = right.view();
    return {
      storeNames: [...leftView.storeNames, ...rightView.storeNames],
      create: () => new JoinedGetter(leftView.create(), rightView.create(), joiner, leftRequired, rightRequired),
    };
  }
}

class JoinedGetter<K, V1, V2, R> implements ValueGetter<K, R> {
  readonly #left: ValueGetter<K, V1>;
  readonly #right: ValueGetter<K, V2>;
  readonly #joiner: ValueJoiner<K, V1 | null, V2 | null, R | null>;
  readonly #leftRequired: boolean;
  readonly #rightRequired: boolean;

  constructor(
    left: ValueGetter<K, V1>,
    right: ValueGetter<K, V2>,
    joiner: ValueJoiner<K, V1 | null, V2 | null, R | null>,
    leftRequired: boolean,
    rightRequired: boolean,
  ) {
    this.#left = left;
    this.#right = right;
    this.#joiner = joiner;
    this.#leftRequired = leftRequired;
    this.#rightRequired = rightRequired;
  }

  init(stores: StoreAccess): void {
    this.#left.init(stores);
    this.#right.init(stores);
  }

  get(key: K): { readonly value: R | null; readonly timestamp: number } | undefined {
    const left = this.#left.get(key);
    const right = this.#right.get(key);
    const leftValue = left?.value ?? null;
    const rightValue = right?.value ?? null;
    if (leftValue === null && (this.#leftRequired || rightValue === null)) return undefined;
    if (rightValue === null && this.#rightRequired) return undefined;
    const timestamp = Math.max(left?.timestamp ?? -1, right?.timestamp ?? -1);
    return { value: this.#joiner(key, leftValue, rightValue), timestamp };
  }
}

class TableJoinProcessor<K, V, V2, R> implements Processor<K, Change<V>, K, Change<R>> {
  readonly #other: ValueGetter<K, V2>;
  readonly #joiner: ValueJoiner<K, V | null, V2 | null, R | null>;
  readonly #thisRequired: boolean;
  readonly #otherRequired: boolean;
  readonly #sendOldValues: () => boolean;
  #sendsOldValues = false;
  #context!: ProcessorContext<K, Change<R>>;

  constructor(
    other: ValueGetter<K, V2>,
    joiner: ValueJoiner<K, V | null, V2 | null, R | null>,
    thisRequired: boolean,
    otherRequired: boolean,
    sendOldValues: () => boolean,
  ) {
    this.#other = other;
    this.#joiner = joiner;
    this.#thisRequired = thisRequired;
    this.#otherRequired = otherRequired;
    this.#sendOldValues = sendOldValues;
  }

  init(context: ProcessorContext<K, Change<R>>): void {
    this.#context = context;
    this.#other.init(context);
    this.#sendsOldValues = this.#sendOldValues();
  }

  process(record: Rec<K, Change<V>>): void {
    const { key, value: change } = record;
    if (key === null) {
      this.#context.drop('null-join-key', record);
      return;
    }
    assert(change !== null, 'a table sends changes');
    const other = this.#other.get(key);
    const otherValue = other?.value ?? null;
    if (this.#context.isTraced) {
      const timestampMs = otherValue === null ? NO_TIMESTAMP : (other?.timestamp ?? NO_TIMESTAMP);
      this.#context.note({ kind: 'lookup', row: otherValue, timestampMs }, record);
    }
    let timestamp = record.timestamp;
    if (otherValue === null) {
      if (this.#otherRequired || (change.newValue === null && change.oldValue === null)) {
        this.#context.drop('no-match', record, () => 'The other table has no row for the key.');
        return;
      }
    } else if (other !== undefined && other.timestamp > timestamp) {
      timestamp = other.timestamp;
    }
    const newValue = this.#join(key, change.newValue, otherValue);
    const oldValue = this.#sendsOldValues ? this.#join(key, change.oldValue, otherValue) : null;
    this.#context.forward(new Rec(key, new Change(newValue, oldValue), timestamp, record.headers));
  }

  #join(key: K, own: V | null, other: V2 | null): R | null {
    if (own === null && (this.#thisRequired || other === null)) return null;
    return this.#joiner(key, own, other);
  }
}

/** Both sides' results come together here, and are kept here if the caller wants them kept. */
class MergerProcessor<K, R> implements Processor<K, Change<R>> {
  readonly #storeName: string | undefined;
  readonly #sendOldValues: boolean;
  #context!: ProcessorContext<K, Change<R>>;
  #store: KeyValueStore<K, R> | undefined;

  constructor(storeName: string | undefined, sendOldValues: boolean) {
    this.#storeName = storeName;
    this.#sendOldValues = sendOldValues;
  }

  init(context: ProcessorContext<K, Change<R>>): void {
    this.#context = context;
    if (this.#storeName !== undefined) this.#store = context.store(this.#storeName) as KeyValueStore<K, R>;
  }

  process(record: Rec<K, Change<R>>): void {
    const { key, value: change } = record;
    assert(key !== null && change !== null, 'a joined change has a key');
    if (this.#store !== undefined) this.#store.put(key, change.newValue, record.timestamp);
    if (this.#sendOldValues || change.oldValue === null) this.#context.forward(record);
    else this.#context.forward(record.withValue(new Change(change.newValue, null)));
  }
}
