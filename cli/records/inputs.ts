/**
 * Inputs of `weir run`: files whose records go to topics. An input is fed once, as soon as there is a stream or table over its topic
 * (at the start, or after the statement that makes one), whose formats its records are written in. A topic that no
 * statement will be about gets its records at the start, as they are.
 *
 * Files are read whole before the script goes on. Standard input is live: it is read meanwhile, and `settled` tells when it has
 * ended.
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { WeirError } from '../../src/core/common/errors.ts';
import type { DataSource } from '../../src/core/ksql/catalog.ts';
import { declaredSources, parseLeniently } from '../../src/library/records/declared-topics.ts';
import type { AppendedRecord, Weir } from '../../src/library/weir.ts';
import { UsageError, type Io } from '../io.ts';
import { readLines } from './read-lines.ts';
import { recordEncoder, type InputFormat } from './record-encoder.ts';

export interface Input {
  /** A topic, or a stream or table. */
  readonly target: string;
  /** `-` is standard input. */
  readonly file: string;
}

/** `topic=file`. @throws UsageError */
export function parseAssignment(text: string, option: string): { readonly target: string; readonly file: string } {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) throw new UsageError(`${option} ${text}: expected TOPIC=FILE`);
  return { target: text.slice(0, at), file: text.slice(at + 1) };
}

export interface InputOptions {
  readonly format: InputFormat;
  /** Of topics that are made for inputs. */
  readonly partitions: number;
}

const APPEND_RECORDS = 5_000;

export class Inputs {
  readonly #weir: Weir;
  readonly #io: Io;
  readonly #options: InputOptions;
  #waiting: readonly Input[];
  readonly #live: Promise<void>[] = [];

  constructor(inputs: readonly Input[], weir: Weir, io: Io, options: InputOptions) {
    this.#waiting = inputs;
    this.#weir = weir;
    this.#io = io;
    this.#options = options;
  }

  /** Settles when standard input has ended; undefined when it is not read. @throws WeirError what was wrong with it */
  get settled(): Promise<unknown> | undefined {
    return this.#live.length === 0 ? undefined : Promise.all(this.#live);
  }

  /** Makes the topics that the script takes for granted, and feeds those that it says nothing of. */
  async prepare(script: string): Promise<void> {
    await this.feed();
    if (this.#waiting.length === 0) return;
    const { engine, session } = this.#weir;
    const statements = parseLeniently(script, session.variables());
    const declared = declaredSources(statements);
    // What a script that it runs declares is not known yet.
    const isWhole = statements.every(({ statement }) => statement.kind !== 'runScript');
    const existing = new Set((await engine.broker.listTopics()).map(({ topic }) => topic));
    for (const input of this.#waiting) {
      const { target } = input;
      const source = declared.find(({ name, topic }) => topic === target || name === target.toUpperCase());
      if (source === undefined && !isWhole) continue;
      const topic = source?.topic ?? target;
      if (source?.isDerived !== true && source?.partitions === undefined && !existing.has(topic)) {
        await engine.createTopic(topic, this.#options.partitions, 1);
        existing.add(topic);
      }
      if (source !== undefined) continue;
      this.#waiting = this.#waiting.filter((other) => other !== input);
      await this.#feed(input, topic, undefined);
    }
  }

  /** Feeds the inputs for which there is a stream or table by now. */
  async feed(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const { catalog } = this.#weir.engine.planner;
    for (const input of this.#waiting) {
      const { target } = input;
      const source =
        catalog.sources().find((known) => known.topic === target) ??
        catalog.source(target) ??
        catalog.source(target.toUpperCase());
      if (source === undefined) continue;
      this.#waiting = this.#waiting.filter((other) => other !== input);
      await this.#feed(input, source.topic, source);
    }
  }

  /** @throws WeirError UNKNOWN_SOURCE when an input found no stream or table */
  async finish(): Promise<void> {
    await this.settled;
    const [first] = this.#waiting;
    if (first === undefined) return;
    throw new WeirError(
      'UNKNOWN_SOURCE',
      `No statement made a stream or table over ${first.target}, and ${first.file} was not read.`,
      {
        hint: 'An input names a topic, or a stream or table.',
        details: { name: first.target },
      },
    );
  }

  async #feed(input: Input, topic: string, source: DataSource | undefined): Promise<void> {
    if (input.file !== '-') return this.#read(input, topic, source);
    const reading = this.#read(input, topic, source);
    // Told by `settled`; until somebody asks for it, a failure is no unhandled one.
    reading.catch(() => undefined);
    this.#live.push(reading);
  }

  async #read(input: Input, topic: string, source: DataSource | undefined): Promise<void> {
    const weir = this.#weir;
    const encode = recordEncoder(weir.engine, topic, source, this.#options.format);
    let batch: AppendedRecord[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await weir.append(topic, batch);
      batch = [];
    };
    let line = 1;
    try {
      for await (const lines of readLines(this.#textOf(input), /\.(csv|tsv)$/i.test(input.file))) {
        for (const each of lines) {
          line = each.line;
          batch.push(encode(each.json));
          if (batch.length >= APPEND_RECORDS) await flush();
        }
        if (input.file === '-') await flush();
      }
    } catch (error) {
      throw placed(error, input, line);
    }
    await flush();
  }

  #textOf({ file }: Input): AsyncIterable<string> {
    const stream: Readable = file === '-' ? this.#io.stdin : createReadStream(resolve(this.#io.cwd, file));
    return stream.setEncoding('utf8') as AsyncIterable<string>;
  }
}

function placed(error: unknown, { file }: Input, line: number): unknown {
  const name = file === '-' ? '<stdin>' : file;
  if (error instanceof WeirError) {
    const at = error.code === 'INVALID_FILE' ? (error.span?.line ?? line) : line;
    const details = { ...error.details, file: name, line: at };
    return new WeirError(error.code, error.message, { hint: error.hint, details, cause: error });
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const details = { file: name };
    return new WeirError('INVALID_FILE', `The file cannot be read: ${error.message}.`, { details, cause: error });
  }
  return error;
}
