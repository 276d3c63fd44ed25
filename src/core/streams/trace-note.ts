/**
 * What a processor tells an attached tracer about a record: which windows took it, what it matched, which row it met. Times are
 * in milliseconds since the epoch; stream time is the processor's own, with the record taken into account.
 */
import type { Window } from './record.ts';

export type TraceNote = WindowNote | JoinNote | UnmatchedNote | ChangeNote | LookupNote | ReferNote | TellNote;

/** One window that the record belongs to. */
export interface WindowNote {
  readonly kind: 'window';
  readonly window: Window;
  /** False: the window was closed, the record is late for it. */
  readonly accepted: boolean;
  readonly streamTimeMs: number;
  /** Sessions that the record made into this one. */
  readonly replaced: readonly Window[];
  /** The window's aggregate with the record in it: live, to be read and not kept apart. Null when it was not taken. */
  readonly aggregate: unknown;
}

/** A row of one side of a stream-stream join, when it comes. */
export interface JoinNote {
  readonly kind: 'join';
  readonly isLeft: boolean;
  readonly streamTimeMs: number;
  /** Timestamps of the rows of the other side that it met. */
  readonly matches: readonly number[];
  /** `alone`: it came out at once without a partner; `waiting`: it will, unless one comes; `none`: inner joins say nothing. */
  readonly outcome: 'matched' | 'alone' | 'waiting' | 'none';
}

/** Rows of an outer join that waited for a partner come out without one. */
export interface UnmatchedNote {
  readonly kind: 'unmatched';
  readonly isLeft: boolean;
  readonly key: unknown;
  readonly timestampMs: number;
  readonly streamTimeMs: number;
}

/** A table's row is another from here on. */
export interface ChangeNote {
  readonly kind: 'change';
  /** Null: deleted. */
  readonly row: unknown;
}

/** The record asked the other side's table for its row, as it is when the record comes. */
export interface LookupNote {
  readonly kind: 'lookup';
  /** Null: there is none. */
  readonly row: unknown;
  /** Of the row; -1 without one. */
  readonly timestampMs: number;
}

/** A row refers to another by a foreign key that is not the one of before. Null: it refers to none. */
export interface ReferNote {
  readonly kind: 'refer';
  readonly from: unknown;
  readonly to: unknown;
}

/** A changed row was told to the rows that refer to it. */
export interface TellNote {
  readonly kind: 'tell';
  readonly primaryKeys: readonly unknown[];
}
