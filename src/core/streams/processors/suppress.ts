/**
 * `suppress(untilWindowCloses)` (KTableSuppressProcessor): holds a windowed table's changes back and lets the last one of each
 * window through when stream time, as this processor sees it, reaches the window's end plus the grace period. Windows come
 * out by end, then by the key's bytes; a result has the timestamp of its last change. A window that ended up deleted says
 * nothing, since nothing was said of it before.
 */
import { assert } from '../../common/errors.ts';
import type { Processor, ProcessorContext, ProcessorTimes } from '../processor.ts';
import { Change, NO_TIMESTAMP, Rec } from '../record.ts';
import type { SuppressBuffer } from '../state/suppress-buffer.ts';
import type { TableProcessor, ValueGetterSupplier } from './table.ts';

export interface SuppressParts<K> {
  readonly storeName: string;
  readonly graceMs: number;
  readonly windowEndMs: (key: K) => number;
}

export class TableSuppress<K, V> implements TableProcessor<K, V> {
  readonly #parent: TableProcessor<K, V>;
  readonly #parts: SuppressParts<K>;

  constructor(parent: TableProcessor<K, V>, parts: SuppressParts<K>) {
    this.#parent = parent;
    this.#parts = parts;
  }

  readonly supplier = (): Processor<K, Change<V>> => new SuppressProcessor(this.#parts);

  enableSendingOldValues(force: boolean): boolean {
    return this.#parent.enableSendingOldValues(force);
  }

  /** Rows still held back read as absent; those let through are the parent's. */
  view(): ValueGetterSupplier<K, V> {
    const parent = this.#parent.view();
    const { storeName } = this.#parts;
    return {
      storeNames: [...parent.storeNames, storeName],
      create() {
        const getter = parent.create();
        let buffer: SuppressBuffer<K, V>;
        return {
          init: (stores) => {
            getter.init(stores);
            buffer = stores.store(storeName) as SuppressBuffer<K, V>;
          },
          get: (key) => (buffer.get(key) === undefined ? getter.get(key) : undefined),
        };
      },
    };
  }
}

class SuppressProcessor<K, V> implements Processor<K, Change<V>> {
  readonly #parts: SuppressParts<K>;
  #context!: ProcessorContext<K, Change<V>>;
  #buffer!: SuppressBuffer<K, V>;
  #streamTimeMs = NO_TIMESTAMP;

  constructor(parts: SuppressParts<K>) {
    this.#parts = parts;
  }

  init(context: ProcessorContext<K, Change<V>>): void {
    this.#context = context;
    this.#buffer = context.store(this.#parts.storeName) as SuppressBuffer<K, V>;
  }

  saveTimes(): ProcessorTimes {
    return { streamTimeMs: this.#streamTimeMs };
  }

  restoreTimes(times: ProcessorTimes): void {
    this.#streamTimeMs = times['streamTimeMs'] ?? NO_TIMESTAMP;
  }

  process(record: Rec<K, Change<V>>): void {
    const { key, value: change, timestamp } = record;
    assert(key !== null && change !== null, 'a table sends changes of keys');
    if (timestamp > this.#streamTimeMs) this.#streamTimeMs = timestamp;
    const { windowEndMs, graceMs } = this.#parts;
    this.#buffer.put(key, windowEndMs(key), change.newValue, change.oldValue, timestamp, record.headers);
    const limitMs = this.#streamTimeMs - graceMs;
    for (let held = this.#buffer.release(limitMs); held !== undefined; held = this.#buffer.release(limitMs)) {
      if (held.newValue === null) continue;
      this.#context.forward(new Rec(held.key, new Change(held.newValue, held.oldValue), held.timestamp, held.headers));
    }
  }
}
