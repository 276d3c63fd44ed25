/** Variables of a script: which DEFINE sets, and the `${...}` that is being written. */
import type { Span } from '../../common/position.ts';
import * as T from '../tokens.ts';
import { K, lex, unquote } from '../tokens.ts';

export interface VariableReference {
  /** The name between the braces. */
  readonly replace: Span;
  readonly prefix: string;
  /** Is the closing brace there? */
  readonly isClosed: boolean;
}

const NAME = /[A-Za-z_][A-Za-z0-9_@]*/;
const OPEN_REFERENCE = new RegExp(`\\$\\{(${NAME.source})?$`);
const REST = new RegExp(`^[A-Za-z0-9_@]*`);

/** The reference that the cursor stands in; it may be inside of a text in quotes. */
export function variableAt(text: string, offset: number): VariableReference | undefined {
  const match = OPEN_REFERENCE.exec(text.slice(0, offset));
  if (match === null) return undefined;
  const prefix = match[1] ?? '';
  const rest = REST.exec(text.slice(offset))?.[0] ?? '';
  const start = offset - prefix.length;
  const lines = text.slice(0, start).split(/\r\n|\r|\n/);
  return {
    replace: {
      offset: start,
      length: prefix.length + rest.length,
      line: lines.length,
      column: (lines.at(-1)?.length ?? 0) + 1,
    },
    prefix,
    isClosed: text[offset + rest.length] === '}',
  };
}

/** The variables that the DEFINE statements of a script set, each with its last value. */
export function definedVariables(text: string): readonly { readonly name: string; readonly value: string }[] {
  const { tokens } = lex(text);
  const values = new Map<string, string>();
  for (const [i, token] of tokens.entries()) {
    const [name, equal, value] = tokens.slice(i + 1, i + 4);
    if (token.tokenType !== K.DEFINE || name === undefined || equal?.tokenType !== T.Equal) continue;
    if (value?.tokenType === T.StringToken) values.set(name.image.toLowerCase(), unquote(value.image));
  }
  return Array.from(values, ([name, value]) => ({ name, value }));
}
