/**
 * User-defined functions: JavaScript that a person wrote, under a SQL signature.
 *
 * A definition is a module. What it has to export depends on its kind:
 *
 * | kind      | exports                                                                                         |
 * | --------- | ----------------------------------------------------------------------------------------------- |
 * | scalar    | `evaluate(...args)` gives one value                                                             |
 * | table     | `evaluate(...args)` gives an array: a row for each element                                      |
 * | aggregate | `initial()`, `add(state, ...args)`, `result(state)`; `undo(state, ...args)` to be usable on     |
 * |           | tables, `merge(a, b)` to be usable on session windows. States are whatever JSON can hold.       |
 *
 * The signature is written as the built-in functions' are: `x BIGINT, y VARCHAR -> BIGINT`. Values arrive as JavaScript
 * would have them: numbers (BIGINT as `bigint` beyond 2^53), strings, booleans, arrays, maps and structs as objects, DECIMAL
 * as text, BYTES as base64.
 */
import { assert, WeirError } from '../../common/errors.ts';
import { VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { ScriptTimeout, type ScriptModule, type ScriptSandbox } from '../../ports/script-sandbox.ts';
import type { AggregateSignature, SqlFunction, TypePattern } from '../../sql/functions/function.ts';
import { bound, over, parseSignature } from '../../sql/functions/signature.ts';
import { fromScript, toScript } from './marshal.ts';

export interface UserFunction {
  readonly name: string;
  readonly kind: 'scalar' | 'table' | 'aggregate';
  /** `x BIGINT -> BIGINT` */
  readonly signature: string;
  readonly description: string;
  /** A JavaScript module. */
  readonly source: string;
}

/** A function that is ready to be registered, and the module behind it. */
export interface CompiledUserFunction {
  readonly fn: SqlFunction;
  dispose(): void;
}

const NEEDED = { scalar: ['evaluate'], table: ['evaluate'], aggregate: ['initial', 'add', 'result'] } as const;

/** @throws WeirError INVALID_FUNCTION for a name, a signature or a module that will not do */
export function compileUserFunction(definition: UserFunction, sandbox: ScriptSandbox): CompiledUserFunction {
  const { name, kind, signature, source, description } = definition;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw invalid(name, `${JSON.stringify(name)} is no function name`, 'Use letters, digits and underscores.');
  }
  const { params, returns } = parseUserSignature(definition);
  let module: ScriptModule;
  try {
    module = sandbox.load(source, name);
  } catch (error) {
    throw invalid(
      name,
      `its code cannot be loaded: ${messageOf(error)}`,
      'The code is a JavaScript module with exported functions.',
    );
  }
  const missing = NEEDED[kind].filter((needed) => !module.exports.includes(needed));
  if (missing.length > 0) {
    module.dispose();
    throw invalid(
      name,
      `it does not export ${missing.join(', ')}`,
      `Add: export function ${missing[0] ?? ''}(...) { ... }`,
    );
  }
  const call = caller(name, module);
  const base = { name: name.toUpperCase(), category: 'USER', description };
  const paramTypes = params.map((p) => p.type);
  const fn: SqlFunction =
    kind === 'aggregate'
      ? { ...base, kind, signatures: [aggregateSignature(signature, concrete(name, returns), module, call)] }
      : {
          ...base,
          kind,
          signatures: [
            bound(signature, (argTypes) => {
              const write = argTypes.map((type) => toScript(type));
              const read = fromScript(
                kind === 'table' ? { kind: 'ARRAY', element: concrete(name, returns) } : concrete(name, returns),
              );
              return (...args: SqlValue[]) =>
                read(
                  call(
                    'evaluate',
                    args.map((arg, i) => (write[i] ?? toScript(VARCHAR))(arg)),
                  ),
                );
            }),
          ],
        };
  assert(paramTypes.length === params.length, 'a signature has a type for each parameter');
  return {
    fn,
    dispose: () => {
      module.dispose();
    },
  };
}

function parseUserSignature(definition: UserFunction): ReturnType<typeof parseSignature> {
  try {
    return parseSignature(definition.signature);
  } catch (error) {
    throw invalid(
      definition.name,
      `its signature cannot be read: ${messageOf(error)}`,
      'Write it as: x BIGINT, y VARCHAR -> BIGINT',
    );
  }
}

type Call = (name: string, args: readonly unknown[]) => unknown;

/** A function that ran away once is not called again: each call would hold everything up for as long. */
function caller(name: string, module: ScriptModule): Call {
  let ended: WeirError | undefined;
  return (member, args) => {
    if (ended !== undefined) throw ended;
    try {
      const result: unknown = JSON.parse(module.call(member, JSON.stringify(args)));
      return result;
    } catch (error) {
      if (error instanceof ScriptTimeout) {
        ended = new WeirError('FUNCTION_RAN_AWAY', `${name} took too long and was ended: ${error.message}`, {
          hint: 'Mend it and add it again.',
          details: { function: name },
        });
        throw ended;
      }
      throw new WeirError('FUNCTION_FAILED', `${name} failed: ${messageOf(error)}`, { details: { function: name } });
    }
  };
}

/** The state between records is the module's own value as JSON text. */
function aggregateSignature(
  signature: string,
  returnType: SqlType,
  module: ScriptModule,
  call: Call,
): AggregateSignature {
  const [params = ''] = signature.split('->');
  return over(params, (argTypes) => {
    const write = argTypes.map((type) => toScript(type));
    const read = fromScript(returnType);
    const asArgs = (args: readonly SqlValue[]): unknown[] => args.map((arg, i) => (write[i] ?? toScript(VARCHAR))(arg));
    const stateOf = (state: SqlValue): unknown => {
      assert(typeof state === 'string', 'a state is JSON text');
      const parsed: unknown = JSON.parse(state);
      return parsed;
    };
    const step =
      (member: string) =>
      (state: SqlValue, args: readonly SqlValue[]): SqlValue =>
        JSON.stringify(call(member, [stateOf(state), ...asArgs(args)]));
    return {
      stateType: VARCHAR,
      returnType,
      initial: () => JSON.stringify(call('initial', [])),
      add: step('add'),
      ...(module.exports.includes('undo') ? { undo: step('undo') } : {}),
      merge: (a, b) => JSON.stringify(call('merge', [stateOf(a), stateOf(b)])),
      result: (state) => read(call('result', [stateOf(state)])),
    };
  });
}

/** Results have one definite type. */
function concrete(name: string, pattern: TypePattern): SqlType {
  switch (pattern.kind) {
    case 'type':
      return pattern.type;
    case 'array':
      return { kind: 'ARRAY', element: concrete(name, pattern.element) };
    case 'map':
      return { kind: 'MAP', key: concrete(name, pattern.key), value: concrete(name, pattern.value) };
    default:
      throw invalid(
        name,
        'its result has no definite type',
        'End the signature with a type such as -> DOUBLE or -> ARRAY<VARCHAR>.',
      );
  }
}

function invalid(name: string, problem: string, hint: string): WeirError {
  return new WeirError('INVALID_FUNCTION', `The function ${name} cannot be added: ${problem}.`, {
    hint,
    details: { function: name },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
