/**
 * Storage in a folder of the file system.
 *
 *     lock             the process that owns the folder (files/file-lock.ts)
 *     log-00000001     "WEIRLOG1", then one frame for each batch (files/frame.ts), appended
 *
 * Which key's value stands where in the file is kept in memory; values are read back from the file. Opening reads the file
 * through and ends at the first frame that is not whole: a write that was cut off, which is then cut away. If a frame
 * that had been flushed stands behind it, the file is damaged instead, and nothing is touched.
 *
 * When more than half of the file is of no use any more, what is live is written to the log of the next number, under another
 * name until it is whole and flushed; then the old one goes. Of several logs the one with the highest number counts.
 *
 * Files are read and written synchronously: the process has nothing else to do meanwhile, and nothing can come in between.
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { readUint32 } from '../core/common/bytes.ts';
import { WeirError } from '../core/common/errors.ts';
import { encodeUtf8 } from '../core/common/utf8.ts';
import type {
  Durability,
  ScanOptions,
  StorageBatch,
  StorageEntry,
  StorageKey,
  StorageKeyRange,
  StoragePort,
} from '../core/ports/storage.ts';
import { acquireFileLock, type FileLock } from './files/file-lock.ts';
import { decodeFrame, encodeFrame, FRAME_START_BYTES, type Frame } from './files/frame.ts';
import { SortedEntries } from './sorted-entries.ts';

export interface FileStorageOptions {
  /** Below this size a file is not compacted. Default: 16 MB. */
  readonly compactFromBytes?: number | undefined;
  /** Told when opening cut off a write that had not been finished. */
  readonly onTornTail?: ((bytes: number) => void) | undefined;
}

/** Where a value stands. */
interface Place {
  readonly key: StorageKey;
  readonly position: number;
  readonly length: number;
}

const MAGIC = encodeUtf8('WEIRLOG1');
const COMPACT_FROM_BYTES = 16 * 1024 * 1024;
/** Bytes of values in one frame of a compacted file. */
const COMPACT_FRAME_BYTES = 1024 * 1024;
/** What an entry costs besides its value, about. */
const ENTRY_BYTES = 48;

export class FileStorage implements StoragePort {
  readonly #folder: string;
  readonly #lock: FileLock;
  readonly #index = new SortedEntries<Place>();
  #number: number;
  #file: number;
  #end = MAGIC.length;
  #liveBytes = 0;
  #compactAtBytes: number;
  #isFlushed = true;
  #failure: WeirError | undefined;

