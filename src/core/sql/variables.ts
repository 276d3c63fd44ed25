/**
 * `${name}` in a statement, replaced before parsing.
 *
 * Substitution works on tokens, not on text, so positions stay those of the text as written and a value cannot smuggle
 * in more than one word: outside quotes a variable stands for one name or one constant, inside quotes for characters
 * of the text (a quote among them is doubled). A variable that touches other word characters, as in `${stage}_orders`,
 * makes one word with them. In quotes an unknown variable stays as written; elsewhere it is an error.
 */
import type { IToken } from 'chevrotain';
import { WeirError } from '../common/errors.ts';
import * as T from './tokens.ts';
import { isName, lex, retype, spanOf, tokenSpan } from './tokens.ts';

/** By name in lower case: variables are without case. */
export type Variables = ReadonlyMap<string, string>;
export const NO_VARIABLES: Variables = new Map();

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_@]*)\}/g;

const isQuotedToken = (token: IToken): boolean =>
  token.tokenType === T.StringToken || token.tokenType === T.QuotedName || token.tokenType === T.BackquotedName;

const isGlue = (token: IToken): boolean =>
  token.tokenType === T.Variable ||
  token.tokenType === T.Integer ||
  (isName(token) && !isQuotedToken(token)) ||
  /^[A-Za-z]+$/.test(token.image);

/** The tokens with variables replaced; errors for those unknown or not fit to stand where they do. */
export function substitute(tokens: readonly IToken[], variables: Variables, errors: WeirError[]): readonly IToken[] {
  if (!tokens.some((token) => token.image.includes('${'))) return tokens;
  const result: IToken[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (isQuotedToken(token)) {
      result.push(insideQuotes(token, variables));
      continue;
    }
    let last = i;
    if (isGlue(token)) {
      for (let next = tokens[i + 1]; next !== undefined && isGlue(next) && touches(tokens[last], next);) {
        last++;
        next = tokens[last + 1];
      }
    }
    const run = tokens.slice(i, last + 1);
    if (run.some((each) => each.tokenType === T.Variable)) {
      result.push(...oneWord(run, variables, errors));
      i = last;
    } else {
      result.push(token);
    }
  }
  return result;
}

function touches(left: IToken | undefined, right: IToken): boolean {
  return left !== undefined && left.endOffset !== undefined && left.endOffset + 1 === right.startOffset;
}

function insideQuotes(token: IToken, variables: Variables): IToken {
  const quote = token.image.charAt(0);
  const image = token.image.replace(REFERENCE, (whole, name: string) => {
    const value = variables.get(name.toLowerCase());
    return value === undefined ? whole : value.replaceAll(quote, quote + quote);
  });
  return image === token.image ? token : { ...token, image };
}

function oneWord(run: readonly IToken[], variables: Variables, errors: WeirError[]): readonly IToken[] {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined) return [];
  let text = '';
  let unknown = false;
  for (const token of run) {
    if (token.tokenType !== T.Variable) {
      text += token.image;
      continue;
    }
    const name = token.image.slice(2, -1);
    const value = variables.get(name.toLowerCase());
    if (value === undefined) {
      unknown = true;
      errors.push(
        new WeirError('UNDEFINED_VARIABLE', `The variable ${token.image} is not defined.`, {
          span: spanOf(token),
          hint: `Define it first: DEFINE ${name} = 'value';`,
          details: { variable: name },
        }),
      );
    } else {
      text += value;
    }
  }
  const placed = (token: IToken): IToken => ({ ...token, ...place(first, last) });
  if (unknown) {
    const stand = placed(first);
    stand.image = 'X';
    retype(stand, T.Name); // so that the rest is parsed for its own errors
    return [stand];
  }
  const words = lex(text).tokens.map(placed);
  if (words.length === 1 || (words.length === 2 && words[0]?.tokenType === T.Minus)) return words;
  errors.push(
    new WeirError('SYNTAX', `The variable's value ${text} is not one name or constant.`, {
      span: tokenSpan(first, last),
      hint: 'A variable stands for a name, a number, or a text in quotes of its own.',
      details: { value: text },
    }),
  );
  return words.slice(0, 1);
}

function place(first: IToken, last: IToken): Partial<IToken> {
  const result: Partial<IToken> = { startOffset: first.startOffset };
  if (last.endOffset !== undefined) result.endOffset = last.endOffset;
  if (first.startLine !== undefined) result.startLine = first.startLine;
  if (first.startColumn !== undefined) result.startColumn = first.startColumn;
  if (last.endLine !== undefined) result.endLine = last.endLine;
  if (last.endColumn !== undefined) result.endColumn = last.endColumn;
  return result;
}
