/**
 * One workspace, one owner. The owner holds a Web Lock of the workspace's name as long as it lives; the browser frees it when
 * the tab or its worker ends, however it ends, so there is no stale lock to clean up.
 *
 * Who the owner is, is said over a BroadcastChannel of the same name: a tab that finds the lock held asks, and the owner
 * answers with its label. Taking over asks the owner to let go, waits a moment for it to finish its writes, and then
 * steals the lock; an owner that is robbed is told by the `lost` promise and must stop writing at once.
 */
import { WeirError } from '../core/common/errors.ts';

export interface TabLock {
  /** Resolves when the lock is no longer held: another tab took it, or it was released. */
  readonly lost: Promise<'taken' | 'released'>;
  release(): void;
}

/** What is used of `navigator.locks`. */
export interface LockRequester {
  request(
    name: string,
    options: LockOptions,
    callback: (lock: { readonly name: string } | null) => Promise<void>,
  ): Promise<unknown>;
}

export interface TabLockOptions {
  /** What other tabs are told of this one, such as when it was opened. */
  readonly label: string;
  /** Called when another tab wants the workspace: finish and close, then resolve. */
  readonly onTakeoverRequested: () => Promise<void>;
  /** How long to wait for an answer of the owner, in milliseconds. */
  readonly patienceMs?: number | undefined;
  /** For tests. */
  readonly locks?: LockRequester | undefined;
}

type Message =
  { readonly kind: 'who' } | { readonly kind: 'owner'; readonly label: string } | { readonly kind: 'yield' };

const DEFAULT_PATIENCE_MS = 2_000;

/**
 * Takes the lock if it is free. An owner that does not answer may be at its end, such as the worker of a page that is being
 * loaded anew, which still finishes a step: it is waited for.
 * @throws WeirError STORAGE_LOCKED with the owner's label in `details.owner`
 */
export async function acquireTabLock(workspace: string, options: TabLockOptions): Promise<TabLock> {
  const lock = await request(workspace, options, { ifAvailable: true });
  if (lock !== null) return lock;
  const owner = await askOwner(workspace, Math.min(500, options.patienceMs ?? DEFAULT_PATIENCE_MS));
  const released = owner === null ? await awaitLock(workspace, options) : undefined;
  if (released !== undefined) return released;
  throw new WeirError('STORAGE_LOCKED', `The workspace ${workspace} is open in ${owner ?? 'another tab'}.`, {
    hint: 'Go on there, take it over here, or open another workspace.',
    details: { workspace, owner },
  });
}

/** Takes the lock from whoever has it: asks first, and steals it when the owner does not answer in time. */
export async function takeOverTabLock(workspace: string, options: TabLockOptions): Promise<TabLock> {
  const channel = new BroadcastChannel(lockName(workspace));
  channel.postMessage({ kind: 'yield' } satisfies Message);
  channel.close();
  const released = await awaitLock(workspace, options);
  if (released !== undefined) return released;
  const stolen = await request(workspace, options, { steal: true });
  if (stolen !== null) return stolen;
  throw new WeirError('STORAGE_LOCKED', `The workspace ${workspace} could not be taken over.`, {
    hint: 'Close the other tab, or open another workspace.',
    details: { workspace, owner: null },
  });
}

/** The lock, if its owner lets go of it in time. */
async function awaitLock(workspace: string, options: TabLockOptions): Promise<TabLock | undefined> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), options.patienceMs ?? DEFAULT_PATIENCE_MS);
  try {
    return (await request(workspace, options, { signal: patience.signal })) ?? undefined;
  } catch (error) {
    if (!patience.signal.aborted) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function lockName(workspace: string): string {
  return `weir:${workspace}`;
}

/** Null when the lock is held and `ifAvailable` was asked for. */
function request(workspace: string, options: TabLockOptions, lockOptions: LockOptions): Promise<TabLock | null> {
  const locks: LockRequester = options.locks ?? navigator.locks;
  return new Promise((resolve, reject) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((end) => {
      release = end;
    });
    let isHeld = false;
    const lost = locks
      .request(lockName(workspace), lockOptions, async (granted) => {
        if (granted === null) {
          resolve(null);
          return;
        }
        isHeld = true;
        const stopAnswering = answerOthers(workspace, options, release);
        resolve({ lost: outcome, release });
        await released;
        stopAnswering();
      })
      .then(() => 'released' as const);
    const outcome: Promise<'taken' | 'released'> = lost.catch((error: unknown) => {
      // A request whose lock is stolen rejects, after having been granted.
      if (isHeld) {
        release();
        return 'taken' as const;
      }
      reject(error instanceof Error ? error : new Error(String(error)));
      return 'released' as const;
    });
  });
}

/** Says who holds the lock, and lets go when asked to. */
function answerOthers(workspace: string, options: TabLockOptions, release: () => void): () => void {
  const channel = new BroadcastChannel(lockName(workspace));
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'who') channel.postMessage({ kind: 'owner', label: options.label } satisfies Message);
    if (data.kind === 'yield') void options.onTakeoverRequested().then(release, release);
  };
  return () => channel.close();
}

function askOwner(workspace: string, patienceMs: number): Promise<string | null> {
  const channel = new BroadcastChannel(lockName(workspace));
  return new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), patienceMs);
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind !== 'owner') return;
      clearTimeout(timer);
      resolve(data.label);
    };
    channel.postMessage({ kind: 'who' } satisfies Message);
  }).finally(() => channel.close());
}
