/** What a command sees of the process, so that tests can run commands in theirs. */
import type { Readable, Writable } from 'node:stream';
import pc from 'picocolors';
import { WeirError } from '../src/core/common/errors.ts';

export type Colors = ReturnType<typeof pc.createColors>;

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Does somebody look at the output? Then results are tables by default. */
  readonly isTerminal: boolean;
  /** Does somebody type the input, and look at the output? */
  readonly isInteractive: boolean;
  /** Of standard output and of standard error, where messages go. */
  readonly colors: Colors;
  readonly errorColors: Colors;
  /** The terminal's width in columns. */
  readonly columns: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Exit codes. `FAILED`: a statement, a test or a check did; `USAGE`: the command line is wrong. */
export const EXIT = { OK: 0, FAILED: 1, USAGE: 2, INTERRUPTED: 130 } as const;

export function print(io: Io, line: string): void {
  io.stdout.write(`${line}\n`);
}

export function warn(io: Io, line: string): void {
  io.stderr.write(`${line}\n`);
}

/** The command line is wrong. */
export class UsageError extends Error {}

/** Whether it is Ctrl-C that ended the work. */
export function isInterruption(error: unknown): boolean {
  return error instanceof WeirError && error.code === 'INTERRUPTED';
}

/** The process's own. @param interrupted aborted by Ctrl-C */
export function processIo(interrupted: AbortSignal): Io {
  const { stdin, stdout, stderr, env } = process;
  const colored = (stream: { readonly isTTY?: boolean }): boolean =>
    env['NO_COLOR'] === undefined && (env['FORCE_COLOR'] !== undefined || stream.isTTY === true);
  return {
    stdin,
    stdout,
    stderr,
    isTerminal: stdout.isTTY === true,
    isInteractive: stdin.isTTY === true && stdout.isTTY === true,
    colors: pc.createColors(colored(stdout)),
    errorColors: pc.createColors(colored(stderr)),
    columns: stdout.columns ?? 120,
    cwd: process.cwd(),
    env,
    interrupted,
  };
}
