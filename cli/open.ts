/** The engine of `weir run` and `weir repl`, as the options that they share ask for it. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FileStorage } from '../src/adapters/storage-files.ts';
import { WeirError } from '../src/core/common/errors.ts';
import { NO_SPAN } from '../src/core/common/position.ts';
import { Weir, type WeirOptions } from '../src/library/weir.ts';
import { UsageError, warn, type Io } from './io.ts';
import { errorText } from './show/error-text.ts';

export interface EngineOptions {
  /** A folder for the log; memory when there is none. */
  readonly storage?: string | undefined;
  /** `name=value` */
  readonly define: readonly string[];
  readonly set: readonly string[];
}

/** @throws WeirError STORAGE_LOCKED, STORAGE_FAILED, CORRUPT_BATCH; UsageError */
export async function openWeir(
  options: EngineOptions,
  io: Io,
  hooks: Pick<WeirOptions, 'onRecordError' | 'onQueryStopped' | 'beforePull'> = {},
): Promise<Weir> {
  const variables = options.define.map((text) => pair(text, '--define'));
  const config = Object.fromEntries(options.set.map((text) => pair(text, '--set')));
  const storage =
    options.storage === undefined
      ? undefined
      : FileStorage.open(resolve(io.cwd, options.storage), {
          onTornTail: (bytes) => {
            warn(io, `${options.storage}: ${bytes} bytes of a write that had not been finished were cut off.`);
          },
        });
  const weir = await Weir.open({
    storage,
    config,
    readScript: (path) => readScript(path, io),
    ...hooks,
  });
  for (const [name, value] of variables) weir.session.define({ kind: 'define', name, value, span: NO_SPAN });
  for (const { definition, error } of weir.engine.library.unloaded()) {
    warn(io, `The function ${definition.name} cannot be used: ${error.code} ${error.message}`);
  }
  for (const { statement, error } of weir.engine.skippedCommands) {
    warn(io, `A statement of an earlier run was left out: ${error.code} ${error.message}\n  ${statement}`);
  }
  return weir;
}

/** `name=value`. @throws UsageError */
export function pair(text: string, option: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`${option} ${text}: expected NAME=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function readScript(path: string, io: Io): string | undefined {
  const file = resolve(io.cwd, path);
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  } catch (error) {
    throw new WeirError('INVALID_FILE', `The script ${path} cannot be read.`, { cause: error, details: { path } });
  }
}

/** Tells of persistent queries that stop: of each when it does, and what follows from it without its reasons. */
export class StoppedQueries {
  readonly #io: Io;
  readonly #told = new Set<string>();

  constructor(io: Io) {
    this.#io = io;
  }

  readonly note = (error: WeirError): void => {
    const queryId = stoppedQuery(error);
    if (queryId !== undefined) this.#told.add(queryId);
    warn(this.#io, errorText(error, undefined, this.#io.errorColors));
  };

  /** Whether the error is that of a query that has been told of. */
  isTold(error: unknown): error is WeirError {
    const queryId = stoppedQuery(error);
    return queryId !== undefined && this.#told.has(queryId);
  }

  /** The error of a statement without what has been told. */
  rest(error: unknown): unknown {
    if (!this.isTold(error)) return error;
    const { code, span, details } = error;
    const why = `${stoppedQuery(error) ?? ''} has failed`;
    const message = `What this statement asks for may be incomplete, for ${why}: it was not carried out.`;
    return new WeirError(code, message, { span, details, cause: error });
  }
}

/** Undefined for another error than that of a query that has stopped. */
function stoppedQuery(error: unknown): string | undefined {
  const queryId = error instanceof WeirError ? error.details['queryId'] : undefined;
  return typeof queryId === 'string' ? queryId : undefined;
}

/** Counts the records that queries skip, and tells of them at the end. */
export class SkippedRecords {
  readonly #byQuery = new Map<string, { count: number; readonly first: unknown }>();

  readonly note = (queryId: string, error: unknown): void => {
    const known = this.#byQuery.get(queryId);
    if (known === undefined) this.#byQuery.set(queryId, { count: 1, first: error });
    else known.count++;
  };

  get isEmpty(): boolean {
    return this.#byQuery.size === 0;
  }

  report(io: Io): void {
    for (const [queryId, { count, first }] of this.#byQuery) {
      const reason = first instanceof WeirError ? `${first.code} ${first.message}` : String(first);
      const problems = count === 1 ? '1 problem' : `${count} problems`;
      warn(io, `${io.errorColors.yellow('warning')}: ${queryId} had ${problems} with records, the first: ${reason}`);
    }
  }
}
