/** For tests: calls a function of a family directly, without parsing or compiling an expression. */
import { assert } from '../../common/errors.ts';
import { INTEGER, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type { FunctionContext, ScalarSignature, SqlFunction, TypePattern } from './function.ts';

const NOW_MS = Date.UTC(2024, 0, 2, 3, 4, 5, 678);

export const testContext: FunctionContext = { config: {}, nowMs: () => NOW_MS, random: () => 0.5 };

/** Calls the first overload that the values fit. */
export type Call = (name: string, ...args: SqlValue[]) => SqlValue;

export function caller(functions: readonly SqlFunction[], context: FunctionContext = testContext): Call {
  return (name, ...args) => {
    const fn = functions.find((f) => f.name === name);
    assert(fn !== undefined && fn.kind === 'scalar', `${name} is a scalar function`);
    const signature = fn.signatures.find((s) => fits(s, args));
    assert(signature !== undefined, `${name} takes ${args.length} arguments like these`);
    const types = args.map((_, i) => typeOf(patternAt(signature, i)));
    const evaluate = signature.bind(types, context, INTEGER) as (...values: SqlValue[]) => SqlValue;
    return signature.nullOnNull === true && args.includes(null) ? null : evaluate(...args);
  };
}

function patternAt(signature: ScalarSignature, index: number): TypePattern | undefined {
  const last = signature.params.at(-1);
  return (signature.params[index] ?? (last?.variadic === true ? last : undefined))?.type;
}

function typeOf(pattern: TypePattern | undefined): SqlType {
  return pattern?.kind === 'type' ? pattern.type : INTEGER;
}

function fits(signature: ScalarSignature, args: readonly SqlValue[]): boolean {
  const variadic = signature.params.some((p) => p.variadic === true);
  const count = signature.params.length;
  if (variadic ? args.length < count - 1 : args.length !== count) return false;
  return args.every((value, i) => fitsPattern(patternAt(signature, i), value));
}

function fitsPattern(pattern: TypePattern | undefined, value: SqlValue): boolean {
  if (pattern === undefined) return false;
  if (value === null) return true;
  if (pattern.kind === 'intervalUnit') return typeof value === 'string';
  if (pattern.kind !== 'type') return true;
  switch (pattern.type.kind) {
    case 'VARCHAR':
      return typeof value === 'string';
    case 'BYTES':
      return value instanceof Uint8Array;
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'ARRAY':
    case 'STRUCT':
      return Array.isArray(value);
    case 'MAP':
      return value instanceof Map;
    default:
      return typeof value === 'number' || typeof value === 'bigint';
  }
}
