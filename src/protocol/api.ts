/**
 * What crosses the boundary between the page and the engine's worker: requests and their answers (`EngineApi`, called
 * through comlink) and the stream of updates that the engine pushes.
 *
 * Everything here is structured-clonable data. Values of rows are sent as display text with their kind (`Cell`), not as
 * live SQL values: a page shows them, it does not compute with them. Errors cross as `WireError`.
 *
 * Updates: the page registers one listener; the engine calls it with everything that changed since the last call, and
 * not again before that call's promise resolved. The page resolves it in an animation frame, so that updates arrive at
 * most once per frame. What waits engine-side is bounded: a subscription whose buffer is full holds its own query back
 * until the page has taken the rows, and no other query waits for it.
 */
import type { JsonValue, Rewrite } from '../core/common/errors.ts';
import type { ErrorCode, ErrorKind } from '../core/common/error-codes.ts';
import type { Span } from '../core/common/position.ts';
import type { UserFunction } from '../core/ksql/udf/definition.ts';
import type { CompatibilityLevel } from '../core/serde/compatibility.ts';
import type { SchemaReference, SchemaType } from '../core/serde/format.ts';
import type { Cell, CellKind } from './cell.ts';
import type { OperatorKind, OperatorWatch, WatchRequest } from './watch.ts';

export type { Cell, CellKind, CompatibilityLevel, SchemaReference, SchemaType, UserFunction };

export interface WireError {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly span?: Span | undefined;
  readonly hint?: string | undefined;
  readonly rewrite?: Rewrite | undefined;
  readonly details: Readonly<Record<string, JsonValue>>;
}

// ------------------------------------------------------------------------------------------------- workspace

export interface OpenOptions {
  readonly workspace: string;
  /** Take the workspace over from the tab that holds it. */
  readonly takeOver?: boolean | undefined;
}
export type OpenResult =
  | { readonly kind: 'open'; readonly snapshot: Snapshot }
  /** Another tab owns the workspace. */
  | { readonly kind: 'locked'; readonly workspace: string; readonly holder: string };

/** A workspace that this browser holds. */
export interface WorkspaceInfo {
  readonly name: string;
  /** Bytes of its records and whatever else it keeps. */
  readonly sizeBytes: number;
}

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

export interface ColumnInfo {
  readonly name: string;
  /** Type as ksqlDB prints it: `STRING`, `STRUCT<...>` */
  readonly type: string;
  readonly role: 'key' | 'value' | 'headers';
}

