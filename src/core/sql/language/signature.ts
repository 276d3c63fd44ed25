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
}

/** The innermost call whose parentheses the cursor is in. */
export function callAt(text: string, offset: number): CallAt | undefined {
  const { tokens } = statementAt(text, offset);
  const before = tokens.filter((token) => (token.endOffset ?? token.startOffset) < offset);
  let depth = 0;
  let argumentIndex = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const type = before[i]?.tokenType;
    if (type === T.RightParen || type === T.RightBracket) {
      depth++;
    } else if (type === T.LeftBracket) {
      if (depth > 0) depth--;
      else argumentIndex = 0; // the cursor is inside ARRAY[ or an index, itself within an argument
    } else if (type === T.LeftParen) {
      if (depth > 0) {
        depth--;
        continue;
      }
      const name: IToken | undefined = before[i - 1];
      if (name !== undefined && isName(name)) return { name: nameOf(name), nameSpan: spanOf(name), argumentIndex };
      argumentIndex = 0;
    } else if (type === T.Comma && depth === 0) {
      argumentIndex++;
    }
  }
  return undefined;
}
