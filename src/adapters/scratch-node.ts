/** Scratch room in a file of Node's, which is gone from its folder as soon as it is open where the system allows that. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeirError } from '../core/common/errors.ts';
import type { ScratchFile } from '../core/ports/scratch.ts';

/** @param folder where the file lies; default: the system's folder for temporary files. @throws WeirError STORAGE_FAILED */
export function openNodeScratch(folder: string = tmpdir()): ScratchFile {
  const home = attempt('be created', () => mkdtempSync(join(folder, 'weir-scratch-')));
  const file = attempt('be created', () => openSync(join(home, 'state'), 'w+'));
  const remove = (): void => rmSync(home, { recursive: true, force: true });
  if (process.platform !== 'win32') attempt('be unlinked', remove);
  return {
    read: (into, at) =>
      attempt('be read', () => {
        for (let done = 0; done < into.length;) {
          const count = readSync(file, into, done, into.length - done, at + done);
          if (count === 0) throw new Error(`it ends at ${at + done}`);
          done += count;
        }
      }),
    write: (bytes, at) =>
      attempt('be written', () => {
        for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done);
      }),
    truncate: (sizeBytes) => attempt('be cut', () => ftruncateSync(file, sizeBytes)),
    close: () =>
      attempt('be closed', () => {
        closeSync(file);
        if (process.platform === 'win32') remove();
      }),
  };
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const isFull = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
    throw new WeirError(
      isFull ? 'STORAGE_QUOTA' : 'STORAGE_FAILED',
      `The scratch file for state stores cannot ${what}: ${error instanceof Error ? error.message : String(error)}.`,
      { hint: isFull ? 'Free some disk space.' : undefined, cause: error },
    );
  }
}
