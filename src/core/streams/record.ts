/**
 * What flows through a topology: records, windowed keys, and a table's changes.
 *
 * One class for every record keeps the processors monomorphic. A record is never changed after it was forwarded: a
 * processor that changes something forwards a new one (`withKey`, `withValue` ...), so that siblings see the original.
 */

export interface Header {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export type Headers = readonly Header[];

export const NO_HEADERS: Headers = [];

export class Rec<K, V> {
  readonly key: K | null;
  readonly value: V | null;
  /** Event time in milliseconds since the epoch. */
  readonly timestamp: number;
  readonly headers: Headers;

  constructor(key: K | null, value: V | null, timestamp: number, headers: Headers) {
    this.key = key;
    this.value = value;
    this.timestamp = timestamp;
    this.headers = headers;
  }

  with<K2, V2>(key: K2 | null, value: V2 | null): Rec<K2, V2> {
    return new Rec(key, value, this.timestamp, this.headers);
  }

  withKey<K2>(key: K2 | null): Rec<K2, V> {
    return new Rec(key, this.value, this.timestamp, this.headers);
  }

  withValue<V2>(value: V2 | null): Rec<K, V2> {
    return new Rec(this.key, value, this.timestamp, this.headers);
  }

  withTimestamp(timestamp: number): Rec<K, V> {
    return timestamp === this.timestamp ? this : new Rec(this.key, this.value, timestamp, this.headers);
  }
}

/** A stretch of event time. Time windows are `[startMs, endMs)`, session windows `[startMs, endMs]`. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

export class Windowed<K> {
  readonly key: K;
  readonly window: Window;

  constructor(key: K, window: Window) {
    this.key = key;
    this.window = window;
  }
}

/**
 * One update of a table: what the row was and what it is. `oldValue` is null unless the table sends old values
 * (see `enableSendingOldValues`); null for `newValue` is a deletion.
 */
export class Change<V> {
  readonly newValue: V | null;
  readonly oldValue: V | null;

  constructor(newValue: V | null, oldValue: V | null) {
    this.newValue = newValue;
    this.oldValue = oldValue;
  }
}

export interface ValueAndTimestamp<V> {
  readonly value: V;
  readonly timestamp: number;
}

export const NO_TIMESTAMP = -1;
