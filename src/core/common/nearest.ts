/**
 * The names nearest to a mistyped one, for "did you mean": by Damerau-Levenshtein distance (insert, delete, replace,
 * swap neighbours), without case.
 */

/**
 * At most `limit` names, the nearest first; only such that differ in at most a third of the letters (at most three, and
 * one where there are two letters or more).
 */
export function nearest(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toUpperCase();
  // Of a single letter nothing would be left.
  const maxDistance = wanted.length < 2 ? 0 : Math.max(1, Math.min(3, Math.floor(wanted.length / 3)));
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const candidate of candidates) {
    const other = candidate.toUpperCase();
    if (Math.abs(other.length - wanted.length) > maxDistance) continue;
    const distance = editDistance(wanted, other);
    if (distance <= maxDistance) found.push({ name: candidate, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.slice(0, limit).map((f) => f.name);
}

/**
 * The hint and the rewrite of an error about a name that is not known.
 * @param otherwise the hint when no name is near
 * @param write the name as it stands in the text
 */
export function didYouMean(
  name: string,
  candidates: Iterable<string>,
  otherwise: string,
  write: (name: string) => string = (text) => text,
): { readonly hint: string; readonly instead: string | undefined } {
  const close = nearest(name, candidates, 1)[0];
  if (close === undefined) return { hint: otherwise, instead: undefined };
  return { hint: `Did you mean ${close}?`, instead: write(close) };
}

/** The optimal string alignment distance, over three rows of the table. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
