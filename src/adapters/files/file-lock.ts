/**
 * One folder, one owner: a file that says which process has the folder. It is made so that of several processes one
 * succeeds. A process that dies leaves its file behind; the next one sees that its process is gone and takes over. A process
 * is known by its id and, where the system tells (Linux), by when it started, for ids are used again.
 */
import { closeSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { WeirError } from '../../core/common/errors.ts';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** In clock ticks since the machine's start. */
  readonly started: string | null;
}

export interface FileLock {
  release(): void;
}

const FILE_NAME = 'lock';
/** Others may come in between a look at the file and taking it over. */
const TRIES = 5;

/** @throws WeirError STORAGE_LOCKED with the owner's process id in `details.owner` */
export function acquireFileLock(folder: string): FileLock {
  const path = join(folder, FILE_NAME);
  const self: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  for (let i = 0; i < TRIES; i++) {
    if (create(path, JSON.stringify(self))) return { release: () => unlinkSync(path) };
    const text = readIfThere(path);
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (owner === undefined || !isGone(owner)) throw locked(folder, path, owner);
    takeAway(path, text);
  }
  throw locked(folder, path, undefined);
}

function create(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new WeirError('STORAGE_FAILED', `The file ${path} cannot be made: ${String(error)}.`, { cause: error });
  }
  writeSync(file, text);
  closeSync(file);
  return true;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined while its maker is still writing it. */
function parseOwner(text: string): Owner | undefined {
  const [, pid, host, started] = /^\{"pid":(\d+),"host":("(?:[^"\\]|\\.)*"),"started":(null|"\d+")\}$/.exec(text) ?? [];
  if (pid === undefined || host === undefined || started === undefined) return undefined;
  return {
    pid: Number(pid),
    host: JSON.parse(host) as string,
    started: JSON.parse(started) as string | null,
  };
}

/** Whether its process has ended. Of processes on other machines nothing is known. */
function isGone({ pid, host, started }: Owner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
  return started !== null && started !== startOf(pid);
}

/** Field 22 of /proc/PID/stat, counted behind the command's closing parenthesis, for the command may hold spaces. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    // no Linux, or the process has ended since
    if (codeOf(error) === undefined) throw error;
    return null;
  }
}

/** Removes the file of a process that is gone; when it was another's by then, puts it back. */
function takeAway(path: string, expected: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') === expected) unlinkSync(aside);
  else renameSync(aside, path);
}

function locked(folder: string, path: string, owner: Owner | undefined): WeirError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return new WeirError('STORAGE_LOCKED', `The folder ${folder} is in use by ${who}.`, {
    hint: `Wait until it has ended, or use another folder. If no such process runs any more, remove ${path}.`,
    details: { folder, owner: owner?.pid ?? null },
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
