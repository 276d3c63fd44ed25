/**
 * The state that the panels show: whole in the snapshot that opening gives, and what has changed in the updates after it.
 *
 * The page registers one listener; the engine calls it with everything that changed since the last call, and not again
 * before that call's promise resolved. The page resolves it in an animation frame, so that updates arrive at most once per
 * frame. What waits engine-side is bounded: a subscription whose buffer is full holds its own query back until the page has
 * taken the rows, and no other query waits for it.
 */
import type { FunctionInfo, SourceInfo } from './catalog.ts';
import type { ImportProgress } from './imports.ts';
import type { QueryInfo } from './queries.ts';
import type { RowBlock } from './row-block.ts';
import type { TopicInfo } from './topics.ts';
import type { WireError } from './wire-error.ts';

/** The whole state that the panels show, on open. Afterwards updates carry what changed. */
export interface Snapshot {
  readonly workspace: string;
  readonly sources: readonly SourceInfo[];
  readonly topics: readonly TopicInfo[];
  readonly queries: readonly QueryInfo[];
  /** The last of the persistent queries that statements have ended, latest first. */
  readonly ended: readonly QueryInfo[];
  readonly types: readonly { readonly name: string; readonly type: string }[];
  readonly functions: readonly FunctionInfo[];
}

export interface EngineUpdate {
  /** Only what changed; each entry replaces the one of the same name or id. */
  readonly sources: readonly SourceInfo[];
  readonly droppedSources: readonly string[];
  readonly topics: readonly TopicInfo[];
  readonly deletedTopics: readonly string[];
  readonly queries: readonly QueryInfo[];
  readonly endedQueries: readonly string[];
  readonly subscriptions: readonly SubscriptionUpdate[];
  readonly tables: readonly TableChange[];
  readonly imports: readonly ImportProgress[];
  /** All functions, when one was added or removed. */
  readonly functions?: readonly FunctionInfo[] | undefined;
  /** Events for the person: a query failed, the storage is nearly full. */
  readonly notices: readonly NoticeInfo[];
  readonly engine: EngineStatus;
}

export interface SubscriptionUpdate {
  readonly subscription: string;
  /** The rows since the update before, newest last; undefined where none came. */
  readonly rows: RowBlock | undefined;
  /** Rows since the start, those that were not sent included. */
  readonly total: number;
  readonly done?:
    | { readonly reason: 'limit' | 'stopped' | 'terminated' | 'error' | 'end'; readonly error?: WireError | undefined }
    | undefined;
}

export interface TableChange {
  readonly source: string;
  readonly version: number;
}

export interface NoticeInfo {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly error?: WireError | undefined;
  /** The query that has stopped. */
  readonly stopped?: string | undefined;
  /** A statement that shows more of it, or mends it. */
  readonly action?: { readonly title: string; readonly sql: string } | undefined;
}

export interface EngineStatus {
  readonly state: 'running' | 'paused' | 'lost';
  readonly usedBytes: number;
  readonly quotaBytes: number | undefined;
}
