/**
 * The one editor of the page, for whoever is not its component: the palette, an empty state, an error entry. It works
 * the same whether the text area or Monaco is there.
 */
export interface EditorHandle {
  text(): string;
  setText(text: string): void;
  /** UTF-16 offsets of the selection; equal when nothing is selected. */
  selection(): { readonly start: number; readonly end: number };
  select(start: number, end: number): void;
  replace(start: number, end: number, text: string): void;
  focus(): void;
}

let current: EditorHandle | undefined;

export function setEditorHandle(handle: EditorHandle | undefined): void {
  current = handle;
}

export const editor = {
  text: (): string => current?.text() ?? '',
  selection: (): { readonly start: number; readonly end: number } => current?.selection() ?? { start: 0, end: 0 },
  focus: (): void => current?.focus(),
  select(start: number, end: number): void {
    current?.select(start, end);
    current?.focus();
  },
  replace(start: number, end: number, text: string): void {
    current?.replace(start, end, text);
  },
  setText(text: string): void {
    current?.setText(text);
  },
  /** Puts a statement at the end, a blank line before it, and selects it. Does not add what is there already. */
  append(sql: string): { readonly start: number; readonly end: number } {
    const text = current?.text() ?? '';
    const there = text.indexOf(sql);
    if (there >= 0) {
      this.select(there, there + sql.length);
      return { start: there, end: there + sql.length };
    }
    const kept = text.replace(/\s+$/, '');
    const gap = kept === '' ? '' : '\n\n';
    const start = kept.length + gap.length;
    current?.replace(kept.length, text.length, `${gap}${sql}\n`);
    this.select(start, start + sql.length);
    return { start, end: start + sql.length };
  },
};
