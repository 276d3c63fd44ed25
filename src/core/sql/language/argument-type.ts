/** The type of an argument that is a bare column or a literal, as far as the catalog tells. */
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, VARCHAR, type SqlType } from '../../common/sql-type.ts';
import { parseType } from '../parse.ts';
import { resolveTypeName } from '../types.ts';
import type { CatalogNames } from './catalog-names.ts';
import type { CompletionContext } from './completion.ts';

/** A type as the catalog prints it; undefined for one that cannot be read. */
export function typeOfText(text: string): SqlType | undefined {
  try {
    return resolveTypeName(parseType(text));
  } catch {
    return undefined;
  }
}

const LITERALS: readonly (readonly [RegExp, SqlType])[] = [
  [/^'(?:[^']|'')*'$/, VARCHAR],
  [/^-?\d{1,9}$/, INTEGER],
  [/^-?\d+$/, BIGINT],
  [/^-?\d+(?:\.\d*)?[eE][+-]?\d+$/, DOUBLE],
  [/^(?:true|false)$/i, BOOLEAN],
];

/** @returns undefined for an expression, and for a name that is no column of the scope's sources */
export function argumentType(
  names: Pick<CatalogNames, 'sources'>,
  scope: CompletionContext['scope'],
  argument: string,
): SqlType | undefined {
  const literal = LITERALS.find(([pattern]) => pattern.test(argument));
  if (literal !== undefined) return literal[1];
  const [, qualifier, quoted, plain] = /^(?:(\w+)\.)?(?:`([^`]+)`|([A-Za-z_]\w*))$/.exec(argument) ?? [];
  const name = quoted ?? plain?.toUpperCase();
  if (name === undefined) return undefined;
  for (const source of scope) {
    if (qualifier !== undefined && ![source.alias, source.name].includes(qualifier.toUpperCase())) continue;
    const column = names.sources.get(source.name)?.columns.find((c) => c.name === name);
    if (column !== undefined) return typeOfText(column.type);
  }
  return undefined;
}
