/**
 * The statement that starts a terminated query anew. `isSinkKept`: the stream or table that it made is still there, and is
 * replaced by itself, which keeps its topic.
 */
export function restartStatement(statement: string, isSinkKept: boolean): string {
  if (!isSinkKept) return statement;
  return statement
    .replace(/^(\s*CREATE)\s+(?!OR\s)/i, '$1 OR REPLACE ')
    .replace(/^(\s*CREATE\s+OR\s+REPLACE\s+(?:STREAM|TABLE))\s+IF\s+NOT\s+EXISTS\s+/i, '$1 ');
}
