/** The workspaces that this browser holds: each is a database of its own, named by the prefix and the workspace. */
import { openDB } from 'idb';
import { deleteIndexedDbStorage } from './storage-indexeddb.ts';

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

export function deleteWorkspace(workspace: string): Promise<void> {
  return deleteIndexedDbStorage(databaseOf(workspace));
}
