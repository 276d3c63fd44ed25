/**
 * Draws a scene: the axis, for each task its stream time and its grace, and in each lane the records and the windows. Only
 * lanes in sight are drawn, so a frame costs what is seen of it. What was drawn where is given back, for the pointer.
 */
import type { CanvasColors } from '../theme/colors.ts';
import { plainKey } from '../theme/key-color.ts';
import { drawGlyph, type Hatch, plate, roundRect } from './glyphs.ts';
import { formatClock, formatDay, ticks, xOf, type TimeRange } from './scale.ts';
import {
  BOX_ROW,
  boxTop,
  GROUP_HEAD,
  itemId,
  MARK_ROW,
  rowTop,
  TAG_ROW,
  type Band,
  type Box,
  type Group,
  type Item,
  type Lane,
  type Mark,
  type Scene,
} from './scene.ts';

export const AXIS_HEIGHT = 22;
export const GUTTER = 92;

export interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly colors: CanvasColors;
  readonly hatch: Hatch;
  readonly font: string;
  readonly scene: Scene;
  readonly range: TimeRange;
  /** Of the canvas, which is as high as what is in sight. */
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  /** Under the pointer, or else under the cursor. */
  readonly current: Item | undefined;
  readonly litKey: string | undefined;
  readonly isSelected: (mark: Mark) => boolean;
  /** Where the mark's row finds partners. */
  readonly partnersOf: ((mark: Mark) => Band) | undefined;
  /** Whether the record has to do with that window of its lane. */
  readonly concerns: ((box: Box, mark: Mark) => boolean) | undefined;
}

export interface Placed {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
  /** 0 for a mark, which is met within its radius. */
  readonly width: number;
  readonly height: number;
}

const MARK_RADIUS = 4.5;
/** Marks that are closer than this are put side by side in height, three deep. */
const CROWDED = 8;
const OFFSETS: readonly number[] = [0, -5, 5];

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

/** The x of a time, gutter included. */
export function xAt(frame: Pick<Frame, 'range' | 'width'>, ms: number): number {
  return GUTTER + xOf(ms, frame.range, frame.width - GUTTER);
}