export interface SourceInfo {
  readonly name: string;
  readonly kind: 'STREAM' | 'TABLE';
  readonly topic: string;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly windowType?: 'TUMBLING' | 'HOPPING' | 'SESSION' | undefined;
  readonly columns: readonly ColumnInfo[];
  /** A table whose rows can be read (it has a state store). */
  readonly materialized: boolean;
  readonly readOnly: boolean;
  readonly statement: string;
  /** Ids of the persistent queries that write to it and read from it. */
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

export interface PartitionInfo {
  readonly partition: number;
  readonly logStartOffset: number;
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
  /** Set when the partition failed its recovery. */
  readonly error?: WireError | undefined;
}
export interface GroupOffsets {
  readonly group: string;
  /** Committed offset by partition; -1 where none. */
  readonly offsets: readonly number[];
}
export type TopicRole = 'user' | 'changelog' | 'repartition' | 'internal';
export interface TopicInfo {
  readonly name: string;
  readonly role: TopicRole;
  readonly durability: 'strict' | 'relaxed';
  readonly cleanupPolicy: string;
  readonly partitions: readonly PartitionInfo[];
  readonly groups: readonly GroupOffsets[];
}

export type QueryState = 'RUNNING' | 'PAUSED' | 'ERROR' | 'RESTORING';
export interface QueryInfo {
  readonly id: string;
  readonly kind: 'PERSISTENT' | 'PUSH';
  readonly state: QueryState;
  readonly error?: WireError | undefined;
  readonly statement: string;
  readonly sources: readonly string[];
  readonly sink?: string | undefined;
  /** Records consumed and produced since start, and per second over the last seconds. */
  readonly consumed: number;
  readonly produced: number;
  readonly consumedPerSecond: number;
  readonly producedPerSecond: number;
  /** Records between the committed offsets and the high watermarks of its source topics. */
  readonly lag: number;
  /** Skipped records by reason: `late`, `nullKey`, `deserialization`, ... */
  readonly skipped: Readonly<Record<string, number>>;
  /** Its operators with windows, of which there is a picture. */
  readonly operators: readonly OperatorKind[];
  readonly stores: readonly StoreInfo[];
}

/** A state store of a query, those of all its tasks together. */
export interface StoreInfo {
  readonly name: string;
  readonly kind: string;
  readonly entries: number;
  /** An estimate. */
  readonly memoryBytes: number;
  /** In the scratch file, because the store is larger than its memory. */
  readonly spilledBytes: number;
  /** Offsets of its changelog that have been restored, of those that are to be; both 0 when it is not being restored. */
  readonly restored: number;
  readonly toRestore: number;
}

export interface FunctionInfo {
  readonly name: string;
  readonly kind: 'scalar' | 'table' | 'aggregate';
  /** `USER` for a person's own functions. */
  readonly category: string;
  readonly description: string;
  readonly signatures: readonly string[];
  readonly examples: readonly { readonly sql: string; readonly result: string }[];
}

// ------------------------------------------------------------------------------------------------- schemas

export interface SubjectInfo {
  readonly subject: string;
  readonly type: SchemaType;
  /** The level that was set for it; undefined: the registry's default holds. */
  readonly compatibility: CompatibilityLevel | undefined;
  readonly defaultCompatibility: CompatibilityLevel;
  /** Those that were not deleted. */
  readonly versions: number;
}
export interface SchemaVersion {
  readonly version: number;
  /** Ids are unique over all subjects. */
  readonly id: number;
  readonly type: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
  /** Versions of any subject that refer to this one. */
  readonly referencedBy: readonly { readonly subject: string; readonly version: number }[];
  /** Softly: records with its id can still be read. */
  readonly isDeleted: boolean;
}
/** A schema that is to be a subject's next version. */
export interface SchemaCandidate {
  readonly subject: string;
  readonly type: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
}
/** What registering a schema would come to. */
export type SchemaCheck =
  | { readonly kind: 'compatible' }
  /** The subject has this schema already. */
  | { readonly kind: 'known'; readonly version: number }
  | { readonly kind: 'refused'; readonly error: WireError };

// ------------------------------------------------------------------------------------------------- rows and records

/** `+I` insert, `-U` before an update, `+U` after it, `-D` deletion. */
export type RowKind = '+I' | '-U' | '+U' | '-D';

export interface ResultRow {
  readonly kind: RowKind;
  readonly cells: readonly Cell[];
  /** The key of the record the row came from, decoded as in `RecordView.keyText`, for its colour. */
  readonly key: string | null;
  /** Where the row came from, where known. */
  readonly timestampMs: number;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
}

/** Result rows as they cross, column by column: see `row-block.ts`, which packs and reads them. */
export interface RowBlock {
  readonly rowCount: number;
  /** Cells of a row, its key not counted. */
  readonly cellCount: number;
  readonly texts: string;
  /** `rowCount` times `cellCount + 1`. */
  readonly textEnds: Uint32Array;
  /** As many, each an index into the list of kinds in `row-block.ts`. */
  readonly cellKinds: Uint8Array;
  /** One each row, an index as well. */
  readonly rowKinds: Uint8Array;
  readonly timestampsMs: Float64Array;
  /** -1 where it is not known. */
  readonly partitions: Int32Array;
  /** -1 where it is not known. */
  readonly offsets: Float64Array;
}

/** A record for display. `key` and `value` are decoded by the source's formats, or guessed. */
export interface RecordView {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly keyText: string | null;
  readonly valueText: string | null;
  readonly keySizeBytes: number;
  readonly valueSizeBytes: number;
  /** A stable hash of the key bytes, for its colour; -1 for a null key. */
  readonly keyHash: number;
  readonly tombstone: boolean;
  readonly control?: 'commit' | 'abort' | undefined;
}
/** One record in full, for the inspector. */
export interface RecordDetail extends RecordView {
  readonly keyBytes: Uint8Array | null;
  readonly valueBytes: Uint8Array | null;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly headers: readonly { readonly key: string; readonly text: string; readonly bytes: Uint8Array | null }[];
  readonly batch: {
    readonly baseOffset: number;
    readonly records: number;
    readonly sizeBytes: number;
    readonly crc: string;
  };
}

// ------------------------------------------------------------------------------------------------- statements

export interface ExecuteOptions {
  /** `earliest` or `latest` for push queries; SET overrides. */
  readonly offsetReset?: 'earliest' | 'latest' | undefined;
}

/** The answer to one statement of a script, in order. A failing statement ends the list. */
export type StatementResult =
  | {
      readonly kind: 'status';
      readonly statement: string;
      readonly span: Span;
      readonly message: string;
      readonly queryId?: string | undefined;
    }
  /** SHOW, DESCRIBE, EXPLAIN, pull queries: all rows at once. */
  | {
      readonly kind: 'rows';
      readonly statement: string;
      readonly span: Span;
      readonly title: string;
      readonly columns: readonly ColumnInfo[];
      readonly rows: readonly (readonly Cell[])[];
      /** Text blocks after the grid, such as a topology. */
      readonly notes: readonly { readonly title: string; readonly text: string }[];
      readonly elapsedMs: number;
    }
  /** A push query or PRINT runs on: rows come as updates of this subscription. */
  | {
      readonly kind: 'subscription';
      readonly statement: string;
      readonly span: Span;
      readonly subscription: string;
      readonly columns: readonly ColumnInfo[];
    }
  | { readonly kind: 'error'; readonly statement: string; readonly span: Span; readonly error: WireError };

// ------------------------------------------------------------------------------------------------- topology

export type GraphNodeKind = 'source' | 'processor' | 'sink' | 'topic' | 'store';
export interface GraphNode {
  readonly id: string;
  readonly kind: GraphNodeKind;
  readonly label: string;
  /** What the node does, in SQL's words: `delay > 60`. */
  readonly detail: string;
  readonly subtopology: number | undefined;
  /** For repartition and changelog topics: why they are there. */
  readonly reason?: string | undefined;
}
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}
export interface TopologyGraph {
  readonly queryId: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** As Kafka prints a TopologyDescription. */
  readonly text: string;
}

