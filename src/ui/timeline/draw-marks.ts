/** Draws the records of a lane, the lines between those that met, and what is written under them. */
import { plainKey } from '../theme/key-color.ts';
import { colorOf, DIMMED, GUTTER, TEXT, xAt, type Frame, type Placed } from './frame.ts';
import { drawGlyph, plate } from './glyphs.ts';
import { itemId, MARK_ROW, rowTop, TAG_ROW, type Lane, type Mark } from './scene.ts';

const MARK_RADIUS = 4.5;
/** Marks that are closer than this are put side by side in height, three deep. */
const CROWDED = 8;
const OFFSETS: readonly number[] = [0, -5, 5];

export type Places = ReadonlyMap<number, { readonly x: number; readonly y: number }>;

export function placeMarks(frame: Frame, lane: Lane, top: number): Places {
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

export function drawLinks(frame: Frame, lane: Lane, at: Places): void {
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

export function drawMark(frame: Frame, lane: Lane, mark: Mark, at: Places, placed: Placed[]): void {
  const { context, colors, width, current, isSelected } = frame;
  const place = at.get(mark.seq);
  if (place === undefined || place.x < GUTTER - 8 || place.x > width + 8) return;
  const { x, y } = place;
  const isLit = frame.litKey === undefined || (mark.key !== null && plainKey(mark.key) === frame.litKey);
  const alpha = context.globalAlpha;
  context.globalAlpha = isLit ? 1 : DIMMED;
  drawGlyph(context, mark.glyph, x, y, MARK_RADIUS, colorOf(colors, mark.hue), colors.surface);
  const isCurrent = current?.kind === 'mark' && itemId(current) === `m${mark.seq}`;
  if (isCurrent || isSelected(mark)) {
    context.strokeStyle = colors.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, MARK_RADIUS + 3.5, 0, Math.PI * 2);
    context.stroke();
  }
  context.globalAlpha = alpha;
  placed.push({ item: { kind: 'mark', lane, mark }, x, y, width: 0, height: 0 });
}

/** Tags stand under their records, as far as they do not cover each other. */
export function drawTags(frame: Frame, lane: Lane, top: number, at: Places): void {
  const { context, colors, font, scene } = frame;
  context.font = `${TEXT}px ${font}`;
  context.textAlign = 'left';
  const ends: number[] = [];
  const texts: Stretch[] = [];
  for (const mark of lane.marks) {
    const place = at.get(mark.seq);
    if (mark.tag === undefined || place === undefined || place.x < GUTTER - 8 || place.x > frame.width) continue;
    const textWidth = context.measureText(mark.tag).width;
    const x = Math.max(GUTTER + 2, Math.min(place.x - MARK_RADIUS, frame.width - textWidth - 4));
    if (x < (ends[mark.row] ?? 0)) continue;
    ends[mark.row] = x + textWidth + 6;
    texts.push({ from: x - 6, to: x + textWidth + 6 });
    const y = top + rowTop(mark.row) + MARK_ROW + TAG_ROW / 2 - 2;
    if (scene.rowNames.length > 0) plate(context, x - 1, y - 5, textWidth + 2, 11, colors.surface);
    context.fillStyle = colors.fg2;
    context.fillText(mark.tag, x, y + 0.5);
  }
  if (scene.rowNames.length === 0) drawOlder(frame, lane, top, texts);
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Over each window how many of its records are drawn no more, where the tags leave room. */
function drawOlder(frame: Frame, lane: Lane, top: number, tags: readonly Stretch[]): void {
  const { context, colors, width } = frame;
  context.fillStyle = colors.fg3;
  const y = top + rowTop(0) + MARK_ROW + TAG_ROW / 2 - 1.5;
  let free = GUTTER;
  for (const { older, fromMs, toMs } of lane.boxes) {
    if (older === undefined) continue;
    const x = Math.max(free, xAt(frame, fromMs) + 3);
    const end = Math.min(width, xAt(frame, toMs));
    if (end - x < 8) continue;
    const isFree = (text: string): boolean => {
      const to = x + context.measureText(text).width;
      return to <= end && !tags.some((tag) => tag.from < to && tag.to > x);
    };
    const text = [`${older} older`, older].find(isFree);
    if (text === undefined) continue;
    context.fillText(text, x, y);
    free = x + context.measureText(text).width + 6;
  }
}
