/** The stateless operations of a stream: each forwards at most what it got, changed. */
import type { KeyValue, KeyValueMapper, Predicate } from '../dsl/api.ts';
import type { Processor, ProcessorContext, ValueStep } from '../processor.ts';
import { Rec, type Change } from '../record.ts';

const TO_STREAM: ValueStep = {
  takesChange: true,
  givesChange: false,
  readsRecord: false,
  map: (_key, value) => value,
};

abstract class Stateless<K, V, K2, V2> implements Processor<K, V, K2, V2> {
  protected context!: ProcessorContext<K2, V2>;

  init(context: ProcessorContext<K2, V2>): void {
    this.context = context;
  }

  abstract process(record: Rec<K, V>): void;
}

export class FilterProcessor<K, V> extends Stateless<K, V, K, V> {
  readonly #predicate: Predicate<K, V>;
  readonly #keep: boolean;

  constructor(predicate: Predicate<K, V>, keep: boolean) {
    super();
    this.#predicate = predicate;
    this.#keep = keep;
  }

  process(record: Rec<K, V>): void {
    if (this.#predicate(record.key, record.value, record) === this.#keep) this.context.forward(record);
    else this.context.drop('filtered', record);
  }
}

/** In front of a repartition topic: a null key has no group to go to. */
export class NullKeyFilterProcessor<K, V> extends Stateless<K, V, K, V> {
  process(record: Rec<K, V>): void {
    if (record.key === null) this.context.drop('null-key', record);
    else this.context.forward(record);
  }
}

export class MapProcessor<K, V, K2, V2> extends Stateless<K, V, K2, V2> {
  readonly #mapper: KeyValueMapper<K, V, KeyValue<K2, V2>>;

  constructor(mapper: KeyValueMapper<K, V, KeyValue<K2, V2>>) {
    super();
    this.#mapper = mapper;
  }

  process(record: Rec<K, V>): void {
    const [key, value] = this.#mapper(record.key, record.value, record);
    this.context.forward(new Rec(key, value, record.timestamp, record.headers));
  }
}

export class MapValuesProcessor<K, V, V2> extends Stateless<K, V, K, V2> {
  readonly valueStep: ValueStep;
  readonly #mapper: KeyValueMapper<K, V, V2 | null>;

  constructor(mapper: KeyValueMapper<K, V, V2 | null>) {
    super();
    this.#mapper = mapper;
    this.valueStep = {
      takesChange: false,
      givesChange: false,
      readsRecord: mapper.length > 2,
      map: mapper as ValueStep['map'],
    };
  }

  process(record: Rec<K, V>): void {
    const value = this.#mapper(record.key, record.value, record);
    this.context.forward(new Rec(record.key, value, record.timestamp, record.headers));
  }
}

/** A table's changes become the stream of its new values. */
export class ToStreamProcessor<K, V> extends Stateless<K, Change<V>, K, V> {
  readonly valueStep = TO_STREAM;

  process(record: Rec<K, Change<V>>): void {
    const { key, value, timestamp, headers } = record;
    this.context.forward(new Rec(key, value === null ? null : value.newValue, timestamp, headers));
  }
}

export class SelectKeyProcessor<K, V, K2> extends Stateless<K, V, K2, V> {
  readonly #mapper: KeyValueMapper<K, V, K2 | null>;

  constructor(mapper: KeyValueMapper<K, V, K2 | null>) {
    super();
    this.#mapper = mapper;
  }

  process(record: Rec<K, V>): void {
    const key = this.#mapper(record.key, record.value, record);
    this.context.forward(new Rec(key, record.value, record.timestamp, record.headers));
  }
}

export class FlatMapProcessor<K, V, K2, V2> extends Stateless<K, V, K2, V2> {
  readonly #mapper: KeyValueMapper<K, V, Iterable<KeyValue<K2, V2>>>;

  constructor(mapper: KeyValueMapper<K, V, Iterable<KeyValue<K2, V2>>>) {
    super();
    this.#mapper = mapper;
  }

  process(record: Rec<K, V>): void {
    for (const [key, value] of this.#mapper(record.key, record.value, record)) {
      this.context.forward(new Rec(key, value, record.timestamp, record.headers));
    }
  }
}

export class FlatMapValuesProcessor<K, V, V2> extends Stateless<K, V, K, V2> {
  readonly #mapper: KeyValueMapper<K, V, Iterable<V2 | null>>;

  constructor(mapper: KeyValueMapper<K, V, Iterable<V2 | null>>) {
    super();
    this.#mapper = mapper;
  }

  process(record: Rec<K, V>): void {
    for (const value of this.#mapper(record.key, record.value, record)) {
      this.context.forward(new Rec(record.key, value, record.timestamp, record.headers));
    }
  }
}

export class PeekProcessor<K, V> extends Stateless<K, V, K, V> {
  readonly #action: KeyValueMapper<K, V, void>;

  constructor(action: KeyValueMapper<K, V, void>) {
    super();
    this.#action = action;
  }

  process(record: Rec<K, V>): void {
    this.#action(record.key, record.value, record);
    this.context.forward(record);
  }
}

/** Where streams meet: merges, and the nodes at which a join's two sides come together. */
export class PassThroughProcessor<K, V> extends Stateless<K, V, K, V> {
  process(record: Rec<K, V>): void {
    this.context.forward(record);
  }
}
