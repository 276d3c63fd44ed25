/** Widths that a person gave to columns, by grid and column, for as long as the page is open. */
import { create } from 'zustand';

const MIN_WIDTH_PX = 40;
const MAX_WIDTH_PX = 1600;
/** Grids come and go with their tabs; beyond this the one that was resized longest ago is forgotten. */
const MAX_GRIDS = 60;

type Widths = Readonly<Record<string, number>>;
const NONE: Widths = {};

const useWidths = create<{ readonly grids: ReadonlyMap<string, Widths> }>(() => ({ grids: new Map() }));

export function useGridWidths(grid: string): Widths {
  return useWidths((state) => state.grids.get(grid) ?? NONE);
}

export function setGridWidth(grid: string, column: string, widthPx: number): void {
  const width = Math.round(Math.max(MIN_WIDTH_PX, Math.min(MAX_WIDTH_PX, widthPx)));
  useWidths.setState(({ grids }) => {
    const next = new Map(grids);
    next.delete(grid);
    next.set(grid, { ...grids.get(grid), [column]: width });
    for (const oldest of next.keys()) {
      if (next.size <= MAX_GRIDS) break;
      next.delete(oldest);
    }
    return { grids: next };
  });
}
