/** What is told of a call that no function takes. */
import { WeirError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import { formatType } from '../../common/sql-type.ts';
import { foreignFunction, otherWay } from './foreign-names.ts';
import type { Argument, Parameter, ScalarSignature, SqlFunction } from './function.ts';
import { formatParameters } from './signature.ts';

/** @throws WeirError UNKNOWN_FUNCTION with the nearest names */
export function unknownFunction(name: string, names: Iterable<string>): WeirError {
  const foreign = foreignFunction(name.toUpperCase());
  const near = foreign === undefined ? nearest(name, names) : [foreign];
  const other = otherWay(name.toUpperCase());
  return new WeirError('UNKNOWN_FUNCTION', `There is no function named '${name}'.`, {
    hint:
      other !== undefined
        ? other
        : near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : 'SHOW FUNCTIONS lists all functions; user-defined ones must be registered first.',
    instead: other === undefined ? near[0] : undefined,
    details: { function: name, nearest: near },
  });
}

export function noMatch(fn: SqlFunction, args: readonly Argument[], hint?: string): WeirError {
  const types = formatArguments(args);
  return new WeirError('NO_MATCHING_FUNCTION', `Function '${fn.name}' does not take arguments ${types}.`, {
    hint: hint ?? `It takes: ${overloadTexts(fn).join(' | ')}.`,
    details: { function: fn.name, arguments: types, overloads: overloadTexts(fn) },
  });
}

export function ambiguous(
  fn: SqlFunction,
  args: readonly Argument[],
  tied: readonly { readonly params: readonly Parameter[] }[],
): WeirError {
  const types = formatArguments(args);
  const overloads = tied.map((c) => `${fn.name}(${formatParameters(c.params)})`);
  return new WeirError(
    'AMBIGUOUS_FUNCTION',
    `Function '${fn.name}' is ambiguous for arguments ${types}: several overloads fit equally well.`,
    {
      hint: `CAST the arguments to one type. These fit: ${overloads.join(' | ')}.`,
      details: { function: fn.name, arguments: types, overloads },
    },
  );
}

/** `(BIGINT, STRING, NULL, LAMBDA)` */
function formatArguments(args: readonly Argument[]): string {
  const texts = args.map((arg) => {
    switch (arg.kind) {
      case 'value':
        return formatType(arg.type);
      case 'null':
        return 'NULL';
      case 'intervalUnit':
        return 'UNIT';
      case 'lambda':
        return 'LAMBDA';
    }
  });
  return `(${texts.join(', ')})`;
}

/** Every overload as text, init literals of aggregates included. */
export function overloadTexts(fn: SqlFunction): string[] {
  if (fn.kind !== 'aggregate')
    return fn.signatures.map((s: ScalarSignature) => `${fn.name}(${formatParameters(s.params)})`);
  return fn.signatures.map((s) => `${fn.name}(${formatParameters([...s.params, ...(s.initParams ?? [])])})`);
}
