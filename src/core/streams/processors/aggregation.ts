/** What all aggregations have in common: what they are given, the table that comes of them, and what their processors hold. */
import type { Aggregator, Initializer } from '../dsl/api.ts';
import type { Processor, ProcessorContext } from '../processor.ts';
import type { Change } from '../record.ts';
import type { StateStore } from '../state/store.ts';
import type { TableProcessor, ValueGetterSupplier } from './table.ts';

export interface AggregateParts<K, V, A> {
  readonly storeName: string;
  readonly initializer: Initializer<A>;
  readonly add: Aggregator<K, V, A>;
  readonly copy: ((aggregate: A) => A) | undefined;
}

/** The table of an aggregation. It always has a store, so old values cost nothing to know. */
export class AggregateTable<KIn, VIn, K, A> implements TableProcessor<K, A> {
  readonly #processorOf: (sendOldValues: boolean) => Processor<KIn, VIn, K, Change<A>>;
  readonly #view: ValueGetterSupplier<K, A>;
  #sendOldValues = false;

  constructor(
    view: ValueGetterSupplier<K, A>,
    processorOf: (sendOldValues: boolean) => Processor<KIn, VIn, K, Change<A>>,
  ) {
    this.#view = view;
    this.#processorOf = processorOf;
  }

  readonly supplier = (): Processor<KIn, VIn, K, Change<A>> => this.#processorOf(this.#sendOldValues);

  enableSendingOldValues(): boolean {
    this.#sendOldValues = true;
    return true;
  }

  view(): ValueGetterSupplier<K, A> {
    return this.#view;
  }
}

/** How a record is taken up is each processor's own. */
export abstract class AggregateProcessor<K, V, A, KOut, S extends StateStore> {
  protected readonly parts: AggregateParts<K, V, A>;
  protected readonly sendOldValues: boolean;
  /** Undefined where an aggregate may be changed in place. */
  protected readonly copy: ((aggregate: A) => A) | undefined;
  protected context!: ProcessorContext<KOut, Change<A>>;
  protected store!: S;

  constructor(parts: AggregateParts<K, V, A>, sendOldValues: boolean) {
    this.parts = parts;
    this.sendOldValues = sendOldValues;
    this.copy = sendOldValues ? parts.copy : undefined;
  }

  init(context: ProcessorContext<KOut, Change<A>>): void {
    this.context = context;
    this.store = context.store(this.parts.storeName) as S;
  }
}
