/** Which arguments, written otherwise, would make a call fit one of its function's overloads. */
import { WeirError } from '../../common/errors.ts';
import { isNumeric, sameType, type SqlType } from '../../common/sql-type.ts';
import type { FunctionCall } from '../../sql/ast.ts';
import type { Argument, SqlFunction, TypePattern } from '../../sql/functions/function.ts';
import { canCastImplicitly, expand } from '../../sql/functions/type-pattern.ts';
import { castSuggestion } from './cast.ts';
import { widerNumeric } from './numeric-types.ts';

/** The error of a call that no overload takes, with the arguments that would do; the one of them is its rewrite. */
export function withMends(
  error: unknown,
  fn: SqlFunction | undefined,
  call: FunctionCall,
  args: readonly Argument[],
): unknown {
  if (!(error instanceof WeirError) || error.code !== 'NO_MATCHING_FUNCTION' || fn === undefined) return error;
  const mends = mendsForOverload(fn, args);
  const [only, second] = mends;
  if (only === undefined) return error;
  const span = second === undefined ? call.args[only.index]?.span : undefined;
  return error.hinting(`With ${mends.map(({ text }) => text).join(' and ')} it would do. ${error.hint ?? ''}`, {
    rewrite: span && { title: `Write ${only.text}`, span, text: only.text },
  });
}

/** What the argument `index` should be: `CAST(PRICE AS STRING)`. */
interface Mend {
  readonly index: number;
  readonly text: string;
  readonly isLossless: boolean;
}

/** The fewest arguments that keep the call from one of the overloads, each mended; empty when nothing mends them. */
function mendsForOverload(fn: SqlFunction, args: readonly Argument[]): readonly Mend[] {
  let best: readonly Mend[] = [];
  for (const signature of fn.signatures) {
    const params = [...signature.params, ...('initParams' in signature ? (signature.initParams ?? []) : [])];
    const patterns = expand(params, args.length);
    const mends = patterns === undefined ? [] : mendsFor(patterns, args, fn.kind !== 'aggregate');
    if (mends.length > 0 && (best.length === 0 || costOf(mends) < costOf(best))) best = mends;
  }
  return best;
}

/** Few changes are better than many, and of as many those that lose nothing. */
const costOf = (mends: readonly Mend[]): number => mends.reduce((cost, mend) => cost + (mend.isLossless ? 2 : 3), 0);

/** Empty when an argument cannot be mended. */
function mendsFor(patterns: readonly TypePattern[], args: readonly Argument[], casts: boolean): readonly Mend[] {
  const mends: Mend[] = [];
  for (const [index, arg] of args.entries()) {
    const pattern = patterns[index];
    if (pattern === undefined) return [];
    const common = pattern.kind === 'generic' ? commonOf(pattern.name, patterns, args) : undefined;
    if (common === undefined ? fits(arg, pattern, casts) : arg.kind !== 'value' || sameType(arg.type, common)) continue;
    const text = mended(arg, common === undefined ? pattern : { kind: 'type', type: common });
    if (text === undefined) return [];
    const to = common ?? (pattern.kind === 'type' ? pattern.type : undefined);
    mends.push({
      index,
      text,
      isLossless: arg.kind === 'value' && to !== undefined && canCastImplicitly(arg.type, to),
    });
  }
  return mends;
}

/** The type that all arguments of a type variable can be: text, the widest number, or that of the first. */
function commonOf(name: string, patterns: readonly TypePattern[], args: readonly Argument[]): SqlType | undefined {
  let common: SqlType | undefined;
  for (const [i, arg] of args.entries()) {
    const pattern = patterns[i];
    if (pattern?.kind !== 'generic' || pattern.name !== name || arg.kind !== 'value') continue;
    if (common === undefined || arg.type.kind === 'VARCHAR') common = arg.type;
    else if (isNumeric(common) && isNumeric(arg.type)) common = widerNumeric(common, arg.type);
  }
  return common;
}

function mended(arg: Argument, wanted: TypePattern): string | undefined {
  if (arg.kind !== 'value' || arg.text === undefined) return undefined;
  if (wanted.kind === 'intervalUnit') {
    const unit = typeof arg.literal === 'string' ? arg.literal.toUpperCase() : '';
    return /^(DAY|HOUR|MINUTE|SECOND|MILLISECOND)S?$/.test(unit) ? unit : undefined;
  }
  if (wanted.kind === 'type' && typeof arg.literal === 'string') {
    const isNumber = isNumeric(wanted.type) && /^-?\d+$/.test(arg.literal);
    const isFlag = wanted.type.kind === 'BOOLEAN' && /^(true|false)$/i.test(arg.literal);
    return isNumber || isFlag ? arg.literal : undefined;
  }
  return wanted.kind === 'type' ? castSuggestion(arg.text, arg.type, wanted.type) : undefined;
}

function fits(arg: Argument, pattern: TypePattern, casts: boolean): boolean {
  if (arg.kind === 'null') return true;
  if (arg.kind !== 'value') return arg.kind === pattern.kind;
  return takes(pattern, arg.type, casts);
}

/** `casts`: with implicit casts, which an aggregate's arguments are not given. */
function takes(pattern: TypePattern, type: SqlType, casts: boolean): boolean {
  switch (pattern.kind) {
    case 'type':
      return sameType(type, pattern.type) || (casts && canCastImplicitly(type, pattern.type));
    case 'decimal':
      return type.kind === 'DECIMAL' || (casts && (type.kind === 'INTEGER' || type.kind === 'BIGINT'));
    case 'array':
      return type.kind === 'ARRAY' && takes(pattern.element, type.element, casts);
    case 'map':
      return type.kind === 'MAP' && takes(pattern.key, type.key, casts) && takes(pattern.value, type.value, casts);
    case 'anyStruct':
      return type.kind === 'STRUCT';
    case 'generic':
    case 'any':
      return true;
    case 'lambda':
    case 'intervalUnit':
      return false;
  }
}
