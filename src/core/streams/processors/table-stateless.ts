/**
 * Filter and transformation of a table. Both work on changes: the new value and, if somebody downstream needs it, the old
 * one are mapped alike. They are kept in a store of their own only when the caller materializes them; otherwise a
 * look-up asks the parent's store and maps what it finds.
 *
 * A filter turns a row that does not match into a deletion. When both sides of the change are nothing there is nothing to
 * delete, and if old values are known the change is dropped (KAFKA-10077); for that reason a filter asks its parent for
 * old values, but does not force it to keep a store.
 */
import type { Processor, ProcessorContext, ValueStep } from '../processor.ts';
import { Change, Rec } from '../record.ts';
import type { KeyValueStore } from '../state/store.ts';
import { storeGetter } from './store-getter.ts';
import type { TableProcessor, ValueGetter, ValueGetterSupplier } from './table.ts';

/** Maps a row that exists or is deleted (null). */
export type RowMapper<K, V, R> = (key: K, value: V | null, timestamp: number) => R | null;

export class TableMap<K, V, R> implements TableProcessor<K, R> {
  readonly #parent: TableProcessor<K, V>;
  readonly #mapper: RowMapper<K, V, R>;
  readonly #storeName: string | undefined;
  readonly #isFilter: boolean;
  #sendOldValues = false;

  constructor(
    parent: TableProcessor<K, V>,
    mapper: RowMapper<K, V, R>,
    storeName: string | undefined,
    isFilter: boolean,
  ) {
    this.#parent = parent;
    this.#mapper = mapper;
    this.#storeName = storeName;
    this.#isFilter = isFilter;
    if (isFilter) this.#sendOldValues = parent.enableSendingOldValues(false);
  }

  readonly supplier = (): Processor<K, Change<V>, K, Change<R>> =>
    new TableMapProcessor(this.#mapper, this.#storeName, this.#sendOldValues, this.#isFilter);

  enableSendingOldValues(force: boolean): boolean {
    if (this.#storeName !== undefined || this.#parent.enableSendingOldValues(force)) this.#sendOldValues = true;
    return this.#sendOldValues;
  }

  view(): ValueGetterSupplier<K, R> {
    if (this.#storeName !== undefined) return storeGetter(this.#storeName);
    const parent = this.#parent.view();
    const mapper = this.#mapper;
    return { storeNames: parent.storeNames, create: () => new MappingGetter(parent.create(), mapper) };
  }
}

class MappingGetter<K, V, R> implements ValueGetter<K, R> {
  readonly #parent: ValueGetter<K, V>;
  readonly #mapper: RowMapper<K, V, R>;

  constructor(parent: ValueGetter<K, V>, mapper: RowMapper<K, V, R>) {
    this.#parent = parent;
    this.#mapper = mapper;
  }

  init(stores: Parameters<ValueGetter<K, V>['init']>[0]): void {
    this.#parent.init(stores);
  }

  get(key: K): { readonly value: R | null; readonly timestamp: number } | undefined {
    const row = this.#parent.get(key);
    const timestamp = row?.timestamp ?? -1;
    const value = this.#mapper(key, row?.value ?? null, timestamp);
    return value === null ? undefined : { value, timestamp };
  }
}

class TableMapProcessor<K, V, R> implements Processor<K, Change<V>, K, Change<R>> {
  readonly valueStep: ValueStep | undefined;
  readonly #mapper: RowMapper<K, V, R>;
  readonly #storeName: string | undefined;
  readonly #sendOldValues: boolean;
  readonly #isFilter: boolean;
  #context!: ProcessorContext<K, Change<R>>;
  #store: KeyValueStore<K, R> | undefined;

  constructor(mapper: RowMapper<K, V, R>, storeName: string | undefined, sendOldValues: boolean, isFilter: boolean) {
    this.#mapper = mapper;
    this.#storeName = storeName;
    this.#sendOldValues = sendOldValues;
    this.#isFilter = isFilter;
    if (storeName !== undefined || sendOldValues || isFilter) return;
    const map = (key: unknown, value: unknown, { timestamp }: Rec<unknown, unknown>): unknown =>
      mapper(key as K, value as V | null, timestamp);
    this.valueStep = { takesChange: true, givesChange: true, readsRecord: false, map };
  }

  init(context: ProcessorContext<K, Change<R>>): void {
    this.#context = context;
    if (this.#storeName !== undefined) this.#store = context.store(this.#storeName) as KeyValueStore<K, R>;
  }

  process(record: Rec<K, Change<V>>): void {
    const { key, value: change, timestamp } = record;
    if (key === null || change === null) {
      this.#context.drop('null-key', record);
      return;
    }
    const newValue = this.#mapper(key, change.newValue, timestamp);
    let oldValue: R | null = null;
    if (this.#sendOldValues) {
      oldValue =
        this.#store !== undefined
          ? (this.#store.get(key)?.value ?? null)
          : this.#mapper(key, change.oldValue, timestamp);
    }
    if (this.#isFilter && this.#sendOldValues && oldValue === null && newValue === null) {
      this.#context.drop('filtered', record);
      return;
    }
    if (this.#store !== undefined) this.#store.put(key, newValue, timestamp);
    if (this.#context.isTraced) this.#context.note({ kind: 'change', row: newValue }, record);
    this.#context.forward(new Rec(key, new Change(newValue, oldValue), timestamp, record.headers));
  }
}
