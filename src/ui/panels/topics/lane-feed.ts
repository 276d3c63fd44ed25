/**
 * The records of one lane that are in sight, and no others. One request is under way at a time, and not more than one
 * every `MIN_PAUSE_MS`, however fast the log grows: what was asked for meanwhile is forgotten, only the latest window is
 * fetched. What is loaded is one stretch of offsets; a request that adjoins it extends it.
 */
import type { EngineApi, RecordView } from '../../../protocol/api.ts';

const MIN_PAUSE_MS = 60;
const MAX_KEPT = 4000;

export class LaneFeed {
  readonly #api: EngineApi;
  readonly #topic: string;
  readonly #partition: number;
  readonly #onLoad: () => void;
  readonly #records = new Map<number, RecordView>();
  /** The stretch that is known: an offset in it without a record has none. */
  #from = 0;
  #to = 0;
  #wanted: { readonly first: number; readonly end: number } | undefined;
  #busy = false;
  #closed = false;

  constructor(api: EngineApi, topic: string, partition: number, onLoad: () => void) {
    this.#api = api;
    this.#topic = topic;
    this.#partition = partition;
    this.#onLoad = onLoad;
  }

  close(): void {
    this.#closed = true;
  }

  /** The record at an offset; `null` where the log has none, undefined where it is not known yet. */
  at(offset: number): RecordView | null | undefined {
    if (offset < this.#from || offset >= this.#to) return undefined;
    return this.#records.get(offset) ?? null;
  }

  /** One past the newest offset that is known; 0 while nothing is. */
  get end(): number {
    return this.#to;
  }

  /** Asks for the records of [first, end). */
  want(first: number, end: number): void {
    // The topic was deleted and made again.
    if (end < this.#to && this.#to - end > MAX_KEPT) this.#reset(0);
    if (first >= this.#from && end <= this.#to) return;
    this.#wanted = { first, end };
    if (!this.#busy) void this.#fetch();
  }

  #reset(at: number): void {
    this.#records.clear();
    this.#from = at;
    this.#to = at;
  }

  async #fetch(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#closed) return;
    this.#wanted = undefined;
    this.#busy = true;
    const overlaps = wanted.first <= this.#to && wanted.end >= this.#from && this.#to > this.#from;
    const from = overlaps && wanted.first >= this.#from ? this.#to : wanted.first;
    const end = overlaps && wanted.first < this.#from ? this.#from : wanted.end;
    try {
      if (end > from) {
        const limit = end - from;
        const records = await this.#api.readRecords({ topic: this.#topic, partition: this.#partition, from, limit });
        if (!overlaps) this.#reset(from);
        for (const record of records) if (record.offset < end) this.#records.set(record.offset, record);
        this.#from = Math.min(this.#from, from);
        this.#to = Math.max(this.#to, end);
        this.#forget(wanted.first, wanted.end);
      }
    } catch (cause) {
      // The panel stays as it is; the topic may have been deleted while the answer was under way.
      console.warn(`Records of ${this.#topic} could not be read`, cause);
    }
    this.#onLoad();
    setTimeout(() => {
      this.#busy = false;
      void this.#fetch();
    }, MIN_PAUSE_MS);
  }

  #forget(first: number, end: number): void {
    if (this.#records.size <= MAX_KEPT) return;
    for (const offset of this.#records.keys()) {
      if (offset < first || offset >= end) this.#records.delete(offset);
    }
    this.#from = first;
    this.#to = end;
  }
}
