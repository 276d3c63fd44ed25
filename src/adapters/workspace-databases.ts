/** The workspaces that this browser holds: each is a database of its own, named by the prefix and the workspace. */
import { openDB } from 'idb';
import type { StorageKey } from '../core/ports/storage.ts';
import { deleteIndexedDbStorage, IndexedDbStorage } from './storage-indexeddb.ts';

const PREFIX = 'weir-';

export const databaseOf = (workspace: string): string => `${PREFIX}${workspace}`;

export async function listWorkspaces(): Promise<readonly string[]> {
  const databases = await indexedDB.databases();
  return databases
    .flatMap(({ name }) => (name?.startsWith(PREFIX) === true ? [name.slice(PREFIX.length)] : []))
    .sort((a, b) => a.localeCompare(b));
}

/** Bytes of the values that a workspace holds. Browsers tell the use of a whole site only, so they are counted. */
export async function measureWorkspace(workspace: string): Promise<number> {
  const database = await openDB(databaseOf(workspace));
  try {
    let sizeBytes = 0;
    for (const store of database.objectStoreNames) {
      for (let cursor = await database.transaction(store).store.openCursor(); cursor !== null;) {
        const value: unknown = cursor.value;
        if (value instanceof Uint8Array) sizeBytes += value.byteLength;
        cursor = await cursor.continue();
      }
    }
    return sizeBytes;
  } finally {
    database.close();
  }
}

const COPIED_ENTRIES = 200;
/** Comes after every key that there is. */
const LAST: StorageKey = ['\uffff\uffff'];

/** Copies a workspace that nobody has open to a name that is free. Of a copy that fails nothing is kept. */
export async function copyWorkspace(from: string, to: string): Promise<void> {
  const source = await IndexedDbStorage.open(databaseOf(from));
  const target = await IndexedDbStorage.open(databaseOf(to));
  let isWhole = false;
  try {
    for (let lower: StorageKey = []; ;) {
      const puts = await source.scan({ lower, upper: LAST }, { limit: COPIED_ENTRIES });
      const last = puts.at(-1);
      if (last === undefined) break;
      await target.apply({ puts }, 'strict');
      lower = [...last.key, -Infinity];
    }
    isWhole = true;
  } finally {
    await source.close();
    await target.close();
    if (!isWhole) await deleteWorkspace(to);
  }
}

export function deleteWorkspace(workspace: string): Promise<void> {
  return deleteIndexedDbStorage(databaseOf(workspace));
}
