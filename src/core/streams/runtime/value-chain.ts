/**
 * Several processors in a row that each only map a value, run as one: the record in between, its change and the call are
 * spared. They count what they forward as if each had run by itself. Nodes that a tracer listens to are never in one.
 */
import type { ValueStep } from '../processor.ts';
import { Change, Rec } from '../record.ts';
import type { ErasedProcessor, NodeContext } from './node-context.ts';

export interface ChainLink {
  readonly processor: ErasedProcessor;
  readonly context: NodeContext;
  readonly step: ValueStep;
}

/** Whether `next`, the only child, can run together with the one before. */
export function canFollow(previous: ValueStep, next: ValueStep): boolean {
  return previous.givesChange === next.takesChange && !next.readsRecord;
}

export class ValueChain implements ErasedProcessor {
  readonly #first: ErasedProcessor;
  readonly #steps: readonly ValueStep[];
  readonly #inner: readonly NodeContext[];
  readonly #last: NodeContext;
  readonly #takesChange: boolean;
  readonly #givesChange: boolean;

  constructor(links: readonly [ChainLink, ChainLink, ...ChainLink[]]) {
    const [first] = links;
    const last = links.at(-1) ?? first;
    this.#first = first.processor;
    this.#steps = links.map(({ step }) => step);
    this.#inner = links.slice(0, -1).map(({ context }) => context);
    this.#last = last.context;
    this.#takesChange = first.step.takesChange;
    this.#givesChange = last.step.givesChange;
  }

  process(record: Rec<unknown, unknown>): void {
    const { key, timestamp, headers } = record;
    let { value } = record;
    if (this.#takesChange) {
      if (key === null || !(value instanceof Change)) {
        this.#first.process(record);
        return;
      }
      value = value.newValue;
    }
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) value = (steps[i] as ValueStep).map(key, value, record);
    const inner = this.#inner;
    for (let i = 0; i < inner.length; i++) (inner[i] as NodeContext).forwarded++;
    this.#last.forward(new Rec(key, this.#givesChange ? new Change(value, null) : value, timestamp, headers));
  }
}
