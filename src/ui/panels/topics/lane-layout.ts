/**
 * Where things stand in a lane. A lane shows the offsets up to its `viewEnd`, newest at the right; each offset has a cell
 * of equal width, whether a record is there or compaction took it. A lane that follows the log ends at the high
 * watermark; one that was scrolled back ends at an offset of its own.
 */
export interface LaneView {
  /** Exclusive; undefined follows the high watermark. */
  readonly viewEnd: number | undefined;
  readonly highWatermark: number;
  readonly logStartOffset: number;
}

export interface LaneGeometry {
  /** Of the cells' area. */
  readonly left: number;
  readonly right: number;
  readonly cellWidth: number;
}

export function endOf(view: LaneView): number {
  return Math.min(view.viewEnd ?? view.highWatermark, view.highWatermark);
}

/** The x of the boundary before `offset`. */
export function xOf(offset: number, view: LaneView, geometry: LaneGeometry): number {
  return geometry.right - (endOf(view) - offset) * geometry.cellWidth;
}

/** The offsets of which a part is seen: first inclusive, end exclusive. */
export function visibleRange(view: LaneView, geometry: LaneGeometry): { readonly first: number; readonly end: number } {
  const end = endOf(view);
  const cells = Math.ceil(Math.max(0, geometry.right - geometry.left) / geometry.cellWidth);
  return { first: Math.max(view.logStartOffset, end - cells), end };
}

/** The offset whose cell is at `x`, or undefined beside the log. */
export function offsetAt(x: number, view: LaneView, geometry: LaneGeometry): number | undefined {
  if (x < geometry.left || x >= geometry.right) return undefined;
  const offset = endOf(view) - 1 - Math.floor((geometry.right - x - 1e-6) / geometry.cellWidth);
  return offset >= view.logStartOffset && offset < view.highWatermark ? offset : undefined;
}

/** Scrolls by a number of cells (positive: towards newer). At the newest it follows again. */
export function scrolled(view: LaneView, cells: number, geometry: LaneGeometry): number | undefined {
  const visible = Math.floor((geometry.right - geometry.left) / geometry.cellWidth);
  const lowest = Math.min(view.highWatermark, view.logStartOffset + visible);
  const end = Math.max(lowest, endOf(view) + cells);
  return end >= view.highWatermark ? undefined : end;
}

/** Scrolls so that `offset` is seen, if it is not. */
export function revealed(view: LaneView, offset: number, geometry: LaneGeometry): number | undefined {
  const { first, end } = visibleRange(view, geometry);
  // The first cell may be cut: one more keeps the whole of it in sight.
  if (offset > first && offset < end) return view.viewEnd;
  if (offset >= end) return scrolled({ ...view, viewEnd: offset + 1 }, 0, geometry);
  const visible = Math.floor((geometry.right - geometry.left) / geometry.cellWidth);
  return scrolled({ ...view, viewEnd: offset + visible }, 0, geometry);
}

/** A group's name without the part that all query groups share. */
export const shortGroup = (group: string): string => group.replace(/^_confluent-ksql-.*?query_/, '');

/** A topic's name without the part that all internal topics of a query share. */
export const shortTopic = (topic: string): string => topic.replace(/^_confluent-ksql-.*?query_/, '…');
