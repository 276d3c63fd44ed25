/** A column's name as a property's text gives it: folded to upper case unless it is in backquotes. */
export function foldName(text: string): string {
  const trimmed = text.trim();
  return trimmed.length >= 2 && trimmed.startsWith('`') && trimmed.endsWith('`')
    ? trimmed.slice(1, -1).replaceAll('``', '`')
    : trimmed.toUpperCase();
}
