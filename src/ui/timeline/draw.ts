/**
 * Draws a scene: the axis, for each task its stream time and its grace, and in each lane the records and the windows. Only
 * lanes in sight are drawn, so a frame costs what is seen of it. What was drawn where is given back, for the pointer.
 */
import { plainKey } from '../theme/key-color.ts';
import { drawBox } from './draw-box.ts';
import { drawLinks, drawMark, drawTags, placeMarks } from './draw-marks.ts';
import {
  AXIS_HEIGHT,
  clipped,
  colorOf,
  DIMMED,
  GUTTER,
  KEY_TEXT,
  TEXT,
  xAt,
  type Frame,
  type Placed,
} from './frame.ts';
import { arrivalTicks, formatClock, formatDay, ticks, type Tick } from './scale.ts';
import { BOX_ROW, boxTop, headHeight, MARK_ROW, rowTop, type Band, type Box, type Group, type Lane } from './scene.ts';

export function drawFrame(frame: Frame): readonly Placed[] {
  const { context, colors, scene, width, height, scrollTop } = frame;
  const placed: Placed[] = [];
  context.clearRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.save();
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT);
  context.clip();
  for (const group of scene.groups) {
    const top = AXIS_HEIGHT + group.y - scrollTop;
    if (top > height || top + group.height < AXIS_HEIGHT) continue;
    drawGroup(frame, group, top);
    for (const lane of group.lanes) {
      const laneTop = AXIS_HEIGHT + lane.y - scrollTop;
      if (laneTop > height || laneTop + lane.height < AXIS_HEIGHT) continue;
      drawLane(frame, group, lane, laneTop, placed);
    }
    drawTimes(frame, group, top);
  }
  context.restore();
  drawAxis(frame);
  context.fillStyle = colors.line;
  context.fillRect(0, AXIS_HEIGHT - 1, width, 1);
  return placed;
}

function drawAxis(frame: Frame): void {
  const { context, colors, width, range, font } = frame;
  context.font = `${TEXT}px ${font}`;
  context.textAlign = 'left';
  context.fillStyle = colors.fg3;
  const isByTime = frame.scene.axis === 'time';
  context.fillText(isByTime ? formatDay(range.fromMs) : 'arrival', 10, AXIS_HEIGHT / 2 - 1);
  let free = GUTTER;
  for (const { ms, label } of ticksOf(frame)) {
    const x = Math.round(xAt(frame, ms)) + 0.5;
    context.fillStyle = colors.lineStrong;
    context.fillRect(x, AXIS_HEIGHT - 6, 1, 5);
    const text = x + context.measureText(label).width + 4 > width ? '' : label;
    if (x < free || text === '') continue;
    context.fillStyle = colors.fg3;
    context.fillText(text, x + 3, AXIS_HEIGHT / 2 - 1);
    free = x + context.measureText(text).width + 10;
  }
}

function ticksOf({ scene, range, width }: Frame): readonly Tick[] {
  return scene.axis === 'time' ? ticks(range, width - GUTTER, 84) : arrivalTicks(range, width - GUTTER, 56);
}

function drawGroup(frame: Frame, group: Group, top: number): void {
  const { context, colors, width, font } = frame;
  const head = headHeight(group);
  context.fillStyle = colors.sunken;
  context.fillRect(0, top, width, head);
  context.font = `${TEXT}px ${font}`;
  context.textAlign = 'left';
  context.fillStyle = colors.fg2;
  context.fillText(group.label, 10, top + head / 2 + 0.5);
  context.fillStyle = colors.line;
  for (const { ms } of ticksOf(frame)) {
    context.fillRect(Math.round(xAt(frame, ms)), top + head, 1, group.height - head);
  }
}

/** Stream time, and the line before which all is closed. */
function drawTimes(frame: Frame, group: Group, top: number): void {
  const { context, colors, width, font, scene } = frame;
  const { streamTimeMs } = group;
  const head = headHeight(group);
  if (streamTimeMs === undefined) return;
  context.font = `${TEXT}px ${font}`;
  const x = Math.round(xAt(frame, streamTimeMs));
  if (x >= GUTTER && x <= width) {
    context.fillStyle = colors.accent;
    context.fillRect(x - 1, top + 3, 2, group.height - 3);
    const label = `stream time ${formatClock(streamTimeMs)}`;
    const isLeft = x + context.measureText(label).width + 8 > width;
    context.textAlign = isLeft ? 'right' : 'left';
    context.fillText(label, x + (isLeft ? -5 : 5), top + head / 2 + 0.5);
  }
  context.strokeStyle = colors.fg3;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  for (const band of group.bands) {
    const bandX = Math.round(xAt(frame, band.fromMs)) + 0.5;
    if (bandX < GUTTER || bandX > width || Math.abs(bandX - x) < 2) continue;
    context.beginPath();
    if (scene.rowNames.length === 0) {
      context.moveTo(bandX, top + head);
      context.lineTo(bandX, top + group.height);
    } else {
      for (const lane of group.lanes) {
        const rowY = top + lane.y - group.y + rowTop(band.row);
        context.moveTo(bandX, rowY);
        context.lineTo(bandX, rowY + MARK_ROW);
      }
    }
    context.stroke();
  }
  context.setLineDash([]);
}

