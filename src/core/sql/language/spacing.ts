/** Where spaces stand between the tokens of a statement. */
import type { IToken } from 'chevrotain';
import * as T from '../tokens.ts';
import { K } from '../tokens.ts';

export type AtomRole =
  | 'keyword'
  | 'name'
  | 'symbol'
  /** a sign: no space behind it */
  | 'sign'
  /** `<` and `>` of a type */
  | 'openType'
  | 'closeType'
  /** a name that is followed by definitions, not by arguments: `CREATE STREAM name (` */
  | 'target'
  | 'comment';

export interface Atom {
  readonly token: IToken;
  readonly text: string;
  readonly role: AtomRole;
}

const TYPE_CONSTRUCTORS = new Set([K.ARRAY, K.MAP, K.STRUCT]);
const BEFORE_TARGET = new Set([K.STREAM, K.TABLE, K.INTO, K.EXISTS, K.VALUES]);
/** Keywords whose parenthesis follows at once, as that of a function does. */
const CALL_LIKE = new Set([K.CAST, K.STRUCT, K.MAP, K.DECIMAL, K.HEADER, K.STRING]);

export function atoms(
  tokens: readonly IToken[],
  textOf: (token: IToken) => string,
  names: ReadonlySet<number>,
): readonly Atom[] {
  const result: Atom[] = [];
  let typeDepth = 0;
  for (const token of tokens) {
    const previous = result.at(-1);
    const role = roleOf(token, previous, typeDepth, names);
    if (role === 'openType') typeDepth++;
    if (role === 'closeType') typeDepth--;
    result.push({ token, text: textOf(token), role });
  }
  return result;
}

function roleOf(token: IToken, previous: Atom | undefined, typeDepth: number, names: ReadonlySet<number>): AtomRole {
  const type = token.tokenType;
  const afterKeyword = previous?.role === 'keyword';
  if (type === T.Less && afterKeyword && TYPE_CONSTRUCTORS.has(previous.token.tokenType)) return 'openType';
  if (type === T.Greater && typeDepth > 0) return 'closeType';
  if (type === T.Minus || type === T.Plus) {
    const operand = previous !== undefined && (previous.role === 'name' || /^[\w'"`)\]}.]/.test(previous.text));
    return operand && !(afterKeyword && previous.token.tokenType !== K.END) ? 'symbol' : 'sign';
  }
  if (!/^[\w'"`$@]/.test(token.image)) return 'symbol';
  if (names.has(token.startOffset) || !isKeywordType(token)) {
    const isTarget = afterKeyword && BEFORE_TARGET.has(previous.token.tokenType);
    return isTarget ? 'target' : 'name';
  }
  return 'keyword';
}

const KEYWORD_TYPES = new Set(Object.values(K));
const isKeywordType = (token: IToken): boolean => KEYWORD_TYPES.has(token.tokenType);

const NOTHING_BEFORE = new Set([T.Comma, T.Semicolon, T.RightParen, T.RightBracket, T.Dot, T.FieldArrow]);
const NOTHING_BEHIND = new Set([T.LeftParen, T.LeftBracket, T.Dot, T.FieldArrow]);

/** A space or nothing. */
export function spaceBetween(left: Atom, right: Atom): '' | ' ' {
  const type = right.token.tokenType;
  if (left.role === 'comment' || right.role === 'comment') return ' ';
  if (NOTHING_BEFORE.has(type) || NOTHING_BEHIND.has(left.token.tokenType)) return '';
  if (left.role === 'sign' || left.role === 'openType') return '';
  if (right.role === 'openType' || right.role === 'closeType') return '';
  const constructs = left.role === 'keyword' && TYPE_CONSTRUCTORS.has(left.token.tokenType);
  if (type === T.NotEqual && constructs) return ''; // STRUCT<>
  if (type === T.LeftBracket) return left.role === 'name' || constructs || /[)\]]$/.test(left.text) ? '' : ' ';
  if (type === T.LeftParen) {
    const calls = left.role === 'name' || (left.role === 'keyword' && CALL_LIKE.has(left.token.tokenType));
    return calls ? '' : ' ';
  }
  return ' ';
}