  /**
   * Opens the folder, making it when it is not there.
   * @throws WeirError STORAGE_LOCKED, STORAGE_FAILED when it cannot be read or written, CORRUPT_BATCH when its log is damaged
   */
  static open(folder: string, options: FileStorageOptions = {}): FileStorage {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw storageError(error, `The folder ${folder} cannot be made`);
    }
    const lock = acquireFileLock(folder);
    try {
      return new FileStorage(folder, lock, options);
    } catch (error) {
      lock.release();
      throw storageError(error, `The folder ${folder} cannot be opened`);
    }
  }

  private constructor(folder: string, lock: FileLock, options: FileStorageOptions) {
    this.#folder = folder;
    this.#lock = lock;
    this.#compactAtBytes = options.compactFromBytes ?? COMPACT_FROM_BYTES;
    const logs = tidy(folder);
    this.#number = logs.at(-1) ?? 1;
    if (logs.length === 0) {
      const created = this.#create(1);
      publish(folder, 1, created);
      closeSync(created);
      syncFolder(folder);
    }
    this.#file = openSync(join(folder, logName(this.#number)), constants.O_RDWR);
    try {
      const torn = this.#recover();
      if (torn > 0) options.onTornTail?.(torn);
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  async read(key: StorageKey): Promise<Uint8Array | undefined> {
    this.#requireUsable();
    const place = this.#index.get(key);
    return place === undefined ? undefined : this.#value(place);
  }

  async scan(range: StorageKeyRange, options: ScanOptions): Promise<StorageEntry[]> {
    this.#requireUsable();
    const places =
      options.reverse === true ? this.#index.backward(range, options.limit) : this.#index.forward(range, options.limit);
    return places.map((place) => ({ key: place.key, value: this.#value(place) }));
  }

  async apply(batch: StorageBatch, durability: Durability): Promise<void> {
    this.#requireUsable();
    const { frame, bytes } = encodeFrame(batch, durability === 'strict');
    try {
      writeAll(this.#file, bytes, this.#end);
      if (frame.isStrict) fdatasyncSync(this.#file);
      this.#isFlushed = frame.isStrict;
    } catch (error) {
      throw this.#takeBack(error);
    }
    this.#take(frame, this.#end);
    this.#end += frame.sizeBytes;
    if (this.#end >= this.#compactAtBytes && this.#liveBytes * 2 < this.#end) this.#compact();
  }

  async close(): Promise<void> {
    if (this.#failure?.code === 'STORAGE_CLOSED') return;
    this.#failure = new WeirError('STORAGE_CLOSED', 'The storage has been closed.');
    try {
      if (!this.#isFlushed) fdatasyncSync(this.#file);
    } finally {
      closeSync(this.#file);
      this.#lock.release();
    }
  }

  #requireUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #value({ position, length }: Place): Uint8Array {
    const bytes = new Uint8Array(length);
    try {
      if (readAll(this.#file, bytes, position) === length) return bytes;
    } catch (error) {
      throw storageError(error, `Reading from ${this.#folder} failed`);
    }
    throw new WeirError('STORAGE_FAILED', `The log in ${this.#folder} has become shorter than it was.`, {
      hint: 'Something else has changed the folder. Close it, and open it again.',
    });
  }

  /** Makes a batch's effects visible. */
  #take(frame: Frame, at: number): void {
    const forget = (gone: Place | undefined): void => {
      if (gone !== undefined) this.#liveBytes -= gone.length + ENTRY_BYTES;
    };
    for (const range of frame.deleteRanges) {
      for (const { key } of this.#index.forward(range, Infinity)) forget(this.#index.delete(key));
    }
    for (const key of frame.deletes) forget(this.#index.delete(key));
    for (const { key, valueAt, length } of frame.puts) {
      forget(this.#index.put({ key, position: at + valueAt, length }));
      this.#liveBytes += length + ENTRY_BYTES;
    }
  }

  /** After a write that failed: the file as it was before, or no further use of it. */
  #takeBack(error: unknown): WeirError {
    const failure = storageError(error, `Writing to ${this.#folder} failed`);
    try {
      ftruncateSync(this.#file, this.#end);
    } catch {
      this.#failure = failure;
    }
    // What a failed flush has left on the device is not known, nor what the next one would say.
    if (failure.code !== 'STORAGE_QUOTA') this.#failure = failure;
    return failure;
  }

  /** Reads the file through. @returns how many bytes of an unfinished write were cut off */
  #recover(): number {
    const path = join(this.#folder, logName(this.#number));
    const sizeBytes = fstatSync(this.#file).size;
    const magic = new Uint8Array(MAGIC.length);
    readAll(this.#file, magic, 0);
    if (!MAGIC.every((byte, i) => magic[i] === byte)) {
      throw new WeirError('CORRUPT_BATCH', `${path} is no log of this version.`);
    }
    for (const frame of frames(this.#file, this.#end, sizeBytes)) {
      this.#take(frame, this.#end);
      this.#end += frame.sizeBytes;
    }
    const rest = new Uint8Array(sizeBytes - this.#end);
    if (rest.length === 0) return 0;
    readAll(this.#file, rest, this.#end);
    for (let at = 1; at < rest.length; at++) {
      if (decodeFrame(rest, at)?.isStrict !== true) continue;
      throw new WeirError(
        'CORRUPT_BATCH',
        `${path} is damaged at byte ${this.#end}: what stands behind it had been flushed, so this was whole once.`,
        { hint: 'Restore the folder from a copy.', details: { offset: this.#end } },
      );
    }
    ftruncateSync(this.#file, this.#end);
    return rest.length;
  }

  /** An empty log under its temporary name. */
  #create(number: number): number {
    const file = openSync(temporaryPath(this.#folder, number), 'w+');
    writeAll(file, MAGIC, 0);
    return file;
  }

  /** Writes what is live to a new log, and goes on with that. When there is no room for it the old one stands. */
  #compact(): void {
    const number = this.#number + 1;
    const moved: Place[] = [];
    let file: number | undefined;
    let end = MAGIC.length;
    try {
      file = this.#create(number);
      for (const chunk of chunks(this.#index)) {
        const puts = chunk.map((place) => ({ key: place.key, value: this.#value(place) }));
        const { frame, bytes } = encodeFrame({ puts }, true);
        writeAll(file, bytes, end);
        for (const { key, valueAt, length } of frame.puts) moved.push({ key, position: end + valueAt, length });
        end += frame.sizeBytes;
      }
      publish(this.#folder, number, file);
    } catch {
      // Nothing is lost by it, and the next attempt comes when the log has grown by half.
      this.#compactAtBytes = this.#end * 1.5;
      if (file !== undefined) closeSync(file);
      rmSync(temporaryPath(this.#folder, number), { force: true });
      return;
    }
    closeSync(this.#file);
    for (const place of moved) this.#index.put(place);
    this.#file = file;
    this.#isFlushed = true;
    this.#end = end;
    const old = join(this.#folder, logName(this.#number));
    this.#number = number;
    try {
      syncFolder(this.#folder);
      unlinkSync(old);
    } catch (error) {
      this.#failure = storageError(error, `The log in ${this.#folder} cannot be replaced`);
    }
  }
}

function logName(number: number): string {
  return `log-${String(number).padStart(8, '0')}`;
}

function temporaryPath(folder: string, number: number): string {
  return join(folder, `${logName(number)}.new`);
}

/** Flushes a new log and gives it its name, which makes it the one that counts. */
function publish(folder: string, number: number, file: number): void {
  fsyncSync(file);
  renameSync(temporaryPath(folder, number), join(folder, logName(number)));
}

/** Makes a new name durable. Windows has no such call on folders, and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Removes what a crash has left behind. @returns the number of the log that counts, if there is one */
function tidy(folder: string): readonly number[] {
  const names = readdirSync(folder);
  for (const name of names) if (/^log-\d{8}\.new$/.test(name)) unlinkSync(join(folder, name));
  const numbers = names
    .filter((name) => /^log-\d{8}$/.test(name))
    .map((name) => Number(name.slice(4)))
    .sort((a, b) => a - b);
  for (const old of numbers.slice(0, -1)) unlinkSync(join(folder, logName(old)));
  return numbers.slice(-1);
}

function* chunks(places: Iterable<Place>): Generator<readonly Place[], void, undefined> {
  let chunk: Place[] = [];
  let size = 0;
  for (const place of places) {
    chunk.push(place);
    size += place.length;
    if (size < COMPACT_FRAME_BYTES) continue;
    yield chunk;
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield chunk;
}

/** The whole frames from a position on, up to the first that is not. */
function* frames(file: number, from: number, sizeBytes: number): Generator<Frame, void, undefined> {
  let buffer = new Uint8Array(64 * 1024);
  for (let at = from; at + FRAME_START_BYTES <= sizeBytes;) {
    readAll(file, buffer.subarray(0, FRAME_START_BYTES), at);
    const length = FRAME_START_BYTES + readUint32(buffer, 0);
    if (at + length > sizeBytes) return;
    if (length > buffer.length) buffer = new Uint8Array(length * 2);
    const bytes = buffer.subarray(0, length);
    readAll(file, bytes, at);
    const frame = decodeFrame(bytes, 0);
    if (frame === undefined) return;
    yield frame;
    at += frame.sizeBytes;
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

function readAll(file: number, bytes: Uint8Array, position: number): number {
  let at = 0;
  while (at < bytes.length) {
    const read = readSync(file, bytes, at, bytes.length - at, position + at);
    if (read === 0) break;
    at += read;
  }
  return at;
}

function storageError(error: unknown, what: string): WeirError {
  if (error instanceof WeirError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new WeirError('STORAGE_QUOTA', `${what}: the disk is full. Nothing of the write was kept.`, {
      hint: 'Make room on the disk.',
      cause: error,
    });
  }
  return new WeirError('STORAGE_FAILED', `${what}: ${reason}.`, {
    hint: 'Check the path, and that it may be read and written.',
    cause: error,
  });
}
