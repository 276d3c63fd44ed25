/**
 * Formats a script as its author wrote it: keywords in upper case, even spaces, a line for each clause. Names, texts,
 * synonyms (`||`, `!=`) and comments stay as they are, unlike in `formatStatement`, which prints a tree.
 *
 * It moves tokens and never changes one: the result is lexed again, and if its words differ from the original's, the
 * statement is left as it was. So is a statement with errors. A statement with comments inside keeps its line breaks,
 * for only its author knows what a comment belongs to.
 */
import type { IToken } from 'chevrotain';
import { sharedGrammar } from '../grammar/shared.ts';
import * as T from '../tokens.ts';
import { K, isName, lex } from '../tokens.ts';
import { NAMED_TYPES } from '../types.ts';
import { atoms, spaceBetween, type Atom } from './spacing.ts';

const LINE_WIDTH = 100;
const SHORT_QUERY_WIDTH = 72;
const INDENT = 2;

/** The formatted text. Statements that do not parse, and comments between statements, stay as they are. */
export function formatScript(text: string): string {
  const { tokens, comments } = lex(text);
  let result = '';
  let at = 0;
  let start = 0;
  for (let i = 0; i <= tokens.length; i++) {
    const token = tokens[i];
    if (token !== undefined && token.tokenType !== T.Semicolon) continue;
    const piece = tokens.slice(start, i);
    start = i + 1;
    const first = piece[0] ?? token;
    if (first === undefined) break;
    const last = token ?? piece.at(-1) ?? first;
    const end = endOf(last);
    const inner = comments.filter((each) => each.startOffset > first.startOffset && each.startOffset < end);
    const original = text.slice(first.startOffset, end);
    result += gap(text.slice(at, first.startOffset), result === '');
    result += formatPiece(original, token === undefined ? piece : [...piece, token], inner, text);
    at = end;
  }
  const rest = gap(text.slice(at), result === '').trimEnd();
  return result === '' && rest === '' ? '' : `${result}${rest}\n`;
}

const endOf = (token: IToken): number => (token.endOffset ?? token.startOffset) + 1;

/** What stands between statements: at most one blank line; comments as they are. */
function gap(between: string, isFirst: boolean): string {
  if (between.trim() !== '') {
    const tidy = between.replace(/[ \t]+(?=\r?\n)/g, '').replace(/(\r?\n){3,}/g, '\n\n');
    return isFirst ? tidy.trimStart() : tidy;
  }
  if (isFirst) return '';
  return (between.match(/\n/g)?.length ?? 0) > 1 ? '\n\n' : '\n';
}

function formatPiece(original: string, tokens: readonly IToken[], comments: readonly IToken[], text: string): string {
  const parser = sharedGrammar();
  parser.input = tokens.filter((token) => token.tokenType !== T.Semicolon);
  parser.allowsTestStatements = true;
  parser.problems.length = 0;
  parser.nameOffsets.clear();
  parser.statement();
  // Variables are no part of the grammar: they are replaced before parsing.
  if (parser.errors.length > 0 || tokens.some((token) => token.tokenType === T.Variable)) return original;
  const names = parser.nameOffsets;
  const cased = atoms(tokens, (token) => casedText(token, names), names);
  const formatted = comments.length === 0 ? layOut(cased) : respace(cased, comments, text);
  return sameWords(original, formatted) ? formatted : original;
}

function casedText(token: IToken, names: ReadonlySet<number>): string {
  if (names.has(token.startOffset) || !/^[A-Za-z]/.test(token.image)) return token.image;
  const upper = token.image.toUpperCase();
  return token.tokenType !== T.Name || NAMED_TYPES.has(upper) ? upper : token.image;
}

function sameWords(before: string, after: string): boolean {
  const words = (text: string): string => {
    const { tokens, comments } = lex(text);
    return [
      ...tokens.map((token) => (isName(token) || /^\w/.test(token.image) ? token.image.toUpperCase() : token.image)),
      ...comments.map((comment) => comment.image),
    ].join('\n');
  };
  return words(before) === words(after);
}

// ---------------------------------------------------------------------------------------------------- with comments

/** Tokens and comments on their lines, with even spaces between. */
function respace(cased: readonly Atom[], comments: readonly IToken[], text: string): string {
  const commentAtoms = comments.map((token): Atom => ({ token, text: token.image, role: 'comment' }));
  const all = [...cased, ...commentAtoms].sort((a, b) => a.token.startOffset - b.token.startOffset);
  let result = '';
  let previous: Atom | undefined;
  for (const atom of all) {
    if (previous !== undefined) {
      const between = text.slice(endOf(previous.token), atom.token.startOffset);
      const newline = between.lastIndexOf('\n');
      result += newline >= 0 ? between.slice(newline).replaceAll('\t', '  ') : spaceBetween(previous, atom);
    }
    result += atom.text;
    previous = atom;
  }
  return result;
}

// ---------------------------------------------------------------------------------------------------- layout

function layOut(all: readonly Atom[]): string {
  const select = indexAtTop(all, 0, (atom) => isKeyword(atom, K.SELECT));
  if (select < 0) return line(all, 0);
  const head = all.slice(0, select);
  const query = layOutQuery(all.slice(select));
  if (head.length === 0) return query;
  return head.length === 1 ? `${join(head)} ${query}` : `${line(head, 0)}\n${query}`;
}

