/**
 * The requests that the page makes of the engine's worker, through comlink. What they take and give has files of its own
 * beside this one, by concept; whoever uses the protocol finds all of it here.
 *
 * Everything that crosses is structured-clonable data. Values of rows are sent as display text with their kind (`Cell`),
 * not as live SQL values: a page shows them, it does not compute with them.
 *
 * A request that fails rejects with a `WireError`. What is asked of the open workspace fails with NOT_OPEN while there is none.
 */
import type { UserFunction } from '../core/ksql/udf/definition.ts';
import type { CompatibilityLevel } from '../core/serde/compatibility.ts';
import type { Cell } from './cell.ts';
import type { ImportPlan } from './imports.ts';
import type { ReadRecordsRequest, RecordDetail, RecordView } from './records.ts';
import type { TableRows, TableRowsRequest } from './rows.ts';
import type { SchemaCandidate, SchemaCheck, SchemaVersion, SubjectInfo } from './schemas.ts';
import type { ExportRequest, WorkspaceContent, WorkspaceExport } from './sharing.ts';
import type { ExecuteOptions, StatementResult } from './statements.ts';
import type { TopologyGraph } from './topology.ts';
import type { EngineUpdate } from './updates.ts';
import type { OperatorWatch, WatchRequest } from './watch.ts';
import type { OpenOptions, OpenResult, WorkspaceInfo } from './workspace.ts';

export type * from './catalog.ts';
export type * from './cell.ts';
export type * from './imports.ts';
export type * from './queries.ts';
export type * from './records.ts';
export type * from './row-block.ts';
export type * from './rows.ts';
export type * from './schemas.ts';
export type * from './sharing.ts';
export type * from './statements.ts';
export type * from './topics.ts';
export type * from './topology.ts';
export type * from './updates.ts';
export type * from './watch.ts';
export type * from './wire-error.ts';
export type * from './workspace.ts';
export type { UserFunction } from '../core/ksql/udf/definition.ts';
export type { CompatibilityLevel } from '../core/serde/compatibility.ts';
export type { SchemaReference, SchemaType } from '../core/serde/format.ts';

export interface EngineApi {
  // ------------------------------------------------------------------------------------------------ workspaces

  /** Opens a workspace, a new one if there is none of that name, in the place of the one that is open. */
  open(options: OpenOptions): Promise<OpenResult>;
  close(): Promise<void>;
  /** All workspaces of this browser, whether or not one is open. */
  workspaces(): Promise<readonly WorkspaceInfo[]>;
  /** Deletes a workspace with all that is in it; STORAGE_LOCKED while any tab has it open, this one included. */
  deleteWorkspace(workspace: string): Promise<void>;
  /** Copies a workspace to a name that is free; STORAGE_LOCKED while any tab has it open. */
  copyWorkspace(from: string, to: string): Promise<void>;
  /** Takes the place of the listener before; `updates.ts` says at what pace it is called. */
  listen(listener: (update: EngineUpdate) => Promise<void>): Promise<void>;

  // ------------------------------------------------------------------------------------------------ statements

  /** Carries a script out, up to the first statement that fails: its error is the last result, not a rejection. */
  execute(sql: string, options?: ExecuteOptions): Promise<readonly StatementResult[]>;
  /** Ends what is being executed: a statement that waits fails with INTERRUPTED, and of a script nothing more is begun. */
  interrupt(): Promise<void>;
  /** Stops a subscription; the rows that came stay with the page. */
  stop(subscription: string): Promise<void>;
  /** Holds a subscription back (the engine does not lose rows) and lets it go on. */
  pause(subscription: string, paused: boolean): Promise<void>;
  /** The engine's own pause: no query makes progress. */
  setPaused(paused: boolean): Promise<void>;
  /** Lets each persistent query process one record, while the engine is paused. */
  step(): Promise<void>;
  /** The value of an expression that reads no column, or of an aggregate with its rows in a comment: a function's example. */
  evaluate(expression: string): Promise<Cell>;

  // ------------------------------------------------------------------------------------------------ pictures

  /** A partition's records from an offset on, 512 KiB of batches at most; none where the log does not reach. */
  readRecords(request: ReadRecordsRequest): Promise<readonly RecordView[]>;
  /** Undefined where there is no record (any longer). */
  readRecord(topic: string, partition: number, offset: number): Promise<RecordDetail | undefined>;
  /** The first rows of a table's state, and how many there are; UNKNOWN_SOURCE. */
  tableRows(request: TableRowsRequest): Promise<TableRows>;
  /** UNKNOWN_QUERY. */
  topology(queryId: string): Promise<TopologyGraph>;
  /**
   * What the query's windows or joins did with its records. Watched until `unwatch`, which is to be called. UNKNOWN_QUERY;
   * STORE_NOT_READY while the query is being restored.
   */
  watch(request: WatchRequest): Promise<OperatorWatch>;
  /** Does nothing when the query is not watched. */
  unwatch(queryId: string): Promise<void>;

  // ------------------------------------------------------------------------------------------------ functions

  /** The functions that the person wrote. */
  userFunctions(): Promise<readonly UserFunction[]>;
  /** Adds a function or replaces one of the same name; queries that run keep the one that they were started with. */
  addFunction(definition: UserFunction): Promise<void>;
  /** UNKNOWN_FUNCTION; FUNCTION_IN_USE while a query's statement calls it. */
  removeFunction(name: string): Promise<void>;

  // ------------------------------------------------------------------------------------------------ schemas

  subjects(): Promise<readonly SubjectInfo[]>;
  /** Oldest first, with those that were deleted softly. */
  subjectVersions(subject: string): Promise<readonly SchemaVersion[]>;
  /** What `registerSchema` would come to, as a result. */
  checkSchema(candidate: SchemaCandidate): Promise<SchemaCheck>;
  /** INVALID_SCHEMA, INCOMPATIBLE_SCHEMA, SCHEMA_NOT_FOUND (of a reference); nothing was changed then. */
  registerSchema(candidate: SchemaCandidate): Promise<void>;
  /** Deletes a version softly, or for good when it was; SCHEMA_NOT_FOUND, SCHEMA_REFERENCED. */
  deleteSchema(subject: string, version: number): Promise<void>;
  /** Of a subject, or the default of all (null); undefined takes a subject's own level back. */
  setCompatibility(subject: string | null, level: CompatibilityLevel | undefined): Promise<void>;

  // ------------------------------------------------------------------------------------------------ in and out

  exportWorkspace(request: ExportRequest): Promise<WorkspaceExport>;
  /**
   * Makes the open workspace, which is empty, into what was exported. Its queries wait until all records are there. It
   * fails as the first statement that fails; INVALID_FILE for records that fit no topic.
   */
  restoreWorkspace(content: WorkspaceContent): Promise<void>;

  /** Looks at the first part of a file and proposes a plan; INVALID_FILE when it holds no rows. */
  planImport(file: Blob, fileName: string): Promise<ImportPlan>;
  /** Rewrites the statement after an edit of the plan's fields. */
  replanImport(plan: ImportPlan): Promise<ImportPlan>;
  /**
   * Runs the plan's statement, then begins to load the file: progress comes as updates, failures of the load too. It fails
   * as the statement does; INVALID_FILE when the statement creates no stream or table.
   * @returns the import's id
   */
  startImport(file: Blob, plan: ImportPlan): Promise<string>;
  /** The records that were written stay. */
  cancelImport(id: string): Promise<void>;
}
