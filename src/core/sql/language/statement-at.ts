/** The tokens of the statement under the cursor, whether or not it is complete. */
import type { IToken } from 'chevrotain';
import * as T from '../tokens.ts';
import { K, isName, lex, nameOf } from '../tokens.ts';

export interface StatementAt {
  /** All of the statement's tokens, without its semicolon. */
  readonly tokens: readonly IToken[];
  /** Those that end before the cursor; a word that the cursor touches is left out. */
  readonly before: readonly IToken[];
  /** The word, text or number that the cursor stands in or just behind. */
  readonly touched: IToken | undefined;
  /** Is the cursor inside a comment? */
  readonly inComment: boolean;
}

const endOf = (token: IToken): number => (token.endOffset ?? token.startOffset) + 1;

const isWord = (token: IToken): boolean => /^[\w'"`$@{]/.test(token.image);

export function statementAt(text: string, offset: number): StatementAt {
  const { tokens, comments } = lex(text);
  let start = 0;
  let end = tokens.length;
  for (const [i, token] of tokens.entries()) {
    if (token.tokenType !== T.Semicolon) continue;
    if (endOf(token) <= offset) {
      start = i + 1;
    } else {
      end = i;
      break;
    }
  }
  const own = tokens.slice(start, end);
  const touched = own.find((token) => token.startOffset < offset && offset <= endOf(token) && isWord(token));
  const before = own.filter((token) => token !== touched && endOf(token) <= offset);
  const inComment = comments.some(
    (comment) =>
      comment.startOffset < offset &&
      (offset < endOf(comment) || (offset === endOf(comment) && comment.tokenType !== T.BlockComment)),
  );
  return { tokens: own, before, touched, inComment };
}

export interface ScopeSource {
  readonly name: string;
  /** What its columns may be qualified with; the name when there is no alias. */
  readonly alias: string;
}

/** The sources that a statement reads, before and behind the cursor. */
export function scopeOf(tokens: readonly IToken[]): readonly ScopeSource[] {
  const sources: ScopeSource[] = [];
  for (const [i, token] of tokens.entries()) {
    const opens = token.tokenType === K.FROM ? tokens[i - 1]?.tokenType !== K.DISTINCT : token.tokenType === K.JOIN;
    const source = tokens[i + 1];
    if (!opens || source === undefined || !isName(source)) continue;
    const next = tokens[i + 2];
    const alias = next?.tokenType === K.AS ? tokens[i + 3] : next;
    const bare = alias !== undefined && isName(alias) && alias.tokenType !== K.EMIT && alias.tokenType !== K.PARTITION;
    sources.push({ name: nameOf(source), alias: bare ? nameOf(alias) : nameOf(source) });
  }
  return sources;
}