const CLAUSES = new Set([K.SELECT, K.FROM, K.WINDOW, K.WHERE, K.GROUP, K.PARTITION, K.HAVING, K.EMIT, K.LIMIT]);
const JOIN_WORDS = new Set([K.INNER, K.LEFT, K.RIGHT, K.FULL, K.OUTER]);
const CONDITION_HEADS = new Set([K.WHERE, K.HAVING, K.JOIN, ...JOIN_WORDS]);

function layOutQuery(query: readonly Atom[]): string {
  const short = join(query);
  if (short.length <= SHORT_QUERY_WIDTH && !short.includes('\n')) return short;
  const lines: { readonly atoms: Atom[]; readonly indent: number }[] = [];
  let current: Atom[] = [];
  let depth = 0;
  for (const [i, atom] of query.entries()) {
    const previous = query[i - 1];
    const clause = depth === 0 && atom.role === 'keyword' && CLAUSES.has(atom.token.tokenType);
    const begins = clause && !(isKeyword(atom, K.FROM) && previous !== undefined && isKeyword(previous, K.DISTINCT));
    const joins =
      depth === 0 &&
      (JOIN_WORDS.has(atom.token.tokenType) || isKeyword(atom, K.JOIN)) &&
      !(previous !== undefined && JOIN_WORDS.has(previous.token.tokenType));
    if (begins || joins) {
      current = [];
      lines.push({ atoms: current, indent: joins ? INDENT : 0 });
    }
    depth += nesting(atom);
    current.push(atom);
  }
  return lines.map(({ atoms: own, indent }) => ' '.repeat(indent) + line(own, indent)).join('\n');
}

/** The atoms on one line, or broken at commas, parentheses, AND and OR when they do not fit. */
function line(own: readonly Atom[], indent: number): string {
  const whole = join(own);
  if (indent + whole.length <= LINE_WIDTH || whole.includes('\n')) return whole;
  const [first] = own;
  if (first !== undefined && isKeyword(first, K.SELECT)) {
    return `${first.text}\n${list(own.slice(1), indent + INDENT)}`;
  }
  if (first !== undefined && CONDITION_HEADS.has(first.token.tokenType)) return conditions(own, indent + INDENT);
  const open = indexAtTop(own, 0, (atom, previous) => isGroup(atom, previous));
  if (open >= 0) {
    const close = indexAtTop(own, open + 1, (atom) => atom.token.tokenType === T.RightParen);
    const inside = own.slice(open + 1, close);
    const rest = own.slice(close);
    if (inside.length > 0 && close > open) {
      const margin = ' '.repeat(indent);
      return `${join(own.slice(0, open + 1))}\n${list(inside, indent + INDENT)}\n${margin}${line(rest, indent)}`;
    }
  }
  return whole;
}

function list(entries: readonly Atom[], indent: number): string {
  const margin = ' '.repeat(indent);
  return splitAtTop(entries, (atom) => atom.token.tokenType === T.Comma)
    .map((entry) => margin + line(entry, indent))
    .join(',\n');
}

/** Breaks before each AND and OR that is not within parentheses and not a BETWEEN's. */
function conditions(own: readonly Atom[], indent: number): string {
  const parts: Atom[][] = [[]];
  let depth = 0;
  let betweens = 0;
  for (const atom of own) {
    depth += nesting(atom);
    if (depth === 0 && isKeyword(atom, K.BETWEEN)) betweens++;
    if (depth === 0 && (isKeyword(atom, K.AND) || isKeyword(atom, K.OR))) {
      if (betweens > 0 && isKeyword(atom, K.AND)) betweens--;
      else parts.push([]);
    }
    parts.at(-1)?.push(atom);
  }
  const [head, ...others] = parts.map((part, i) => (i === 0 ? join(part) : line(part, indent)));
  return [head, ...others].join(`\n${' '.repeat(indent)}`);
}

// ---------------------------------------------------------------------------------------------------- atoms

function join(own: readonly Atom[]): string {
  let result = '';
  let previous: Atom | undefined;
  for (const atom of own) {
    if (previous !== undefined) result += spaceBetween(previous, atom);
    result += atom.text;
    previous = atom;
  }
  return result;
}

const isKeyword = (atom: Atom, type: IToken['tokenType']): boolean =>
  atom.role === 'keyword' && atom.token.tokenType === type;

/** A parenthesis that opens a list of definitions, properties or values, not the arguments of a call. */
const isGroup = (atom: Atom, previous: Atom | undefined): boolean =>
  atom.token.tokenType === T.LeftParen && previous !== undefined && spaceBetween(previous, atom) === ' ';

function nesting(atom: Atom): number {
  const type = atom.token.tokenType;
  if (type === T.LeftParen || type === T.LeftBracket || atom.role === 'openType') return 1;
  if (type === T.RightParen || type === T.RightBracket || atom.role === 'closeType') return -1;
  return 0;
}

/** The index of the first atom outside of parentheses that satisfies the condition, or -1. */
function indexAtTop(
  own: readonly Atom[],
  from: number,
  condition: (atom: Atom, previous: Atom | undefined) => boolean,
): number {
  let depth = 0;
  for (let i = from; i < own.length; i++) {
    const atom = own[i];
    if (atom === undefined) break;
    if (depth === 0 && condition(atom, own[i - 1])) return i;
    depth += nesting(atom);
  }
  return -1;
}

function splitAtTop(own: readonly Atom[], separates: (atom: Atom) => boolean): readonly Atom[][] {
  const parts: Atom[][] = [[]];
  let depth = 0;
  for (const atom of own) {
    if (depth === 0 && separates(atom)) {
      parts.push([]);
      continue;
    }
    depth += nesting(atom);
    parts.at(-1)?.push(atom);
  }
  return parts;
}
