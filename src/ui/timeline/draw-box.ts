/** Draws one window of a lane, or what a table's row held as long as it did. */
import { clipped, colorOf, GUTTER, TEXT, xAt, type Frame, type Placed } from './frame.ts';
import { roundRect } from './glyphs.ts';
import { BOX_ROW, boxTop, MARK_ROW, rowTop, type Box, type Lane } from './scene.ts';

/** In a row of records the text stands beside the record. */
const BESIDE_MARK = 10;
/** A window that is narrower has its text behind it, if there is room. */
const NARROW = 24;

/** @param roomMs where the next box in the same place begins */
export function drawBox(frame: Frame, lane: Lane, box: Box, top: number, placed: Placed[], roomMs: number): void {
  const { context, colors, width, current, scene } = frame;
  const x = xAt(frame, box.fromMs);
  const right = Math.max(x + 3, xAt(frame, box.toMs));
  if (right < GUTTER || x > width) return;
  const isInRow = box.row !== undefined;
  const y = top + (box.row === undefined ? boxTop(box.level, Math.max(1, scene.rowNames.length)) : rowTop(box.row) + 2);
  const height = isInRow ? MARK_ROW - 4 : BOX_ROW - 3;
  const color = colorOf(colors, box.hue);
  const left = Math.max(x, GUTTER - 6);
  const end = Math.min(right, width + 6);
  const alpha = context.globalAlpha;
  roundRect(context, left + 0.5, y + 0.5, Math.max(2, end - left - 1.5), height - 1, 3);
  // What lies below does not run through the text.
  context.globalAlpha = alpha * 0.8;
  context.fillStyle = colors.surface;
  context.fill();
  if (box.isOpen) {
    context.globalAlpha = alpha * 0.26;
    context.fillStyle = color;
    context.fill();
  }
  const isConcerned =
    current?.kind === 'mark' && current.lane.id === lane.id && frame.concerns?.(box, current.mark) === true;
  const isCurrent = current?.kind === 'box' && current.lane.id === lane.id && current.box.id === box.id;
  context.lineWidth = isCurrent || isConcerned ? 2 : 1;
  context.strokeStyle = isCurrent ? colors.accent : box.isOpen || isConcerned ? color : colors.fg3;
  context.globalAlpha = alpha * (box.isOpen || isCurrent || isConcerned ? 1 : 0.75);
  if (box.isHeld === true) context.setLineDash([4, 3]);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = alpha;
  if (box.text !== '') drawText(frame, box, y + height / 2 + 0.5, { left, end, roomMs });
  placed.push({ item: { kind: 'box', lane, box }, x: left, y, width: end - left, height });
}

function drawText(
  frame: Frame,
  box: Box,
  y: number,
  place: { readonly left: number; readonly end: number; readonly roomMs: number },
): void {
  const { context, colors, font, width } = frame;
  const { left, end } = place;
  const free = Math.min(width, place.roomMs === Infinity ? width : xAt(frame, place.roomMs));
  context.font = `${TEXT}px ${font}`;
  context.textAlign = 'left';
  context.fillStyle = box.isOpen ? colors.fg : colors.fg2;
  if (box.row === undefined && end - left < NARROW) {
    const from = Math.max(end + 4, GUTTER + 4);
    const textWidth = context.measureText(box.text).width;
    if (from + textWidth + 4 <= free) context.fillText(box.text, from, y);
    return;
  }
  const textLeft = Math.max(left + (box.row === undefined ? 4 : BESIDE_MARK), GUTTER + 4);
  context.fillText(clipped(context, box.text, Math.min(end, free) - textLeft - 4), textLeft, y);
}
