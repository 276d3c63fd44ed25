/** The engine's worker: IndexedDB, Web Locks and the event loop, put together and exposed through comlink. */
import * as Comlink from 'comlink';
import { WeirError } from '../src/core/common/errors.ts';
import { deleteOpfsScratch, openOpfsScratch } from '../src/adapters/scratch-opfs.ts';
import { IndexedDbStorage } from '../src/adapters/storage-indexeddb.ts';
import { systemClock as clock, systemScheduler as scheduler } from '../src/adapters/system-clock.ts';
import { acquireTabLock, takeOverTabLock, type TabLock } from '../src/adapters/tab-lock.ts';
import * as databases from '../src/adapters/workspace-databases.ts';
import { Engine } from '../src/core/ksql/engine/engine.ts';
import type { ScratchFile } from '../src/core/ports/scratch.ts';
import type { ScriptSandbox } from '../src/core/ports/script-sandbox.ts';
import type { OpenOptions, WorkspaceInfo } from '../src/protocol/api.ts';
import { EXAMPLES } from '../src/lessons/examples/examples.ts';
import { EngineService } from '../src/service/engine-service.ts';
import type { Locked, ServiceHost, Workspace, WorkspaceEvents } from '../src/service/host.ts';

/** The interpreter is large: it is fetched when a workspace has its first function. */
async function openSandbox(): Promise<ScriptSandbox> {
  const { openQuickJsSandbox } = await import('../src/adapters/sandbox-quickjs.ts');
  return openQuickJsSandbox({ nowMs: () => performance.now() });
}

/** A message to ourselves is a turn of the event loop without the delay that timers have. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();
function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

/** `navigator.storage.estimate` is slow; one look in a while is enough. */
const USAGE_EVERY_MS = 5_000;

async function openWorkspace(options: OpenOptions, events: WorkspaceEvents): Promise<Workspace | Locked> {
  let close: () => Promise<void> = () => Promise.resolve();
  const lockOptions = {
    label: `a tab opened at ${new Date().toLocaleTimeString()}`,
    onTakeoverRequested: async (): Promise<void> => {
      events.onLost();
      await close();
    },
  };
  let lock: TabLock;
  try {
    lock =
      options.takeOver === true
        ? await takeOverTabLock(options.workspace, lockOptions)
        : await acquireTabLock(options.workspace, lockOptions);
  } catch (error) {
    if (error instanceof WeirError && error.code === 'STORAGE_LOCKED') {
      const { owner } = error.details;
      return { kind: 'locked', holder: typeof owner === 'string' ? owner : 'another tab' };
    }
    throw error;
  }
  const opening = openEngine(options.workspace, lock, events);
  // Asked for the workspace while it is being opened, we give it up as soon as there is something to close.
  close = async () => (await opening).close();
  try {
    return await opening;
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openEngine(name: string, lock: TabLock, events: WorkspaceEvents): Promise<Workspace> {
  const storage = await IndexedDbStorage.open(databases.databaseOf(name));
  const scratch = await openScratch(name);
  const engine = await Engine.open({
    storage,
    scratch: scratch instanceof WeirError ? undefined : scratch,
    clock,
    scheduler,
    random: Math.random,
    config: {
      'ksql.logging.processing.topic.auto.create': 'true',
      'ksql.logging.processing.stream.auto.create': 'true',
    },
    onExpressionError: events.onExpressionError,
    onQueryStopped: events.onQueryStopped,
    openSandbox,
  });
  void lock.lost.then((why) => {
    if (why === 'taken') events.onLost();
  });
  let isClosed = false;
  let usage: { usedBytes: number; quotaBytes: number | undefined } = { usedBytes: 0, quotaBytes: undefined };
  let usageAtMs = -USAGE_EVERY_MS;
  return {
    engine,
    scratchFailure: scratch instanceof WeirError ? scratch : undefined,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await engine.close();
      await storage.close();
      lock.release();
    },
    usage: async () => {
      if (clock.nowMs() - usageAtMs >= USAGE_EVERY_MS) {
        usageAtMs = clock.nowMs();
        const estimate = await navigator.storage.estimate();
        usage = { usedBytes: estimate.usage ?? 0, quotaBytes: estimate.quota };
      }
      return usage;
    },
  };
}

/** Not every browser has private files, or gives them to a private window: state then stays in memory whole. */
async function openScratch(workspace: string): Promise<ScratchFile | WeirError> {
  try {
    return await openOpfsScratch(workspace);
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
}

async function workspaces(): Promise<readonly WorkspaceInfo[]> {
  const infos: WorkspaceInfo[] = [];
  for (const name of await databases.listWorkspaces()) {
    infos.push({ name, sizeBytes: await databases.measureWorkspace(name) });
  }
  return infos;
}

async function deleteWorkspace(workspace: string): Promise<void> {
  const lock = await acquireTabLock(workspace, {
    label: 'a tab that deletes it',
    onTakeoverRequested: () => Promise.resolve(),
  });
  try {
    await databases.deleteWorkspace(workspace);
    await deleteOpfsScratch(workspace);
  } finally {
    lock.release();
  }
}

/** An example by its name, else a file that lies beside the page: scripts of other sites are none of its business. */
async function readScript(path: string): Promise<string | undefined> {
  const example = EXAMPLES.find(({ id }) => id === path || `${id}.sql` === path);
  if (example !== undefined) return example.sql;
  // The worker's file lies in a folder of the page's.
  const page = new URL('../', self.location.href);
  const url = new URL(path, page);
  if (url.origin !== page.origin) return undefined;
  const response = await fetch(url);
  // A server may answer with the page for whatever it does not know.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
  return response.ok && !isPage ? response.text() : undefined;
}

async function copyWorkspace(from: string, to: string): Promise<void> {
  const lock = await acquireTabLock(from, {
    label: 'a tab that copies it',
    onTakeoverRequested: () => Promise.resolve(),
  });
  try {
    await databases.copyWorkspace(from, to);
  } finally {
    lock.release();
  }
}

const host: ServiceHost = {
  readScript,
  openWorkspace,
  workspaces,
  deleteWorkspace,
  copyWorkspace,
  nowMs: () => performance.now(),
  yieldToLoop,
  schedule: (delayMs, task) => {
    setTimeout(task, delayMs);
  },
};

Comlink.expose(new EngineService(host));
