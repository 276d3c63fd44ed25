/** What a processor sees of its task, and where a node's output goes. */
import { WeirError } from '../../common/errors.ts';
import type { DropReason, Processor, ProcessorContext, RecordMetadata } from '../processor.ts';
import type { Rec } from '../record.ts';
import type { StateStore } from '../state/store.ts';
import type { TraceNote } from '../trace-note.ts';
import type { TraceEvent, Tracer } from './tracer.ts';

export type ErasedProcessor = Processor<unknown, unknown, unknown, unknown>;
export type DropCounts = Record<DropReason, number>;

export function newDropCounts(): DropCounts {
  return {
    'null-key': 0,
    'null-value': 0,
    'null-join-key': 0,
    'null-foreign-key': 0,
    'negative-timestamp': 0,
    late: 0,
    'expired-in-store': 0,
    undeserializable: 0,
    filtered: 0,
    'no-match': 0,
    error: 0,
  };
}

/** Which task is at work: where the record in process comes from. */
export interface InProcess {
  task: RecordMetadata | undefined;
}

export type DropHandler = (
  reason: DropReason,
  node: string,
  record: Rec<unknown, unknown>,
  detail: (() => string) | undefined,
) => void;

/** Left out because the query says so; and what has a handler of its own. */
const UNTOLD_DROPS: ReadonlySet<DropReason> = new Set<DropReason>(['filtered', 'no-match', 'undeserializable']);

/** What all nodes of a task share; the task changes it record by record. */
export interface TaskState {
  readonly taskId: string;
  topic: string;
  partition: number;
  offset: number;
  streamTimeMs: number;
  depth: number;
  /** Shared by the tasks of an instance. */
  readonly inProcess: InProcess;
  /** Told of the records that are left out although nobody asked for it. */
  readonly onDrop: DropHandler | undefined;
  onError: (error: WeirError, node: string, record: Rec<unknown, unknown>) => void;
}

export class NodeContext implements ProcessorContext<unknown, unknown> {
  readonly nodeName: string;
  readonly drops: DropCounts = newDropCounts();
  /** Records sent on. */
  forwarded = 0;
  children: readonly ErasedProcessor[] = [];
  /** Set while one listens to this node. */
  tracer: Tracer | undefined;
  readonly #task: TaskState;
  readonly #stores: ReadonlyMap<string, StateStore>;

  constructor(nodeName: string, task: TaskState, stores: ReadonlyMap<string, StateStore>) {
    this.nodeName = nodeName;
    this.#task = task;
    this.#stores = stores;
  }

  get taskId(): string {
    return this.#task.taskId;
  }

  get metadata(): RecordMetadata {
    return this.#task;
  }

  get streamTimeMs(): number {
    return this.#task.streamTimeMs;
  }

  forward(record: Rec<unknown, unknown>): void {
    this.forwarded++;
    const children = this.children;
    for (let i = 0; i < children.length; i++) children[i]?.process(record);
  }

  store(name: string): StateStore {
    const store = this.#stores.get(name);
    if (store === undefined) {
      throw new WeirError('INTERNAL', `Node ${this.nodeName} asks for store ${name}, to which it is not connected.`);
    }
    return store;
  }

  drop(reason: DropReason, record: Rec<unknown, unknown>, detail?: () => string): void {
    this.drops[reason]++;
    const { onDrop } = this.#task;
    if (onDrop !== undefined && !UNTOLD_DROPS.has(reason)) onDrop(reason, this.nodeName, record, detail);
    if (this.tracer !== undefined) this.#trace('drop', record, reason, detail?.(), undefined);
  }

  get isTraced(): boolean {
    return this.tracer !== undefined;
  }

  note(note: TraceNote, record: Rec<unknown, unknown>): void {
    this.#trace('note', record, undefined, undefined, note);
  }

  /** The node got the record. */
  traceEnter(record: Rec<unknown, unknown>): void {
    this.#trace('enter', record, undefined, undefined, undefined);
  }

  reportError(error: WeirError, record: Rec<unknown, unknown>): void {
    this.drops.error++;
    this.#task.onError(error, this.nodeName, record);
  }

  #trace(
    verdict: TraceEvent['verdict'],
    record: Rec<unknown, unknown>,
    reason: DropReason | undefined,
    detail: string | undefined,
    note: TraceNote | undefined,
  ): void {
    const { taskId, topic, partition, offset, depth } = this.#task;
    const { nodeName: node } = this;
    this.tracer?.trace({ taskId, node, verdict, record, reason, detail, note, topic, partition, offset, depth });
  }
}
