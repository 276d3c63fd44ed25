/** Which part of the text a key runs: the selection, the statement at the cursor, or all of it. */
import type { Span } from '../../core/common/position.ts';

export interface Part {
  readonly text: string;
  readonly span: Span;
}

/** The start of each statement and the end of its text, its semicolon included. */
export function statementRanges(text: string): readonly { readonly start: number; readonly end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let start = -1;
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    if (c === '-' && text[i + 1] === '-') {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else if (c === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      i = end < 0 ? text.length : end + 2;
    } else if (c === "'" || c === '`' || c === '"') {
      if (start < 0) start = i;
      const end = text.indexOf(c, i + 1);
      i = end < 0 ? text.length : end + 1;
    } else if (c === ';') {
      if (start >= 0) ranges.push({ start, end: i + 1 });
      start = -1;
      i++;
    } else {
      if (start < 0 && c !== undefined && !/\s/.test(c)) start = i;
      i++;
    }
  }
  if (start >= 0) ranges.push({ start, end: start + text.slice(start).trimEnd().length });
  return ranges;
}

export function spanAt(text: string, start: number, end: number): Span {
  const before = text.slice(0, start);
  const line = before.split('\n').length;
  return { offset: start, length: end - start, line, column: start - before.lastIndexOf('\n') };
}

/** The selection, or the statement at the cursor: the one it stands in or right behind, else the next, else the last. */
export function currentPart(
  text: string,
  selection: { readonly start: number; readonly end: number },
): Part | undefined {
  if (selection.end > selection.start) {
    const selected = text.slice(selection.start, selection.end);
    if (selected.trim() !== '') return { text: selected, span: spanAt(text, selection.start, selection.end) };
  }
  const ranges = statementRanges(text);
  const cursor = selection.start;
  const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
  const range =
    ranges.find((r) => cursor >= r.start && cursor <= r.end) ??
    // behind the semicolon on the same line
    ranges.findLast((r) => r.end <= cursor && r.end >= lineStart) ??
    ranges.find((r) => r.start >= cursor) ??
    ranges.at(-1);
  if (range === undefined) return undefined;
  return { text: text.slice(range.start, range.end), span: spanAt(text, range.start, range.end) };
}
