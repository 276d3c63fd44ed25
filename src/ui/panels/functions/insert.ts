import { editor } from '../../editor/handle.ts';

/** Writes a call where the cursor is, and puts the cursor between its parentheses. */
export function insertCall(name: string): void {
  const { start, end } = editor.selection();
  editor.replace(start, end, `${name}()`);
  const inside = start + name.length + 1;
  editor.select(inside, inside);
}