// ------------------------------------------------------------------------------------------------- import

export type ImportFormat = 'csv' | 'json' | 'ndjson';
/** What an import is about to do, proposed from a sample and editable. */
export interface ImportPlan {
  readonly fileName: string;
  readonly format: ImportFormat;
  readonly columns: readonly {
    readonly field: string;
    readonly name: string;
    readonly type: string;
    readonly samples: readonly string[];
  }[];
  readonly sourceKind: 'STREAM' | 'TABLE';
  readonly sourceName: string;
  readonly keyColumn: string | undefined;
  readonly timestampColumn: string | undefined;
  readonly timestampFormat: string | undefined;
  readonly topic: string;
  readonly partitions: number;
  /** The CREATE statement; what the person edited wins. */
  readonly statement: string;
}
export interface BadRow {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}
export interface ImportProgress {
  readonly id: string;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly readBytes: number;
  readonly totalBytes: number;
  readonly records: number;
  /** All bad rows are counted; the first hundred are listed. */
  readonly badRows: number;
  readonly badRowSamples: readonly BadRow[];
  readonly error?: WireError | undefined;
}

// ------------------------------------------------------------------------------------------------- sharing

export interface WorkspaceTopic {
  readonly name: string;
  readonly partitions: number;
  readonly cleanupPolicy: string;
  /** How many of its records come along. */
  readonly records: number;
}
/** What a workspace is made of, to be made anew elsewhere. */
export interface WorkspaceContent {
  /** Each with its semicolon. */
  readonly statements: readonly string[];
  readonly functions: readonly UserFunction[];
  /** The topics that no query writes. */
  readonly topics: readonly WorkspaceTopic[];
  /** Their records, as `input.json` of ksqlDB's test runner has them. */
  readonly inputs: string;
}
export interface ExportRequest {
  /** Records come along as long as their JSON has not more characters; a topic's come all or none. */
  readonly maxRecordChars: number;
  /** Whether to give what the queries wrote as well, for a test. */
  readonly outputs: boolean;
}
export interface WorkspaceExport {
  readonly content: WorkspaceContent;
  /** As `output.json` of ksqlDB's test runner. */
  readonly outputs: string | undefined;
  /** What is left out, and why. */
  readonly notices: readonly string[];
}

