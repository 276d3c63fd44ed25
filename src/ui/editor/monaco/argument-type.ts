/** The type of an argument that is a bare column or a literal, as far as the catalog tells. */
import type { ClientState } from '../../../client/state.ts';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, VARCHAR, type SqlType } from '../../../core/common/sql-type.ts';
import type { CompletionContext } from '../../../core/sql/language/completion.ts';
import { parseType } from '../../../core/sql/parse.ts';
import { resolveTypeName } from '../../../core/sql/types.ts';

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

export function argumentType(
  state: Pick<ClientState, 'sources'>,
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
    const column = state.sources.get(source.name)?.columns.find((c) => c.name === name);
    if (column !== undefined) return typeOfText(column.type);
  }
  return undefined;
}
