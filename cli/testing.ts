/** Runs commands within a test: their streams are texts, their folder is made for the test. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import pc from 'picocolors';
import type { Io } from './io.ts';
import { main } from './program.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly stdin?: string | Readable | undefined;
  readonly isTerminal?: boolean | undefined;
  readonly interrupted?: AbortSignal | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export class CliFolder {
  readonly path: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.path = mkdtempSync(join(tmpdir(), 'weir-cli-'));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  async run(args: readonly string[], options: CliOptions = {}): Promise<Outcome> {
    const [out, err] = [new Collector(), new Collector()];
    const { stdin = '' } = options;
    const io: Io = {
      stdin: typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]) : stdin,
      stdout: out,
      stderr: err,
      isTerminal: options.isTerminal === true,
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

/** A standard input that is written to while the command runs. */
export function openInput(): PassThrough {
  return new PassThrough();
}

class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
