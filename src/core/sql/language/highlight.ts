/**
 * The class of every token, for colours and for hovers. What a word is follows from the parser: a keyword that was
 * read as a name is a name. Behind a syntax error, where the parser gave up, reserved words are keywords and others names.
 */
import type { IToken } from 'chevrotain';
import type { Span } from '../../common/position.ts';
import { sharedGrammar } from '../grammar/shared.ts';
import * as T from '../tokens.ts';
import { K, RESERVED_WORDS, isBroken, isName, isQuoted, lex, nameOf, spanOf } from '../tokens.ts';
import { NAMED_TYPES } from '../types.ts';

export type TokenClass =
  | 'keyword'
  | 'name'
  | 'function'
  | 'type'
  | 'string'
  | 'number'
  | 'variable'
  | 'operator'
  | 'punctuation'
  | 'comment'
  | 'directive'
  | 'broken';

export interface ClassifiedToken {
  readonly class: TokenClass;
  readonly span: Span;
  readonly text: string;
}

const PUNCTUATION = new Set([T.Semicolon, T.Comma, T.Dot, T.LeftParen, T.RightParen, T.LeftBracket, T.RightBracket]);
const NUMBERS = new Set([T.Integer, T.DecimalNumber, T.Float]);
const NOT_BEFORE_CALL = new Set([K.STREAM, K.TABLE, K.INTO, K.EXISTS, K.VALUES]);
const TYPE_WORDS = new Set([K.ARRAY, K.MAP, K.STRUCT, K.DECIMAL]);

/** The tokens and comments of a text in text order. */
export function tokenize(text: string): readonly ClassifiedToken[] {
  const { tokens, comments } = lex(text);
  const names = namesAmong(tokens);
  const result = tokens.map((token, i): ClassifiedToken => {
    return { class: classOf(token, tokens[i - 1], tokens[i + 1], names), span: spanOf(token), text: token.image };
  });
  for (const comment of comments) {
    const commentClass = comment.tokenType === T.Directive ? 'directive' : 'comment';
    result.push({ class: commentClass, span: spanOf(comment), text: comment.image });
  }
  return result.sort((a, b) => a.span.offset - b.span.offset);
}

interface NamesRead {
  readonly offsets: ReadonlySet<number>;
  /** Statements that the parser did not read to their end, as ranges of offsets. */
  readonly unread: (offset: number) => boolean;
}

function namesAmong(tokens: readonly IToken[]): NamesRead {
  const parser = sharedGrammar();
  const offsets = new Set<number>();
  const unread: { readonly from: number; readonly to: number }[] = [];
  let piece: IToken[] = [];
  const flush = (): void => {
    const [first] = piece;
    const last = piece.at(-1);
    if (first === undefined || last === undefined) return;
    parser.input = piece;
    parser.allowsTestStatements = true;
    parser.nameOffsets.clear();
    parser.statement();
    for (const offset of parser.nameOffsets) offsets.add(offset);
    const error = parser.errors[0];
    if (error !== undefined) {
      const from = Number.isFinite(error.token.startOffset) ? error.token.startOffset : last.startOffset;
      unread.push({ from, to: last.startOffset });
    }
    piece = [];
  };
  for (const token of tokens) {
    if (token.tokenType === T.Semicolon) flush();
    else piece.push(token);
  }
  flush();
  return { offsets, unread: (offset) => unread.some(({ from, to }) => from <= offset && offset <= to) };
}

function classOf(token: IToken, previous: IToken | undefined, next: IToken | undefined, names: NamesRead): TokenClass {
  const type = token.tokenType;
  if (type === T.StringToken) return 'string';
  if (type === T.Variable) return 'variable';
  if (NUMBERS.has(type)) return 'number';
  if (isBroken(token)) return 'broken';
  if (PUNCTUATION.has(type)) return 'punctuation';
  if (!/^[\w`"@]/.test(token.image)) return 'operator';
  if (isQuoted(token)) return 'name';

  const word = nameOf(token);
  const readAsName = names.offsets.has(token.startOffset);
  const isReserved = RESERVED_WORDS.has(word);
  const calls = next?.tokenType === T.LeftParen && (previous === undefined || !NOT_BEFORE_CALL.has(previous.tokenType));
  if (TYPE_WORDS.has(type) && !readAsName) return 'type';
  if (readAsName || (names.unread(token.startOffset) && !isReserved)) {
    return isName(token) && calls ? 'function' : 'name';
  }
  if (NAMED_TYPES.has(word)) return 'type';
  return type === T.Name || type === T.DigitName ? 'name' : 'keyword';
}

/** The token under the cursor, for a hover; undefined between tokens. */
export function tokenAt(text: string, offset: number): ClassifiedToken | undefined {
  return tokenize(text).find(({ span }) => span.offset <= offset && offset < span.offset + span.length);
}
