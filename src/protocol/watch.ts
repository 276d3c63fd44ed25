/**
 * The picture of a query's windows or of its joins: what the page asks for, and what it gets. The page asks again when the
 * query has gone on; the answer then has those records and windows alone that are new or that something has happened to.
 * Times are in milliseconds since the epoch.
 */
import type { Cell } from './cell.ts';

export type OperatorKind = 'window' | 'join';

export interface WatchRequest {
  readonly queryId: string;
  readonly kind: OperatorKind;
  /** Which of the query's operators of that kind, from 0. */
  readonly operator: number;
  /** Only keys whose text has this in it, whatever its case; all when it is empty. */
  readonly find: string;
  /** The last answer's, undefined for everything. */
  readonly since: WatchVersion | undefined;
}

/** `watch` is another one when the query was started anew: nothing that was known holds any longer. */
export interface WatchVersion {
  readonly watch: number;
  readonly change: number;
}

interface WatchBase {
  /** The query's operators of the kind, in SQL's words. */
  readonly operators: readonly string[];
  readonly version: WatchVersion;
  /** The answer has all there is; otherwise what changed since `since`. */
  readonly isAll: boolean;
  /** Records seen in all, and how many of them were late. */
  readonly total: number;
  readonly late: number;
  /** Records before this one are kept no more. */
  readonly oldestSeq: number;
  /** Stream time is a task's, and a task has one partition. */
  readonly tasks: readonly { readonly partition: number; readonly streamTimeMs: number }[];
  /** False: the query read more than what was read again for the picture; of a join with tables, more of their rows. */
  readonly isWhole: boolean;
  /** False: in which order the sides of the past came is not known; they were taken by time. */
  readonly isInOrder: boolean;
}

export interface WatchedRecord {
  /** Counts the operator's records in the order in which they came. */
  readonly seq: number;
  /** The partition of the task that took it. */
  readonly task: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  /** As in `RecordView.keyText`. */
  readonly key: string | null;
  /** Stream time with this record; -1 before the first. */
  readonly streamTimeMs: number;
  /** Why it was not looked at: `null-key`, ... */
  readonly dropped?: string | undefined;
}

export interface WatchedSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export interface WindowedRecord extends WatchedRecord {
  readonly accepted: readonly WatchedSpan[];
  /** Windows that were closed when it came. */
  readonly lateFor: readonly WatchedSpan[];
  /** Sessions that it made into one; 0 unless they were several. */
  readonly merged: number;
}

export interface WatchedWindow extends WatchedSpan {
  readonly key: string;
  readonly task: number;
  /** The stream time at which it takes no more records. */
  readonly closesAtMs: number;
  /** Records that were seen going in, of a past that is not whole the fewest that there are; undefined when that was before anybody looked. */
  readonly records?: number | undefined;
  /** Of the aggregates named in `results`. */
  readonly cells: readonly Cell[];
  /** See `WindowWatch.oldestWindowChange`. */
  readonly changedAt: number;
}

export interface WindowWatch extends WatchBase {
  readonly kind: 'window';
  readonly type: 'TUMBLING' | 'HOPPING' | 'SESSION';
  /** For sessions the gap. */
  readonly sizeMs: number;
  /** As the size, for windows that do not overlap. */
  readonly advanceMs: number;
  readonly graceMs: number;
  readonly emitFinal: boolean;
  /** The aggregates, as the query has them. */
  readonly results: readonly string[];
  readonly records: readonly WindowedRecord[];
  readonly windows: readonly WatchedWindow[];
  /** Windows whose last change came before this one are kept no more. */
  readonly oldestWindowChange: number;
}

export type JoinSide = 'left' | 'right';

export interface JoinedRecord extends WatchedRecord {
  readonly side: JoinSide;
  /** Timestamps of the rows of the other side that it was joined with. */
  readonly matches: readonly number[];
  /** It comes out alone, unless a partner comes first. */
  readonly isWaiting: boolean;
  /** The stream time at which it came out without a partner. */
  readonly aloneAtMs?: number | undefined;
  /** It came too late to be kept for partners that come after it. */
  readonly isExpired: boolean;
}

export interface JoinWatch extends WatchBase {
  readonly kind: 'join';
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
  /** As the query names its sides. */
  readonly left: string;
  readonly right: string;
  /** A left row at `t` joins right rows in `[t - beforeMs, t + afterMs]`. */
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly graceMs: number;
  /** Rows without a partner come out at once, and not when their time is over: joins without a GRACE PERIOD. */
  readonly isEager: boolean;
  readonly records: readonly JoinedRecord[];
}

/** A row that came to a join with tables, or that came out of one. */
export interface LookupRecord extends WatchedRecord {
  readonly side: JoinSide | 'result';
  /** Its place in the order in which rows came, which is what a table goes by. */
  readonly arrival: number;
  /** Of a foreign-key join's left rows and results: their own key. `key` is the one by which the sides meet. */
  readonly ownKey?: string | undefined;
  /** By the side's columns; undefined: deleted. */
  readonly row?: readonly Cell[] | undefined;
  /** What the other side's table held for it. Undefined: it was not asked, or has not answered. */
  readonly found?: { readonly timestampMs: number; readonly row: readonly Cell[] } | 'nothing' | undefined;
  /** Rows that refer to this one and were told that it changed, by their own keys: the first of them. */
  readonly told?: readonly string[] | undefined;
  /** The key of the row that it refers to from here on; null: to none. */
  readonly movedTo?: string | null | undefined;
}

/** A join that looks up tables: of a stream with a table, or of two tables, by key or by foreign key. */
export interface TableJoinWatch extends WatchBase {
  readonly kind: 'table-join';
  readonly shape: 'stream-table' | 'table-table' | 'foreign-key';
  readonly type: JoinWatch['type'];
  /** As the query names its sides. */
  readonly left: string;
  readonly right: string;
  /** Names of the columns of each side's rows. */
  readonly columns: Readonly<Record<LookupRecord['side'], readonly string[]>>;
  readonly records: readonly LookupRecord[];
}

export type OperatorWatch = WindowWatch | JoinWatch | TableJoinWatch;
