/** Which rows of a table are new or have other values than before. */
import type { TableRows } from '../../../protocol/api.ts';

export function changedKeys(before: TableRows | undefined, after: TableRows): ReadonlySet<string> {
  const changed = new Set<string>();
  if (before === undefined) return changed;
  const known = new Map(before.rows.map((row) => [row.key, row.cells]));
  for (const { key, cells } of after.rows) {
    const old = known.get(key);
    if (old === undefined || cells.some((cell, i) => cell.text !== old[i]?.text)) changed.add(key);
  }
  return changed;
}
