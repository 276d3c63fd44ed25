/**
 * What was typed at the prompt, kept in a file: one entry a line, oldest first. Statements over several lines are an entry
 * of their own once they are complete; until then their lines are.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onOneLine } from '../../src/core/sql/language/complete-statements.ts';
import { warn, type Io } from '../io.ts';

export const HISTORY_ENTRIES = 1000;

/** `weir/history` in the folder that the XDG Base Directory Specification has for state. */
export function defaultHistoryFile({ env }: Io): string {
  const state = env['XDG_STATE_HOME'];
  // The specification has relative paths ignored.
  const folder = state?.startsWith('/') === true ? state : join(env['HOME'] ?? homedir(), '.local', 'state');
  return join(folder, 'weir', 'history');
}

export class History {
  /** Newest first, as readline has them. */
  #entries: readonly string[] = [];
  #unfinished: readonly string[] = [];
  readonly #file: string;
  readonly #io: Io;
  #isBroken = false;

  constructor(file: string, io: Io) {
    this.#io = io;
    this.#file = resolve(io.cwd, file);
    this.#try(() => {
      const kept = readLines(this.#file);
      this.#entries = kept.slice(-HISTORY_ENTRIES).reverse();
      // Now and then, so that several sessions may add to it meanwhile.
      if (kept.length > 2 * HISTORY_ENTRIES) writeFileSync(this.#file, `${kept.slice(-HISTORY_ENTRIES).join('\n')}\n`);
    });
  }

  /** What Up goes through, newest first. */
  get lines(): readonly string[] {
    return [...this.#unfinished, ...this.#entries].slice(0, HISTORY_ENTRIES);
  }

  /** A line of a statement that goes on. */
  addLine(line: string): void {
    if (line.trim() !== '') this.#unfinished = [line, ...this.#unfinished];
  }

  /** The lines since the last time are complete statements. */
  complete(): void {
    const whole = onOneLine(this.#unfinished.toReversed().join('\n'));
    const added = (whole === undefined ? this.#unfinished : [whole]).filter((line) => line !== '');
    this.#unfinished = [];
    if (added.length === 0 || (added.length === 1 && added[0] === this.#entries[0])) return;
    this.#entries = [...added, ...this.#entries].slice(0, HISTORY_ENTRIES);
    this.#try(() => {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      appendFileSync(this.#file, `${added.toReversed().join('\n')}\n`, { mode: 0o600 });
    });
  }

  /** The input was cleared: its lines are not kept. */
  discard(): void {
    this.#unfinished = [];
  }

  /** A prompt without a history file is one all the same: it is told once. */
  #try(act: () => void): void {
    if (this.#isBroken) return;
    try {
      act();
    } catch (error) {
      this.#isBroken = true;
      const reason = error instanceof Error ? error.message : String(error);
      warn(this.#io, `${this.#io.errorColors.yellow('warning')}: the history is not kept: ${reason}`);
    }
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
