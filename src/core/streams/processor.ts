/**
 * The processor API: what a node of a topology does with a record. The DSL is built from these, and a caller may add its own
 * (`KStream.process`, `KStream.processValues`).
 */
import type { WeirError } from '../common/errors.ts';
import type { Rec } from './record.ts';
import type { StateStore } from './state/store.ts';
import type { TraceNote } from './trace-note.ts';

export interface Processor<KIn, VIn, KOut = KIn, VOut = VIn> {
  init?(context: ProcessorContext<KOut, VOut>): void;
  process(record: Rec<KIn, VIn>): void;
  close?(): void;
  /** Set where all that the processor does with a record is to give it another value. */
  readonly valueStep?: ValueStep | undefined;
  /**
   * Event times that the processor keeps outside its stores (its stream time, the last window close it emitted for). They are
   * committed with the offsets and handed back after a restart, so that a restart changes no result.
   */
  saveTimes?(): ProcessorTimes;
  restoreTimes?(times: ProcessorTimes): void;
}

/**
 * What a processor makes of a value. Such processors in a row run as one (`runtime/value-chain.ts`), without a record in
 * between.
 */
export interface ValueStep {
  /** Whether it takes and gives a table's changes: of those only the new value is mapped. */
  readonly takesChange: boolean;
  readonly givesChange: boolean;
  /** Whether `map` reads the record's value, which behind another step is not the one that it is to map. */
  readonly readsRecord: boolean;
  readonly map: (key: unknown, value: unknown, record: Rec<unknown, unknown>) => unknown;
}

/** By name, in ms. A close time may be negative, so -1 stands for "none" only where nothing smaller can occur. */
export type ProcessorTimes = Readonly<Record<string, number>>;

/** Makes one processor per task. */
export type ProcessorSupplier<KIn, VIn, KOut = KIn, VOut = VIn> = () => Processor<KIn, VIn, KOut, VOut>;

/** Where the record being processed came from: the source record, whatever was derived from it since. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Why a record went no further. Each is counted per node, so that "why is there no row?" has an answer. */
export type DropReason =
  | 'null-key'
  | 'null-value'
  | 'null-join-key'
  | 'null-foreign-key'
  | 'negative-timestamp'
  | 'late'
  | 'expired-in-store'
  | 'undeserializable'
  | 'filtered'
  | 'no-match'
  | 'error';

export interface ProcessorContext<KOut, VOut> {
  readonly nodeName: string;
  readonly taskId: string;
  /** To all children, in the order in which they were added. */
  forward(record: Rec<KOut, VOut>): void;
  /** The store of that name that the node was connected to. @throws WeirError INTERNAL when it was not */
  store(name: string): StateStore;
  /** Of the record in process; topic '' outside of one. */
  readonly metadata: RecordMetadata;
  /** Largest timestamp that the task has taken up, -1 before the first record. */
  readonly streamTimeMs: number;
  /** Counts a record that is dropped here; `detail` is only called when a tracer is attached. */
  drop(reason: DropReason, record: Rec<unknown, unknown>, detail?: () => string): void;
  /** A tracer listens to this node: notes are made for it alone. */
  readonly isTraced: boolean;
  /** Tells the tracer what became of a record. Ask `isTraced` first, so that nothing is made for nobody. */
  note(note: TraceNote, record: Rec<unknown, unknown>): void;
  /** Hands an error of one record to the processing log; the record is then skipped by the caller. */
  reportError(error: WeirError, record: Rec<unknown, unknown>): void;
}