function drawAxis(frame: Frame): void {
  const { context, colors, width, range, font } = frame;
  context.font = `10.5px ${font}`;
  context.textAlign = 'left';
  context.fillStyle = colors.fg3;
  context.fillText(formatDay(range.fromMs), 10, AXIS_HEIGHT / 2 - 1);
  let free = GUTTER;
  for (const { ms, label } of ticks(range, width - GUTTER, 84)) {
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

function drawGroup(frame: Frame, group: Group, top: number): void {
  const { context, colors, width, font, range } = frame;
  context.fillStyle = colors.sunken;
  context.fillRect(0, top, width, GROUP_HEAD);
  context.font = `10.5px ${font}`;
  context.textAlign = 'left';
  context.fillStyle = colors.fg2;
  context.fillText(group.label, 10, top + GROUP_HEAD / 2 + 0.5);
  context.fillStyle = colors.line;
  for (const { ms } of ticks(range, width - GUTTER, 84)) {
    context.fillRect(Math.round(xAt(frame, ms)), top + GROUP_HEAD, 1, group.height - GROUP_HEAD);
  }
}

/** Stream time, and the line before which all is closed. */
function drawTimes(frame: Frame, group: Group, top: number): void {
  const { context, colors, width, font, scene } = frame;
  const { streamTimeMs } = group;
  if (streamTimeMs === undefined) return;
  context.font = `10.5px ${font}`;
  const x = Math.round(xAt(frame, streamTimeMs));
  if (x >= GUTTER && x <= width) {
    context.fillStyle = colors.accent;
    context.fillRect(x - 1, top + 3, 2, group.height - 3);
    const label = `stream time ${formatClock(streamTimeMs)}`;
    const isLeft = x + context.measureText(label).width + 8 > width;
    context.textAlign = isLeft ? 'right' : 'left';
    context.fillText(label, x + (isLeft ? -5 : 5), top + GROUP_HEAD / 2 + 0.5);
  }
  context.strokeStyle = colors.fg3;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  for (const band of group.bands) {
    const bandX = Math.round(xAt(frame, band.fromMs)) + 0.5;
    if (bandX < GUTTER || bandX > width || Math.abs(bandX - x) < 2) continue;
    context.beginPath();
    if (scene.rowNames.length === 0) {
      context.moveTo(bandX, top + GROUP_HEAD);
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
  context.globalAlpha = isDimmed ? 0.4 : 1;
  drawName(frame, lane, top);
  context.save();
  context.beginPath();
  context.rect(GUTTER, top, width - GUTTER, lane.height);
  context.clip();
  for (const band of group.bands) drawBand(frame, band, top, scene.rowNames.length === 0 ? lane.height : MARK_ROW);
  drawReach(frame, lane, top);
  for (const box of lane.boxes) drawBox(frame, lane, box, top, placed);
  const at = placeMarks(frame, lane, top);
  drawLinks(frame, lane, at);
  for (const mark of lane.marks) drawMark(frame, lane, mark, at, placed);
  drawTags(frame, lane, top, at);
  context.restore();
  context.globalAlpha = 1;
}

function drawName(frame: Frame, lane: Lane, top: number): void {
  const { context, colors, font, scene } = frame;
  const color = colorOf(colors, lane.hue);
  context.font = `11px ${font}`;
  context.textAlign = 'left';
  context.fillStyle = color;
  context.fillRect(10, top + rowTop(0) + 4, 3, MARK_ROW - 8);
  context.fillStyle = colors.fg;
  const isJoin = scene.rowNames.length > 0;
  const room = isJoin ? 44 : GUTTER - 24;
  context.fillText(clipped(context, lane.label, room), 18, top + rowTop(0) + MARK_ROW / 2 + 0.5);
  context.fillStyle = colors.fg3;
  context.textAlign = 'right';
  scene.rowNames.forEach((name, row) => {
    context.fillText(clipped(context, name, 28), GUTTER - 5, top + rowTop(row) + MARK_ROW / 2 + 0.5);
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

function drawBox(frame: Frame, lane: Lane, box: Box, top: number, placed: Placed[]): void {
  const { context, colors, font, width, current, scene } = frame;
  const x = xAt(frame, box.fromMs);
  const right = Math.max(x + 3, xAt(frame, box.toMs));
  if (right < GUTTER || x > width) return;
  const y = top + boxTop(box.level, Math.max(1, scene.rowNames.length));
  const height = BOX_ROW - 3;
  const color = colorOf(colors, box.hue);
  const left = Math.max(x, GUTTER - 6);
  const end = Math.min(right, width + 6);
  const alpha = context.globalAlpha;
  roundRect(context, left + 0.5, y + 0.5, Math.max(2, end - left - 1.5), height - 1, 3);
  if (box.isOpen) {
    context.globalAlpha = alpha * 0.26;
    context.fillStyle = color;
    context.fill();
    context.globalAlpha = alpha;
  }
  const isConcerned =
    current?.kind === 'mark' && current.lane.id === lane.id && frame.concerns?.(box, current.mark) === true;
  const isCurrent = current?.kind === 'box' && current.lane.id === lane.id && current.box.id === box.id;
  context.lineWidth = isCurrent || isConcerned ? 2 : 1;
  context.strokeStyle = isCurrent ? colors.accent : box.isOpen || isConcerned ? color : colors.fg3;
  context.globalAlpha = alpha * (box.isOpen || isCurrent || isConcerned ? 1 : 0.6);
  context.stroke();
  context.globalAlpha = alpha;
  if (end - left > 14 && box.text !== '') {
    context.font = `10.5px ${font}`;
    context.textAlign = 'left';
    context.fillStyle = box.isOpen ? colors.fg : colors.fg2;
    context.fillText(
      clipped(context, box.text, end - Math.max(left, GUTTER) - 8),
      Math.max(left, GUTTER) + 4,
      y + height / 2 + 0.5,
    );
  }
  placed.push({ item: { kind: 'box', lane, box }, x: left, y, width: end - left, height });
}

type Places = ReadonlyMap<number, { readonly x: number; readonly y: number }>;

function placeMarks(frame: Frame, lane: Lane, top: number): Places {
  const places = new Map<number, { x: number; y: number }>();
  const ends = frame.scene.rowNames.length === 0 ? [[]] : frame.scene.rowNames.map((): number[] => []);
  for (const mark of lane.marks) {
    const x = xAt(frame, mark.timeMs);
    const last = ends[mark.row] ?? [];
    let level = OFFSETS.findIndex((_, i) => (last[i] ?? -Infinity) + CROWDED <= x);
    if (level < 0) level = mark.seq % OFFSETS.length;
    last[level] = x;
    places.set(mark.seq, { x, y: top + rowTop(mark.row) + MARK_ROW / 2 + (OFFSETS[level] ?? 0) });
  }
  return places;
}

function drawLinks(frame: Frame, lane: Lane, at: Places): void {
  const { context, colors, current } = frame;
  const seq = current?.kind === 'mark' ? current.mark.seq : undefined;
  const alpha = context.globalAlpha;
  for (const { from, to } of lane.links) {
    const a = at.get(from.seq);
    const b = at.get(to.seq);
    if (a === undefined || b === undefined) continue;
    if (Math.max(a.x, b.x) < GUTTER || Math.min(a.x, b.x) > frame.width) continue;
    const isNear = seq === from.seq || seq === to.seq;
    context.globalAlpha = alpha * (isNear ? 1 : 0.55);
    context.lineWidth = isNear ? 2 : 1;
    context.strokeStyle = colorOf(colors, from.hue);
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
    context.stroke();
  }
  context.globalAlpha = alpha;
}

function drawMark(frame: Frame, lane: Lane, mark: Mark, at: Places, placed: Placed[]): void {
  const { context, colors, width, current, isSelected } = frame;
  const place = at.get(mark.seq);
  if (place === undefined || place.x < GUTTER - 8 || place.x > width + 8) return;
  const { x, y } = place;
  const isLit = frame.litKey === undefined || (mark.key !== null && plainKey(mark.key) === frame.litKey);
  context.globalAlpha = isLit ? 1 : 0.3;
  drawGlyph(context, mark.glyph, x, y, MARK_RADIUS, colorOf(colors, mark.hue), colors.surface);
  const isCurrent = current?.kind === 'mark' && itemId(current) === `m${mark.seq}`;
  if (isCurrent || isSelected(mark)) {
    context.strokeStyle = colors.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, MARK_RADIUS + 3.5, 0, Math.PI * 2);
    context.stroke();
  }
  context.globalAlpha = 1;
  placed.push({ item: { kind: 'mark', lane, mark }, x, y, width: 0, height: 0 });
}

/** Tags stand under their records, as far as they do not cover each other. */
function drawTags(frame: Frame, lane: Lane, top: number, at: Places): void {
  const { context, colors, font, scene } = frame;
  context.font = `10px ${font}`;
  context.textAlign = 'left';
  const free = [-Infinity, -Infinity];
  for (const mark of lane.marks) {
    const place = at.get(mark.seq);
    if (mark.tag === undefined || place === undefined || place.x < GUTTER - 8 || place.x > frame.width) continue;
    const textWidth = context.measureText(mark.tag).width;
    const x = Math.max(GUTTER + 2, Math.min(place.x - MARK_RADIUS, frame.width - textWidth - 4));
    if (x < (free[mark.row] ?? 0)) continue;
    free[mark.row] = x + textWidth + 6;
    const y = top + rowTop(mark.row) + MARK_ROW + TAG_ROW / 2 - 2;
    if (scene.rowNames.length > 0) plate(context, x - 1, y - 5, textWidth + 2, 10, colors.surface);
    context.fillStyle = colors.fg2;
    context.fillText(mark.tag, x, y + 0.5);
  }
}

function colorOf(colors: CanvasColors, hue: number | undefined): string {
  return hue === undefined ? colors.fg3 : (colors.keys[hue] ?? colors.fg3);
}

/** The text, or as much of its beginning as there is room for. */
function clipped(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let length = Math.max(0, Math.floor((text.length * room) / Math.max(1, context.measureText(text).width)));
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  // One letter or two say nothing, and half a number says something else.
  return length < 3 ? '' : `${text.slice(0, length)}…`;
}
