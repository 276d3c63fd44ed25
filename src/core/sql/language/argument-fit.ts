/**
 * Which overload a call is about to use, and which values its next argument takes, from the signatures as they are shown:
 * `SUBSTRING(STRING str, INTEGER pos) -> STRING`. An argument whose type is not known fits everything.
 */
import type { SqlType } from '../../common/sql-type.ts';
import type { TypePattern } from '../functions/function.ts';
import { unify } from '../functions/type-pattern.ts';
import { parsePattern } from '../functions/signature.ts';

/** The parts of `NAME(a BIGINT, b STRING) -> BIGINT` that stand for its parameters. */
export function parametersOf(signature: string): readonly (readonly [number, number])[] {
  const open = signature.indexOf('(');
  const parts: (readonly [number, number])[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open + 1; open >= 0 && i < signature.length; i++) {
    const c = signature[i];
    if (c === '(' || c === '<' || c === '[') depth++;
    else if (c === ')' && depth === 0) {
      if (signature.slice(start, i).trim() !== '') parts.push([start, i]);
      break;
    } else if (c === ')' || c === ']' || (c === '>' && signature[i - 1] !== '=' && signature[i - 1] !== '-')) depth--;
    else if (c === ',' && depth === 0) {
      parts.push([start, i]);
      start = i + 1;
    }
  }
  return parts;
}

interface Overload {
  readonly patterns: readonly TypePattern[];
  /** Index of the parameter that takes any number of arguments, or -1. */
  readonly variadic: number;
}

const overloads = new Map<string, Overload>();

function overloadOf(signature: string): Overload {
  const known = overloads.get(signature);
  if (known !== undefined) return known;
  const texts = parametersOf(signature).map(([start, end]) => signature.slice(start, end));
  const overload = {
    patterns: texts.map((text) => parsePattern(text)),
    variadic: texts.findIndex((text) => text.includes('...')),
  };
  overloads.set(signature, overload);
  return overload;
}

function patternAt({ patterns, variadic }: Overload, index: number): TypePattern | undefined {
  return variadic >= 0 && index > variadic ? patterns[variadic] : patterns[index];
}

type Generics = Map<string, SqlType>;

/** What the type variables stand for after the arguments, or undefined when one does not fit. */
function take(overload: Overload, args: readonly (SqlType | undefined)[]): Generics | undefined {
  const generics: Generics = new Map();
  const fits = args.every((type, i) => {
    const pattern = patternAt(overload, i);
    return pattern !== undefined && (type === undefined || unify(pattern, type, generics, true));
  });
  return fits ? generics : undefined;
}

/**
 * The first overload that takes these arguments and one more, or else the first that has so many parameters.
 * @returns an index; 0 when none does
 */
export function overloadFor(signatures: readonly string[], earlier: readonly (SqlType | undefined)[]): number {
  const isOpen = (signature: string): boolean => patternAt(overloadOf(signature), earlier.length) !== undefined;
  const fitting = signatures.findIndex((s) => isOpen(s) && take(overloadOf(s), earlier) !== undefined);
  return Math.max(0, fitting >= 0 ? fitting : signatures.findIndex(isOpen));
}

export type Fit = 'exact' | 'converted' | 'none';

/** How well a value of the type serves as the argument after `earlier`, in the overload that takes it best. */
export function argumentFit(
  signatures: readonly string[],
  earlier: readonly (SqlType | undefined)[],
  type: SqlType,
): Fit {
  let best: Fit = 'none';
  for (const signature of signatures) {
    const overload = overloadOf(signature);
    const pattern = patternAt(overload, earlier.length);
    const generics = take(overload, earlier);
    if (pattern === undefined || generics === undefined) continue;
    if (unify(pattern, type, new Map(generics), false)) return 'exact';
    if (unify(pattern, type, new Map(generics), true)) best = 'converted';
  }
  return best;
}
