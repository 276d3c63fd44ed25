/** Which cast would make a call fit one of its function's overloads. */
import type { Argument, Parameter, SqlFunction, TypePattern } from '../../sql/functions/function.ts';
import { canCastImplicitly } from '../../sql/functions/resolve.ts';
import { sameType, type SqlType } from '../../common/sql-type.ts';
import { castSuggestion } from './cast.ts';

/** `CAST(PRICE AS STRING)`, when one argument keeps the call from an overload and a cast mends it; otherwise undefined. */
export function castForOverload(fn: SqlFunction, args: readonly Argument[]): string | undefined {
  for (const signature of fn.signatures) {
    const params = [...signature.params, ...('initParams' in signature ? (signature.initParams ?? []) : [])];
    if (params.length !== args.length) continue;
    const misfits = args.flatMap((arg, i) => (fits(arg, params[i]) ? [] : [i]));
    const [index] = misfits;
    if (index === undefined || misfits.length > 1) continue;
    const arg = args[index];
    const wanted = params[index]?.type;
    if (arg?.kind !== 'value' || arg.text === undefined || wanted?.kind !== 'type') continue;
    const cast = castSuggestion(arg.text, arg.type, wanted.type);
    if (cast !== undefined) return cast;
  }
  return undefined;
}

function fits(arg: Argument, param: Parameter | undefined): boolean {
  if (param === undefined) return false;
  if (arg.kind === 'null') return true;
  if (arg.kind !== 'value') return arg.kind === param.type.kind;
  return takes(param.type, arg.type);
}

function takes(pattern: TypePattern, type: SqlType): boolean {
  switch (pattern.kind) {
    case 'type':
      return sameType(type, pattern.type) || canCastImplicitly(type, pattern.type);
    case 'decimal':
      return type.kind === 'DECIMAL' || type.kind === 'INTEGER' || type.kind === 'BIGINT';
    case 'array':
      return type.kind === 'ARRAY' && takes(pattern.element, type.element);
    case 'map':
      return type.kind === 'MAP' && takes(pattern.key, type.key) && takes(pattern.value, type.value);
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
