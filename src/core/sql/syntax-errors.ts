/**
 * Turns what the parser could not read into errors that teach: what stands there, what was expected in plain words, and
 * where it can be guessed, the change that mends it.
 *
 * Chevrotain asks a message provider for texts only, so the provider passes the expected token types through as labels,
 * one per line; `syntaxError` makes the sentence.
 */
import { EOF, tokenLabel, type IParserErrorMessageProvider, type IRecognitionException, type IToken } from 'chevrotain';
import { WeirError, type Rewrite } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import type { Span } from '../common/position.ts';
import * as T from './tokens.ts';
import { AnyName, RESERVED_WORDS, isBroken, spanOf } from './tokens.ts';

const lines = (labels: Iterable<string>): string => [...new Set(labels)].join('\n');

export const expectedAsLines: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) =>
    lines(
      expectedPathsPerAlt.flatMap((alternative) => alternative.flatMap((path) => path.slice(0, 1).map(tokenLabel))),
    ),
  buildEarlyExitMessage: ({ expectedIterationPaths }) =>
    lines(expectedIterationPaths.flatMap((path) => path.slice(0, 1).map(tokenLabel))),
};

/** The error for one of chevrotain's. `end` is where the statement's text ends. */
export function syntaxError(exception: IRecognitionException, end: Span): WeirError {
  const { token, message, context } = exception;
  const previous = 'previousToken' in exception ? (exception.previousToken as IToken) : undefined;
  const expected = message === '' ? [] : message.split('\n');
  const atEnd = token.tokenType === EOF;
  const span = atEnd ? end : spanOf(token);
  const details = { token: atEnd ? '' : token.image, expected };

  if (isBroken(token)) return brokenToken(token, span);

  const isFirst = context.ruleStack.length <= 1 && context.ruleStack[0] === 'statement' && expected.length > 1;
  const misspelt = correction(token, previous, expected, isFirst);
  if (misspelt !== undefined) {
    return new WeirError('SYNTAX', `${sentence(token, atEnd, isFirst)}${wanted(expected, isFirst)}`, {
      span: misspelt.span,
      hint: `Did you mean ${misspelt.text}?`,
      rewrite: misspelt,
      details,
    });
  }
  const word = token.image.toUpperCase();
  if (RESERVED_WORDS.has(word) && expected.includes(tokenLabel(AnyName)) && !atEnd && !isFirst) {
    const text = `\`${word}\``;
    return new WeirError('SYNTAX', `${word} is a reserved word and cannot be a name as it stands.`, {
      span,
      hint: `To use it as a name, quote it: ${text}.`,
      rewrite: { title: `Quote ${word}`, span, text },
      details,
    });
  }
  return new WeirError('SYNTAX', `${sentence(token, atEnd, isFirst)}${wanted(expected, isFirst)}`, {
    span,
    hint: isFirst
      ? 'A statement begins with a word such as SELECT, CREATE, INSERT, DROP, SHOW or DESCRIBE.'
      : undefined,
    details,
  });
}

function sentence(token: IToken, atEnd: boolean, isFirst: boolean): string {
  if (atEnd) return 'The statement ends too early';
  return isFirst ? `Unknown statement: '${token.image}'` : `Unexpected '${token.image}'`;
}

function wanted(expected: readonly string[], isFirst: boolean): string {
  if (isFirst) return '.';
  if (expected.length === 0) return ': the statement could end before it.';
  const shown = expected.slice(0, 8);
  const last = shown.pop() ?? '';
  const list = shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
  return `: expected ${list}${expected.length > 8 ? ' ...' : ''}.`;
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
    default:
      return new WeirError('SYNTAX', `The character '${token.image}' means nothing here.`, {
        span,
        hint: 'A name with other letters than A to Z, digits and _ stands in backquotes: `größe`.',
        details,
      });
  }
}
