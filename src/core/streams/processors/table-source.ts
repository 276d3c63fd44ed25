/**
 * A table's source (Kafka's KTableSource): each record replaces its key's row. A null key is dropped. A record that is
 * older than the row it replaces still replaces it: a table follows the order of its topic, not of event time.
 *
 * The rows that are kept and sent on are what a layout makes of the records, so that nobody who looks one up has to make it
 * anew.
 */
import type { Processor, ProcessorContext } from '../processor.ts';
import { Change, Rec } from '../record.ts';
import type { KeyValueStore } from '../state/store.ts';
import { storeGetter } from './store-getter.ts';
import type { RowLayout } from '../dsl/api.ts';
import type { TableProcessor, ValueGetterSupplier } from './table.ts';

/** The layout of tables whose rows are the records' values. */
export const valueIsRow = <K, V>(_key: K, value: V): V => value;

export class TableSource<K, V, R> implements TableProcessor<K, R> {
  readonly #storeName: string;
  readonly #layout: RowLayout<K, V, R>;
  readonly #onMaterialize: () => void;
  #materialized = false;
  #sendOldValues = false;

  /** `onMaterialize` adds the store to the topology; it is called once. */
  constructor(storeName: string, layout: RowLayout<K, V, R>, onMaterialize: () => void) {
    this.#storeName = storeName;
    this.#layout = layout;
    this.#onMaterialize = onMaterialize;
  }

  get queryableStoreName(): string | undefined {
    return this.#materialized ? this.#storeName : undefined;
  }

  materialize(): void {
    if (this.#materialized) return;
    this.#materialized = true;
    this.#onMaterialize();
  }

  readonly supplier = (): Processor<K, V, K, Change<R>> =>
    new TableSourceProcessor(this.#materialized ? this.#storeName : undefined, this.#sendOldValues, this.#layout);

  enableSendingOldValues(force: boolean): boolean {
    if (!force && !this.#materialized) return false;
    this.materialize();
    this.#sendOldValues = true;
    return true;
  }

  view(): ValueGetterSupplier<K, R> {
    this.materialize();
    return storeGetter(this.#storeName);
  }
}

class TableSourceProcessor<K, V, R> implements Processor<K, V, K, Change<R>> {
  readonly #storeName: string | undefined;
  readonly #sendOldValues: boolean;
  readonly #layout: RowLayout<K, V, R>;
  #context!: ProcessorContext<K, Change<R>>;
  #store: KeyValueStore<K, R> | undefined;

  constructor(storeName: string | undefined, sendOldValues: boolean, layout: RowLayout<K, V, R>) {
    this.#storeName = storeName;
    this.#sendOldValues = sendOldValues;
    this.#layout = layout;
  }

  init(context: ProcessorContext<K, Change<R>>): void {
    this.#context = context;
    if (this.#storeName !== undefined) this.#store = context.store(this.#storeName) as KeyValueStore<K, R>;
  }

  process(record: Rec<K, V>): void {
    const { key, value, timestamp } = record;
    if (key === null) {
      this.#context.drop('null-key', record);
      return;
    }
    const row = value === null ? null : this.#layout(key, value, timestamp);
    let oldRow: R | null = null;
    if (this.#store !== undefined) {
      if (this.#sendOldValues) oldRow = this.#store.get(key)?.value ?? null;
      this.#store.put(key, row, timestamp);
    }
    if (this.#context.isTraced) this.#context.note({ kind: 'change', row }, record);
    this.#context.forward(new Rec(key, new Change(row, oldRow), timestamp, record.headers));
  }
}
