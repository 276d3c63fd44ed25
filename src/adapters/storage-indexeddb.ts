/**
 * Storage in IndexedDB, through `idb`: one object store, array keys, one value per entry. A batch is one transaction, which
 * is the atomicity that the port asks for; its durability is the transaction's.
 *
 * - A transaction that runs out of quota aborts, so nothing of the batch is kept.
 * - A value whose bytes are part of a larger buffer is copied first, for structured cloning would store the whole buffer.
 * - Pages are read with `getAll`, many times faster than a cursor; only reverse scans, which are short, use one.
 */
import { type DBSchema, type IDBPDatabase, deleteDB, openDB } from 'idb';
import { compactBytes } from '../core/common/bytes.ts';
import { WeirError } from '../core/common/errors.ts';
import type {
  Durability,
  ScanOptions,
  StorageBatch,
  StorageEntry,
  StorageKey,
  StorageKeyPart,
  StorageKeyRange,
  StoragePort,
} from '../core/ports/storage.ts';
import { compareStorageKeys } from './storage-key.ts';

const STORE = 'entries';
const VERSION = 1;

interface Schema extends DBSchema {
  entries: { key: StorageKeyPart[]; value: Uint8Array };
}

export class IndexedDbStorage implements StoragePort {
  readonly #database: IDBPDatabase<Schema>;
  #failure: WeirError | null = null;

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
    // The browser closed it: the user cleared the site's data, or the disk failed.
    database.addEventListener('close', () => {
      this.#failure ??= new WeirError('STORAGE_FAILED', `The browser closed the database ${database.name}.`, {
        hint: 'Reload the page. If the data of this site was cleared, the workspace is gone.',
      });
    });
    // Another tab wants to delete or upgrade the database, which waits until this one lets go.
    database.addEventListener('versionchange', () => {
      this.#failure ??= new WeirError('STORAGE_CLOSED', `Another tab has taken over the database ${database.name}.`, {
        hint: 'Reload the page.',
      });
      database.close();
    });
  }

  /** @throws WeirError STORAGE_FAILED when the browser refuses (private mode, blocked site data), STORAGE_QUOTA */
  static async open(name: string): Promise<IndexedDbStorage> {
    try {
      const database = await openDB<Schema>(name, VERSION, {
        upgrade: (created) => {
          created.createObjectStore(STORE);
        },
      });
      return new IndexedDbStorage(database);
    } catch (error) {
      throw storageError(error, `The browser's database ${name} cannot be opened`);
    }
  }

  async read(key: StorageKey): Promise<Uint8Array | undefined> {
    this.#requireUsable();
    try {
      return await this.#database.get(STORE, [...key]);
    } catch (error) {
      throw storageError(error, `Reading from the database ${this.#database.name} failed`);
    }
  }

  async scan(range: StorageKeyRange, options: ScanOptions): Promise<StorageEntry[]> {
    this.#requireUsable();
    if (options.limit < 1 || isEmpty(range)) return [];
    try {
      return options.reverse === true
        ? await this.#scanBackward(keyRange(range), options.limit)
        : await this.#scanForward(keyRange(range), options.limit);
    } catch (error) {
      throw storageError(error, `Reading from the database ${this.#database.name} failed`);
    }
  }

  async apply(batch: StorageBatch, durability: Durability): Promise<void> {
    this.#requireUsable();
    try {
      const transaction = this.#database.transaction(STORE, 'readwrite', { durability });
      const done = transaction.done;
      const store = transaction.objectStore(STORE);
      // The requests' own promises would reject along with the transaction's; it alone is awaited.
      const ignore = (): void => undefined;
      try {
        for (const range of batch.deleteRanges ?? []) {
          if (!isEmpty(range)) store.delete(keyRange(range)).catch(ignore);
        }
        for (const key of batch.deletes ?? []) store.delete([...key]).catch(ignore);
        for (const { key, value } of batch.puts) store.put(compactBytes(value), [...key]).catch(ignore);
      } catch (error) {
        done.catch(ignore);
        transaction.abort();
        throw error;
      }
      await done;
    } catch (error) {
      throw this.#failure ?? storageError(error, `Writing to the database ${this.#database.name} failed`);
    }
  }

  async close(): Promise<void> {
    this.#failure ??= new WeirError('STORAGE_CLOSED', 'The storage has been closed.');
    this.#database.close();
  }

  #requireUsable(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #scanForward(range: IDBKeyRange, limit: number): Promise<StorageEntry[]> {
    const store = this.#database.transaction(STORE, 'readonly').store;
    const count = Number.isFinite(limit) ? limit : undefined;
    const [keys, values] = await Promise.all([store.getAllKeys(range, count), store.getAll(range, count)]);
    return keys.map((key, index) => ({ key, value: values[index] as Uint8Array }));
  }

  async #scanBackward(range: IDBKeyRange, limit: number): Promise<StorageEntry[]> {
    const store = this.#database.transaction(STORE, 'readonly').store;
    const entries: StorageEntry[] = [];
    let cursor = await store.openCursor(range, 'prev');
    while (cursor !== null) {
      entries.push({ key: cursor.key, value: cursor.value });
      if (entries.length >= limit) break;
      cursor = await cursor.continue();
    }
    return entries;
  }
}

/** Deletes a workspace's database with all that is in it. */
export async function deleteIndexedDbStorage(name: string): Promise<void> {
  try {
    await deleteDB(name);
  } catch (error) {
    throw storageError(error, `The browser's database ${name} cannot be deleted`);
  }
}

/** IndexedDB takes an empty range for a mistake. */
function isEmpty({ lower, upper }: StorageKeyRange): boolean {
  return compareStorageKeys(lower, upper) >= 0;
}

function keyRange({ lower, upper }: StorageKeyRange): IDBKeyRange {
  return IDBKeyRange.bound([...lower], [...upper], false, true);
}

function storageError(error: unknown, what: string): WeirError {
  if (error instanceof WeirError) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (error instanceof Error && error.name === 'QuotaExceededError') {
    return new WeirError(
      'STORAGE_QUOTA',
      `${what}: the browser has no more room for this site. Nothing of the write was kept.`,
      {
        hint: 'Delete topics that you no longer need, or free some disk space.',
        cause: error,
      },
    );
  }
  return new WeirError('STORAGE_FAILED', `${what}: ${reason}.`, {
    hint: 'Allow this site to store data, and reload the page.',
    cause: error,
  });
}
