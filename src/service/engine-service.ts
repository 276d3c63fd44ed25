/**
 * `EngineApi` over an engine: what the worker exposes. Each request goes on to the place of its concept; errors leave as
 * data. Everything that is specific to a runtime is the host's, which the worker's composition root gives.
 */
import { WeirError } from '../core/common/errors.ts';
import { VARCHAR } from '../core/common/sql-type.ts';
import { evaluateText } from '../core/ksql/queries/evaluate.ts';
import type {
  Cell,
  CompatibilityLevel,
  EngineApi,
  EngineUpdate,
  ExecuteOptions,
  ExportRequest,
  ImportPlan,
  OpenOptions,
  OpenResult,
  OperatorWatch,
  ReadRecordsRequest,
  RecordDetail,
  RecordView,
  SchemaCandidate,
  SchemaCheck,
  SchemaVersion,
  StatementResult,
  SubjectInfo,
  TableRows,
  TableRowsRequest,
  TopologyGraph,
  UserFunction,
  WatchRequest,
  WorkspaceContent,
  WorkspaceExport,
  WorkspaceInfo,
} from '../protocol/api.ts';
import { toWire } from '../protocol/wire-error.ts';
import { cellOf } from './cells.ts';
import type { ServiceHost } from './host.ts';
import { Imports } from './imports/imports.ts';
import { planImport, replanImport } from './imports/plan-import.ts';
import { snapshot } from './infos.ts';
import { OpenWorkspace } from './open-workspace.ts';
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
import { execute } from './statements.ts';
import { tableRows } from './table-rows.ts';
import { topologyGraph } from './topology-graph.ts';

export class EngineService implements EngineApi {
  readonly #host: ServiceHost;
  readonly #imports = new Imports();
  #open: OpenWorkspace | undefined;
  #listener: ((update: EngineUpdate) => Promise<void>) | undefined;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  open(options: OpenOptions): Promise<OpenResult> {
    return wired(async () => {
      await this.#close();
      const open = await OpenWorkspace.open(this.#host, options);
      if ('kind' in open) return { kind: 'locked', workspace: options.workspace, holder: open.holder };
      this.#open = open;
      if (this.#listener !== undefined) open.pump.listen(this.#listener);
      return { kind: 'open', snapshot: await snapshot(options.workspace, open.engine) };
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
    return wired(() => execute(this.#require(), this.#host, sql, options));
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
    return wired(async () => this.#require().setPaused(paused));
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
    return wired(async () => tableRows(this.#require().engine, request));
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
      await open.whilePaused(async () => {
        try {
          await restoreWorkspace(open.engine, content);
        } finally {
          if (content.functions.length > 0) open.pump.onFunctionsChanged();
        }
      });
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
    return wired(() => this.#imports.start(this.#require(), file, plan));
  }

  cancelImport(id: string): Promise<void> {
    return wired(async () => this.#imports.cancel(id));
  }

  async #close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    await open.close();
  }

  #require(): OpenWorkspace {
    const open = this.#open;
    if (open === undefined || open.isLost)
      throw new WeirError('NOT_OPEN', 'No workspace is open.', { hint: 'Open one first.' });
    return open;
  }
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
