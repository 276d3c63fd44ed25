/** QuickJS, compiled to WebAssembly, as the sandbox for a person's own functions. Works alike in workers and in Node. */
import variant from '@jitl/quickjs-singlefile-mjs-release-sync';
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSHandle } from 'quickjs-emscripten-core';
import { ScriptTimeout, type ScriptModule, type ScriptSandbox } from '../core/ports/script-sandbox.ts';

const MEMORY_BYTES = 32 * 1024 * 1024;
const STACK_BYTES = 512 * 1024;
const CALL_LIMIT_MS = 500;

/** Turns a function into one from JSON to JSON, inside the sandbox: one crossing for each call. */
const WRAPPER = `(fn) => (json) => {
  const revive = (_, v) => (typeof v === 'object' && v !== null && '$big' in v ? BigInt(v.$big) : v);
  const replace = (_, v) => (typeof v === 'bigint' ? { $big: String(v) } : v);
  const result = fn(...JSON.parse(json, revive));
  return JSON.stringify(result === undefined ? null : result, replace);
}`;

export interface SandboxOptions {
  /** Wall clock for the time limit. */
  readonly nowMs: () => number;
  readonly callLimitMs?: number | undefined;
}

/** Loads the interpreter: about 1 MB, once, and only when a person has functions. */
export async function openQuickJsSandbox(options: SandboxOptions): Promise<ScriptSandbox> {
  const module = await newQuickJSWASMModuleFromVariant(variant);
  const { nowMs, callLimitMs = CALL_LIMIT_MS } = options;
  return {
    load(source, name) {
      const runtime = module.newRuntime({ memoryLimitBytes: MEMORY_BYTES, maxStackSizeBytes: STACK_BYTES });
      const context = runtime.newContext();
      let deadlineMs = Number.POSITIVE_INFINITY;
      runtime.setInterruptHandler(() => nowMs() > deadlineMs);
      const limited = <T>(work: () => T): T => {
        deadlineMs = nowMs() + callLimitMs;
        try {
          return work();
        } catch (error) {
          throw nowMs() > deadlineMs ? new ScriptTimeout(callLimitMs) : error;
        } finally {
          deadlineMs = Number.POSITIVE_INFINITY;
        }
      };
      try {
        return limited(() => new QuickJsModule(context, source, name, limited));
      } catch (error) {
        context.dispose();
        runtime.dispose();
        throw error;
      }
    },
  };
}

class QuickJsModule implements ScriptModule {
  readonly exports: readonly string[];
  readonly #context: QuickJSContext;
  readonly #functions = new Map<string, QuickJSHandle>();
  readonly #limited: <T>(work: () => T) => T;

  constructor(context: QuickJSContext, source: string, name: string, limited: <T>(work: () => T) => T) {
    this.#context = context;
    this.#limited = limited;
    const namespace = unwrap(context, context.evalCode(source, `${name}.js`, { type: 'module' }));
    const wrapper = unwrap(context, context.evalCode(WRAPPER));
    const names = unwrapNames(context, namespace);
    for (const key of names) {
      const member = context.getProp(namespace, key);
      if (context.typeof(member) === 'function') {
        this.#functions.set(key, unwrap(context, context.callFunction(wrapper, context.undefined, member)));
      }
      member.dispose();
    }
    wrapper.dispose();
    namespace.dispose();
    this.exports = [...this.#functions.keys()];
  }

  call(name: string, argsJson: string): string {
    const context = this.#context;
    const fn = this.#functions.get(name);
    if (fn === undefined) throw new Error(`The module exports no function ${name}.`);
    return this.#limited(() => {
      const args = context.newString(argsJson);
      try {
        const result = unwrap(context, context.callFunction(fn, context.undefined, args));
        const text = context.getString(result);
        result.dispose();
        return text;
      } finally {
        args.dispose();
      }
    });
  }

  dispose(): void {
    for (const fn of this.#functions.values()) fn.dispose();
    this.#functions.clear();
    const { runtime } = this.#context;
    this.#context.dispose();
    runtime.dispose();
  }
}

type Result = ReturnType<QuickJSContext['evalCode']>;

function unwrap(context: QuickJSContext, result: Result): QuickJSHandle {
  if (result.error === undefined) return result.value;
  const thrown: unknown = context.dump(result.error);
  result.error.dispose();
  throw new Error(describe(thrown));
}

/** Names of all members, functions among them. */
function unwrapNames(context: QuickJSContext, handle: QuickJSHandle): readonly string[] {
  const listed = context.getOwnPropertyNames(handle, { strings: true });
  if (listed.error !== undefined) {
    listed.error.dispose();
    throw new Error('The exports of the module cannot be listed.');
  }
  const names = listed.value.map((name) => context.getString(name));
  listed.value.dispose();
  return names;
}

function describe(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const { name, message } = thrown as { name?: unknown; message?: unknown };
  return typeof message === 'string'
    ? `${typeof name === 'string' ? `${name}: ` : ''}${message}`
    : JSON.stringify(thrown);
}
