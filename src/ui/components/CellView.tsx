import type { Cell } from '../../protocol/api.ts';

/** A value as text; its kind decides the colour, never its content. */
export function CellView({ cell }: { readonly cell: Cell | undefined }) {
  if (cell === undefined) return null;
  return (
    <span className={`cell ${cell.kind}`}>{cell.kind === 'string' && cell.text === '' ? '\u2423' : cell.text}</span>
  );
}
