/**
 * Judging an error: it has to be the user's, with a code of its own, and to name every culprit that the expected message
 * puts in quotes or backticks. The words are not compared: a test written for ksqlDB expects ksqlDB's. A test may expect
 * a code; the name of a Java class says nothing.
 */
import { ERROR_CODES } from '../../core/common/error-codes.ts';
import { WeirError } from '../../core/common/errors.ts';

/**
 * What the message quotes, in order of appearance.
 *
 * A single quote opens only where no word stands before it, and closes where none follows, so that apostrophes (`don't`, `the
 * columns' types`) quote nothing. A doubled backtick within backticks is one.
 */
export function quotedParts(message: string): readonly string[] {
  const parts: string[] = [];
  const pattern = /`((?:[^`]|``)+)`|"([^"]+)"|(?<![\p{L}\p{N}_])'((?:[^']|'(?=[\p{L}\p{N}_]))+)'(?![\p{L}\p{N}_])/gu;
  for (const [, ticked, doubled, single] of message.matchAll(pattern)) {
    parts.push(ticked === undefined ? (doubled ?? single ?? '') : ticked.replaceAll('``', '`'));
  }
  return parts;
}

/** What is wrong with the error as an answer to the expected message; undefined when nothing is. */
export function judgeError(error: unknown, expectedMessage: string, expectedError = ''): string | undefined {
  if (!(error instanceof WeirError))
    return `crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  const shown = `${error.code}: ${error.message}`;
  if (error.code.startsWith('UNSUPPORTED')) return `not supported, expected a user's error: ${shown}`;
  if (error.code === 'INTERNAL' || ERROR_CODES[error.code].kind !== 'user')
    return `not a user's error: ${shown}${innermost(error)}`;
  if (Object.hasOwn(ERROR_CODES, expectedError) && error.code !== expectedError)
    return `expected ${expectedError}, and it is ${shown}`;
  // the statement as it was written names everything and so nothing
  const { statement: _statement, ...particulars } = error.details;
  const text = `${error.message} ${detailTexts(particulars)}`.toLowerCase();
  const missing = quotedParts(withoutEcho(expectedMessage)).filter((part) => !text.includes(part.toLowerCase()));
  if (missing.length === 0) return undefined;
  return `the error does not name ${missing.map((part) => `<${part}>`).join(', ')}: ${shown} (expected: ${expectedMessage})`;
}

/** The message before the statement that it repeats: what the statement quotes is no culprit. */
function withoutEcho(message: string): string {
  return message.split(/\nStatement: /)[0] ?? message;
}

/** The details as JSON text, and each text in them as it is, for JSON escapes quotes. */
function detailTexts(details: unknown): string {
  const texts: string[] = [JSON.stringify(details)];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(details);
  return texts.join(' ');
}

/** Where a bug comes from. */
function innermost(error: Error): string {
  const cause: unknown = error.cause;
  const stack = (cause instanceof Error ? cause : error).stack ?? '';
  return stack
    .split('\n')
    .slice(1, 4)
    .map((line) => ` <-${line.replace(/^\s*at /, ' ').replace(/\(?file:\/\/.*\/(src|test)\//, '($1/')}`)
    .join('');
}

export function describeError(error: unknown): string {
  if (error instanceof WeirError)
    return `${error.code}: ${error.message}${error.code === 'INTERNAL' ? innermost(error) : ''}`;
  return error instanceof Error ? `${error.name}: ${error.message}${innermost(error)}` : String(error);
}
