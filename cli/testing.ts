/** Runs commands within a test: their streams are texts, their folder is made for the test. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import type { Io } from './io.ts';
import { main } from './program.ts';

const root = mkdtempSync(join(tmpdir(), 'weir-cli-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly stdin?: string | Readable | undefined;
  readonly isTerminal?: boolean | undefined;
  readonly isInteractive?: boolean | undefined;
  readonly interrupted?: AbortSignal | undefined;
  /** Told of each piece of standard output. */
  readonly onOutput?: ((text: string) => void) | undefined;
  /** Told of each piece of standard error. */
  readonly onErrorOutput?: ((text: string) => void) | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export class CliFolder {
  readonly path: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.path = mkdtempSync(join(root, 'case-'));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), text);
  }

  remove(name: string): void {
    rmSync(join(this.path, name));
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** The same with the bundle, as a process of its own. */
  spawn(args: readonly string[]): Outcome {
    const program = join(bundle(), 'main.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: this.path,
      encoding: 'utf8',
    });
    return { code: status ?? -1, out: stdout, err: stderr };
  }

  async run(args: readonly string[], options: CliOptions = {}): Promise<Outcome> {
    const out = new Collector(options.onOutput);
    const err = new Collector(options.onErrorOutput);
    const { stdin = '' } = options;
    const io: Io = {
      stdin: typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]) : stdin,
      stdout: out,
      stderr: err,
      isTerminal: options.isTerminal === true || options.isInteractive === true,
      isInteractive: options.isInteractive === true,
      colors: pc.createColors(false),
      errorColors: pc.createColors(false),
      columns: 120,
      cwd: this.path,
      env: options.env ?? {},
      interrupted: options.interrupted ?? new AbortController().signal,
    };
    const code = await main(args, io);
    return { code, out: out.text, err: err.text };
  }
}

/** Standard output, or standard error, while it comes. */
export class WatchedOutput {
  text = '';
  #seen = 0;
  #look: () => void = () => undefined;
  readonly #filter: (text: string) => string;

  constructor(filter: (text: string) => string = (text) => text) {
    this.#filter = filter;
  }

  readonly onOutput = (text: string): void => {
    this.text += this.#filter(text);
    this.#look();
  };

  /** Waits until the text is shown behind what was waited for before. @returns what is between them */
  async sees(text: string): Promise<string> {
    for (;;) {
      const at = this.text.indexOf(text, this.#seen);
      if (at >= 0) {
        const between = this.text.slice(this.#seen, at);
        this.#seen = at + text.length;
        return between;
      }
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }
}

let built: string | undefined;

function bundle(): string {
  if (built !== undefined) return built;
  built = mkdtempSync(join(root, 'bundle-'));
  const script = fileURLToPath(new URL('./build.js', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, built], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return built;
}

/** A standard input that is written to while the command runs. */
export function openInput(): PassThrough {
  return new PassThrough();
}

class Collector extends Writable {
  text = '';
  readonly #onText: ((text: string) => void) | undefined;

  constructor(onText: ((text: string) => void) | undefined) {
    super();
    this.#onText = onText;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.#onText?.(chunk.toString());
    done();
  }
}
