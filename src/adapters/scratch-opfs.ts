/**
 * Scratch room in the browser: a file of the origin private file system, which a worker may read and write without waiting.
 * Each workspace has one, under its name; whoever holds the workspace's lock is the only one to open it.
 */
import { WeirError } from '../core/common/errors.ts';
import type { ScratchFile } from '../core/ports/scratch.ts';

const FOLDER = 'weir-scratch';
/** The handle of a worker that has just ended is given up a moment later. */
const ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_MS = 50;

/** Of a worker's scope, as TypeScript's library for pages does not have it. */
interface SyncAccessHandle {
  read(into: Uint8Array, options: { readonly at: number }): number;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  truncate(sizeBytes: number): void;
  close(): void;
}
interface FileHandle {
  readonly name: string;
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
}

/** @throws WeirError STORAGE_FAILED when the browser has no such file to give, STORAGE_LOCKED when it is in use elsewhere */
export async function openOpfsScratch(workspace: string): Promise<ScratchFile> {
  let handle: SyncAccessHandle;
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const file: FileHandle = await folder.getFileHandle(nameOf(workspace), { create: true });
    if (file.createSyncAccessHandle === undefined) throw new Error('files cannot be read synchronously');
    handle = await insist(() => file.createSyncAccessHandle?.());
    handle.truncate(0);
  } catch (error) {
    throw scratchError('be opened', error);
  }
  return {
    read: (into, at) =>
      attempt('be read', () => {
        const count = handle.read(into, { at });
        if (count < into.length) throw new Error(`it ends at ${at + count}`);
      }),
    write: (bytes, at) =>
      attempt('be written', () => {
        const count = handle.write(bytes, { at });
        if (count < bytes.length) throw new DOMException('The file takes no more.', 'QuotaExceededError');
      }),
    truncate: (sizeBytes) => attempt('be cut', () => handle.truncate(sizeBytes)),
    close: () =>
      attempt('be closed', () => {
        handle.truncate(0);
        handle.close();
      }),
  };
}

/** Removes a workspace's file, if there is one. */
export async function deleteOpfsScratch(workspace: string): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    await (await root.getDirectoryHandle(FOLDER)).removeEntry(nameOf(workspace));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return;
    throw scratchError('be deleted', error);
  }
}

const nameOf = (workspace: string): string => encodeURIComponent(workspace);

async function insist(open: () => Promise<SyncAccessHandle> | undefined): Promise<SyncAccessHandle> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      const handle = await open();
      if (handle !== undefined) return handle;
    } catch (error) {
      if (left === 0 || !isLocked(error)) throw error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, BETWEEN_ATTEMPTS_MS);
    });
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NoModificationAllowedError';
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw scratchError(what, error);
  }
}

function scratchError(what: string, error: unknown): WeirError {
  const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
  const code = isFull ? 'STORAGE_QUOTA' : isLocked(error) ? 'STORAGE_LOCKED' : 'STORAGE_FAILED';
  const reason = error instanceof Error ? error.message : String(error);
  return new WeirError(code, `The scratch file for state stores cannot ${what}: ${reason}`, {
    hint: isFull ? 'Free some disk space, or delete topics that you no longer need.' : undefined,
    cause: error,
  });
}
