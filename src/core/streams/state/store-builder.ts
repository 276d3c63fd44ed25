/**
 * What the runtime knows of a store beyond what a processor sees: how to make one, and how its contents go to and come
 * from its changelog.
 */
import type { TextOutput } from '../../common/text-output.ts';
import type { StateStore, StoreKind } from './store.ts';

/**
 * Takes one changelog record per changed entry at each commit. A null value is a tombstone. Either with bytes at hand:
 *
 *     sink.write(key, value, timestamp);
 *
 * or written in place, which spares their arrays:
 *
 *     writeWith(keySerde, key, sink.begin());
 *     writeWith(valueSerde, value, sink.endKey());   // not for a tombstone
 *     sink.end(true, timestamp);                     // false: a tombstone
 */
export interface ChangelogSink {
  write(key: Uint8Array, value: Uint8Array | null, timestamp: number): void;
  begin(): TextOutput;
  endKey(): TextOutput;
  end(hasValue: boolean, timestamp: number): void;
}

/** A store as the runtime holds it. */
export interface RuntimeStore extends StateStore {
  readonly metrics: StoreMetrics;
  /** Writes every entry that changed since the last flush, once. */
  flush(sink: ChangelogSink): void;
  /** Puts one changelog record back, in changelog order, without noting it as a change. */
  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void;
}

export interface StoreMetrics {
  puts: number;
  gets: number;
  /** Entries put too late to be kept. */
  expired: number;
}

export interface StoreBuilder {
  readonly name: string;
  readonly kind: StoreKind;
  /** Undefined where the store does not forget by time. */
  readonly retentionMs: number | undefined;
  readonly logging: boolean;
  /** With `logging` false changes are not noted for the changelog, whatever the builder says. */
  build(logging: boolean): RuntimeStore;
}

export function newStoreMetrics(): StoreMetrics {
  return { puts: 0, gets: 0, expired: 0 };
}
