/** What the service asks of the place where it runs: storage and locks, time, the event loop. */
import type { WeirError } from '../core/common/errors.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import type { OpenOptions, WorkspaceInfo } from '../protocol/api.ts';

/** A workspace's engine over its storage. */
export interface Workspace {
  readonly engine: Engine;
  /** Why there is no scratch file: state stores stay in memory whatever their size. */
  readonly scratchFailure?: WeirError | undefined;
  /** Gives the workspace up: storage closed, lock released. */
  close(): Promise<void>;
  usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number | undefined }>;
}

/** What a workspace tells while it is open, and while it is being opened. */
export interface WorkspaceEvents {
  /** The workspace is another tab's now. */
  readonly onLost: () => void;
  readonly onExpressionError: (queryId: string, error: unknown, expression: string) => void;
  readonly onQueryStopped: (queryId: string, error: WeirError) => void;
}

export interface Locked {
  readonly kind: 'locked';
  /** Who holds it, in its own words. */
  readonly holder: string;
}

export interface ServiceHost {
  /** Opens a workspace's storage and engine; `locked` when another tab holds it. */
  openWorkspace(options: OpenOptions, events: WorkspaceEvents): Promise<Workspace | Locked>;
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
