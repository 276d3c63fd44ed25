/** The columns of a query's rows. */
import type { Expression } from '../../sql/ast.ts';
import type { AnalyzedQuery } from '../analyzer/query.ts';
import { WINDOW_BOUNDS } from '../names.ts';
import type { OutputColumn } from '../output.ts';

/** A pull query's header says which columns are the key; a push query's rows have none. */
export function outputColumns(analyzed: AnalyzedQuery, kind: 'pull' | 'push'): readonly OutputColumn[] {
  const { root } = analyzed;
  const keys = new Set(kind === 'pull' ? root.key.flatMap((k) => k.equals) : []);
  return root.columns.map((c, i) => ({
    name: c.name,
    type: c.type,
    role: keys.has(i) || (kind === 'pull' && isWindowBound(root.expressions[i])) ? 'key' : 'value',
  }));
}

/** The bounds of a windowed table's rows are part of their key. */
function isWindowBound(expression: Expression | undefined): boolean {
  return expression?.kind === 'column' && WINDOW_BOUNDS.has(expression.name);
}
