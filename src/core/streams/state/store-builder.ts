/**
 * What the runtime knows of a store beyond what a processor sees: how to make one, how its contents go to and come from its
 * changelog, and how much memory it may take.
 */
import type { TextOutput } from '../../common/text-output.ts';
import type { ExpectedKeys } from './expected-keys.ts';
import type { ScratchPages } from './spill/scratch-pages.ts';
import type { StateStore, StoreKind } from './store.ts';

/**
 * Takes one changelog record per changed entry at each commit. A null value is a tombstone. Either with bytes at hand:
 *
 *     sink.write(key, value, timestamp);
 *
 * or written in place, which spares their arrays:
 *
 *     writeWith(keySerde, key, sink.begin(timestamp));
 *     writeWith(valueSerde, value, sink.endKey());   // not for a tombstone
 *     sink.end(true);                                // false: a tombstone
 */
export interface ChangelogSink {
  write(key: Uint8Array, value: Uint8Array | null, timestamp: number): void;
  begin(timestamp: number): TextOutput;
  endKey(): TextOutput;
  /** @returns bytes of key and value */
  end(hasValue: boolean): number;
}

/** How large a store is. */
export interface StoreSize {
  readonly entries: number;
  /** Bytes in memory: an estimate from the serialized sizes, see `ENTRY_OVERHEAD_BYTES`. */
  readonly memoryBytes: number;
  /** Bytes in the scratch file. */
  readonly spilledBytes: number;
}

/** Times that a store goes by and that its entries alone may not tell. */
export type StoreTimes = Readonly<Record<string, number>>;

/** How far a store that forgets by time, without writing tombstones, has come. */
export interface StoreExpiry {
  /** The largest time put so far. */
  readonly observedMs: number;
  /** Entries of before are forgotten, and so are those that are put or restored from now on. */
  readonly keptFromMs: number;
}

/** A store as the runtime holds it. */
export interface RuntimeStore extends StateStore {
  readonly metrics: StoreMetrics;
  size(): StoreSize;
  /** Writes every entry that changed since the last flush, once. */
  flush(sink: ChangelogSink): void;
  /** Puts one changelog record back, in changelog order, without noting it as a change; doing so again changes nothing. */
  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void;
  /**
   * Keeps to the budget: a store that has outgrown it goes on in the scratch file. Called after a flush or a restored batch,
   * when no change is to be flushed and nobody holds an entry.
   */
  settle(): void;
  /** All entries as changelog records, whose restoration gives the same store. It may change while they are taken. */
  dump(): IterableIterator<ChangelogRecord>;
  /**
   * Hears of the keys of records that are about to be processed: the store may fetch what it has of them. They need not be
   * its own keys.
   */
  expect?(keys: ExpectedKeys): void;
  saveTimes(): StoreTimes;
  restoreTimes(times: StoreTimes): void;
  /** Undefined: what it forgets it writes tombstones for. */
  expiry?(): StoreExpiry;
  /** Gives its memory and its part of the scratch file back. */
  close(): void;
}

export interface ChangelogRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly timestamp: number;
}

export interface StoreMetrics {
  puts: number;
  gets: number;
  /** Entries put too late to be kept. */
  expired: number;
}

/** Where stores go on that are larger than their budget. */
export interface Spill {
  readonly pages: ScratchPages;
  /** What one store may hold in memory. */
  readonly budgetBytes: number;
}

export interface StoreContext {
  /** Whether changes are noted, to be flushed. */
  readonly notesChanges: boolean;
  /** Undefined: all of the store stays in memory. Sizes are known of flushed entries, so changes have to be noted as well. */
  readonly spill?: Spill | undefined;
  /** From how many entries on a store that can be packed is. Default: from where it is faster. */
  readonly packedFromEntries?: number | undefined;
}

export interface StoreBuilder {
  readonly name: string;
  readonly kind: StoreKind;
  /** Undefined where the store does not forget by time. */
  readonly retentionMs: number | undefined;
  /** Whether it has a changelog. */
  readonly logging: boolean;
  /** Version of how the values are laid out: a changelog of another one is refused. Default 1. */
  readonly layoutVersion?: number | undefined;
  build(context: StoreContext): RuntimeStore;
}

export function newStoreMetrics(): StoreMetrics {
  return { puts: 0, gets: 0, expired: 0 };
}

/** What an entry costs in memory beside the bytes of its key and value: objects, their fields, a place in a Map. */
export const ENTRY_OVERHEAD_BYTES = 160;
