/**
 * An error with the place in its file:
 *
 *     orders.sql:3:8: UNKNOWN_COLUMN PRCE is no column of ORDERS.
 *       3 | SELECT prce FROM orders;
 *         |        ^^^^
 *       Did you mean PRICE?
 */
import stringWidth from 'string-width';
import { WeirError } from '../../src/core/common/errors.ts';
import type { Span } from '../../src/core/common/position.ts';
import type { Colors } from '../io.ts';

/** A text that errors point into. */
export interface SourceText {
  /** As the user named it. */
  readonly name: string;
  readonly text: string;
}

export function errorText(error: unknown, source: SourceText | undefined, colors: Colors): string {
  if (!(error instanceof WeirError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${source === undefined ? '' : `${source.name}: `}${colors.red('INTERNAL')} ${text}`;
  }
  const { span } = error;
  const place =
    source === undefined ? inputPlace(error) : span === undefined ? `${source.name}: ` : `${placeOf(source, span)}: `;
  const lines = [`${colors.bold(place)}${colors.red(error.code)} ${error.message}`];
  const script = scriptExcerpt(error, colors);
  if (script !== undefined) lines.push(...script);
  else if (source !== undefined && span !== undefined) lines.push(...excerpt(source.text, span, colors));
  if (error.hint !== undefined) lines.push(`  ${colors.cyan(error.hint)}`);
  if (error.code === 'INTERNAL' && error.cause instanceof Error) lines.push(error.cause.stack ?? error.cause.message);
  return lines.join('\n');
}

/** The line of a file of records, where the error is about one. */
function inputPlace({ details: { file, line } }: WeirError): string {
  if (typeof file !== 'string') return '';
  return typeof line === 'number' ? `${file}:${line}: ` : `${file}: `;
}

export function placeOf(source: SourceText, span: Span): string {
  return `${source.name}:${span.line}:${span.column}`;
}

/** Of an error in a script that the statement runs: the script, and its line. */
function scriptExcerpt({ details: { script } }: WeirError, colors: Colors): readonly string[] | undefined {
  if (typeof script !== 'object' || script === null || !('path' in script)) return undefined;
  const { path, line, column, length, lineText } = script;
  if (typeof path !== 'string' || typeof lineText !== 'string') return undefined;
  if (typeof line !== 'number' || typeof column !== 'number' || typeof length !== 'number') return undefined;
  return [`  ${colors.dim(path)}`, ...pointed(lineText, { line, column, length }, colors)];
}

/** The line of the span, and a line that points at it. */
function excerpt(text: string, span: Span, colors: Colors): readonly string[] {
  const line = text.split(/\r\n|\r|\n/)[span.line - 1];
  return line === undefined ? [] : pointed(line, span, colors);
}

function pointed(line: string, span: Omit<Span, 'offset'>, colors: Colors): readonly string[] {
  const number = String(span.line);
  const before = line.slice(0, span.column - 1);
  const marked = line.slice(span.column - 1, span.column - 1 + span.length);
  // Tabs stay, for they are as wide as the terminal makes them.
  const indent = before.replace(/[^\t]+/g, (part) => ' '.repeat(stringWidth(part)));
  const caret = '^'.repeat(Math.max(1, stringWidth(marked.trimEnd())));
  const margin = ' '.repeat(number.length);
  return [`  ${colors.dim(`${number} |`)} ${line}`, `  ${colors.dim(`${margin} |`)} ${indent}${colors.red(caret)}`];
}
