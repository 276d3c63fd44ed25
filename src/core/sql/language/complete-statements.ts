/** How much of what has been typed is complete statements, for a prompt that takes them line by line. */
import * as T from '../tokens.ts';
import { lex } from '../tokens.ts';

export interface CompleteStatements {
  /** The offset behind the last semicolon that ends a statement; 0 when none does. */
  readonly end: number;
  /** What the rest of the text is inside of: a text, a name in quotes or a comment that has not been closed. */
  readonly unclosed: "'" | '"' | '`' | '/*' | undefined;
  /** Does anything but spaces and comments stand behind `end`? */
  readonly hasRest: boolean;
}

const UNCLOSED: ReadonlySet<unknown> = new Set([T.UnclosedString, T.UnclosedName, T.UnclosedComment]);

export function completeStatements(text: string): CompleteStatements {
  let end = 0;
  let hasRest = false;
  for (const token of lex(text).tokens) {
    if (UNCLOSED.has(token.tokenType)) {
      const unclosed = token.tokenType === T.UnclosedComment ? '/*' : (token.image.charAt(0) as "'" | '"' | '`');
      // Whatever follows is in it.
      return { end, unclosed, hasRest: true };
    }
    hasRest = token.tokenType !== T.Semicolon;
    if (!hasRest) end = token.startOffset + 1;
  }
  return { end, unclosed: undefined, hasRest };
}

/**
 * Statements as one line, which Up brings back whole; undefined when that would change them: a comment goes to the end
 * of its line, and a text may hold ends of lines.
 */
export function onOneLine(text: string): string | undefined {
  const { tokens, comments } = lex(text);
  const isBound = comments.some((comment) => comment.tokenType !== T.BlockComment);
  if (isBound || tokens.some((token) => /[\r\n]/.test(token.image))) return undefined;
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}
