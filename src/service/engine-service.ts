/**
 * `EngineApi` over an engine: what the worker exposes. Everything that is specific to a runtime (storage, locks, timers)
 * is given by the worker's composition root.
 */
import { WeirError } from '../core/common/errors.ts';
import { NO_SPAN } from '../core/common/position.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import { executeScript, type Output } from '../core/ksql/engine/script.ts';
import { Session } from '../core/ksql/engine/session.ts';
import { rowKey } from '../core/common/values/key.ts';
import { topologyGraph } from './topology-graph.ts';
import type {
  Cell,
  CompatibilityLevel,
  EngineApi,
  EngineStatus,
  EngineUpdate,
  ExecuteOptions,
  ExportRequest,
  ImportPlan,
  OpenOptions,
  OpenResult,
  ReadRecordsRequest,
  RecordDetail,
  RecordView,
  SchemaCandidate,
  SchemaCheck,
  SchemaVersion,
  Snapshot,
  StatementResult,
  SubjectInfo,
  TableRows,
  TableRowsRequest,
  TopologyGraph,
  UserFunction,
  WorkspaceContent,
  WorkspaceExport,
  WorkspaceInfo,
} from '../protocol/api.ts';
import type { OperatorWatch, WatchRequest } from '../protocol/watch.ts';
import { toWire } from '../protocol/wire-error.ts';
import { cellOf, cellsOf, columnInfo } from './cells.ts';
import { loadFile } from './imports/load-file.ts';
import { planImport, replanImport } from './imports/plan-import.ts';
import { functionInfos, persistentInfo, queryInfos, sourceInfo, topicInfos } from './infos.ts';
import { Interruptions } from './interruptions.ts';
import { readRecord, readRecords } from './records.ts';
import {
  checkSchema,
  deleteSchema,
  registerSchema,
  schemaVersions,
  setCompatibility,
  subjectInfos,
} from './schemas.ts';
import { exportWorkspace } from './sharing/export-workspace.ts';
import { restoreWorkspace } from './sharing/restore-workspace.ts';
import { UpdatePump } from './update-pump.ts';
import { Watches } from './watches.ts';
import { VARCHAR } from '../core/common/sql-type.ts';
import { logQuery } from '../core/ksql/processing-log/entry.ts';
import { evaluateText } from '../core/ksql/queries/evaluate.ts';
import { tableColumns, tableEntries } from '../core/ksql/queries/table-rows.ts';

export interface Workspace {
  readonly engine: Engine;
  /** Why there is no scratch file: state stores stay in memory whatever their size. */
  readonly scratchFailure?: WeirError | undefined;
  /** Gives the workspace up: storage closed, lock released. */
  close(): Promise<void>;
  usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number | undefined }>;
}

export interface ServiceHost {
  /** Opens a workspace's storage and engine; `locked` when another tab holds it. */
  openWorkspace(
    options: OpenOptions,
    onLost: (reason: string) => void,
    onExpressionError: (queryId: string, error: unknown, expression: string) => void,
    onQueryStopped: (queryId: string, error: WeirError) => void,
  ): Promise<Workspace | { readonly kind: 'locked'; readonly holder: string }>;
  workspaces(): Promise<readonly WorkspaceInfo[]>;
  /** @throws WeirError STORAGE_LOCKED while any tab has it open */
  deleteWorkspace(workspace: string): Promise<void>;
  /** The text of the script that RUN SCRIPT names, undefined when there is none. */
  readScript(path: string): Promise<string | undefined>;
  /** @throws WeirError STORAGE_LOCKED while any tab has the first open */
  copyWorkspace(from: string, to: string): Promise<void>;
  nowMs(): number;
  /** Gives the event loop a turn. */
  yieldToLoop(): Promise<void>;
  schedule(delayMs: number, task: () => void): void;
}

/** Records between two turns of the event loop, so that requests are answered while queries run. */
const STEP_BUDGET = 2_000;
const IDLE_MS = 50;
/** Rows of a pull query that the page is sent: a stream may be longer than its memory. */
const MAX_RESULT_ROWS = 100_000;

interface Open {
  readonly workspace: Workspace;
  readonly engine: Engine;
  readonly session: Session;
  readonly pump: UpdatePump;
  readonly watches: Watches;
  readonly cancelled: Set<string>;
  readonly interruptions: Interruptions;
  paused: boolean;
  isClosed: boolean;
  lost: boolean;
  wake: () => void;
}