// ------------------------------------------------------------------------------------------------- updates

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
  /** A statement that shows more of it, or mends it. */
  readonly action?: { readonly title: string; readonly sql: string } | undefined;
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
export interface EngineStatus {
  readonly state: 'running' | 'paused' | 'lost';
  readonly usedBytes: number;
  readonly quotaBytes: number | undefined;
}

export interface TableRowsRequest {
  readonly source: string;
  readonly limit: number;
}
export interface TableRows {
  readonly source: string;
  readonly columns: readonly ColumnInfo[];
  /** `key` identifies a row for flashing; window bounds are columns. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly Cell[] }[];
  readonly total: number;
  readonly version: number;
}

export interface ReadRecordsRequest {
  readonly topic: string;
  readonly partition: number;
  /** First offset to return. */
  readonly from: number;
  readonly limit: number;
}

export interface EngineApi {
  open(options: OpenOptions): Promise<OpenResult>;
  close(): Promise<void>;
  /** All workspaces of this browser, whether or not one is open. */
  workspaces(): Promise<readonly WorkspaceInfo[]>;
  /** Deletes a workspace with all that is in it; not the open one, nor one that another tab holds. */
  deleteWorkspace(workspace: string): Promise<void>;
  /** Copies a workspace that no tab has open to a name that is free. */
  copyWorkspace(from: string, to: string): Promise<void>;
  /** One listener; see the header for its pace. */
  listen(listener: (update: EngineUpdate) => Promise<void>): Promise<void>;

  execute(sql: string, options?: ExecuteOptions): Promise<readonly StatementResult[]>;
  /** Ends what is being executed: a statement that waits fails with INTERRUPTED, and of a script nothing more is begun. */
  interrupt(): Promise<void>;
  /** Stops a subscription; the rows that came stay with the page. */
  stop(subscription: string): Promise<void>;
  /** Holds a subscription back (the engine does not lose rows) and lets it go on. */
  pause(subscription: string, paused: boolean): Promise<void>;

  /** The engine's own pause: no query makes progress; `step` lets each persistent query process one record. */
  setPaused(paused: boolean): Promise<void>;
  step(): Promise<void>;

  readRecords(request: ReadRecordsRequest): Promise<readonly RecordView[]>;
  readRecord(topic: string, partition: number, offset: number): Promise<RecordDetail | undefined>;
  tableRows(request: TableRowsRequest): Promise<TableRows>;
  topology(queryId: string): Promise<TopologyGraph>;
  /** What the query's windows or joins did with its records. Watched until `unwatch`, which is to be called. */
  watch(request: WatchRequest): Promise<OperatorWatch>;
  unwatch(queryId: string): Promise<void>;

  /** The value of an expression that reads no column, or of an aggregate with its rows in a comment: a function's example. */
  evaluate(expression: string): Promise<Cell>;
  /** The functions that the person wrote. */
  userFunctions(): Promise<readonly UserFunction[]>;
  /** Adds a function or replaces one of the same name; queries that run keep the one that they were started with. */
  addFunction(definition: UserFunction): Promise<void>;
  removeFunction(name: string): Promise<void>;

  subjects(): Promise<readonly SubjectInfo[]>;
  /** Oldest first, with those that were deleted softly. */
  subjectVersions(subject: string): Promise<readonly SchemaVersion[]>;
  checkSchema(candidate: SchemaCandidate): Promise<SchemaCheck>;
  registerSchema(candidate: SchemaCandidate): Promise<void>;
  /** Deletes a version softly, or for good when it was. */
  deleteSchema(subject: string, version: number): Promise<void>;
  /** Of a subject, or the default of all (null); undefined takes a subject's own level back. */
  setCompatibility(subject: string | null, level: CompatibilityLevel | undefined): Promise<void>;

  exportWorkspace(request: ExportRequest): Promise<WorkspaceExport>;
  /** Makes the open workspace, which is empty, into what was exported. Its queries wait until all records are there. */
  restoreWorkspace(content: WorkspaceContent): Promise<void>;

  /** Looks at the first part of a file and proposes a plan. */
  planImport(file: Blob, fileName: string): Promise<ImportPlan>;
  /** Rewrites the statement after an edit of the plan's fields. */
  replanImport(plan: ImportPlan): Promise<ImportPlan>;
  /** Runs the plan's statement, then loads the file. Progress comes as updates. */
  startImport(file: Blob, plan: ImportPlan): Promise<string>;
  cancelImport(id: string): Promise<void>;
}
