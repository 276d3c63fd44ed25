/**
 * A table's source (Kafka's KTableSource): each record replaces its key's row. A null key is dropped. A record that is
 * older than the row it replaces still replaces it: a table follows the order of its topic, not of event time.
 */
import type { Processor, ProcessorContext } from '../processor.ts';
import { Change, Rec } from '../record.ts';
import type { KeyValueStore } from '../state/store.ts';
import { storeGetter } from './store-getter.ts';
import type { TableProcessor, ValueGetterSupplier } from './table.ts';

export class TableSource<K, V> implements TableProcessor<K, V> {
  readonly #storeName: string;
  readonly #onMaterialize: () => void;
  #materialized = false;
  #sendOldValues = false;

  /** `onMaterialize` adds the store to the topology; it is called once. */
  constructor(storeName: string, onMaterialize: () => void) {
    this.#storeName = storeName;
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

  readonly supplier = (): Processor<K, V, K, Change<V>> =>
    new TableSourceProcessor(this.#materialized ? this.#storeName : undefined, this.#sendOldValues);

  enableSendingOldValues(force: boolean): boolean {
    if (!force && !this.#materialized) return false;
    this.materialize();
    this.#sendOldValues = true;
    return true;
  }

  view(): ValueGetterSupplier<K, V> {
    this.materialize();
    return storeGetter(this.#storeName);
  }
}

class TableSourceProcessor<K, V> implements Processor<K, V, K, Change<V>> {
  readonly #storeName: string | undefined;
  readonly #sendOldValues: boolean;
  #context!: ProcessorContext<K, Change<V>>;
  #store: KeyValueStore<K, V> | undefined;

  constructor(storeName: string | undefined, sendOldValues: boolean) {
    this.#storeName = storeName;
    this.#sendOldValues = sendOldValues;
  }

  init(context: ProcessorContext<K, Change<V>>): void {
    this.#context = context;
    if (this.#storeName !== undefined) this.#store = context.store(this.#storeName) as KeyValueStore<K, V>;
  }

  process(record: Rec<K, V>): void {
    const { key, value } = record;
    if (key === null) {
      this.#context.drop('null-key', record);
      return;
    }
    let oldValue: V | null = null;
    if (this.#store !== undefined) {
      if (this.#sendOldValues) oldValue = this.#store.get(key)?.value ?? null;
      this.#store.put(key, value, record.timestamp);
    }
    if (this.#context.isTraced) this.#context.note({ kind: 'change', row: value }, record);
    this.#context.forward(new Rec(key, new Change(value, oldValue), record.timestamp, record.headers));
  }
}