export class EngineService implements EngineApi {
  readonly #host: ServiceHost;
  #open: Open | undefined;
  #listener: ((update: EngineUpdate) => Promise<void>) | undefined;
  #nextImport = 1;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  open(options: OpenOptions): Promise<OpenResult> {
    return wired(async () => {
      await this.#close();
      const workspace = await this.#host.openWorkspace(
        options,
        (reason) => this.#lose(reason),
        (queryId, error, expression) => this.#notice('warning', `${queryId}: ${expression} failed for a record`, error),
        (queryId, error) => this.#notice('error', `${queryId} has stopped: ${error.message}`, error),
      );
      if ('kind' in workspace) return { kind: 'locked', workspace: options.workspace, holder: workspace.holder };
      const { engine } = workspace;
      const open: Open = {
        workspace,
        engine,
        session: new Session({ 'auto.offset.reset': 'earliest' }),
        pump: new UpdatePump({
          engine,
          status: () => this.#status(),
          schedule: (ms, task) => this.#host.schedule(ms, task),
        }),
        watches: new Watches(engine),
        cancelled: new Set(),
        paused: false,
        interruptions: new Interruptions((ms, task) => this.#host.schedule(ms, task)),
        isClosed: false,
        lost: false,
        wake: () => undefined,
      };
      this.#open = open;
      await engine.broker.subscribe((event) => {
        open.pump.onBrokerEvent(event);
        open.wake();
      });
      if (this.#listener !== undefined) open.pump.listen(this.#listener);
      if (workspace.scratchFailure !== undefined) {
        open.pump.notice('info', 'State is kept in memory whatever its size', workspace.scratchFailure);
      }
      for (const { statement, error } of engine.skippedCommands) {
        open.pump.notice('warning', `A statement of this workspace cannot be read: ${statement.slice(0, 200)}`, error);
      }
      void this.#run(open);
      return { kind: 'open', snapshot: await snapshot(options.workspace, engine) };
    });
  }

