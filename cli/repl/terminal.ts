/**
 * The prompt: lines from Node's readline, gathered to statements. Ctrl-C clears what has been typed, or interrupts what is
 * being carried out; Ctrl-D ends. Without a terminal it is the lines alone.
 */
import { createInterface, type Interface } from 'node:readline';
import { completeStatements } from '../../src/core/sql/language/complete-statements.ts';
import { warn, type Io } from '../io.ts';
import type { Completions } from './complete.ts';
import { HISTORY_ENTRIES, type History } from './history.ts';

export interface TerminalOptions {
  /** Undefined without a terminal. */
  readonly history: History | undefined;
  /** @param text what has been typed of the statement, the lines before included */
  readonly complete: (text: string, offset: number) => Promise<Completions>;
}

export class Terminal {
  readonly #readline: Interface;
  readonly #io: Io;
  readonly #options: TerminalOptions;
  readonly #isInteractive: boolean;
  /** The lines of a statement that is not complete, each with its end. */
  #pending = '';
  #running: AbortController | undefined;
  #isClosed = false;
  /** Readline's own list, which is kept in step with the history. */
  #recalled: string[] = [];

  constructor(io: Io, options: TerminalOptions) {
    this.#io = io;
    this.#options = options;
    this.#isInteractive = options.history !== undefined;
    this.#readline = createInterface({
      input: io.stdin,
      terminal: this.#isInteractive,
      historySize: HISTORY_ENTRIES,
      history: [...(options.history?.lines ?? [])],
      ...(this.#isInteractive ? { output: io.stdout } : {}),
      completer: (line: string, done: (error: Error | null, result?: Completions) => void) => {
        const text = this.#pending + this.#readline.line;
        options.complete(text, this.#pending.length + line.length).then(
          (completions) => done(null, completions),
          (error: unknown) => {
            warn(io, `\n${String(error)}`);
            done(null, [[], line]);
          },
        );
      },
    });
    this.#readline.on('history', (lines) => {
      this.#recalled = lines;
    });
    this.#readline.on('SIGINT', () => this.#interrupt());
    this.#readline.on('close', () => {
      this.#isClosed = true;
      this.#running?.abort();
    });
    io.interrupted.addEventListener('abort', () => this.#readline.close(), { once: true });
    if (io.interrupted.aborted) this.#readline.close();
  }

  /**
   * Gives the statements that have been typed, one or several at a time, to `execute`, until the input ends.
   * @param execute carries them out; its signal is aborted by Ctrl-C, and at the end of the session
   */
  async serve(execute: (text: string, interrupted: AbortSignal) => Promise<void>): Promise<void> {
    const { history } = this.#options;
    this.#prompt();
    for await (const line of this.#readline) {
      if (this.#io.interrupted.aborted) return;
      const text = `${this.#pending}${line}\n`;
      history?.addLine(line);
      if (this.#isInteractive && /^\s*(?:exit|quit)\s*;?\s*$/i.test(text)) return this.#readline.close();
      const { end, hasRest } = completeStatements(text);
      this.#pending = hasRest ? text.slice(end).trimStart() : '';
      if (!hasRest) history?.complete();
      this.#recall();
      if (end > 0) await this.#execute(text.slice(0, end), execute);
      this.#prompt();
    }
    // After Ctrl-D the shell's prompt begins a line.
    if (this.#isInteractive) this.#io.stdout.write('\n');
    // What a pipe brings may end without a semicolon.
    else if (this.#pending !== '' && !this.#io.interrupted.aborted) await this.#execute(this.#pending, execute);
  }

  async #execute(text: string, execute: (text: string, interrupted: AbortSignal) => Promise<void>): Promise<void> {
    this.#running = new AbortController();
    if (this.#io.interrupted.aborted) this.#running.abort();
    try {
      await execute(text, this.#running.signal);
    } finally {
      this.#running = undefined;
    }
  }

  #prompt(): void {
    if (!this.#isInteractive || this.#isClosed) return;
    const { hasRest, unclosed } = completeStatements(this.#pending);
    const prompt = hasRest ? `${(unclosed ?? '-').slice(-1).padStart(4)}> ` : 'weir> ';
    this.#readline.setPrompt(this.#io.colors.bold(prompt));
    this.#readline.prompt(true);
  }

  #interrupt(): void {
    if (this.#running !== undefined) {
      if (!this.#running.signal.aborted) this.#io.stdout.write('^C\n');
      this.#running.abort();
      return;
    }
    this.#pending = '';
    this.#options.history?.discard();
    this.#recall();
    this.#readline.write(null, { ctrl: true, name: 'e' });
    this.#io.stdout.write('^C\n');
    this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#prompt();
  }

  #recall(): void {
    const { history } = this.#options;
    if (history !== undefined) this.#recalled.splice(0, this.#recalled.length, ...history.lines);
  }
}
