/**
 * A stream looks up a table (KStreamKTableJoin): the row as of now, in processing order. The result has the stream record's
 * timestamp. A record with a null value is dropped; without a row an inner join has no result. A record without a key finds
 * no row (KIP-962): an inner join drops it.
 */
import type { ValueJoiner } from '../dsl/api.ts';
import type { Processor, ProcessorContext } from '../processor.ts';
import { NO_TIMESTAMP, Rec } from '../record.ts';
import type { ValueGetter } from './table.ts';

export class StreamTableJoinProcessor<K, V, V2, R> implements Processor<K, V, K, R> {
  readonly #getter: ValueGetter<K, V2>;
  readonly #joiner: ValueJoiner<K, V, V2 | null, R | null>;
  readonly #leftJoin: boolean;
  #context!: ProcessorContext<K, R>;

  constructor(getter: ValueGetter<K, V2>, joiner: ValueJoiner<K, V, V2 | null, R | null>, leftJoin: boolean) {
    this.#getter = getter;
    this.#joiner = joiner;
    this.#leftJoin = leftJoin;
  }

  init(context: ProcessorContext<K, R>): void {
    this.#context = context;
    this.#getter.init(context);
  }

  process(record: Rec<K, V>): void {
    const { key, value } = record;
    if (value === null || (key === null && !this.#leftJoin)) {
      this.#context.drop(key === null ? 'null-join-key' : 'null-value', record);
      return;
    }
    const found = key === null ? undefined : this.#getter.get(key);
    const row = found?.value ?? null;
    if (this.#context.isTraced) {
      this.#context.note({ kind: 'lookup', row, timestampMs: found?.timestamp ?? NO_TIMESTAMP }, record);
    }
    if (row === null && !this.#leftJoin) {
      this.#context.drop('no-match', record, () => 'The table has no row for the key at this point of the stream.');
      return;
    }
    this.#context.forward(new Rec(key, this.#joiner(key, value, row), record.timestamp, record.headers));
  }
}
