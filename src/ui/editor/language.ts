/** The dialect's own parser and formatter at the editor's service. In a chunk of its own: the page does not wait for it. */
import { NO_SPAN } from '../../core/common/position.ts';
import { parseScript } from '../../core/sql/parse.ts';
import type { Problem } from './state.ts';

export { formatScript } from '../../core/sql/language/format-script.ts';

export function diagnose(text: string): readonly Problem[] {
  return parseScript(text, { testStatements: true }).errors.map((error) => ({
    message: error.message,
    code: error.code,
    span: error.span ?? NO_SPAN,
    hint: error.hint,
    rewrite: error.rewrite,
  }));
}
