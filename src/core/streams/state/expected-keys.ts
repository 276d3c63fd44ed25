/**
 * The keys of records that are about to be processed. Most queries look up what the record's own key names, so a store that
 * hears of them can fetch what it has of them at once, where each look-up alone would wait for its memory.
 */
import type { ByteSpans } from '../../common/bytes.ts';
import { NO_SLOT } from './entry-arena.ts';

export interface ExpectedKeys {
  /** The keys are the stretches `[from, to)`. */
  readonly spans: ByteSpans;
  readonly from: number;
  readonly to: number;
  /** What was read from them, by index from `from` on. */
  readonly keys: readonly unknown[];
  /** Of the serde that read them, see `Serde`. */
  readonly layout: string | undefined;
}

/** Records between two look-ups that were dropped on the way, at most. */
const LOOK_AHEAD = 16;

/** The slots of the expected keys, to be asked for in the same order by the same objects: that spares a hash and a comparison. */
export class ExpectedSlots {
  #slots = new Int32Array(0);
  #keys: readonly unknown[] = [];
  #next = 0;
  #end = 0;

  /** The slots of so many keys, to be filled. */
  begin(keys: readonly unknown[], count: number): Int32Array {
    if (this.#slots.length < count) this.#slots = new Int32Array(count);
    this.#keys = keys;
    this.#next = 0;
    this.#end = count;
    return this.#slots;
  }

  clear(): void {
    this.#keys = [];
    this.#end = 0;
  }

  /** The slot that the key had when it was expected; `NO_SLOT` if it had none or was not expected next. */
  take(key: unknown): number {
    const end = Math.min(this.#end, this.#next + LOOK_AHEAD);
    for (let i = this.#next; i < end; i++) {
      if (this.#keys[i] !== key) continue;
      this.#next = i + 1;
      return this.#slots[i] as number;
    }
    return NO_SLOT;
  }
}
