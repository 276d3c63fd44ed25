/**
 * Turns what the parser could not read into errors that teach: what stands there, what could stand there in plain
 * words, and where it can be guessed, the change that mends it.
 *
 * What could stand there comes from the grammar itself: the parser lists every token type that may follow the tokens
 * before the error. The list goes into `details.expected` whole and into the message in short.
 */
import { EOF, type IRecognitionException, type IToken } from 'chevrotain';
import { WeirError, type Rewrite } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import type { Span } from '../common/position.ts';
import { foreignHabit } from './foreign-habits.ts';
import * as T from './tokens.ts';
import { K, RESERVED_WORDS, isBroken, spanOf } from './tokens.ts';

export interface Refusal {
  readonly exception: IRecognitionException;
  /** Labels of the token types that may follow the tokens before the error. */
  readonly expected: readonly string[];
  /** Where the statement's text ends. */
  readonly end: Span;
  /** Is nothing before the error? */
  readonly isFirst: boolean;
  readonly previous: IToken | undefined;
}

export function syntaxError({ exception, expected, end, isFirst, previous }: Refusal): WeirError {
  const { token } = exception;
  const atEnd = token.tokenType === EOF;
  const span = atEnd ? end : spanOf(token);
  if (isBroken(token)) return brokenToken(token, span);

  const details = { token: atEnd ? '' : token.image, expected };
  const mayEnd = exception.name === 'NotAllInputParsedException';
  const rule = exception.context.ruleStack.at(-1);
  const wanted = inWords(expected, rule, mayEnd);
  const message = `${found(token, atEnd, isFirst)}${(isFirst && !atEnd) || wanted === '' ? '' : `: expected ${wanted}`}.`;

  const habit = foreignHabit(token, previous, isFirst);
  if (habit !== undefined) {
    return new WeirError('SYNTAX', message, { span, hint: habit.hint, rewrite: habit.rewrite, details });
  }
  const misspelt = correction(token, previous, expected, isFirst);
  if (misspelt !== undefined) {
    return new WeirError('SYNTAX', message, {
      span: misspelt.span,
      hint: `Did you mean ${misspelt.text}?`,
      rewrite: misspelt,
      details,
    });
  }
  const word = token.image.toUpperCase();
  if (wantsName(expected, rule, previous, word) && !isFirst) {
    const text = `\`${word}\``;
    return new WeirError('SYNTAX', `${word} is a reserved word and cannot be a name as it stands.`, {
      span,
      hint: `To use it as a name, quote it: ${text}.`,
      rewrite: { title: `Quote ${word}`, span, text },
      details,
    });
  }
  const hint = isFirst
    ? 'A statement begins with a word such as SELECT, CREATE, INSERT, DROP, SHOW or DESCRIBE.'
    : wanted === ''
      ? `Take away '${token.image}'.`
      : token.tokenType === T.Comma && expected.includes('JOIN')
        ? 'Sources are joined by JOIN source ON left.key = right.key.'
        : atEnd
          ? `Go on with ${wanted}.`
          : `Take away '${token.image}', or write what is expected before it.`;
  return new WeirError('SYNTAX', message, { span, hint, details });
}

/** Where these stand in place of an expression or a source, something was left out: nobody meant them as names. */
const STRUCTURE = new Set(
  'FROM WHERE GROUP HAVING LIMIT WITHIN WINDOW ON AS AND OR IN IS LIKE BETWEEN JOIN INNER LEFT RIGHT FULL BY INTO SELECT WITH WHEN THEN ELSE END DISTINCT'.split(
    ' ',
  ),
);

/** Was the reserved word most likely meant as a name? */
function wantsName(
  expected: readonly string[],
  rule: string | undefined,
  previous: IToken | undefined,
  word: string,
): boolean {
  if (!RESERVED_WORDS.has(word) || !expected.includes(T.NAME_LABEL) || rule === TYPE_RULE || rule === 'type')
    return false;
  const somethingIsMissing =
    expected.includes('CASE') || previous?.tokenType === K.FROM || previous?.tokenType === K.JOIN;
  return !(somethingIsMissing && STRUCTURE.has(word));
}

function found(token: IToken, atEnd: boolean, isFirst: boolean): string {
  if (atEnd) return 'The statement ends too early';
  return isFirst ? `Unknown statement: '${token.image}'` : `Unexpected '${token.image}'`;
}

const TYPE_RULE = 'prefixType';
const OPERATORS = new Set('. ( [ -> * / % + - || = <> < <= > >= NOT BETWEEN IN LIKE IS AND OR'.split(' '));
const MAX_SHOWN = 8;

/** The expected tokens as a person would say it. */
function inWords(labels: readonly string[], rule: string | undefined, mayEnd: boolean): string {
  let rest = [...labels];
  const phrases: string[] = [];
  if (rule === TYPE_RULE && rest.includes('STRUCT')) {
    return 'a type';
  }
  if (rest.includes('CASE') && rest.includes('CAST')) {
    phrases.push('an expression');
    rest = rest.filter((label) => ['*', ')', ']'].includes(label));
  } else if (rest.includes('||')) {
    rest = rest.filter((label) => !OPERATORS.has(label) && label !== T.TEXT_LABEL);
    if (rest.length < MAX_SHOWN) rest.push('an operator');
  }
  phrases.push(...rest.map((label) => (/^\W+$/.test(label) ? `'${label}'` : label)));
  if (mayEnd) phrases.push('the end of the statement');
  const shown = phrases.slice(0, MAX_SHOWN);
  if (phrases.length > MAX_SHOWN) return `${shown.join(', ')} ...`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}

/** A word nearby that is nearly one of those expected: the one that was refused, or the one before it. */
function correction(
  token: IToken,
  previous: IToken | undefined,
  expected: readonly string[],
  isFirst: boolean,
): Rewrite | undefined {
  const keywords = expected.filter((label) => /^[A-Z]{2,}$/.test(label));
  for (const candidate of isFirst ? [token] : [token, previous]) {
    if (candidate?.tokenType !== T.Name) continue;
    const word = nearest(candidate.image, keywords, 1)[0];
    if (word !== undefined) return { title: `Change to ${word}`, span: spanOf(candidate), text: word };
  }
  return undefined;
}

function brokenToken(token: IToken, span: Span): WeirError {
  const details = { token: token.image };
  switch (token.tokenType) {
    case T.UnclosedString:
      return new WeirError('SYNTAX', `The text ${token.image} has no closing quote.`, {
        span,
        hint: "Close it with ', and write a quote inside a text twice: 'it''s'.",
        details,
      });
    case T.UnclosedName:
      return new WeirError('SYNTAX', `The quoted name ${token.image} is not closed.`, {
        span,
        hint: `Close it with ${token.image.charAt(0)}.`,
        details,
      });
    case T.UnclosedComment:
      return new WeirError('SYNTAX', 'The comment is not closed.', { span, hint: 'Close it with */.', details });
    case T.ForeignWord:
      return new WeirError('SYNTAX', `The name ${token.image} needs quotes.`, {
        span,
        hint: `Only letters A to Z, digits and _ can stand bare; write \`${token.image}\`.`,
        rewrite: { title: `Quote ${token.image}`, span, text: `\`${token.image}\`` },
        details,
      });
    default:
      return new WeirError('SYNTAX', `The character '${token.image}' means nothing here.`, { span, details });
  }
}
