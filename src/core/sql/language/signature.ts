/** The function call around the cursor, for signature help. */
import type { IToken } from 'chevrotain';
import type { Span } from '../../common/position.ts';
import * as T from '../tokens.ts';
import { isName, nameOf, spanOf } from '../tokens.ts';
import { statementAt } from './statement-at.ts';

export interface CallAt {
  /** Folded. */
  readonly name: string;
  readonly nameSpan: Span;
  /** Index of the argument that the cursor is in. */
  readonly argumentIndex: number;
  /** The texts of the arguments before it. */
  readonly earlier: readonly string[];
}

/** The innermost call whose parentheses the cursor is in. */
export function callAt(text: string, offset: number): CallAt | undefined {
  const { tokens } = statementAt(text, offset);
  const before = tokens.filter((token) => (token.endOffset ?? token.startOffset) < offset);
  let depth = 0;
  /** The commas between the arguments up to the cursor, the last one first. */
  let commas: IToken[] = [];
  for (let i = before.length - 1; i >= 0; i--) {
    const token = before[i];
    if (token === undefined) break;
    const type = token.tokenType;
    if (type === T.RightParen || type === T.RightBracket) {
      depth++;
    } else if (type === T.LeftBracket) {
      if (depth > 0) depth--;
      else commas = []; // the cursor is inside ARRAY[ or an index, itself within an argument
    } else if (type === T.LeftParen) {
      if (depth > 0) {
        depth--;
        continue;
      }
      const name: IToken | undefined = before[i - 1];
      if (name !== undefined && isName(name)) {
        return {
          name: nameOf(name),
          nameSpan: spanOf(name),
          argumentIndex: commas.length,
          earlier: between(text, token, commas.toReversed()),
        };
      }
      commas = [];
    } else if (type === T.Comma && depth === 0) {
      commas.push(token);
    }
  }
  return undefined;
}

/** What stands between the parenthesis and the commas after it. */
function between(text: string, open: IToken, commas: readonly IToken[]): readonly string[] {
  let start = open.startOffset + 1;
  return commas.map((comma) => {
    const argument = text.slice(start, comma.startOffset).trim();
    start = comma.startOffset + 1;
    return argument;
  });
}