function drawLane(frame: Frame, group: Group, lane: Lane, top: number, placed: Placed[]): void {
  const { context, colors, width, scene, litKey } = frame;
  context.fillStyle = colors.line;
  context.fillRect(0, top + lane.height - 1, width, 1);
  const isDimmed = litKey !== undefined && lane.key !== null && plainKey(lane.key) !== litKey;
  context.globalAlpha = isDimmed ? DIMMED : 1;
  drawName(frame, lane, top);
  context.save();
  context.beginPath();
  context.rect(GUTTER, top, width - GUTTER, lane.height);
  context.clip();
  for (const band of group.bands) drawBand(frame, band, top, scene.rowNames.length === 0 ? lane.height : MARK_ROW);
  drawReach(frame, lane, top);
  const rooms = roomsOf(lane.boxes);
  for (const box of lane.boxes) drawBox(frame, lane, box, top, placed, rooms.get(box) ?? Infinity);
  const at = placeMarks(frame, lane, top);
  drawLinks(frame, lane, at);
  for (const mark of lane.marks) drawMark(frame, lane, mark, at, placed);
  drawTags(frame, lane, top, at);
  context.restore();
  context.globalAlpha = 1;
}

/** Where the next box in the same place begins, in time: what is written of a box ends there. */
function roomsOf(boxes: readonly Box[]): ReadonlyMap<Box, number> {
  const rooms = new Map<Box, number>();
  const next = new Map<string, Box>();
  for (const box of boxes.toReversed()) {
    const place = `${box.row ?? ''}/${box.level}`;
    const after = next.get(place);
    if (after !== undefined) rooms.set(box, after.fromMs);
    next.set(place, box);
  }
  return rooms;
}

function drawName(frame: Frame, lane: Lane, top: number): void {
  const { context, colors, font, scene } = frame;
  const color = colorOf(colors, lane.hue);
  const isJoin = scene.rowNames.length > 0;
  // The key of a join stands above the first row's name, so that there is room for both.
  const middle = top + rowTop(0) + MARK_ROW / 2 + 0.5;
  const keyY = isJoin ? middle - 7 : middle;
  context.font = `${KEY_TEXT}px ${font}`;
  context.textAlign = 'left';
  context.fillStyle = color;
  context.fillRect(10, keyY - 6, 3, 12);
  context.fillStyle = colors.fg;
  context.fillText(clipped(context, lane.label, GUTTER - 24), 18, keyY);
  context.font = `${TEXT}px ${font}`;
  context.fillStyle = colors.fg2;
  context.textAlign = 'right';
  scene.rowNames.forEach((name, row) => {
    const y = row === 0 ? middle + 7 : top + rowTop(row) + MARK_ROW / 2 + 0.5;
    context.fillText(clipped(context, name, GUTTER - 24), GUTTER - 5, y);
  });
}

function drawBand(frame: Frame, band: Band, top: number, height: number): void {
  const { context, hatch, width } = frame;
  const from = Math.max(GUTTER, xAt(frame, band.fromMs));
  const to = Math.min(width, xAt(frame, band.toMs));
  if (to <= from) return;
  context.fillStyle = hatch.faint;
  const y = height === MARK_ROW ? top + rowTop(band.row) : top;
  context.fillRect(from, y, to - from, height);
}

/** For what is pointed at: where a row finds partners, or how long a window still takes records. */
function drawReach(frame: Frame, lane: Lane, top: number): void {
  const { context, colors, hatch, current, partnersOf, scene } = frame;
  if (current === undefined || current.lane.id !== lane.id) return;
  if (current.kind === 'box') {
    const { box } = current;
    if (box.row !== undefined) return;
    const from = xAt(frame, box.toMs);
    const to = xAt(frame, box.closesAtMs);
    context.fillStyle = hatch.strong;
    context.fillRect(from, top + boxTop(box.level, Math.max(1, scene.rowNames.length)), to - from, BOX_ROW - 3);
  } else if (partnersOf !== undefined) {
    const band = partnersOf(current.mark);
    const from = xAt(frame, band.fromMs);
    const to = Math.max(from + 2, xAt(frame, band.toMs));
    const y = top + rowTop(band.row);
    context.fillStyle = colors.hover;
    context.fillRect(from, y, to - from, MARK_ROW);
    context.strokeStyle = colors.accent;
    context.lineWidth = 1;
    context.strokeRect(from + 0.5, y + 0.5, to - from - 1, MARK_ROW - 1);
    const x = xAt(frame, current.mark.timeMs);
    const ownY = top + rowTop(current.mark.row) + MARK_ROW / 2;
    context.globalAlpha = 0.5;
    context.beginPath();
    context.moveTo(from, band.row > current.mark.row ? y : y + MARK_ROW);
    context.lineTo(x, ownY);
    context.lineTo(to, band.row > current.mark.row ? y : y + MARK_ROW);
    context.stroke();
    context.globalAlpha = 1;
  }
}
