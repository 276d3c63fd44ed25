import { useRef } from 'react';
import { setGridWidth } from './grid-widths.ts';

/** Room for a cell's padding, and for what a fraction of a pixel takes. */
const CELL_PADDING_PX = 22;

/** The width that shows all that is in sight of a column whole. */
function fittingWidthPx(grid: HTMLElement, column: number): number {
  const range = document.createRange();
  const widths = [...grid.querySelectorAll(`[data-column="${column}"]`)].map((cell) => {
    range.selectNodeContents(cell.querySelector('.cell-content') ?? cell);
    return range.getBoundingClientRect().width;
  });
  return Math.max(0, ...widths) + CELL_PADDING_PX;
}

/** At the right edge of a column's title: dragged it sets the width, pressed twice it fits it to what is in sight. */
export function ColumnHandle(props: {
  readonly grid: string;
  readonly column: string;
  readonly index: number;
  readonly widthPx: number;
}) {
  const drag = useRef<{ readonly x: number; readonly widthPx: number } | undefined>(undefined);
  return (
    <span
      className="column-handle"
      aria-hidden="true"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        const shown = event.currentTarget.parentElement?.getBoundingClientRect().width;
        drag.current = { x: event.clientX, widthPx: shown ?? props.widthPx };
      }}
      onPointerMove={(event) => {
        const from = drag.current;
        if (from !== undefined) setGridWidth(props.grid, props.column, from.widthPx + event.clientX - from.x);
      }}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onPointerCancel={() => {
        drag.current = undefined;
      }}
      onDoubleClick={(event) => {
        const grid = event.currentTarget.closest<HTMLElement>('[role="grid"]');
        if (grid !== null) setGridWidth(props.grid, props.column, fittingWidthPx(grid, props.index));
      }}
    />
  );
}
