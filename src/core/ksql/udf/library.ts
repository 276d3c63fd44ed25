/**
 * The user-defined functions of a workspace. Their truth is a topic, a record per function (a tombstone removes it), read
 * before the command topic so that replayed queries find their functions. The sandbox is only loaded when there is one.
 */
import { WeirError } from '../../common/errors.ts';
import type { BrokerApi } from '../../broker/api.ts';
import { RecordBatchBuilder } from '../../log/record-batch-builder.ts';
import type { ScriptSandbox } from '../../ports/script-sandbox.ts';
import type { FunctionRegistry } from '../../sql/functions/function.ts';
import { readAll } from '../engine/command-log.ts';
import { compileUserFunction, type CompiledUserFunction, type UserFunction } from './definition.ts';

export const FUNCTIONS_TOPIC = '_weir_functions';

export interface LibraryOptions {
  readonly broker: BrokerApi;
  readonly functions: FunctionRegistry;
  readonly nowMs: () => number;
  /** Undefined where no sandbox is to be had: then functions are refused. */
  readonly openSandbox: (() => Promise<ScriptSandbox>) | undefined;
}

/** A function that could not be made when the library was read. It is kept, and may be replaced or removed. */
export interface UnloadedFunction {
  readonly definition: UserFunction;
  readonly error: WeirError;
}

interface LoadedFunction {
  readonly definition: UserFunction;
  readonly compiled: CompiledUserFunction;
}

export class FunctionLibrary {
  readonly #options: LibraryOptions;
  readonly #entries = new Map<string, LoadedFunction | UnloadedFunction>();
  #sandbox: ScriptSandbox | undefined;

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  /** Those that could not be made included. */
  definitions(): readonly UserFunction[] {
    return [...this.#entries.values()].map((entry) => entry.definition);
  }

  unloaded(): readonly UnloadedFunction[] {
    return [...this.#entries.values()].filter((entry) => 'error' in entry);
  }

  /** Replays the functions topic. A function that cannot be made (a built-in has taken its name) keeps no workspace shut. */
  async recover(): Promise<void> {
    const decoder = new TextDecoder();
    const definitions = new Map<string, UserFunction | null>();
    await readAll(this.#options.broker, FUNCTIONS_TOPIC, (_offset, key, value) => {
      if (key === null) return;
      definitions.set(decoder.decode(key), value === null ? null : (JSON.parse(decoder.decode(value)) as UserFunction));
    });
    for (const [name, definition] of definitions) {
      if (definition === null) continue;
      try {
        await this.#load(definition);
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        this.#entries.set(name, { definition, error });
      }
    }
  }

  /**
   * Adds a function, or replaces one of the same name.
   * @throws WeirError INVALID_FUNCTION, FUNCTION_EXISTS for a built-in's name; nothing was changed then
   */
  async add(definition: UserFunction): Promise<void> {
    await this.#load(definition);
    await this.#write(definition.name.toUpperCase(), definition);
  }

  /**
   * @param queries those that run, with their statements
   * @throws WeirError UNKNOWN_FUNCTION, FUNCTION_IN_USE while the statement of a query calls it
   */
  async remove(name: string, queries: readonly { readonly id: string; readonly statement: string }[]): Promise<void> {
    const upper = name.toUpperCase();
    const entry = this.#entries.get(upper);
    if (entry === undefined) {
      throw new WeirError('UNKNOWN_FUNCTION', `There is no function ${name} of your own.`, {
        hint: 'Built-in functions stay.',
        details: { function: name },
      });
    }
    const call = new RegExp(`\\b${upper}\\s*\\(`, 'i');
    const users = queries.filter(({ statement }) => call.test(statement)).map(({ id }) => id);
    if (users.length > 0) {
      throw new WeirError('FUNCTION_IN_USE', `${name} cannot be removed: ${users.join(', ')} use it.`, {
        hint: `Terminate them first: ${users.map((id) => `TERMINATE ${id};`).join(' ')}`,
        details: { function: name, queries: users },
      });
    }
    await this.#write(upper, null);
    this.#entries.delete(upper);
    if ('error' in entry) return;
    this.#options.functions.remove(upper);
    entry.compiled.dispose();
  }

  async #load(definition: UserFunction): Promise<void> {
    const { openSandbox, functions } = this.#options;
    if (openSandbox === undefined)
      throw new WeirError(
        'UNSUPPORTED',
        'User-defined functions need a sandbox, and this engine was opened without one.',
      );
    this.#sandbox ??= await openSandbox();
    const compiled = compileUserFunction(definition, this.#sandbox);
    try {
      functions.add(compiled.fn);
    } catch (error) {
      compiled.dispose();
      throw error;
    }
    // A running query keeps the function that it was compiled with; the old module is only let go with the engine.
    this.#entries.set(definition.name.toUpperCase(), { definition, compiled });
  }

  async #write(name: string, definition: UserFunction | null): Promise<void> {
    const encoder = new TextEncoder();
    const builder = new RecordBatchBuilder();
    builder.append(
      encoder.encode(name),
      definition === null ? null : encoder.encode(JSON.stringify(definition)),
      this.#options.nowMs(),
    );
    await this.#options.broker.produce({
      batches: [{ topic: FUNCTIONS_TOPIC, partition: 0, records: builder.build() }],
      durability: 'strict',
    });
  }
}