  close(): Promise<void> {
    return wired(() => this.#close());
  }

  workspaces(): Promise<readonly WorkspaceInfo[]> {
    return wired(() => this.#host.workspaces());
  }

  deleteWorkspace(workspace: string): Promise<void> {
    return wired(() => this.#host.deleteWorkspace(workspace));
  }

  copyWorkspace(from: string, to: string): Promise<void> {
    return wired(() => this.#host.copyWorkspace(from, to));
  }

  listen(listener: (update: EngineUpdate) => Promise<void>): Promise<void> {
    this.#listener = listener;
    this.#open?.pump.listen(listener);
    return Promise.resolve();
  }

  execute(sql: string, options: ExecuteOptions = {}): Promise<readonly StatementResult[]> {
    return wired(async () => {
      const open = this.#require();
      const startedMs = this.#host.nowMs();
      if (options.offsetReset !== undefined) {
        const at = { nameSpan: NO_SPAN, valueSpan: NO_SPAN, span: NO_SPAN };
        open.session.set({ kind: 'set', name: 'auto.offset.reset', value: options.offsetReset, ...at });
      }
      const { outputs, errors } = await executeScript(open.engine, open.session, sql, {
        testStatements: true,
        ...open.interruptions.options(),
        readScript: (path) => this.#host.readScript(path),
        maxRows: MAX_RESULT_ROWS,
      });
      const results = outputs.map((output) => this.#result(open, output, this.#host.nowMs() - startedMs));
      open.pump.wake();
      open.wake();
      return [
        ...results,
        ...errors.map(({ error, statement, span }): StatementResult => ({
          kind: 'error',
          statement,
          span,
          error: toWire(error),
        })),
      ];
    });
  }

  interrupt(): Promise<void> {
    return wired(async () => {
      this.#require().interruptions.interruptAll();
    });
  }

  stop(subscription: string): Promise<void> {
    return wired(async () => {
      const open = this.#require();
      open.pump.subscription(subscription)?.end('stopped');
      await open.engine.runner.stopTransient(subscription);
      open.pump.wake();
    });
  }

  pause(subscription: string, paused: boolean): Promise<void> {
    return wired(async () => {
      const open = this.#require();
      open.pump.subscription(subscription)?.setPaused(paused);
      open.wake();
    });
  }

  setPaused(paused: boolean): Promise<void> {
    return wired(async () => {
      const open = this.#require();
      open.paused = paused;
      open.pump.notice('info', paused ? 'The engine is paused' : 'The engine runs on');
      open.wake();
    });
  }

  step(): Promise<void> {
    return wired(async () => {
      const open = this.#require();
      await open.engine.runner.stepEach(1);
      open.pump.wake();
    });
  }

  readRecords(request: ReadRecordsRequest): Promise<readonly RecordView[]> {
    return wired(() => readRecords(this.#require().engine, request));
  }

  readRecord(topic: string, partition: number, offset: number): Promise<RecordDetail | undefined> {
    return wired(() => readRecord(this.#require().engine, topic, partition, offset));
  }

  tableRows(request: TableRowsRequest): Promise<TableRows> {
    return wired(async () => {
      const { engine } = this.#require();
      const source = engine.planner.catalog.require(request.source);
      const columns = tableColumns(source);
      const { rows, total } = tableEntries(engine, source, request.limit);
      return {
        source: source.name,
        columns: columns.map(columnInfo),
        rows: rows.map(({ key, row }) => ({ key: rowKey([...key]), cells: cellsOf(row, columns) })),
        total,
        version: engine.runner.tableVersion(source.name, engine.planner) ?? 0,
      };
    });
  }

  topology(queryId: string): Promise<TopologyGraph> {
    return wired(async () => topologyGraph(this.#require().engine, queryId));
  }

  watch(request: WatchRequest): Promise<OperatorWatch> {
    return wired(() => this.#require().watches.view(request));
  }

  unwatch(queryId: string): Promise<void> {
    return wired(async () => this.#open?.watches.stop(queryId));
  }

  evaluate(expression: string): Promise<Cell> {
    return wired(async () => {
      const { engine, session } = this.#require();
      const { type, value } = evaluateText(expression, engine.planner.analyzerContext(session.config(engine.config)));
      return cellOf(value, type ?? VARCHAR);
    });
  }

  userFunctions(): Promise<readonly UserFunction[]> {
    return wired(async () => this.#require().engine.library.definitions());
  }

  addFunction(definition: UserFunction): Promise<void> {
    return wired(async () => {
      const { engine, pump } = this.#require();
      await engine.addFunction(definition);
      pump.onFunctionsChanged();
    });
  }

  removeFunction(name: string): Promise<void> {
    return wired(async () => {
      const { engine, pump } = this.#require();
      await engine.removeFunction(name);
      pump.onFunctionsChanged();
    });
  }

  subjects(): Promise<readonly SubjectInfo[]> {
    return wired(async () => subjectInfos(this.#require().engine.registry));
  }

  subjectVersions(subject: string): Promise<readonly SchemaVersion[]> {
    return wired(async () => schemaVersions(this.#require().engine.registry, subject));
  }

  checkSchema(candidate: SchemaCandidate): Promise<SchemaCheck> {
    return wired(async () => checkSchema(this.#require().engine.registry, candidate));
  }

  registerSchema(candidate: SchemaCandidate): Promise<void> {
    return wired(() => registerSchema(this.#require().engine, candidate));
  }

  deleteSchema(subject: string, version: number): Promise<void> {
    return wired(() => deleteSchema(this.#require().engine, subject, version));
  }

  setCompatibility(subject: string | null, level: CompatibilityLevel | undefined): Promise<void> {
    return wired(() => setCompatibility(this.#require().engine, subject, level));
  }

  exportWorkspace(request: ExportRequest): Promise<WorkspaceExport> {
    return wired(() => exportWorkspace(this.#require().engine, request));
  }

  restoreWorkspace(content: WorkspaceContent): Promise<void> {
    return wired(async () => {
      const open = this.#require();
      const wasPaused = open.paused;
      open.paused = true;
      try {
        await restoreWorkspace(open.engine, content);
      } finally {
        open.paused = wasPaused;
        if (content.functions.length > 0) open.pump.onFunctionsChanged();
        open.wake();
      }
    });
  }

  planImport(file: Blob, fileName: string): Promise<ImportPlan> {
    return wired(() => {
      const { catalog } = this.#require().engine.planner;
      return planImport(file, fileName, (name) => catalog.source(name) !== undefined);
    });
  }

  replanImport(plan: ImportPlan): Promise<ImportPlan> {
    return wired(async () => replanImport(plan));
  }

  startImport(file: Blob, plan: ImportPlan): Promise<string> {
    return wired(async () => {
      const open = this.#require();
      const { outputs, errors } = await executeScript(open.engine, open.session, plan.statement);
      const [failed] = errors;
      if (failed !== undefined) throw failed.error;
      const created = open.engine.planner.catalog.sources().find((s) => s.statement === outputs.at(-1)?.statement);
      if (created === undefined) {
        throw new WeirError('INVALID_FILE', 'The statement of an import must create a stream or a table.', {
          hint: 'Keep the CREATE statement; names, types and properties may change.',
        });
      }
      const id = `import-${this.#nextImport++}`;
      void loadFile({
        id,
        engine: open.engine,
        source: created,
        plan,
        file,
        isCancelled: () => open.cancelled.has(id) || open.isClosed,
        report: (progress) => {
          open.pump.onImport(progress);
        },
      });
      open.pump.wake();
      return id;
    });
  }

  cancelImport(id: string): Promise<void> {
    return wired(async () => {
      this.#require().cancelled.add(id);
    });
  }

  #result(open: Open, output: Output, elapsedMs: number): StatementResult {
    const { statement, span } = output;
    switch (output.kind) {
      case 'status':
        return { kind: 'status', statement, span, message: output.message, queryId: output.queryId };
      case 'rows':
        return {
          kind: 'rows',
          statement,
          span,
          title: output.title,
          columns: output.columns.map(columnInfo),
          rows: output.rows.map((row) => cellsOf(row, output.columns)),
          notes: output.notes,
          elapsedMs,
        };
      case 'subscription':
        open.pump.addSubscription(output.subscription);
        return {
          kind: 'subscription',
          statement,
          span,
          subscription: output.subscription.id,
          columns: output.subscription.columns.map(columnInfo),
        };
    }
  }

  /** The engine's loop: works while there is something to do, then sleeps until something comes. */
  async #run(open: Open): Promise<void> {
    while (!open.isClosed) {
      let progressed = false;
      if (!open.paused) {
        try {
          progressed = await open.engine.step(STEP_BUDGET);
          await open.engine.maintain();
        } catch (error) {
          open.pump.notice('error', 'The engine stopped on an error', error);
          open.paused = true;
        }
      }
      open.pump.tick(this.#host.nowMs());
      if (progressed) {
        open.pump.wake();
        await this.#host.yieldToLoop();
      } else {
        await new Promise<void>((resolve) => {
          open.wake = resolve;
          this.#host.schedule(IDLE_MS, resolve);
        });
        open.wake = () => undefined;
      }
    }
  }

  async #close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.isClosed = true;
    open.interruptions.interruptAll();
    open.pump.close();
    await open.workspace.close();
  }

  /** Of something that stands in the processing log too. */
  #notice(level: 'warning' | 'error', text: string, error: unknown): void {
    const open = this.#open;
    if (open === undefined) return;
    const stream = open.engine.config.get('ksql.logging.processing.stream.name');
    const isKept = open.engine.planner.catalog.source(stream)?.topic === open.engine.processingLog?.topic;
    open.pump.notice(level, text, error, isKept ? { title: 'Processing log', sql: logQuery(stream) } : undefined);
  }

  #lose(reason: string): void {
    const open = this.#open;
    if (open === undefined) return;
    open.lost = true;
    open.isClosed = true;
    open.pump.notice('error', reason);
  }

  async #status(): Promise<EngineStatus> {
    const open = this.#open;
    if (open === undefined) return { state: 'lost', usedBytes: 0, quotaBytes: undefined };
    const usage = await open.workspace.usage();
    return { state: open.lost ? 'lost' : open.paused ? 'paused' : 'running', ...usage };
  }

  #require(): Open {
    const open = this.#open;
    if (open === undefined || open.lost)
      throw new WeirError('NOT_OPEN', 'No workspace is open.', { hint: 'Open one first.' });
    return open;
  }
}

async function snapshot(workspace: string, engine: Engine): Promise<Snapshot> {
  return {
    workspace,
    sources: engine.planner.catalog.sources().map((s) => sourceInfo(s, engine)),
    topics: await topicInfos(undefined, engine),
    queries: queryInfos(engine),
    ended: engine.planner.ended().map((query) => persistentInfo(query, engine)),
    types: engine.planner.catalog.types().map((t) => ({ name: t.name, type: JSON.stringify(t.type) })),
    functions: functionInfos(engine.functions),
  };
}

/** Errors leave as data. */
async function wired<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Comlink passes anything but an Error through as it is.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw toWire(error);
  }
}
