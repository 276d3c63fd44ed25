/** The dialect's own parser and formatter at the editor's service. In a chunk of its own: the page does not wait for it. */
import { NO_SPAN } from '../../core/common/position.ts';
import { formatStatement } from '../../core/sql/formatter.ts';
import { tokenize } from '../../core/sql/language/highlight.ts';
import { parseScript } from '../../core/sql/parse.ts';
import type { Problem } from './state.ts';

export function diagnose(text: string): readonly Problem[] {
  return parseScript(text).errors.map((error) => ({
    message: error.message,
    code: error.code,
    span: error.span ?? NO_SPAN,
    hint: error.hint,
    rewrite: error.rewrite,
  }));
}

/**
 * Formats each statement that parses. A statement with errors, or with a comment inside, which a tree does not hold,
 * stays as it is; so does what stands between statements.
 */
export function formatScript(text: string): string {
  let formatted = '';
  let end = 0;
  for (const { statement, span, text: source } of parseScript(text).statements) {
    const hasComment = tokenize(source).some((token) => token.class === 'comment' || token.class === 'directive');
    formatted += text.slice(end, span.offset) + (hasComment ? source : formatStatement(statement));
    end = span.offset + span.length;
  }
  return formatted + text.slice(end);
}
